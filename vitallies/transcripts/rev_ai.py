"""Rev.ai, and Rev's editor: monologues of elements, words and marks that carry their own spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

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
    timestamp: str | None = None
    end_timestamp: str | None = None
    """As the editor writes times: 00:00:01,500."""


class _Speaker(Struct):
    display_name: str | None = None


class _Named(Struct):
    id: Label = None
    name: str | None = None


class _Monologue(Struct):
    speaker: Label = None
    speaker_info: _Speaker | None = None
    elements: list[_Element] = []

    def name(self, names: Mapping[Label, str | None]) -> str | None:
        """The name that somebody gave the speaker, else the number that every speaker has."""
        given = self.speaker_info.display_name if self.speaker_info else names.get(self.speaker)
        return given or person(self.speaker)


class _File(Struct):
    monologues: list[_Monologue] = []
    speakers: list[_Named] = []
    language: str | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a sentence."""
    file = source.json(_File)
    names = {speaker.id: speaker.name for speaker in file.speakers}
    found = (cue for monologue in file.monologues for cue in cues_of(spaced(_words(source, monologue, names))))
    yield cues.transcript(source, found, language=language(file.language))


def _words(source: Source, monologue: _Monologue, names: Mapping[Label, str | None]) -> Iterator[Word]:
    name = monologue.name(names)
    for element in monologue.elements:
        if _MARK.fullmatch(element.value):
            source.skipped["marks"] += 1
            continue
        is_mark = element.type == "punct"
        start, end = seconds(element.timestamp or element.ts), seconds(element.end_timestamp or element.end_ts)
        yield Word(element.value, name, start, end, attached=is_mark)


FORMAT = Format(
    name="rev-ai",
    suffixes=(".json",),
    description="Rev.ai JSON, monologues of elements; that of Rev's editor (names, clock times) is unverified",
    read=read,
    recognises=lambda source: {"speaker", "elements"} <= source.keys("monologues", 0),
    follows=(
        "https://github.com/revdotcom/revai-python-sdk/blob/develop/src/rev_ai/models/asynchronous/transcript.py",
        "https://github.com/revdotcom/revai-node-sdk",
    ),
)
