"""Google Meet's REST API: the entries of a transcript, at times of the calendar."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import SinceFirst
from vitallies.transcripts.recognised import language
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Entry(Struct):
    text: str = ""
    participant: str | None = None
    languageCode: str | None = None  # noqa: N815
    startTime: str | None = None  # noqa: N815
    endTime: str | None = None  # noqa: N815


class _File(Struct):
    transcriptEntries: list[_Entry] = []  # noqa: N815


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript, on the day of its first entry; its people are named by their resources' ids."""
    is_list = source.head.lstrip().startswith(b"[")
    entries = source.json(list[_Entry]) if is_list else source.json(_File).transcriptEntries
    since = SinceFirst()
    said = [
        cues.Cue(entry.text, _person(entry), since(entry.startTime), since(entry.endTime), unnamed=True)
        for entry in entries
    ]
    spoken = {language(entry.languageCode) for entry in entries}
    only = spoken.pop() if len(spoken) == 1 else None
    yield cues.transcript(source, said, date=since.day, language=only)


def _person(entry: _Entry) -> str | None:
    """What stands for a person: conferenceRecords/…/participants/<id>."""
    return entry.participant.rpartition("/")[2] if entry.participant else None


FORMAT = Format(
    name="meet-api",
    suffixes=(".json",),
    description="Google Meet API JSON: the entries of a transcript, people by their ids",
    read=read,
    recognises=lambda source: (
        {"participant", "text", "startTime"} <= source.keys("transcriptEntries", 0) | source.keys(0)
    ),
    follows=(
        "https://developers.google.com/workspace/meet/api/reference/rest/v2/conferenceRecords.transcripts.entries",
    ),
)
