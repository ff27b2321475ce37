"""The rows of a table (CSV, Excel, Parquet, Word) as transcripts."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vitallies.errors import TranscriptError
from vitallies.transcripts import cues, times
from vitallies.transcripts.columns import Columns, Row, found, text_of
from vitallies.transcripts.cues import Cue
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_AHEAD = 50
"""Rows by which the columns are told."""
_LEAST = 8
"""Bytes that a row counts for at least: a small file may unpack to blank rows without end."""
_MILLISECONDS = 0.001
"""What whole numbers count where people can say the words in that time, as in Whisper's TSV."""
_CALENDAR, _CALENDAR_MS = 1e8, 1e11
"""From here on a number counts the seconds, or milliseconds, since 1970."""


@dataclass(slots=True)
class Utterance:
    """What a row holds; ``bare`` where its times are numbers whose unit is not known yet."""

    text: str
    speaker: str | None
    start: float | None
    end: float | None
    id: str | None
    bare: bool


def transcripts(
    source: Source, rows: Iterable[Row], *, title: str | None = None, delimiter: str | None = None
) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts that a table holds: one, or one for each id in the order in which they begin.

    Parameters
    ----------
    source : Source
    rows : iterable of rows
        With the header, if there is one; blank rows do no harm.
    title : str, optional
    delimiter : str, optional
        What stood between the cells; text cut by it is put together again where it comes last.

    Raises
    ------
    TranscriptError
        With the code ``columns`` where no column of text can be found, naming those that there are.
    """
    rows = (row for row in rows if any(cell not in (None, "") for cell in row))
    ahead = list(itertools.islice(rows, _AHEAD))
    place = found(ahead, source.columns)
    if place is None:
        raise _no_text(source, ahead[0] if ahead else ())
    before, columns = place
    source.skipped["headers"] += max(before - 1, 0)
    if not before:
        source.warn("no header names the columns: they were told by what they hold", code="no-header")
    elif columns.speaker is None:
        _warn_of_speakers(source, columns, ahead[before - 1])
    rows = itertools.chain(ahead[before:], rows)
    if before and delimiter is not None:
        rows = _mended(source, rows, columns, len(ahead[before - 1]), delimiter)
    yield from grouped(source, utterances(source, columns, rows), unit=columns.unit, title=title)


def _no_text(source: Source, header: Row) -> TranscriptError:
    asked = "named " + " or ".join(map(repr, source.columns.values())) if source.columns else "of text"
    names = ", ".join(repr(name[:40]) for name in map(text_of, header[:30]) if name)
    remedy = "head them speaker and text, or say which is which with columns={'speaker': …, 'text': …}"
    return source.error(f"has no column {asked}, but {names or 'nothing'}: {remedy}", code="columns")


def _warn_of_speakers(source: Source, columns: Columns, header: Row) -> None:
    """Note where a column that may hold the speakers has a name that is not known."""
    others = [name for place, name in enumerate(map(text_of, header)) if name and place not in columns.places()]
    if others:
        names = ", ".join(repr(name[:40]) for name in others[:30])
        remedy = "if one does, say which with columns={'speaker': …}"
        source.warn(f"no column is known to hold the speakers, but there are {names}: {remedy}", code="no-speaker")


def _mended(source: Source, rows: Iterable[Row], columns: Columns, width: int, delimiter: str) -> Iterator[Row]:
    """The rows, those with more cells than the header as they were meant: text with a delimiter and without quotes."""
    mended = 0
    for row in rows:
        if any(map(text_of, row[width:])):
            if columns.text != width - 1:
                fault = f"has a row with more cells than the header ({' | '.join(map(text_of, row))[:80]!r})"
                raise source.error(f"{fault}: put cells that hold a {delimiter!r} in double quotes", code="csv")
            mended += 1
            row = [*row[: width - 1], delimiter.join(map(str, row[width - 1 :]))]
        yield row
    if mended:
        source.warn(
            f"rows whose text holds a bare {delimiter!r} and was put together again: {mended}", code="bare-delimiter"
        )


def utterances(source: Source, columns: Columns, rows: Iterable[Row]) -> Iterator[Utterance]:
    """Yield what the rows hold, in their order; rows without words are counted, and so are times that are none."""
    size, unread, first = 0, 0, ""
    names: dict[str, str] = {}  # each once, not once a row
    id: str | None = None  # noqa: A001
    for row in rows:
        text = text_of(_cell(row, columns.text))
        size += max(len(text), _LEAST)
        if size > source.max_size:
            raise source.error(
                f"unpacks to more than {source.max_size:,} bytes: split it, or allow more with max_size (--max-size)",
                code="too-large",
            )
        # A cell merged over several rows has its value in the first of them.
        id = text_of(_cell(row, columns.id)) or id  # noqa: A001
        if not text:
            source.skipped["rows without words"] += any(map(text_of, row))
            continue
        cells = _cell(row, columns.start), _cell(row, columns.end)
        start, end = map(times.seconds, cells)
        if start is None and end is None:
            start, end = times.span(cells[0])
        for cell, time in zip(cells, (start, end), strict=True):
            if time is None and text_of(cell):
                unread, first = unread + 1, first or text_of(cell)
        speaker = text_of(_cell(row, columns.speaker)).removesuffix(":").rstrip()
        bare = all(times.is_number(cell) for cell in cells if text_of(cell))
        yield Utterance(text, names.setdefault(speaker, speaker) or None, start, end, id, bare)
    if unread:
        source.warn(
            f"times that cannot be read: {unread}, the first of them {first[:40]!r} (write 1:05 or 65.0)", code="times"
        )


def _cell(row: Row, place: int | None) -> object:
    return row[place] if place is not None and place < len(row) else None


def grouped(
    source: Source, said: Iterable[Utterance], *, unit: float | None = None, title: str | None = None
) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts that utterances make up; ``unit`` is that of bare times, where the table tells."""
    groups: dict[str | None, list[Utterance]] = {}
    for utterance in said:
        groups.setdefault(utterance.id, []).append(utterance)
    if not groups:
        raise source.error("holds no words that anybody says: check the export", code="empty")
    unit = unit or _unit(groups.values())
    for id, group in groups.items():  # noqa: A001
        day = _count_from_beginning(group, unit)
        # Where nobody is named, rows without times are paragraphs, and those with times captions.
        spoken = (Cue(row.text, row.speaker, row.start, row.end, row.start is None) for row in _given_up(group))
        # Each transcript has doubts of its own, beside those of the whole table.
        part = replace(source, skipped=source.skipped.copy(), warnings=list(source.warnings))
        try:
            yield cues.transcript(part, spoken, id=id, title=title, date=day)
        except TranscriptError as error:
            yield error


def _given_up(group: list[Utterance]) -> Iterator[Utterance]:
    """The utterances, each let go of when the next is taken: the transcript holds them again."""
    group.reverse()
    while group:
        yield group.pop()


def _unit(groups: Iterable[Sequence[Utterance]]) -> float:
    """The seconds that a bare number counts, where the name of its column does not tell."""
    words, length, least = 0, 0.0, math.inf
    for group in groups:
        times_ = list(_times(group))
        if not all(row.bare for row in group) or not all(map(float.is_integer, times_)):
            return 1.0
        words += sum(row.text.count(" ") + 1 for row in group)
        length += max(times_, default=0.0) - min(times_, default=0.0)
        least = min(least, *times_, math.inf)
    if least >= _CALENDAR:
        return _MILLISECONDS if least >= _CALENDAR_MS else 1.0
    return _MILLISECONDS if times.can_be_said(words, length * _MILLISECONDS) else 1.0


def _times(rows: Iterable[Utterance]) -> Iterator[float]:
    return (time for row in rows for time in (row.start, row.end) if time is not None)


def _count_from_beginning(group: Sequence[Utterance], unit: float) -> datetime.date | None:
    """Turn the times to seconds from the beginning; returns the day, where they are of the calendar."""
    for row in group:
        if row.bare:
            row.start, row.end = (None if time is None else time * unit for time in (row.start, row.end))
    first = min(_times(group), default=0.0)
    begin = first if first >= times.FIRST_OF_CLOCK else 0.0
    for row in group:
        row.start, row.end = (None if time is None else round(time - begin, 3) for time in (row.start, row.end))
    is_day = _CALENDAR <= first < _CALENDAR_MS
    return datetime.datetime.fromtimestamp(first, datetime.UTC).date() if is_day else None
