"""Which words refer to the people served, and the part that these play for the product."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vitallies.classify.frame import Floats, Frame, Ints
from vitallies.classify.inside import InsideHead
from vitallies.labels import Role

LEARNED_ROLES: tuple[Role, ...] = ("broker", "fixer")
"""Those that are told by evidence for them."""

OTHERWISE: Role = "end-user"
"""Whoever is neither, as most are."""


@dataclass(frozen=True)
class ReferenceHead:
    """Tells the words that refer to the people served, and their roles, by their states and the words around them.

    Parameters
    ----------
    words : InsideHead
        Its first row gives the calibrated log-odds that a word refers to the people served, the others those of each of
        ``LEARNED_ROLES`` if it does.
    threshold : float
        The probability from which a word counts.
    role_thresholds : ndarray of float32, shape (n_learned_roles,)
        The log-odds from which an expression has a role.
    """

    words: InsideHead
    threshold: float
    role_thresholds: Floats

    def read(self, frame: Frame, state_odds: Floats) -> tuple[NDArray[np.float64], Floats]:
        """Read the words of a transcript.

        Parameters
        ----------
        frame : Frame
            Its sentences hold all of its words.
        state_odds : ndarray of float32, shape (n_words, 1 + n_learned_roles)
            What the encoder's state of each word adds to the log-odds.

        Returns
        -------
        ndarray of float64, shape (n_words,)
            The calibrated probability that a word refers to the people served.
        ndarray of float32, shape (n_words, n_learned_roles)
            The log-odds of the roles.
        """
        log_odds = self.words.log_odds(replace(frame, state_odds=state_odds), frame.sentences)
        found: NDArray[np.float64] = expit(log_odds[:, 0].astype(np.float64))
        return found, log_odds[:, 1:]

    def roles(self, log_odds: Floats, expressions: Ints) -> list[Role]:
        """Tell the role of each expression.

        Parameters
        ----------
        log_odds : ndarray of float32, shape (n_words, n_learned_roles)
            As `read` gives them.
        expressions : ndarray of int, shape (n, 2)
            First word of each and the one after the last.

        Returns
        -------
        list of str
            One of ``LEARNED_ROLES``, or `OTHERWISE` where none reaches its threshold.
        """
        found = chosen(evidence(log_odds, expressions), self.role_thresholds)
        return [(*LEARNED_ROLES, OTHERWISE)[i] for i in found.tolist()]


def evidence(log_odds: Floats, expressions: Ints) -> NDArray[np.float64]:
    """Return the mean log-odds of the words of each expression.

    Parameters
    ----------
    log_odds : ndarray of float32, shape (n_words, n)
    expressions : ndarray of int, shape (n_expressions, 2)
        First word of each and the one after the last.

    Returns
    -------
    ndarray of float64, shape (n_expressions, n)
    """
    running = np.insert(np.cumsum(log_odds, axis=0, dtype=np.float64), 0, 0, axis=0)
    first, end = expressions.T
    mean: NDArray[np.float64] = (running[end] - running[first]) / (end - first)[:, None]
    return mean


def chosen(evidence: NDArray[np.float64], thresholds: Floats) -> Ints:
    """Return for each expression the learned role that is furthest above its threshold, or else their number."""
    above = evidence - thresholds
    roles: Ints = np.where((above > 0).any(axis=1), above.argmax(axis=1), len(thresholds))
    return roles
