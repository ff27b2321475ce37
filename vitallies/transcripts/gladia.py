"""Gladia: utterances, with speakers or channels."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Label, all_named, by_time, language, person, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Utterance(Struct):
    text: str = ""
    start: float | None = None
    end: float | None = None
    speaker: Label = None
    channel: Label = None


class _Transcription(Struct):
    full_transcript: str = ""
    languages: list[str] = []
    utterances: list[_Utterance] = []


class _Result(Struct):
    transcription: _Transcription | None = None


class _File(_Result):
    status: str = "done"
    result: _Result | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript, of a job or of its result alone."""
    file = source.json(_File)
    if file.status != "done":
        message = f"the transcription has the status {file.status!r:.40}: download it again once it is done"
        raise source.error(message, code="empty")
    said = (file.result or file).transcription or _Transcription()
    several = len({utterance.channel for utterance in said.utterances}) > 1
    found = by_time(
        (
            utterance.channel,
            cues.Cue(
                utterance.text,
                person(utterance.speaker, utterance.channel if several else None),
                seconds(utterance.start),
                seconds(utterance.end),
            ),
        )
        for utterance in said.utterances
    )
    spoken = said.languages[0] if len(said.languages) == 1 else None
    yield cues.transcript(
        source, all_named(source, found or [cues.Cue(said.full_transcript)]), language=language(spoken)
    )


FORMAT = Format(
    name="gladia",
    suffixes=(".json",),
    description="Gladia JSON: a job or its result, with speakers or channels",
    read=read,
    recognises=lambda source: (
        "full_transcript" in source.keys("transcription") | source.keys("result", "transcription")
        or {"status", "request_id", "request_params"} <= source.keys()
    ),
    follows=("https://docs.gladia.io/api-reference/v2/pre-recorded/get",),
)
