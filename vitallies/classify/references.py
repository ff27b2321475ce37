"""Which words refer to the people served."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vitallies.classify.frame import Floats, Frame
from vitallies.classify.inside import InsideHead


@dataclass(frozen=True)
class ReferenceHead:
    """Tells the words that refer to the people served by their states and the words around them.

    Parameters
    ----------
    words : InsideHead
        Of one row: what it gives are calibrated log-odds.
    threshold : float
        The probability from which a word counts.
    """

    words: InsideHead
    threshold: float

    def probabilities(self, frame: Frame, state_odds: Floats) -> NDArray[np.float64]:
        """Return the calibrated probability of each word, shape (n_words,).

        Parameters
        ----------
        frame : Frame
            Its sentences hold all of its words.
        state_odds : ndarray of float32, shape (n_words, 1)
            What the encoder's state of each word adds to the log-odds.
        """
        log_odds = self.words.log_odds(replace(frame, state_odds=state_odds), frame.sentences)
        found: NDArray[np.float64] = expit(log_odds[:, 0].astype(np.float64))
        return found
