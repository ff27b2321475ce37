"""tl;dv: what is said in a meeting, as its API gives it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Time, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Sentence(Struct):
    text: str = ""
    speaker: str | None = None
    startTime: Time = None  # noqa: N815
    endTime: Time = None  # noqa: N815

    def cue(self) -> cues.Cue:
        return cues.Cue(self.text, self.speaker, seconds(self.startTime), seconds(self.endTime), unnamed=True)


class _File(Struct):
    data: list[_Sentence] = []


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a sentence."""
    yield cues.transcript(source, (sentence.cue() for sentence in source.json(_File).data))


FORMAT = Format(
    name="tldv",
    suffixes=(".json",),
    description="tl;dv API JSON: what is said in a meeting",
    read=read,
    recognises=lambda source: {"speaker", "text", "startTime"} <= source.keys("data", 0),
    follows=("https://doc.tldv.io/index.html",),
)
