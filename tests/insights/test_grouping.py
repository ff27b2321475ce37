import json
import tracemalloc

import numpy as np
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.cluster import AgglomerativeClustering
from sklearn.preprocessing import normalize

from vitallies.classify.store import load_model
from vitallies.insights import grouping
from vitallies.insights.grouping import CLOSE, CLOSE_FAST, Meanings, central, grouped, wording


@pytest.fixture(scope="module")
def model():
    return load_model()


def random_meanings(n, seed, width=8, features=20):
    rng = np.random.default_rng(seed)
    words = rng.random((n, features)) * (rng.random((n, features)) < 0.2)
    states = normalize(rng.normal(size=(n, width))) * np.sqrt(0.4)
    return Meanings(csr_array(normalize(words) * np.sqrt(0.6)).astype(np.float32), states.astype(np.float32))


def partition(groups):
    return {frozenset(np.flatnonzero(groups == group).tolist()) for group in np.unique(groups)}


def b_cubed(groups, gold):
    """F1 of Bagga and Baldwin (1998): how pure the group of each item is, and how complete."""
    together, alike = (np.equal.outer(x, x) for x in (np.asarray(groups), np.asarray(gold)))
    both = (together & alike).sum(1)
    precision, recall = (both / together.sum(1)).mean(), (both / alike.sum(1)).mean()
    return 2 * precision * recall / (precision + recall)


def test_a_wording_is_its_words_without_marks_and_contractions():
    assert wording('We CAN\'T do that -- "sir"!') == "we can not do that sir"
    assert wording("  we can not do   that, sir") == wording("We can't do that. Sir?")
    assert wording("…!") == wording("") == ""


@given(st.integers(1, 60), st.integers(0, 10_000), st.floats(-0.2, 0.8))
def test_groups_are_those_of_average_linkage(n, seed, closeness):
    meanings = random_meanings(n, seed)
    found = grouped(meanings, closeness)
    assert (found[found] == found).all()
    assert (found <= np.arange(n)).all()
    if n > 1:
        apart = np.maximum(1 - meanings.similarities(meanings).astype(np.float64), 0)
        reference = AgglomerativeClustering(
            n_clusters=None, distance_threshold=1 - closeness, metric="precomputed", linkage="average"
        ).fit_predict((apart + apart.T) / 2)
        assert partition(found) == partition(reference)


@given(st.integers(1, 40), st.integers(0, 10_000), st.integers(1, 200))
def test_the_size_of_the_blocks_changes_nothing(n, seed, cells):
    meanings = random_meanings(n, seed)
    whole = grouped(meanings, 0.2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "_CELLS", cells)
        assert (grouped(meanings, 0.2) == whole).all()


def test_wordings_that_are_one_are_grouped_and_nothing_stays_nothing():
    meanings = random_meanings(5, 1)
    same = meanings.rows(np.array([0, 1, 0, 0, 1, 2]))
    assert partition(grouped(same, 0.95)) == {frozenset((0, 2, 3)), frozenset((1, 4)), frozenset((5,))}
    assert grouped(same.rows(np.arange(0)), 0.5).tolist() == []


def test_a_circle_of_nearest_groups_is_cut_at_the_closest():
    lower, upper = grouping._merging(np.arange(3), np.array([1, 2, 0]), np.array([0.5, 0.7, 0.6], np.float32))
    assert (lower.tolist(), upper.tolist()) == ([1], [2])


def test_memory_grows_with_the_wordings_and_not_with_their_square(monkeypatch):
    n = 4000
    meanings = random_meanings(n, 3)
    monkeypatch.setattr(grouping, "_CELLS", 1 << 16)
    tracemalloc.start()
    grouped(meanings, 0.5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < n * n * 4 / 8


def test_the_medoid_is_the_member_most_like_what_was_said():
    words = np.array([[1, 0], [0.8, 0.6], [0, 1], [1, 0]], np.float32)
    meanings = Meanings(csr_array(words), np.zeros((4, 0), np.float32))
    groups = np.array([0, 0, 0, 3])
    once, three = np.ones(4, int), np.full(4, 3)
    assert central(meanings, groups, once, three).tolist() == [1, 3]
    assert central(meanings, groups, np.array([9, 1, 1, 1]), three).tolist() == [0, 3]


def test_of_members_alike_the_commonest_shortest_first_stands_for_all():
    alike = Meanings(csr_array(np.ones((4, 1), np.float32)), np.zeros((4, 0), np.float32))
    one = np.zeros(4, int)
    assert central(alike, one, np.array([1, 2, 2, 2]), np.array([1, 9, 5, 5])).tolist() == [2]
    assert central(alike, one, np.array([3, 2, 2, 2]), np.array([9, 9, 5, 5])).tolist() == [0]


@pytest.mark.parametrize("fast", [True, False])
def test_a_meaning_depends_on_its_wording_alone(model, fast):
    wordings = ["", "nobody has ever moaned about the lids", "we have no money for lids", "zxqv"]
    apart = [Meanings.of([each], model, fast=fast) for each in wordings]
    together = Meanings.of(wordings, model, fast=fast)
    for row, one in enumerate(apart):
        assert np.allclose(one.states[0], together.states[row], atol=1e-6)
        assert np.allclose(one.similarities(one), together.similarities(together)[row, row], atol=1e-6)
    length = np.diag(together.similarities(together))
    assert length == pytest.approx([0, 1, 1, 1], abs=1e-5)
    assert len(Meanings.of([], model, fast=fast)) == 0


@pytest.mark.parametrize("fast", [True, False])
def test_beliefs_in_other_words_are_grouped_and_others_are_not(model, fast):
    same = (
        ("we can not afford it", "that is too expensive", "the budget will not stretch to it"),
        ("grandmas do not want an app", "pensioners will not touch a screen"),
        ("nobody has complained", "i have not heard a single grumble"),
        ("it will blow over", "give it a week and it goes away"),
    )
    said = [each for group in same for each in group]
    gold = [number for number, group in enumerate(same) for _ in group]
    found = grouped(Meanings.of(said, model, fast=fast), CLOSE_FAST if fast else CLOSE)
    assert b_cubed(found, gold) == 1.0


@pytest.mark.parametrize("fast", [True, False])
def test_groups_read_by_hand_are_found_far_better_than_by_chance(model, fast):
    """The spans of parts A and B whose text is ours; ``benchmarks/beliefs.py`` measures all."""
    lines = (ROOT / "data" / "annotations" / "beliefs.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if "text" in row and row["part"] in "AB"]
    wordings = [wording(row["text"]) for row in rows]
    gold = np.unique([row["group"] for row in rows], return_inverse=True)[1]
    distinct = sorted(set(wordings))
    groups = grouped(Meanings.of(distinct, model, fast=fast), CLOSE_FAST if fast else CLOSE)
    found = groups[[distinct.index(each) for each in wordings]]
    assert b_cubed(found, gold) > max(0.8, b_cubed(np.arange(len(gold)), gold) + 0.05)
