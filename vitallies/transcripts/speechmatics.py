"""Speechmatics ``json-v2``: words and marks, each with the speaker or the channel that it is put down to."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Label, Word, all_named, by_time, cues_of, language, person, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_UNKNOWN = "UU"
"""Of a word whose speaker the service cannot tell; of all words where it was not asked to."""


class _Alternative(Struct, gc=False):
    content: str = ""
    speaker: str | None = None


class _Result(Struct, gc=False):
    type: str = "word"
    alternatives: list[_Alternative] = []
    start_time: float | None = None
    end_time: float | None = None
    attaches_to: str | None = None
    channel: Label = None

    def speaker(self) -> str | None:
        return self.alternatives[0].speaker if self.alternatives else None

    def attaches(self, side: str) -> bool:
        # Older files only say that it is a mark.
        where = self.attaches_to or ("previous" if self.type == "punctuation" else "none")
        return where in (side, "both")


class _Config(Struct):
    language: str | None = None


class _Identified(Struct):
    predicted_language: str | None = None


class _Metadata(Struct):
    transcription_config: _Config | None = None
    language_identification: _Identified | None = None


class _File(Struct):
    results: list[_Result]
    metadata: _Metadata | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; a change of speakers without names begins a turn."""
    file = source.json(_File)
    told = any(result.speaker() not in (None, _UNKNOWN) for result in file.results)
    channels: dict[Label, list[_Result]] = {}
    for result in file.results:
        source.skipped["alternatives"] += max(len(result.alternatives) - 1, 0)
        channels.setdefault(result.channel, []).append(result)
    found = by_time((channel, cue) for channel, results in channels.items() for cue in _cues(results, told))
    yield cues.transcript(source, all_named(source, found), language=_language(file.metadata or _Metadata()))


def _cues(results: list[_Result], told: bool) -> Iterator[cues.Cue]:
    run: list[_Result] = []
    for result in results:
        if result.type == "speaker_change":
            yield from cues_of(_words(run, told), paragraph=True)
            run = []
        else:
            run.append(result)
    yield from cues_of(_words(run, told), paragraph=True)


def _words(results: list[_Result], told: bool) -> Iterator[Word]:
    glued = False
    for result in results:
        if not result.alternatives:
            continue
        speaker = result.speaker() if told else None
        attached = glued or result.attaches("previous")
        yield Word(
            result.alternatives[0].content,
            person(speaker, result.channel),
            seconds(result.start_time),
            seconds(result.end_time),
            attached,
        )
        glued = result.attaches("next")


def _language(metadata: _Metadata) -> str | None:
    heard, asked = metadata.language_identification, metadata.transcription_config
    return language((heard.predicted_language if heard else None) or (asked.language if asked else None))


FORMAT = Format(
    name="speechmatics",
    suffixes=(".json",),
    description="Speechmatics JSON (json-v2), with speakers, channels or changes of speakers",
    read=read,
    recognises=lambda source: {"format", "metadata", "results"} <= source.keys(),
    follows=(
        "https://docs.speechmatics.com/speech-to-text/batch/output",
        "https://legacy.docs.speechmatics.com/en/batch-container/speech-api/",
        "https://github.com/speechmatics/speechmatics-python/tree/main/tests/data",
    ),
)
