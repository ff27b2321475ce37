"""The roles of those that expressions refer to."""

import math

import numpy as np
import pytest

from vitallies.classify.references import OTHERWISE, ReferenceHead, chosen, evidence


def test_evidence_is_that_of_the_words_of_an_expression_and_of_its_neighbours():
    """By hand: means 2, 0 and 6; those next to one weigh exp(-1/3), those after exp(-2/3)."""
    log_odds = np.array([[1], [3], [9], [0], [6]], np.float32)
    near, far = math.exp(-1 / 3), math.exp(-2 / 3)
    around = [(0 * near + 6 * far) / (near + far), (2 + 6) / 2, (0 * near + 2 * far) / (near + far)]
    wanted = [own / 3 + 2 * other / 3 for own, other in zip([2, 0, 6], around, strict=True)]
    found = evidence(log_odds, np.array([[0, 2], [3, 4], [4, 5]]))
    np.testing.assert_allclose(found[:, 0], wanted, rtol=1e-6)


@pytest.mark.parametrize("n", [0, 1, 2, 30, 60])
def test_what_all_say_stays_as_it_is(n):
    bounds = np.column_stack([np.arange(n), np.arange(n) + 1])
    found = evidence(np.tile(np.array([[1.5, -2.5]], np.float32), (n, 1)), bounds)
    np.testing.assert_allclose(found, np.tile([[1.5, -2.5]], (n, 1)))


def test_those_far_away_tell_nothing():
    log_odds = np.zeros((60, 1), np.float32)
    log_odds[0] = 100
    found = evidence(log_odds, np.column_stack([np.arange(60), np.arange(60) + 1]))
    assert (np.diff(found[1:26, 0]) < 0).all()
    assert found[26:].max() == pytest.approx(0)


def test_the_role_furthest_above_its_threshold_is_chosen():
    thresholds = np.array([-1, 0], np.float32)
    found = chosen(np.array([[-0.5, 0.2], [0.5, 0.2], [-2, -1], [-1, 0]]), thresholds)
    assert found.tolist() == [0, 0, 2, 2]


def test_roles_have_names():
    head = ReferenceHead(None, 0.5, np.zeros(2, np.float32))
    assert head.roles(np.array([[1, 0], [-1, 2], [-3, -3]], np.float32) * 9, np.array([[0, 1]])) == ["broker"]
    assert head.roles(np.array([[-9, -9]], np.float32), np.array([[0, 1]])) == [OTHERWISE] == ["end-user"]
    assert head.roles(np.zeros((3, 2), np.float32), np.zeros((0, 2), int)) == []
