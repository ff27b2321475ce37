"""Fathom's API: meetings with who says what, and when, in hours, minutes and seconds."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.errors import TranscriptError
from vitallies.transcripts import cues, times
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import day
from vitallies.transcripts.recognised import Label, language
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Speaker(Struct):
    display_name: str | None = None


class _Item(Struct):
    text: str = ""
    speaker: _Speaker | None = None
    timestamp: str | None = None

    def cue(self) -> cues.Cue:
        name = self.speaker.display_name if self.speaker else None
        return cues.Cue(self.text, name, times.seconds(self.timestamp), unnamed=True)


class _Meeting(Struct):
    transcript: list[_Item] | None = None
    title: str | None = None
    meeting_title: str | None = None
    recording_id: Label = None
    recording_start_time: str | None = None
    created_at: str | None = None
    transcript_language: str | None = None


class _Meetings(Struct):
    items: list[_Meeting] = []


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the meetings: of a list of several, each under the id of its recording."""
    meetings = source.json(_Meetings).items if {"items"} <= source.keys() else [source.json(_Meeting)]
    if not meetings:
        raise source.error("holds no meeting: ask the API for other dates", code="empty")
    for number, meeting in enumerate(meetings, 1):
        own = f"{source.id}#{number}" if meeting.recording_id is None else str(meeting.recording_id)
        yield cues.transcript_or_error(
            source.part(own if len(meetings) > 1 else source.id),
            (item.cue() for item in meeting.transcript or ()),
            title=meeting.title or meeting.meeting_title,
            date=day(meeting.recording_start_time) or day(meeting.created_at),
            language=language(meeting.transcript_language),
        )


FORMAT = Format(
    name="fathom-api",
    suffixes=(".json",),
    description="Fathom API JSON: a meeting or a list of them, with their transcripts",
    read=read,
    recognises=lambda source: (
        "display_name" in source.keys("transcript", 0, "speaker") | source.keys("items", 0, "transcript", 0, "speaker")
    ),
    follows=(
        "https://app.unpkg.com/fathom-typescript@0.0.37/files/src/sdk/models/shared/transcriptitem.ts",
        "https://app.unpkg.com/fathom-typescript@0.0.37/files/src/sdk/models/shared/transcriptitemspeaker.ts",
    ),
)
