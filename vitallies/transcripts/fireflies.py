"""Fireflies: the sentences of a transcript, as its API gives them and its web site exports them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.errors import TranscriptError
from vitallies.transcripts import cues, times
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import Moment, day
from vitallies.transcripts.recognised import Label, Time, person
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Sentence(Struct):
    """The web site has other names for the words and times."""

    text: str | None = None
    raw_text: str | None = None
    sentence: str | None = None
    speaker_name: str | None = None
    speaker_id: Label = None
    start_time: Time = None
    end_time: Time = None
    startTime: Time = None  # noqa: N815
    endTime: Time = None  # noqa: N815

    def cue(self) -> cues.Cue:
        text = self.text or self.sentence or self.raw_text or ""
        start = self.startTime if self.start_time is None else self.start_time
        end = self.endTime if self.end_time is None else self.end_time
        name = self.speaker_name or person(self.speaker_id)
        return cues.Cue(text, name, times.seconds(start), times.seconds(end), unnamed=True)


class _Transcript(Struct):
    sentences: list[_Sentence] | None = None
    id: str | None = None
    title: str | None = None
    date: Moment = None
    dateString: Moment = None  # noqa: N815


class _Data(Struct):
    transcript: _Transcript | None = None
    transcripts: list[_Transcript] | None = None


class _Response(Struct):
    data: _Data


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts: of a response with several, each under its own id."""
    found = list(_transcripts(source))
    if not found:
        raise source.error("holds no transcript: ask the API for its sentences", code="empty")
    for number, transcript in enumerate(found, 1):
        part = source.part((transcript.id or f"{source.id}#{number}") if len(found) > 1 else source.id)
        said = (sentence.cue() for sentence in transcript.sentences or ())
        date = day(transcript.dateString) or day(transcript.date)
        yield cues.transcript_or_error(part, said, title=transcript.title, date=date)


def _transcripts(source: Source) -> Iterator[_Transcript]:
    if source.head.lstrip().startswith(b"["):
        yield _Transcript(source.json(list[_Sentence]))
    elif {"data"} <= source.keys():
        data = source.json(_Response).data
        yield from data.transcripts or ()
        yield from filter(None, [data.transcript])
    else:
        yield source.json(_Transcript)


def _is_fireflies(source: Source) -> bool:
    return (
        {"speaker_name", "start_time"} <= source.keys("sentences", 0)
        or {"speaker_name", "sentence"} <= source.keys(0)
        or "sentences" in source.keys("data", "transcript")
        or "sentences" in source.keys("data", "transcripts", 0)
    )


FORMAT = Format(
    name="fireflies",
    suffixes=(".json",),
    description="Fireflies JSON: the sentences of its API, of one transcript or several, and its export",
    read=read,
    recognises=_is_fireflies,
    follows=(
        "https://docs.fireflies.ai/schema/sentence",
        "https://docs.rs/crate/devboy-fireflies/latest/source/src/types.rs",
    ),
)
