"""One small case, counted by hand, for every definition."""

from math import isnan, nan

import pytest
from evaluation_cases import LIE, figures, guess, span, told

from vitallies.evaluation import evaluate

# What counts


def test_precision_recall_and_f1_count_sentences_not_spans():
    gold = [told(span(0, 30), span(40, 70)), told(span(), turn=1), told(span(), turn=2), told(turn=3)]
    guesses = [guess(), guess(60, 90), guess(turn=3), guess(60, 90, turn=3)]
    # gold: turns 0 1 2; predicted: 0 3; found: 0
    assert figures(gold, guesses, "gold", "predicted", "P", "R") == pytest.approx([3, 2, 1 / 2, 1 / 3])
    assert figures(gold, guesses, "F1") == pytest.approx([2 / 5])


@pytest.mark.parametrize(
    ("start", "end", "predicted"),
    [
        (80, 120, 1),  # 20 of its 40 characters lie in the sentence: half of the prediction
        (80, 121, 0),  # 20 of 41
        (50, 400, 1),  # 50 of the 100 characters of the sentence: half of the sentence
        (51, 400, 0),  # 49 of 100
        (100, 120, 0),  # touches its end
    ],
)
def test_a_prediction_belongs_by_half(start, end, predicted):
    assert figures([told(span(50, 100))], [guess(start, end)], "predicted", "R") == [predicted, predicted]


def test_a_prediction_belongs_to_the_sentence_that_it_overlaps_most():
    first, second = told(span(0, 100)), told(span(100, 200), start=100, end=200)
    away = told(span(100, 200), start=100, end=200, doc="a/2")
    for guesses, found in [
        ([guess(95, 125)], 1),  # 5 in the first, 25 in the second: found in that alone
        ([guess(95, 125), guess(60, 100)], 2),
        ([guess(90, 110)], 1),  # a tie: the first alone
    ]:
        assert figures([first, second, away], guesses, "natural_found") == [found]
    # of a tie the first in the gold has it, wherever it stands in the turn
    framed = told(span(100, 200, "ASPIRATION"), start=100, end=200)
    assert figures([framed, first], [guess(90, 110)], "predicted", "R") == [1, 0]
    assert figures([first, framed], [guess(90, 110)], "predicted", "R") == [1, 1]


def test_sentences_need_not_be_in_order():
    starts = [40, 0, 60, 20, 80]
    gold = [told(span(start, start + 20), start=start, end=start + 20) for start in starts]
    for start in starts:
        assert figures(gold, [guess(start + 2, start + 18)], "predicted", "pairs") == [1, 1]


def test_a_long_sentence_before_is_seen_past_shorter_ones():
    # the sentence that overlaps most began first and holds a shorter one that ended long before the prediction
    gold = [told(span(0, 90)), told(start=10, end=20), told(start=90, end=95)]
    assert figures(gold, [guess(30, 60)], "predicted", "R") == [1, 1]


def test_only_predictions_of_the_document_turn_and_label_count():
    gold = [told(span()), told(turn=2)]
    away = [guess(doc="a/2"), guess(turn=1), guess(label="ASPIRATION")]
    report = evaluate(gold, [*away, guess(200, 250)])
    assert report["CHALLENGE"]["predicted"] == 0
    assert report.data == {
        "sentences": 2,
        "natural_sentences": 2,
        "documents": 1,
        "documents_with_predictions": 1,
        "predictions": 4,
        "predictions_that_belong": 1,
    }


@pytest.mark.parametrize("here", [[], [guess()], [guess(60, 90)]])
def test_a_sentence_with_only_arguable_spans_is_left_out(here):
    gold = [told(span(arguable=True)), told(span(), turn=1)]
    found = figures(gold, [*here, guess(turn=1)], "gold", "predicted", "F1", "AP", "natural_gold", "natural_predicted")
    assert found == [1, 1, 1, 1, 1, 1]
    # nor is it ranked with those that have no prediction
    assert figures(gold, here, "AP") == [1]
    # but it is a natural sentence: one false alarm in three, not in two
    alarm = [told(turn=2)], [guess(turn=2)]
    assert figures(gold + alarm[0], here + alarm[1], "false_alarms_per_1000") == pytest.approx([1000 / 3])
    # and it counts for the other labels
    assert figures(gold, [guess(label="ASPIRATION")], "predicted", label="ASPIRATION") == [1]


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (60, 90, 0),  # on the arguable span alone: ignored
        (30, 70, 1),  # on the clear one too
        (45, 55, 1),  # on neither
    ],
)
def test_a_prediction_on_an_arguable_span_alone_is_ignored(start, end, counts):
    gold = [told(span(0, 40), span(60, 100, arguable=True))]
    assert figures(gold, [guess(start, end)], "predicted", "R") == [counts, counts]
    # nor is it ranked: without a prediction the sentence would come last
    other = told(turn=1)
    expected = 1 if counts else 1 / 2
    assert figures([*gold, other], [guess(start, end), guess(turn=1, score=0.1)], "AP") == [expected]


def test_unselected_predictions_are_ranked_but_not_judged():
    gold = [told(span()), told(span(), turn=1), told(turn=2)]
    guesses = [guess(score=0.9), guess(turn=1, score=0.3, selected=False), guess(turn=2, score=0.2, selected=False)]
    # shown: turn 0 alone; ranked: gold, gold, other
    assert figures(gold, guesses, "P", "R", "span_F1", "pairs", "AP") == pytest.approx([1, 1 / 2, 2 / 3, 1, 1])


# Spans


@pytest.mark.parametrize(("end", "iou", "span_f1"), [(100, 1 / 2, 1), (101, 50 / 101, 0), (50, 1, 1)])
def test_span_f1_takes_an_iou_of_half(end, iou, span_f1):
    assert figures([told(span())], [guess(0, end)], "pairs", "mean_iou", "span_F1") == pytest.approx([1, iou, span_f1])


def test_pairs_are_one_to_one_the_best_iou_first():
    gold = [told(span(0, 40), span(50, 100))]
    guesses = [guess(0, 20), guess(0, 36), guess(30, 100)]
    # with 0-40: 20/40, 36/40, 10/100; with 50-100: none, none, 50/70. 0-36 and 30-100 have theirs: 2 of 2 and 3
    assert figures(gold, guesses, "pairs", "span_F1", "mean_iou") == pytest.approx([2, 4 / 5, (36 / 40 + 50 / 70) / 2])
    assert figures(gold, guesses, "whole_sentence_iou") == pytest.approx([(40 / 100 + 50 / 100) / 2])
    # one prediction over both has the one with the larger share
    assert figures(gold, [guess(0, 100)], "pairs", "mean_iou", "span_F1") == pytest.approx([1, 50 / 100, 2 / 3])
    # the best first leaves one of two: 10-50 goes to 10-60 (40/50), so 0-20 (10/60 with it) has 0-5 (5/20) ...
    gold = [told(span(0, 5), span(10, 60))]
    assert figures(gold, [guess(0, 20), guess(10, 50)], "pairs", "mean_iou") == pytest.approx(
        [2, (5 / 20 + 40 / 50) / 2]
    )
    # ... and with 0-5 away nothing
    assert figures([told(span(10, 60))], [guess(0, 20), guess(10, 50)], "pairs", "mean_iou") == pytest.approx(
        [1, 40 / 50]
    )


def test_a_tie_goes_to_what_comes_first():
    # 0-60 has half of 0-30 and of 30-60; only 30-60, the second, is a MYTH
    gold = [told(span(0, 30, **LIE | {"kind": "DENIAL"}), span(30, 60, **LIE))]
    said = guess(0, 60, **LIE)
    assert figures(gold, [said], "pairs", "kind_accuracy", label="VITAL_LIE") == [1, 0]
    # 0-30 and 30-60 have half of 0-60 each
    gold = [told(span(0, 60, **LIE))]
    guesses = [guess(0, 30, **LIE | {"kind": "DENIAL"}), guess(30, 60, **LIE)]
    assert figures(gold, guesses, "pairs", "kind_accuracy", label="VITAL_LIE") == [1, 0]


def test_a_sentence_can_be_found_without_a_pair():
    found = figures([told(span(0, 40))], [guess(60, 90)], "F1", "span_F1", "pairs", "mean_iou", "whole_sentence_iou")
    assert found == pytest.approx([1, 0, 0, nan, nan], nan_ok=True)


# Natural sentences


@pytest.fixture
def natural_case():
    gold = [
        told(span(), turn=0),
        told(span(), turn=1, sampling="document"),
        told(turn=2, sampling="document"),
        told(turn=3),
        told(span(arguable=True), turn=4),
        told(turn=5, sampling="active:CHALLENGE"),
        told(span(), turn=6, sampling="VL"),
    ]
    shown = [guess(turn=0, score=0.8), guess(turn=2, score=0.6)]
    mined = [guess(turn=4, score=0.9), guess(turn=5, score=0.9), guess(turn=6, score=0.9)]
    return gold, [*shown, guess(turn=1, score=0.4, selected=False), *mined]


def test_some_figures_are_of_natural_sentences_alone(natural_case):
    # turns 0 to 4, of which 4 is left out: gold 0 1, predicted 0 2, found 0
    assert figures(*natural_case, "natural_gold", "natural_predicted", "natural_found") == [2, 2, 1]
    assert figures(*natural_case, "random_P", "natural_recall") == [1 / 2, 1 / 2]
    # turn 2, of five
    assert figures(*natural_case, "false_alarms_per_1000") == pytest.approx([200])
    # of all: gold 0 1 6, predicted 0 2 5 6, found 0 6
    assert figures(*natural_case, "P", "R") == pytest.approx([2 / 4, 2 / 3])


def test_brier_skill_and_score_minus_precision(natural_case):
    # p = .8 .4 .6 0 for y = 1 1 0 0: squares .04 + .36 + .36 + 0, mean .19; b = 1/2
    assert figures(*natural_case, "brier_skill") == pytest.approx([1 - 0.19 / 0.25])
    # shown: .8 and .6, mean .7, of which one is right
    assert figures(*natural_case, "score_minus_precision") == pytest.approx([0.7 - 1 / 2])


def test_the_highest_score_of_a_sentence_counts():
    gold = [told(span()), told(turn=1)]
    guesses = [guess(score=0.6), guess(50, 90, score=0.7), guess(10, 40, score=0.9, selected=False)]
    # p = .9 and 0; shown .7
    assert figures(gold, guesses, "brier_skill", "score_minus_precision") == pytest.approx([1 - 0.005 / 0.25, 0.7 - 1])


@pytest.mark.parametrize("spans", [[], [span()]])
def test_brier_skill_needs_gold_and_other(spans):
    assert figures([told(*spans)], [], "brier_skill") == pytest.approx([nan], nan_ok=True)


# Kinds, stances and means


def test_kinds_and_stances_of_the_pairs():
    kinds = ["MYTH"] * 20 + ["DENIAL"] * 21 + ["EXCUSE"] * 19
    gold = [told(span(**LIE | {"kind": kind}), turn=i) for i, kind in enumerate(kinds)]
    gold.append(told(span(**LIE | {"kind": "EXCUSE"}, arguable=True), turn=60))  # the twentieth, but not clear
    said = {0: "MYTH", 1: "MYTH", 2: "DENIAL", 20: "DENIAL", 21: None, 41: "MYTH", 60: "MYTH"}
    report = evaluate(gold, [guess(40, 60, **LIE | {"kind": kind}, turn=i) for i, kind in said.items()])
    found = report["VITAL_LIE"]
    # six pairs (an IoU of 10/60 is enough), of which three are right
    assert (found["pairs"], found["kind_accuracy"]) == (6, 3 / 6)
    # MYTH: 2 in both, 3 in gold, 3 predicted. DENIAL: 1 in both, 2 and 2. EXCUSE: too few
    assert found["kind_macro_F1"] == pytest.approx((4 / 6 + 2 / 4) / 2)
    assert (found["stance_accuracy"], found["stance_macro_F1"]) == (1, 1)
    assert report.left_out["kind"] == ("EXCUSE", "RATIONALIZATION", "SELF_DECEPTION")
    assert report.left_out["stance"] == ("REPORTED", "REJECTED")
    assert "kind_accuracy" not in report["ASPIRATION"]


def test_no_kind_at_all_is_wrong():
    gold, guesses = [told(span(**LIE))], [guess(label="VITAL_LIE")]
    assert figures(gold, guesses, "pairs", "kind_accuracy", "stance_accuracy", label="VITAL_LIE") == [1, 0, 0]


def test_kinds_of_other_labels_do_not_count():
    gold = [told(span(0, 40, **LIE), span(50, 90, "CHALLENGE", kind="DENIAL", stance="REJECTED"))]
    guesses = [guess(0, 40, **LIE), guess(50, 90, kind="MYTH", stance="ASSERTED")]
    assert figures(gold, guesses, "pairs", "kind_accuracy", "stance_accuracy", label="VITAL_LIE") == [1, 1, 1]


def test_macro_f1_is_undefined_where_a_class_has_no_pairs():
    gold = [told(span(**LIE | {"kind": kind}), turn=i) for i, kind in enumerate(["MYTH"] * 20 + ["DENIAL"] * 20)]
    found = figures(gold, [guess(**LIE)], "kind_accuracy", "kind_macro_F1", "stance_macro_F1", label="VITAL_LIE")
    assert found == pytest.approx([1, nan, 1], nan_ok=True)


def test_means_leave_out_labels_of_fewer_than_20_gold_sentences():
    gold = [told(span(label="CUSTOMER_FOCUSED"), span(label="ASPIRATION"), turn=i) for i in range(20)]
    gold += [told(span(0, 40, "CUSTOMER_CENTRIC"), span(50, 90, "CUSTOMER_CENTRIC"), turn=i) for i in range(20, 39)]
    guesses = [guess(label="CUSTOMER_FOCUSED", turn=i) for i in range(10)]
    guesses += [guess(label="ASPIRATION", turn=i) for i in range(20)]
    report = evaluate(gold, guesses)
    # nineteen sentences, though 38 spans, of customer-centric
    assert report.left_out["label"] == ("VITAL_LIE", "CHALLENGE", "CUSTOMER_CENTRIC", "PRODUCT_CENTRIC")
    # focused: R = 10/20, F1 = 20/30; ranked, 10 of 10, then 20 of 39. Aspiration: 1
    focused = [2 / 3, 2 / 3, (10 + 10 * 20 / 39) / 20]
    assert list(report["core"]) == ["F1", "span_F1", "AP"]
    assert list(report["core"].values()) == pytest.approx(focused)
    assert list(report["all"].values()) == pytest.approx([(x + 1) / 2 for x in focused])


def test_a_mean_of_nothing_is_undefined():
    assert list(evaluate([told(span())], [guess()])["all"].values()) == pytest.approx([nan, nan, nan], nan_ok=True)


def test_figures_without_a_denominator_are_undefined():
    found = evaluate([told(sampling="VL")], [])["CHALLENGE"]
    counts = ["gold", "predicted", "pairs", "natural_gold", "natural_predicted", "natural_found"]
    assert [name for name, value in found.items() if not isnan(value)] == counts
    assert all(found[name] == 0 and isinstance(found[name], int) for name in counts)
    assert len(found) == 18


def test_no_predictions_are_an_answer():
    assert figures([told(span()), told(turn=1)], [], "P", "R", "F1", "AP") == pytest.approx(
        [nan, 0, 0, 1 / 2], nan_ok=True
    )
