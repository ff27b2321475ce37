"""Fit the model of sentence ends on punctuated transcripts, their punctuation left out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from sklearn.linear_model import SGDClassifier

from vitallies.classify.boundaries import BoundaryModel, boundary_buckets, boundary_matrix
from vitallies.pipeline.docs import blank_english, tokenise
from vitallies.pipeline.tokens import TokenTable
from vitallies.types import Transcript

_ALPHA, _EPOCHS, _SEED = 1e-6, 5, 0


def fit_boundaries(transcripts: Iterable[Transcript]) -> BoundaryModel:
    """Fit a boundary model by stochastic gradient descent on the log loss.

    Parameters
    ----------
    transcripts : iterable of Transcript
        Turns without closing punctuation are passed over: their sentences cannot be known.
    """
    buckets, ends = [], []
    for transcript in transcripts:
        for turn in transcript.turns:
            tokens = TokenTable(tokenise(blank_english(), turn.text))
            words = np.flatnonzero(tokens.word)
            marks = np.flatnonzero(tokens.terminal)
            if len(words) > 1 and len(marks):
                buckets.append(boundary_buckets(tokens.norm[words]))
                ends.append(np.diff(np.searchsorted(marks, words)) > 0)
    target = np.concatenate(ends)
    model = SGDClassifier(loss="log_loss", alpha=_ALPHA, max_iter=_EPOCHS, tol=None, random_state=_SEED)
    model.fit(boundary_matrix(np.concatenate(buckets)), target)
    return BoundaryModel(model.coef_[0].astype(np.float16), float(model.intercept_[0]))
