"""Whisper and what is built on it: OpenAI's API, whisper.cpp, faster-whisper, WhisperX, transformers."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import (
    Label,
    Word,
    all_named,
    cues_of,
    doubt_speakers,
    doubt_words,
    language,
    person,
    seconds,
)
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.types import Transcript

_MARKS = frozenset(",.!?;:")
_TURN = "[SPEAKER_TURN]"
"""What tinydiarize, in whisper.cpp, writes into the text where another begins to speak."""


class _Offsets(Struct):
    """Milliseconds, in whisper.cpp."""

    from_: float | None = field(default=None, name="from")
    to: float | None = None


class _Word(Struct, gc=False):
    """The key of the text depends on the program."""

    word: str = ""
    text: str = ""
    start: float | None = None
    end: float | None = None
    speaker: Label = None

    def said(self) -> str:
        return self.word or self.text


class _Segment(Struct):
    text: str = ""
    start: float | None = None
    end: float | None = None
    speaker: Label = None
    words: list[_Word] | None = None
    offsets: _Offsets | None = None
    timestamp: list[float | None] | None = None
    speaker_turn_next: bool = False

    def times(self) -> tuple[float | None, float | None]:
        if self.offsets:
            return seconds(self.offsets.from_, 1000), seconds(self.offsets.to, 1000)
        if self.timestamp:
            return seconds(self.timestamp[0]), seconds(self.timestamp[-1])
        return seconds(self.start), seconds(self.end)


class _Result(Struct):
    language: str | None = None


class _File(Struct):
    text: str | None = None
    language: str | None = None
    segments: list[_Segment] | None = None
    transcription: list[_Segment] | None = None
    result: _Result | None = None
    speakers: list[_Segment] | None = None
    chunks: list[_Segment] | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; where a segment names its speaker, that counts, whatever its words say."""
    is_list = source.head.lstrip().startswith(b"[")
    file = _File(segments=source.json(list[_Segment])) if is_list else source.json(_File)
    segments = file.segments or file.transcription or file.speakers or file.chunks
    found = list(_cues(source, segments)) if segments else [cues.Cue(file.text or "")]
    doubt_words(source, (cue.text for cue in found), [file.text or ""])
    spoken = file.result.language if file.result else file.language
    yield cues.transcript(source, all_named(source, found), language=language(spoken))


def _cues(source: Source, segments: list[_Segment]) -> Iterator[cues.Cue]:
    # Where segments carry their own spaces, one without goes on with the word that the last broke off.
    spaced = sum(segment.text[:1].isspace() for segment in segments) * 2 > len(segments)
    differing, changed, held = 0, False, None
    for segment in segments:
        goes_on = spaced and (segment.text[:1].islower() or segment.text[:1] in _MARKS)
        for number, cue in enumerate(_of_segment(segment, paragraph=changed)):
            if held is not None and goes_on and number == 0 and held.speaker == cue.speaker:
                held = cues.Cue(held.text + cue.text, held.speaker, held.start, cue.end, held.paragraph)
                continue
            if held is not None:
                yield held
            held = cue
        if segment.speaker is not None:
            differing += sum(word.speaker not in (None, segment.speaker) for word in segment.words or ())
        changed = segment.speaker_turn_next or segment.text.rstrip().endswith(_TURN)
    if held is not None:
        yield held
    doubt_speakers(source, differing, "segment")


def _of_segment(segment: _Segment, *, paragraph: bool) -> Iterator[cues.Cue]:
    words = segment.words or []
    if segment.speaker is None and any(word.speaker is not None for word in words):
        return cues_of(_words(words))
    # "?" is nobody, in whisper.cpp.
    speaker = None if segment.speaker == "?" else person(segment.speaker)
    text = one_spaced(segment.text.replace(_TURN, " "))
    return iter([cues.Cue(text, speaker, *segment.times(), paragraph=paragraph)])


def _words(words: list[_Word]) -> Iterator[Word]:
    spaced = any(word.said()[:1].isspace() for word in words)
    for number, word in enumerate(words):
        attached = spaced and number > 0 and not word.said()[:1].isspace()
        yield Word(word.said(), person(word.speaker), seconds(word.start), seconds(word.end), attached)


def _is_whisper(source: Source) -> bool:
    keys = source.keys()
    return (
        {"start", "end", "text"} <= source.keys("segments", 0)
        or {"offsets", "text"} <= source.keys("transcription", 0)
        or {"timestamp", "text"} <= source.keys("chunks", 0)
        or {"start", "end", "text"} <= source.keys(0)
        or {"text", "segments", "language"} <= keys
        or {"text", "duration", "language"} <= keys
    )


FORMAT = Format(
    name="whisper",
    suffixes=(".json",),
    description="Whisper JSON and its kin: OpenAI's API, whisper.cpp, WhisperX (speakers by segment or word)",
    read=read,
    recognises=_is_whisper,
    follows=(
        "https://github.com/openai/whisper/blob/main/whisper/utils.py",
        "https://github.com/openai/openai-python/blob/main/src/openai/types/audio/transcription_verbose.py",
        "https://github.com/openai/openai-python/blob/main/src/openai/types/audio/transcription_diarized_segment.py",
        "https://github.com/m-bain/whisperX/blob/main/whisperx/diarize.py",
        "https://github.com/ggml-org/whisper.cpp/blob/master/examples/cli/cli.cpp",
        "https://github.com/Vaibhavs10/insanely-fast-whisper/blob/main/src/insanely_fast_whisper/utils/result.py",
        "https://github.com/deepgram/deepgram-python-captions/blob/main/test/whisper_timestamped.json",
    ),
)
