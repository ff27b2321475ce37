"""Google Speech-to-Text, versions 1 and 2, also as its client libraries save it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import (
    Word,
    all_named,
    by_time,
    cues_of,
    doubt_words,
    language,
    person,
    seconds,
)
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Duration(Struct, gc=False):
    seconds: int | str = 0
    nanos: float = 0.0


class _Word(Struct, gc=False):
    """Keys differ between the versions (Time, Offset) and the libraries (camel or snake)."""

    word: str = ""
    startTime: str | float | _Duration | None = None  # noqa: N815
    endTime: str | float | _Duration | None = None  # noqa: N815
    startOffset: str | float | _Duration | None = None  # noqa: N815
    endOffset: str | float | _Duration | None = None  # noqa: N815
    start_time: str | float | _Duration | None = None
    end_time: str | float | _Duration | None = None
    start_offset: str | float | _Duration | None = None
    end_offset: str | float | _Duration | None = None
    speakerTag: int = 0  # noqa: N815
    speaker_tag: int = 0
    speakerLabel: str = ""  # noqa: N815
    speaker_label: str = ""

    def start(self) -> float | None:
        # What is 0 may be left out.
        left_out = None if self.end() is None else 0.0
        return _seconds(self.startTime or self.startOffset or self.start_time or self.start_offset or left_out)

    def end(self) -> float | None:
        return _seconds(self.endTime or self.endOffset or self.end_time or self.end_offset)

    def label(self) -> str | int | None:
        # 0 is nobody.
        return self.speakerLabel or self.speaker_label or self.speakerTag or self.speaker_tag or None


class _Alternative(Struct):
    transcript: str = ""
    words: list[_Word] = []

    def names_speakers(self) -> bool:
        return any(word.label() for word in self.words)


class _Result(Struct):
    alternatives: list[_Alternative] = []
    channelTag: int = 0  # noqa: N815
    channel_tag: int = 0
    languageCode: str | None = None  # noqa: N815
    language_code: str | None = None

    def channel(self) -> int:
        return self.channelTag or self.channel_tag


class _Response(Struct):
    results: list[_Result] = []


class _File(_Response):
    response: _Response | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: each word once, though a last result may repeat the whole recording."""
    file = source.json(_File)
    results = (file.response or file).results
    channels: dict[int, list[_Alternative]] = {}
    for result in results:
        source.skipped["alternatives"] += max(len(result.alternatives) - 1, 0)
        channels.setdefault(result.channel(), []).extend(result.alternatives[:1])
    kept = {id(said) for channel in channels.values() for said in _said_once(source, channel)}
    found = by_time(
        (result.channel(), cue)
        for result in results
        for said in result.alternatives[:1]
        if id(said) in kept
        for cue in _cues(said, result.channel() if len(channels) > 1 else None)
    )
    spoken = next((result.languageCode or result.language_code for result in results), None)
    yield cues.transcript(source, all_named(source, found), language=language(spoken))


def _said_once(source: Source, results: list[_Alternative]) -> list[_Alternative]:
    """The results without those that the last repeats, there with the speakers of all words."""
    if len(results) < 2 or not _repeats(results[-1].words, [word for said in results[:-1] for word in said.words]):
        return results
    *before, last = results
    source.skipped["repeated results"] += len(before)
    earlier = [said.transcript for said in before]
    doubt_words(source, (word.word for word in last.words), earlier, [*earlier, last.transcript])
    return [last]


def _repeats(last: list[_Word], before: list[_Word]) -> bool:
    if not any(word.label() for word in last):
        return False
    if not before:
        return True
    begins_anew = last[0].end() is not None and (last[0].word, last[0].end()) == (before[0].word, before[0].end())
    return begins_anew or [word.word for word in last] == [word.word for word in before]


def _cues(said: _Alternative, channel: int | None) -> Iterator[cues.Cue]:
    if said.names_speakers() or not said.transcript:
        return cues_of(Word(word.word, person(word.label(), channel), word.start(), word.end()) for word in said.words)
    start, end = (said.words[0].start(), said.words[-1].end()) if said.words else (None, None)
    return iter([cues.Cue(said.transcript, person(None, channel), start, end)])


def _seconds(time: str | float | _Duration | None) -> float | None:
    if not isinstance(time, _Duration):
        return seconds(time)
    whole = seconds(str(time.seconds))
    return None if whole is None else round(whole + time.nanos / 1e9, 3)


def _is_google(source: Source) -> bool:
    for path in (("results",), ("response", "results")):
        result = source.keys(*path, 0)
        if result & {"final", "stability", "type"}:
            return False
        if result & {"resultEndTime", "resultEndOffset", "result_end_time", "result_end_offset"}:
            return True
        if {"transcript", "words"} & source.keys(*path, 0, "alternatives", 0):
            return True
    return False


FORMAT = Format(
    name="google-speech",
    suffixes=(".json",),
    description="Google Speech-to-Text JSON (v1, v2), with speaker tags or channels",
    read=read,
    recognises=_is_google,
    follows=(
        "https://cloud.google.com/ruby/docs/reference/google-cloud-speech-v1/latest/Google-Cloud-Speech-V1-WordInfo",
        "https://github.com/pietrop/gcp-to-dpe/tree/master/sample",
    ),
)
