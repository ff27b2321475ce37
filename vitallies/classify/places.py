"""Where in its sentence a span begins and ends: which candidate overlaps most with what a reader would mark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.frame import Frame, Ints
from vitallies.classify.hashing import mix

Floats = NDArray[np.float32]

EDGE_BUCKETS = 2**12
"""Width of the hashed features of the words at a candidate's edges."""

_OUTSIDE = 1
"""Stands for a word beyond the sentence."""


def shape_features(frame: Frame, rows: Ints, log_odds: Floats) -> Floats:
    """Describe how candidates sit in their sentences.

    Parameters
    ----------
    frame : Frame
    rows : ndarray of int, shape (n,)
        Whole sentences' worth of candidates.
    log_odds : ndarray of float32, shape (n,)
        What the label's head makes of each candidate by itself.

    Returns
    -------
    ndarray of float32, shape (n, 8)
        The head's log-odds, their difference to the whole sentence's, log length, share of the sentence and its square,
        whether it begins and ends with its sentence, and log number of words left out in front.
    """
    owners = frame.owners[rows]
    whole = log_odds[np.searchsorted(owners, owners)]
    start, end = frame.candidates[rows].T
    first, last = frame.candidates[frame.wholes[owners]].T
    share = (end - start) / np.maximum(last - first, 1)
    columns = [log_odds, log_odds - whole, np.log1p(end - start), share, share**2, start == first, end == last]
    return np.column_stack([*columns, np.log1p(start - first)]).astype(np.float32)


def edge_buckets(frame: Frame, rows: Ints) -> Ints:
    """Return the hashed words on both sides of a candidate's two edges, shape (n, 6), each below ``EDGE_BUCKETS``."""
    padded = np.append(frame.words, np.uint64(_OUTSIDE))
    first, last = frame.sentences[frame.owners[rows]].T
    start, end = frame.candidates[rows].T

    def word(at: Ints) -> NDArray[np.uint64]:
        return padded[np.where((at >= first) & (at < last), at, len(frame.words))]

    before, opening, second, closing, after = (word(at) for at in (start - 1, start, start + 1, end - 1, end))
    hashed = [mix(21, before), mix(22, opening), mix(23, closing), mix(24, after), mix(25, before, opening)]
    hashed.append(mix(26, opening, second))
    return (np.stack(hashed, axis=1) % np.uint64(EDGE_BUCKETS)).astype(np.intp)


@dataclass(frozen=True)
class PlaceHead:
    """Ridge regression of the overlap (intersection over union) with a reader's span.

    Parameters
    ----------
    shape : ndarray of float32, shape (8,)
        Weights of `shape_features`.
    edges : ndarray of float32, shape (EDGE_BUCKETS,)
        Weights of `edge_buckets`.
    bias : float
    """

    shape: Floats
    edges: Floats
    bias: float

    def overlap(self, frame: Frame, rows: Ints, log_odds: Floats) -> Floats:
        """Return the expected overlap of each candidate, shape (n,), for arguments as in `shape_features`."""
        edges = self.edges[edge_buckets(frame, rows)].sum(axis=1)
        overlap: Floats = shape_features(frame, rows, log_odds) @ self.shape + edges + np.float32(self.bias)
        return overlap
