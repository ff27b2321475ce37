"""From the pieces that a file is made of to a transcript: what the readers of all formats but the native one share."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vitallies.errors import TranscriptError
from vitallies.transcripts.dates import date_in
from vitallies.transcripts.people import doubts, named
from vitallies.transcripts.source import Source
from vitallies.types import Transcript, Turn

_OUT_OF_ORDER = 1.0
"""Seconds by which a cue begins before the one in front of it and is out of order: recognisers differ by less."""
_LONGEST = 1e9
"""Seconds, more than 30 years: what is more is no time from the beginning."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that stand together in a file; without a speaker they belong to the one before.

    ``paragraph`` marks the first words of a paragraph: where nobody is named, a turn begins there. ``unnamed`` marks
    words of somebody whom the file does not name: they do not go to the speaker before. Times are in seconds from the
    beginning.
    """

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    paragraph: bool = False
    unnamed: bool = False


@dataclass(slots=True)
class _Draft:
    speaker: str | None
    status: list[str]
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    times: list[tuple[int, float, float | None]] = field(default_factory=list)

    def add(self, cue: Cue) -> None:
        offset = self.length + 1 if self.pieces else 0
        if cue.start is not None:
            self.times.append((offset, cue.start, cue.end))
        if cue.text:
            self.pieces.append(cue.text)
            self.length = offset + len(cue.text)

    def turn(self) -> Turn:
        # A time at which nothing was said any more has no offset in the text.
        cues = [list(time) for time in self.times if time[0] < self.length]
        start, end = (cues[0][1], cues[-1][2]) if cues else (None, None)
        # A cue that is the whole turn says nothing that the turn does not.
        meta = {"cues": cues if len(cues) > 1 or (cues and cues[0][0]) else None, "status": self.status}
        return Turn(
            " ".join(self.pieces), self.speaker, start, end, meta={key: value for key, value in meta.items() if value}
        )


def transcript(
    source: Source,
    cues: Iterable[Cue],
    *,
    id: str | None = None,  # noqa: A002
    title: str | None = None,
    date: datetime.date | None = None,
    language: str | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Transcript:
    """Join the cues of one speaker into turns.

    Parameters
    ----------
    source : Source
        What it skipped and doubted goes to ``meta``, with what its times leave open.
    cues : iterable of Cue
        In the order of the file; white space around their words is taken off, those without words are counted.
    id, title, date, language, meta
        What the file says of itself; the date is else looked for in the file's name.

    Raises
    ------
    TranscriptError
        Where no cue holds a word.
    """
    turns: list[Turn] = []
    empty = 0
    timing = _Timing()
    for draft in _drafts(cues, timing):
        if draft.pieces:
            turns.append(draft.turn())
        else:
            empty += 1
    if not turns:
        raise source.error("holds no words that anybody says: check the export", code="empty")
    source.skipped["empty turns"] += empty
    for doubt in doubts(turn.speaker for turn in turns):
        source.warn(doubt, code="similar-speakers")
    timing.report(source)
    notes = {"skipped": dict(+source.skipped), "timing": timing.counts(), "warnings": source.warnings}
    return Transcript(
        id or source.id,
        tuple(turns),
        title=title,
        date=date or date_in(source.name or ""),
        language=language,
        meta={**(meta or {}), **{key: value for key, value in notes.items() if value}},
    )


def _drafts(cues: Iterable[Cue], timing: _Timing) -> Iterator[_Draft]:
    draft: _Draft | None = None
    # Once a name: readers make a new one of it for each cue.
    people: dict[str | None, tuple[str | None, list[str]]] = {}
    for cue in cues:
        if cue.speaker not in people:
            people[cue.speaker] = named(cue.speaker)
        speaker, status = people[cue.speaker]
        start, end = timing.possible(cue.start), timing.possible(cue.end)
        cue = Cue(cue.text.strip(), speaker, start, end, cue.paragraph, cue.unnamed)
        if draft is None or _begins_turn(cue, draft.speaker):
            if draft is not None:
                yield draft
            draft = _Draft(speaker, status)
        draft.add(cue)
        timing.note(cue)
    if draft is not None:
        yield draft


def transcript_or_error(source: Source, cues: Iterable[Cue], **known: Any) -> Transcript | TranscriptError:  # noqa: ANN401
    """As `transcript`, for one of several in a file: its error in its place, so that others may follow."""
    try:
        return transcript(source, cues, **known)
    except TranscriptError as error:
        return error


def _begins_turn(cue: Cue, speaker: str | None) -> bool:
    changes = (cue.speaker is not None or cue.unnamed) and cue.speaker != speaker
    return changes or (speaker is None and cue.paragraph)


@dataclass(slots=True)
class _Timing:
    """Counts what is odd about the times of cues, which are kept as they are."""

    cues: int = 0
    last: tuple[float | None, float | None] = (None, None)
    latest: float | None = None
    end: float | None = None
    out_of_order: int = 0
    overlaps: int = 0
    without_end: int = 0
    backwards: int = 0
    impossible: int = 0

    def possible(self, time: float | None) -> float | None:
        """The time, or None (and counted) where it is negative, infinite or of another epoch."""
        if time is None or 0 <= time <= _LONGEST:
            return time
        self.impossible += 1
        return None

    def note(self, cue: Cue) -> None:
        # Several voices may share one caption and its times.
        if cue.start is None or not cue.text or (cue.start, cue.end) == self.last:
            return
        self.last = cue.start, cue.end
        if self.latest is not None and cue.start < self.latest - _OUT_OF_ORDER:
            self.out_of_order += 1
        elif self.end is not None and cue.start < self.end:
            self.overlaps += 1
        self.cues += 1
        self.without_end += cue.end is None
        self.backwards += cue.end is not None and cue.end < cue.start
        self.latest = max(cue.start, self.latest or 0)
        self.end = max(cue.end or cue.start, self.end or 0)

    def counts(self) -> dict[str, int]:
        names = {
            "out of order": self.out_of_order,
            "overlaps": self.overlaps,
            # Of a format that has no ends, that is nothing to note.
            "without end": self.without_end if self.without_end < self.cues else 0,
            "end before start": self.backwards,
            "impossible": self.impossible,
        }
        return {name: count for name, count in names.items() if count}

    def report(self, source: Source) -> None:
        if self.out_of_order or self.backwards:
            wrong = f"{self.out_of_order} times begin before the one in front, {self.backwards} end before they begin"
            source.warn(f"{wrong}: turns stand in the order of the file", code="times")
