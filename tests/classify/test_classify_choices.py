"""Kind and stance: what of a sentence is looked at, and where in it."""

from dataclasses import replace

import numpy as np
from classify_toys import toy_frame, toy_tagger, without_vectors
from hypothesis import given
from hypothesis import strategies as st

from vitallies.classify.choices import Choices, choice_features
from vitallies.classify.frame import Frame, context_features
from vitallies.classify.heads import Head
from vitallies.classify.ngrams import NgramIndex
from vitallies.labels import KINDS, STANCES

THEY, SAY, WE, CAN, NOT, SHE, LAUGHED = range(100, 107)
SAID = (THEY, SAY, WE, CAN, NOT, SHE, LAUGHED)
INDEX = NgramIndex.fit([np.array(SAID, np.uint64)] * 2)


def frame_of(candidates, before=0):
    """One sentence, after another of some words."""
    words = np.array([1] * before + list(SAID), np.uint64)
    return Frame(
        words=words,
        sentences=np.array([[before, len(words)]]),
        turns=np.array([0]),
        candidates=np.array(candidates) + before,
        owners=np.zeros(len(candidates), np.intp),
        marks=np.zeros((len(words), 1), np.float32),
        vectors=np.arange(2.0 * len(candidates), dtype=np.float32).reshape(-1, 2),
        state_odds=np.zeros((len(words), 0), np.float32),
    )


def features(frame, rows):
    rows = np.array(rows)
    return choice_features(frame, rows, frame.vectors, context_features(frame, rows), INDEX)


def known(row, part):
    """The single words that a row holds inside (0), before (1) or after (2) the candidate."""
    n = len(INDEX.hashes)
    columns = set((row.indices[(row.indices >= part * n) & (row.indices < (part + 1) * n)] - part * n).tolist())
    located = INDEX.locate(np.array(SAID, np.uint64))[0].tolist()
    return [word for word, column in zip(SAID, located, strict=True) if column in columns]


def test_words_inside_before_and_after_are_told_apart():
    found = features(frame_of([(0, 7), (2, 5), (5, 7)]), [1, 2, 0])
    row = found.sparse[[0]]
    assert [known(row, part) for part in range(3)] == [[WE, CAN, NOT], [THEY, SAY], [SHE, LAUGHED]]
    assert [known(found.sparse[[1]], part) for part in range(3)] == [[SHE, LAUGHED], [THEY, SAY, WE, CAN, NOT], []]
    assert [known(found.sparse[[2]], part) for part in range(3)] == [list(SAID), [], []]


def test_the_sentences_vector_stands_beside_the_candidates():
    frame = frame_of([(0, 7), (2, 5), (5, 7)])
    dense = features(frame, [2, 0]).dense
    assert dense[:, :4].tolist() == [[4, 5, 0, 1], [0, 1, 0, 1]]
    np.testing.assert_array_equal(dense[:, 4:], context_features(frame, np.array([2, 0])))


@given(st.integers(0, 2**32 - 1))
def test_what_stands_in_other_sentences_makes_no_difference_to_the_words(seed):
    rng = np.random.default_rng(seed)
    end = int(rng.integers(3, 8))
    candidates = [(0, 7), (2, end)]
    one, other = (features(frame_of(candidates, n), [1]).sparse.toarray() for n in (0, int(rng.integers(1, 5))))
    np.testing.assert_array_equal(one, other)


def test_the_likeliest_are_chosen_for_each_row():
    n = len(INDEX.hashes)
    frame = frame_of([(0, 7), (2, 5)])
    n_dense = 4 + context_features(frame, np.array([0])).shape[1]

    def head(classes, weights):
        sparse = np.zeros((len(classes), 3 * n), np.float32)
        for number, column in weights:
            sparse[number, column] = 1
        return Head(tuple(classes), np.zeros((len(classes), n_dense), np.float32), sparse, np.zeros(len(classes), "f4"))

    they = INDEX.locate(np.array(SAID, np.uint64))[0][0]
    kinds, stances = list(KINDS), list(STANCES)
    choices = Choices(
        INDEX,
        head(kinds, [(1, they)]),  # where "they" stands inside
        head(stances, [(1, n + they)]),  # where it stands before
    )
    assert choices.choose(frame, np.array([1, 0])) == [(kinds[0], stances[1]), (kinds[1], stances[0])]


def test_without_vectors_the_context_is_all_that_is_dense():
    rng = np.random.default_rng(0)
    frame, tagger = toy_frame(rng), toy_tagger(rng)
    rows = np.arange(len(frame.candidates))
    bare = np.zeros((len(rows), 0), np.float32)
    context = context_features(frame, rows)
    found = choice_features(frame, rows, bare, context, tagger.choices.ngrams)
    np.testing.assert_array_equal(found.dense, context)
    fast = without_vectors(rng, tagger).choices
    chosen = fast.choose(replace(frame, vectors=bare), rows)
    assert chosen == list(zip(fast.kind.choose(found), fast.stance.choose(found), strict=True))
