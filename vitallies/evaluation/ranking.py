"""Average precision, for one or for thousands of weightings of the same ranking at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from vitallies.errors import UsageError
from vitallies.evaluation.matching import Bools, Floats, Ints


def ratio(above: Floats, below: Floats) -> Floats:
    """``above / below``, undefined (nan) where ``below`` is 0."""
    shares: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Sentences ranked by score, summed by document between one place where gold turns up and the next.

    Precision matters only at the scores that a gold sentence has, here called steps. What is kept is how many sentences
    (``seen``) and gold sentences (``found``) each document has from one step, exclusive, to the next, inclusive.

    Attributes
    ----------
    seen, found : csr_array of shape (steps, documents)
        Numbers of sentences.
    """

    seen: csr_array
    found: csr_array

    @classmethod
    def of(cls, is_gold: Bools, score: Floats, document: Ints, documents: int) -> Self:
        """Rank sentences, given which are gold, their scores and the numbers of their documents (of so many)."""
        tie = np.unique(-score, return_inverse=True)[1]  # 0 for the highest score
        steps = np.unique(tie[is_gold])
        step = np.searchsorted(steps, tie)
        counts = [
            csr_array((np.ones(rows.sum()), (step[rows], document[rows])), shape=(len(steps), documents))
            for rows in (step < len(steps), is_gold)
        ]
        return cls(*counts)

    def average_precision(self, weights: Floats) -> Floats:
        """Average precision for each weighting of the documents.

        The sum over the steps of ``found now * found so far / seen so far``, over all that is found: ties share the
        precision at the last of them, and a weight of 2 counts as two copies.

        Parameters
        ----------
        weights : ndarray of shape (documents, n)
            n weightings.

        Returns
        -------
        ndarray of shape (n,)
            Undefined (nan) where no gold sentence has weight.
        """
        seen = np.cumsum(self.seen @ weights, axis=0)
        found_now: Floats = self.found @ weights
        found = np.cumsum(found_now, axis=0)
        precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
        return ratio((found_now * precision).sum(axis=0), found_now.sum(axis=0))


def average_precision(is_gold: npt.ArrayLike, score: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> float:
    """Average precision of cases ranked by score, as scikit-learn defines it.

    The sum over the distinct scores, from the highest, of the share of the gold that has this score, times the
    precision among the cases with this score or a higher one: ties share their precision.

    Parameters
    ----------
    is_gold : array-like of bool, shape (n,)
        Which cases are right.
    score : array-like of float, shape (n,)
        What they are ranked by; no nan.
    weight : array-like of float, shape (n,), optional
        How often each counts, 0 or more; once where not given.

    Returns
    -------
    float
        From 0 to 1; nan where there is no gold.

    Raises
    ------
    UsageError
        Where the shapes differ, a score is nan or a weight is negative.

    Examples
    --------
    >>> average_precision([True, False, True], [0.9, 0.5, 0.5])  # (1/1 + 2/3) / 2
    0.8333333333333333
    """
    gold, scores = np.asarray(is_gold, dtype=np.bool_), np.asarray(score, dtype=np.float64)
    weights = np.ones(gold.shape) if weight is None else np.asarray(weight, dtype=np.float64)
    if gold.ndim != 1 or not gold.shape == scores.shape == weights.shape:
        shapes = f"{gold.shape}, {scores.shape} and {weights.shape}"
        raise UsageError(f"is_gold, score and weight must be of one length and one dimension, not {shapes}")
    if np.isnan(scores).any() or not (weights >= 0).all():
        raise UsageError("scores may not be nan, and weights must be 0 or more: leave such cases out")
    ranking = Ranking.of(gold, scores, np.arange(len(gold)), len(gold))
    return float(ranking.average_precision(weights[:, np.newaxis])[0])
