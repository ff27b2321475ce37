"""Rev.ai: monologues of elements, words and marks that carry their own spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Label, Word, cues_of, language, person, seconds, spaced
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_MARK = re.compile(r"\s*<[^<>]*>\s*")
"""<laugh>, <inaudible>"""


class _Element(Struct):
    type: str = "text"
    value: str = ""
    ts: float | None = None
    end_ts: float | None = None


class _Speaker(Struct):
    display_name: str | None = None


class _Monologue(Struct):
    speaker: Label = None
    speaker_info: _Speaker | None = None
    elements: list[_Element] = []

    def name(self) -> str | None:
        """The name that somebody gave the speaker, else the number that every speaker has."""
        return (self.speaker_info.display_name if self.speaker_info else None) or person(self.speaker)


class _File(Struct):
    monologues: list[_Monologue] = []
    language: str | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a sentence."""
    file = source.json(_File)
    found = (cue for monologue in file.monologues for cue in cues_of(spaced(_words(source, monologue))))
    yield cues.transcript(source, found, language=language(file.language))


def _words(source: Source, monologue: _Monologue) -> Iterator[Word]:
    name = monologue.name()
    for element in monologue.elements:
        if _MARK.fullmatch(element.value):
            source.skipped["marks"] += 1
            continue
        is_mark = element.type == "punct"
        yield Word(element.value, name, seconds(element.ts), seconds(element.end_ts), attached=is_mark)


FORMAT = Format(
    name="rev-ai",
    suffixes=(".json",),
    description="Rev.ai JSON: monologues of elements",
    read=read,
    recognises=lambda source: {"speaker", "elements"} <= source.keys("monologues", 0),
    follows=(
        "https://github.com/revdotcom/revai-python-sdk/blob/develop/src/rev_ai/models/asynchronous/transcript.py",
        "https://github.com/revdotcom/revai-node-sdk",
    ),
)
