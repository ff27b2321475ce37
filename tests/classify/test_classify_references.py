"""The probability of each word to refer to the people served, reckoned by hand."""

import numpy as np
import pytest
from classify_toys import toy_frame, toy_reference_head

from vitallies.classify.inside import word_features


def test_probabilities_add_what_the_states_and_the_words_say():
    rng = np.random.default_rng(3)
    frame, head = toy_frame(rng), toy_reference_head(rng)
    odds = rng.normal(size=(len(frame.words), 1)).astype(np.float32)
    positions, buckets = word_features(frame, frame.sentences)
    words = head.words
    log_odds = positions @ words.positions[0] + words.hashed[0][buckets].sum(axis=1) + words.bias[0] + odds[:, 0]
    found = head.probabilities(frame, odds)
    assert found.shape == frame.words.shape
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-log_odds.astype(float))), rtol=1e-4)


def test_the_words_of_a_sentence_are_judged_within_it():
    rng = np.random.default_rng(4)
    frame, head = toy_frame(rng), toy_reference_head(rng)
    odds = np.zeros((len(frame.words), 1), np.float32)
    before = head.probabilities(frame, odds)
    first = frame.sentences[0, 1]
    frame.words[0] += np.uint64(1000)
    after = head.probabilities(frame, odds)
    assert after[0] != pytest.approx(before[0])
    np.testing.assert_array_equal(after[first:], before[first:])
