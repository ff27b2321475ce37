"""Praat's TextGrid, long or short: tiers of labelled intervals.

Praat reads free-standing numbers, quoted texts and flags, and takes all else for comments; so does this reader.
(praatio, the library for it, goes by lines: it ends a tier without a word at a label that is laid out otherwise.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vitallies.transcripts import cues, tiers
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.transcripts.tiers import Label, Tier
from vitallies.types import Transcript

_TOKEN = re.compile(
    r'"(?P<text>[^"]*+(?:""[^"]*+)*+)"'
    r"|(?<!\S)(?P<number>-?\d{1,20}(?:\.\d*)?(?:[eE][-+]?\d{1,3})?)s?(?!\S)"
    r"|(?<!\S)!.*"
)
_INTERVAL = 2
_TIERS = {"IntervalTier": _INTERVAL, "TextTier": 1}
"""Class of a tier → the times of each of its labels."""
_BINARY = b"ooBinaryFile"


@dataclass(slots=True)
class _Open:
    """A tier that is being read; its first label is preceded by the tier's own times and size."""

    times: int
    name: str | None = None
    size: float = 0
    labels: list[Label] = field(default_factory=list)
    count: int = 0
    broken_at: int | None = None

    def takes(self, numbers: list[float]) -> bool:
        """Whether a text after these numbers is a label."""
        return self.name is not None and len(numbers) == self.times + 3 * (not self.count) and self.broken_at is None

    def add(self, text: str, numbers: list[float]) -> None:
        if not self.count:
            self.size = numbers[2]
        self.count += 1
        if self.times == _INTERVAL and text:
            self.labels.append(Label(text, *numbers[-2:]))


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: the interval tiers are speakers, or the one tier nobody's; points are counted."""
    if source.head.startswith(_BINARY):
        raise source.error("is a binary TextGrid: save it as a text file in Praat", code="binary")
    found = list(_tiers(source.text(), source))
    yield cues.transcript(source, tiers.cues(source, found))


def _tiers(text: str, source: Source) -> Iterator[Tier]:
    """The interval tiers, each up to where it is sound; what stands in front of the first is passed over."""
    tier: _Open | None = None
    numbers: list[float] = []
    for match in _TOKEN.finditer(text):
        if match["number"]:
            numbers.append(float(match["number"]))
        elif match["text"] is not None:
            words = one_spaced(match["text"].replace('""', '"'))
            if tier is not None and tier.takes(numbers):
                tier.add(words, numbers)
            elif words in _TIERS:
                yield from _closed(tier, numbers, text, match.start(), source)
                tier = _Open(_TIERS[words])
            elif tier is not None and tier.name is None:
                tier.name = words
            elif tier is not None and tier.broken_at is None:
                tier.broken_at = match.start()
            numbers = []
    yield from _closed(tier, numbers, text, len(text), source)


def _closed(tier: _Open | None, numbers: list[float], text: str, at: int, source: Source) -> Iterator[Tier]:
    if tier is None:
        return
    size = tier.size if tier.count else next(iter(numbers[2:3]), None)
    if tier.broken_at is not None or tier.count != size:
        line = text.count("\n", 0, at if tier.broken_at is None else tier.broken_at) + 1
        fault = f"the tier {tier.name!r:.60} holds {tier.count} whole labels, not as many as it says"
        source.warn(f"{fault}: save it again in Praat", line=line, code="tier-cut-off")
    if tier.times == _INTERVAL:
        yield Tier(tier.name or "", tier.labels)
    else:
        source.skipped["points"] += tier.count


FORMAT = Format(
    name="textgrid",
    suffixes=(".textgrid",),
    description="Praat TextGrid: a tier a speaker, an interval an utterance",
    read=read,
    recognises=lambda source: b"ooTextFile" in source.sample[:200] and b'"TextGrid"' in source.sample[:1000],
    follows=(
        "https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html",
        "https://github.com/nzilbb/ag/blob/main/converter/textgridtoeaf/src/test/resources/nzilbb/converter/multitier.TextGrid",
    ),
)
