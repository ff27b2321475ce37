"""Podcasting 2.0: segments of a few words each, in JSON."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Time, Word, all_named, cues_of, seconds, spaced
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Segment(Struct):
    body: str = ""
    speaker: str | None = None
    startTime: Time = None  # noqa: N815
    endTime: Time = None  # noqa: N815


class _File(Struct):
    segments: list[_Segment] = []


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a sentence, as a segment may hold a word, a comma or a space alone."""
    words = (
        Word(segment.body, segment.speaker, seconds(segment.startTime), seconds(segment.endTime))
        for segment in source.json(_File).segments
    )
    yield cues.transcript(source, all_named(source, cues_of(spaced(words))))


FORMAT = Format(
    name="podcast",
    suffixes=(".json",),
    description="Podcasting 2.0 transcripts in JSON: segments with speaker, times and body",
    read=read,
    recognises=lambda source: {"startTime", "body"} <= source.keys("segments", 0),
    follows=(
        "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md",
        "https://github.com/stevencrader/transcriptator/tree/main/test/test_files",
    ),
)
