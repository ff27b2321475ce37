"""Azure Speech: batch transcription (``recognizedPhrases``) and fast transcription (``phrases``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Label, all_named, by_time, language, person, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_ISO = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?")
_TICKS = 1e7


class _Best(Struct, gc=False):
    display: str | None = None
    itn: str | None = None
    lexical: str | None = None


class _Phrase(Struct):
    """Of either kind: times are in ticks, ISO durations or milliseconds."""

    text: str | None = None
    nBest: list[_Best] = []  # noqa: N815
    speaker: Label = None
    channel: int | None = None
    locale: str | None = None
    offsetInTicks: float | None = None  # noqa: N815
    durationInTicks: float | None = None  # noqa: N815
    offsetMilliseconds: float | None = None  # noqa: N815
    durationMilliseconds: float | None = None  # noqa: N815
    offset: float | str | None = None
    duration: float | str | None = None

    def said(self) -> str:
        best = self.nBest[0] if self.nBest else _Best()
        return self.text or best.display or best.itn or best.lexical or ""

    def times(self) -> tuple[float | None, float | None]:
        start = _seconds(self.offsetInTicks, self.offsetMilliseconds, self.offset)
        length = _seconds(self.durationInTicks, self.durationMilliseconds, self.duration)
        return start, None if start is None or length is None else round(start + length, 3)


class _File(Struct):
    recognizedPhrases: list[_Phrase] = []  # noqa: N815
    phrases: list[_Phrase] = []


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: the best guess of each phrase, those of several channels in the order of time."""
    file = source.json(_File)
    phrases = file.recognizedPhrases or file.phrases
    several = len({phrase.channel for phrase in phrases}) > 1
    # A phrase that was not recognised has a time and no words.
    source.skipped["phrases without words"] += sum(not phrase.said() for phrase in phrases)
    found = by_time(
        (
            phrase.channel,
            cues.Cue(phrase.said(), person(phrase.speaker, phrase.channel if several else None), *phrase.times()),
        )
        for phrase in phrases
        if phrase.said()
    )
    spoken = next((phrase.locale for phrase in phrases), None)
    yield cues.transcript(source, all_named(source, found), language=language(spoken))


def _seconds(ticks: float | None, milliseconds: float | None, other: float | str | None) -> float | None:
    if ticks is not None:
        return seconds(ticks, _TICKS)
    if milliseconds is not None:
        return seconds(milliseconds, 1000)
    if not isinstance(other, str):
        return seconds(other, 1000)
    match = _ISO.fullmatch(other)
    if match is None:
        return None
    hours, minutes, rest = match.groups(default="0")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(rest), 3)


FORMAT = Format(
    name="azure-speech",
    suffixes=(".json",),
    description="Azure Speech JSON: batch and fast transcription, with speakers or channels",
    read=read,
    recognises=lambda source: {"recognizedPhrases"} <= source.keys() or {"phrases", "combinedPhrases"} <= source.keys(),
    follows=(
        "https://learn.microsoft.com/en-us/azure/ai-services/speech-service/batch-transcription-get",
        "https://learn.microsoft.com/en-us/azure/ai-services/speech-service/fast-transcription-create",
        "https://github.com/Azure-Samples/cognitive-services-speech-sdk/blob/master/samples/batch/transcriptionresult_v3_1.schema.json",
    ),
)
