"""Fit what tells the roles of the people served."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from vitallies.classify.roles import LEARNED_ROLES, OTHERWISE, RoleHead, chosen
from vitallies.labels import ROLES
from vitallies.training.alignment import ARGUABLE, CLEAR
from vitallies.training.readings import DOUBTFUL, Reading

_C = 0.7
"""Inverse regularisation, chosen by cross-validation over documents."""

_TOLD = [ROLES.index(role) for role in (*LEARNED_ROLES, OTHERWISE)]

_NEVER = -30.0
"""Log-odds of a role that nobody plays in the documents."""

_THRESHOLDS = np.linspace(-5, 1, 49)


def fit_roles(readings: Sequence[Reading], groups: NDArray[np.intp]) -> RoleHead:
    """Fit what tells brokers and fixers from the others that are served.

    The thresholds are those with the highest mean F1 of the roles of clear mentions in whole documents, by regressions
    that have not seen these.

    Parameters
    ----------
    readings : sequence of Reading
    groups : ndarray of int, shape (n_readings,)
        The group of documents of each.
    """
    odds, wanted = [], []
    for group in np.unique(groups).tolist():
        states, bias = _fit([reading for reading, mine in zip(readings, groups, strict=True) if mine != group])
        for reading in (reading for reading, mine in zip(readings, groups, strict=True) if mine == group):
            clear = reading.degrees == CLEAR
            whole = reading.expressions[0, clear].astype(np.float64)
            odds.append(np.einsum("eiw,irw->er", whole, states) + bias)
            wanted.append(reading.roles[clear])
    told, roles = np.concatenate(odds), np.concatenate(wanted)
    # The highest first: of equals they are taken, and where no role is known nobody has one.
    pairs = np.array(list(product(_THRESHOLDS[::-1], repeat=len(LEARNED_ROLES))), np.float32)
    best = int(np.argmax([_mean_f1(chosen(told, pair), roles) for pair in pairs]))
    states, bias = _fit(readings)
    return RoleHead(states.astype(np.float32), bias.astype(np.float32), pairs[best])


def _fit(readings: Sequence[Reading]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights and bias of each learned role, as in `RoleHead`; those of roles that nobody plays are 0 and `_NEVER`."""
    seen = np.concatenate([reading.expressions for reading in readings], axis=1)
    ways, _, n_ranges, width = seen.shape
    roles = np.concatenate([reading.roles for reading in readings])
    degrees = np.concatenate([reading.degrees for reading in readings])
    known = np.isin(roles, _TOLD)
    weights, bias = np.zeros((len(ROLES), n_ranges * width)), np.full(len(ROLES), _NEVER)
    played = np.unique(roles[known])
    bias[played] = 0
    if len(played) > 1:
        fitted = LogisticRegression(C=_C, max_iter=1000).fit(
            seen[:, known].reshape(-1, n_ranges * width).astype(np.float32),
            np.tile(roles[known], ways),
            np.tile(np.where(degrees[known] == ARGUABLE, DOUBTFUL, 1), ways),
        )
        # Of two classes scikit-learn keeps the log-odds of the second against the first.
        weights[played[-len(fitted.coef_) :]], bias[played[-len(fitted.coef_) :]] = fitted.coef_, fitted.intercept_
    *learned, otherwise = _TOLD
    states = (weights[learned] - weights[otherwise]).reshape(len(learned), n_ranges, width).swapaxes(0, 1)
    return states, bias[learned] - bias[otherwise]


def _mean_f1(ours: NDArray[np.intp], roles: NDArray[np.int8]) -> float:
    """Mean F1 of the roles that are told."""
    f1 = []
    for number, role in enumerate(_TOLD):
        mine, theirs = ours == number, roles == role
        f1.append(2 * int((mine & theirs).sum()) / max(int(mine.sum()) + int(theirs.sum()), 1))
    return float(np.mean(f1))
