"""Models on disk: arrays, JSON and ONNX, hashed in a manifest; loading one runs no code and downloads nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.boundaries import BUCKETS, BoundaryModel
from vitallies.classify.choices import Choices
from vitallies.classify.convolution import WIDTH, Convolution
from vitallies.classify.encoder import ENCODER_FILES, Encoder
from vitallies.classify.frame import Floats
from vitallies.classify.hashing import Hashes
from vitallies.classify.heads import Calibration, Head
from vitallies.classify.inside import BUCKETS as WORD_BUCKETS
from vitallies.classify.inside import N_POSITIONS, InsideHead
from vitallies.classify.ngrams import NgramIndex
from vitallies.classify.references import ReferenceHead
from vitallies.classify.roles import LEARNED_ROLES, N_RANGES, RoleHead
from vitallies.classify.tagger import Tagger
from vitallies.errors import ModelError
from vitallies.labels import KINDS, LABELS, STANCES

FORMAT: Final = 8
"""Version of the layout on disk; a model of another is refused."""

VARIABLE: Final = "VITALLIES_MODEL"
MANIFEST: Final = "manifest.json"
_ARRAYS: Final = ("boundaries.npz", "ngrams.npz", "heads.npz", "fast.npz", "references.npz")
FILES: Final = (*_ARRAYS, *ENCODER_FILES)
"""What a model consists of, beside its manifest and card."""

_CURE = "install vitallies again, or train a model with `vitallies train`"

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Model:
    """A trained model.

    Parameters
    ----------
    boundaries : BoundaryModel
    encoder : Encoder
    tagger, fast_tagger : Tagger
        The heads with and without the encoder's vectors; their n-grams and the weights of these are the same. The
        latter have a convolution.
    references : ReferenceHead or None
        Tells which words refer to the people served, by the encoder's states; None in models that only score labels.
    manifest : mapping
        As in ``manifest.json``: name, version, thresholds, hashes, measured scores.
    folder : Path or None
        Where it was loaded from; None for one that exists in memory alone.
    """

    boundaries: BoundaryModel
    encoder: Encoder
    tagger: Tagger
    fast_tagger: Tagger
    references: ReferenceHead | None
    manifest: Mapping[str, Any]
    folder: Path | None = None

    @property
    def id(self) -> str:
        """Name, version and the first digits of a hash of what its files hold."""
        files = "\n".join(f"{name} {content}" for name, content in sorted(self.manifest["files"].items()))
        return f"{self.manifest['name']} {self.manifest['version']} {hashlib.sha256(files.encode()).hexdigest()[:8]}"


def find_model(model: str | Path | None = None) -> Path:
    """Return the folder of a model: the path given, else ``VITALLIES_MODEL``, else the shipped one.

    Raises
    ------
    ModelError
        Where there is none, naming the places looked at.
    """
    given = (os.environ.get(VARIABLE) or None) if model is None else model
    package = Path(__file__).parents[1]
    shipped = [package / "_models" / "default", package.parent / "models" / "default"]
    places = shipped if given is None else [Path(given)]
    for place in places:
        if (place / MANIFEST).is_file():
            return place
    looked = " or ".join(str(place) for place in places)
    raise ModelError(f"no model: there is no {MANIFEST} in {looked}; {_CURE}")


def load_model(model: str | Path | None = None) -> Model:
    """Load a model, each file checked against the manifest; loaded once a process.

    Raises
    ------
    ModelError
        Where the model is missing, incomplete, changed, or of another format, saying which and what to do.
    """
    folder = find_model(model).resolve()
    return _load(folder, _sha256(folder / MANIFEST))


@lru_cache(maxsize=4)
def _load(folder: Path, manifest_hash: str) -> Model:
    manifest = _manifest(folder)
    for name in FILES:
        wanted = manifest["files"].get(name)
        if wanted is None or not (folder / name).is_file():
            raise ModelError(f"{folder / name} is missing: the model is incomplete; {_CURE}")
        if _sha256(folder / name) != wanted:
            raise ModelError(f"{folder / name} is not the file that {MANIFEST} names (its hash differs); {_CURE}")
    try:
        boundaries, ngrams, heads, fast, references = (_arrays(folder / name) for name in _ARRAYS)
        # Widened once, so that both sets of heads hold the same arrays.
        ngrams = {
            name: array.astype(np.float32) if array.dtype == np.float16 else array for name, array in ngrams.items()
        }
        width = heads["VITAL_LIE.dense"].shape[-1] - fast["VITAL_LIE.dense"].shape[-1]
        calibrations = {
            kind: {label: Calibration(**values) for label, values in manifest["calibration"][kind].items()}
            for kind in ("heads", "fast")
        }
        model = Model(
            boundaries=BoundaryModel(_shaped(boundaries, "weights", (BUCKETS,)), float(boundaries["bias"])),
            encoder=Encoder(folder, manifest_hash),
            tagger=_tagger(ngrams, heads, calibrations["heads"], width),
            fast_tagger=replace(_tagger(ngrams, fast, calibrations["fast"], 0), convolution=_convolution(fast)),
            references=ReferenceHead(
                _inside(references, 1, width),
                float(references["threshold"]),
                RoleHead(
                    _shaped(references, "roles.states", (N_RANGES, len(LEARNED_ROLES), width)),
                    _shaped(references, "roles.bias", (len(LEARNED_ROLES),)),
                    _shaped(references, "roles.thresholds", (len(LEARNED_ROLES),)),
                ),
            ),
            manifest=manifest,
            folder=folder,
        )
    except (AttributeError, EOFError, LookupError, TypeError, ValueError, BadZipFile) as error:
        raise ModelError(f"{folder}: not a model that this version can read ({error!r}); {_CURE}") from error
    return model


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        version = manifest["format"]
        complete = isinstance(manifest["files"], dict) and {"name", "version"} <= manifest.keys()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read as a manifest ({error!r}); {_CURE}") from error
    if version != FORMAT:
        newer = isinstance(version, int) and version > FORMAT
        cure = "pip install -U vitallies" if newer else "train the model again with `vitallies train`"
        raise ModelError(f"{path}: the model has format {version!r}, this version of vitallies reads {FORMAT}; {cure}")
    if not complete:
        raise ModelError(f"{path} must hold a name, a version, and the hashes of the files; {_CURE}")
    return manifest  # type: ignore[no-any-return]


def save_model(model: Model, folder: Path) -> None:
    """Write a copy of a model's files and manifest into a folder, which is made if need be."""
    if model.references is None:
        raise ModelError("the model does not tell the words for the people served: fit its references")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ENCODER_FILES:
        if not (folder / name).exists() or not (folder / name).samefile(model.encoder.folder / name):
            shutil.copyfile(model.encoder.folder / name, folder / name)
    _write(folder / "boundaries.npz", {"weights": model.boundaries.weights, "bias": model.boundaries.bias})
    if model.tagger.convolution is not None or model.fast_tagger.convolution is None:
        raise ModelError("the heads without an encoder need a convolution, and the others have none: fit them again")
    ngrams = _ngram_arrays(model.tagger)
    if any(not np.array_equal(array, ngrams[name]) for name, array in _ngram_arrays(model.fast_tagger).items()):
        raise ModelError(
            "the heads with and without an encoder must share their n-grams: fit both on the same examples"
        )
    _write(folder / "ngrams.npz", ngrams)
    _write(folder / "heads.npz", _head_arrays(model.tagger))
    _write(folder / "fast.npz", _head_arrays(model.fast_tagger))
    roles = {f"roles.{part}": array for part, array in vars(model.references.roles).items()}
    threshold = {"threshold": np.float64(model.references.threshold)}
    _write(folder / "references.npz", _inside_arrays(model.references.words) | threshold | roles)
    manifest = {**model.manifest, "format": FORMAT, "files": {name: _sha256(folder / name) for name in FILES}}
    manifest["calibration"] = {
        kind: {label: vars(calibration) for label, calibration in tagger.calibrations.items()}
        for kind, tagger in (("heads", model.tagger), ("fast", model.fast_tagger))
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _write(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays as a compressed ``.npz`` whose bytes depend on nothing but them."""
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **{name: np.asarray(array) for name, array in arrays.items()})


def _named_heads(tagger: Tagger) -> dict[str, Head]:
    return {**tagger.heads, "kind": tagger.choices.kind, "stance": tagger.choices.stance}


def _ngram_arrays(tagger: Tagger) -> Arrays:
    """The n-grams and their weights by name."""
    weights = {f"{name}.sparse": shortened(head.sparse) for name, head in _named_heads(tagger).items()}
    choices = tagger.choices.ngrams
    known: Arrays = {"ngrams": packed(tagger.ngrams.hashes), "idf": tagger.ngrams.idf}
    return known | {"choices.ngrams": packed(choices.hashes), "choices.idf": choices.idf} | weights


def packed(hashes: Hashes) -> NDArray[np.uint8]:
    """Turn sorted hashes into the bytes of their differences, which take a quarter less of a compressed file.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n,)

    Returns
    -------
    ndarray of uint8, shape (8, n)
        The lowest bytes of all first; the highest are 0 where there are many.
    """
    steps = np.diff(hashes, prepend=np.uint64(0)).astype("<u8")
    return np.ascontiguousarray(steps.view(np.uint8).reshape(len(hashes), 8).T)


def unpacked(planes: NDArray[np.uint8]) -> Hashes:
    """Turn what `packed` returned into hashes again."""
    return np.cumsum(np.ascontiguousarray(planes.T).view("<u8")[:, 0], dtype=np.uint64)


def shortened(weights: Floats) -> NDArray[np.float16]:
    """Round weights to six significant bits: far below their error, and they take a third less of a compressed file.

    Parameters
    ----------
    weights : ndarray of float32

    Returns
    -------
    ndarray of float16
        Of the same shape.
    """
    share, exponent = np.frexp(weights)
    return np.ldexp(np.round(share * 64) / 64, exponent).astype(np.float16)


def _head_arrays(tagger: Tagger) -> Arrays:
    """The other arrays of a tagger by name."""
    arrays: Arrays = {}
    for name, head in _named_heads(tagger).items():
        arrays |= {f"{name}.dense": head.dense, f"{name}.bias": head.bias}
    arrays |= _inside_arrays(tagger.inside)
    if tagger.convolution is not None:
        convolution = {**vars(tagger.convolution), "words": packed(tagger.convolution.words)}
        arrays |= {f"convolution.{part}": array for part, array in convolution.items()}
    return arrays


def _inside_arrays(head: InsideHead) -> Arrays:
    return {f"inside.{part}": array for part, array in {**vars(head), "hashed": shortened(head.hashed)}.items()}


def _convolution(arrays: Arrays) -> Convolution:
    words = unpacked(_shaped(arrays, "convolution.words", (8, None)))
    embeddings = _shaped(arrays, "convolution.embeddings", (len(words) + 1, None))
    kernel = _shaped(arrays, "convolution.kernel", (WIDTH, embeddings.shape[1], None))
    weights = {
        "kernel": kernel,
        "kernel_bias": _shaped(arrays, "convolution.kernel_bias", (kernel.shape[2],)),
        "output": _shaped(arrays, "convolution.output", (len(LABELS), 2 * kernel.shape[2])),
        "output_bias": _shaped(arrays, "convolution.output_bias", (len(LABELS),)),
    }
    if embeddings.dtype != np.int8 or (words[1:] <= words[:-1]).any():
        raise ValueError(f"the convolution's embeddings are no bytes, or its words not sorted, in {arrays['']}")
    if any(array.dtype != np.float32 or not np.isfinite(array).all() for array in weights.values()):
        raise ValueError(f"the convolution's weights are no finite 32-bit floats in {arrays['']}")
    return Convolution(words, embeddings, **weights)


def _tagger(ngrams: Arrays, arrays: Arrays, calibrations: Mapping[str, Calibration], width: int) -> Tagger:
    """A tagger of heads that see vectors of a width beside the context."""

    def index(whose: str) -> NgramIndex:
        hashes = unpacked(_shaped(ngrams, f"{whose}ngrams", (8, None)))
        return NgramIndex(hashes, _shaped(ngrams, f"{whose}idf", (len(hashes),)))

    def head(name: str, classes: tuple[str, ...], n_dense: int, n_sparse: int) -> Head:
        return Head(
            classes,
            _shaped(arrays, f"{name}.dense", (len(classes), n_dense)),
            _shaped(ngrams, f"{name}.sparse", (len(classes), n_sparse)),
            _shaped(arrays, f"{name}.bias", (len(classes),)),
        )

    known, for_choices = index(""), index("choices.")
    n_dense = arrays["VITAL_LIE.dense"].shape[-1]
    return Tagger(
        ngrams=known,
        heads={label: head(label, (label,), n_dense, len(known.hashes)) for label in LABELS},
        calibrations={label: calibrations[label] for label in LABELS},
        inside=_inside(arrays, len(LABELS), width),
        choices=Choices(
            for_choices,
            head("kind", tuple(KINDS), n_dense + width, 3 * len(for_choices.hashes)),
            head("stance", tuple(STANCES), n_dense + width, 3 * len(for_choices.hashes)),
        ),
    )


def _inside(arrays: Arrays, rows: int, width: int) -> InsideHead:
    return InsideHead(
        _shaped(arrays, "inside.states", (rows, width)),
        _shaped(arrays, "inside.positions", (rows, N_POSITIONS)),
        _shaped(arrays, "inside.hashed", (rows, WORD_BUCKETS)).astype(np.float32),
        _shaped(arrays, "inside.bias", (rows,)),
    )


def _arrays(path: Path) -> Arrays:
    """The arrays of an ``.npz`` by name; `_shaped` finds under "" whose they are."""
    with np.load(path, allow_pickle=False) as stored:
        return {**stored, "": np.array(path.name)}


def _shaped(arrays: Arrays, name: str, shape: tuple[int | None, ...]) -> NDArray[Any]:
    array = arrays[name]
    if len(array.shape) != len(shape) or any(w is not None and w != h for w, h in zip(shape, array.shape, strict=True)):
        raise ValueError(f"{name} has shape {array.shape}, not {shape}, in {arrays['']}")
    return array


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
