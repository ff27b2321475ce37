"""Models on disk: what is written is read back, and nothing else is taken for it."""

import ast
import gc
import hashlib
import io
import json
import os
import shutil
import warnings
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from classify_toys import toy_frame, toy_model

import vitallies
from vitallies.classify import store
from vitallies.classify.frame import Features
from vitallies.classify.store import (
    FILES,
    FORMAT,
    MANIFEST,
    VARIABLE,
    find_model,
    load_model,
    packed,
    save_model,
    shortened,
    unpacked,
)
from vitallies.errors import ModelError, VitalliesError

ARRAYS = ("boundaries.npz", "ngrams.npz", "heads.npz", "fast.npz")


@pytest.fixture
def saved(tmp_path):
    """A folder with a model of its own: loading is remembered by folder and content."""
    save_model(toy_model(tmp_path / "source"), tmp_path / "model")
    return tmp_path / "model"


def refused(folder, *says):
    """Assert that the model is refused with a message that holds all of ``says`` and a cure."""
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    message = str(caught.value)
    for words in says:
        assert str(words) in message
    assert any(cure in message for cure in ("install vitallies again", "vitallies train", "pip install -U vitallies"))
    with pytest.raises(VitalliesError):
        vitallies.load(folder)


def rehash(folder):
    """Make the manifest name the files as they are: what follows must be found by other checks than the hash."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def changed(folder, **changes):
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest.update(changes)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def with_arrays(path, **arrays):
    with np.load(path) as stored:
        content = {**stored, **arrays}
    np.savez_compressed(path, **{name: array for name, array in content.items() if array is not None})


# There and back


def test_weights_are_rounded_to_six_bits():
    weights = np.array([[0.0, 1.0, -0.3, 0.01234, 7.77, 1e-9]], np.float32)
    kept = shortened(weights)
    assert kept.dtype == np.float16
    assert kept.shape == weights.shape
    np.testing.assert_allclose(kept, weights, rtol=1 / 64, atol=1e-7)
    assert not (kept.view(np.uint16) & 0b11111).any()
    np.testing.assert_array_equal(shortened(kept.astype(np.float32)), kept)


@pytest.mark.parametrize("hashes", [[], [0], [5], [2**64 - 1], [0, 1, 255, 256, 2**40, 2**63, 2**64 - 1]])
def test_hashes_are_packed_without_loss(hashes):
    hashes = np.array(hashes, np.uint64)
    planes = packed(hashes)
    assert planes.dtype == np.uint8
    assert planes.shape == (8, len(hashes))
    np.testing.assert_array_equal(unpacked(planes), hashes)


def test_packed_hashes_take_less_of_a_file():
    hashes = np.unique(np.random.default_rng(0).integers(2**64 - 1, size=20_000, dtype=np.uint64))
    assert len(zlib.compress(packed(hashes).tobytes())) < 0.85 * len(zlib.compress(hashes.tobytes()))


def test_a_saved_model_gives_identical_scores(tmp_path):
    model = toy_model(tmp_path / "source")
    save_model(model, tmp_path / "model")
    again = load_model(tmp_path / "model")
    words = np.arange(50, dtype=np.uint64)
    np.testing.assert_array_equal(again.boundaries.log_odds(words), model.boundaries.log_odds(words))
    frame = toy_frame(np.random.default_rng(1), n_sentences=40)
    rows = np.arange(len(frame.candidates))
    bare = replace(frame, vectors=frame.vectors[:, :0])
    for seen, one, other in ((frame, model.tagger, again.tagger), (bare, model.fast_tagger, again.fast_tagger)):
        before, after = (Features.of(seen, rows, tagger.ngrams) for tagger in (one, other))
        np.testing.assert_array_equal(after.sparse.toarray(), before.sparse.toarray())
        np.testing.assert_array_equal(other.log_odds(after), one.log_odds(before))
        assert other.tag(seen, all_candidates=True) == one.tag(seen, all_candidates=True)
        assert other.calibrations == one.calibrations
    for name, head in again.tagger.heads.items():
        assert head.sparse is again.fast_tagger.heads[name].sparse  # held once
    assert again.folder == again.encoder.folder == (tmp_path / "model").resolve()
    assert again.manifest["scores"] == model.manifest["scores"]
    assert again.manifest["format"] == FORMAT


def test_heads_that_do_not_share_their_ngrams_are_not_saved(tmp_path):
    model = toy_model(tmp_path / "source")
    other = toy_model(tmp_path / "other", seed=1)
    with pytest.raises(ModelError, match="share their n-grams"):
        save_model(replace(model, fast_tagger=other.fast_tagger), tmp_path / "model")


def test_saving_is_reproducible(saved, tmp_path):
    save_model(load_model(saved), tmp_path / "again")
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == sorted([*FILES, MANIFEST])
    for name in (*FILES, MANIFEST):
        assert (tmp_path / "again" / name).read_bytes() == (saved / name).read_bytes(), name


def test_the_shipped_model_survives_a_copy(tmp_path, everything):
    save_model(everything.pipeline.model, tmp_path / "copy")
    again = vitallies.load(tmp_path / "copy", all_candidates=True)
    text = "We can't control that. Customers only care about price."
    assert again.analyze(text).spans == everything.analyze(text).spans
    assert again.analyze(text).spans


def test_the_shipped_model_leaves_room_in_a_wheel_of_35_megabytes():
    packed_up = sum(len(zlib.compress((find_model() / name).read_bytes())) for name in FILES)
    assert 1_000_000 < packed_up < 34_300_000


def test_a_model_is_named_by_its_name_version_and_hash(saved):
    model = load_model(saved)
    assert model.id == f"toy 1 {hashlib.sha256((saved / 'heads.npz').read_bytes()).hexdigest()[:8]}"


def test_a_model_is_loaded_once(saved):
    assert load_model(saved) is load_model(str(saved))


def test_a_model_that_was_replaced_is_loaded_anew(saved, tmp_path):
    first = load_model(saved)
    save_model(toy_model(tmp_path / "other", seed=7), saved)
    second = load_model(saved)
    assert second is not first
    assert second.id != first.id


# Refused


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(saved, name):
    (saved / name).unlink()
    refused(saved, saved / name, "is missing")


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file(saved, name):
    content = (saved / name).read_bytes()
    (saved / name).write_bytes(content[: len(content) // 2])
    refused(saved, saved / name, "hash differs")


@pytest.mark.parametrize("name", FILES)
def test_a_tampered_byte(saved, name):
    content = bytearray((saved / name).read_bytes())
    content[-1] ^= 1
    (saved / name).write_bytes(content)
    refused(saved, saved / name, "hash differs")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_the_manifest_does_not_name(saved, name):
    manifest = json.loads((saved / MANIFEST).read_text(encoding="utf-8"))
    del manifest["files"][name]
    (saved / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    refused(saved, saved / name, "is missing")


@pytest.mark.parametrize("name", FILES)
def test_files_swapped_between_models(saved, tmp_path, name):
    save_model(toy_model(tmp_path / "other-source", seed=1), tmp_path / "other")
    content = (tmp_path / "other" / name).read_bytes()
    if content != (saved / name).read_bytes():
        (saved / name).write_bytes(content)
        refused(saved, saved / name, "hash differs")


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (FORMAT + 1, "pip install -U vitallies"),
        (999, "pip install -U vitallies"),
        (FORMAT - 1, "train the model again"),
        (None, "train the model again"),
        ("1", "train the model again"),
    ],
)
def test_another_format(saved, number, cure):
    changed(saved, format=number)
    refused(saved, saved / MANIFEST, f"format {number!r}", f"reads {FORMAT}", cure)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"nonsense", b"\xff\xfe", b"[]", b'"x"', b"3", b"null", b"{}", b'{"format": 1}']
)
def test_a_manifest_that_is_none(saved, content):
    (saved / MANIFEST).write_bytes(content)
    refused(saved, saved / MANIFEST, "cannot be read as a manifest")


@pytest.mark.parametrize("key", ["format", "files", "name", "version"])
def test_a_manifest_without_what_it_must_hold(saved, key):
    manifest = json.loads((saved / MANIFEST).read_text(encoding="utf-8"))
    del manifest[key]
    (saved / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    refused(saved, saved / MANIFEST, key)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"calibration": {}}, "heads"),
        ({"calibration": {"heads": {}, "fast": {}}}, "VITAL_LIE"),
        ({"calibration": {"heads": {"VITAL_LIE": {"slope": 1.0}}, "fast": {}}}, "offset"),
        ({"calibration": None}, "NoneType"),
    ],
)
def test_a_manifest_without_calibrations(saved, changes, says):
    changed(saved, **changes)
    refused(saved, saved, says)


@pytest.mark.parametrize(
    "changes", [{"files": None}, {"files": ["heads.npz"]}, {"calibration": {"heads": [], "fast": []}}]
)
def test_a_manifest_whose_parts_have_another_shape(saved, changes):
    changed(saved, **changes)
    refused(saved, saved)


SHAPES = [
    ("boundaries.npz", {"weights": np.zeros(7, np.float16)}, "weights has shape (7,)"),
    ("boundaries.npz", {"weights": np.zeros((2**19, 1), np.float16)}, "weights has shape (524288, 1)"),
    ("boundaries.npz", {"bias": None}, "bias"),
    ("boundaries.npz", {"bias": np.zeros(2)}, "not a model"),
    ("ngrams.npz", {"ngrams": np.zeros((2, 2), np.uint64)}, "ngrams has shape (2, 2)"),
    ("ngrams.npz", {"idf": np.zeros(3, np.float32)}, "idf has shape (3,)"),
    ("heads.npz", {"CHALLENGE.dense": np.zeros((1, 2), np.float32)}, "CHALLENGE.dense has shape (1, 2)"),
    ("ngrams.npz", {"CHALLENGE.sparse": np.zeros((1, 2), np.float16)}, "CHALLENGE.sparse has shape (1, 2)"),
    ("heads.npz", {"CHALLENGE.bias": np.zeros(2, np.float32)}, "CHALLENGE.bias has shape (2,)"),
    ("heads.npz", {"kind.bias": np.zeros(4, np.float32)}, "kind.bias has shape (4,)"),
    ("heads.npz", {"stance.dense": None}, "stance.dense"),
    ("heads.npz", {"kind.dense": np.zeros((5, 3), np.float32)}, "kind.dense has shape (5, 3)"),
    ("fast.npz", {"stance.dense": np.zeros((3, 3), np.float32)}, "stance.dense has shape (3, 3)"),
    ("ngrams.npz", {"kind.sparse": np.zeros((5, 2), np.float16)}, "kind.sparse has shape (5, 2)"),
    ("ngrams.npz", {"choices.ngrams": np.zeros((2, 2), np.uint64)}, "choices.ngrams has shape (2, 2)"),
    ("ngrams.npz", {"choices.idf": np.zeros(3, np.float32)}, "choices.idf has shape (3,)"),
    ("fast.npz", {"VITAL_LIE.dense": np.zeros((), np.float32)}, "not a model"),
    ("fast.npz", {"framing.edges": np.zeros(5, np.float32)}, "framing.edges has shape (5,)"),
    ("fast.npz", {"VITAL_LIE.dense": None}, "VITAL_LIE.dense"),
]


@pytest.mark.parametrize(("name", "arrays", "says"), SHAPES, ids=[f"{n}: {s}" for n, _, s in SHAPES])
def test_arrays_of_another_shape(saved, name, arrays, says):
    with_arrays(saved / name, **arrays)
    rehash(saved)
    refused(saved, saved, says, "not a model that this version can read")


@pytest.mark.parametrize("name", ["heads.npz", "fast.npz"])
def test_the_file_of_an_array_of_another_shape_is_named(saved, name):
    with_arrays(saved / name, **{"CHALLENGE.bias": np.zeros(3, np.float32)})
    rehash(saved)
    refused(saved, name)


class Trap:
    """Unpickled, it leaves a folder behind."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("replaced", ["an array", "the file"])
def test_a_pickled_object_array_is_refused_unread(saved, tmp_path, name, replaced):
    trap = np.array([Trap(tmp_path / "sprung")], dtype=object)
    if replaced == "the file":
        with (saved / name).open("wb") as file:
            np.save(file, trap, allow_pickle=True)
    else:
        with np.load(saved / name) as stored:
            first = next(iter(stored))
            content = {**stored, first: trap}
        np.savez(saved / name, **content)
    rehash(saved)
    refused(saved, saved, "not a model that this version can read")
    assert not (tmp_path / "sprung").exists()


def test_a_trap_springs_where_pickle_is_allowed(tmp_path):
    """The test above would pass with a trap that is none."""
    buffer = io.BytesIO()
    np.save(buffer, np.array([Trap(tmp_path / "sprung")], dtype=object), allow_pickle=True)
    buffer.seek(0)
    np.load(buffer, allow_pickle=True)
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("kept", [0, 200], ids=["empty", "cut"])
def test_a_file_that_was_damaged_before_it_was_hashed(saved, kept):
    (saved / "heads.npz").write_bytes((saved / "heads.npz").read_bytes()[:kept])
    rehash(saved)
    kind = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # numpy leaves a file open that is no zip
        try:
            load_model(saved)
        except Exception as error:
            kind = type(error)
        gc.collect()
    assert kind is ModelError


def test_the_encoder_of_a_model_that_was_replaced_is_loaded_anew(analyzer, tmp_path):
    """Heads of one model with the encoder of another would be wrong without a word."""
    text = "We Can't Control That. Customers Only Care About Price."
    original = analyzer.pipeline.model
    scores = {}
    for name in ("one", "other"):
        save_model(original, tmp_path / name)
    vitallies.load(tmp_path / "one", all_candidates=True).analyze(text)
    for name in ("one", "other"):
        path = tmp_path / name / "tokenizer.json"
        tokenizer = json.loads(path.read_text(encoding="utf-8"))
        tokenizer["normalizer"]["lowercase"] = False
        tokenizer["post_processor"] = None
        path.write_text(json.dumps(tokenizer), encoding="utf-8")
        rehash(tmp_path / name)
        spans = vitallies.load(tmp_path / name, all_candidates=True).analyze(text).spans
        scores[name] = [span.score for span in spans]
    assert scores["one"] == scores["other"]


# Where a model is looked for


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A repository with both homes of the shipped model, and none that is given."""
    monkeypatch.delenv(VARIABLE, raising=False)
    package = tmp_path / "repository" / "vitallies"
    monkeypatch.setattr(store, "__file__", str(package / "classify" / "store.py"))
    homes = {
        "explicit": tmp_path / "explicit",
        "variable": tmp_path / "variable",
        "packaged": package / "_models" / "default",
        "repository": package.parent / "models" / "default",
    }
    for folder in homes.values():
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_text("{}", encoding="utf-8")
    return homes


def test_the_order_of_the_places(house, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(house["variable"]))
    assert find_model(house["explicit"]) == house["explicit"]
    assert find_model(str(house["explicit"])) == house["explicit"]
    assert find_model() == house["variable"]
    monkeypatch.delenv(VARIABLE)
    assert find_model() == house["packaged"]
    shutil.rmtree(house["packaged"])
    assert find_model() == house["repository"]
    shutil.rmtree(house["repository"])
    with pytest.raises(ModelError) as caught:
        find_model()
    for place in (house["packaged"], house["repository"]):
        assert str(place) in str(caught.value)
    assert "install vitallies again" in str(caught.value)


@pytest.mark.parametrize("bad", ["missing", "empty", "a file"])
def test_nothing_stands_in_for_a_model_that_was_asked_for(house, monkeypatch, bad):
    shutil.rmtree(house["explicit"])
    if bad == "empty":
        house["explicit"].mkdir()
    elif bad == "a file":
        house["explicit"].write_text("no folder", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(house["variable"]))
    with pytest.raises(ModelError, match="explicit"):
        find_model(house["explicit"])
    monkeypatch.setenv(VARIABLE, str(house["explicit"]))
    with pytest.raises(ModelError, match="explicit"):
        find_model()


def test_nothing_stands_in_for_a_model_that_is_damaged(saved, monkeypatch):
    (saved / "heads.npz").write_bytes(b"")
    with pytest.raises(ModelError, match=r"heads\.npz"):
        vitallies.load(saved)
    monkeypatch.setenv(VARIABLE, str(saved))
    with pytest.raises(ModelError, match=r"heads\.npz"):
        vitallies.load()
    with pytest.raises(ModelError, match=r"heads\.npz"):
        vitallies.analyze("We can't control that.")


def test_nothing_stands_in_for_an_empty_name(house):
    with pytest.raises(ModelError):
        find_model("")


# Nothing of a file is run, nothing is fetched

LIBRARY = sorted(Path(vitallies.__file__).parent.rglob("*.py"))
MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "marshal",
    "shelve",
    "requests",
    "httpx",
    "urllib",
    "http",
    "socket",
}
CALLS = {"eval", "exec", "compile", "__import__", "urlopen", "urlretrieve", "unpickle", "loads_pickle"}


def dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([*([node.id] if isinstance(node, ast.Name) else []), *reversed(parts)])


def dangers(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            yield node.module
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            safe = {keyword.arg: getattr(keyword.value, "value", None) for keyword in node.keywords}
            if (
                (isinstance(node.func, ast.Name) and name in CALLS)
                or name.split(".")[-1] in {"urlopen", "urlretrieve", "read_pickle", "from_pretrained"}
                or name in {"joblib.load", "torch.load", "pickle.load", "pickle.loads"}
                or (name in {"np.load", "numpy.load"} and safe.get("allow_pickle", True) is not False)
                or safe.get("trust_remote_code")
            ):
                yield name


def test_the_library_neither_unpickles_nor_evaluates_nor_fetches():
    assert len(LIBRARY) > 40
    found = {(path.name, danger) for path in LIBRARY for danger in dangers(path.read_text(encoding="utf-8"))}
    # Training alone reads weights from an installed package, and hands from_pretrained the folder; it reads its own
    # checkpoint with weights_only, which builds nothing but tensors.
    assert found <= {("student.py", "AutoModel.from_pretrained"), ("student.py", "torch.load")}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from urllib.request import urlopen",
        "import requests as r",
        "eval('1')",
        "np.load(path)",
        "np.load(path, allow_pickle=True)",
        "joblib.load(path)",
        "urllib.request.urlopen(x)",
    ],
)
def test_the_search_finds_what_it_is_for(source):
    assert list(dangers(source))


def test_analysing_needs_no_network_no_pickle_and_no_other_process(run_python):
    printed = run_python(
        """
import sys

FORBIDDEN = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request",
             "pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")


def guard(event, args):
    if event in FORBIDDEN or (event == "socket.__new__" and args[1] not in (-1, 1)):  # 1: a local one
        raise RuntimeError(f"{event} {args}")


import spacy, onnxruntime, tokenizers, scipy.sparse  # theirs to answer for
sys.addaudithook(guard)
import vitallies

spans = vitallies.analyze("We can't control that. Customers only care about price.").spans
assert spans
print(len(spans))
try:
    import urllib.request
    urllib.request.urlopen("http://127.0.0.1:9")
except RuntimeError:
    print("guarded")
"""
    )
    assert printed.split()[-1] == "guarded"
