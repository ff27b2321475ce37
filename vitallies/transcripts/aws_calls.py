"""AWS Transcribe Call Analytics and Contact Lens: what each participant of a call says."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import all_named, language, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Piece(Struct, rename="pascal"):
    content: str = ""
    participant_role: str | None = None
    participant_id: str | None = None
    begin_offset_millis: float | None = None
    end_offset_millis: float | None = None


class _File(Struct, rename="pascal"):
    transcript: list[_Piece] = []
    language_code: str | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; a participant is called by the role, else by the id."""
    file = source.json(_File)
    found = (
        cues.Cue(
            piece.content,
            piece.participant_role or piece.participant_id,
            seconds(piece.begin_offset_millis, 1000),
            seconds(piece.end_offset_millis, 1000),
        )
        for piece in file.transcript
    )
    yield cues.transcript(source, all_named(source, found), language=language(file.language_code))


FORMAT = Format(
    name="aws-call-analytics",
    suffixes=(".json",),
    description="AWS Transcribe Call Analytics and Contact Lens JSON",
    read=read,
    recognises=lambda source: {"BeginOffsetMillis", "Content"} <= source.keys("Transcript", 0),
    follows=("https://docs.aws.amazon.com/transcribe/latest/dg/tca-output-batch.html",),
)
