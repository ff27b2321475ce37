"""Models on disk that are damaged, of another format or dangerous: refused with what is wrong and a cure."""

import gc
import io
import json
import os
import warnings

import numpy as np
import pytest
from classify_toys import rehash, toy_model

import vitallies
from vitallies.classify.store import FILES, FORMAT, MANIFEST, load_model, save_model
from vitallies.errors import ModelError, VitalliesError

ARRAYS = ("boundaries.npz", "ngrams.npz", "heads.npz", "fast.npz", "references.npz")


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


def changed(folder, **changes):
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest.update(changes)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def with_arrays(path, **arrays):
    with np.load(path) as stored:
        content = {**stored, **arrays}
    np.savez_compressed(path, **{name: array for name, array in content.items() if array is not None})


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
    ("fast.npz", {"inside.hashed": np.zeros((6, 5), np.float16)}, "inside.hashed has shape (6, 5)"),
    ("fast.npz", {"inside.states": np.zeros((6, 3), np.float32)}, "inside.states has shape (6, 3)"),
    ("heads.npz", {"inside.bias": None}, "inside.bias"),
    ("fast.npz", {"VITAL_LIE.dense": None}, "VITAL_LIE.dense"),
    ("references.npz", {"inside.states": np.zeros((1, 4), np.float32)}, "inside.states has shape (1, 4)"),
    ("references.npz", {"inside.bias": np.zeros(6, np.float32)}, "inside.bias has shape (6,)"),
    ("references.npz", {"threshold": None}, "threshold"),
    ("fast.npz", {"convolution.words": None}, "convolution.words"),
    ("fast.npz", {"convolution.embeddings": np.zeros((1, 5), np.int8)}, "convolution.embeddings has shape (1, 5)"),
    ("fast.npz", {"convolution.kernel": np.zeros((5, 5, 4), np.float32)}, "convolution.kernel has shape (5, 5, 4)"),
    ("fast.npz", {"convolution.kernel_bias": np.zeros(3, np.float32)}, "convolution.kernel_bias has shape (3,)"),
    ("fast.npz", {"convolution.output": np.zeros((6, 4), np.float32)}, "convolution.output has shape (6, 4)"),
    ("fast.npz", {"convolution.output_bias": np.zeros(3, np.float32)}, "convolution.output_bias has shape (3,)"),
    ("fast.npz", {"convolution.output_bias": np.full(6, np.nan, np.float32)}, "no finite 32-bit floats"),
    ("fast.npz", {"convolution.output_bias": np.zeros(6, np.int64)}, "no finite 32-bit floats"),
]


@pytest.mark.parametrize(("name", "arrays", "says"), SHAPES, ids=[f"{n}: {s}" for n, _, s in SHAPES])
def test_arrays_of_another_shape(saved, name, arrays, says):
    with_arrays(saved / name, **arrays)
    rehash(saved)
    refused(saved, saved, says, "not a model that this version can read")


def test_a_convolution_that_knows_its_words_in_another_order(saved):
    with np.load(saved / "fast.npz") as stored:
        n = stored["convolution.words"].shape[1]
    for arrays in (
        {"convolution.words": np.zeros((8, n), np.uint8)},
        {"convolution.embeddings": np.zeros((n + 1, 5), np.uint8)},
    ):
        with_arrays(saved / "fast.npz", **arrays)
        rehash(saved)
        refused(saved, saved, "no bytes, or its words not sorted", "not a model that this version can read")


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
