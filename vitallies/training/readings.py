"""What the heads for the people served are fitted on: the words of the sentences in which readers marked mentions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from vitallies.classify.boundaries import BoundaryModel
from vitallies.classify.encoder import Encoder, pooled
from vitallies.classify.frame import Floats
from vitallies.classify.inside import InsideHead, words_in
from vitallies.classify.windows import Window, runs
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.references import Joints
from vitallies.training.alignment import ARGUABLE, staged, words_of_mentions
from vitallies.training.documents import Document, MentionSentence
from vitallies.training.examples import APART
from vitallies.training.inside import WORD_SHARE, inside_head, word_matrix, word_weights

_DOUBTFUL = 0.45
"""How much a word counts, as one that refers, on which careful readers would split; what the encoder aims at too."""


class Reading(NamedTuple):
    """The words of the sentences of one document in which readers looked for mentions.

    Parameters
    ----------
    joints : Joints
    matrix : csr_array, shape (n_words, n_features)
        What the words are and where they stand.
    states : ndarray of float16, shape (n_words, width)
        Of the encoder.
    marks, roles : ndarray of int8, shape (n_words,)
        As `words_of_mentions` gives them.
    """

    joints: Joints
    matrix: csr_array
    states: NDArray[np.float16]
    marks: NDArray[np.int8]
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
    encoded = encoder.encode([window.words(strings[window.start : window.end]) for window in windows])
    for (first, last), window, sums in zip(groups, windows, encoded, strict=True):
        at = np.arange(frame.sentences[first, 0], frame.sentences[last, 1])
        states[at] = pooled(sums, window.places(np.column_stack([at, at + 1])))
    bounds = frame.sentences[chosen]
    mine = words_in(bounds)
    return number, Reading(
        Joints.of(doc, frame)[mine], word_matrix(frame, bounds), states[mine], marks[mine], roles[mine]
    )


def regressions(
    readings: Sequence[Reading], words: Sequence[NDArray[np.bool_]], targets: Sequence[NDArray[np.bool_]]
) -> InsideHead:
    """Fit the regressions of one decision about words, as a head of one row that is not calibrated.

    Parameters
    ----------
    readings : sequence of Reading
    words : sequence of ndarray of bool, each of shape (n_words,)
        Those of each reading to fit it on.
    targets : sequence of ndarray of bool, each of shape (n_words,)
        What to tell of them.
    """
    matrix = vstack([reading.matrix[mine] for reading, mine in zip(readings, words, strict=True)], format="csr")
    states = np.concatenate([reading.states[mine] for reading, mine in zip(readings, words, strict=True)])
    marks = np.concatenate([reading.marks[mine] for reading, mine in zip(readings, words, strict=True)])
    target = np.concatenate([each[mine] for each, mine in zip(targets, words, strict=True)])
    weight = np.where(marks == ARGUABLE, _DOUBTFUL, 1).astype(np.float32)
    by_word, by_state = word_weights(matrix, states, target, weight)
    return inside_head(np.float32(WORD_SHARE) * by_word[None], by_state[None])


def log_odds(head: InsideHead, reading: Reading) -> Floats:
    """What a head of one row gives for the words of a reading, shape (n_words,)."""
    by_word = np.concatenate([head.positions[0], head.hashed[0]])
    odds: Floats = reading.matrix @ by_word + reading.states.astype(np.float32) @ head.states[0] + head.bias[0]
    return odds
