"""AWS Transcribe: audio segments, else items by channel, else items with the labels of speakers."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import (
    Time,
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


class _Alternative(Struct, gc=False):
    content: str = ""


class _Item(Struct, gc=False):
    type: str = "pronunciation"
    alternatives: list[_Alternative] = []
    start_time: Time = None
    end_time: Time = None
    speaker_label: str | None = None
    channel_label: str | None = None
    id: int | None = None

    def content(self) -> str:
        return self.alternatives[0].content if self.alternatives else ""


class _Spoken(Struct, gc=False):
    start_time: Time = None
    speaker_label: str | None = None


class _SpeakerSegment(Struct):
    items: list[_Spoken] = []


class _SpeakerLabels(Struct):
    segments: list[_SpeakerSegment] = []


class _Channel(Struct):
    channel_label: str | None = None
    items: list[_Item] = []


class _ChannelLabels(Struct):
    channels: list[_Channel] = []


class _AudioSegment(Struct):
    transcript: str = ""
    start_time: Time = None
    end_time: Time = None
    speaker_label: str | None = None
    channel_label: str | None = None
    items: list[int] = []


class _Whole(Struct):
    transcript: str = ""


class _Results(Struct):
    transcripts: list[_Whole] = []
    items: list[_Item] = []
    speaker_labels: _SpeakerLabels | None = None
    channel_labels: _ChannelLabels | None = None
    audio_segments: list[_AudioSegment] = []
    language_code: str | None = None


class _File(Struct):
    results: _Results


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript."""
    results = source.json(_File).results
    # Older files say only by its time who speaks a word.
    speakers = {
        spoken.start_time: spoken.speaker_label
        for segment in (results.speaker_labels.segments if results.speaker_labels else ())
        for spoken in segment.items
    }
    channels = results.channel_labels.channels if results.channel_labels else []
    several = len(channels) > 1
    whole = [whole.transcript for whole in results.transcripts]
    if results.audio_segments:
        found = _of_segments(source, results, several)
        doubt_words(source, (segment.transcript for segment in results.audio_segments), _contents(results.items), whole)
    elif channels:
        found = by_time(
            (channel.channel_label, cue)
            for channel in channels
            for cue in cues_of(_words(channel.items, speakers, channel.channel_label if several else None))
        )
        doubt_words(source, (text for channel in channels for text in _contents(channel.items)), whole)
    elif results.items:
        found = list(cues_of(_words(results.items, speakers, None)))
        doubt_words(source, _contents(results.items), whole)
    else:
        found = [cues.Cue(text) for text in whole]
    yield cues.transcript(source, all_named(source, found), language=language(results.language_code))


def _of_segments(source: Source, results: _Results, several: bool) -> list[cues.Cue]:
    speakers = {item.id: item.speaker_label for item in results.items if item.type == "pronunciation"}
    found: list[tuple[str | None, cues.Cue]] = []
    differing = 0
    for segment in results.audio_segments:
        differing += sum(speakers.get(item) not in (None, segment.speaker_label) for item in segment.items)
        name = person(segment.speaker_label, segment.channel_label if several else None)
        cue = cues.Cue(segment.transcript, name, seconds(segment.start_time), seconds(segment.end_time))
        found.append((segment.channel_label, cue))
    doubt_speakers(source, differing, "segment")
    return by_time(found)


def _words(items: list[_Item], speakers: dict[Time, str | None], channel: str | None) -> Iterator[Word]:
    for item in items:
        marks = item.type == "punctuation"
        speaker = item.speaker_label or (None if marks else speakers.get(item.start_time))
        # A mark belongs to the words before it, whoever it is put down to.
        name = None if marks else person(speaker, channel)
        yield Word(item.content(), name, seconds(item.start_time), seconds(item.end_time), attached=marks)


def _contents(items: list[_Item]) -> Iterator[str]:
    return (item.content() for item in items)


FORMAT = Format(
    name="aws-transcribe",
    suffixes=(".json",),
    description="AWS Transcribe JSON: speaker labels, channels, audio segments",
    read=read,
    recognises=lambda source: {"transcripts", "items"} <= source.keys("results"),
    follows=(
        "https://docs.aws.amazon.com/transcribe/latest/dg/diarization-output-batch.html",
        "https://docs.aws.amazon.com/transcribe/latest/dg/channel-id-output-batch.html",
        "https://github.com/pietrop/aws-to-dpe/tree/master/sample",
    ),
)
