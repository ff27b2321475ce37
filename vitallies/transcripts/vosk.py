"""Vosk: one result after the other, as a program saves them, or monologues, as vosk-transcriber writes them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Word(Struct):
    text: str = ""
    word: str = ""
    start: float | None = None
    end: float | None = None


class _Result(Struct):
    """Of a program: ``result`` and ``text``; of vosk-transcriber: ``terms``."""

    text: str = ""
    result: list[_Word] = []
    terms: list[_Word] = []

    def cue(self) -> cues.Cue:
        words = self.result or self.terms
        said = self.text or " ".join(word.word or word.text for word in words)
        start, end = (words[0].start, words[-1].end) if words else (None, None)
        return cues.Cue(said, None, seconds(start), seconds(end))


class _File(Struct):
    monologues: list[_Result] = []


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; nobody is named."""
    if {"monologues"} <= source.keys():
        results = source.json(_File).monologues
    elif source.head.lstrip().startswith(b"["):
        results = source.json(list[_Result])
    else:
        results = [source.json(_Result)]
    yield cues.transcript(source, (result.cue() for result in results))


def _is_vosk(source: Source) -> bool:
    return {"conf", "word"} <= source.keys("result", 0) | source.keys(0, "result", 0) or "terms" in source.keys(
        "monologues", 0
    )


FORMAT = Format(
    name="vosk",
    suffixes=(".json",),
    description="Vosk JSON: a result, a list of results, or what vosk-transcriber writes",
    read=read,
    recognises=_is_vosk,
    follows=("https://github.com/alphacep/vosk-api/blob/master/python/vosk/transcriber/transcriber.py",),
)
