"""Which column of a table holds what: by name, as the caller says, or by what the cells hold."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from vitallies.errors import DataError, UsageError
from vitallies.transcripts import times
from vitallies.transcripts.spaces import one_spaced

Row = Sequence[object]

_FIELDS = ("text", "speaker", "start", "end", "id")
_LISTS = (*_FIELDS, "milliseconds", "seconds")
HEADER_WITHIN = 20
"""Rows among which the header is looked for: a title or a date may stand above it."""
_LONGEST_NAME = 5
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BETWEEN = re.compile(r"[-_.:/()\[\]]")
_SENTENCE_END = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of what a row holds, None for what it lacks.

    Parameters
    ----------
    text, speaker, start, end, id : int, optional
    unit : float, optional
        The seconds of a bare number in a column of times, where its name tells.
    """

    text: int
    speaker: int | None = None
    start: int | None = None
    end: int | None = None
    id: int | None = None
    unit: float | None = None

    def places(self) -> list[int]:
        """The places of all that a row holds."""
        places = (self.text, self.speaker, self.start, self.end, self.id)
        return [place for place in places if place is not None]


def found(rows: Sequence[Row], given: Mapping[str, str]) -> tuple[int, Columns] | None:
    """How many rows stand before the first utterance, and the columns; None where the rows do not tell.

    Parameters
    ----------
    rows : sequence of rows
        From the beginning; blank ones among them do no harm.
    given : mapping of str to str
        What the caller says: ``text``, ``speaker``, ``start``, ``end`` or ``id`` → the name in the header.

    Raises
    ------
    UsageError
        Where the caller names something that a transcript does not hold.
    """
    if unknown := [field for field in given if field not in _FIELDS]:
        raise UsageError(f"columns may name {', '.join(_FIELDS)}, not {', '.join(map(repr, unknown))}")
    filled = [row for row in rows if any(map(text_of, row))]
    for number, row in enumerate(rows[:HEADER_WITHIN], 1):
        columns = named(row, given)
        # Below the first row, one cell with such a name may be what somebody says.
        if columns is not None and (row is filled[0] or given or len(columns.places()) > 1):
            return number, columns
    guess = None if given else _guessed(filled)
    return None if guess is None else (0, guess)


def named(header: Row, given: Mapping[str, str]) -> Columns | None:
    """The columns of a header row, by ``columns.json`` where the caller does not say; None without one of text."""
    cells = [text_of(cell) for cell in header]
    words = [_words(cell) for cell in cells]
    places: dict[str, int] = {}
    for field in _FIELDS:
        asked = given.get(field)
        wanted: Iterable[object] = _lists()[field] if asked is None else [asked]
        held: Sequence[object] = [name for name, _ in words] if asked is None else cells
        free = (held.index(name) for name in wanted if name in held and held.index(name) not in places.values())
        place = next(free, None)
        if place is not None:
            places[field] = place
    if "text" not in places or not places.keys() >= given.keys():
        return None
    units = (words[places[field]][1] for field in ("start", "end") if field in places)
    return Columns(**places, unit=next(filter(None, units), None))


def count(header: Row, given: Mapping[str, str]) -> int:
    """How many columns a header row names, none without one of text."""
    columns = named(header, given)
    return 0 if columns is None else len(columns.places())


def text_of(cell: object) -> str:
    """The words of a cell, on one line."""
    return "" if cell is None else one_spaced(str(cell))


def _words(cell: str) -> tuple[str, float | None]:
    """A column's name as the lists have it, and the unit that it ends with: "StartTime (ms)" is "start time", 0.001."""
    name = " ".join(_BETWEEN.sub(" ", _CAMEL.sub(" ", cell)).casefold().split())
    before, _, last = name.rpartition(" ")
    for unit, length in (("milliseconds", 0.001), ("seconds", 1.0)):
        if before and last in _lists()[unit]:
            return before, length
    return name, None


def _guessed(rows: Sequence[Row]) -> Columns | None:
    """The columns of rows without a header: the names, then the words; the others hold times or numbers."""
    cells = [
        [text_of(row[place]) if place < len(row) else "" for row in rows]
        for place in range(max(map(len, rows), default=0))
    ]
    filled = [place for place, column in enumerate(cells) if not all(times.is_number(cell) for cell in column if cell)]
    clocks = [place for place in filled if all(times.seconds(cell) is not None for cell in cells[place] if cell)]
    others = [place for place in filled if place not in clocks]
    if len(others) != 2 or len(clocks) > 2 or not _are_names(cells[others[0]]):
        return None
    start, end = (*clocks, None, None)[:2]
    return Columns(text=others[1], speaker=others[0], start=start, end=end)


def _are_names(column: Sequence[str]) -> bool:
    """Whether a column holds speakers, the first of them no header: it ends with a colon, or comes again."""
    names = [cell for cell in column if cell]
    shaped = all(len(name.split()) <= _LONGEST_NAME and not name.endswith(_SENTENCE_END) for name in names)
    return shaped and (names[0].endswith(":") or names.count(names[0]) > 1)


@functools.cache
def _lists() -> dict[str, tuple[str, ...]]:
    lists = json.loads(resources.files(__package__).joinpath("columns.json").read_text(encoding="utf-8"))
    if set(lists) != set(_LISTS) or any(word != word.casefold() for words in lists.values() for word in words):
        raise DataError(f"vitallies/transcripts/columns.json must hold the lists {', '.join(_LISTS)}, in lower case")
    return {name: tuple(words) for name, words in lists.items()}
