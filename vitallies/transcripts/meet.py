"""Google Meet's transcript, a document exported as text: attendees in front, times on lines of their own."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from vitallies.transcripts import cues, markdown, speakers, text
from vitallies.transcripts.dates import date_in, written_date
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_TITLED = re.compile(r"(?P<title>\S.{0,200}?)\s*[-–:]\s*Transcript")
_BEGIN = re.compile(r"\W*Transcript\W*")
_ATTENDEES = re.compile(r"Attendees:?")
_GENERATED = re.compile(r"This editable transcript was computer generated and might contain errors\b.*")
_END = re.compile(r"(?:Meeting|Transcription) ended after \d+:\d\d(?::\d\d)?\W*")
_WHEN = re.compile(r"\s*(?:[-–]\s*)?\(?\d{4}[-/]\d\d[-/]\d\d \d\d:\d\d\b[^()]*\)?$")
_RULE = re.compile(r"`{3}.*|-{3,}")


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; what stands in front of the words, and below their end, is counted."""
    raw = source.text().split("\n")
    lines = _plain(raw)
    begin, end = _extent(lines)
    front = [line for line in lines[:begin] if line]
    body = ["" if _GENERATED.fullmatch(line) else line for line in lines[begin:end]]
    source.skipped["headers"] += len(front)
    source.skipped["footers"] += sum(map(bool, lines[end:])) + sum(map(bool, lines[begin:end])) - sum(map(bool, body))
    title, date = _about(front)
    marked = {label for label in map(markdown.bold_label, raw) if label} | _attendees(front, body)
    said = text.said_in(body, source.skipped, marked=marked)
    yield cues.transcript(source, said, title=title, date=date)


def _plain(raw: Sequence[str]) -> list[str]:
    """The lines without the markup of an export as Markdown, headings among them, which may be times."""
    plain = (markdown.unmarked(line).strip().lstrip("#").strip() for line in raw)
    return ["" if _RULE.fullmatch(line) else line for line in plain]


def _extent(lines: Sequence[str]) -> tuple[int, int]:
    """The places where the words begin and where they end."""
    end = next((place for place in reversed(range(len(lines))) if _END.fullmatch(lines[place])), len(lines))
    begin = 0
    for place, line in enumerate(lines[:end]):
        if _ATTENDEES.fullmatch(line):
            begin = next((below for below in range(place + 1, end) if lines[below]), place) + 1
        # The note that it was generated stands in front of the words or behind them.
        elif _BEGIN.fullmatch(line) or _TITLED.fullmatch(line) or (_GENERATED.fullmatch(line) and 2 * place < end):
            begin = place + 1
    return begin, end


def _about(front: Sequence[str]) -> tuple[str | None, datetime.date | None]:
    titles = [match["title"] for match in map(_TITLED.fullmatch, front) if match]
    dates = (date_in(line) or written_date(line) for line in front)
    return (_WHEN.sub("", titles[-1]) or None) if titles else None, next(filter(None, dates), None)


def _attendees(front: Sequence[str], body: Sequence[str]) -> set[str]:
    """The labels of lines that stand in front of the words too, between commas or the ends of a line."""
    listed = f", {', '.join(front)}, "
    return {label for label in map(speakers.label, body) if label and f", {label}, " in listed}


def _recognises(source: Source) -> bool:
    lines = _plain(source.sample_text.split("\n"))
    if any(_GENERATED.fullmatch(line) or _END.fullmatch(line) for line in lines):
        return True
    return any(map(_ATTENDEES.fullmatch, lines)) and any(_BEGIN.fullmatch(x) or _TITLED.fullmatch(x) for x in lines)


FORMAT = Format(
    name="google-meet",
    suffixes=(),
    description="Google Meet's transcript, the document exported as text or Markdown",
    read=read,
    recognises=_recognises,
    follows=(
        "https://github.com/0xPolygon/Polygon-Improvement-Proposals/blob/main/Project%20Management/Polygon%20Protocol%20Governance%20Calls/25_PPGC_Transcript.md",
        "https://github.com/containers/podman.io/blob/main/static/data/meetings/notes/2023-04-20/index.md",
    ),
)
