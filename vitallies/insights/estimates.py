"""Estimates with intervals: meetings are the units, resampled whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

RESAMPLES: Final = 2000
LEVEL: Final = 0.95
_LOT = 256
"""Resamples at a time, so that memory stays small however many meetings there are."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval.

    Parameters
    ----------
    value : float
        NaN where there is nothing to compute it from.
    low, high : float
        Ends of the 95% interval; NaN where there are fewer than two meetings to learn the spread from.
    n : int
        Meetings that it rests on.
    """

    value: float
    low: float
    high: float
    n: int


def estimate(statistic: Callable[[Floats], Floats], counts: ArrayLike, *, seed: int = 0) -> Estimate:
    """Estimate a figure that follows from the sums of some counts over meetings.

    Parameters
    ----------
    statistic : callable
        Sums, shape (n_columns, n), → the figure for each, shape (n,); NaN where it is undefined.
    counts : array_like, shape (n_meetings, n_columns)
        What each meeting adds to the sums.
    seed : int
        Of the resampling.

    Returns
    -------
    Estimate
        The interval is the percentile bootstrap's over meetings [1]_.

    References
    ----------
    .. [1] B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    table = np.asarray(counts, np.float64)
    n = len(table)
    value = float(_figures(statistic, table.sum(0, keepdims=True))[0]) if n else np.nan
    if n < 2:
        return Estimate(value, np.nan, np.nan, n)
    rng = np.random.default_rng(seed)
    lots = [min(_LOT, RESAMPLES - done) for done in range(0, RESAMPLES, _LOT)]
    sums = np.concatenate([rng.multinomial(n, np.full(n, 1 / n), size) @ table for size in lots])
    found = _figures(statistic, sums)
    found = found[~np.isnan(found)]
    if not len(found):
        return Estimate(value, np.nan, np.nan, n)
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(value, float(low), float(high), n)


def ratio(numerator: ArrayLike, denominator: ArrayLike, *, seed: int = 0) -> Estimate:
    """Estimate the quotient of two sums over meetings, such as a share of words; each of shape (n_meetings,)."""
    counts = np.column_stack([np.asarray(numerator, np.float64), np.asarray(denominator, np.float64)])
    return estimate(lambda sums: sums[0] / sums[1], counts, seed=seed)


def _figures(statistic: Callable[[Floats], Floats], sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        figures = statistic(sums.T)
    return np.where(np.isfinite(figures), figures, np.nan)
