"""A text cut wherever a span begins or ends, so that overlapping spans can be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vitallies.types import Analysis, AnnotatedSpan


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a turn over which the same spans hold.

    Parameters
    ----------
    text : str
        The words.
    spans : tuple of AnnotatedSpan
        The spans that cover it.
    ending : tuple of AnnotatedSpan
        Those of them that end with it.
    """

    text: str
    spans: tuple[AnnotatedSpan, ...] = ()
    ending: tuple[AnnotatedSpan, ...] = ()


def turn_pieces(analysis: Analysis) -> Iterator[list[Piece]]:
    """The pieces of each turn, in order; only selected spans are shown.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Yields
    ------
    list of Piece
        Their texts joined are the text of the turn.
    """
    spans_of: dict[int, list[AnnotatedSpan]] = {}
    for span in analysis.spans:
        if span.selected:
            spans_of.setdefault(span.turn, []).append(span)
    for number, turn in enumerate(analysis.transcript.turns):
        yield _cut(turn.text, spans_of.get(number, ()))


def _cut(text: str, spans: Sequence[AnnotatedSpan]) -> list[Piece]:
    cuts = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    waiting = sorted(spans, key=lambda span: (span.start, -span.end), reverse=True)
    pieces = []
    covering: list[AnnotatedSpan] = []
    for start, end in pairwise(cuts):
        covering = [span for span in covering if span.end > start]
        while waiting and waiting[-1].start == start:
            covering.append(waiting.pop())
        pieces.append(Piece(text[start:end], tuple(covering), tuple(span for span in covering if span.end == end)))
    return pieces
