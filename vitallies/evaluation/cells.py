"""Gold and predictions set against each other, sentence by sentence and label by label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vitallies.evaluation.gold import GoldSentence, Prediction
from vitallies.evaluation.matching import N_LABELS, Bools, Floats, Ints, columns, iou, one_to_one, overlapping
from vitallies.labels import LABELS


class Cells:
    """What holds of each gold sentence and label, in flat arrays of length ``sentences * labels``.

    Parameters
    ----------
    gold : sequence of GoldSentence
        Labelled sentences.
    predictions : sequence of Prediction
        Those that belong to a sentence.
    sentence : ndarray of int
        The numbers of these sentences.

    Attributes
    ----------
    natural : ndarray of bool
        Whether the sentence is natural.
    gold : ndarray of bool
        Whether it has a clear gold span of the label.
    counts : ndarray of bool
        Whether it counts for the label: not where its only gold spans of the label are arguable.
    score : ndarray of float
        The highest score of its predictions of the label, selected or not; 0 where it has none.
    """

    def __init__(self, gold: Sequence[GoldSentence], predictions: Sequence[Prediction], sentence: Ints) -> None:
        n_spans = [len(x.spans) for x in gold]
        self._size = len(gold) * N_LABELS
        self._sentences = [np.array([getattr(x, name) for x in gold], dtype=np.int64) for name in ("start", "end")]
        self._spans = spans = columns([x for s in gold for x in s.spans], np.repeat(np.arange(len(gold)), n_spans))
        self._clear = clear = np.array([not x.arguable for s in gold for x in s.spans], dtype=np.bool_)
        self._predicted = predicted = columns(predictions, sentence)
        self._scores = np.array([x.score for x in predictions], dtype=np.float64)
        self.natural = np.repeat(np.array([x.natural for x in gold], dtype=np.bool_), N_LABELS)
        self.gold = self._sum(spans.cell[clear]) > 0
        self.counts = self.gold | (self._sum(spans.cell[~clear]) == 0)

        g, p = overlapping(spans, predicted)
        touches_clear, touches_arguable = (np.isin(np.arange(len(predictions)), p[x]) for x in (clear[g], ~clear[g]))
        valid = self.counts[predicted.cell] & (touches_clear | ~touches_arguable)
        self._shown = valid & np.array([x.selected for x in predictions], dtype=np.bool_)
        self.score = self._highest(valid)

        judged = clear[g] & self._shown[p]
        g, p = g[judged], p[judged]
        iou_of_pair = iou(spans.start[g], spans.end[g], predicted.start[p], predicted.end[p])
        best = one_to_one(g, p, iou_of_pair)
        self._pairs, self._iou = (g[best], p[best]), iou_of_pair[best]

    def _sum(self, cells: Ints, values: Floats | None = None) -> Floats:
        """Sums of values, or how many there are, in each cell."""
        return np.bincount(cells, values, minlength=self._size).astype(np.float64)

    def _highest(self, rows: Bools) -> Floats:
        """The highest score of these predictions in each cell, 0 where there are none."""
        found = np.zeros(self._size)
        np.maximum.at(found, self._predicted.cell[rows], self._scores[rows])
        return found

    def values(self) -> dict[str, Floats]:
        """What the figures are ratios of, by cell."""
        g = self._pairs[0]
        spans, sentence, cells = self._spans, self._spans.sentence[g], self._spans.cell[g]
        whole = iou(spans.start[g], spans.end[g], *(x[sentence] for x in self._sentences))
        shown = self._sum(self._predicted.cell[self._shown])
        found = {"gold": self.gold, "predicted": shown > 0, "found": self.gold & (shown > 0)}
        by_cell = {
            **found,
            **{f"natural_{name}": self.natural & x for name, x in found.items()},
            "natural_all": self.natural,
            "natural_scored": self.natural & self.counts,
            "squared_error": self.natural * (self.score - self.gold) ** 2,
            "selected_score": self.natural * self._highest(self._shown),
            "span_gold": self._sum(spans.cell[self._clear]),
            "span_predicted": shown,
            "span_found": self._sum(cells[self._iou >= 0.5]),
            "pairs": self._sum(cells),
            "iou": self._sum(cells, self._iou),
            "whole_iou": self._sum(cells, whole),
        }
        return {name: values.astype(np.float64) for name, values in by_cell.items()}

    def lies(self, name: str) -> tuple[Ints, Ints, Ints]:
        """Codes of the kinds (or stances) of vital lies: of all clear spans, and told and predicted of the pairs."""
        told, said = self._spans.classes[name], self._predicted.classes[name]
        is_lie = self._spans.label == LABELS.index("VITAL_LIE")
        g, p = self._pairs
        return told[is_lie & self._clear], told[g[is_lie[g]]], said[p[is_lie[g]]]
