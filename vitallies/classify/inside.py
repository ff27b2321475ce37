"""Which words of a sentence are inside the span of its label, and so which candidate is the best guess at the span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vitallies.classify.frame import Floats, Frame, Ints
from vitallies.classify.hashing import mix

BUCKETS = 2**12
"""Width of the hashed features of a word and its neighbours."""

N_POSITIONS = 6
"""Features of where in its sentence a word stands."""

_BEYOND = np.uint64(1)
"""Stands for a word beyond the sentence."""

_STRICTER = 0.5
"""Taken off the log-odds of every word. Words are not in or out independently of each other, as the expected overlap
takes them to be, and so it would have spans too long; chosen on fold 0."""


def words_in(bounds: Ints) -> Ints:
    """Return the words of some stretches, one after the other, shape (n,), for bounds of shape (n_stretches, 2)."""
    lengths = bounds[:, 1] - bounds[:, 0]
    shifts = bounds[:, 0] - np.cumsum(lengths) + lengths
    words: Ints = np.arange(lengths.sum()) + np.repeat(shifts, lengths)
    return words


def word_features(frame: Frame, bounds: Ints) -> tuple[Floats, Ints]:
    """Describe the words of some sentences by what and where they are.

    Parameters
    ----------
    frame : Frame
    bounds : ndarray of int, shape (n_sentences, 2)
        First word of the whole candidate of each sentence, and the one after the last.

    Returns
    -------
    ndarray of float32, shape (n_words, N_POSITIONS)
        Whether a word is the first or the last; its place from 0 to 1; log number of words before and after it; and one
        over the number of words.
    ndarray of int, shape (n_words, 7)
        The hashed word, those up to two before and after it, and the pairs that it makes with its neighbours; each
        below ``BUCKETS``.
    """
    at = words_in(bounds)
    first, end = np.repeat(bounds, bounds[:, 1] - bounds[:, 0], axis=0).T
    before, after, length = at - first, end - 1 - at, end - first
    position = [before == 0, after == 0, before / length, np.log1p(before), np.log1p(after), 1 / length]

    def word(step: int) -> NDArray[np.uint64]:
        other = at + step
        there = (other >= first) & (other < end)
        return np.where(there, frame.words[np.where(there, other, at)], _BEYOND)

    two_before, one_before, own, one_after, two_after = (word(step) for step in (-2, -1, 0, 1, 2))
    single = [mix(21, one_before), mix(22, own), mix(23, one_after), mix(26, two_before), mix(27, two_after)]
    hashed = np.stack([*single, mix(24, one_before, own), mix(25, own, one_after)], axis=1)
    return np.column_stack(position).astype(np.float32), (hashed % np.uint64(BUCKETS)).astype(np.intp)


@dataclass(frozen=True)
class InsideHead:
    """Logistic regressions, one a label, of whether a word of a sentence with the label is inside its span.

    Parameters
    ----------
    states : ndarray of float32, shape (n_labels, width)
        Weights of the encoder's state of the word, scaled to length 1; width 0 without an encoder.
    positions : ndarray of float32, shape (n_labels, N_POSITIONS)
    hashed : ndarray of float32, shape (n_labels, BUCKETS)
        Weights of what `word_features` gives.
    bias : ndarray of float32, shape (n_labels,)
    """

    states: Floats
    positions: Floats
    hashed: Floats
    bias: Floats

    def log_odds(self, frame: Frame, bounds: Ints) -> Floats:
        """Return the log-odds of each word, shape (n_words, n_labels), for ``bounds`` as in `word_features`."""
        positions, buckets = word_features(frame, bounds)
        hashed = self.hashed.T[buckets].sum(axis=1)
        log_odds: Floats = positions @ self.positions.T + hashed + self.bias
        return log_odds + frame.state_odds[words_in(bounds)] if frame.state_odds.shape[1] else log_odds

    def overlaps(self, frame: Frame, rows: Ints) -> NDArray[np.float64]:
        """Return how much of candidates and spans can be expected to overlap (intersection over union).

        That is the number of words that are expected in both over that of those expected in either.

        Parameters
        ----------
        frame : Frame
        rows : ndarray of int, shape (n,)
            Candidates.

        Returns
        -------
        ndarray of float64, shape (n, n_labels)
        """
        sentences = np.unique(frame.owners[rows])
        bounds = frame.candidates[frame.wholes[sentences]]
        running = np.zeros((len(frame.words) + 1, len(self.bias)))
        running[words_in(bounds) + 1] = expit(self.log_odds(frame, bounds) - _STRICTER)
        np.cumsum(running, axis=0, out=running)
        start, end = frame.candidates[rows].T
        first, last = frame.candidates[frame.wholes[frame.owners[rows]]].T
        shared, wanted = running[end] - running[start], running[last] - running[first]
        overlaps: NDArray[np.float64] = shared / ((end - start)[:, None] + wanted - shared)
        return overlaps
