"""What meets what: predictions and the sentences that they belong to, spans that overlap, pairs one to one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from vitallies.errors import DataError
from vitallies.evaluation.gold import GoldSentence, GoldSpan, Prediction
from vitallies.labels import KINDS, LABELS, STANCES

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

CLASSES = {"kind": tuple(KINDS), "stance": tuple(STANCES)}
"""Name of an attribute of a vital lie → its classes, in the order of their codes."""

N_LABELS = len(LABELS)
_LABEL_CODES = {label: code for code, label in enumerate(LABELS)}
_CLASS_CODES = {name: {None: -1} | {x: code for code, x in enumerate(classes)} for name, classes in CLASSES.items()}
_TURN = 2**31  # longer than any turn: `gold` lets no offset reach it


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Columns of many spans, row by row in the order in which they were given.

    Attributes
    ----------
    sentence : ndarray of int
        Number of the gold sentence.
    start, end, label : ndarray of int
        Offsets in the turn, and the place of the label in `vitallies.labels.LABELS`.
    classes : mapping of str to ndarray of int
        For ``kind`` and ``stance`` the place in `CLASSES`, -1 for none.
    """

    sentence: Ints
    start: Ints
    end: Ints
    label: Ints
    classes: dict[str, Ints]

    @property
    def cell(self) -> Ints:
        """Number of the sentence and label together: ``sentence * len(LABELS) + label``."""
        return self.sentence * N_LABELS + self.label


def columns(spans: Sequence[GoldSpan] | Sequence[Prediction], sentence: Ints) -> Spans:
    """The columns of spans, whose sentences are given."""
    return Spans(
        sentence,
        np.array([x.start for x in spans], dtype=np.int64),
        np.array([x.end for x in spans], dtype=np.int64),
        np.array([_LABEL_CODES[x.label] for x in spans], dtype=np.int64),
        {
            "kind": np.array([_CLASS_CODES["kind"][x.kind] for x in spans], dtype=np.int64),
            "stance": np.array([_CLASS_CODES["stance"][x.stance] for x in spans], dtype=np.int64),
        },
    )


def overlap(start: Ints, end: Ints, other_start: Ints, other_end: Ints) -> Ints:
    """Characters that two spans share: ``max(0, min(end, other_end) - max(start, other_start))``."""
    shared: Ints = np.maximum(0, np.minimum(end, other_end) - np.maximum(start, other_start))
    return shared


def iou(start: Ints, end: Ints, other_start: Ints, other_end: Ints) -> Floats:
    """Characters in both spans over characters in either."""
    shared = overlap(start, end, other_start, other_end)
    return shared / (end - start + other_end - other_start - shared)


def ranges(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """All (i, j) with ``low[i] <= j < high[i]``, as two arrays in the order of i, then j."""
    counts = np.maximum(0, high - low)
    owner = np.repeat(np.arange(len(low)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts - low, counts)


def belonging(gold: Sequence[GoldSentence], predictions: Sequence[Prediction]) -> Ints:
    """The number of the gold sentence that each prediction belongs to, -1 for none.

    A prediction belongs to the gold sentence of its turn that it overlaps most (on a tie, the first in the gold), if
    the overlap is at least half of the prediction or half of the sentence.

    Raises
    ------
    DataError
        Where the gold is empty, or no document of the predictions is in it.
    """
    if not gold:
        raise DataError("the gold holds no sentences: nothing can be measured without any")
    _check_documents(gold, predictions)
    turns: dict[tuple[str, int], int] = {}
    turn = np.array([turns.setdefault((x.doc, x.turn), len(turns)) for x in gold], dtype=np.int64)
    start, end = (np.array([getattr(x, name) for x in gold], dtype=np.int64) for name in ("start", "end"))
    their_turn = np.array([turns.get((x.doc, x.turn), -1) for x in predictions], dtype=np.int64)
    their_start, their_end = (
        np.array([getattr(x, name) for x in predictions], dtype=np.int64) for name in ("start", "end")
    )
    # With the turns laid end to end and the sentences in order, those that a span may overlap stand side by side: from
    # the first by which something reaches beyond its start to the last that begins before its end.
    order = np.lexsort((start, turn))
    begins = (turn * _TURN + start)[order]
    reached = np.maximum.accumulate((turn * _TURN + end)[order])
    low = np.searchsorted(reached, their_turn * _TURN + their_start, side="right")
    high = np.searchsorted(begins, their_turn * _TURN + their_end, side="left")
    owner, place = ranges(low, high)
    sentence = order[place]
    shared = overlap(start[sentence], end[sentence], their_start[owner], their_end[owner])
    # For each prediction the row with the largest overlap, and of those with the first sentence, comes first.
    best = np.lexsort((sentence, -shared, owner))
    best = best[np.diff(owner[best], prepend=-1) > 0]
    owner, sentence, shared = owner[best], sentence[best], shared[best]
    shorter = np.minimum(end[sentence] - start[sentence], their_end[owner] - their_start[owner])
    enough = 2 * shared >= shorter
    belongs = np.full(len(predictions), -1, dtype=np.int64)
    belongs[owner[enough]] = sentence[enough]
    return belongs


def _check_documents(gold: Sequence[GoldSentence], predictions: Sequence[Prediction]) -> None:
    if predictions and {x.doc for x in gold}.isdisjoint(x.doc for x in predictions):
        mine, theirs = gold[0], predictions[0]
        raise DataError(
            f"{theirs.where or 'predictions'}: no document of the predictions is in the gold (here {theirs.doc!r}, in "
            f"{mine.where or 'the gold'} {mine.doc!r}): use the gold's ids, or name what stands for '/' in the "
            "predictions' ids (separator)"
        )


def overlapping(gold: Spans, predicted: Spans) -> tuple[Ints, Ints]:
    """All pairs of a gold span and a predicted one of one sentence and label that overlap at all.

    Returns
    -------
    tuple of two ndarrays of int
        Row of the gold span and row of the predicted one, in the order of the predictions, then of the gold.
    """
    order = np.argsort(gold.cell, kind="stable")
    cells = gold.cell[order]
    low, high = (np.searchsorted(cells, predicted.cell, side=side) for side in ("left", "right"))
    p, place = ranges(low, high)
    g = order[place]
    touching = overlap(gold.start[g], gold.end[g], predicted.start[p], predicted.end[p]) > 0
    return g[touching], p[touching]


def one_to_one(gold: Ints, predicted: Ints, value: Floats) -> Ints:
    """Which rows of candidate pairs to keep so that nothing is paired twice: the highest value first.

    Ties go to the gold span that comes first, then to the prediction that comes first.

    Returns
    -------
    ndarray of int
        The rows kept, best first.
    """
    kept: list[int] = []
    taken_gold: set[int] = set()
    taken: set[int] = set()
    for row in np.lexsort((predicted, gold, -value)).tolist():
        g, p = int(gold[row]), int(predicted[row])
        if g not in taken_gold and p not in taken:
            taken_gold.add(g)
            taken.add(p)
            kept.append(row)
    return np.array(kept, dtype=np.int64)
