"""The roles of those that expressions refer to."""

import numpy as np

from vitallies.classify.references import OTHERWISE, ReferenceHead, chosen, evidence


def test_evidence_is_the_mean_of_the_words_of_an_expression():
    log_odds = np.array([[1, 0], [3, -1], [9, 9], [0, 2], [6, 6]], np.float32)
    found = evidence(log_odds, np.array([[0, 2], [3, 4], [4, 5]]))
    np.testing.assert_allclose(found, [[2, -0.5], [0, 2], [6, 6]])
    assert evidence(log_odds, np.zeros((0, 2), int)).shape == (0, 2)


def test_the_role_furthest_above_its_threshold_is_chosen():
    thresholds = np.array([-1, 0], np.float32)
    found = chosen(np.array([[-0.5, 0.2], [0.5, 0.2], [-2, -1], [-1, 0]]), thresholds)
    assert found.tolist() == [0, 0, 2, 2]


def test_roles_have_names():
    head = ReferenceHead(None, 0.5, np.zeros(2, np.float32))
    assert head.roles(np.array([[1, 0], [-1, 2], [-3, -3]], np.float32) * 9, np.array([[0, 1]])) == ["broker"]
    assert head.roles(np.array([[-9, -9]], np.float32), np.array([[0, 1]])) == [OTHERWISE] == ["end-user"]
    assert head.roles(np.zeros((3, 2), np.float32), np.zeros((0, 2), int)) == []
