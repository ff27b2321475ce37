"""Otter's text: a line with the name and the time, the words below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitallies.transcripts import blocks, cues, markdown, times
from vitallies.transcripts.dates import date_in, written_date
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_NAMED = re.compile(rf"(?P<name>\S.{{0,119}}?)(?:\s{{2,20}}|\t)(?P<start>{times.ELAPSED})", re.ASCII).fullmatch
_UNNAMED = re.compile(rf"(?P<start>{times.ELAPSED})", re.ASCII).fullmatch
_FOOTER = re.compile(r"transcribed by https?://otter\.ai/?", re.IGNORECASE)


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; what stands in front of the first name is counted."""
    lines = markdown.lines(source)
    heading = _NAMED if any(_NAMED(line.strip()) for line in lines) else _UNNAMED
    front = blocks.front(lines, heading)
    dates = [date_in(line) or written_date(line) for line in front]
    # The title stands on the line above the day.
    title = front[0] if len(front) > 1 and dates[1] else None
    said = blocks.said_in(lines, heading, source.skipped, {"footers": _FOOTER})
    yield cues.transcript(source, said, title=title, date=next(filter(None, dates), None))


def _recognises(source: Source) -> bool:
    if blocks.are_in(source, _NAMED):
        return True
    return any(map(_FOOTER.search, source.sample_text.split("\n"))) and blocks.are_in(source, _UNNAMED)


FORMAT = Format(
    name="otter",
    suffixes=(),
    description="Otter's text: name and time on a line, the words below",
    read=read,
    recognises=_recognises,
    follows=(
        "https://github.com/TrustInsights/otter-transcript-splitter/blob/957953cb2c91dc0949150710ea81a4f296ade72d/transcript-splitter.py",
    ),
)
