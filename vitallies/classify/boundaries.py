"""Where sentences end in speech that a recogniser left without punctuation: a linear model over the words around."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitallies.classify.hashing import Hashes, mix

BUCKETS = 2**19
"""Width of the hashed feature space."""

_EDGE = 1
"""Stands for a word beyond either end."""


def boundary_buckets(words: Hashes) -> NDArray[np.int32]:
    """Return the hashed features of each gap between words.

    Parameters
    ----------
    words : ndarray of uint64, shape (n,)
        Hashes of the words of one stretch, punctuation left out.

    Returns
    -------
    ndarray of int32, shape (n - 1, 8)
        Row ``i`` describes the gap after word ``i`` by the two words before it and the three after.
    """
    padded = np.concatenate([np.full(2, _EDGE, np.uint64), words, np.full(3, _EDGE, np.uint64)])
    gaps = max(len(words) - 1, 0)
    b2, b1, a1, a2, a3 = (padded[1 + at : 1 + at + gaps] for at in range(5))
    features = [
        mix(11, b1),
        mix(12, a1),
        mix(13, b2, b1),
        mix(14, a1, a2),
        mix(15, b1, a1),
        mix(16, b2, b1, a1),
        mix(17, b1, a1, a2),
        mix(18, a1, a2, a3),
    ]
    return (np.stack(features, axis=1) % np.uint64(BUCKETS)).astype(np.int32)


def boundary_matrix(buckets: NDArray[np.int32]) -> csr_array:
    """Return the features of `boundary_buckets` as a sparse binary matrix of shape (gaps, BUCKETS), for training."""
    rows, width = buckets.shape
    starts = np.arange(0, rows * width + 1, width, dtype=np.int32)
    return csr_array((np.ones(rows * width, np.float32), buckets.ravel(), starts), shape=(rows, BUCKETS))


@dataclass(frozen=True)
class BoundaryModel:
    """Logistic regression over hashed word features: how likely a sentence ends in a gap.

    Parameters
    ----------
    weights : ndarray of float16, shape (BUCKETS,)
    bias : float
    """

    weights: NDArray[np.float16]
    bias: float

    def log_odds(self, words: Hashes) -> NDArray[np.float32]:
        """Return the log-odds of a sentence's end in each gap, shape (n - 1,), for words as in `boundary_buckets`."""
        scores: NDArray[np.float32] = self.weights[boundary_buckets(words)].sum(axis=1, dtype=np.float32) + np.float32(
            self.bias
        )
        return scores
