"""Otter: a speech as its web site's API gives it, times in milliseconds, people by their ids."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import Moment, day
from vitallies.transcripts.recognised import Label, person, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Speaker(Struct):
    id: Label = None
    speaker_id: Label = None
    speaker_name: str | None = None


class _Piece(Struct):
    transcript: str | None = None
    speaker_id: Label = None
    speaker_name: str | None = None
    speaker_model_label: Label = None
    start_offset: float | None = None
    end_offset: float | None = None


class _Speech(Struct):
    transcripts: list[_Piece] | None = None
    speakers: list[_Speaker] | None = None
    title: str | None = None
    start_time: Moment = None
    created_at: Moment = None


class _Response(Struct):
    speech: _Speech


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; who was not named goes by the number that Otter gave the voice."""
    speech = source.json(_Response).speech if {"speech"} <= source.keys() else source.json(_Speech)
    names = {_id(speaker): speaker.speaker_name for speaker in speech.speakers or ()}
    said = (_cue(piece, names) for piece in speech.transcripts or ())
    yield cues.transcript(source, said, title=speech.title, date=day(speech.start_time) or day(speech.created_at))


def _id(speaker: _Speaker) -> Label:
    return speaker.id if speaker.speaker_id is None else speaker.speaker_id


def _cue(piece: _Piece, names: dict[Label, str | None]) -> cues.Cue:
    known = None if piece.speaker_id is None else names.get(piece.speaker_id)
    number = piece.speaker_id if piece.speaker_model_label is None else piece.speaker_model_label
    name = known or piece.speaker_name or person(number)
    times = seconds(piece.start_offset, 1000), seconds(piece.end_offset, 1000)
    return cues.Cue(piece.transcript or "", name, *times, unnamed=True)


FORMAT = Format(
    name="otter-api",
    suffixes=(".json",),
    description="Otter JSON: a speech as the API of its web site gives it",
    read=read,
    recognises=lambda source: (
        {"transcript", "start_offset"} <= source.keys("speech", "transcripts", 0) | source.keys("transcripts", 0)
    ),
    follows=("https://github.com/omerdn1/otter.ai-api/blob/master/README.md",),
)
