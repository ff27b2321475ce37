"""Average precision, by hand and against scikit-learn."""

from math import isnan, nan

import numpy as np
import pytest
from evaluation_cases import figures, guess, span, told
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from vitallies.errors import UsageError
from vitallies.evaluation import average_precision


def test_ties_share_their_precision():
    gold = [told(span()), told(turn=1), told(span(), turn=2), told(turn=3), told(span(), turn=4)]
    guesses = [guess(score=0.9), guess(turn=1, score=0.5), guess(turn=2, score=0.5), guess(turn=2, score=0.1)]
    # .9: 1 of 1. .5: 2 of 3. Without a prediction, 0: 3 of 5
    assert figures(gold, guesses, "AP") == pytest.approx([(1 / 1 + 2 / 3 + 3 / 5) / 3])


def test_average_precision_counts_by_weight():
    # .9 other, once; .5 gold, twice: 2 of 3; .1 gold of no weight
    assert average_precision([0, 1, 1], [0.9, 0.5, 0.1], [1, 2, 0]) == pytest.approx(2 / 3)
    assert average_precision([1, 1, 0], [0.2, 0.2, 0.2]) == pytest.approx(2 / 3)
    assert isnan(average_precision([False, False], [0.3, 0.2]))
    assert isnan(average_precision([True], [0.3], [0]))
    assert isnan(average_precision([], []))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=30))
def test_average_precision_is_that_of_scikit_learn(rows):
    is_gold, score, weight = zip(*rows, strict=True)
    if not np.dot(is_gold, weight):
        assert isnan(average_precision(is_gold, score, weight))
    else:
        expected = average_precision_score(is_gold, score, sample_weight=weight)
        assert average_precision(is_gold, score, weight) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([True], [0.1, 0.2]), "of one length"),
        (([True], [0.1], [1, 2]), "of one length"),
        (([[True]], [[0.1]]), "one dimension"),
        (([True], [nan]), "scores may not be nan"),
        (([True], [0.5], [-1]), "weights must be 0 or more"),
        (([True], [0.5], [nan]), "weights must be 0 or more"),
    ],
)
def test_average_precision_refuses(arguments, message):
    with pytest.raises(UsageError, match=message):
        average_precision(*arguments)
