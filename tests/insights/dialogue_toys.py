"""Meetings written as lines of ``Name: text``, with their spans in braces."""

import re

from vitallies.labels import LAYER_OF, STANCES
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

_SPAN = re.compile(r"\{(?:([A-Z_]+)\|)?([^{}]*)\}")


def meeting(*lines: str, name: str = "m1", score: float = 0.5, sides=(), selected=True) -> Analysis:
    """Build an analysis.

    ``{words}`` is an asserted vital lie, ``{REJECTED|words}`` one of another stance, ``{CHALLENGE|words}`` a span of
    another label. A line that begins with ``:`` has no speaker; ``sides`` gives names of customers.
    """
    turns, spans = [], []
    for number, line in enumerate(lines):
        speaker, marked = line.split(":", 1)
        speaker, text = speaker or None, ""
        at = 0
        marked = marked.strip()
        for found in _SPAN.finditer(marked):
            text += marked[at : found.start()]
            tag, words = found[1] or "ASSERTED", found[2]
            lie = tag in STANCES
            label = "VITAL_LIE" if lie else tag
            about = {"kind": "EXCUSE", "stance": tag} if lie else {}
            place = (number, len(text), len(text) + len(words), words)
            spans.append(AnnotatedSpan(name, *place, label, LAYER_OF[label], score, selected, speaker=speaker, **about))
            text += words
            at = found.end()
        turns.append(Turn(text + marked[at:], speaker, side="customer" if speaker in sides else None))
    return Analysis(Transcript(name, turns), spans, "toy")
