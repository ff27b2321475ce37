"""Amberscript: segments of words, and the people by their ids."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Word, all_named, cues_of, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Speaker(Struct):
    spkid: str
    name: str | None = None


class _Word(Struct):
    text: str = ""
    start: float | None = None
    end: float | None = None


class _Segment(Struct):
    speaker: str | None = None
    words: list[_Word] = []


class _File(Struct):
    speakers: list[_Speaker] = []
    segments: list[_Segment] = []


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a sentence, each segment a paragraph."""
    file = source.json(_File)
    names = {speaker.spkid: speaker.name for speaker in file.speakers}
    found = (cue for segment in file.segments for cue in _cues(segment, names))
    yield cues.transcript(source, all_named(source, found))


def _cues(segment: _Segment, names: dict[str, str | None]) -> Iterator[cues.Cue]:
    name = names.get(segment.speaker or "") or segment.speaker
    words = (Word(word.text, name, seconds(word.start), seconds(word.end)) for word in segment.words)
    return cues_of(words, paragraph=True)


FORMAT = Format(
    name="amberscript",
    suffixes=(".json",),
    description="Amberscript JSON: segments of words, and the people by their ids",
    read=read,
    recognises=lambda source: (
        {"speaker", "words"} <= source.keys("segments", 0) and "spkid" in source.keys("speakers", 0)
    ),
    follows=(
        "https://github.com/amberscript/api/blob/master/README.md",
        "https://github.com/amberscript/api-docs/blob/master/source/index.html.md",
    ),
)
