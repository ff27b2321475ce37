"""Text of Rev and Descript: ``Name (00:05):`` and the words after it or below; and of Rev.ai, in columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitallies.transcripts import blocks, cues, markdown, speakers, times
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_NAME = r"(?P<name>\S.{0,119}?)"
_TIME = rf"(?P<start>{times.ELAPSED})"
_COLON = re.compile(rf"{_NAME}\s{{0,20}}[(\[]{_TIME}[)\]]\s*:\s*(?P<words>.*)", re.ASCII)
_PARAGRAPH = re.compile(rf"[(\[]{_TIME}[)\]]\s*:?\s*(?P<words>.*)", re.ASCII)
"""The next one of the same speaker."""
_NO_COLON = re.compile(rf"{_NAME}\s{{0,20}}[(\[]{_TIME}[)\]]", re.ASCII)
_COLUMNS = re.compile(rf"{_NAME}(?:\s{{2,20}}|\t){_TIME}(?:\s{{2,20}}|\t)(?P<words>.+)", re.ASCII)


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue for each heading and each paragraph with a time."""
    layout = _layout(source)
    if layout is None:
        raise source.error("has no lines  Name (00:05):  that say who speaks: give another format=", code="rev")
    lines = markdown.lines(source)
    said = blocks.said_in(lines, lambda line: layout(line) or _PARAGRAPH.fullmatch(line), source.skipped)
    yield cues.transcript(source, said)


def _layout(source: Source) -> blocks.Heading | None:
    """Which of the three a file has."""
    return next((layout for layout in (_with_colon, _in_columns, _alone) if blocks.are_in(source, layout)), None)


def _with_colon(line: str) -> re.Match[str] | None:
    match = _COLON.fullmatch(line)
    return match if match and not speakers.is_speech(match["name"]) else None


def _in_columns(line: str) -> re.Match[str] | None:
    return _COLUMNS.fullmatch(line)


def _alone(line: str) -> re.Match[str] | None:
    # A sentence could end in such a time, and a note: "Song: [04:47]".
    match = _NO_COLON.fullmatch(line)
    return match if match and ":" not in match["name"] and speakers.label(f"{match['name']}:") else None


FORMAT = Format(
    name="rev",
    suffixes=(),
    description="text of Rev and Descript: Name (00:05): and the words after it or below; Rev.ai's columns",
    read=read,
    recognises=lambda source: _layout(source) is not None,
)
