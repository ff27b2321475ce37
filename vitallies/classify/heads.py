"""Linear heads, fitted by scikit-learn and kept as arrays; what they say is turned into probabilities here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vitallies.classify.frame import Features

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Head:
    """A linear decision over dense and sparse features.

    Parameters
    ----------
    classes : tuple of str
        One name for a yes-or-no head, several for a choice.
    dense : ndarray of float32, shape (n_classes, n_dense)
    sparse : ndarray of float32, shape (n_classes, n_ngrams)
    bias : ndarray of float32, shape (n_classes,)
    """

    classes: tuple[str, ...]
    dense: Floats
    sparse: Floats
    bias: Floats

    def log_odds(self, features: Features) -> Floats:
        """Return the decision values, shape (n, n_classes): log-odds for yes or no, unscaled ones for a choice."""
        # Class by class, since a product with the transpose copies all weights first.
        sparse = np.column_stack([features.sparse @ weights for weights in self.sparse])
        values = features.dense @ self.dense.T + sparse + self.bias
        return np.asarray(values, np.float32)

    def choose(self, features: Features) -> list[str]:
        """Return the likeliest class of each row."""
        return [self.classes[i] for i in self.log_odds(features).argmax(axis=1)]


@dataclass(frozen=True)
class Calibration:
    """Platt's two parameters: ``p = 1 / (1 + exp(-(slope * log_odds + offset)))`` (Platt 1999).

    Parameters
    ----------
    slope, offset : float
    threshold : float
        Probability from which the label is given.
    """

    slope: float
    offset: float
    threshold: float

    def probability(self, log_odds: Floats) -> NDArray[np.float64]:
        """Return calibrated probabilities of the same shape."""
        probabilities: NDArray[np.float64] = expit(self.slope * log_odds.astype(np.float64) + self.offset)
        return probabilities
