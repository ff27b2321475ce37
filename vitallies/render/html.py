"""An analysis as a self-contained HTML fragment."""

from __future__ import annotations

from html import escape

from vitallies.labels import ASSUMPTION, DEFINITIONS, LAYER_OF
from vitallies.render.look import COLOURS, tag
from vitallies.render.pieces import Piece, turn_pieces
from vitallies.types import Analysis, Turn

_STYLE = """\
.vitallies { font: 16px/1.7 system-ui, sans-serif; color: #1f1f1f; background: #fff; padding: 1em; }
.vitallies p { margin: 0 0 .8em; white-space: pre-wrap; overflow-wrap: anywhere; }
.vitallies .who { font-weight: 600; color: #444; }
.vitallies .who time { font-weight: 400; color: #6b6b6b; }
.vitallies mark { color: inherit; background: none; padding: .1em 0; }
.vitallies small { font-size: .7em; font-weight: 600; border-radius: .3em; padding: .1em .4em; margin: 0 .2em; }
.vitallies small { color: #fff; white-space: nowrap; }
"""


def analysis_html(analysis: Analysis) -> str:
    """The turns with their spans marked.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    str
        A ``div`` that brings its own style and fetches nothing. A span of the assumption layer is shaded, one of the
        framing layer is underlined, so that both show where they overlap; behind each span stands its label.
    """
    turns = "\n".join(
        f"<p>{_who(turn)}{''.join(map(_piece, pieces))}</p>"
        for turn, pieces in zip(analysis.transcript.turns, turn_pieces(analysis), strict=True)
    )
    return f'<div class="vitallies">\n<style>\n{_STYLE}{_colours()}</style>\n{turns}\n</div>\n'


def _colours() -> str:
    rules = []
    for label, colour in COLOURS.items():
        look = f"background: {colour}26" if LAYER_OF[label] == ASSUMPTION else f"border-bottom: 3px solid {colour}"
        rules += [f".vitallies mark.{label} {{ {look}; }}\n", f".vitallies small.{label} {{ background: {colour}; }}\n"]
    return "".join(rules)


def _who(turn: Turn) -> str:
    at = "" if turn.start is None else f" <time>{_clock(turn.start)}</time>"
    return f'<span class="who">{escape(turn.speaker or "")}{at}</span>\n' if turn.speaker or at else ""


def _clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


def _piece(piece: Piece) -> str:
    text = escape(piece.text)
    if not piece.spans:
        return text
    labels = " ".join(span.label for span in piece.spans)
    title = "\n".join(f"{tag(span)}, {span.score:.2f}: {DEFINITIONS[span.label]}" for span in piece.spans)
    tags = "".join(f'<small class="{span.label}">{escape(tag(span))}</small>' for span in piece.ending)
    return f'<mark class="{labels}" title="{escape(title)}">{text}</mark>{tags}'
