"""Features of candidates, reckoned by hand on a tiny case."""

from dataclasses import replace

import numpy as np
import pytest
from classify_toys import toy_frame
from hypothesis import given
from hypothesis import strategies as st

from vitallies.classify.frame import Features, Frame, context_features, dense_features
from vitallies.classify.ngrams import NgramIndex
from vitallies.classify.places import EDGE_BUCKETS, PlaceHead, edge_buckets, shape_features

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


# Places


def test_shape_features_by_hand():
    log_odds = np.array([2.0, 0.5, -1.0], np.float32)
    found = shape_features(FRAME, np.array([0, 1, 2]), log_odds)
    wanted = [
        [2.0, 0.0, np.log(6), 1, 1, 1, 1, 0],
        [0.5, -1.5, np.log(4), 0.6, 0.36, 0, 0, np.log(2)],
        [-1.0, -3.0, np.log(2), 0.2, 0.04, 0, 1, np.log(5)],
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_edge_buckets_are_of_the_words_at_the_edges_inside_the_sentence():
    every = np.arange(6)
    before = edge_buckets(FRAME, every)
    assert before.shape == (6, 6)
    assert ((before >= 0) & (before < EDGE_BUCKETS)).all()
    reach = {
        # candidate → the words that its edges touch: before, opening, second, closing, after
        0: {0, 1, 4},
        1: {0, 1, 2, 3, 4},
        2: {3, 4},
        3: {5, 6},
        4: {7, 8, 9},
        5: {7, 8, 9},
    }
    for word in range(10):
        words = FRAME.words.copy()
        words[word] = 99
        changed = (edge_buckets(replace(FRAME, words=words), every) != before).any(axis=1)
        assert np.flatnonzero(changed).tolist() == [row for row in range(6) if word in reach[row]]


def test_the_edge_of_a_sentence_is_a_word_of_its_own():
    """The words beyond the sentence are not looked at: the same sentence elsewhere has the same buckets."""
    twice = Frame(
        words=np.array([10, 11, 10, 11], np.uint64),
        sentences=np.array([[0, 2], [2, 4]]),
        turns=np.array([0, 0]),
        candidates=np.array([[0, 2], [2, 4]]),
        owners=np.array([0, 1]),
        marks=np.zeros((4, 1), np.float32),
        vectors=np.zeros((2, 0), np.float32),
    )
    one, two = edge_buckets(twice, np.array([0, 1]))
    assert one.tolist() == two.tolist()


@given(st.integers(0, 1000))
def test_the_expected_overlap_is_linear(seed):
    rng = np.random.default_rng(seed)
    frame = toy_frame(rng)
    rows = np.arange(len(frame.candidates))
    log_odds = rng.normal(size=len(rows)).astype(np.float32)
    head = PlaceHead(rng.normal(size=8).astype(np.float32), rng.normal(size=EDGE_BUCKETS).astype(np.float32), 0.5)
    shapes, edges = shape_features(frame, rows, log_odds), edge_buckets(frame, rows)
    by_hand = [
        float(shape @ head.shape) + sum(float(head.edges[at]) for at in buckets) + 0.5
        for shape, buckets in zip(shapes, edges.tolist(), strict=True)
    ]
    assert head.overlap(frame, rows, log_odds) == pytest.approx(by_hand, rel=1e-4, abs=1e-4)
