"""Zoom's JSON of a recording: the words of a transcript by time; or the active speakers alone, which is refused."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues, times
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import day
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _User(Struct):
    username: str | None = None


class _Entry(Struct):
    ts: str | None = None
    end_ts: str | None = None
    text: str | None = None
    users: list[_User] = []

    def speaker(self) -> str | None:
        names = dict.fromkeys(" ".join((user.username or "").split()) for user in self.users)
        return " & ".join(filter(None, names)) or None


class _File(Struct):
    timeline: list[_Entry] = []
    recording_start: str | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript of a timeline with words; people who speak at one time share its words."""
    file = source.json(_File)
    if file.timeline and not any(entry.text for entry in file.timeline):
        message = (
            "is Zoom's timeline, which holds who speaks when but no words: give the transcript (.vtt) of the recording"
        )
        raise source.error(message, code="no-words")
    said = (
        cues.Cue(entry.text or "", entry.speaker(), times.seconds(entry.ts), times.seconds(entry.end_ts), unnamed=True)
        for entry in file.timeline
    )
    yield cues.transcript(source, said, date=day(file.recording_start))


FORMAT = Format(
    name="zoom-json",
    suffixes=(".json",),
    description="Zoom JSON of a recording: the transcript of a call; a timeline without words is refused with a reason",
    read=read,
    recognises=lambda source: {"ts", "users"} <= source.keys("timeline", 0),
    follows=(
        "https://github.com/Jericho/ZoomNet/blob/develop/Source/ZoomNet/Models/PhoneCallRecordingTranscript.cs",
        "https://github.com/yaniv-golan/dlzoom/blob/main/tests/test_stj_minimizer.py",
    ),
)
