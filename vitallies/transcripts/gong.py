"""Gong: the transcripts of calls as its API gives them, people by their ids, times in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.errors import TranscriptError
from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Label, person, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Sentence(Struct):
    text: str | None = None
    start: float | None = None
    end: float | None = None


class _Monologue(Struct):
    speakerId: Label = None  # noqa: N815
    sentences: list[_Sentence] | None = None


class _Call(Struct):
    callId: Label = None  # noqa: N815
    transcript: list[_Monologue] | None = None


class _Response(Struct):
    callTranscripts: list[_Call] = []  # noqa: N815


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the calls: of a response with several, each under its own id."""
    calls = source.json(_Response).callTranscripts if {"callTranscripts"} <= source.keys() else [source.json(_Call)]
    if not calls:
        raise source.error("holds no call: ask the API for other ids or dates", code="empty")
    for number, call in enumerate(calls, 1):
        own = f"{source.id}#{number}" if call.callId is None else str(call.callId)
        yield cues.transcript_or_error(source.part(own if len(calls) > 1 else source.id), _cues(call))


def _cues(call: _Call) -> Iterator[cues.Cue]:
    for monologue in call.transcript or ():
        name = person(monologue.speakerId)
        for sentence in monologue.sentences or ():
            times = seconds(sentence.start, 1000), seconds(sentence.end, 1000)
            yield cues.Cue(sentence.text or "", name, *times, unnamed=True)


FORMAT = Format(
    name="gong",
    suffixes=(".json",),
    description="Gong JSON: the transcripts of calls, people by their ids",
    read=read,
    recognises=lambda source: (
        {"speakerId", "sentences"} <= source.keys("transcript", 0) | source.keys("callTranscripts", 0, "transcript", 0)
    ),
    follows=(
        "https://docs.rs/crate/gong-rs/latest/source/docs/Sentence.md",
        "https://docs.rs/crate/gong-rs/latest/source/docs/Monologue.md",
    ),
)
