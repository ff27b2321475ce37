"""Chats with day and time of day in front of each message, without brackets: WhatsApp's export on Android, and logs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from vitallies.transcripts import blocks, clock, cues, markdown, speakers
from vitallies.transcripts.dates import date_in
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import filled
from vitallies.types import Transcript

_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_ZONE = r"(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_HEADING = re.compile(rf"(?P<day>{_DAY})(?:,? |T){clock.CLOCK}{_ZONE}(?P<dash> [-–—])?:? (?P<message>\S.*)")
_TITLE = 1
"""Lines that may stand above the first message."""
_FEWEST = 2
"""Messages of whoever writes most: with fewer it may be an agenda."""


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a message; what the program says itself is counted."""
    found = filled(markdown.lines(source))
    lines = [line for line in found if not _is_system(line)]
    source.skipped["system messages"] += len(found) - len(lines)
    headings = [match for match in map(_HEADING.fullmatch, lines) if match]
    if not headings:
        raise source.error("has no lines that say who writes, and on which day: give another format=", code="chat")
    yield cues.transcript(source, _cues(source, lines, headings), date=date_in(headings[0]["day"]))


def _is_system(line: str) -> bool:
    """Whether a line is WhatsApp's own, which has a dash and names whoever writes."""
    match = _HEADING.fullmatch(line)
    return match is not None and bool(match["dash"]) and ":" not in match["message"]


def _cues(source: Source, lines: Sequence[str], headings: Sequence[re.Match[str]]) -> Iterator[cues.Cue]:
    messages = [heading["message"] for heading in headings]
    names = speakers.roster(messages, filter(None, map(speakers.label, messages)))
    starts = iter(clock.since_first(headings, [heading["day"] for heading in headings]))
    begun = False
    for line in lines:
        if heading := _HEADING.fullmatch(line):
            begun = True
            name, words = speakers.split(heading["message"], names)
            yield cues.Cue(words, name, next(starts), unnamed=name is None)
        elif begun:
            yield cues.Cue(line)
        else:
            source.skipped["headers"] += 1


def _recognises(source: Source) -> bool:
    lines = filled(markdown.sample_lines(source))
    headings = {place: match for place, line in enumerate(lines) if (match := _HEADING.fullmatch(line))}
    names = Counter(filter(None, (speakers.label(match["message"]) for match in headings.values())))
    # An agenda with days names each matter once, stands below other words, and above those of others with names.
    is_chat = min(headings, default=_TITLE + 1) <= _TITLE and max(names.values(), default=0) >= _FEWEST
    others = sum(speakers.label(line) is not None for place, line in enumerate(lines) if place not in headings)
    # Of a group's first messages many are the program's: who is in it.
    are_named = names.total() > others and 4 * names.total() > len(headings)
    return is_chat and are_named and blocks.are_enough(list(headings), len(lines))


FORMAT = Format(
    name="dated-chat",
    suffixes=(),
    description="WhatsApp's export on Android, and other chats with day and time in front of  Name: text",
    read=read,
    recognises=_recognises,
    follows=("https://github.com/rodrigogs/whats-reader/tree/main/examples/parser-tests",),
)
