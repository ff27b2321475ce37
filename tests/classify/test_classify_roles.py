"""The roles of those that expressions refer to."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vitallies.classify import roles as home
from vitallies.classify.inside import InsideHead
from vitallies.classify.references import ReferenceHead
from vitallies.classify.roles import N_RANGES, OTHERWISE, RoleHead, chosen, ranges


def test_an_expression_is_seen_by_itself_with_its_surroundings_and_with_all_others(monkeypatch):
    """By hand: the words 1 and 2, and 5, of seven, with one word on each side."""
    monkeypatch.setattr(home, "AROUND", 1)
    values = np.array([[8, 0], [1, 1], [3, 1], [0, 4], [7, 7], [5, 2], [3, 1]], np.float32)
    seen = ranges(values, np.array([[1, 3], [5, 6]]))
    np.testing.assert_allclose(seen[0], [[2, 1], [3, 1.5], [3, 4 / 3]])
    np.testing.assert_allclose(seen[1], [[5, 2], [5, 10 / 3], [3, 4 / 3]])


def test_surroundings_end_with_the_document():
    seen = ranges(np.array([[1], [2], [6]], np.float32), np.array([[2, 3]]))
    np.testing.assert_allclose(seen[0, :, 0], [6, 3, 6])


def test_a_document_without_expressions_has_none():
    assert ranges(np.ones((4, 2), np.float32), np.zeros((0, 2), int)).shape == (0, N_RANGES, 2)


def test_the_role_furthest_above_its_threshold_is_chosen():
    thresholds = np.array([-1, 0], np.float32)
    found = chosen(np.array([[-0.5, 0.2], [0.5, 0.2], [-2, -1], [-1, 0]]), thresholds)
    assert found.tolist() == [0, 0, 2, 2]


def head(states, bias=(0, 0), thresholds=(0, 0)):
    return RoleHead(*(np.array(part, np.float32) for part in (states, bias, thresholds)))


def test_roles_have_names():
    # Of two numbers, the first speaks for brokers and the second for fixers.
    only_own = head([np.eye(2), np.zeros((2, 2)), np.zeros((2, 2))])
    odds = np.array([[3, 0], [0, 2], [-1, -1], [1, 1]], np.float32) @ only_own.states.reshape(-1, 2).T
    assert only_own.roles_of(odds, np.array([[0, 1], [1, 2], [2, 3]])) == ["broker", "fixer", OTHERWISE]
    assert only_own.roles_of(odds, np.zeros((0, 2), int)) == []


def test_bias_and_thresholds_count_against_each_other():
    odds = np.zeros((1, 6), np.float32)
    for bias, threshold, expected in ((1, 0.5, "fixer"), (1, 1.5, OTHERWISE), (-1, -1.5, "fixer")):
        one = head(np.zeros((3, 2, 2)), bias=(-9, bias), thresholds=(0, threshold))
        assert one.roles_of(odds, np.array([[0, 1]])) == [expected]


def test_the_head_of_references_weighs_words_first_and_then_each_range():
    words = InsideHead(np.full((1, 2), 7, np.float32), None, None, None)
    roles = head(np.arange(12).reshape(3, 2, 2))
    whole = ReferenceHead(words, 0.5, roles)
    assert whole.states.tolist() == [[7, 7], [0, 1], [2, 3], [4, 5], [6, 7], [8, 9], [10, 11]]


@given(st.integers(0, 2**32 - 1))
def test_weighing_before_the_means_is_weighing_after_them(seed):
    rng = np.random.default_rng(seed)
    words = rng.normal(size=(30, 4)).astype(np.float32)
    edges = np.sort(rng.choice(31, size=8, replace=False)).reshape(-1, 2)
    one = head(rng.normal(size=(3, 2, 4)), bias=rng.normal(size=2), thresholds=rng.normal(size=2))
    log_odds = np.einsum("eiw,irw->er", ranges(words, edges), one.states) + one.bias
    wanted = [("broker", "fixer", OTHERWISE)[i] for i in chosen(log_odds, one.thresholds).tolist()]
    margin = np.abs(log_odds - one.thresholds).min(), np.abs(np.diff(log_odds - one.thresholds)).min()
    if min(margin) > 1e-4:  # else rounding decides
        assert one.roles_of(words @ one.states.reshape(-1, 4).T, edges) == wanted
