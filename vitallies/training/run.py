"""The training run: from labels and corpora to a model on disk, with honest scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from vitallies import __version__
from vitallies.api import Analyzer
from vitallies.classify.encoder import Encoder
from vitallies.classify.store import Model, save_model
from vitallies.errors import DataError, MissingExtraError
from vitallies.evaluation import GoldSentence, Prediction, evaluate
from vitallies.training.annotations import write_rows
from vitallies.training.boundaries import fit_boundaries
from vitallies.training.card import benchmark_of, model_card, with_benchmark
from vitallies.training.documents import labelled_documents
from vitallies.training.examples import Examples, collect
from vitallies.training.fit import cross_fit

if TYPE_CHECKING:
    from vitallies.training.student import Student

Progress = Callable[[str], None]
_PACKAGES = ("numpy", "scikit-learn", "scipy", "spacy", "onnxruntime", "tokenizers")


@dataclass(frozen=True)
class CrossValidation:
    """Out-of-fold predictions of all scored documents, and the models that made them.

    Parameters
    ----------
    model : Model
        Fitted on everything.
    predictions : dict of str to list of dict
        "default" and "fast" → rows as in the ``spans`` table, all candidates.
    gold : list of GoldSentence
        The sentences of the scored documents.
    """

    model: Model
    predictions: dict[str, list[dict[str, Any]]]
    gold: list[GoldSentence]


def cross_validate(
    data: Path, corpora: Path, work: Path, *, folds: dict[str, int] | None = None, jobs: int = 2, progress: Progress
) -> CrossValidation:
    """Fit with each fold left out and on everything, and score each fold through the public API, whole transcripts in.

    Parameters
    ----------
    data : Path
        The project's ``data`` folder.
    corpora : Path
        The folder of the corpora's ``*.jsonl.gz`` files.
    work : Path
        A folder for the encoders' files, which must outlive the model returned; one of the same examples that lies
        there already is taken as it is, so that an interrupted run goes on.
    folds : dict of str to int, optional
        Document → fold; ``data/folds.json`` where not given. Documents without a fold serve for training alone.
    jobs : int
        Processes.
    progress : callable
        Is told in a line what has been done.
    """
    documents = list(labelled_documents(data, corpora))
    if folds is not None:
        documents = [replace(document, fold=folds.get(document.transcript.id)) for document in documents]
    numbers = sorted({document.fold for document in documents if document.fold is not None})
    if len(numbers) < 2:
        raise DataError("cross-validation needs at least two folds with labelled documents")
    _fitting()  # what is missing should be said before all that takes long
    boundaries = fit_boundaries(document.transcript for document in documents)
    progress("boundary model fitted")

    def collected() -> Iterator[Examples]:
        tasks = (
            delayed(collect)(document, boundaries, recognised=recognised)
            for document in documents
            for recognised in (False, True)
        )
        parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="8*n_jobs", batch_size=8)
        yield from (examples for examples in parallel(tasks) if examples is not None)

    examples = Examples.joined(list(collected()))
    progress(f"{len(examples.folds)} sentences collected")
    encoders = {fold: _encoder(work, examples, fold, progress) for fold in [*numbers, None]}
    views = {fold: examples.encoded(encoder, jobs=jobs) for fold, encoder in encoders.items()}
    progress("sentences encoded")
    fits = cross_fit(views, jobs=jobs, progress=progress)

    def model(fold: int | None) -> Model:
        taggers = fits.taggers if fold is None else fits.folds[fold]
        manifest = {"name": "default", "version": __version__, "files": {"heads.npz": "0" * 8}}
        return Model(boundaries, encoders[fold], taggers["default"], taggers["fast"], manifest)

    predictions: dict[str, list[dict[str, Any]]] = {kind: [] for kind in fits.taggers}
    scored = sorted((d for d in documents if d.fold is not None), key=lambda d: d.fold or 0)
    for kind, rows in predictions.items():
        for fold in numbers:
            analyzer = Analyzer(model(fold), fast=kind == "fast", all_candidates=True)
            transcripts = (document.transcript for document in scored if document.fold == fold)
            for analysis in analyzer.pipe(transcripts, n_process=jobs):
                rows += [slim(row) for row in analysis.to_dicts()]
        progress(f"{kind}: {len(rows)} out-of-fold candidates scored")
    gold = [sentence for document in scored for sentence in document.sentences]
    return CrossValidation(model(None), predictions, gold)


def _fitting() -> tuple[Callable[..., Student], Callable[..., None]]:
    """What fits an encoder and what writes it; both need the extra ``train``."""
    try:
        from vitallies.training.encoder import export_encoder
        from vitallies.training.student import base_model, fit_student

        base_model()
    except ImportError as error:
        raise MissingExtraError("Training", "train") from error
    return fit_student, export_encoder


def _encoder(work: Path, examples: Examples, fold: int | None, progress: Progress) -> Encoder:
    """The encoder fine-tuned on all folds but one; from the work folder where one of the same examples lies there."""
    fit_student, export_encoder = _fitting()
    seen = examples.folds != (-2 if fold is None else fold)
    name = f"encoder-{_recipe(examples, seen)}"
    folder = work / name
    if not folder.exists():
        student = fit_student(examples, seen, progress=progress)
        made = work / f"unfinished-{name}"
        made.mkdir(parents=True, exist_ok=True)
        export_encoder(student.body, made)
        made.rename(folder)
    progress(f"encoder trained {'on everything' if fold is None else f'without fold {fold}'}: {folder}")
    return Encoder(folder)


def _recipe(examples: Examples, seen: NDArray[np.bool_]) -> str:
    """A name for all that an encoder depends on: the labelled sentences that it sees, and how it is trained."""
    content = hashlib.sha256(Path(__file__).with_name("student.py").read_bytes())
    content.update("\n".join(word for window in examples.windows for word in window).encode("utf-8", "replace"))
    for array in (seen, examples.places, examples.inside, examples.verdicts, examples.kinds, examples.stances):
        content.update(np.ascontiguousarray(array).tobytes())
    return content.hexdigest()[:12]


def slim(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of the ``spans`` table without the words, which belong to the corpora's authors."""
    return {key: value for key, value in row.items() if key not in ("text", "sentence", "evidence", "speaker", "time")}


def train(
    data: Path, corpora: Path, out: Path, work: Path, *, jobs: int = 2, progress: Progress = lambda _: None
) -> None:
    """Train a model and write it, with its manifest and card, into a folder.

    Parameters
    ----------
    data, corpora, work, jobs, progress
        As for `cross_validate`; the out-of-fold predictions are kept in ``work`` too, without the words.
    out : Path
        The folder to write to.

    Raises
    ------
    DataError
        Where labels or corpora are incomplete.
    MissingExtraError
        Where the packages of the extra ``train`` are not installed.
    """
    found = cross_validate(data, corpora, work, jobs=jobs, progress=progress)
    for kind, rows in found.predictions.items():
        write_rows(work / f"{kind}.jsonl.gz", rows)
    write_model(found, data, out)
    progress(f"model written to {out}")


def write_model(found: CrossValidation, data: Path, out: Path) -> None:
    """Write the model of a cross-validation with its manifest, honest scores and card into a folder.

    The benchmark of a card that is there stays; it names the model that it is of.
    """
    manifest = {
        "name": out.name,
        "version": __version__,
        "encoder": "all-MiniLM-L6-v2, fine-tuned",
        "labels": list(found.model.tagger.heads),
        "versions": {package: version(package) for package in _PACKAGES},
        "data": {str(path.relative_to(data)): _sha256(path) for path in _inputs(data)},
        "scores": {kind: _scores(found, kind) for kind in found.predictions},
    }
    save_model(replace(found.model, manifest=manifest), out)
    card, path = model_card(json.loads((out / "manifest.json").read_text(encoding="utf-8"))), out / "CARD.md"
    if path.exists():
        card = with_benchmark(card, benchmark_of(path.read_text(encoding="utf-8")))
    path.write_text(card, encoding="utf-8")


def _scores(found: CrossValidation, kind: str) -> dict[str, Any]:
    """The report on corpora and on written meetings, apart."""
    predictions = [Prediction.from_row(row) for row in found.predictions[kind]]
    meetings = {s.doc for s in found.gold if s.doc.startswith("meetings/")}
    parts = {}
    for name, wanted in (("corpora", lambda doc: doc not in meetings), ("meetings", meetings.__contains__)):
        gold = [s for s in found.gold if wanted(s.doc)]
        mine = [p for p in predictions if wanted(p.doc)]
        parts[name] = evaluate(gold, mine, resamples=1000).to_dict()
    return parts


def _inputs(data: Path) -> list[Path]:
    return sorted(
        path
        for pattern in ("annotations/train*", "annotations/mined*", "examples/*", "meetings/*.jsonl", "folds.json")
        for path in data.glob(pattern)
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
