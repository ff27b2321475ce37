"""An analysis as coloured text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vitallies.labels import ASSUMPTION, DEFINITIONS, LABELS
from vitallies.render.look import COLOURS, name, tag
from vitallies.render.pieces import Piece, turn_pieces

if TYPE_CHECKING:
    from rich.style import Style
    from rich.text import Text

    from vitallies.types import Analysis

_HARMLESS: Final = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)), "\ufffd")
"""Control characters of a transcript would steer the terminal."""


def analysis_text(analysis: Analysis) -> Text:
    """The turns with their spans marked, and a legend of the labels that occur.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    rich.text.Text
        A span of the assumption layer has its colour behind the letters, one of the framing layer is underlined, so
        that both show where they overlap; behind each span stands its label, which a terminal without colour shows too.
    """
    from rich.text import Text

    lines = []
    for turn, pieces in zip(analysis.transcript.turns, turn_pieces(analysis), strict=True):
        line = Text()
        if turn.speaker:
            line.append(f"{turn.speaker}: ".translate(_HARMLESS), style="bold")
        for piece in pieces:
            line.append(piece.text.translate(_HARMLESS), style=_words(piece))
            for span in piece.ending:
                line.append(f"[{tag(span)} {span.score:.2f}]", style=_paint(span.label))
        lines.append(line)
    found = {span.label for span in analysis.spans if span.selected}
    legend = [
        Text.assemble((f" {name(label)} ", _paint(label)), f" {DEFINITIONS[label]}")
        for label in LABELS
        if label in found
    ]
    return Text("\n").join([*lines, Text(), *legend] if legend else lines)


def _words(piece: Piece) -> Style:
    from rich.style import Style

    styles = (_paint(span.label) if span.layer == ASSUMPTION else Style(underline=True) for span in piece.spans)
    return Style.combine([Style.null(), *styles])


def _paint(label: str) -> Style:
    from rich.style import Style

    return Style(color="#ffffff", bgcolor=COLOURS[label])
