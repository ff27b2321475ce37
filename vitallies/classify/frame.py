"""A Doc as the classifiers see it: words, sentences and candidates as arrays, without spaCy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitallies.classify.hashing import Hashes
from vitallies.classify.ngrams import NgramIndex

Ints = NDArray[np.intp]
Floats = NDArray[np.float32]

CLIPPED_AT = 2
"""Marks of one sort beyond this many in one place add nothing."""


@dataclass(frozen=True)
class Frame:
    """Words, sentences and candidates of one Doc.

    Parameters
    ----------
    words : ndarray of uint64, shape (n_words,)
        spaCy's hashes of the words as they are read.
    sentences : ndarray of int, shape (n_sentences, 2)
        First word and the one after the last.
    turns : ndarray of int, shape (n_sentences,)
        The turn in which each sentence stands.
    candidates : ndarray of int, shape (n_candidates, 2)
        The same of each candidate; the first of a sentence is the whole of it.
    owners : ndarray of int, shape (n_candidates,)
        The sentence of each candidate, not decreasing.
    marks : ndarray of float32, shape (n_words, n_sorts)
        1 where a cue or another mark of a sort begins.
    vectors : ndarray of float32, shape (n_candidates, width)
        The encoder's view of each candidate; width 0 without an encoder.
    state_odds : ndarray of float32, shape (n_words, n_labels)
        What the encoder's state of each word adds to the log-odds that it is inside a span; n_labels is 0 without an
        encoder.
    """

    words: Hashes
    sentences: Ints
    turns: Ints
    candidates: Ints
    owners: Ints
    marks: Floats
    vectors: Floats
    state_odds: Floats

    @property
    def wholes(self) -> Ints:
        """Row of the first candidate of each sentence."""
        return np.searchsorted(self.owners, np.arange(len(self.sentences)))

    def neighbours(self, step: int) -> Ints:
        """The sentence before (-1) or after (1) each sentence in the same turn; -1 where there is none."""
        other = np.arange(len(self.sentences)) + step
        inside = (other >= 0) & (other < len(self.sentences))
        same = inside.copy()
        same[inside] = self.turns[other[inside]] == self.turns[inside]
        return np.where(same, other, -1)


def context_features(frame: Frame, rows: Ints) -> Floats:
    """Count the marks inside each candidate, around it in its sentence, and in the sentences beside it.

    Returns
    -------
    ndarray of float32, shape (n_rows, 5 * n_sorts + 4)
        Counts (clipped) inside, before and after the candidate, in the sentence before and after it in the turn; then
        log length, share of the sentence, and whether the sentence opens or closes its turn.
    """
    running = np.zeros((len(frame.words) + 1, frame.marks.shape[1]), np.float32)
    np.cumsum(frame.marks, axis=0, out=running[1:])
    owners = frame.owners[rows]
    start, end = frame.candidates[rows].T
    first, last = frame.sentences[owners].T
    places = [(start, end), (first, start), (end, last)]
    beside = [frame.neighbours(-1)[owners], frame.neighbours(1)[owners]]
    for other in beside:
        bounds = np.where(other[:, None] >= 0, frame.sentences[other], 0)
        places.append((bounds[:, 0], bounds[:, 1]))
    counts = [np.minimum(running[b] - running[a], CLIPPED_AT) for a, b in places]
    length, whole = end - start, np.maximum(last - first, 1)
    shape = [np.log1p(length), length / whole, beside[0] < 0, beside[1] < 0]
    return np.column_stack([*counts, *shape]).astype(np.float32)


def dense_features(frame: Frame, rows: Ints) -> Floats:
    """Return the candidate's vector and `context_features`, shape (n_rows, width + 5 * n_sorts + 4)."""
    return np.hstack([frame.vectors[rows], context_features(frame, rows)]).astype(np.float32)


@dataclass(frozen=True)
class Features:
    """Rows of features, one a candidate: what the heads multiply by their weights.

    Parameters
    ----------
    dense : ndarray of float32, shape (n, n_dense)
        As `dense_features` gives them.
    sparse : csr_array of float32, shape (n, n_ngrams)
        TF-IDF of the candidates' words.
    """

    dense: Floats
    sparse: csr_array

    @classmethod
    def of(cls, frame: Frame, rows: Ints, ngrams: NgramIndex) -> Features:
        """Return the features of some candidates of a frame."""
        return cls(dense_features(frame, rows), ngrams.matrix(frame.words, frame.candidates[rows]))
