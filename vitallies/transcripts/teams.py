"""Transcripts of Microsoft Teams and Word, as documents and text: who speaks and when on a line, the words below."""

from __future__ import annotations

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from vitallies.transcripts import cues, times
from vitallies.transcripts.dates import date_in, written_date
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_TIME = r"\d{1,3}:\d\d(?::\d\d)?"
_NAME_TIME = re.compile(rf"(?P<name>\S.{{0,119}}?)[ \t\xa0]{{3}}(?P<start>{_TIME})")
"""Anna Berg   0:03"""
_RANGE = re.compile(r"(?P<start>\d{1,3}(?::\d{1,2}){2}(?:\.\d+)?) --> (?P<end>\d{1,3}(?::\d{1,2}){2}(?:\.\d+)?)")
"""0:0:3.40 --> 0:0:7.5, the name on a line of its own below: Teams until 2023"""
_TIME_NAME = re.compile(r"(?P<start>\d\d:\d\d:\d\d) (?P<name>\S.{0,59})")
"""00:00:03 Speaker 1: what Word's Transcribe puts into a document"""
_SPELT = re.compile(rf"(?P<name>\S.{{0,119}}?) (?P<start>{times.SPELT})")
"""Anna Berg 0 minutes 3 seconds: what the web player reads aloud, copied with what it shows"""
_SHOWN = re.compile(rf"{times.SPELT}{_TIME}")
"""0 minutes 3 seconds0:03, below the name and perhaps its initials, which all come again in the next line"""
_UNPADDED = re.compile(r":\d(?!\d)")
_SYSTEM = re.compile(
    r".{1,120} (?:started|stopped) transcription|AI-generated content may be incorrect\.?", re.IGNORECASE
)
_OF_TRANSCRIPTION = re.compile(r"tran[sz]?[ck]ri|trascri|文字起こし|转录|轉錄", re.IGNORECASE)
_MOST_WORDS = 8
_LONGEST_NAME = 5
_MOST_INITIALS = 3
_WITHIN = 10
"""Lines among which the first heading stands: a title, the day and the like may be in front of it."""
_STAMP = re.compile(r"-\d{8}_\d{6}(?:UTC)?-.*")
"""What Teams puts behind the title of a meeting: -20260302_100203-Meeting Transcript"""


@dataclass(slots=True)
class _Block:
    """What stands below a heading."""

    name: str | None
    start: float | None
    end: float | None
    lines: list[str] = field(default_factory=list)


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue for each heading."""
    lines = [line.strip() for line in source.text().split("\n")]
    heading = _heading(lines)
    if heading is None:
        raise source.error("has no lines that say who speaks and when: give another format=", code="teams")
    lines = _unrepeated(lines)
    first = next(place for place, line in enumerate(lines) if heading.fullmatch(line))
    title, date = _front([line for line in lines[:first] if line], source.skipped)
    blocks = list(_blocks(lines[first:], heading, source.skipped))
    if heading is _RANGE:
        _name(blocks)
    said = (cues.Cue(" ".join(block.lines), block.name, block.start, block.end) for block in blocks)
    yield cues.transcript(source, said, title=title if heading is _NAME_TIME else None, date=date)


def _heading(lines: Sequence[str]) -> re.Pattern[str] | None:
    """Which of the headings the lines have, of which the first stands near the beginning; the player's anywhere."""
    # By the names that are shown too: "we ran it for 5 minutes" is no heading.
    if names := {re.escape(lines[name]) for _, name, _ in _shown(lines)}:
        return re.compile(rf"(?P<name>{'|'.join(sorted(names))}) (?P<start>{times.SPELT})")
    filled = [line for line in lines if line]
    front = filled[:_WITHIN]
    if any(_RANGE.fullmatch(line) for line in front) and any(map(_is_unpadded, filled)):
        return _RANGE
    if any(map(_NAME_TIME.fullmatch, front)):
        several = sum(map(bool, map(_NAME_TIME.fullmatch, filled))) > 1
        return _NAME_TIME if several or any(map(_SYSTEM.fullmatch, front)) else None
    found = [_TIME_NAME.fullmatch(line) for line in filled]
    headings = [match for match in found if match]
    # Words on the line of the time would have none below it.
    followed = sum(bool(match) and not below for match, below in itertools.pairwise(found))
    are_names = all(len(match["name"].split()) <= _LONGEST_NAME for match in headings)
    begins = any(match and match["start"].startswith("00:") for match in found[:_WITHIN])
    return _TIME_NAME if begins and are_names and followed == len(headings) > 1 else None


def _shown(lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where the player shows what it reads aloud in the line below: the places of a line above, of name and time."""
    filled = [place for place, line in enumerate(lines) if line]
    for above, name, time, below in zip(filled[:1] + filled, filled, filled[1:], filled[2:], strict=False):
        heading = _SPELT.fullmatch(lines[below]) if _SHOWN.fullmatch(lines[time]) else None
        if heading and heading["name"] == lines[name]:
            yield above, name, time


def _unrepeated(lines: Sequence[str]) -> list[str]:
    """The lines without those that only show what is read aloud: initials, name and time."""
    shown = list(_shown(lines))
    places = {place for _, name, time in shown for place in (name, time)}
    places |= {above for above, name, _ in shown if _are_initials(lines[above], lines[name])}
    return [line for place, line in enumerate(lines) if place not in places]


def _are_initials(line: str, name: str) -> bool:
    return len(line) <= _MOST_INITIALS and line.isupper() and {*line} <= {word[0].upper() for word in name.split()}


def _is_unpadded(line: str) -> bool:
    return _RANGE.fullmatch(line) is not None and _UNPADDED.search(line) is not None


def _front(lines: Iterable[str], skipped: Counter[str]) -> tuple[str | None, datetime.date | None]:
    """The title and the day that the lines in front of the first heading tell."""
    title, date = None, None
    for line in lines:
        if _SYSTEM.fullmatch(line):
            skipped["system messages"] += 1
            continue
        skipped["headers"] += 1
        title = title or _STAMP.sub("", line)
        date = date or date_in(line) or written_date(line)
    return title, date


def _blocks(lines: Sequence[str], heading: re.Pattern[str], skipped: Counter[str]) -> Iterator[_Block]:
    """The blocks of the lines, the first of which is a heading."""
    found = [heading.fullmatch(line) for line in lines]
    names = {match["name"] for match in found if match and heading is not _RANGE}
    block = None
    for before, line, match in zip(["", *lines], lines, found, strict=False):
        if match:
            if block is not None:
                yield block
            parts = match.groupdict()
            block = _Block(parts.get("name"), times.seconds(match["start"]), times.seconds(parts.get("end")))
        elif _is_system(line, names, is_paragraph=not before):
            skipped["system messages"] += 1
        elif block is not None and line:
            block.lines.append(line)
    if block is not None:
        yield block


def _is_system(line: str, names: Set[str], *, is_paragraph: bool) -> bool:
    """Whether a line is one of the program's own: that somebody began the transcription, in whichever language."""
    if _SYSTEM.fullmatch(line):
        return is_paragraph or any(map(line.startswith, names))
    about = is_paragraph and len(line.split()) <= _MOST_WORDS and _OF_TRANSCRIPTION.search(line)
    return bool(about) and any(map(line.startswith, names))


def _name(blocks: Sequence[_Block]) -> None:
    """Take the names off the lines below the times; a line that stands alone is one if it is another block's."""
    names = {block.lines[0] for block in blocks if len(block.lines) > 1}
    for block in blocks:
        if block.lines and block.lines[0] in names:
            block.name = block.lines.pop(0)


def _recognises(source: Source) -> bool:
    text = source.sample_text
    return "otter.ai" not in text and _heading([line.strip() for line in text.split("\n")]) is not None


FORMAT = Format(
    name="teams",
    suffixes=(),
    description="Teams and Word transcripts: who speaks and when on a line, the words below",
    read=read,
    recognises=_recognises,
    follows=(
        "https://github.com/gerlaxrex/parrot/blob/95e4dda715ed052a460ded111c5e68474d6217bd/parrot/transcript/microsoftstream.py",
        "https://github.com/junkofujiwara/teams-transcript-to-csv/blob/042bf6184df3ce92ad6eda288d61876b198a9fa2/sample.txt",
        "https://github.com/JBCodeBook/JRETranscript/blob/6ed13486c007335a5d1110d58cf8944b48371c33/create_transcript.py",
    ),
)
