"""Changes of a measure over the dates of meetings."""

import datetime
from math import isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import UsageError
from vitallies.insights.trend import UNITS, trend

MONDAY = datetime.date(2025, 1, 6)


def days(*numbers):
    return [MONDAY + datetime.timedelta(int(number)) for number in numbers]


def nothing(found):
    return isnan(found.low) and isnan(found.high)


def test_the_slope_is_that_of_least_squares_weighted_by_words():
    spans, words, dates = [2, 3, 9, 4, 12], [1000, 900, 2000, 700, 1500], days(0, 10, 25, 70, 80)
    found = trend(spans, words, dates, scale=1000, unit="week")
    weeks = np.array([0, 10, 25, 70, 80]) / 7
    slope, _ = np.polyfit(weeks, 1000 * np.divide(spans, words), 1, w=np.sqrt(words))
    assert found.change.value == pytest.approx(slope)
    assert found.change.low < slope < found.change.high
    assert found.level.value == pytest.approx(1000 * 30 / 6100)
    assert (found.change.n, found.level.n, found.undated) == (5, 5, 0)
    assert (found.first, found.last) == (MONDAY, MONDAY + datetime.timedelta(80))


def test_the_interval_is_that_of_hc3_but_for_n():
    # Of equally long meetings the jackknife of a slope is HC3's without its mean, with (n - 1)/n before it.
    rates, time = np.array([3.0, 5.0, 4.0, 8.0, 6.0, 9.0]), np.arange(6.0)
    found = trend(10 * rates, np.full(6, 10.0), days(*(7 * time)), unit="week")
    away = time - time.mean()
    slope = (away * rates).sum() / (away**2).sum()
    left = rates - rates.mean() - slope * away
    without = away * left / (away**2).sum() / (1 - 1 / 6 - away**2 / (away**2).sum())
    error = np.sqrt(5 / 6 * ((without - without.mean()) ** 2).sum())
    from scipy.stats import t

    assert (found.change.low, found.change.high) == pytest.approx(t.interval(0.95, 4, slope, error))


@pytest.mark.parametrize("unit", UNITS)
def test_units_of_time(unit):
    found = trend([1, 2, 3, 5], [10, 10, 10, 10], days(0, 7, 14, 21), unit=unit, resamples=9)
    weekly = trend([1, 2, 3, 5], [10, 10, 10, 10], days(0, 7, 14, 21), unit="week", resamples=9)
    assert found.change.value == pytest.approx(weekly.change.value * UNITS[unit] / 7)
    assert found.p == weekly.p


def test_the_test_is_exact_with_few_meetings():
    # Rising without a break in five equal meetings: one of 120 orders is as steep, and one as steep downwards.
    found = trend([1, 3, 4, 8, 9], [100] * 5, days(0, 7, 14, 21, 28))
    assert found.p == pytest.approx(2 / 120)
    assert trend([9, 8, 4, 3, 1], [100] * 5, days(0, 7, 14, 21, 28)).p == pytest.approx(2 / 120)


def test_a_perfect_line_is_as_clear_as_can_be():
    assert trend([1, 2, 3, 4, 5], [100] * 5, days(0, 7, 14, 21, 28)).p == pytest.approx(2 / 120)


def test_whole_meetings_are_permuted():
    # All have one rate, which no order of the meetings makes rise or fall.
    spans, words = [5, 5, 50, 5, 5, 5], [50, 50, 500, 50, 50, 50]
    assert trend(spans, words, days(0, 1, 2, 3, 4, 5)).p == 1.0


def test_a_planted_change_is_found_and_no_change_is_not():
    rng = np.random.default_rng(5)
    words, weeks = rng.lognormal(9, 0.4, 40), np.arange(40)
    dates = days(*(7 * weeks))
    rising = trend(rng.poisson(words / 500 * (1 + weeks / 20)), words, dates, measure="lies", scale=1000)
    level = trend(rng.poisson(words / 500), words, dates, measure="lies", scale=1000)
    months = 7 / UNITS["month"]
    assert rising.change.low <= 2 / 20 / months <= rising.change.high
    assert rising.p < 0.001
    assert level.change.low <= 0 <= level.change.high
    assert level.p > 0.05
    assert rising.reading.startswith("lies: ")
    assert "over 40 meetings from 2025-01-06 to 2025-10-06, rising: +0." in rising.reading
    assert "with no change that can be told from chance" in level.reading


rows = st.lists(
    st.tuples(st.integers(0, 6), st.integers(50, 400), st.integers(0, 300) | st.none()), min_size=1, max_size=6
)


@given(rows, st.randoms(use_true_random=False))
def test_order_changes_nothing(meetings, random):
    def of(them):
        spans, words, when = zip(*them, strict=True)
        return trend(spans, words, [None if day is None else days(day)[0] for day in when], resamples=99)

    assert repr(of(meetings)) == repr(of(random.sample(meetings, len(meetings))))


@given(rows)
def test_backwards_in_time_the_change_is_the_negative(meetings):
    spans, words, when = zip(*[(k, x, day or 0) for k, x, day in meetings], strict=True)
    there, back = (trend(spans, words, days(*(sign * np.array(when))), resamples=9) for sign in (1, -1))
    assert (back.change.value, back.change.low, back.change.high) == pytest.approx(
        (-there.change.value, -there.change.high, -there.change.low), nan_ok=True, abs=1e-9
    )
    assert there.level == back.level or isnan(there.level.low)


# Too little


def test_meetings_without_date_or_measure_or_words_are_left_out():
    spans, words = [1, 2, 3, 5, nan, 0, 9], [10, 10, 10, 10, nan, 0, 10]
    dates = [*days(0, 7, 14, 21, 28, 35), None]
    found, without = trend(spans, words, dates), trend(spans[:4], words[:4], dates[:4])
    assert (found.change, found.level, found.p) == (without.change, without.level, without.p)
    assert (found.undated, without.undated) == (1, 0)
    assert found.last == days(21)[0]
    assert found.reading == without.reading + " 1 meeting without a date was left out."


def test_no_meetings():
    found = trend([], [], [])
    assert (found.change.n, found.first, found.last) == (0, None, None)
    assert isnan(found.p)
    assert found.reading == "measure: 0 meetings with a date, so no change can be told."


def test_one_date():
    found = trend([1, 2, 3, 0], [10, 20, 20, 10], days(3, 3, 3, 3), measure="lies")
    assert isnan(found.change.value)
    assert isnan(found.p)
    assert found.reading == "lies: all 4 meetings are of one date, so no change can be told."


def test_without_its_last_meeting_there_is_one_date():
    found = trend([1, 2, 3, 7, 3], [10, 20, 20, 30, 20], days(3, 3, 3, 3, 90))
    assert nothing(found.change)
    assert not isnan(found.change.value)
    assert found.reading.endswith("; too little was found, or in too few meetings, for an interval.")


def test_nothing_found():
    found = trend([0] * 9, [1000] * 9, days(*range(9)))
    assert (found.change.value, found.level.value) == (0, 0)
    assert nothing(found.change)
    assert isnan(found.p)
    assert "0 over 9 meetings" in found.reading
    assert found.reading.endswith("for an interval.")


def test_four_meetings_are_too_few_for_the_test():
    found = trend([1, 2, 3, 5], [100] * 4, days(0, 7, 14, 21))
    assert found.p == pytest.approx(2 / 24)
    assert found.reading.endswith("too few meetings to tell a change from chance.")


# The table, and what cannot be done


def test_to_frame():
    found = trend([1, 2, 4, 5, 5], [100] * 5, days(0, 7, 14, 21, 28), measure="lies")
    (row,) = found.to_frame().to_dict("records")
    assert row["measure"] == "lies"
    assert (row["change"], row["low"], row["high"]) == (found.change.value, found.change.low, found.change.high)
    assert (row["level"], row["n"], row["unit"]) == (0.034, 5, "month")
    assert (row["first"], row["last"], row["undated"]) == ("2025-01-06", "2025-02-03", 0)
    empty = trend([], [], []).to_frame()
    assert list(empty.dtypes) == list(found.to_frame().dtypes)
    assert list(empty) == list(row)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [2], []), "each meeting needs a date or None: 1 meetings, 0 dates"),
        (([1, 2], [2], days(1)), "each meeting needs a numerator and a denominator"),
        (([1], [0], days(1)), "a denominator must be positive"),
    ],
)
def test_what_cannot_be_done(arguments, message):
    with pytest.raises(UsageError, match=message):
        trend(*arguments)
    with pytest.raises(UsageError, match="the unit of time must be one of week, month, quarter, year, not 'day'"):
        trend([1], [2], days(1), unit="day")


def test_false_alarms_and_coverage():
    # 12 weekly meetings, 200 times; the benchmark does this for more.
    rng = np.random.default_rng(1)
    dates, called, covered = days(*range(0, 84, 7)), 0, 0
    for _ in range(200):
        words = rng.lognormal(9, 0.4, 12)
        found = trend(rng.poisson(words / 2000 * rng.gamma(2, 0.5, 12)), words, dates, resamples=199)
        called += found.p < 0.05
        covered += found.change.low <= 0 <= found.change.high
    assert 2 <= called <= 20
    assert 180 <= covered <= 199


def test_where_nothing_is_found_the_level_is_as_sure_as_its_findings():
    days = [datetime.date(2024, 1, n) for n in range(1, 7)]
    found = trend([0] * 6, [100] * 6, days, finding=10)
    assert (found.level.low, found.level.high) == (0, pytest.approx(1 - 0.025 ** (1 / 60)))


@pytest.mark.parametrize(
    "counts", [([1] * 6, [2] * 6), ([1, 2, 1, 3, 2, 1], [1, 2, 1, 3, 2, 1]), ([1, 2, 3, 4, 5, 6], [9] * 6)]
)
def test_meetings_without_any_spread_give_no_interval_of_no_width(counts):
    days = [datetime.date(2025, 1, 1) + datetime.timedelta(days=7 * week) for week in range(6)]
    found = trend(*counts, days)
    assert isnan(found.change.low)
    assert isnan(found.change.high)
    assert found.change.value == 0 or found.change.value > 0.01
    assert "too little was found, or in too few meetings, for an interval" in found.reading


@pytest.mark.parametrize("date", ["2025-01-01", nan, pd.NaT, 20250101])
def test_what_is_no_date_is_refused(date):
    with pytest.raises(UsageError, match=r"must be a datetime.date or None"):
        trend([1, 2], [3, 4], [datetime.date(2025, 1, 1), date])
