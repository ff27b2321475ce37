"""AssemblyAI: utterances, else paragraphs or sentences, else words; times in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

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
from vitallies.types import Transcript


class _Piece(Struct, gc=False):
    """An utterance, a paragraph, a sentence or a word."""

    text: str = ""
    start: float | None = None
    end: float | None = None
    speaker: Label = None
    words: list[_Piece] | None = None


class _File(Struct):
    status: str = "completed"
    error: str | None = None
    text: str | None = None
    utterances: list[_Piece] | None = None
    paragraphs: list[_Piece] | None = None
    sentences: list[_Piece] | None = None
    words: list[_Piece] | None = None
    language_code: str | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; the speaker of an utterance counts, whatever its words say."""
    file = source.json(_File)
    if file.status != "completed":
        why = f"the transcription has the status {file.status!r:.40} ({file.error or 'no error given':.200})"
        raise source.error(f"{why}: download it again once it is completed", code="empty")
    pieces = file.utterances or file.paragraphs or file.sentences
    if pieces:
        found = list(_cues(pieces, paragraphs=not file.utterances and bool(file.paragraphs)))
        differing = sum(word.speaker not in (None, piece.speaker) for piece in pieces for word in piece.words or ())
        doubt_speakers(source, differing, "utterance")
    elif file.words:
        found = list(cues_of(Word(word.text, person(word.speaker), *_times(word)) for word in file.words))
    else:
        found = [cues.Cue(file.text or "")]
    doubt_words(source, (cue.text for cue in found), [file.text or ""])
    yield cues.transcript(source, all_named(source, found), language=language(file.language_code))


def _cues(pieces: list[_Piece], *, paragraphs: bool) -> Iterator[cues.Cue]:
    return (cues.Cue(piece.text, person(piece.speaker), *_times(piece), paragraph=paragraphs) for piece in pieces)


def _times(piece: _Piece) -> tuple[float | None, float | None]:
    return seconds(piece.start, 1000), seconds(piece.end, 1000)


FORMAT = Format(
    name="assemblyai",
    suffixes=(".json",),
    description="AssemblyAI JSON: utterances, paragraphs, sentences or words",
    read=read,
    recognises=lambda source: (
        {"status", "text", "words"} <= source.keys()
        or {"confidence", "paragraphs"} <= source.keys()
        or {"confidence", "sentences"} <= source.keys()
    ),
    follows=(
        "https://docs.assemblyai.com/guides/getting-speaker-labels-speaker-diarization",
        "https://github.com/pietrop/assemblyai-to-dpe/tree/master/sample",
        "https://github.com/deepgram/deepgram-python-captions/tree/main/test",
    ),
)
