"""Intervals over documents, comparisons, and the report as text and JSON."""

import json
from math import isnan, nan

import numpy as np
import pytest
from evaluation_cases import LIE, guess, span, told

from vitallies.errors import DataError, UsageError
from vitallies.evaluation import bootstrap, compare, evaluate, render
from vitallies.evaluation.metrics import tally
from vitallies.evaluation.resampling import interval, resamples
from vitallies.labels import LABELS

TWO = [told(span(), doc="a/1"), told(span(), doc="a/2")]


def test_a_weight_of_two_is_two_copies():
    def document(doc, other=0.3):
        gold = [told(span(), doc=doc), told(doc=doc, turn=1), told(span(arguable=True), doc=doc, turn=2)]
        return gold, [guess(doc=doc, score=0.4), guess(40, 90, doc=doc, turn=1, score=other, selected=other > 0.5)]

    (gold, guesses), (more_gold, more), (copy_gold, copy) = document("a/1"), document("a/2", 0.9), document("a/3")
    weighted = tally(gold + more_gold, guesses + more).figures(np.array([[2.0, 0.0], [1.0, 1.0]]))["CHALLENGE"]
    both = evaluate(gold + more_gold + copy_gold, guesses + more + copy)["CHALLENGE"]
    alone = evaluate(more_gold, more)["CHALLENGE"]
    assert {name: x[0] for name, x in weighted.items()} == pytest.approx(both, nan_ok=True)
    assert {name: x[1] for name, x in weighted.items()} == pytest.approx(alone, nan_ok=True)


def test_resamples_draw_documents_with_replacement():
    blocks = list(resamples(7, 510, seed=3))
    assert [block.shape for block in blocks] == [(7, 250), (7, 250), (7, 10)]
    drawn = np.concatenate(blocks, axis=1)
    assert (drawn.sum(axis=0) == 7).all()
    assert drawn.mean(axis=1) == pytest.approx(np.ones(7), abs=0.2)
    assert (drawn == np.concatenate(list(resamples(7, 510, seed=3)), axis=1)).all()
    assert (drawn != np.concatenate(list(resamples(7, 510, seed=4)), axis=1)).any()


def test_bootstrap_resamples_documents():
    # a/1 is found and a/2 is not: with 2, 1 or 0 copies of a/1 F1 is 1, 2/3 or 0, a quarter of the time each end
    found = bootstrap(TWO, [guess(doc="a/1")], n=200)["CHALLENGE"]
    # ranked: both gold, so 1 whatever is drawn
    assert found == {"F1": (0, 1), "span_F1": (0, 1), "AP": (1, 1), "false_alarms_per_1000": (0, 0)}


def test_bootstrap_has_a_row_for_every_label_and_group():
    found = bootstrap(TWO, [guess()], n=2)
    assert list(found) == [*LABELS, "core", "all"]
    assert list(found["all"]) == ["F1", "span_F1", "AP"]
    assert all(isnan(bound) for bounds in found["all"].values() for bound in bounds)


def test_bootstrap_repeats_itself_for_a_seed():
    gold = [told(*[span()] * (i % 3 > 0), doc=f"a/{i}", turn=turn) for i in range(9) for turn in range(3)]
    guesses = [guess(doc=f"a/{i}", turn=i % 2, score=i / 10) for i in range(1, 9)]
    runs = [bootstrap(gold, guesses, 50, seed)["CHALLENGE"] for seed in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_single_document_has_no_width():
    gold, guesses = [told(span()), told(turn=1)], [guess(), guess(turn=1)]
    observed = evaluate(gold, guesses)["CHALLENGE"]
    for name, bounds in bootstrap(gold, guesses, 20)["CHALLENGE"].items():
        assert bounds == pytest.approx((observed[name], observed[name]))


def test_interval_leaves_out_the_undefined():
    assert interval([np.arange(0.0, 20.0), np.array([nan]), np.arange(20.0, 41.0)]) == pytest.approx((1, 39))
    assert interval([np.array([5.0, nan, 6.0])]) == pytest.approx((5.025, 5.975))
    assert interval([np.array([nan, 1.0])]) == pytest.approx((nan, nan), nan_ok=True)
    assert interval([]) == pytest.approx((nan, nan), nan_ok=True)


def test_compare_is_paired():
    same = compare(TWO, [guess(doc="a/1")], [guess(doc="a/1")], n=50)
    assert same.differences["CHALLENGE"] == {"F1": 0, "AP": 0}
    assert same.intervals["CHALLENGE"] == {"F1": (0, 0), "AP": (0, 0)}
    # the first finds both, always 1; the second a/1 alone: 1, 2/3 or 0
    other = compare(TWO, [guess(doc="a/1"), guess(doc="a/2")], [guess(doc="a/1")], n=200)
    assert other.differences["CHALLENGE"]["F1"] == pytest.approx(1 / 3)
    assert other.intervals["CHALLENGE"]["F1"] == (0, 1)


def test_n_must_not_be_negative():
    for run in (
        lambda: bootstrap(TWO, [guess()], -1),
        lambda: compare(TWO, [guess()], [guess()], -1),
        lambda: evaluate(TWO, [guess()], resamples=-1),
    ):
        with pytest.raises(UsageError, match="resamples must be 0 or more, not -1"):
            run()


def test_compare_checks_both():
    with pytest.raises(DataError, match="no document of the predictions is in the gold"):
        compare(TWO, [guess()], [guess(doc="b/1")])


# The report


def test_report_joins_figures_intervals_and_differences():
    gold = [told(*[span()] * (i % 4 > 0), doc=f"a/{i}", turn=turn) for i in range(9) for turn in range(i)]
    guesses = [guess(doc=f"a/{i}", turn=i % 2, score=i / 10) for i in range(1, 9)]
    others = [guess(doc=f"a/{i}", score=i / 9) for i in range(3, 9, 2)]
    report = evaluate(iter(gold), iter(guesses), other=iter(others), resamples=60, seed=5)
    assert report.intervals == approx_rows(bootstrap(gold, guesses, 60, 5))
    compared = compare(gold, guesses, others, 60, 5)
    assert report.comparison.intervals == approx_rows(compared.intervals)
    assert compared.intervals["CHALLENGE"] != compare(gold, guesses, others, 60, 0).intervals["CHALLENGE"]
    assert report.comparison.differences["CHALLENGE"] == compared.differences["CHALLENGE"]


def approx_rows(rows):
    return {
        row: {name: pytest.approx(bounds, nan_ok=True) for name, bounds in intervals.items()}
        for row, intervals in rows.items()
    }


def test_json_has_null_for_undefined():
    report = evaluate(TWO, [guess(doc="a/1"), guess(60, 80, doc="a/2")], other=[guess()], resamples=20)
    found = json.loads(report.to_json())
    assert found == report.to_dict()
    assert list(found) == [*LABELS, "core", "all", "left_out", "data", "differences"]
    assert found["ASPIRATION"]["F1"] is None
    assert found["ASPIRATION"]["intervals"]["F1"] == [None, None]
    assert found["CHALLENGE"]["intervals"]["F1"] == [1, 1]
    assert found["CHALLENGE"]["gold"] == 2
    assert found["left_out"]["label"] == list(LABELS)
    assert found["data"]["documents"] == 2
    assert found["differences"]["CHALLENGE"]["AP"] == 0
    assert found["differences"]["core"] == {"F1": None, "AP": None, "intervals": {"F1": [None] * 2, "AP": [None] * 2}}


def test_json_of_plain_figures():
    found = evaluate(TWO, []).to_dict()
    assert "differences" not in found
    assert "intervals" not in found["CHALLENGE"]


def test_tables():
    gold = [told(span(**LIE), doc="a/1", turn=i) for i in range(20)] + [told(doc="a/2")]
    report = evaluate(gold, [guess(**LIE, turn=i) for i in range(10)], other=[guess(**LIE)], resamples=100)
    text = render(report)
    assert str(report) == text
    lines = text.split("\n")
    # five tables: title, rows (labels and both means; labels; labels; vital lies; both), and an empty line
    firsts = [line.split()[0] if line.split() else "" for line in lines]
    labels, groups = list(LABELS), ["core", "all"]
    natural, scores, kinds = "natural_gold", "brier_skill", "pairs"
    assert firsts[:-4] == [
        *["gold", *labels, *groups, ""],
        *[natural, *labels, ""],
        *[scores, *labels, ""],
        *[kinds, "VITAL_LIE", ""],
        *["first", *labels, *groups, ""],
    ]
    assert lines[1].split()[:5] == ["VITAL_LIE", "20", "10", "1.000", "0.500"]
    assert lines[1].split()[5:8] == ["0.667", "[0.667,", "0.667]"]
    assert lines[2].split() == ["ASPIRATION", "0", "0", "-", "-", "-", "-", "-"]
    assert {len(line) for line in lines[:9]} == {len(lines[0])}
    assert lines[-4:] == [
        "labels left out of means, fewer than 20 in the gold: ASPIRATION, CHALLENGE, CUSTOMER_FOCUSED, "
        "CUSTOMER_CENTRIC, PRODUCT_CENTRIC",
        "kinds left out of means, fewer than 20 in the gold: EXCUSE, RATIONALIZATION, DENIAL, SELF_DECEPTION",
        "stances left out of means, fewer than 20 in the gold: REPORTED, REJECTED",
        "21 sentences, 21 natural sentences, 2 documents, 1 documents with predictions, 10 predictions, "
        "10 predictions that belong",
    ]
