"""Captions that Zoom's program saves: name in brackets and time of day on a line, the words below."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitallies.transcripts import blocks, clock, cues, markdown
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_HEADING = re.compile(rf"\[(?P<name>.{{1,120}})\] (?=\d{{1,2}}:\d\d:\d\d){clock.CLOCK}")
"""With its seconds: others may be minutes and seconds from the beginning."""


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; times are in seconds from the first."""
    since = clock.Since()
    said = blocks.said_in(
        markdown.lines(source), _HEADING.fullmatch, source.skipped, time=lambda match: since(clock.time_of_day(match))
    )
    yield cues.transcript(source, said)


FORMAT = Format(
    name="zoom-captions",
    suffixes=(),
    description="captions that Zoom's program saves: name in brackets and time of day on a line, the words below",
    read=read,
    recognises=lambda source: blocks.are_in(source, _HEADING.fullmatch),
    follows=(
        "https://github.com/graytonio/meet-summary/blob/5bdb1fd50865d25d1a5ecafe396e83fce0ec5e9e/meeting_saved_closed_caption.txt",
    ),
)
