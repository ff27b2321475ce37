"""The part that the people served play for the product, told from how they are spoken of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.frame import Floats, Ints
from vitallies.labels import Role

LEARNED_ROLES: tuple[Role, ...] = ("broker", "fixer")
"""Those that are told by evidence for them."""

OTHERWISE: Role = "end-user"
"""Whoever is neither, as most are."""

AROUND = 50
"""Words on each side of an expression that say something of its role."""

N_RANGES = 3
"""An expression is seen by itself, with the words around it, and with the other expressions of its document."""


def ranges(values: Floats, expressions: Ints) -> NDArray[np.float64]:
    """Return what the words of each expression hold in the mean, and those of wider and wider ranges about it.

    Whether a firm's products are passed on and repaired at all shows in the whole talk; who does so, in a few words.

    Parameters
    ----------
    values : ndarray of float, shape (n_words, n)
    expressions : ndarray of int, shape (n_expressions, 2)
        All those of a document: first word of each and the one after the last.

    Returns
    -------
    ndarray of float64, shape (n_expressions, N_RANGES, n)
        Means over the words of the expression; over these and up to `AROUND` words on each side; and over the words of
        all expressions.
    """
    running = np.insert(np.cumsum(values, axis=0, dtype=np.float64), 0, 0, axis=0)
    first, end = expressions.T
    own = running[end] - running[first]
    before, after = np.maximum(first - AROUND, 0), np.minimum(end + AROUND, len(values))
    means = np.empty((len(expressions), N_RANGES, values.shape[1]))
    means[:, 0] = own / (end - first)[:, None]
    means[:, 1] = (running[after] - running[before]) / (after - before)[:, None]
    means[:, 2] = own.sum(axis=0) / max((end - first).sum(), 1)
    return means


@dataclass(frozen=True)
class RoleHead:
    """A multinomial logistic regression of the role of those that an expression refers to.

    Parameters
    ----------
    states : ndarray of float32, shape (N_RANGES, n_learned_roles, width)
        Weights of the encoder's states of words, scaled to length 1, in the mean of each of `ranges`.
    bias : ndarray of float32, shape (n_learned_roles,)
    thresholds : ndarray of float32, shape (n_learned_roles,)
        The log-odds, of a role against `OTHERWISE`, from which an expression has it.
    """

    states: Floats
    bias: Floats
    thresholds: Floats

    def roles_of(self, state_odds: Floats, expressions: Ints) -> list[Role]:
        """Tell the role of each expression of a document.

        Parameters
        ----------
        state_odds : ndarray of float32, shape (n_words, N_RANGES * n_learned_roles)
            What the state of each word gives by each row of ``states``.
        expressions : ndarray of int, shape (n_expressions, 2)
            First word of each and the one after the last.

        Returns
        -------
        list of str
            One of ``LEARNED_ROLES``, or `OTHERWISE` where none reaches its threshold.
        """
        seen = ranges(state_odds, expressions).reshape(len(expressions), N_RANGES, N_RANGES, len(self.bias))
        # Of each range the odds by its own weights.
        log_odds = np.einsum("eiir->er", seen) + self.bias
        return [(*LEARNED_ROLES, OTHERWISE)[i] for i in chosen(log_odds, self.thresholds).tolist()]


def chosen(log_odds: NDArray[np.float64], thresholds: Floats) -> Ints:
    """Return for each expression the learned role that is furthest above its threshold, or else their number."""
    above = log_odds - thresholds
    roles: Ints = np.where((above > 0).any(axis=1), above.argmax(axis=1), len(thresholds))
    return roles
