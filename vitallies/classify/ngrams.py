"""TF-IDF over hashed word n-grams, computed for any stretch of a text from arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitallies.classify.hashing import Hashes, mix

LONGEST = 3
"""Words of the longest n-gram."""

_BITS = np.uint64(48)
"""Of an n-gram's hash: among a million known ones another is taken for one of them once in 300 million times."""


@dataclass(frozen=True)
class NgramIndex:
    """The n-grams that a model knows, as hashes, with their inverse document frequencies.

    Parameters
    ----------
    hashes : ndarray of uint64, shape (n_ngrams,)
        Of 48 bits, sorted.
    idf : ndarray of float32, shape (n_ngrams,)
        ``ln((1 + n) / (1 + df)) + 1`` (scikit-learn's smoothed idf), n being the number of stretches it was fitted on.
    """

    hashes: Hashes
    idf: NDArray[np.float32]

    @classmethod
    def fit(cls, texts: Sequence[Hashes], *, fewest: int = 2) -> NgramIndex:
        """Index the n-grams of 1 to 3 words that stand in at least ``fewest`` of the texts (arrays of word hashes)."""
        distinct = [np.unique(np.concatenate(_every_gram(words))) for words in texts]
        hashes, counts = np.unique(np.concatenate(distinct), return_counts=True)
        kept = counts >= fewest
        idf = np.log((1 + len(texts)) / (1 + counts[kept])) + 1
        return cls(hashes[kept], idf.astype(np.float32))

    def locate(self, words: Hashes) -> list[NDArray[np.intp]]:
        """Return for each n the column of the n-gram that begins at each word, -1 where it is none that is known."""
        return [self._columns(grams) for grams in _every_gram(words)]

    def matrix(self, words: Hashes, bounds: NDArray[np.intp]) -> csr_array:
        """Return the TF-IDF row of each stretch of a text.

        Parameters
        ----------
        words : ndarray of uint64, shape (n_words,)
            Hashes of the words of the text.
        bounds : ndarray of int, shape (n_stretches, 2)
            First word and the one after the last.

        Returns
        -------
        csr_array of float32, shape (n_stretches, n_ngrams)
            An n-gram counts once a stretch; rows have Euclidean length 1, or 0 where no n-gram is known.
        """
        rows, columns = [], []
        for n in range(1, LONGEST + 1):
            lengths = np.clip(bounds[:, 1] - bounds[:, 0] - n + 1, 0, None)
            row = np.repeat(np.arange(len(bounds)), lengths)
            within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
            column = self._columns(_grams(words, np.repeat(bounds[:, 0], lengths) + within, n))
            rows.append(row[column >= 0])
            columns.append(column[column >= 0])
        keys = np.unique(np.concatenate(rows) * len(self.hashes) + np.concatenate(columns))
        row, column = np.divmod(keys, max(len(self.hashes), 1))
        values = self.idf[column]
        norms = np.sqrt(np.bincount(row, values.astype(np.float64) ** 2, minlength=len(bounds)))
        starts = np.searchsorted(row, np.arange(len(bounds) + 1)).astype(np.int32)
        shape = (len(bounds), len(self.hashes))
        return csr_array(((values / norms[row]).astype(np.float32), column.astype(np.int32), starts), shape=shape)

    def _columns(self, grams: Hashes) -> NDArray[np.intp]:
        """The column of each n-gram, -1 where it is none that is known."""
        # Each once and in order: a search in order finds most of what it reads in the cache.
        distinct, which = np.unique(grams, return_inverse=True)
        at = np.minimum(np.searchsorted(self.hashes, distinct), max(len(self.hashes) - 1, 0))
        known = self.hashes[at] == distinct if len(self.hashes) else np.zeros(len(distinct), bool)
        return np.where(known, at, -1)[which]


def _every_gram(words: Hashes) -> list[Hashes]:
    return [_grams(words, np.arange(len(words) - n + 1), n) for n in range(1, LONGEST + 1)]


def _grams(words: Hashes, starts: NDArray[np.intp], n: int) -> Hashes:
    return mix(n, *(words[starts + i] for i in range(n))) >> (np.uint64(64) - _BITS)
