"""Recall.ai: what each participant says, in words, as its meeting bots record it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import day
from vitallies.transcripts.recognised import Word, cues_of, seconds, spaced
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Time(Struct):
    relative: float | None = None
    absolute: str | None = None


class _Word(Struct):
    """Times are plain numbers in the first version."""

    text: str = ""
    start_timestamp: _Time | float | None = None
    end_timestamp: _Time | float | None = None

    def recognised(self, name: str | None) -> Word:
        return Word(self.text, name, _seconds(self.start_timestamp), _seconds(self.end_timestamp))


class _Participant(Struct):
    name: str | None = None


class _Piece(Struct):
    """The speaker is a plain name in the first version."""

    words: list[_Word] = []
    participant: _Participant | None = None
    speaker: str | None = None

    def name(self) -> str | None:
        return self.participant.name if self.participant else self.speaker


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a sentence; who speaks before the bot has joined is not named."""
    pieces = source.json(list[_Piece])
    times = (word.start_timestamp for piece in pieces for word in piece.words)
    first = next(times, None)
    date = day(first.absolute) if isinstance(first, _Time) else None
    yield cues.transcript(source, (cue for piece in pieces for cue in _cues(piece)), date=date)


def _cues(piece: _Piece) -> Iterator[cues.Cue]:
    name = piece.name()
    words = (
        Word(word.text, name, _seconds(word.start_timestamp), _seconds(word.end_timestamp)) for word in piece.words
    )
    for cue in cues_of(spaced(words)):
        yield replace(cue, unnamed=True)


def _seconds(time: _Time | float | None) -> float | None:
    return seconds(time.relative if isinstance(time, _Time) else time)


FORMAT = Format(
    name="recall",
    suffixes=(".json",),
    description="Recall.ai JSON: participants and their words",
    read=read,
    recognises=lambda source: (
        "start_timestamp" in source.keys(0, "words", 0) and bool(source.keys(0) & {"participant", "speaker"})
    ),
    follows=("https://docs.recall.ai/docs/download-urls", "https://docs.recall.ai/docs/transcription-faq"),
)
