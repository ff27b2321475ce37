"""Heads, calibrations and ends of sentences, each fitted on what was drawn for it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from vitallies.classify.frame import Features
from vitallies.errors import DataError
from vitallies.labels import LABELS
from vitallies.pipeline.docs import blank_english
from vitallies.pipeline.tokens import TokenTable
from vitallies.training.alignment import ARGUABLE, CLEAR, NOTHING
from vitallies.training.boundaries import fit_boundaries
from vitallies.training.fit import (
    DENSE_C,
    MOST_FALSE_ALARMS,
    SHARES,
    SPARSE_C,
    Heads,
    calibrated,
    fit_heads,
)
from vitallies.types import Transcript, Turn

SEEDS = st.integers(0, 100_000)


# Heads


def random_features(rng, n=60):
    sparse = csr_array((rng.random((n, 9)) * (rng.random((n, 9)) < 0.4)).astype(np.float32))
    return Features(rng.normal(size=(n, 4)).astype(np.float32), sparse)


def test_heads_are_the_sums_of_two_logistic_regressions_weighed():
    rng = np.random.default_rng(0)
    features, target = random_features(rng), rng.random(60) < 0.4
    weight = rng.choice([0.3, 1.0], 60).astype(np.float32)
    heads = fit_heads(features, 3, ("yes",), target, weight)
    sparse = LogisticRegression(C=SPARSE_C, tol=1e-8, max_iter=10_000, solver="liblinear", random_state=0)
    said = sparse.fit(features.sparse, target, weight).decision_function(features.sparse)
    for kind, seen in (("default", features), ("fast", Features(features.dense[:, 3:], features.sparse))):
        dense = LogisticRegression(C=DENSE_C, tol=1e-8, max_iter=1000).fit(seen.dense, target, weight)
        wanted = SHARES[kind] * dense.decision_function(seen.dense) + said
        np.testing.assert_allclose(getattr(heads, kind).log_odds(seen)[:, 0], wanted, atol=0.02)
    np.testing.assert_array_equal(heads.default.sparse, heads.fast.sparse)


def test_there_is_a_share_for_each_of_the_heads():
    assert tuple(SHARES) == Heads._fields == ("default", "fast")
    assert SHARES["default"] > SHARES["fast"]


@pytest.mark.parametrize("present", [("a", "b", "c"), ("c", "a"), ("b", "c")])
def test_a_choice_has_its_classes_in_the_order_asked_for(present):
    rng = np.random.default_rng(1)
    features = random_features(rng)
    target = np.array([present[i] for i in (features.dense[:, : len(present)]).argmax(axis=1)])
    # Of a vector of length 0, so that both heads see what tells the classes apart.
    for head in fit_heads(features, 0, ("a", "b", "c"), target, np.ones(60, np.float32)):
        assert head.classes == ("a", "b", "c")
        assert head.dense.shape == (3, 4)
        assert head.sparse.shape == (3, 9)
        chosen = head.choose(features)
        assert set(chosen) <= set(present)
        assert np.mean(np.array(chosen) == target) > 0.8


# Calibration


def verdicts_for(rng, log_odds):
    p = 1 / (1 + np.exp(-log_odds))
    drawn = np.where(rng.random(len(p)) < p, CLEAR, NOTHING)
    return np.where(rng.random(len(p)) < 0.1, ARGUABLE, drawn).astype(np.int8)


def sample(seed, n=2000, mean=-4.0):
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(mean, 2.5, n).astype(np.float32)
    verdicts = verdicts_for(rng, log_odds)
    verdicts[:2] = CLEAR, NOTHING  # both kinds are there
    log_odds[0] = log_odds.max() + 1  # and a clear one at the top
    return log_odds, verdicts


def given_out(calibration, log_odds):
    return calibration.probability(log_odds) >= calibration.threshold


@given(SEEDS, st.sampled_from(LABELS))
@settings(max_examples=30)
def test_no_more_false_alarms_than_allowed(seed, label):
    log_odds, verdicts = sample(seed)
    given_to = given_out(calibrated(log_odds, verdicts, label), log_odds)
    alarms = int((given_to & (verdicts == NOTHING)).sum())
    assert alarms <= MOST_FALSE_ALARMS.get(label, np.inf) * len(log_odds) / 1000


@given(SEEDS, st.sampled_from(LABELS))
@settings(max_examples=30)
def test_the_threshold_is_the_best_of_those_allowed(seed, label):
    log_odds, verdicts = sample(seed, n=300)

    def f1(given_to):
        found, alarms = (given_to & (verdicts == CLEAR)).sum(), (given_to & (verdicts == NOTHING)).sum()
        return 2 * found / (found + alarms + (verdicts == CLEAR).sum()), alarms

    most = MOST_FALSE_ALARMS.get(label, np.inf) * len(log_odds) / 1000
    possible = [f1(log_odds >= x) for x in log_odds]
    best = max(value for value, alarms in possible if alarms <= most)
    # To the last digit of a float, the sentence at the threshold may fall on either side of it.
    calibration = calibrated(log_odds, verdicts, label)
    found, _ = f1(calibration.probability(log_odds) >= calibration.threshold - 1e-12)
    assert found == pytest.approx(best)


def test_the_sentence_at_the_threshold_is_given():
    """The probability is reckoned in two places, and must come to the same."""
    for seed in range(150, 180):
        log_odds, verdicts = sample(seed, n=300)
        calibration = calibrated(log_odds, verdicts, "VITAL_LIE")
        near = np.abs(calibration.probability(log_odds) - calibration.threshold) < 1e-9
        assert near.any()
        assert given_out(calibration, log_odds)[near].all(), seed


def test_arguable_sentences_are_left_out_of_both():
    log_odds, verdicts = sample(3)
    kept = verdicts != ARGUABLE
    with_them = calibrated(log_odds, verdicts, "CUSTOMER_FOCUSED")
    without = calibrated(log_odds[kept], verdicts[kept], "CUSTOMER_FOCUSED")
    assert (with_them.slope, with_them.offset) == (without.slope, without.offset)
    assert with_them.threshold == pytest.approx(without.threshold)


def test_calibrated_probabilities_are_as_often_right_as_they_say():
    log_odds, verdicts = sample(5, n=40_000, mean=-1.0)
    counted = verdicts != ARGUABLE
    log_odds, verdicts = 3 * log_odds[counted] + 2, verdicts[counted]
    probabilities = calibrated(log_odds, verdicts, "CUSTOMER_FOCUSED").probability(log_odds)
    for low in np.arange(0, 1, 0.2):
        inside = (probabilities >= low) & (probabilities < low + 0.2)
        assert (verdicts[inside] == CLEAR).mean() == pytest.approx(probabilities[inside].mean(), abs=0.03)


def test_the_limit_holds_where_the_surest_is_a_false_alarm():
    log_odds = np.linspace(3, -3, 100).astype(np.float32)
    verdicts = np.full(100, NOTHING, np.int8)
    verdicts[[1, 4, 50]] = CLEAR
    given_to = given_out(calibrated(log_odds, verdicts, "VITAL_LIE"), log_odds)
    assert (given_to & (verdicts == NOTHING)).sum() <= MOST_FALSE_ALARMS["VITAL_LIE"] * 100 / 1000


def test_the_limit_holds_where_sentences_share_a_score():
    log_odds = np.repeat(np.array([2, 1, -3], np.float32), [1, 50, 949])
    verdicts = np.full(1000, NOTHING, np.int8)
    verdicts[:3] = CLEAR  # the first of those that share a score are clear
    given_to = given_out(calibrated(log_odds, verdicts, "VITAL_LIE"), log_odds)
    assert (given_to & (verdicts == NOTHING)).sum() <= MOST_FALSE_ALARMS["VITAL_LIE"]


def test_a_label_without_a_clear_natural_sentence_is_a_data_error():
    with pytest.raises(DataError, match="ASPIRATION"):
        calibrated(np.zeros(10, np.float32), np.zeros(10, np.int8), "ASPIRATION")


# Ends of sentences


def test_the_boundary_model_learns_where_sentences_end():
    rng = np.random.default_rng(0)
    ends, begins = ["today", "then", "now"], ["we", "they", "she"]
    texts = []
    for _ in range(60):
        parts = []
        for _ in range(12):
            middle = rng.choice(["sell", "see", "keep", "paper", "boxes", "desks"], 3).tolist()
            parts.append(" ".join([rng.choice(begins), *middle, rng.choice(ends)]) + rng.choice([".", "?", "!"]))
        texts.append(" ".join(parts))
    model = fit_boundaries([Transcript(f"t{n}", (Turn(text), Turn("no mark here"))) for n, text in enumerate(texts)])
    words = "we sell paper boxes today they keep desks paper now she see boxes desks then"
    odds = model.log_odds(TokenTable(blank_english()(words)).norm)
    assert np.flatnonzero(odds > 0).tolist() == [4, 9]
