"""Fathom's transcript as copied: a line with the time and the name, the words below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitallies.transcripts import blocks, cues, markdown, speakers, times
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_HEADING = re.compile(rf"@?(?P<start>{times.ELAPSED})\s+-(?:\s+(?P<name>\S.{{0,119}}))?", re.ASCII)
_RECORDING = re.compile(r"VIEW RECORDING - \d+ min")
_NOTE = re.compile(
    r"^[ \t]*[A-Z]{4,20}(?: [A-Z]{4,20})?: [^\n]{1,2000}?(?:\n[^\n]{0,2000}?)?- WATCH: https?://\S+", re.MULTILINE
)
"""ACTION ITEM and SCREEN SHARING: what Fathom puts into the speech, which goes on behind it."""


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; the notes that Fathom puts between the words are counted."""
    text, notes = _NOTE.subn("", "\n".join(markdown.lines(source)))
    source.skipped["notes"] += notes
    lines = text.split("\n")
    front = blocks.front(lines, _HEADING.fullmatch)
    title = front[0] if len(front) > 1 and _RECORDING.match(front[1]) else None
    yield cues.transcript(source, blocks.said_in(lines, _HEADING.fullmatch, source.skipped), title=title)


def _recognises(source: Source) -> bool:
    if not blocks.are_in(source, _HEADING.fullmatch):
        return False
    lines = list(map(str.strip, markdown.sample_lines(source)))
    names = [match["name"] for match in map(_HEADING.fullmatch, lines) if match and match["name"]]
    # The chapters of a recording are headed so too, but each once.
    are_names = all(speakers.label(f"{name}:") for name in names) and len(set(names)) < len(names)
    return are_names or any(map(_RECORDING.match, lines))


FORMAT = Format(
    name="fathom",
    suffixes=(),
    description="Fathom's transcript as copied: time and name on a line, the words below",
    read=read,
    recognises=_recognises,
)
