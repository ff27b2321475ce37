"""Differences between two groups of meetings."""

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import UsageError
from vitallies.insights.comparison import Measure, compare, differ
from vitallies.insights.estimates import NO_INTERVAL, difference, ratio
from vitallies.insights.groups import Group, made_by, require_same
from vitallies.insights.tables import MEASURES
from vitallies.labels import LABELS

MODEL = {"model": "fake 1"}
MANIFEST = {
    "schema_version": 1,
    "versions": {"vitallies": "0.1.0", "numpy": "2.1"},
    "model": {"id": "default 0.1.0 abc", "manifest_sha256": "0123456789abcdef"},
    "options": {"fast": False, "min_score": None, "customers": ["guest", "Acme"], "all_candidates": False},
}


def compared(first, second, **options):
    return compare(first, second, MEASURES[: len(LABELS)], **options)


def row(words=1000, **counts):
    counts = dict.fromkeys(LABELS, 0) | counts
    return {"transcript": "x", "our_words": words, **{f"{label}_spans": count for label, count in counts.items()}}


def group(name, lies, words=1000, **rest):
    return Group(name, [row(words, VITAL_LIE=n, **rest) for n in lies], MODEL)


# One measure


def test_figures_and_intervals_are_those_of_the_estimates():
    first, second = ([1, 3, 4, 2], [100, 300, 200, 100]), ([4, 5, 9], [100, 200, 200])
    found = differ(first, second, scale=10, resamples=99)
    for figure, expected in (
        (found.first, ratio(*first)),
        (found.second, ratio(*second)),
        (found.difference, difference(first, second)),
    ):
        assert (figure.value, figure.low, figure.high) == pytest.approx(
            (10 * expected.value, 10 * expected.low, 10 * expected.high)
        )
        assert figure.n == expected.n


def test_the_test_is_exact_with_few_meetings():
    # Of the 70 ways to deal eight meetings of one length, two part the higher from the lower.
    found = differ(([1, 2, 3, 4], [100] * 4), ([5, 6, 7, 8], [100] * 4))
    assert found.p == pytest.approx(2 / 70)
    # With the 4 and the 5 in the other group each is next.
    assert differ(([1, 2, 3, 5], [100] * 4), ([4, 6, 7, 8], [100] * 4)).p == pytest.approx(4 / 70)


def test_groups_without_a_spread_differ_as_clearly_as_can_be():
    assert differ(([1, 1, 1, 1], [100] * 4), ([2, 2, 2, 2], [100] * 4)).p == pytest.approx(2 / 70)


def test_whole_meetings_are_dealt():
    # All meetings have one rate, and their lengths are no difference.
    found = differ(([1, 2, 30], [10, 20, 300]), ([50, 1, 2, 40], [500, 10, 20, 400]))
    assert found.difference.value == pytest.approx(0)
    assert found.p == 1.0


def test_a_planted_difference_is_found_and_none_is_not():
    rng = np.random.default_rng(2)
    words = rng.lognormal(9, 0.4, (2, 25))
    spans = rng.poisson(words / 2000 * rng.gamma(3, 1 / 3, (2, 25)))
    alike = differ((spans[0], words[0]), (spans[1], words[1]), measure="lies")
    more = differ((spans[0], words[0]), (2 * spans[1], words[1]), measure="lies")
    assert alike.p > 0.05
    assert more.p < 0.01
    assert more.difference.low <= 1 / 2000 <= more.difference.high
    assert "with no difference that can be told from chance" in alike.reading
    assert ", higher in the second: +0.000" in more.reading
    assert (
        ", lower in the second: -0.000"
        in differ((2 * spans[1], words[1]), (spans[0], words[0]), measure="lies").reading
    )


counts = st.lists(st.tuples(st.integers(0, 6), st.integers(50, 400)), min_size=2, max_size=5)


@given(counts, counts, st.randoms(use_true_random=False))
def test_order_changes_nothing(first, second, random):
    def of(a, b):
        return differ(tuple(zip(*a, strict=True)), tuple(zip(*b, strict=True)), resamples=99)

    mixed = (random.sample(rows, len(rows)) for rows in (first, second))
    assert repr(of(first, second)) == repr(of(*mixed))


@given(counts, counts)
def test_a_chance_is_a_chance_and_turns_with_the_groups(first, second):
    a, b = (tuple(zip(*rows, strict=True)) for rows in (first, second))
    there, back = differ(a, b), differ(b, a)
    assert isnan(there.p) == (sum(a[0]) + sum(b[0]) == 0)
    assert there.p == pytest.approx(back.p, nan_ok=True)
    assert isnan(there.p) or 0 < there.p <= 1


def test_meetings_without_measure_or_words_are_left_out():
    first, second = ([1, 3, 4, nan, 0], [100, 300, 200, nan, 0]), ([4, 5, 9], [100, 200, 200])
    assert repr(differ(first, second)) == repr(differ(tuple(column[:3] for column in first), second))


def test_an_empty_group():
    found = differ(([1, 2], [10, 10]), ([], []), measure="lies")
    assert isnan(found.p)
    assert isnan(found.difference.value)
    assert found.reading == "lies: not measured in both groups."


def test_groups_too_small():
    one = differ(([1], [10]), ([2, 3, 4], [10, 10, 10]), measure="lies")
    assert isnan(one.p)
    assert one.reading == f"lies: 0.1 against 0.3, in 1 and 3 meetings; {NO_INTERVAL}."
    three = differ(([1, 2, 3], [10] * 3), ([5, 6, 9], [10] * 3), measure="lies")
    assert three.p == pytest.approx(2 / 20)
    assert three.reading.endswith("too few meetings (3 and 3) to tell from chance.")


def test_nothing_found_in_either():
    found = differ(([0] * 5, [100] * 5), ([0] * 5, [100] * 5), measure="lies")
    assert isnan(found.p)
    assert found.difference.low < 0 < found.difference.high
    assert found.reading == "lies: 0 against 0; none was found in either group."


@pytest.mark.parametrize(("above", "below"), [([1, 2], [1]), ([1], [0]), ([0], [-2])])
def test_what_cannot_be_compared(above, below):
    with pytest.raises(UsageError):
        differ((above, below), ([1], [1]))


def test_false_alarms_and_coverage_where_one_group_is_longer_and_smaller():
    rng = np.random.default_rng(4)
    called = covered = 0
    for _ in range(200):
        pair = []
        for n, long in ((14, 1), (8, 2)):
            words = long * rng.lognormal(9, 0.4, n)
            pair.append((rng.poisson(words / 2000 * rng.gamma(2, 0.5, n)), words))
        found = differ(*pair, resamples=199)
        called += found.p < 0.05
        covered += found.difference.low <= 0 <= found.difference.high
    assert 2 <= called <= 20
    assert 180 <= covered <= 199


# Tables


def test_the_measures_are_the_labels_per_thousand_words():
    found = compared(group("a", [1, 2, 3]), group("b", [3, 4, 8], CHALLENGE=1))
    assert [item.measure for item in found.differences] == [f"{label} per 1,000 words" for label in LABELS]
    by_name = {item.measure.split()[0]: item for item in found.differences}
    assert by_name["VITAL_LIE"].first.value == pytest.approx(2)
    assert by_name["VITAL_LIE"].second.value == pytest.approx(5)
    assert by_name["CHALLENGE"].difference.value == pytest.approx(1)
    assert (found.first, found.second, found.n_first, found.n_second) == ("a", "b", 3, 3)


def test_a_measure_adds_up_columns():
    centricity = Measure(
        "centricity", ("CUSTOMER_CENTRIC_spans",), ("CUSTOMER_CENTRIC_spans", "CUSTOMER_FOCUSED_spans")
    )
    above, below = centricity.counts([row(CUSTOMER_CENTRIC=3, CUSTOMER_FOCUSED=2), row(), row(CUSTOMER_FOCUSED=1)])
    assert (above.tolist(), below.tolist()) == ([3, 0, 0], [5, 0, 1])


def test_what_a_table_lacks_is_left_out():
    rows = [row(VITAL_LIE=1), row(VITAL_LIE=None), {"our_words": 10}]
    above, below = MEASURES[0].counts(rows)
    np.testing.assert_array_equal(above, [1, nan, nan])
    np.testing.assert_array_equal(below, [1000, nan, nan])
    uncounted = Group("b", [row(VITAL_LIE=None), row(VITAL_LIE=None)], MODEL)
    found = compared(group("a", [1, 2]), uncounted)
    assert [item.measure.split()[0] for item in found.differences] == list(LABELS[1:])
    assert compared(group("a", []), uncounted).differences == ()
    assert compare(group("a", [1]), group("b", [1]), [Measure("x", ("nowhere",), ("our_words",))]).differences == ()


def test_the_reading_names_what_differs_and_what_chance_would_do():
    more, fewer = group("this year", [9, 8, 7, 9], ASPIRATION=1), group("last year", [1, 2, 3, 1], ASPIRATION=1)
    assert compared(fewer, more).reading == (
        "Higher in this year than in last year: VITAL_LIE per 1,000 words (+6.5). "
        "Of 2 measures compared, 0.1 would differ so by chance alone."
    )
    assert compared(more, fewer).reading.startswith(
        "Lower in last year than in this year: VITAL_LIE per 1,000 words (-6"
    )
    alike = compared(more, group("next year", [9, 8, 7, 9], ASPIRATION=1)).reading
    assert alike.startswith("No difference between this year and next year can be told from chance. Of 2 measures")
    assert compared(group("a", []), group("b", [])).reading == (
        "How b differs from a cannot be told: too few findings or meetings."
    )


def test_to_frame():
    found = compared(group("a", [1, 2, 3, 5]), group("b", [3, 4, 8]), resamples=99)
    frame = found.to_frame()
    first = frame.to_dict("records")[0]
    lies = found.differences[0]
    assert first["measure"] == "VITAL_LIE per 1,000 words"
    assert (first["first"], first["first_low"], first["n_first"]) == (lies.first.value, lies.first.low, 4)
    assert (first["second"], first["second_high"], first["n_second"]) == (5.0, lies.second.high, 3)
    assert first["difference"] == pytest.approx(2.25)
    assert (first["difference_low"], first["p"]) == (lies.difference.low, lies.p)
    empty = compared(group("a", []), group("b", [])).to_frame()
    assert empty.empty
    assert list(empty.dtypes.items()) == list(frame.dtypes.items())


# Only what one model has made


def test_different_models_are_refused_with_the_cure():
    other = Group("b", [], {"model": "fake 2"})
    with pytest.raises(UsageError, match="model fake 1 against fake 2") as refused:
        compared(group("a", [1]), other)
    assert "a and b were not scored in the same way" in str(refused.value)
    assert "score both again with one model and the same options" in str(refused.value)


def test_what_only_one_knows_is_refused_too():
    with pytest.raises(UsageError, match="fast true against unknown"):
        require_same(Group("a", [], {**MODEL, "fast": "true"}), Group("b", [], MODEL))
    with pytest.raises(UsageError, match="fast unknown against true"):
        require_same(Group("a", [], MODEL), Group("b", [], {**MODEL, "fast": "true"}))


def changed(**changes):
    return {**MANIFEST, **changes}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (changed(model={**MANIFEST["model"], "manifest_sha256": "fff"}), "model default 0.1.0 abc (01234567) against"),
        (changed(versions={"vitallies": "0.2.0"}), "vitallies 0.1.0 against 0.2.0"),
        (changed(schema_version=2), "schema_version 1 against 2"),
        (changed(options={**MANIFEST["options"], "fast": True}), "fast false against true"),
        (changed(options={**MANIFEST["options"], "min_score": 0.9}), "min_score null against 0.9"),
        (changed(options={**MANIFEST["options"], "customers": []}), 'customers ["Acme", "guest"] against []'),
    ],
)
def test_manifests_that_differ(other, told):
    with pytest.raises(UsageError) as refused:
        require_same(Group("a", [], made_by(MANIFEST)), Group("b", [], made_by(other)))
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "other",
    [
        changed(versions={"vitallies": "0.1.0", "numpy": "9"}),
        changed(options={**MANIFEST["options"], "customers": ["Acme", "guest"], "all_candidates": True}),
        changed(inputs={"a.txt": "abc"}),
    ],
)
def test_what_changes_no_count_may_differ(other):
    assert made_by(other) == made_by(MANIFEST)


@pytest.mark.parametrize("other", [{}, [], changed(model="x"), changed(options={})])
def test_what_is_no_manifest(other):
    with pytest.raises(UsageError, match=r"this is no manifest of a scored folder: it lacks .+; score"):
        made_by(other)
