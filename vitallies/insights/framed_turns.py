"""Turns of ours, word by word, with what frames the people served in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitallies.labels import FRAMING
from vitallies.transcripts.doubts import left_unread
from vitallies.types import Analysis, AnnotatedSpan, Turn

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class FramedTurn:
    """A turn of ours with its words and its framing.

    Parameters
    ----------
    number : int
        Of the turn in the transcript, from 0.
    turn : Turn
        What was said.
    before : int
        Words of ours in front of it.
    starts : ndarray of int, shape (n_words,)
        Offset of each word, in code points.
    spans : list of (AnnotatedSpan, int, int)
        In reading order, each with the words that are its own: from the first up to and without the second, counted in
        the turn. A word that two spans touch belongs to the one in front.
    """

    number: int
    turn: Turn
    before: int
    starts: NDArray[np.intp]
    spans: list[tuple[AnnotatedSpan, int, int]]


def our_turns(analysis: Analysis) -> Iterator[tuple[int, Turn]]:
    """Yield our turns with their numbers: what figures are shares of.

    Turns of the customer's side are left out, and all of a meeting that was left unlabelled for its language.
    """
    if not left_unread(analysis.transcript):
        for number, turn in enumerate(analysis.transcript.turns):
            if turn.side != "customer":
                yield number, turn


def framed_turns(analysis: Analysis) -> list[FramedTurn]:
    """Return the turns of ours that hold a word, each with its selected spans of the framing layer.

    Words are what white space separates. What `our_turns` leaves out is left out with the spans in it.
    """
    spans: dict[int, list[AnnotatedSpan]] = {}
    for span in analysis.spans:
        if span.selected and span.layer == FRAMING and not span.text.isspace():
            spans.setdefault(span.turn, []).append(span)
    found: list[FramedTurn] = []
    before = 0
    for number, turn in our_turns(analysis):
        starts = np.fromiter((word.start() for word in _WORD.finditer(turn.text)), np.intp)
        if not len(starts):
            continue
        framed: list[tuple[AnnotatedSpan, int, int]] = []
        taken = 0
        for span in sorted(spans.get(number, ()), key=lambda span: span.start):
            at = span.start + len(span.text) - len(span.text.lstrip())
            first = max(int(np.searchsorted(starts, at, "right")) - 1, taken)
            taken = int(np.searchsorted(starts, span.end))
            framed.append((span, first, taken))
        found.append(FramedTurn(number, turn, before, starts, framed))
        before += len(starts)
    return found
