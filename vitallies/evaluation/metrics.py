"""Every figure, from sums per document that are made once and can then be weighted at will.

What counts
-----------
belongs, arguable, pairs
    As `matching.belonging`, `gold.GoldSpan` and `matching.one_to_one` say; pairs are of clear gold spans and selected
    predictions of one label and sentence that overlap at all, the highest IoU first.
gold, predicted, found
    Sentences with a clear gold span of the label; with a selected prediction of it; with both.
natural_gold, natural_predicted, natural_found
    The same among the natural sentences (sampling ``random`` or ``document``).
p
    A sentence's highest score among its predictions of the label, selected or not; 0 where it has none.

For each label
--------------
P, R, F1
    ``found / predicted``, ``found / gold``, ``2 found / (gold + predicted)``.
span_F1
    The same of spans, where a pair with an IoU of at least 0.5 is found.
AP
    Average precision of the sentences ranked by p (see `ranking`).
mean_iou, whole_sentence_iou
    Mean IoU of the pairs; the same had each prediction been its whole sentence.
random_P, natural_recall
    P and R among the natural sentences.
false_alarms_per_1000
    ``1000 (natural_predicted - natural_found) / natural sentences``, those that the label leaves out included.
brier_skill
    ``1 - mean (p - y)² / b(1 - b)`` over natural sentences, where y is 1 for gold, else 0, and b the mean of y. Above
    0: the scores tell more than the base rate.
score_minus_precision
    Mean over natural predicted sentences of the highest selected score, minus random_P. Above 0: over-confident.

For VITAL_LIE
-------------
kind_accuracy, stance_accuracy
    Share of the pairs whose prediction has the kind (stance) of the gold, none being wrong.
kind_macro_F1, stance_macro_F1
    Mean over the classes of ``2 pairs with it in both / (pairs with it in gold + pairs with it predicted)``, without
    classes of fewer than 20 clear spans in the gold.

Means
-----
core, all
    Means of F1, span_F1 and AP over the core labels and over all, without labels of fewer than 20 gold sentences.

A figure whose denominator is 0 is undefined (nan), and so is a mean that needs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from vitallies.evaluation.cells import Cells
from vitallies.evaluation.gold import GoldSentence, Prediction
from vitallies.evaluation.matching import CLASSES, N_LABELS, Floats, belonging
from vitallies.evaluation.ranking import Ranking, ratio
from vitallies.labels import CORE_LABELS, LABELS

Figures: TypeAlias = dict[str, float]

GROUPS: Final = {"core": CORE_LABELS, "all": LABELS}
FEWEST: Final = 20
"""Gold cases that a label or class needs to enter a mean."""

AVERAGED: Final = ("F1", "span_F1", "AP")
COUNTS: Final = ("gold", "predicted", "pairs", "natural_gold", "natural_predicted", "natural_found")


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What the figures of one set of predictions need to know.

    Attributes
    ----------
    sums : mapping of str to ndarray of shape (labels, documents)
        What the figures are ratios of, summed by document.
    rankings : sequence of Ranking
        For each label, the ranked sentences.
    left_out : mapping of str to tuple of str
        Under ``label``, ``kind`` and ``stance``: what has too few gold cases to enter a mean.
    lies : mapping of str to float
        The figures of kinds and stances.
    data : mapping of str to int
        How much there is of what.
    """

    sums: Mapping[str, Floats]
    rankings: Sequence[Ranking]
    left_out: Mapping[str, tuple[str, ...]]
    lies: Figures
    data: Mapping[str, int]

    def figures(self, weights: Floats) -> dict[str, dict[str, Floats]]:
        """Figures for each weighting of the documents.

        Parameters
        ----------
        weights : ndarray of shape (documents, n)
            n weightings.

        Returns
        -------
        dict
            Label or group → figure → ndarray of shape (n,).
        """
        n = {name: values @ weights for name, values in self.sums.items()}
        base = ratio(n["natural_gold"], n["natural_scored"])
        found = {
            "gold": n["gold"],
            "predicted": n["predicted"],
            "P": ratio(n["found"], n["predicted"]),
            "R": ratio(n["found"], n["gold"]),
            "F1": ratio(2 * n["found"], n["gold"] + n["predicted"]),
            "span_F1": ratio(2 * n["span_found"], n["span_gold"] + n["span_predicted"]),
            "AP": np.stack([ranking.average_precision(weights) for ranking in self.rankings]),
            "pairs": n["pairs"],
            "mean_iou": ratio(n["iou"], n["pairs"]),
            "whole_sentence_iou": ratio(n["whole_iou"], n["pairs"]),
            "natural_gold": n["natural_gold"],
            "natural_predicted": n["natural_predicted"],
            "natural_found": n["natural_found"],
            "random_P": ratio(n["natural_found"], n["natural_predicted"]),
            "natural_recall": ratio(n["natural_found"], n["natural_gold"]),
            "false_alarms_per_1000": 1000 * ratio(n["natural_predicted"] - n["natural_found"], n["natural_all"]),
            "brier_skill": 1 - ratio(n["squared_error"], n["natural_scored"] * base * (1 - base)),
            "score_minus_precision": ratio(n["selected_score"] - n["natural_found"], n["natural_predicted"]),
        }
        rows = {label: {name: values[i] for name, values in found.items()} for i, label in enumerate(LABELS)}
        undefined = np.full(weights.shape[1], np.nan)
        for group, labels in GROUPS.items():
            kept = [rows[label] for label in labels if label not in self.left_out["label"]]
            rows[group] = {name: np.mean([x[name] for x in kept], axis=0) if kept else undefined for name in AVERAGED}
        return rows

    def observed(self) -> dict[str, Figures]:
        """The figures of the documents as they are; counts are whole numbers."""
        rows = self.figures(np.ones((self.data["documents"], 1)))
        plain: dict[str, Figures] = {
            row: {name: int(x[0]) if name in COUNTS else float(x[0]) for name, x in figures.items()}
            for row, figures in rows.items()
        }
        plain["VITAL_LIE"] |= self.lies
        return plain


def tally(gold: Sequence[GoldSentence], predictions: Iterable[Prediction]) -> Tally:
    """Set predictions against the gold.

    Raises
    ------
    DataError
        Where the gold is empty, or no document of the predictions is in it.
    """
    given = list(predictions)
    belongs = belonging(gold, given)
    mine = [x for x, sentence in zip(given, belongs.tolist(), strict=True) if sentence >= 0]
    documents: dict[str, int] = {}
    document = np.array([documents.setdefault(x.doc, len(documents)) for x in gold], dtype=np.int64)
    cells = Cells(gold, mine, belongs[belongs >= 0])
    home = (np.arange(N_LABELS) * len(documents) + document[:, np.newaxis]).ravel()
    sums: dict[str, Floats] = {}
    for name, values in cells.values().items():
        summed = np.bincount(home, values, minlength=N_LABELS * len(documents))
        sums[name] = summed.astype(np.float64).reshape(N_LABELS, len(documents))
    rankings = []
    for label in range(N_LABELS):
        rows = np.flatnonzero(cells.counts[label::N_LABELS])
        cell = rows * N_LABELS + label
        rankings.append(Ranking.of(cells.gold[cell], cells.score[cell], document[rows], len(documents)))
    lies, left_out = _classes(cells)
    left_out["label"] = tuple(x for x, row in zip(LABELS, sums["gold"], strict=True) if row.sum() < FEWEST)
    data = {
        "sentences": len(gold),
        "natural_sentences": int(cells.natural.sum()) // N_LABELS,
        "documents": len(documents),
        "documents_with_predictions": len(documents.keys() & {x.doc for x in given}),
        "predictions": len(given),
        "predictions_that_belong": len(mine),
    }
    return Tally(sums, rankings, {what: left_out[what] for what in ("label", *CLASSES)}, lies, data)


def _classes(cells: Cells) -> tuple[Figures, dict[str, tuple[str, ...]]]:
    """The figures of the kinds and stances of vital lies, and the classes with too few clear spans."""
    lies: Figures = {}
    left_out: dict[str, tuple[str, ...]] = {}
    for name, classes in CLASSES.items():
        clear, told, said = cells.lies(name)
        cases = np.bincount(clear, minlength=len(classes))
        f1 = [
            _share(2 * np.sum((told == code) & (said == code)), np.sum(told == code) + np.sum(said == code))
            for code in range(len(classes))
            if cases[code] >= FEWEST
        ]
        lies[f"{name}_accuracy"] = _share(np.sum(told == said), len(told))
        lies[f"{name}_macro_F1"] = _share(sum(f1), len(f1))
        left_out[name] = tuple(x for x, n in zip(classes, cases, strict=True) if n < FEWEST)
    return lies, left_out


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
