"""Line the sentences and words of a Doc up with what readers marked in its transcript."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.boundaries import BoundaryModel
from vitallies.classify.frame import Frame, Ints
from vitallies.labels import ROLES
from vitallies.pipeline.context import CueMatcher, words_as_read
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.groups import CUE_SPANS, SENTENCES, TURNS
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.segment import segment
from vitallies.pipeline.tokens import TokenTable
from vitallies.training.documents import MentionSentence, as_recognised

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from vitallies.types import Transcript

NOTHING, ARGUABLE, CLEAR = 0, 1, 2
"""What a reader made of a sentence for a label."""

UNREAD = -1
"""Stands for the words of a sentence in which nobody looked for mentions of the people served."""


def staged(transcript: Transcript, boundaries: BoundaryModel, *, recognised: bool = False) -> Doc:
    """Return a transcript's Doc as the stages before the encoder leave it.

    Parameters
    ----------
    transcript : Transcript
    boundaries : BoundaryModel
    recognised : bool
        Take punctuation and capitals away first (apostrophes too in every second transcript, by its name).
    """
    if recognised:
        transcript = as_recognised(transcript, apostrophes=sum(transcript.id.encode()) % 2 == 0)
    doc = transcript_doc(transcript)
    segment(doc, boundaries)
    propose(doc)
    _matcher().mark(doc)
    return doc


@cache
def _matcher() -> CueMatcher:
    return CueMatcher(blank_english())


def word_offsets(doc: Doc) -> Ints:
    """Return the code point at which each word of the Doc's frame begins, shape (n_words,)."""
    _, tokens = words_as_read(TokenTable(doc), doc.spans[CUE_SPANS])
    return np.array([doc[token].idx for token in tokens.tolist()], np.intp)


def words_of_mentions(
    doc: Doc, frame: Frame, sentences: Iterable[MentionSentence]
) -> tuple[NDArray[np.bool_], NDArray[np.int8], NDArray[np.int8]]:
    """Tell where readers looked for mentions of the people served, and what they found.

    Parameters
    ----------
    doc : Doc
        As `staged` returns it.
    frame : Frame
        Of the Doc.
    sentences : iterable of MentionSentence

    Returns
    -------
    ndarray of bool, shape (n_sentences,)
        Which sentences of the frame they looked at, for the most part.
    ndarray of int8, shape (n_words,)
        CLEAR or ARGUABLE where a word belongs to a mention, NOTHING in the rest of these sentences, else UNREAD.
    ndarray of int8, shape (n_words,)
        The number in `ROLES` of those whom the mention names, -1 elsewhere.
    """
    starts = dict(zip(doc.spans[TURNS].attrs["numbers"], doc.spans[TURNS].attrs["starts"], strict=True))
    searched = [sentence for sentence in sentences if sentence.turn in starts]
    stretches = sorted((starts[one.turn] + one.start, starts[one.turn] + one.end) for one in searched)
    read = covered([(s.start_char, s.end_char) for s in doc.spans[SENTENCES]], stretches)[1]
    found = np.full(len(frame.words), UNREAD, np.int8)
    for first, last in frame.sentences[read].tolist():
        found[first:last] = NOTHING
    roles = np.full(len(frame.words), -1, np.int8)
    offsets = word_offsets(doc)
    for turn, mark in ((one.turn, mark) for one in searched for mark in one.mentions):
        marked = (offsets >= starts[turn] + mark.start) & (offsets < starts[turn] + mark.end) & (found != UNREAD)
        found[marked] = ARGUABLE if mark.arguable else CLEAR
        roles[marked] = ROLES.index(mark.role)
    return read, found, roles


def covered(
    stretches: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]
) -> tuple[list[range], NDArray[np.bool_]]:
    """For each stretch, the others (by number; sorted, apart) that it overlaps, and whether they cover half of it."""
    starts, ends = np.array(others, np.intp).reshape(-1, 2).T
    first = np.searchsorted(ends, [a for a, _ in stretches], side="right")
    last = np.searchsorted(starts, [b for _, b in stretches], side="left")
    near = [range(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    both = [sum(shared(stretch, others[i]) for i in mine) for stretch, mine in zip(stretches, near, strict=True)]
    return near, np.array([2 * all_of >= b - a for all_of, (a, b) in zip(both, stretches, strict=True)], bool)


def shared(a: tuple[int, int], b: tuple[int, ...]) -> int:
    """How many code points two stretches share."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))
