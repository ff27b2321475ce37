"""A small convolutional network over the words of sentences: what the `fast` heads have in the encoder's place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.frame import Floats, Frame, Ints
from vitallies.classify.hashing import Hashes
from vitallies.classify.inside import words_in

WIDTH = 3
"""Words that the convolution sees at a time: each with its neighbours."""

_LOT = 256
"""Candidates worked out at a time: enough to be quick, few enough to be small."""


@dataclass(frozen=True)
class Convolution:
    """Embedded words, one convolution over neighbours, and the maximum and mean of each unit over the sentence.

    The network of Kim (2014, "Convolutional neural networks for sentence classification"), with one width and the mean
    beside the maximum. A sentence is seen by itself.

    Parameters
    ----------
    words : ndarray of uint64, shape (n_known,)
        The words it knows (spaCy's hashes of their NORM), sorted.
    embeddings : ndarray of int8, shape (n_known + 1, n_dimensions)
        Of those words; the last is that of all others. Their scale is part of the kernel.
    kernel : ndarray of float32, shape (WIDTH, n_dimensions, n_units)
        Weights of the word before, of the word, and of the word after it; beyond the sentence there are zeros. All are
        multiples of one step, of which the largest has 2**24 at most: so their products with bytes add up in 64 bits
        without rounding, and a sum does not depend on how many threads it is parted among.
    kernel_bias : ndarray of float32, shape (n_units,)
    output : ndarray of float32, shape (n_labels, 2 * n_units)
        Weights of the maxima and of the means.
    output_bias : ndarray of float32, shape (n_labels,)
    """

    words: Hashes
    embeddings: NDArray[np.int8]
    kernel: Floats
    kernel_bias: Floats
    output: Floats
    output_bias: Floats

    def log_odds(self, frame: Frame, rows: Ints) -> Floats:
        """Return what it says of some candidates, shape (n_rows, n_labels); of one without words, its bias."""
        odds = np.tile(self.output_bias, (len(rows), 1))
        bounds = frame.candidates[rows]
        filled = np.flatnonzero(bounds[:, 1] > bounds[:, 0])
        for first in range(0, len(filled), _LOT):
            lot = filled[first : first + _LOT]
            # A product of matrices would be summed in an order that depends on the number of threads.
            odds[lot] += np.einsum("su,lu->sl", self._seen(frame.words, bounds[lot]), self.output)
        return odds

    def _seen(self, words: Hashes, bounds: Ints) -> Floats:
        """The maximum and mean of each unit over some stretches of a text, none of them empty."""
        # What a word brings to its place and to those beside it is worked out once for each distinct word.
        distinct, which = np.unique(numbered(words[words_in(bounds)], self.words), return_inverse=True)
        sums = self.embeddings[distinct].astype(np.float64) @ self.kernel.astype(np.float64)
        after_it, in_place, before_it = sums.astype(np.float32)
        lengths = bounds[:, 1] - bounds[:, 0]
        starts = np.cumsum(lengths) - lengths
        hidden = in_place[which] + self.kernel_bias
        second = np.delete(np.arange(len(which)), starts)  # each word with one before it in its stretch
        hidden[second] += after_it[which[second - 1]]
        hidden[second - 1] += before_it[which[second]]
        np.maximum(hidden, 0, out=hidden)
        means = np.add.reduceat(hidden, starts) / lengths[:, None]
        return np.hstack([np.maximum.reduceat(hidden, starts), means]).astype(np.float32)


def numbered(words: Hashes, known: Hashes) -> Ints:
    """Return for each word its row among the known ones, which are sorted; their number for any other."""
    at = np.searchsorted(known, words)
    found = at < len(known)
    found[found] = known[at[found]] == words[found]
    return np.where(found, at, len(known))
