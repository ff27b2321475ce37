"""Layouts in which a line says who speaks and from when, and the words stand below it: what their readers share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from vitallies.transcripts import cues, markdown, times
from vitallies.transcripts.source import Source

Heading: TypeAlias = Callable[[str], re.Match[str] | None]
"""The match of a line without white space around it that is a heading; its groups: ``name``, ``start``, ``words``."""

_FEWEST = 2
_FRONT = 12
_LONGEST = 30
"""How few headings, how many lines in front and how many lines to a heading let a layout be recognised."""


def said_in(
    lines: Iterable[str],
    heading: Heading,
    skipped: Counter[str],
    footers: Mapping[str, re.Pattern[str]] | None = None,
    *,
    time: Callable[[re.Match[str]], float | None] = lambda match: times.seconds(match["start"]),
) -> Iterator[cues.Cue]:
    """The cues of lines; those in front of the first heading are counted as headers.

    Parameters
    ----------
    lines : iterable of str
    heading : callable
    skipped : Counter of str
    footers : mapping of str to re.Pattern, optional
        Sort → what lines of it match, whole, that are no speech.
    time : callable
        The seconds from the beginning that a heading tells, where it has no group ``start`` that does.
    """
    begun = False
    for line in map(str.strip, lines):
        match = heading(line)
        sort = next((sort for sort, pattern in (footers or {}).items() if pattern.fullmatch(line)), None)
        if match:
            begun = True
            groups = match.groupdict()
            yield cues.Cue(groups.get("words") or "", groups.get("name"), time(match))
        elif sort is not None or (line and not begun):
            skipped[sort or "headers"] += 1
        elif line:
            yield cues.Cue(line)


def front(lines: Iterable[str], heading: Heading) -> list[str]:
    """The lines in front of the first heading that are not blank."""
    found: list[str] = []
    for line in map(str.strip, lines):
        if heading(line):
            return found
        if line:
            found.append(line)
    return found


def are_in(source: Source, heading: Heading) -> bool:
    """Whether a file is made of such blocks: by its beginning two or more, most of them with words, little in front."""
    found = [heading(line) for line in map(str.strip, markdown.sample_lines(source)) if line]
    headings = [place for place, match in enumerate(found) if match]
    followed = sum(_has_words(found, place) for place in headings)
    return 2 * followed > len(headings) and are_enough(headings, len(found))


def are_enough(headings: Sequence[int], lines: int) -> bool:
    """Whether headings at such places, of so many lines that are not blank, show that a file is made of blocks.

    Minutes that quote a chat at their end are no chat, and a book with two such lines is no transcript.
    """
    if len(headings) < _FEWEST:
        return False
    return (headings[0] <= _FRONT or 4 * headings[0] <= lines) and _LONGEST * len(headings) >= lines - headings[0]


def _has_words(found: Sequence[re.Match[str] | None], place: int) -> bool:
    match = found[place]
    on_line = match is not None and match.groupdict().get("words")
    return bool(on_line) or (place + 1 < len(found) and found[place + 1] is None)
