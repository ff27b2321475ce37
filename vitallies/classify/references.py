"""Which words refer to the people served."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vitallies.classify.frame import Floats, Frame
from vitallies.classify.inside import InsideHead
from vitallies.classify.roles import RoleHead


@dataclass(frozen=True)
class ReferenceHead:
    """Tells the words that refer to the people served by their states and the words around them.

    Parameters
    ----------
    words : InsideHead
        Of one row: it gives the calibrated log-odds that a word refers to the people served.
    threshold : float
        The probability from which a word counts.
    roles : RoleHead
        Tells the roles of those whom these words refer to.
    """

    words: InsideHead
    threshold: float
    roles: RoleHead

    @property
    def states(self) -> Floats:
        """Weights of a word's state: of its own, and of the roles range by range; shape (n, width)."""
        return np.concatenate([self.words.states, self.roles.states.reshape(-1, self.words.states.shape[1])])

    def probabilities(self, frame: Frame, state_odds: Floats) -> NDArray[np.float64]:
        """Return the calibrated probability that a word refers to the people served, shape (n_words,).

        Parameters
        ----------
        frame : Frame
            Its sentences hold all of its words.
        state_odds : ndarray of float32, shape (n_words, 1)
            What the encoder's state of each word adds to the log-odds.
        """
        log_odds = self.words.log_odds(replace(frame, state_odds=state_odds), frame.sentences)[:, 0]
        found: NDArray[np.float64] = expit(log_odds.astype(np.float64))
        return found
