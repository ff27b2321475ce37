"""Kind and stance of a vital lie: told from its own words and from those around it in the sentence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from vitallies.classify.frame import Features, Floats, Frame, Ints, context_features
from vitallies.classify.heads import Head
from vitallies.classify.ngrams import NgramIndex


def choice_features(frame: Frame, rows: Ints, vectors: Floats, context: Floats, ngrams: NgramIndex) -> Features:
    """Describe candidates together with what stands around them.

    Parameters
    ----------
    frame : Frame
    rows : ndarray of int, shape (n,)
        Candidates.
    vectors : ndarray of float32, shape (n_candidates, width)
        The encoder's view of all of the frame's candidates.
    context : ndarray of float32, shape (n, n_context)
        As `context_features` gives them for the rows.
    ngrams : NgramIndex

    Returns
    -------
    Features
        Dense are the vectors of the candidate and of its whole sentence, then the context; sparse the n-grams inside
        the candidate, then those before and after it in its sentence: "they say" in front makes another stance.
    """
    owners = frame.owners[rows]
    start, end = frame.candidates[rows].T
    first, last = frame.sentences[owners].T
    places = [(start, end), (first, start), (end, last)]
    sparse = hstack([ngrams.matrix(frame.words, np.column_stack(place)) for place in places], format="csr")
    dense = np.hstack([vectors[rows], vectors[frame.wholes[owners]], context])
    return Features(dense, csr_array(sparse))


@dataclass(frozen=True)
class Choices:
    """What chooses the kind and the stance of vital lies.

    Parameters
    ----------
    ngrams : NgramIndex
    kind, stance : Head
    """

    ngrams: NgramIndex
    kind: Head
    stance: Head

    def choose(self, frame: Frame, rows: Ints) -> list[tuple[str, str]]:
        """Return the likeliest kind and stance of each of some candidates."""
        found = choice_features(frame, rows, frame.vectors, context_features(frame, rows), self.ngrams)
        return list(zip(self.kind.choose(found), self.stance.choose(found), strict=True))
