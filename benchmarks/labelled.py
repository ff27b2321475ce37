"""The labelled sentences that the alternatives learn from and are scored on, and their answers as predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vitallies.evaluation import GoldSentence, Prediction
from vitallies.labels import LABELS
from vitallies.training.documents import Document

NOTHING, ARGUABLE, CLEAR = 0, 1, 2
"""What a reader made of a sentence for a label."""

Texts: TypeAlias = Sequence[str] | NDArray[np.object_]


@dataclass(frozen=True)
class Labelled:
    """Sentences by their own text, with what readers made of them.

    Parameters
    ----------
    gold : list of GoldSentence
    texts : ndarray of object, shape (n,)
    folds : ndarray of int, shape (n,)
        The fold that leaves it out; -1 where none does.
    scored : ndarray of bool, shape (n,)
        Whether it is scored; else it serves for training alone.
    verdicts : ndarray of int8, shape (n, n_labels)
        NOTHING, ARGUABLE or CLEAR.
    """

    gold: list[GoldSentence]
    texts: NDArray[np.object_]
    folds: NDArray[np.int64]
    scored: NDArray[np.bool_]
    verdicts: NDArray[np.int8]

    @property
    def numbers(self) -> list[int]:
        """The folds that are scored."""
        return sorted(set(self.folds.tolist()) - {-1})

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Self:
        """Collect the labelled sentences of documents, their text cut out by their offsets."""
        rows = [
            (
                gold,
                document.transcript.turns[gold.turn].text[gold.start : gold.end],
                document.fold,
                document.fold is not None and number < len(document.sentences),
            )
            for document in documents
            for number, gold in enumerate(document.sentences + document.mined)
        ]
        gold, texts, folds, scored = zip(*rows, strict=True)
        return cls(
            gold=list(gold),
            texts=np.array(texts, object),
            folds=np.array([-1 if fold is None else fold for fold in folds]),
            scored=np.array(scored),
            verdicts=np.array([verdicts(sentence) for sentence in gold], np.int8),
        )


def verdicts(sentence: GoldSentence) -> list[int]:
    """Return for each label whether a reader found nothing, an arguable span at best, or a clear one."""
    return [max((ARGUABLE if x.arguable else CLEAR for x in sentence.spans if x.label == y), default=0) for y in LABELS]


def best_threshold(scores: NDArray[np.float64], verdicts: NDArray[np.int8]) -> float:
    """Return the score from which a label is to be given for the highest F1 on these sentences."""
    counted = verdicts != ARGUABLE
    scores, clear = scores[counted], verdicts[counted] == CLEAR
    order = np.argsort(-scores, kind="stable")
    f1 = 2 * np.cumsum(clear[order]) / (np.arange(1, len(order) + 1) + clear.sum())
    return float(scores[order[f1.argmax()]])


def predictions(
    gold: Sequence[GoldSentence], scores: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> list[Prediction]:
    """Return each sentence as a predicted span of each label.

    Parameters
    ----------
    gold : sequence of GoldSentence
        Where the sentences are.
    scores, thresholds : ndarray of float, shape (n_sentences, n_labels)
    """
    return [
        Prediction(x.doc, x.turn, x.start, x.end, label, score, selected)
        for x, row, shown in zip(gold, scores.tolist(), (scores >= thresholds).tolist(), strict=True)
        for label, score, selected in zip(LABELS, row, shown, strict=True)
    ]
