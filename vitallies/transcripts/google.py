"""Google Speech-to-Text, versions 1 and 2, also as its client libraries save it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

from msgspec import Struct, defstruct

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


Time: TypeAlias = str | float | _Duration | None


class _Word(Struct, gc=False):
    word: str = ""
    start: Time = None
    end: Time = None
    tag: int = 0
    label: str = ""

    def starts(self) -> float | None:
        # What is 0 may be left out.
        return _seconds(self.start or (None if self.end is None else 0.0))

    def speaker(self) -> str | int | None:
        # 0 is nobody.
        return self.label or self.tag or None


def _named(start: str, end: str, tag: str, label: str) -> type[_Word]:
    """The word with the keys of a version or library: fields for all of them at once would double each word."""
    fields = [(name, _Word.__annotations__[name], getattr(_Word(), name)) for name in _Word.__struct_fields__]
    names = {"start": start, "end": end, "tag": tag, "label": label}
    return defstruct("_NamedWord", fields, bases=(_Word,), module=__name__, rename=names, gc=False)  # type: ignore[return-value]


_WORDS = {
    key: _named(start, key, tag, label)
    for start, key, tag, label in (
        ("startTime", "endTime", "speakerTag", "speakerLabel"),  # version 1
        ("startOffset", "endOffset", "speakerTag", "speakerLabel"),  # version 2
        ("start_time", "end_time", "speaker_tag", "speaker_label"),  # as client libraries save them
        ("start_offset", "end_offset", "speaker_tag", "speaker_label"),
    )
}
"""A key that stands near the beginning of a file → what its words are like."""

W = TypeVar("W", bound=_Word)


class _Alternative(Struct, Generic[W]):
    transcript: str = ""
    words: list[W] = []

    def names_speakers(self) -> bool:
        return any(word.speaker() for word in self.words)


class _Result(Struct, Generic[W]):
    alternatives: list[_Alternative[W]] = []
    channelTag: int = 0  # noqa: N815
    channel_tag: int = 0
    languageCode: str | None = None  # noqa: N815
    language_code: str | None = None

    def channel(self) -> int:
        return self.channelTag or self.channel_tag


class _Response(Struct, Generic[W]):
    results: list[_Result[W]] = []


class _File(Struct, Generic[W]):
    results: list[_Result[W]] = []
    response: _Response[W] | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: each word once, though a last result may repeat the whole recording."""
    word = next((word for key, word in _WORDS.items() if f'"{key}"' in source.sample_text), _Word)
    file: _File[Any] = source.json(_File[word])  # type: ignore[valid-type]
    results = (file.response or file).results
    channels: dict[int, list[_Alternative[Any]]] = {}
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


def _said_once(source: Source, results: list[_Alternative[W]]) -> list[_Alternative[W]]:
    """The results without those that the last repeats, there with the speakers of all words."""
    if len(results) < 2 or not _repeats(results[-1].words, [word for said in results[:-1] for word in said.words]):
        return results
    *before, last = results
    source.skipped["repeated results"] += len(before)
    earlier = [said.transcript for said in before]
    doubt_words(source, (word.word for word in last.words), earlier, [*earlier, last.transcript])
    return [last]


def _repeats(last: Sequence[_Word], before: Sequence[_Word]) -> bool:
    if not any(word.speaker() for word in last):
        return False
    if not before:
        return True
    begins_anew = last[0].end is not None and (last[0].word, last[0].end) == (before[0].word, before[0].end)
    return begins_anew or [word.word for word in last] == [word.word for word in before]


def _cues(said: _Alternative[Any], channel: int | None) -> Iterator[cues.Cue]:
    if said.names_speakers() or not said.transcript:
        return cues_of(
            Word(word.word, person(word.speaker(), channel), word.starts(), _seconds(word.end)) for word in said.words
        )
    start, end = (said.words[0].starts(), _seconds(said.words[-1].end)) if said.words else (None, None)
    return iter([cues.Cue(said.transcript, person(None, channel), start, end)])


def _seconds(time: Time) -> float | None:
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
