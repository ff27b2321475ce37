"""Fit what tells the words that refer to the people served, and their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import vstack
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from vitallies.classify.boundaries import BoundaryModel
from vitallies.classify.encoder import Encoder
from vitallies.classify.frame import Floats, Ints
from vitallies.classify.inside import InsideHead, words_in
from vitallies.classify.references import ReferenceHead
from vitallies.errors import DataError
from vitallies.pipeline.references import expressions
from vitallies.training.alignment import ARGUABLE, CLEAR, NOTHING
from vitallies.training.documents import Document, MentionSentence
from vitallies.training.inside import WORD_SHARE, inside_head, word_weights
from vitallies.training.readings import DOUBTFUL, Reading, read
from vitallies.training.roles import fit_roles

_GROUPS = 4
"""Groups of documents; the probabilities of each are calibrated by regressions that have not seen it."""

_THRESHOLDS = np.linspace(0.05, 0.6, 56)


def fit_references(
    documents: Sequence[Document],
    mentions: Mapping[str, Sequence[MentionSentence]],
    boundaries: BoundaryModel,
    encoder: Encoder,
    *,
    jobs: int = 2,
) -> ReferenceHead:
    """Fit the head on the sentences in which readers marked mentions, as transcribed and as a recogniser leaves them.

    Each document's log-odds by regressions that have not seen it are calibrated by Platt's two parameters, which go
    into the weights; the threshold is the one with the highest F1 of whole expressions there.

    Parameters
    ----------
    documents : sequence of Document
    mentions : mapping of str to sequence of MentionSentence
        Id of a document → its sentences; documents without any are passed over.
    boundaries : BoundaryModel
    encoder : Encoder
    jobs : int
        Processes.

    Raises
    ------
    DataError
        Where fewer documents have mentions than are needed for the calibration, or none has a clear one.
    """
    wanted = [document for document in documents if mentions.get(document.transcript.id)]
    tasks = (
        delayed(read)(number, document, mentions[document.transcript.id], boundaries, encoder, recognised)
        for number, document in enumerate(wanted)
        for recognised in (False, True)
    )
    found: list[tuple[int, Reading | None]] = Parallel(n_jobs=jobs)(tasks)
    readings = [reading for _, reading in found if reading is not None]
    groups = np.array([number % _GROUPS for number, reading in found if reading is not None])
    told = {mark for reading in readings for mark in reading.marks.tolist()}
    if len(set(groups.tolist())) < _GROUPS or not {CLEAR, NOTHING} <= told:
        raise DataError(
            f"{len(wanted)} documents with marked mentions of the people served: at least {_GROUPS} are needed, and in "
            "them words that clearly refer to these people and others that don't"
        )
    unseen: list[Floats] = [np.zeros(0, np.float32)] * len(readings)
    for group in range(_GROUPS):
        head = _fit([reading for reading, mine in zip(readings, groups, strict=True) if mine != group])
        for i in np.flatnonzero(groups == group).tolist():
            unseen[i] = _log_odds(head, readings[i])
    marks = np.concatenate([reading.marks for reading in readings])
    counted = marks != ARGUABLE
    platt = LogisticRegression(C=np.inf).fit(np.concatenate(unseen)[counted, None], marks[counted] == CLEAR)
    slope, offset = np.float32(platt.coef_[0, 0]), np.float32(platt.intercept_[0])
    probabilities = [expit(slope * one + offset) for one in unseen]
    f1 = [_f1(readings, probabilities, threshold) for threshold in _THRESHOLDS.tolist()]
    head = _fit(readings)
    words = InsideHead(slope * head.states, slope * head.positions, slope * head.hashed, slope * head.bias + offset)
    return ReferenceHead(words, _THRESHOLDS.tolist()[int(np.argmax(f1))], fit_roles(readings, groups))


def _fit(readings: Sequence[Reading]) -> InsideHead:
    """The regressions of some documents, as a head of one row that is not calibrated yet."""
    matrix = vstack([reading.matrix for reading in readings], format="csr")
    states = np.concatenate([reading.states for reading in readings])
    marks = np.concatenate([reading.marks for reading in readings])
    weight = np.where(marks == ARGUABLE, DOUBTFUL, 1).astype(np.float32)
    by_word, by_state = word_weights(matrix, states, marks != NOTHING, weight)
    return inside_head(np.float32(WORD_SHARE) * by_word[None], by_state[None])


def _log_odds(head: InsideHead, reading: Reading) -> Floats:
    """What a head that is not calibrated yet gives for the words of a reading, shape (n_words,)."""
    by_word = np.concatenate([head.positions[0], head.hashed[0]])
    odds: Floats = reading.matrix @ by_word + reading.states.astype(np.float32) @ head.states[0] + head.bias[0]
    return odds


def _f1(readings: Sequence[Reading], probabilities: Sequence[NDArray[np.float64]], threshold: float) -> float:
    """F1 of whole expressions: a clear one is found, and one of ours right, where they overlap."""
    right = wrong = found = missed = 0
    for reading, mine in zip(readings, probabilities, strict=True):
        ours = expressions(reading.joints, mine, threshold)
        clear, marked = reading.marks == CLEAR, reading.marks != NOTHING
        on_clear, on_marked = _counts(clear, ours), _counts(marked, ours)
        right += int(np.count_nonzero(on_clear))
        wrong += int(np.count_nonzero(on_marked == 0))
        covered = np.zeros(len(clear), bool)
        covered[words_in(ours)] = True
        edges = np.flatnonzero(np.diff(clear.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
        hit = _counts(covered, edges)
        found += int(np.count_nonzero(hit))
        missed += int(np.count_nonzero(hit == 0))
    precision, recall = right / max(right + wrong, 1), found / max(found + missed, 1)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def _counts(words: NDArray[np.bool_], bounds: Ints) -> Ints:
    """How many of some words each stretch holds."""
    running = np.insert(np.cumsum(words), 0, 0)
    counts: Ints = running[bounds[:, 1]] - running[bounds[:, 0]]
    return counts
