"""Fit what tells some words of a sentence from the others, as those inside a span."""

from __future__ import annotations

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from sklearn.linear_model import LogisticRegression

from vitallies.classify.frame import Floats, Frame, Ints
from vitallies.classify.inside import BUCKETS, N_POSITIONS, InsideHead, word_features, words_in
from vitallies.labels import LABELS
from vitallies.training.alignment import NOTHING
from vitallies.training.examples import Examples

WORD_C, STATE_C = 0.3, 6.0
"""Inverse regularisation of the two regressions, by the words and by the encoder's states, chosen on fold 0."""

WORD_SHARE = 0.5
"""How much the first counts beside the second, chosen on fold 0."""


def word_matrix(frame: Frame, bounds: Ints) -> csr_array:
    """Return what `word_features` tells of the words of some sentences as a matrix, shape (n_words, n_features)."""
    positions, buckets = word_features(frame, bounds)
    # scikit-learn's liblinear takes no wider indices.
    starts = np.arange(0, buckets.size + 1, buckets.shape[1], dtype=np.int32)
    indices = buckets.ravel().astype(np.int32)
    hashed = csr_array((np.ones(buckets.size), indices, starts), shape=(len(buckets), BUCKETS))
    matrix: csr_array = hstack([csr_array(positions.astype(np.float64)), hashed], format="csr")
    return matrix


def word_weights(
    matrix: csr_array, states: NDArray[np.float16], target: NDArray[np.bool_], weight: Floats | None = None
) -> tuple[Floats, Floats]:
    """Fit a regression by the words and one by the states.

    What the encoder's states say and what the words say are fitted apart, and added by `inside_head`.

    Parameters
    ----------
    matrix : csr_array, shape (n, n_features)
        As `word_matrix` gives it.
    states : ndarray of float16, shape (n, width)
        Width 0 without an encoder.
    target : ndarray of bool, shape (n,)
    weight : ndarray of float32, shape (n,), optional

    Returns
    -------
    ndarray of float32, shape (n_features + 1,)
    ndarray of float32, shape (width + 1,)
        Each with the bias last; zeros where the target has one value only.
    """
    by_word, by_state = np.zeros(matrix.shape[1] + 1, np.float32), np.zeros(states.shape[1] + 1, np.float32)
    if target.any() and not target.all():
        fitted = LogisticRegression(C=WORD_C, solver="liblinear", tol=1e-3, random_state=0)
        by_word[:] = _weights(fitted.fit(matrix, target, weight))
        if states.shape[1]:
            wide = states.astype(np.float64)  # in 32 bits their Hessian is all but singular
            by_state[:] = _weights(LogisticRegression(C=STATE_C, solver="newton-cholesky").fit(wide, target, weight))
    return by_word, by_state


def _weights(fitted: LogisticRegression) -> NDArray[np.float64]:
    """The coefficients of a regression, with the bias last."""
    return np.append(fitted.coef_[0], fitted.intercept_)


def inside_head(by_word: Floats, by_state: Floats) -> InsideHead:
    """Add what `word_weights` found, one row for each decision, shapes (n, n_features + 1) and (n, width + 1)."""
    positions, hashed, bias = np.split(by_word, [N_POSITIONS, N_POSITIONS + BUCKETS], axis=1)
    return InsideHead(by_state[:, :-1], positions, hashed, (bias + by_state[:, -1:])[:, 0])


def fit_inside(examples: Examples, sentences: Ints, jobs: int) -> dict[str, InsideHead]:
    """Fit what tells the words inside a label's span from the others of its sentence.

    Parameters
    ----------
    examples : Examples
    sentences : ndarray of int
        Those to fit it on; the ones without a span of a label are passed over.
    jobs : int
        Threads.

    Returns
    -------
    dict of str to InsideHead
        "default" and "fast".
    """
    frame, marked = examples.frame, examples.marked
    bounds = frame.candidates[frame.wholes[marked]]
    words, owners = words_in(bounds), np.repeat(marked, bounds[:, 1] - bounds[:, 0])
    matrix, seen = word_matrix(frame, bounds), np.isin(owners, sentences)

    def weights(label: int) -> tuple[Floats, Floats]:
        kept = np.flatnonzero(seen & (examples.verdicts[owners, label] != NOTHING))
        states = examples.states[kept] if examples.width else np.zeros((len(kept), 0), np.float16)
        return word_weights(matrix[kept], states, examples.inside[words[kept], label] != NOTHING)

    fitted = Parallel(n_jobs=jobs, prefer="threads")(delayed(weights)(label) for label in range(len(LABELS)))
    by_word, by_state = (np.array(part) for part in zip(*fitted, strict=True))
    return {
        "default": inside_head(np.float32(WORD_SHARE) * by_word, by_state),
        "fast": inside_head(by_word, np.zeros_like(by_state[:, :1])),
    }
