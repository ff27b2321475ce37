"""The encoder: a vector depends on the words of its window and on nothing else."""

import hashlib
import json
import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from vitallies.classify.encoder import ENCODER_FILES, MAX_PIECES, Encoder, pooled
from vitallies.classify.store import find_model
from vitallies.classify.windows import BREAK

WINDOWS = (
    ["we", "ca", "n't", "control", "that", "."],
    ["she", "checks", "the", "app", "while", "she", "feeds", "the", "baby"],
    ["antidisestablishmentarianism", "\U0001f600", "\u0301", "\0", "naïve"],
    ["?"],
    ["they", "wo", "n't", ".", BREAK, "who", "says", "so", "?"],
    ["customers"] * 40,
    [],
)
WORDS = st.lists(
    st.sampled_from(["we", "control", "price", "\U0001f600", "\u200b", "?", "unbelievably", "'s", BREAK]), max_size=12
)


@pytest.fixture(scope="module")
def encoder():
    return Encoder(find_model())


@pytest.fixture
def unopened(encoder, tmp_path):
    """The same encoder elsewhere, which nobody has used yet."""
    for name in ENCODER_FILES:
        shutil.copyfile(encoder.folder / name, tmp_path / name)
    return Encoder(tmp_path)


def pieces_of(encoder, words):
    """A window's word pieces, by the files alone."""
    tokenizer = Tokenizer.from_file(str(encoder.folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer.encode(words, is_pretokenized=True)


def states_of(encoder, words):
    """The states of a window and the word of each, by the files alone."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(str(encoder.folder / "encoder.onnx"), options)
    encoding = pieces_of(encoder, words)
    (states,) = session.run(None, {"input_ids": np.array([encoding.ids])})
    return states[0], encoding.word_ids


def test_the_sums_are_of_the_states_of_the_words_pieces(encoder):
    for words in WINDOWS:
        (sums,) = encoder.encode([words])
        states, word_ids = states_of(encoder, words)
        assert sums.shape == (len(words) + 1, encoder.width + 1)
        assert sums.dtype == np.float32
        for word in range(len(words)):
            mine = states[[i for i, owner in enumerate(word_ids) if owner == word]]
            assert sums[word + 1, -1] - sums[word, -1] == len(mine)
            np.testing.assert_allclose(sums[word + 1, :-1] - sums[word, :-1], mine.sum(axis=0), atol=1e-4)


def test_the_vector_of_a_stretch_is_the_mean_of_its_states_at_length_one(encoder):
    words = WINDOWS[1]
    (sums,) = encoder.encode([words])
    states, word_ids = states_of(encoder, words)
    places = [(start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    for (start, end), vector in zip(places, pooled(sums, np.array(places)), strict=True):
        mean = states[[i for i, w in enumerate(word_ids) if w is not None and start <= w < end]].mean(axis=0)
        np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)


def test_a_break_between_turns_is_the_mark_that_the_encoder_knows(encoder):
    encoding = pieces_of(encoder, ["go", BREAK, "no"])
    assert encoding.word_ids == [None, 0, 1, 2, None]  # one piece, and a word of its own
    assert encoding.ids[2] == encoding.ids[-1]  # the mark that closes every window
    assert pieces_of(encoder, ["sep"]).ids[1] != encoding.ids[2]


def test_pooled_by_hand():
    sums = np.array([[0, 0, 0], [3, 4, 1], [3, 4, 1], [6, 12, 3]], np.float32)
    found = pooled(sums, np.array([[1, 3], [0, 1], [1, 2], [2, 2], [0, 3]]))
    wanted = [
        np.array([3, 8]) / np.sqrt(73),
        [0.6, 0.8],
        [0, 0],  # a word without a piece
        [0, 0],  # an empty stretch
        np.array([2, 4]) / np.sqrt(20),
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    assert found.dtype == np.float32
    assert sums[-1].tolist() == [6, 12, 3]  # the sums are left as they were
    assert pooled(sums, np.zeros((0, 2), np.intp)).shape == (0, 2)


@pytest.mark.parametrize("last", [[0, 0, 0], [0, 0, 2], [1e-6, -1e-6, 0]], ids=["no words", "cancelled", "rounding"])
def test_where_there_is_nothing_to_pool_the_vector_is_zero(last):
    assert pooled(np.array([[0, 0, 0], last], np.float32), np.array([[0, 1]])).tolist() == [[0, 0]]


@given(st.lists(WORDS, max_size=5), st.lists(WORDS, max_size=5), WORDS)
@settings(max_examples=60)
def test_a_vector_does_not_depend_on_the_queue(encoder, before, after, words):
    (alone,) = encoder.encode([words])
    among = list(encoder.encode([*before, words, *after]))[len(before)]
    np.testing.assert_array_equal(among, alone)


def test_nor_on_what_was_encoded_earlier(encoder, unopened):
    first = list(encoder.encode(WINDOWS))
    again = list(unopened.encode(WINDOWS[::-1]))[::-1]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_nor_on_the_number_of_threads(encoder, run_python, tmp_path):
    script = """
import hashlib, json, sys
from pathlib import Path
from vitallies.classify.encoder import Encoder

windows = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
print([hashlib.sha256(sums.tobytes()).hexdigest() for sums in Encoder(Path(sys.argv[1])).encode(windows)])
"""
    windows = tmp_path / "windows.json"  # an argument cannot hold a NUL
    windows.write_text(json.dumps(WINDOWS), encoding="utf-8")
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
    printed = {run_python(script, encoder.folder, windows, **dict.fromkeys(names, threads)) for threads in "14"}
    assert len(printed) == 1
    here = [hashlib.sha256(sums.tobytes()).hexdigest() for sums in encoder.encode(WINDOWS)]
    assert printed.pop().strip() == str(here)


def test_nor_on_threads_that_share_the_encoder(encoder, unopened):
    wanted = list(encoder.encode(WINDOWS))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: list(unopened.encode(WINDOWS)), range(24)))
    for sums in found:
        for one, other in zip(sums, wanted, strict=True):
            np.testing.assert_array_equal(one, other)


def test_sums_of_bytes_do_not_overflow_whatever_the_processor(encoder, tmp_path):
    """Where it has no VNNI, ONNX Runtime adds pairs of products in 16 bits unless told otherwise."""
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'vitallies[train]'")
    width, node = 64, onnx.helper.make_node
    weights = np.full((width, 4), 127, np.int8)
    constants = {"axes": np.array([2]), "ones": np.ones((1, width), np.float32), "weights": weights}
    graph = onnx.helper.make_graph(
        [
            node("Cast", ["input_ids"], ["numbers"], to=onnx.TensorProto.FLOAT),
            node("Unsqueeze", ["numbers", "axes"], ["column"]),
            node("MatMul", ["column", "ones"], ["wide"]),
            node("DynamicQuantizeLinear", ["wide"], ["bytes", "scale", "zero"]),
            node("MatMulInteger", ["bytes", "weights", "zero"], ["sums"]),
            node("Cast", ["sums"], ["states"], to=onnx.TensorProto.FLOAT),
        ],
        "sums",
        [onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, [1, "pieces"])],
        [onnx.helper.make_tensor_value_info("states", onnx.TensorProto.FLOAT, [1, "pieces", 4])],
        [onnx.numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    onnx.save(
        onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8),
        tmp_path / "encoder.onnx",
    )
    shutil.copyfile(encoder.folder / "tokenizer.json", tmp_path / "tokenizer.json")
    words = ["zoom", "the", "price"]
    ids = np.array(pieces_of(encoder, words).ids)
    (sums,) = Encoder(tmp_path).encode([words])
    wanted = width * 127 * np.round(ids * 255 / ids.max())[1:-1]
    np.testing.assert_array_equal(np.diff(sums[:, :-1], axis=0), np.repeat(wanted[:, None], 4, axis=1))


def test_what_exceeds_the_longest_window_is_left_out(encoder):
    words = ["price"] * 400
    (sums,) = encoder.encode([words])
    assert sums.shape[0] == 401
    kept = MAX_PIECES - 2  # the window's own two marks
    assert sums[-1, -1] == kept
    assert pooled(sums, np.array([[kept - 1, kept], [kept, 400]])).any(axis=1).tolist() == [True, False]


def test_an_encoder_can_be_sent(encoder):
    (wanted,) = encoder.encode([WINDOWS[0]])
    again = pickle.loads(pickle.dumps(encoder))  # noqa: S301
    assert again == encoder
    assert len(pickle.dumps(encoder)) < 1_000  # it travels without its weights
    np.testing.assert_array_equal(next(again.encode([WINDOWS[0]])), wanted)
