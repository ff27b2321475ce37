"""The report: all figures of one set of predictions, as tables for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from vitallies.evaluation.gold import GoldSentence, Prediction
from vitallies.evaluation.metrics import FEWEST, Figures, tally
from vitallies.evaluation.resampling import COMPARED, Comparison, Intervals, difference, intervals_of, merged

_TABLES: Final = (
    ("gold", "predicted", "P", "R", "F1", "span_F1", "AP"),
    ("natural_gold", "natural_predicted", "natural_found", "random_P", "natural_recall", "false_alarms_per_1000"),
    ("brier_skill", "score_minus_precision", "pairs", "mean_iou", "whole_sentence_iou"),
    ("pairs", "kind_accuracy", "kind_macro_F1", "stance_accuracy", "stance_macro_F1"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """How good predictions are; ``str(report)`` gives the tables.

    Attributes
    ----------
    figures : dict
        Label, ``"core"`` or ``"all"`` → figure → value, nan where undefined; `metrics` defines the figures.
    left_out : mapping of str to tuple of str
        Under ``label``, ``kind`` and ``stance``: what has too few gold cases to enter a mean.
    data : mapping of str to int
        How many sentences, documents and predictions there are.
    intervals : dict
        Label or group → figure → (low, high); empty where no resamples were asked for.
    comparison : Comparison, optional
        With other predictions, where there were any.
    """

    figures: dict[str, Figures]
    left_out: Mapping[str, tuple[str, ...]]
    data: Mapping[str, int]
    intervals: Intervals = field(default_factory=dict)
    comparison: Comparison | None = None

    def __str__(self) -> str:
        return render(self)

    def __getitem__(self, row: str) -> Figures:
        """The figures of a label, of ``"core"`` or of ``"all"``."""
        return self.figures[row]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON: figures and "intervals" by label or group, "left_out", "data", "differences".

        An undefined figure is None.
        """
        plain = merged(self.figures, self.intervals)
        plain["left_out"] = {what: list(names) for what, names in self.left_out.items()}
        plain["data"] = dict(self.data)
        if self.comparison is not None:
            plain["differences"] = self.comparison.to_dict()
        return plain

    def to_json(self) -> str:
        """`to_dict` as JSON."""
        return json.dumps(self.to_dict(), indent=1)


def evaluate(
    gold: Iterable[GoldSentence],
    predictions: Iterable[Prediction],
    *,
    other: Iterable[Prediction] | None = None,
    resamples: int = 0,
    seed: int = 0,
) -> Report:
    """Measure predictions against labelled sentences.

    Parameters
    ----------
    gold : iterable of GoldSentence
        Labelled sentences.
    predictions : iterable of Prediction
        Predicted spans, best with all candidates: see `Prediction.selected`.
    other : iterable of Prediction, optional
        Predictions to compare the first with.
    resamples : int, default 0
        Resamples for the intervals; none are given where it is 0.
    seed : int, default 0
        Of the resamples.

    Raises
    ------
    UsageError
        Where resamples is negative.
    DataError
        Where the gold is empty, or no document of the predictions is in it.
    """
    sentences = list(gold)
    one = tally(sentences, predictions)
    return Report(
        one.observed(),
        one.left_out,
        one.data,
        intervals_of(one, resamples, seed) if resamples else {},
        None if other is None else difference(one, tally(sentences, other), resamples, seed),
    )


def render(report: Report) -> str:
    """The report as text: four tables, one of differences where there are any, what was left out, how much data.

    An undefined figure is "-"; [low, high] is its 95% interval.
    """
    rows = merged(report.figures, report.intervals)
    parts = [_table("", rows, names) for names in _TABLES]
    if report.comparison is not None:
        parts.append(_table("first minus other", report.comparison.to_dict(), COMPARED))
    parts += [
        f"{what}s left out of means, fewer than {FEWEST} in the gold: {', '.join(names)}"
        for what, names in report.left_out.items()
        if names
    ]
    parts.append(", ".join(f"{n} {name.replace('_', ' ')}" for name, n in report.data.items()))
    return "\n".join(parts)


def _table(title: str, rows: Mapping[str, Mapping[str, Any]], names: tuple[str, ...]) -> str:
    """A table of the rows that have its last figure, columns aligned."""
    lines = [[title, *names]]
    lines += [[row, *(_cell(x, name) for name in names)] for row, x in rows.items() if names[-1] in x]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]) + "\n" for first, *others in lines
    )


def _cell(figures: Mapping[str, Any], name: str) -> str:
    if name not in figures:
        return ""
    value = figures[name]
    text = "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
    low, high = figures.get("intervals", {}).get(name, (None, None))
    return text if low is None else f"{text} [{low:.3f}, {high:.3f}]"
