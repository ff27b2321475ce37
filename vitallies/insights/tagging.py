"""Tags of strategy and culture language: what each one is, and where its wordings stand in what we say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from vitallies.errors import DataError
from vitallies.insights.framed_turns import our_turns
from vitallies.pipeline.context import CueMatcher, words_as_read
from vitallies.pipeline.docs import blank_english, tokenise
from vitallies.pipeline.groups import CUE_SPANS
from vitallies.pipeline.tokens import TokenTable

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from vitallies.types import Analysis

ENOUGH: Final = 0.7
"""Share of the judged hits of a tag that must be right for it to be used."""

_BREAKS: Final = frozenset({"--", "—", "–", ";"})
"""Marks besides those that close a sentence over which no pattern reaches: the speaker starts anew there."""
_BREAK: Final = "\n"
_WIDEST: Final = 9

_TAG_KEYS: Final = frozenset({"point", "definition", "excludes", "unless", "judged"})
_POLE_KEYS: Final = frozenset({"examples", "patterns"})

_Item = tuple[frozenset[str] | None, int, int]
"""Words allowed (None for any), the fewest and the most of them."""


@dataclass(frozen=True, slots=True)
class Pole:
    """One of the two ways in which a tag's matter may be spoken of; a tag without such has a single, nameless one.

    Parameters
    ----------
    name : str or None
        ``"PROACTIVE"``; None where the tag has one pole alone.
    definition : str or None
        What counts, beyond the tag's own definition.
    examples : tuple of str
        Invented sentences that carry it.
    """

    name: str | None
    definition: str | None
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A kind of strategy or culture language.

    Parameters
    ----------
    name : str
        ``"SIMPLICITY"``.
    point : str
        What it is about, in a few words.
    definition : str
        What counts.
    poles : tuple of Pole
        One or two.
    excludes : tuple of str
        What does not count.
    judged : (int, int) or None
        How many hits were right of how many drawn at random and read by others than the writers of the patterns; None
        where they have not been read yet.
    """

    name: str
    point: str
    definition: str
    poles: tuple[Pole, ...]
    excludes: tuple[str, ...]
    judged: tuple[int, int] | None

    @property
    def precision(self) -> float:
        """Share of the judged hits that are right; NaN where none have been judged."""
        return self.judged[0] / self.judged[1] if self.judged else np.nan

    @property
    def used(self) -> bool:
        """Whether it is looked for: a tag judged right in less than `ENOUGH` is listed, and not used."""
        return not self.precision < ENOUGH


@dataclass(frozen=True, slots=True)
class TagHit:
    """A stretch of a turn that carries a tag.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets: ``text`` is exactly ``turns[turn].text[start:end]``.
    text : str
        The words.
    tag : str
        Name of the tag.
    pole : str or None
        Which of the tag's poles, where it has two.
    speaker : str or None
        Who says it.
    """

    transcript: str
    turn: int
    start: int
    end: int
    text: str
    tag: str
    pole: str | None
    speaker: str | None


@dataclass(frozen=True, slots=True)
class _Pattern:
    tag: str
    pole: str | None
    veto: bool
    items: tuple[_Item, ...]


class TagRules:
    """Tags with their patterns, ready to be matched.

    Patterns are looked up by their first word: on the shipped ones that is forty times as fast as spaCy's Matcher,
    which tries each of them at every token (12,000 words a second).

    Parameters
    ----------
    content : mapping
        As ``rules/language.json`` holds it; its ``about`` tells how a pattern is written.

    Raises
    ------
    DataError
        Naming the tag and the entry that is wrong.

    Attributes
    ----------
    tags : mapping of str to Tag
        All of them, those not used too.
    fillers : frozenset of str
        Words read over.
    keys : tuple of (str, str or None)
        Tag and pole of those used, in the order of every table.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        _need(content, {"about", "fillers", "words", "tags"}, "rules/language.json")
        self._lists: Mapping[str, Sequence[str]] = content["words"]
        for name, words in self._lists.items():
            _check(words, f'the list "{name}"')
        self.fillers = frozenset(content["fillers"])
        self._starts: dict[str, list[_Pattern]] = {}
        tags: dict[str, Tag] = {}
        for name, entry in content["tags"].items():
            _need(entry, _TAG_KEYS | ({"poles"} if "poles" in entry else _POLE_KEYS), name)
            poles: Mapping[str | None, Any] = entry.get("poles", {None: entry})
            for key, pole in entry.get("poles", {}).items():
                _need(pole, _POLE_KEYS | {"definition"}, f"{name}, {key}")
            if not _counted(entry["judged"]):
                raise DataError(f"{name}: judged must be null or [hits found right, hits judged]: {entry['judged']!r}")
            tags[name] = Tag(
                name,
                entry["point"],
                entry["definition"],
                tuple(
                    Pole(key, pole["definition"] if key else None, tuple(pole["examples"]))
                    for key, pole in poles.items()
                ),
                tuple(entry["excludes"]),
                tuple(entry["judged"]) if entry["judged"] else None,
            )
            rows = [(pole, False, row) for pole, found in poles.items() for row in found["patterns"]]
            rows += [(None, True, row) for row in entry["unless"]]
            _once([row for *_, row in rows], name)
            for pole, veto, row in rows:
                pattern = _Pattern(name, pole, veto, self._items(row, f"{name}: {row!r}"))
                for word in (pattern.items[0][0] or ()) if tags[name].used else ():
                    self._starts.setdefault(word, []).append(pattern)
        self.tags: Mapping[str, Tag] = MappingProxyType(tags)
        self.keys = tuple((tag.name, pole.name) for tag in tags.values() if tag.used for pole in tag.poles)

    def find(self, words: Sequence[str]) -> list[tuple[int, int, str, str | None]]:
        """Find the tags in the words of a turn.

        Parameters
        ----------
        words : sequence of str
            NORMs, with a line feed for each break.

        Returns
        -------
        list of (int, int, str, str or None)
            First word, the one after the last, tag and pole; in reading order. Those of one tag don't overlap: the
            longest wins, then the first.
        """
        found: dict[str, list[tuple[int, int, _Pattern]]] = {}
        for start, word in enumerate(words):
            for pattern in self._starts.get(word, ()):
                end = _end(words, start, pattern.items)
                if end is not None:
                    found.setdefault(pattern.tag, []).append((start, end, pattern))
        hits = [
            (start, end, tag, pattern.pole) for tag, matches in found.items() for start, end, pattern in _kept(matches)
        ]
        return sorted(hits, key=lambda hit: hit[:3])

    def _items(self, row: str, where: str) -> tuple[_Item, ...]:
        if row != " ".join(row.split()):
            raise DataError(f"{where}: single spaces between the items, and none around them")
        items = tuple(self._item(item, where) for item in row.split())
        if not items or any(allowed is None or not fewest for allowed, fewest, _ in (items[0], items[-1])):
            raise DataError(f"{where}: must begin and end with a word that has to be there")
        return items

    def _item(self, item: str, where: str) -> _Item:
        if item.startswith("*"):
            if item[1:] not in map(str, range(1, _WIDEST + 1)):
                raise DataError(f"{where}: {item!r} must be * with a number from 1 to {_WIDEST}")
            return None, 0, int(item[1:])
        parts = item.removesuffix("?").split("|")
        lists = [part[1:] for part in parts if part.startswith("@")]
        words = [part for part in parts if not part.startswith("@")]
        if missing := sorted(set(lists) - self._lists.keys()):
            raise DataError(f'{where}: there is no list {missing[0]!r} in "words"')
        _once(lists, where)
        _check(words, where)
        return frozenset(words).union(*(self._lists[name] for name in lists)), int(not item.endswith("?")), 1


def _need(entry: Mapping[str, Any], keys: Set[str], where: str) -> None:
    if entry.keys() != keys:
        raise DataError(f"{where}: needs the keys {sorted(keys)}, and has {sorted(entry)}")


def _counted(judged: object) -> bool:
    return judged is None or (
        isinstance(judged, list)
        and len(judged) == 2
        and all(type(count) is int for count in judged)
        and 0 <= judged[0] <= judged[1]
        and judged[1] > 0
    )


def _check(words: Sequence[str], where: str) -> None:
    for word in words:
        norms = [token.norm_ for token in blank_english().tokenizer(word)]
        if norms != [word]:
            raise DataError(f"{where}: {word!r} can never match: its tokens' NORMs are {' '.join(norms)!r}")
    _once(words, where)


def _once(entries: Iterable[str], where: str) -> None:
    if repeated := [entry for entry, times in Counter(entries).items() if times > 1]:
        raise DataError(f"{where}: stands twice: {repeated}")


def _end(words: Sequence[str], at: int, items: tuple[_Item, ...], place: int = 0) -> int | None:
    """Where the shortest match of the items from ``place`` on that begins at a word ends; None where there is none."""
    if place == len(items):
        return at
    allowed, fewest, most = items[place]
    for taken in range(most + 1):
        if taken >= fewest and (end := _end(words, at + taken, items, place + 1)) is not None:
            return end
        if taken == most or at + taken == len(words):
            return None
        word = words[at + taken]
        if word == _BREAK or (allowed is not None and word not in allowed):
            return None
    return None


def _kept(matches: list[tuple[int, int, _Pattern]]) -> Iterator[tuple[int, int, _Pattern]]:
    vetoed = {at for start, end, pattern in matches if pattern.veto for at in range(start, end)}
    taken: set[int] = set()
    for start, end, pattern in sorted(matches, key=lambda match: (match[0] - match[1], match[0])):
        inside = set(range(start, end))
        if not pattern.veto and not inside & vetoed and not inside & taken:
            taken |= inside
            yield start, end, pattern


@cache
def tag_rules() -> TagRules:
    """Return the tags of ``rules/language.json``."""
    path = files("vitallies.insights.rules").joinpath("language.json")
    return TagRules(json.loads(path.read_text(encoding="utf-8")))


@cache
def _own_words(customers: Sequence[str]) -> CueMatcher:
    return CueMatcher(blank_english(), customers)


def find_tags(analysis: Analysis, customers: Sequence[str] = ()) -> list[TagHit]:
    """Find strategy and culture language in what we say.

    Parameters
    ----------
    analysis : Analysis
        Only its transcript is read, of that the turns that `our_turns` gives.
    customers : sequence of str
        The caller's own words for the people served, read as "customer" and "customers".

    Returns
    -------
    list of TagHit
        In reading order. Hits of one tag don't overlap; hits of different tags may.

    References
    ----------
    The tags follow what R. L. Lawton (Creating a Customer-Centered Culture, 1993: language, values, measures, power)
    and writers on customer strategy ask of a group's talk; the definitions and patterns are ours.
    """
    transcript, found = analysis.transcript, []
    own = _own_words(tuple(customers) if isinstance(customers, list) else customers) if customers else None
    for number, turn in our_turns(analysis):
        words, bounds = _read(tokenise(blank_english(), turn.text), own)
        for first, last, tag, pole in tag_rules().find(words):
            start, end = bounds[first][0], bounds[last - 1][1]
            found.append(TagHit(transcript.id, number, start, end, turn.text[start:end], tag, pole, turn.speaker))
    return found


def _read(doc: Doc, own: CueMatcher | None) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of a turn as the patterns read them, with the code points of each."""
    ends: dict[int, int] = {}
    mentions = []
    if own:
        own.mark(doc)
        mentions = [cue for cue in doc.spans[CUE_SPANS] if cue.id]
        ends = {cue.start: cue.end for cue in mentions}
    tokens = TokenTable(doc)
    norms, places = words_as_read(tokens, mentions)
    words, bounds, fillers = [], [], tag_rules().fillers
    for norm, place in zip(norms.tolist(), places.tolist(), strict=True):
        token = doc[place]
        if tokens.terminal[place] or token.text in _BREAKS:
            word = _BREAK
        elif tokens.word[place]:
            word = doc.vocab.strings[norm]
        else:
            continue
        if word not in fillers:
            last = doc[ends.get(place, place + 1) - 1]
            words.append(word)
            bounds.append((token.idx, last.idx + len(last)))
    return words, bounds
