"""Plain text and Markdown: lines ``Name: text``, perhaps with a time in front; or paragraphs that name nobody."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from vitallies.transcripts import cues, markdown, speakers, times
from vitallies.transcripts.dates import MONTH, date_in, written_date
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_ELAPSED = rf"(?:{times.ELAPSED}|\d{{1,6}}\.\d{{1,6}})"
_TO = rf"(?:\s*(?:-->|-|–|—|to)\s*(?P<end>{_ELAPSED}))?"
_IN_BRACKETS = re.compile(rf"\s*[\[(]\s*(?P<start>{_ELAPSED}){_TO}\s*[\])](?:\s*[-–—](?=\s))?\s*", re.ASCII)
_BARE = re.compile(rf"\s*(?P<start>{times.ELAPSED}){_TO}(?:\s*[-–—](?=\s)|(?=\s|$))\s*", re.ASCII)
_STAMPED = re.compile(
    r"\W{0,3}(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\W{1,2})?"
    rf"(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}|\d{{1,4}}:\d\d|(?:\d{{1,2}}[ -])?{MONTH}[ -]\d{{1,4}})\b",
    re.ASCII,
)
"""What begins with a day or a time, however a program writes it."""
_FEWEST, _TO_ONE = 2, 3
"""How few such lines, and how many lines to one of them, make it no chance."""
_FOOTER = re.compile(r"transcribed by https?://otter\.ai/?", re.IGNORECASE)
_WITH_HOURS = 2
"""Colons of a time that no sentence is likely to consist of."""
_LISTS = frozenset({"agenda", "attendees", "participants", "present", "speakers"})
_TITLES = frozenset({"title", "meeting", "meeting title", "subject"})


@dataclass(slots=True)
class About:
    """What the headers of a text tell of the meeting."""

    title: str | None = None
    date: datetime.date | None = None

    def note(self, name: str, value: str) -> None:
        """Take over what a header holds, unless it is known."""
        if name in _TITLES:
            self.title = self.title or value or None
        elif name in {"date", "recorded on", "recorded"}:
            self.date = self.date or date_in(value) or written_date(value)


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a turn a named speaker, or a turn a paragraph where nobody is named."""
    about = About()
    lines = Lines(source.text())
    bold = set(filter(None, map(markdown.bold_label, lines)))
    said = said_in(markdown.without_markup(source, lines), source.skipped, about, bold)
    transcript = cues.transcript(source, _doubted(source, said, lines))
    yield replace(transcript, title=about.title, date=about.date or transcript.date)


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text, cut off as they are asked for: a list of short ones takes many times the text's memory."""

    text: str

    def __iter__(self) -> Iterator[str]:
        start = 0
        while (end := self.text.find("\n", start)) >= 0:
            yield self.text[start:end]
            start = end + 1
        yield self.text[start:]


def said_in(
    lines: Iterable[str], skipped: Counter[str], about: About | None = None, marked: Iterable[str] = ()
) -> Iterator[cues.Cue]:
    """The cues of lines of text.

    Parameters
    ----------
    lines : iterable of str
        Gone through more than once.
    skipped : Counter of str
        Where headers and footers are counted.
    about : About, optional
        Where to note what headers tell; without one, no line is taken for a header.
    marked : iterable of str
        Names that are marked as such.
    """
    names = speakers.roster((words for _, words in _timed(lines)), {*marked, *_named_after_times(lines)})
    in_front, in_header, paragraph, waiting = about is not None and bool(names), False, True, None
    for time, words in _timed(lines):
        if not words:
            # A time on a line of its own belongs to what comes next.
            waiting, paragraph, in_header = time or waiting, paragraph or not time, False
            continue
        if _FOOTER.fullmatch(words):
            skipped["footers"] += 1
            continue
        speaker, spoken = speakers.split(words, names)
        if in_front and about is not None and speaker is None:
            header = speakers.header(words)
            if header is not None or in_header:
                skipped["headers"] += 1
                about.note(*header or ("", ""))
                # Those present may stand on the lines below.
                in_header = in_header if header is None else header[0] in _LISTS and not header[1]
                continue
        in_front = in_front and speaker is None
        within = _IN_BRACKETS.match(spoken) if speaker and not time else None
        if within:
            time, spoken = within, spoken[within.end() :]
        start, end = _seconds(time or waiting)
        yield cues.Cue(spoken, speaker, start, end, paragraph=paragraph)
        paragraph, waiting = False, None


def _doubted(source: Source, said: Iterable[cues.Cue], lines: Iterable[str]) -> Iterator[cues.Cue]:
    """The cues as they are, with a doubt in the end where many lines have a day or a time, and nobody is named."""
    named = False
    for cue in said:
        named = named or cue.speaker is not None
        yield cue
    stamped = 0 if named else sum(_STAMPED.match(line) is not None for line in lines)
    if stamped >= max(_FEWEST, sum(bool(line.strip()) for line in lines) / _TO_ONE):
        fault = f"nobody is named, though {stamped} lines begin with a day or a time"
        source.warn(f"{fault}: write  Name: text  behind each, or give another format=", code="no-speaker")


def _named_after_times(lines: Iterable[str]) -> set[str]:
    """What stands between a time and a colon, where that is so behind all of two times or more."""
    labels = Counter(speakers.label(words) for time, words in _timed(lines) if time and words)
    return {label for label in labels if label} if labels.total() > 1 and None not in labels else set()


def _timed(lines: Iterable[str]) -> Iterator[tuple[re.Match[str] | None, str]]:
    """The time that each line begins with, if it does, and its words.

    A time without brackets counts where half of the lines begin with one, or where it stands alone.
    """
    filled = bare = alone = 0
    for line in lines:
        filled += bool(line.strip())
        if match := _BARE.match(line):
            bare += 1
            alone += match.end() == len(line)
    leading = bare > 1 and 2 * bare >= filled
    for line in lines:
        match = _IN_BRACKETS.match(line) or _BARE.match(line)
        if match and match.re is _BARE and not leading:
            is_time = match.end() == len(line) and (alone > 1 or match["start"].count(":") == _WITH_HOURS)
            match = match if is_time else None
        yield match, line[match.end() if match else 0 :].strip()


def _seconds(time: re.Match[str] | None) -> tuple[float | None, float | None]:
    return (None, None) if time is None else (times.seconds(time["start"]), times.seconds(time["end"]))


FORMAT = Format(
    name="text",
    suffixes=(".txt", *markdown.SUFFIXES),
    description="plain text and Markdown: lines of the form  Name: text  or  [00:00:05] Name: text, or paragraphs",
    read=read,
)
