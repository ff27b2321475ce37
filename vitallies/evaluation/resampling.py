"""Intervals: percentiles of the figures over resamples of the gold documents."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from vitallies.errors import UsageError
from vitallies.evaluation.gold import GoldSentence, Prediction
from vitallies.evaluation.matching import Floats
from vitallies.evaluation.metrics import AVERAGED, Figures, Tally, tally

Interval: TypeAlias = tuple[float, float]
Intervals: TypeAlias = dict[str, dict[str, Interval]]

WITH_INTERVALS: Final = (*AVERAGED, "false_alarms_per_1000")
COMPARED: Final = ("F1", "AP")
_BLOCK: Final = 250  # resamples weighted at once: enough to be fast, few enough to be small


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far the first of two sets of predictions is above the second.

    Attributes
    ----------
    differences : dict
        Label or group → F1 and AP of the first minus those of the second.
    intervals : dict
        Label or group → figure → 95% interval of the difference.
    """

    differences: dict[str, Figures]
    intervals: Intervals

    def to_dict(self) -> dict[str, Any]:
        """Label or group → figure → difference, with "intervals"; plain JSON, null where undefined."""
        return merged(self.differences, self.intervals)


def bootstrap(
    gold: Iterable[GoldSentence], predictions: Iterable[Prediction], n: int = 1000, seed: int = 0
) -> Intervals:
    """95% intervals of F1, span_F1, AP and false_alarms_per_1000.

    Documents are drawn with replacement, as many as there are in the gold; an interval reaches from the 2.5% to the
    97.5% percentile (interpolated linearly) over the resamples in which the figure is defined.

    Parameters
    ----------
    gold : iterable of GoldSentence
        Labelled sentences.
    predictions : iterable of Prediction
        Predicted spans.
    n : int, default 1000
        Resamples.
    seed : int, default 0
        The same seed and documents give the same resamples, so that two runs can be compared.

    Returns
    -------
    dict
        Label or group → figure → (low, high); nan where fewer than two resamples define the figure.

    Raises
    ------
    UsageError
        Where n is negative.
    DataError
        Where the gold is empty, or no document of the predictions is in it.
    """
    return intervals_of(tally(list(gold), predictions), n, seed)


def compare(
    gold: Iterable[GoldSentence],
    first: Iterable[Prediction],
    second: Iterable[Prediction],
    n: int = 1000,
    seed: int = 0,
) -> Comparison:
    """F1 and AP of the first predictions minus those of the second, with 95% intervals over common resamples.

    Parameters
    ----------
    gold : iterable of GoldSentence
        Labelled sentences.
    first, second : iterable of Prediction
        Predicted spans of the same documents.
    n, seed : int
        As in `bootstrap`.

    Raises
    ------
    UsageError
        Where n is negative.
    DataError
        Where the gold is empty, or no document of either predictions is in it.
    """
    sentences = list(gold)
    return difference(tally(sentences, first), tally(sentences, second), n, seed)


def intervals_of(one: Tally, n: int, seed: int) -> Intervals:
    """As `bootstrap`, of predictions that have been set against the gold already."""
    observed = one.observed()
    names = {row: [name for name in WITH_INTERVALS if name in figures] for row, figures in observed.items()}
    samples = [one.figures(weights) for weights in resamples(one.data["documents"], n, seed)]
    return {row: {name: interval([sample[row][name] for sample in samples]) for name in names[row]} for row in observed}


def difference(one: Tally, other: Tally, n: int, seed: int) -> Comparison:
    """As `compare`, of predictions that have been set against the gold already."""
    mine, theirs = one.observed(), other.observed()
    samples = [(one.figures(weights), other.figures(weights)) for weights in resamples(one.data["documents"], n, seed)]
    return Comparison(
        {row: {name: mine[row][name] - theirs[row][name] for name in COMPARED} for row in mine},
        {row: {name: interval([x[row][name] - y[row][name] for x, y in samples]) for name in COMPARED} for row in mine},
    )


def resamples(documents: int, n: int, seed: int) -> Iterator[Floats]:
    """How often each document is drawn in each of n resamples, in blocks of shape (documents, up to 250).

    Raises
    ------
    UsageError
        Where n is negative.
    """
    if n < 0:
        raise UsageError(f"the number of resamples must be 0 or more, not {n}")
    draw = random.Random(seed)  # noqa: S311  (nothing secret about it)
    places = range(documents)
    for begin in range(0, n, _BLOCK):
        drawn = [draw.choices(places, k=documents) for _ in range(min(_BLOCK, n - begin))]
        yield np.stack([np.bincount(x, minlength=documents) for x in drawn], axis=1).astype(np.float64)


def interval(blocks: Sequence[Floats]) -> Interval:
    """The 2.5% and the 97.5% percentile of the values that are defined; nan where there are fewer than two."""
    values = np.concatenate([*blocks, np.empty(0)])
    defined = values[~np.isnan(values)]
    if len(defined) < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(defined, (0.025, 0.975))
    return float(low), float(high)


def merged(rows: Mapping[str, Figures], intervals: Intervals) -> dict[str, Any]:
    """Rows of figures, each with its "intervals" where it has any, as plain JSON: null where undefined."""
    plain: dict[str, Any] = {row: {name: _plain(x) for name, x in figures.items()} for row, figures in rows.items()}
    for row, bounds in intervals.items():
        plain[row]["intervals"] = {name: [_plain(low), _plain(high)] for name, (low, high) in bounds.items()}
    return plain


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value
