"""Plain text: lines ``Name: text``, perhaps with a time in front; or paragraphs where nobody says who speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set

from vitallies.transcripts import cues, speakers
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_TIME = re.compile(r"\s*[\[(](?:(\d{1,3}):)?([0-5]?\d):([0-5]\d(?:\.\d{1,6})?)[\])]\s*")


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a turn a named speaker, or a turn a paragraph where nobody is named."""
    lines = source.text().split("\n")
    names = speakers.roster(_timed(line)[1] for line in lines)
    yield cues.transcript(source, _cues(lines, names, source.skipped))


def _cues(lines: list[str], names: Set[str], skipped: Counter[str]) -> Iterator[cues.Cue]:
    paragraph, named, waiting = True, False, None
    for line in lines:
        if not line.strip():
            paragraph = True
            continue
        start, rest = _timed(line)
        if start is not None and not rest:
            # A time on a line of its own belongs to what comes next.
            waiting = start
            continue
        speaker, words = speakers.split(rest, names)
        named = named or speaker is not None
        if names and not named and speakers.is_header(rest):
            skipped["headers"] += 1
            continue
        yield cues.Cue(words, speaker, waiting if start is None else start, paragraph=paragraph)
        paragraph, waiting = False, None


def _timed(line: str) -> tuple[float | None, str]:
    """The seconds that a line begins with, if it does, and the rest of it."""
    match = _TIME.match(line)
    if match is None:
        return None, line.strip()
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds), line[match.end() :].strip()


FORMAT = Format(
    name="text",
    suffixes=(".txt",),
    description="plain text: lines of the form  Name: text  or  [00:00:05] Name: text",
    read=read,
)
