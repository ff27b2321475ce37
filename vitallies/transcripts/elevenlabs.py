"""ElevenLabs Scribe: words, the spaces between them and sounds, in one transcript or one a channel."""

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
    language,
    person,
    seconds,
)
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Word(Struct, gc=False):
    text: str = ""
    type: str = "word"
    start: float | None = None
    end: float | None = None
    speaker_id: Label = None


class _Channel(Struct):
    text: str = ""
    words: list[_Word] = []
    language_code: str | None = None
    channel_index: Label = None


class _File(_Channel):
    transcripts: list[_Channel] | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; sounds (laughter, steps) are counted."""
    file = source.json(_File)
    channels = file.transcripts or [file]
    several = len(channels) > 1
    source.skipped["sounds"] += sum(word.type == "audio_event" for channel in channels for word in channel.words)
    found = by_time(
        (channel.channel_index, cue)
        for channel in channels
        for cue in _cues(channel, channel.channel_index if several else None)
    )
    yield cues.transcript(source, all_named(source, found), language=language(channels[0].language_code))


def _cues(channel: _Channel, number: Label) -> Iterator[cues.Cue]:
    if channel.words:
        return cues_of(_words(channel, number))
    return iter([cues.Cue(channel.text, person(None, number))])


def _words(channel: _Channel, number: Label) -> Iterator[Word]:
    # Where the spaces are given, words of one speaker with none between them are one.
    spaced = any(word.type == "spacing" for word in channel.words)
    last: _Word | None = None
    for word in channel.words:
        if word.type == "word":
            attached = spaced and last is not None and last.speaker_id == word.speaker_id
            name = person(word.speaker_id, number)
            yield Word(word.text, name, seconds(word.start), seconds(word.end), attached)
        last = word if word.type == "word" else None


FORMAT = Format(
    name="elevenlabs",
    suffixes=(".json",),
    description="ElevenLabs Scribe JSON, with speakers or channels",
    read=read,
    recognises=lambda source: (
        ({"text", "type"} <= source.keys("words", 0) and {"language_code"} <= source.keys())
        or {"language_code", "words"} <= source.keys("transcripts", 0)
    ),
    follows=(
        "https://elevenlabs.io/docs/api-reference/speech-to-text/convert",
        "https://github.com/elevenlabs/elevenlabs-python/blob/main/src/elevenlabs/types/speech_to_text_chunk_response_model.py",
    ),
)
