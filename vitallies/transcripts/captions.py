"""Files of captions: which lines are shown at which times, read with more patience than their rules ask for."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from vitallies.transcripts import times
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced

ARROW = re.compile(r"\s*(-?\d[\d:.,]*)\s*-->\s*(-?[\d:.,]+)")
"""The line of times of WebVTT and SubRip, right or wrong: 00:00:01.000 --> 00:00:02,5"""
_NUMBER = re.compile(r"\s*\d{1,9}\s*")
_NAME = re.compile(r"\s*(?:\d{1,9}|[\da-f]{8}-[\da-f-]{27}/\d+-\d+)\s*")
"""What names a caption and is never said: a number, and what Teams puts there."""
# Only what captions know is markup: whoever types "I <3 it" keeps the words.
_MARKUP = re.compile(r"</?(?:c|i|b|u|s|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.,]*>|\{\\[^{}]*\}", re.IGNORECASE)
_MOST_ROWS = 8
"""More rows than any screen shows of captions that roll."""


@dataclass(slots=True)
class Caption:
    """The lines that are shown from one time to another; ``name`` is what stands above its times.

    ``speaker`` is who says them where more than the lines tells it: empty for somebody whom the file does not name.
    """

    lines: list[str]
    start: float | None = None
    end: float | None = None
    name: str = ""
    speaker: str | None = None


@dataclass(slots=True)
class Notes:
    """What is no caption, and what was doubted."""

    skipped: Counter[str] = field(default_factory=Counter)
    loose: list[int] = field(default_factory=list)
    untimed: list[int] = field(default_factory=list)

    def report(self, source: Source) -> None:
        """Hand all to the source."""
        source.skipped.update(self.skipped)
        if self.loose:
            message = f"{len(self.loose)} lines stand apart from times and were taken for words of the caption before"
            source.warn(f"{message}: look whether they were said", line=self.loose[0], code="loose-lines")
        if self.untimed:
            message = f"{len(self.untimed)} captions have a time that cannot be read and were left without it"
            source.warn(f"{message}: correct or export them again", line=self.untimed[0], code="bad-times")


@dataclass(slots=True)
class Block:
    """Lines that stand together; without ``times`` it is no caption, or the part of one behind an empty line."""

    number: int
    lines: list[str]
    times: tuple[str, str] | None = None
    name: str = ""


def blocks(text: str, timing: re.Pattern[str] = ARROW) -> Iterator[Block]:
    """Cut a text where a line is empty and where times stand, which may follow the words before without such a line."""
    block: Block | None = None
    for number, line in enumerate(_lines(text), 1):
        found = timing.match(line)
        if found is not None:
            name = "" if block is None else _name_below(block)
            if block is not None and (block.times or block.lines):
                yield block
            block = Block(number, [], (found[1], found[2]), name)
        elif not line:
            if block is not None:
                yield block
            block = None
        elif block is None:
            block = Block(number, [line])
        else:
            block.lines.append(line)
    if block is not None:
        yield block


def _lines(text: str) -> Iterator[str]:
    """The lines, one at a time: all of them would take more memory than the text."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _name_below(block: Block) -> str:
    """Take off a block what names the caption below it: its only line, or a number where captions are numbered."""
    alone = block.times is None and len(block.lines) == 1
    numbered = block.lines and _NUMBER.fullmatch(block.lines[-1]) and (not block.times or _NUMBER.fullmatch(block.name))
    return block.lines.pop() if alone or numbered else ""


def captions(found: Iterable[Block], notes: Notes) -> Iterator[Caption]:
    """The blocks that have times as captions; lines that stand apart from any times go with the caption before."""
    caption: Caption | None = None
    for block in found:
        if block.times is not None:
            if caption is not None:
                yield caption
            start, end = map(_seconds, block.times)
            if start is None or end is None:
                notes.untimed.append(block.number)
            caption = Caption(block.lines, start, end, block.name.strip())
        elif caption is None:
            notes.skipped["headers"] += len(block.lines)
        elif len(block.lines) > 1 or not _NAME.fullmatch(block.lines[0]):  # which belongs to the caption behind
            # Where every line is followed by an empty one, that is no doubt about the words.
            if caption.lines:
                notes.loose += range(block.number, block.number + len(block.lines))
            caption.lines += block.lines
    if caption is not None:
        yield caption


def _seconds(time: str) -> float | None:
    seconds = times.seconds(time)
    return None if seconds is None else round(seconds, 3)


def plain(line: str) -> str:
    """A line as it is shown: without markup, each white space one space.

    >>> plain("<i>I &lt;3</i>  <c.x>the</c><00:00:01.500> quiet")
    'I <3 the quiet'
    """
    return one_spaced(html.unescape(_MARKUP.sub("", line)))


def rolls(shown: Iterable[Caption]) -> bool:
    """Whether captions roll: half of them or more show again what the one before ended with, and then go on."""
    before: list[str] = []
    total = again = longer = 0
    for caption in shown:
        lines = _shown(caption)
        if lines:
            new = _new(lines, before)
            total += 1
            again += new != lines
            longer += bool(new) and new != lines
            before = lines
    return again > 1 and longer > 0 and 2 * again >= total - 1


def unrolled(shown: Iterable[Caption], notes: Notes) -> Iterator[Caption]:
    """Captions that roll, each without what the one before showed already."""
    before: list[str] = []
    for caption in shown:
        lines = _shown(caption)
        new = _new(lines, before)
        notes.skipped["repeated lines"] += len(lines) - len(new)
        before = lines or before
        yield replace(caption, lines=[html.escape(line, quote=False) for line in new])


def _shown(caption: Caption) -> list[str]:
    return [line for line in map(plain, caption.lines) if line]


def _new(lines: list[str], before: list[str]) -> list[str]:
    """The lines behind those with which the caption before ended."""
    for rows in range(min(len(lines), len(before), _MOST_ROWS), 0, -1):
        if lines[:rows] == before[-rows:]:
            return lines[rows:]
    return lines
