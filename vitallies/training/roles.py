"""Fit what tells the roles of the people served."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.frame import Floats
from vitallies.classify.inside import InsideHead
from vitallies.classify.references import LEARNED_ROLES, OTHERWISE, chosen, evidence
from vitallies.labels import ROLES
from vitallies.pipeline.references import expressions
from vitallies.training.alignment import CLEAR, NOTHING
from vitallies.training.readings import Reading, log_odds, regressions

_THRESHOLDS = np.linspace(-5, 1, 49)


def fit_roles(readings: Sequence[Reading], groups: NDArray[np.intp]) -> tuple[list[InsideHead], Floats]:
    """Fit what tells brokers, and what tells fixers, from the others that are served.

    The thresholds are those with the highest mean F1 of the roles of clear mentions, by regressions that have not seen
    their documents.

    Parameters
    ----------
    readings : sequence of Reading
    groups : ndarray of int, shape (n_readings,)
        The group of documents of each.

    Returns
    -------
    list of InsideHead
        Of one row each, for each of ``LEARNED_ROLES``.
    ndarray of float32, shape (n_learned_roles,)
        As in `ReferenceHead`.
    """
    odds, wanted = [], []
    for group in np.unique(groups).tolist():
        heads = _fit([reading for reading, mine in zip(readings, groups, strict=True) if mine != group])
        for reading in (reading for reading, mine in zip(readings, groups, strict=True) if mine == group):
            marked = (reading.marks != NOTHING).astype(np.float64)
            bounds = expressions(reading.joints, marked, 0.5)
            told = evidence(np.column_stack([log_odds(head, reading) for head in heads]), bounds)
            clear = reading.marks[bounds[:, 0]] == CLEAR
            odds.append(told[clear])
            wanted.append(reading.roles[bounds[clear, 0]])
    told, roles = np.concatenate(odds), np.concatenate(wanted)
    pairs = np.array(list(product(_THRESHOLDS, repeat=len(LEARNED_ROLES))), np.float32)
    return _fit(readings), pairs[int(np.argmax([_mean_f1(chosen(told, pair), roles) for pair in pairs]))]


def _fit(readings: Sequence[Reading]) -> list[InsideHead]:
    """The regressions of some documents, on the words of mentions alone."""
    marked = [reading.marks != NOTHING for reading in readings]
    return [
        regressions(readings, marked, [reading.roles == ROLES.index(role) for reading in readings])
        for role in LEARNED_ROLES
    ]


def _mean_f1(ours: NDArray[np.intp], roles: NDArray[np.int8]) -> float:
    """Mean F1 of the roles that are told."""
    f1 = []
    for number, role in enumerate((*LEARNED_ROLES, OTHERWISE)):
        mine, theirs = ours == number, roles == ROLES.index(role)
        f1.append(2 * int((mine & theirs).sum()) / max(int(mine.sum()) + int(theirs.sum()), 1))
    return float(np.mean(f1))
