"""Linear heads against scikit-learn, and what turns their values into probabilities."""

import numpy as np
import pytest
from classify_toys import toy_features
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array, hstack
from sklearn.linear_model import LogisticRegression

from vitallies.classify.frame import Features
from vitallies.classify.heads import Calibration, Head


def fitted(rng, n_classes, n=40, n_ngrams=8):
    features = toy_features(rng, n, n_ngrams)
    target = rng.integers(0, n_classes, n)
    together = csr_array(hstack([csr_array(features.dense), features.sparse]))
    return features, together, LogisticRegression(C=10, max_iter=500).fit(together, target)


def as_head(model, n_dense, classes):
    weights = model.coef_.astype(np.float32)
    return Head(classes, weights[:, :n_dense], weights[:, n_dense:], model.intercept_.astype(np.float32))


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_log_odds_are_scikit_learns_decision_function(seed):
    features, together, model = fitted(np.random.default_rng(seed), 2)
    head = as_head(model, features.dense.shape[1], ("yes",))
    found = head.log_odds(features)
    assert found.shape == (40, 1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, 0], model.decision_function(together), rtol=1e-4, atol=1e-4)


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_a_choice_is_scikit_learns_prediction(seed):
    features, together, model = fitted(np.random.default_rng(seed), 4)
    head = as_head(model, features.dense.shape[1], ("a", "b", "c", "d"))
    np.testing.assert_allclose(head.log_odds(features), model.decision_function(together), rtol=1e-4, atol=1e-4)
    assert head.choose(features) == ["abcd"[i] for i in model.predict(together)]


def test_no_rows_give_no_values():
    head = Head(("yes",), np.zeros((1, 3), np.float32), np.zeros((1, 2), np.float32), np.ones(1, np.float32))
    none = Features(np.zeros((0, 3), np.float32), csr_array((0, 2), dtype=np.float32))
    assert head.log_odds(none).shape == (0, 1)
    assert head.choose(none) == []


# Calibration


@given(
    st.floats(0.01, 5),
    st.floats(-10, 10),
    st.lists(st.floats(-50, 50, width=32), min_size=2, max_size=30).map(sorted),
)
def test_a_calibration_keeps_the_order(slope, offset, log_odds):
    probabilities = Calibration(slope, offset, 0.5).probability(np.array(log_odds, np.float32))
    assert (np.diff(probabilities) >= 0).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()


@pytest.mark.parametrize(
    ("slope", "offset", "log_odds", "probability"),
    [
        (1, 0, 0, 0.5),
        (2, -3, 1.5, 0.5),
        (1, 0, 1, 0.7310586),
        (0.5, 1, -4, 0.2689414),
        (1, 0, -1e6, 0),
        (1, 0, 1e6, 1),
    ],
)
def test_probabilities_by_hand(slope, offset, log_odds, probability):
    found = Calibration(slope, offset, 0.5).probability(np.array([log_odds], np.float32))
    assert found[0] == pytest.approx(probability, abs=1e-6)


def test_a_calibration_is_platts():
    """Two parameters of an unregularised logistic regression on the log-odds."""
    rng = np.random.default_rng(0)
    log_odds = rng.normal(size=200).astype(np.float32)
    model = LogisticRegression(C=np.inf).fit(log_odds[:, None], rng.random(200) < 1 / (1 + np.exp(-log_odds)))
    calibration = Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]), 0.5)
    np.testing.assert_allclose(
        calibration.probability(log_odds), model.predict_proba(log_odds[:, None])[:, 1], rtol=1e-6
    )
