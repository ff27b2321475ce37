"""Estimates with intervals over meetings."""

from math import inf, isnan, log, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from vitallies.errors import UsageError
from vitallies.insights.estimates import (
    ANYTHING,
    POSITIVE,
    SHARE,
    Estimate,
    Spread,
    difference,
    estimate,
    jackknife,
    paired,
    ratio,
)


def mean(sums):
    return sums[0] / sums[1]


def means(values):
    """A table whose quotient of sums is the mean of the values."""
    return np.column_stack([values, np.ones(len(values))])


def nothing(found):
    return isnan(found.low) and isnan(found.high)


meetings = st.lists(st.tuples(st.integers(0, 9), st.integers(20, 60)), min_size=3, max_size=9)


# The jackknife


def test_of_a_mean_the_jackknife_is_the_standard_error():
    values = [2.0, 3.0, 7.0, 4.0]
    found = jackknife(mean, means(values), sizes=np.ones(4))
    assert found == Spread(4.0, pytest.approx(np.std(values, ddof=1) / 2), 3.0, 4)


def test_a_mean_has_students_interval():
    values = [2.0, 3.0, 7.0, 4.0]
    found = estimate(mean, means(values), sizes=np.ones(4))
    expected = student.interval(0.95, 3, 4.0, np.std(values, ddof=1) / 2)
    assert (found.value, found.low, found.high, found.n) == pytest.approx((4.0, *expected, 4))


def test_leaving_out_by_hand():
    found = jackknife(mean, [[1, 10], [3, 30], [4, 10]], sizes=[10, 30, 10])
    without = np.array([7 / 40, 5 / 20, 4 / 40])
    assert found.value == pytest.approx(8 / 50)
    assert found.error == pytest.approx(sqrt(2 / 3 * ((without - without.mean()) ** 2).sum()))
    assert found.freedom == pytest.approx(50**2 / (10**2 + 30**2 + 10**2) - 1)


def test_sizes_are_what_meetings_add_where_none_are_given():
    assert jackknife(mean, [[1, 1], [2, 2], [0, 8]]).freedom == pytest.approx(14**2 / (2**2 + 4**2 + 8**2) - 1)


def test_a_slope_spends_one_more_degree_of_freedom():
    table = means([1.0, 2.0, 4.0, 5.0, 5.0])
    assert jackknife(mean, table, sizes=np.ones(5), parameters=2).freedom == pytest.approx(3)


def test_a_meeting_that_adds_nothing_is_left_out():
    assert jackknife(mean, [[1, 2], [0, 0], [1, 4]]) == jackknife(mean, [[1, 2], [1, 4]])


def test_where_one_meeting_holds_all_there_is_no_interval():
    # Without the first there is nothing to divide by.
    found = estimate(
        lambda sums: sums[0] / sums[1] / (sums[2] / sums[3]), [[1, 9, 1, 9], [1, 9, 0, 0]], within=POSITIVE
    )
    assert found.value == pytest.approx(2.0 / 2 * 9 / 9)
    assert nothing(found)


@pytest.mark.parametrize("counts", [[], np.empty((0, 2)), [[0, 0]], [[0, 0], [0, 0]]])
def test_nothing(counts):
    found = estimate(mean, counts)
    assert isnan(found.value)
    assert nothing(found)
    assert found.n == 0


@pytest.mark.parametrize("counts", [[[1, 4]], [[1, 2], [0, 2]]])
def test_one_meeting_or_two_have_a_value_and_no_interval(counts):
    found = estimate(mean, counts)
    assert (found.value, found.n) == (0.25, len(counts))
    assert nothing(found)


def test_a_slope_needs_a_meeting_more():
    table = means([1.0, 2.0, 4.0])
    assert nothing(estimate(mean, table, parameters=2))
    assert not nothing(estimate(mean, table))


def test_where_one_or_two_meetings_hold_nearly_all_there_is_no_interval():
    words = [5000, 4000, 1, 1, 1]
    assert nothing(ratio([3, 4, 0, 1, 0], words))
    assert nothing(ratio([0, 0, 0, 0, 0], [5000, *[1] * 4]))


@pytest.mark.parametrize("counts", [[1, 2, 3], [[1, nan]], [[inf, 1]]])
def test_what_is_no_table_of_numbers(counts):
    with pytest.raises(UsageError, match="counts must be finite numbers, a row for each meeting"):
        jackknife(mean, counts)


# Ranges


def test_a_positive_figure_is_symmetric_in_its_logarithm():
    low, high = Spread(2.0, 0.5, 6.0, 7).limits(POSITIVE)
    reach = student.ppf(0.975, 6) * 0.25
    assert (log(low), log(high)) == pytest.approx((log(2) - reach, log(2) + reach))


def test_a_share_is_symmetric_in_its_logit():
    low, high = Spread(0.8, 0.1, 6.0, 7).limits(SHARE)
    reach = student.ppf(0.975, 6) * 0.1 / 0.16
    assert (log(low / (1 - low)), log(high / (1 - high))) == pytest.approx((log(4) - reach, log(4) + reach))


def test_an_effective_number_is_never_below_one():
    low, high = Spread(1.5, 0.4, 4.0, 5).limits((1, inf))
    assert 1 < low < 1.5 < high
    assert (low - 1) * (high - 1) == pytest.approx(0.25)


def test_other_degrees_of_freedom():
    spread = Spread(2.0, 0.5, 6.0, 7)
    low, high = spread.limits(ANYTHING, 3.0)
    assert high - low == pytest.approx(2 * student.ppf(0.975, 3) * 0.5)


@pytest.mark.parametrize(("value", "within"), [(0.0, POSITIVE), (1.0, SHARE), (1.0, (1, inf)), (2.0, SHARE)])
def test_at_the_end_of_its_range_a_figure_shows_no_spread(value, within):
    assert all(map(isnan, Spread(value, 0.1, 4.0, 5).limits(within)))


def test_what_reaches_beyond_all_numbers_is_no_interval():
    assert all(map(isnan, Spread(1.0, 1e6, 2.0, 3).limits(POSITIVE)))


@pytest.mark.parametrize("within", [(1, 0), (1, 1), (-inf, 0), (nan, 1)])
def test_what_is_no_range(within):
    with pytest.raises(UsageError, match="within must be"):
        Spread(0.5, 0.1, 4.0, 5).limits(within)


# Ratios


@given(meetings)
def test_a_ratio_lies_in_its_interval_and_both_in_its_range(rows):
    part, whole = np.array(rows).T
    share, rate = ratio(np.minimum(part, whole), whole), ratio(part, whole, within=POSITIVE)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert 0 <= rate.low <= rate.value <= rate.high
    assert share.n == rate.n == len(rows)


@given(meetings, st.randoms(use_true_random=False))
def test_order_changes_nothing(rows, random):
    tenths = [(part / 10, whole / 10) for part, whole in rows]
    mixed = random.sample(tenths, len(tenths))
    assert repr(ratio(*zip(*tenths, strict=True))) == repr(ratio(*zip(*mixed, strict=True)))
    assert repr(estimate(mean, tenths)) == repr(estimate(mean, mixed))


@given(meetings)
def test_the_unit_of_the_denominator_only_scales(rows):
    part, whole = np.array(rows, float).T
    words, pages = (ratio(part + 1, whole / size, within=POSITIVE) for size in (1, 250))
    assert (pages.value, pages.low, pages.high) == pytest.approx(
        tuple(250 * x for x in (words.value, words.low, words.high)), nan_ok=True
    )


def test_a_ratio_by_hand():
    found = ratio([1, 3, 4], [10, 30, 10])
    spread = jackknife(mean, [[1, 10], [3, 30], [4, 10]], sizes=[10, 30, 10])
    assert found == Estimate(spread.value, *spread.limits(SHARE), 3)


def test_what_is_no_share_may_be_above_one():
    parts, wholes = [3, 1, 2, 1], [4, 4, 4, 4]
    assert ratio(parts, wholes).high < 1 < ratio(parts, wholes, within=POSITIVE).high
    assert ratio([5, 1, 2, 1], wholes).high > 1


def test_a_mean_of_what_may_be_negative_is_not_held_above_zero():
    assert ratio([-2, 3, 1], [1, 1, 1]).low < 0


def test_none_found_has_an_upper_end():
    # Nothing in 60 trials of a share of 0.0596 is what happens in 2.5% of samples.
    found = ratio([0, 0, 0], [10, 20, 30])
    assert (found.value, found.low, found.n) == (0.0, 0.0, 3)
    assert (1 - found.high) ** 60 == pytest.approx(0.025)


def test_all_found_has_a_lower_end():
    found = ratio([10, 20, 30], [10, 20, 30])
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low**60 == pytest.approx(0.025)
    assert nothing(ratio([10], [10]))


@pytest.mark.parametrize("finding", [1, 4])
def test_where_meetings_agree_by_chance_the_error_is_that_of_the_trials(finding):
    """Three meetings of 20, 40 and 60 words, half of them of one kind, in findings of one word or of four."""
    whole = np.array([20, 40, 60])
    shares, rates = ratio(whole / 2, whole, finding=finding), ratio(whole / 2, whole, within=POSITIVE, finding=finding)
    freedom = 120**2 / (whole**2).sum() - 1
    for found, error, within in (
        (shares, sqrt(0.25 * finding / 120), SHARE),
        (rates, sqrt(0.5 * finding / 120), POSITIVE),
    ):
        assert (found.value, found.n) == (0.5, 3)
        assert (found.low, found.high) == pytest.approx(Spread(0.5, error, freedom, 3).limits(within))
        assert found.high - found.low > 0.3
    # As good as alike must not be surer than alike.
    near = ratio([10, 20, 30 + 1e-12], whole)
    assert (near.low, near.high) == pytest.approx((ratio([10, 20, 30], whole).low, ratio([10, 20, 30], whole).high))


def test_a_rate_of_one_is_not_all():
    found = ratio([1, 3, 2], [2, 2, 2], within=POSITIVE)
    assert found.value == 1
    assert found.high > 1


def test_long_meetings_count_for_more_than_their_number():
    alike, uneven = ratio([4, 2] * 5, [100] * 10), ratio([4, 2] * 5, [370, *[70] * 9])
    assert alike.high / alike.low < uneven.high / uneven.low


@pytest.mark.parametrize(("above", "below"), [([1], [1, 2]), ([[1]], [[2]]), (1, 2)])
def test_a_ratio_needs_a_pair_for_each_meeting(above, below):
    with pytest.raises(UsageError, match="each meeting needs a numerator and a denominator"):
        ratio(above, below)


def test_intervals_cover_the_truth():
    # Some 4 spans in each of 12 meetings, as unlike as meetings are; the benchmark does this for more.
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        words = rng.lognormal(9, 0.4, 12)
        found = ratio(rng.poisson(words / 2000 * rng.gamma(2, 0.5, 12)), words)
        covered += found.low <= 1 / 2000 <= found.high
    assert 0.92 <= covered / 400 <= 0.98


# Differences


def test_a_difference_joins_two_intervals():
    first, second = ([1, 3, 4], [10, 30, 20]), ([4, 5, 9, 4], [10, 20, 20, 10])
    p, q = (jackknife(mean, np.column_stack(pair), sizes=pair[1]) for pair in (first, second))
    freedom = (p.error**2 + q.error**2) ** 2 / (p.error**4 / p.freedom + q.error**4 / q.freedom)
    (p_low, p_high), (q_low, q_high) = p.limits(SHARE, freedom), q.limits(SHARE, freedom)
    found = difference(first, second)
    assert found.value == pytest.approx(22 / 60 - 8 / 60)
    assert found.low == pytest.approx(found.value - sqrt((q.value - q_low) ** 2 + (p_high - p.value) ** 2))
    assert found.high == pytest.approx(found.value + sqrt((q_high - q.value) ** 2 + (p.value - p_low) ** 2))
    assert found.n == 7


def test_a_difference_from_meetings_that_agree_by_chance_is_as_unsure_as_they_are():
    first, second = ([1, 2, 3], [2, 4, 6]), ([498, 505, 497, 500, 510] * 12, [1000] * 60)
    p, q = (jackknife(mean, np.column_stack(pair), sizes=pair[1]) for pair in (first, second))
    error = sqrt(0.25 / 12)
    freedom = (error**2 + q.error**2) ** 2 / (error**4 / p.freedom + q.error**4 / q.freedom)
    low, high = Spread(0.5, error, p.freedom, 3).limits(SHARE, freedom)
    found = difference(first, second)
    assert found.high - found.value >= 0.5 - low
    assert found.value - found.low >= high - 0.5


def test_more_than_all_has_no_interval_as_a_share():
    assert nothing(ratio([2, 4, 6], [1, 2, 3], within=SHARE))


@given(meetings, meetings)
def test_the_other_way_round_a_difference_is_the_negative(first, second):
    a, b = (tuple(zip(*rows, strict=True)) for rows in (first, second))
    there, back = difference(a, b), difference(b, a)
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert there.low <= there.value <= there.high


def test_none_found_in_either_group():
    found = difference(([0] * 3, [10] * 3), ([0] * 3, [30] * 3))
    assert found == Estimate(0.0, pytest.approx(-(1 - 0.025 ** (1 / 30))), pytest.approx(1 - 0.025 ** (1 / 90)), 6)


def test_a_group_of_two_meetings_leaves_no_interval():
    found = difference(([1, 1], [10, 10]), ([2, 3, 4], [10, 10, 10]))
    assert found.value == pytest.approx(0.2)
    assert nothing(found)


# Counts side by side


def test_paired():
    table = paired([1, nan, 3, 0], [2, 0, nan, 0])
    np.testing.assert_array_equal(table, [[1, 2], [nan, nan], [nan, nan], [0, 0]])


@pytest.mark.parametrize(("above", "below"), [([1], [0]), ([0], [-1])])
def test_what_was_found_was_found_in_something(above, below):
    with pytest.raises(UsageError, match="a denominator must be positive"):
        paired(above, below)


def test_where_a_finding_is_some_words_nothing_found_teaches_as_much_less():
    words, none = [100.0] * 5, [0.0] * 5
    by_ten = ratio(none, words, finding=10)
    assert by_ten == ratio(none, [10.0] * 5)
    assert by_ten.high == pytest.approx(1 - 0.025 ** (1 / 50))
    assert ratio(words, words, finding=10).low == pytest.approx(0.025 ** (1 / 50))
    some = [3.0, 0.0, 1.0, 2.0, 0.0]
    assert ratio(some, words, finding=10) == ratio(some, words)
    first, second = (none, words), (some, words)
    assert difference(first, second, finding=10).low < difference(first, second).low
