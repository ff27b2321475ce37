"""Tiers of labels along a recording, as Praat and ELAN have them: which are speech, whose, and in what order."""

from __future__ import annotations

import functools
import heapq
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from operator import itemgetter
from typing import NamedTuple

from vitallies.errors import DataError
from vitallies.transcripts.cues import Cue
from vitallies.transcripts.recognised import Word, cues_of
from vitallies.transcripts.source import Source

_KINDS = ("utterances", "turns", "words")
"""Of the same person's tiers, the first is read: the others say the same once more."""
_LISTS = (*_KINDS, "other", "silences")
_PARTS = re.compile(r"\s+-\s+|@")
_TWO = (re.compile(r"(.+?)[\s_-]+(\w+)"), re.compile(r"(\w+?)[\s_-]+(.+)"))


class Label(NamedTuple):
    """A stretch of a tier, its words on one line."""

    text: str
    start: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class Tier:
    """Labels of one sort; ``speaker`` where the file says whose they are, beside the name of the tier."""

    name: str
    labels: list[Label] = field(default_factory=list)
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class _Sorted:
    tier: Tier
    kind: str
    speaker: str | None


def cues(source: Source, tiers: Iterable[Tier]) -> Iterator[Cue]:
    """The cues of all tiers that are speech, in the order of time; what the others hold is counted."""
    spoken, others = _chosen([_sorted(tier) for tier in tiers])
    left_out = [tier.name for tier in others if tier.labels]
    source.skipped["labels of other tiers"] += sum(len(tier.labels) for tier in others)
    if left_out:
        names = ", ".join(map(repr, left_out))
        source.warn(f"the tiers {names} were taken for no speech: rename them where they are", code="tiers")
    alone = len(spoken) == 1
    channels = [_timed(_cues(item, source, None if alone else item.tier.name)) for item in spoken]
    return (cue for _, cue in heapq.merge(*channels, key=itemgetter(0)))


def _timed(cues: Iterable[Cue]) -> Iterator[tuple[float, Cue]]:
    """Cues of one tier, which stay in their order, with the latest time at which one of them began."""
    latest = 0.0
    for cue in cues:
        latest = max(latest, cue.start or 0.0)
        yield latest, cue


def _sorted(tier: Tier) -> _Sorted:
    """What sort of labels a tier holds, and whose: by its name, which may be a sort, a speaker or both."""
    parts = [part for part in _PARTS.split(tier.name.strip(' "')) if part.strip()]
    for two in _TWO if len(parts) == 1 else ():
        match = two.fullmatch(parts[0])
        if match and {_kind(part) for part in match.groups()} & {"words", "other"}:
            parts = list(match.groups())
            break
    kinds = [kind for kind in map(_kind, parts) if kind]
    named = " - ".join(part.strip() for part in parts if not _kind(part) and not (kinds and part.strip().isdecimal()))
    return _Sorted(tier, kinds[0] if kinds else "utterances", tier.speaker or named or None)


def _kind(part: str) -> str | None:
    return _lists().get(part.strip().casefold())


def _chosen(tiers: Sequence[_Sorted]) -> tuple[list[_Sorted], list[Tier]]:
    """The tiers to read, and those left out: of other sorts, or with what another tier of the person holds whole."""
    spoken: list[_Sorted] = []
    for kind in _KINDS:
        people = {item.speaker for item in spoken}
        spoken += [
            item
            for item in tiers
            if item.kind == kind and item.tier.labels and item.speaker not in people and (item.speaker or not people)
        ]
    return spoken, [item.tier for item in tiers if not any(item is other for other in spoken)]


def _cues(item: _Sorted, source: Source, name: str | None) -> Iterator[Cue]:
    speaker = item.speaker or name
    if item.kind == "words":
        spoken = [label for label in item.tier.labels if _lists().get(label.text.casefold()) != "silences"]
        source.skipped["silences"] += len(item.tier.labels) - len(spoken)
        yield from cues_of(Word(label.text, speaker, label.start, label.end) for label in spoken)
        return
    for label in item.tier.labels:
        yield Cue(label.text, speaker, label.start, label.end, paragraph=True)


@functools.cache
def _lists() -> dict[str, str]:
    """Word → the list in which it stands."""
    lists = json.loads(resources.files(__package__).joinpath("tiers.json").read_text(encoding="utf-8"))
    words = [word for name in _LISTS for word in lists.get(name, ())]
    if set(lists) != set(_LISTS) or len(set(words)) < len(words) or any(word != word.casefold() for word in words):
        raise DataError(f"tiers.json must hold the lists {', '.join(_LISTS)}, each word once and in lower case")
    return {word: name for name in _LISTS for word in lists[name]}
