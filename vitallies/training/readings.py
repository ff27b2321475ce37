"""What the heads for the people served are fitted on: the words of the sentences in which readers marked mentions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitallies.classify.boundaries import BoundaryModel
from vitallies.classify.encoder import Encoder, pooled
from vitallies.classify.frame import Ints
from vitallies.classify.inside import words_in
from vitallies.classify.roles import N_RANGES, ranges
from vitallies.classify.windows import Window, runs
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.references import Joints, expressions
from vitallies.training.alignment import NOTHING, staged, words_of_mentions
from vitallies.training.documents import Document, MentionSentence
from vitallies.training.examples import APART
from vitallies.training.inside import word_matrix

_EXCERPTS = 10, 2
"""How many expressions the excerpts hold in which a document is seen beside the whole, as short texts hold few."""

DOUBTFUL = 0.45
"""How much a mention counts on which careful readers would split; what the encoder aims at too."""


class Reading(NamedTuple):
    """The sentences of one document in which readers looked for mentions.

    Parameters
    ----------
    joints : Joints
        Of their words.
    matrix : csr_array, shape (n_words, n_features)
        What the words are and where they stand.
    states : ndarray of float16, shape (n_words, width)
        Of the encoder.
    marks : ndarray of int8, shape (n_words,)
        As `words_of_mentions` gives them.
    expressions : ndarray of float16, shape (3, n_expressions, N_RANGES, width)
        The mean states that those marked are seen by, in the whole document and in excerpts of either size.
    degrees, roles : ndarray of int8, shape (n_expressions,)
        How sure readers are of the first word of each (CLEAR or ARGUABLE), and whom it refers to.
    """

    joints: Joints
    matrix: csr_array
    states: NDArray[np.float16]
    marks: NDArray[np.int8]
    expressions: NDArray[np.float16]
    degrees: NDArray[np.int8]
    roles: NDArray[np.int8]


def read(
    number: int,
    document: Document,
    sentences: Sequence[MentionSentence],
    boundaries: BoundaryModel,
    encoder: Encoder,
    recognised: bool,
) -> tuple[int, Reading | None]:
    """What a document holds, beside its number; None where its sentences cover no sentence of the pipeline."""
    doc = staged(document.transcript, boundaries, recognised=recognised)
    frame = doc_frame(doc, vectors=False)
    looked_at, marks, roles = words_of_mentions(doc, frame, sentences)
    chosen = np.flatnonzero(looked_at)
    if not len(chosen):
        return number, None
    groups = list(runs(frame.sentences, chosen, apart=APART))
    windows = [Window.around(frame.sentences, frame.turns, first, last) for first, last in groups]
    strings = [doc.vocab.strings[word] for word in frame.words.tolist()]
    states = np.zeros((len(frame.words), encoder.width), np.float16)
    known = np.zeros(len(frame.words), bool)
    encoded = encoder.encode([window.words(strings[window.start : window.end]) for window in windows])
    for (first, last), window, sums in zip(groups, windows, encoded, strict=True):
        at = np.arange(window.start, window.end)
        own = (at >= frame.sentences[first, 0]) & (at < frame.sentences[last, 1])
        # The words around tell roles too; those that have a window of their own are read there.
        at = at[own | ~known[at]]
        states[at] = pooled(sums, window.places(np.column_stack([at, at + 1])))
        known[at] = True
    joints = Joints.of(doc, frame)
    marked = expressions(joints, (marks > NOTHING).astype(np.float64), 0.5)
    # As if the words that nobody read, and none stands near, were not there.
    among_known = np.insert(np.cumsum(known), 0, 0)[marked]
    bounds = frame.sentences[chosen]
    mine = words_in(bounds)
    return number, Reading(
        joints=joints[mine],
        matrix=word_matrix(frame, bounds),
        states=states[mine],
        marks=marks[mine],
        expressions=_seen(states[known], among_known),
        degrees=marks[marked[:, 0]],
        roles=roles[marked[:, 0]],
    )


def _seen(states: NDArray[np.float16], expressions: Ints) -> NDArray[np.float16]:
    """What the expressions of a document are seen by, as in `Reading`, for the states of all its words."""
    exact = states.astype(np.float32)
    first, end = expressions.T
    # An excerpt reaches from the expression before it to the one after it.
    since, until = np.insert(end, 0, 0), np.append(first, len(states))
    seen = np.zeros((1 + len(_EXCERPTS), len(expressions), N_RANGES, states.shape[1]), np.float16)
    for row, size in zip(seen, (max(len(expressions), 1), *_EXCERPTS), strict=True):
        for at in range(0, len(expressions), size):
            mine = expressions[at : at + size]
            start = since[at]
            row[at : at + size] = ranges(exact[start : until[at + len(mine)]], mine - start)
    return seen
