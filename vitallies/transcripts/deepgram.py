"""Deepgram: utterances, else paragraphs, else words."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import (
    Label,
    Word,
    all_named,
    by_time,
    cues_of,
    doubt_speakers,
    doubt_words,
    language,
    person,
    seconds,
)
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Word(Struct, gc=False):
    word: str = ""
    punctuated_word: str | None = None
    start: float | None = None
    end: float | None = None
    speaker: Label = None


class _Sentence(Struct):
    text: str = ""
    start: float | None = None
    end: float | None = None


class _Paragraph(Struct):
    sentences: list[_Sentence] = []
    speaker: Label = None
    num_words: int = 0


class _Paragraphs(Struct):
    paragraphs: list[_Paragraph] = []


class _Alternative(Struct):
    transcript: str = ""
    words: list[_Word] = []
    paragraphs: _Paragraphs | None = None


class _Channel(Struct):
    alternatives: list[_Alternative] = []
    detected_language: str | None = None


class _Utterance(Struct):
    transcript: str = ""
    start: float | None = None
    end: float | None = None
    speaker: Label = None
    channel: int = 0
    words: list[_Word] = []


class _Results(Struct):
    channels: list[_Channel] = []
    utterances: list[_Utterance] | None = None


class _File(Struct):
    results: _Results


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; where utterances, paragraphs and words differ on who speaks, in that order."""
    results = source.json(_File).results
    best = [channel.alternatives[0] for channel in results.channels if channel.alternatives]
    source.skipped["alternatives"] += sum(len(channel.alternatives) for channel in results.channels) - len(best)
    several = len(results.channels) > 1
    utterances = results.utterances or []
    paragraphs = any(alternative.paragraphs for alternative in best)
    if utterances and (several or not paragraphs or any(utterance.speaker is not None for utterance in utterances)):
        found = by_time(_of_utterances(utterances, several))
        doubt_speakers(source, sum(map(_differing, utterances)), "utterance")
        doubt_words(source, (said.transcript for said in utterances), (said.transcript for said in best))
    else:
        found = by_time(
            (number, cue)
            for number, channel in enumerate(results.channels)
            for said in channel.alternatives[:1]
            for cue in _of_channel(source, said, number if several else None)
        )
    spoken = next((channel.detected_language for channel in results.channels), None)
    yield cues.transcript(source, all_named(source, found), language=language(spoken))


def _differing(utterance: _Utterance) -> int:
    """How many of its words name another speaker."""
    if utterance.speaker is None:
        return 0
    return sum(word.speaker not in (None, utterance.speaker) for word in utterance.words)


def _of_utterances(utterances: list[_Utterance], several: bool) -> Iterator[tuple[int, cues.Cue]]:
    for utterance in utterances:
        channel = utterance.channel if several else None
        if utterance.speaker is None and any(word.speaker is not None for word in utterance.words):
            yield from ((utterance.channel, cue) for cue in cues_of(_words(utterance.words, channel)))
        else:
            name = person(utterance.speaker, channel)
            cue = cues.Cue(utterance.transcript, name, seconds(utterance.start), seconds(utterance.end))
            yield utterance.channel, cue


def _of_channel(source: Source, said: _Alternative, channel: int | None) -> Iterator[cues.Cue]:
    if said.paragraphs and said.paragraphs.paragraphs:
        yield from _of_paragraphs(source, said.paragraphs.paragraphs, said.words, channel)
    elif said.words:
        yield from cues_of(_words(said.words, channel))
    else:
        yield cues.Cue(said.transcript, person(None, channel))


def _of_paragraphs(
    source: Source, paragraphs: list[_Paragraph], words: list[_Word], channel: int | None
) -> Iterator[cues.Cue]:
    differing = at = 0
    for paragraph in paragraphs:
        differing += sum(
            word.speaker not in (None, paragraph.speaker) for word in words[at : at + max(paragraph.num_words, 0)]
        )
        at += max(paragraph.num_words, 0)
        for number, sentence in enumerate(paragraph.sentences):
            yield cues.Cue(
                sentence.text,
                person(paragraph.speaker, channel),
                seconds(sentence.start),
                seconds(sentence.end),
                paragraph=number == 0,
            )
    doubt_speakers(source, differing, "paragraph")


def _words(words: list[_Word], channel: int | None) -> Iterator[Word]:
    for word in words:
        text = word.punctuated_word or word.word
        yield Word(text, person(word.speaker, channel), seconds(word.start), seconds(word.end))


FORMAT = Format(
    name="deepgram",
    suffixes=(".json",),
    description="Deepgram JSON: utterances, paragraphs or words, one or several channels",
    read=read,
    recognises=lambda source: "channels" in source.keys("results"),
    follows=(
        "https://developers.deepgram.com/docs/utterances",
        "https://developers.deepgram.com/docs/paragraphs",
        "https://github.com/deepgram/deepgram-python-captions/tree/main/test",
    ),
)
