"""The convolution over words: what it computes, and that sentences do not see each other."""

from dataclasses import replace

import numpy as np
import pytest
from classify_toys import toy_convolution, toy_frame
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from vitallies.classify import convolution as home
from vitallies.classify.convolution import WIDTH, numbered
from vitallies.classify.store import load_model
from vitallies.labels import LABELS

SEEDS = st.integers(0, 100_000)


def by_hand(convolution, words):
    """The log-odds of one sentence, word by word."""
    known = convolution.words.tolist()
    rows = [known.index(word) if word in known else len(known) for word in words]
    embedded = [convolution.embeddings[row].astype(np.float64) for row in rows]
    nothing = np.zeros_like(embedded[0])
    padded = [nothing, *embedded, nothing]
    hidden = []
    for at in range(len(words)):
        unit = convolution.kernel_bias + sum(padded[at + i] @ convolution.kernel[i] for i in range(WIDTH))
        hidden.append(np.maximum(unit, 0))
    seen = np.concatenate([np.max(hidden, axis=0), np.mean(hidden, axis=0)])
    return convolution.output @ seen + convolution.output_bias


@given(SEEDS)
def test_the_log_odds_are_those_of_the_formula(seed):
    rng = np.random.default_rng(seed)
    frame, convolution = toy_frame(rng), toy_convolution(rng)
    rows = np.arange(len(frame.candidates))
    found = convolution.log_odds(frame, rows)
    assert found.shape == (len(rows), len(LABELS))
    assert found.dtype == np.float32
    for (start, end), odds in zip(frame.candidates.tolist(), found, strict=True):
        np.testing.assert_allclose(odds, by_hand(convolution, frame.words[start:end].tolist()), rtol=1e-4, atol=1e-4)


@given(SEEDS)
def test_no_score_depends_on_the_lot(seed):
    rng = np.random.default_rng(seed)
    frame, convolution = toy_frame(rng, n_sentences=12), toy_convolution(rng)
    rows = np.arange(len(frame.candidates))
    whole = convolution.log_odds(frame, rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "_LOT", 3)
        np.testing.assert_allclose(convolution.log_odds(frame, rows), whole, rtol=1e-5, atol=1e-5)


@given(SEEDS)
def test_no_score_depends_on_what_else_is_asked_for(seed):
    rng = np.random.default_rng(seed)
    frame, convolution = toy_frame(rng), toy_convolution(rng)
    rows = rng.permutation(len(frame.candidates))
    together = convolution.log_odds(frame, rows)
    alone = np.concatenate([convolution.log_odds(frame, rows[[i]]) for i in range(len(rows))])
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-5)


def test_no_score_depends_on_the_number_of_threads():
    rng = np.random.default_rng(0)
    shipped = load_model().fast_tagger.convolution
    lengths = rng.integers(1, 40, 1000)
    ends = np.cumsum(lengths)
    frame = replace(
        toy_frame(rng), words=rng.choice(shipped.words, ends[-1]), candidates=np.column_stack([ends - lengths, ends])
    )
    found = []
    for threads in (1, 2, 4):
        with threadpool_limits(threads):
            found.append(shipped.log_odds(frame, np.arange(1000)))
    np.testing.assert_array_equal(found[1], found[0])
    np.testing.assert_array_equal(found[2], found[0])


def test_the_shipped_sums_are_exact():
    """Multiples of a step times bytes, as many as a word has dimensions, stay below 2**53 steps."""
    shipped = load_model().fast_tagger.convolution
    kernel = shipped.kernel.astype(np.float64)
    step = 2.0 ** (np.ceil(np.log2(np.abs(kernel).max())) - 24)
    np.testing.assert_array_equal(kernel / step, np.round(kernel / step))
    assert np.abs(kernel / step).max() * 128 * kernel.shape[1] < 2**53


def test_what_has_no_words_has_the_bias():
    rng = np.random.default_rng(0)
    frame, convolution = toy_frame(rng), toy_convolution(rng)
    full = convolution.log_odds(frame, np.array([0, 1]))
    bare = replace(frame, candidates=np.vstack([frame.candidates[:1], [[3, 3]], frame.candidates[1:]]))
    found = convolution.log_odds(bare, np.array([0, 1, 2]))
    np.testing.assert_allclose(found[[0, 2]], full, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found[1], convolution.output_bias)
    np.testing.assert_array_equal(convolution.log_odds(bare, np.array([1])), convolution.output_bias[None])
    assert convolution.log_odds(bare, np.array([], np.intp)).shape == (0, len(LABELS))


@pytest.mark.parametrize("known", [[], [5], [5, 7, 2**63, 2**64 - 1]])
def test_words_are_numbered_by_their_place_among_the_known(known):
    words = [0, 5, 6, 7, 2**63, 2**64 - 1]
    found = numbered(np.array(words, np.uint64), np.array(known, np.uint64))
    assert found.tolist() == [known.index(word) if word in known else len(known) for word in words]
