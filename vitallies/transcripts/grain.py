"""Grain: the sections of a recording's transcript, times in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Section(Struct):
    text: str = ""
    speaker: str | None = None
    start: float | None = None
    end: float | None = None

    def cue(self) -> cues.Cue:
        return cues.Cue(self.text, self.speaker, seconds(self.start, 1000), seconds(self.end, 1000), unnamed=True)


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a section."""
    yield cues.transcript(source, (section.cue() for section in source.json(list[_Section])))


FORMAT = Format(
    name="grain",
    suffixes=(".json",),
    description="Grain JSON: the sections of a recording's transcript",
    read=read,
    recognises=lambda source: {"participant_id", "speaker", "text", "start"} <= source.keys(0),
    follows=(
        "https://github.com/simstudioai/sim/blob/main/apps/sim/tools/grain/types.ts",
        "https://pipedream.com/apps/grain/actions/get-transcript.md",
    ),
)
