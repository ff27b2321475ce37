"""Features of candidates, reckoned by hand on a tiny case."""

from dataclasses import replace

import numpy as np
from classify_toys import toy_frame
from hypothesis import given
from hypothesis import strategies as st

from vitallies.classify.frame import Features, Frame, context_features, dense_features
from vitallies.classify.ngrams import NgramIndex

# Two turns: "a b c d e" and "f g" in the first, "h i j" in the second.
#   sorts:    0 at b, b', c, d (thrice inside: clipped at 2), 1 at a and f, 0 at h
FRAME = Frame(
    words=np.arange(10, 20, dtype=np.uint64),
    sentences=np.array([[0, 5], [5, 7], [7, 10]]),
    turns=np.array([0, 0, 1]),
    candidates=np.array([[0, 5], [1, 4], [4, 5], [5, 7], [7, 10], [8, 10]]),
    owners=np.array([0, 0, 0, 1, 2, 2]),
    marks=np.array([[0, 1], [1, 0], [1, 0], [1, 0], [0, 0], [0, 1], [0, 0], [1, 0], [0, 0], [0, 0]], np.float32),
    vectors=np.arange(12, dtype=np.float32).reshape(6, 2),
    state_odds=np.zeros((10, 0), np.float32),
)


def test_wholes_and_neighbours():
    assert FRAME.wholes.tolist() == [0, 3, 4]
    assert FRAME.neighbours(-1).tolist() == [-1, 0, -1]
    assert FRAME.neighbours(1).tolist() == [1, -1, -1]


def test_context_features_by_hand():
    found = context_features(FRAME, np.arange(6))
    inside = [[2, 1], [2, 0], [0, 0], [0, 1], [1, 0], [0, 0]]
    ahead = [[0, 0], [0, 1], [2, 1], [0, 0], [0, 0], [1, 0]]
    behind = [[0, 0], [0, 0], [0, 0], [0, 0], [0, 0], [0, 0]]
    sentence_before = [[0, 0], [0, 0], [0, 0], [2, 1], [0, 0], [0, 0]]
    sentence_after = [[0, 1], [0, 1], [0, 1], [0, 0], [0, 0], [0, 0]]
    length = np.array([5, 3, 1, 2, 3, 2])
    share = np.array([1, 3 / 5, 1 / 5, 1, 1, 2 / 3])
    opens = [1, 1, 1, 0, 1, 1]
    closes = [0, 0, 0, 1, 1, 1]
    wanted = np.column_stack(
        [inside, ahead, behind, sentence_before, sentence_after, np.log1p(length), share, opens, closes]
    )
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_marks_behind_a_candidate_are_told_from_those_ahead():
    frame = replace(FRAME, marks=FRAME.marks[::-1].copy())
    found = context_features(frame, np.array([1]))[0]
    assert found[2:4].tolist() == [0, 0]  # ahead: word 0
    assert found[4:6].tolist() == [0, 1]  # behind: word 4


def test_dense_features_by_hand():
    found = dense_features(FRAME, np.array([1, 3, 4, 5]))
    vectors = [[2, 3], [6, 7], [8, 9], [10, 11]]
    np.testing.assert_array_equal(found[:, :2], vectors)
    np.testing.assert_array_equal(found[:, 2:], context_features(FRAME, np.array([1, 3, 4, 5])))
    assert found.dtype == np.float32


def test_features_line_up_with_the_rows_asked_for():
    ngrams = NgramIndex.fit([FRAME.words] * 2)
    rows = np.array([4, 1, 1])
    found = Features.of(FRAME, rows, ngrams)
    np.testing.assert_array_equal(found.dense, dense_features(FRAME, rows))
    alone = [ngrams.matrix(FRAME.words[a:b], np.array([[0, b - a]])).toarray()[0] for a, b in FRAME.candidates[rows]]
    np.testing.assert_array_equal(found.sparse.toarray(), alone)


@given(st.integers(0, 1000))
def test_a_row_does_not_depend_on_the_others_asked_for(seed):
    frame = toy_frame(np.random.default_rng(seed))
    every = dense_features(frame, np.arange(len(frame.candidates)))
    for row in range(len(frame.candidates)):
        np.testing.assert_array_equal(dense_features(frame, np.array([row]))[0], every[row])


def test_what_another_turn_holds_is_no_context():
    other = replace(FRAME, marks=np.vstack([FRAME.marks[:7], np.ones((3, 2), np.float32)]))
    rows = np.array([0, 1, 2, 3])
    np.testing.assert_array_equal(context_features(FRAME, rows), context_features(other, rows))


def test_a_frame_without_words():
    none = toy_frame(np.random.default_rng(0), n_sentences=0)
    assert dense_features(none, np.zeros(0, np.intp)).shape[0] == 0
