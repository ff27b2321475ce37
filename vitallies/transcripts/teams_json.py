"""Microsoft Stream: the entries of a Teams meeting's transcript, as the player of a recording loads them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues, times
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import language, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Entry(Struct):
    text: str | None = None
    speakerDisplayName: str | None = None  # noqa: N815
    startOffset: str | None = None  # noqa: N815
    endOffset: str | None = None  # noqa: N815
    spokenLanguageTag: str | None = None  # noqa: N815

    def cue(self) -> cues.Cue:
        start, end = (seconds(times.seconds(offset)) for offset in (self.startOffset, self.endOffset))
        return cues.Cue(self.text or "", self.speakerDisplayName, start, end, unnamed=True)


class _File(Struct):
    entries: list[_Entry] = []
    events: list[object] | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue an entry; what the meeting's service notes beside them is counted."""
    file = source.json(_File)
    source.skipped["events"] += len(file.events or ())
    spoken = {language(entry.spokenLanguageTag) for entry in file.entries}
    only = spoken.pop() if len(spoken) == 1 else None
    yield cues.transcript(source, (entry.cue() for entry in file.entries), language=only)


FORMAT = Format(
    name="teams-json",
    suffixes=(".json",),
    description="Microsoft Stream JSON: the transcript of a recorded Teams meeting, as its player loads it",
    read=read,
    recognises=lambda source: {"speakerDisplayName", "startOffset"} <= source.keys("entries", 0),
    follows=(
        "https://github.com/brendangooden/ms-teams-transcript-downloader/blob/main/README.md",
        "https://github.com/brendangooden/ms-teams-transcript-downloader/blob/main/src/content.js",
    ),
)
