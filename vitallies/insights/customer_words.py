"""Nouns that may refer to the people served, and whether the words around them say that they do."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from vitallies.errors import UsageError
from vitallies.pipeline.context import both_forms
from vitallies.pipeline.docs import blank_english
from vitallies.pipeline.groups import TURNS
from vitallies.pipeline.rules import rules
from vitallies.pipeline.tokens import TokenTable

_KINDS = ("served", "perhaps", "kin", "story", "places", "general", "titles", "others")
OWN: Final = "own"
"""The caller's words: they win over ours and are always meant."""

_FORWARD, _BACKWARD = 5, 4
"""Words looked over between a noun and the verb that it goes with."""

_GENERAL = 0.15
"""Where a smaller share of a transcript's general words ("people") is framed, "people" there are people in general.
One is added to the framed and four to all, so that a short transcript is not judged by that."""

_AGREEING, _AGREED = 3, 0.5
"""Times, and share of all, that a plural noun is told to mean those served, from which all its others do too."""

_OWN_FAMILY, _OWN_SHARE = 3, 0.25
"""Where so many family members, and such a share of all, are said to be "my …", a transcript's are the speakers' own
unless framed."""


@cache
def phrases(key: str, name: str = "customers") -> Set[str]:
    """Return a list of ``rules/<name>.json`` as phrases with single spaces."""
    return frozenset(" ".join(phrase) for phrase in rules(name, "vitallies.insights.rules")[key])


@cache
def inflected(key: str, name: str = "customers") -> Set[str]:
    """Return a list of verbs in all regular forms; English spelling leaves some forms open, so all are made."""
    forms = set()
    for verb in phrases(key, name):
        stem = verb[:-1] if verb.endswith("e") else verb
        forms |= {verb, verb + "s", verb + "es", stem + "ed", stem + "ing", verb + verb[-1] + "ed"}
        forms |= {verb + verb[-1] + "ing"} | ({stem[:-1] + "ies", stem[:-1] + "ied"} if verb.endswith("y") else set())
    return frozenset(forms)


@cache
def _irregular() -> dict[str, list[str]]:
    plurals: dict[str, list[str]] = {}
    for pair in rules("customers", "vitallies.insights.rules")["irregular"]:
        half = len(pair) // 2
        plurals.setdefault(" ".join(pair[:half]), []).append(" ".join(pair[half:]))
    return plurals


def plurals_of(word: str) -> Sequence[str]:
    """Return the plurals of a singular noun, irregular ones by the list."""
    return _irregular().get(word) or sorted(both_forms(word)[1])


class Words:
    """The tokens of a transcript as the rules read them.

    Parameters
    ----------
    doc : Doc
        With the span group ``turns``.

    Attributes
    ----------
    norm, lower : list of str
        NORM and lower case of each token.
    title : list of bool
        Whether it is capitalised.
    edges : list of int
        First token of each sentence, and the number of tokens: a sentence ends after a closing mark that white space
        follows and at the end of its turn.
    """

    def __init__(self, doc: Doc) -> None:
        table = TokenTable(doc)
        self.norm = [token.norm_ for token in doc]
        self.lower = [token.lower_ for token in doc]
        self.title = [token.is_title for token in doc]
        ends = np.flatnonzero(table.terminal & table.spaced) + 1
        self.edges = sorted({0, len(doc), *ends.tolist(), *(turn.start for turn in doc.spans[TURNS])})

    def sentence(self, token: int) -> tuple[int, int]:
        """First token, and the one after the last, of the sentence around a token."""
        at = bisect_right(self.edges, token)
        return self.edges[at - 1], self.edges[at]

    def meets(self, start: int, end: int, goals: Set[str], skipped: Set[str], most: int) -> bool:
        """Whether, from ``start`` on towards ``end``, one of the goals comes behind words that may be skipped."""
        step = 1 if end >= start else -1
        for seen, at in enumerate(range(start, end, step)):
            if self.norm[at] in goals:
                return True
            if seen >= most or self.norm[at] not in skipped:
                return False
        return False

    def follows(self, at: int, end: int, many: Set[str]) -> bool:
        """Whether one of some phrases begins exactly at a token."""
        return any(" ".join(self.norm[at : min(at + size, end)]) in many for size in (1, 2, 3, 4))


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun that may refer to the people served.

    Parameters
    ----------
    start, end : int
        Its tokens.
    kind : str
        The list that holds it; ``"own"`` for the caller's words.
    word : str
        The noun in the singular; the caller's word as the caller writes it.
    singular : bool
        Whether it stands in the singular here.
    """

    start: int
    end: int
    kind: str
    word: str
    singular: bool


class NounMatcher:
    """Finds the nouns of the lists, and the caller's own words.

    Parameters
    ----------
    customers : sequence of str
        The caller's words for the people served, singular or plural.

    Raises
    ------
    UsageError
        Where one of the words is empty or no str.
    """

    def __init__(self, customers: Sequence[str] = ()) -> None:
        if not isinstance(customers, list | tuple):
            raise UsageError(f'customers must be a list of words: customers=["guest"], not {customers!r:.60}')
        self._nlp = blank_english()
        self._matcher = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._meaning: list[tuple[str, str, bool]] = []
        self._known: set[tuple[str, ...]] = set()
        for word in customers:
            if not isinstance(word, str) or not word.strip():
                raise UsageError(f"customers: {word!r} is no word for the people served")
            singulars, plurals = both_forms(word.strip())
            name = min(singulars, key=len) if word.strip() in plurals else word.strip()
            for form in sorted(singulars):
                self._add(OWN, name, form, singular=True)
            for form in sorted(plurals):
                self._add(OWN, name, form, singular=False)
        for kind in _KINDS:
            for word in sorted(phrases(kind)):
                self._add(kind, word, word, singular=True)
                for form in plurals_of(word):
                    self._add(kind, word, form, singular=False)

    def _add(self, kind: str, word: str, form: str, *, singular: bool) -> None:
        for spelt in {form, form.replace(" ", "-"), form.replace(" ", " - ")}:
            # How a word is cut into tokens can depend on its capitals ("Ltd.").
            for doc in map(self._nlp.tokenizer, (spelt.lower(), spelt)):
                key = tuple(token.lower_ for token in doc)
                if key not in self._known:
                    self._known.add(key)
                    self._matcher.add(str(len(self._meaning)), [doc])
                    self._meaning.append((kind, word, singular))

    def find(self, doc: Doc) -> Iterator[Noun]:
        """Yield the nouns of a Doc in order, the longest where some overlap, and titles with the name behind them."""
        for span in filter_spans(self._matcher(doc, as_spans=True)):
            kind, word, singular = self._meaning[int(span.label_)]
            titled = kind == "titles"
            if not titled or (span.end < len(doc) and doc[span.start].is_title and doc[span.end].is_title):
                yield Noun(span.start, span.end + titled, kind, word, singular)


class Judge:
    """Decides which nouns of a transcript refer to the people served.

    Parameters
    ----------
    words : Words
    framed : set of int
        Tokens inside a span in which the model found that somebody talks about the people served.
    nouns : sequence of Noun
        All of the transcript.
    """

    def __init__(self, words: Words, framed: Set[int], nouns: Sequence[Noun]) -> None:
        self._words, self._framed = words, framed
        general = [noun.start for noun in nouns if noun.kind == "general"]
        share = (sum(at in framed for at in general) + 1) / (len(general) + 4)
        self._general = not framed or share >= _GENERAL
        kin = phrases("kin") | {form for word in phrases("kin") for form in plurals_of(word)}
        own = sum(one == "my" and two in kin for one, two in pairwise(words.norm))
        self._own_family = own >= _OWN_FAMILY and own >= _OWN_SHARE * sum(word in kin for word in words.norm)

    def meant(self, nouns: Sequence[Noun]) -> dict[int, Noun]:
        """Return those nouns of a transcript that refer to the people served, by their first token.

        A body or a person that is meant wherever most of its mentions stand is meant by the others too.
        """
        meant = {noun.start: noun for noun in nouns if self.refers(noun)}
        doubtful: defaultdict[str, list[Noun]] = defaultdict(list)
        for noun in nouns:
            if noun.kind in ("perhaps", "places") and not noun.singular and not self._vetoed(noun):
                doubtful[noun.word].append(noun)
        for same in doubtful.values():
            told = sum(noun.start in meant for noun in same)
            if told >= _AGREEING and told >= len(same) * _AGREED:
                meant |= {noun.start: noun for noun in same}
        return dict(sorted(meant.items()))

    def _vetoed(self, noun: Noun) -> bool:
        start, end = self._words.sentence(noun.start)
        before = self._words.norm[noun.start - 1] if noun.start > start else ""
        return self._is_something_else(noun, start, end, before)

    def refers(self, noun: Noun) -> bool:
        """Whether a noun refers to the people served."""
        start, end = self._words.sentence(noun.start)
        before = self._words.norm[noun.start - 1] if noun.start > start else ""
        if self._is_something_else(noun, start, end, before):
            return False
        if noun.kind in ("served", OWN):
            return True
        if noun.kind == "others":
            return False
        if noun.kind == "titles":
            return noun.start in self._framed
        if noun.kind == "kin":
            return self._kin(noun, before)
        if noun.kind == "story":
            return self._story(noun, before)
        goals, skipped = phrases("acted_on"), phrases("skipped_before")
        acted_on = self._words.meets(noun.start - 1, start - 1, goals, skipped, _BACKWARD)
        if noun.kind == "places":
            using = self._words.meets(noun.end, end, inflected("use"), phrases("between"), _FORWARD)
            return not noun.singular and (acted_on or using or noun.start in self._framed)
        acting = self._words.meets(noun.end, end, inflected("acts"), phrases("between"), _FORWARD)
        framed = noun.start in self._framed
        if noun.word in phrases("anyone"):
            return framed and (acting or acted_on)
        back = self._words.norm[max(start, noun.start - _BACKWARD) : noun.start]
        portion = "of" in back and not phrases("portions").isdisjoint(back)
        told = acted_on or acting or portion or before in phrases("telling") or before.isdigit()
        if noun.kind == "general":
            return told + framed + self._general >= 2
        return told or framed or before == "our" or (before == "the" and not noun.singular)

    def _is_something_else(self, noun: Noun, start: int, end: int, before: str) -> bool:
        """Whether the noun is part of a name, a program, a member of a body, a colleague or the speaker's family."""
        words = self._words
        behind = [word for word in words.norm[noun.end : min(noun.end + 2, end)] if word not in ("'", "’", "'s")]
        after = behind[0] if behind else ""
        following = words.norm[noun.end] if noun.end < end else ""
        if noun.singular and following in phrases("compound"):
            return True
        name = noun.start > start and words.title[noun.start] and noun.word not in phrases("capitalised")
        if name or after == "-" or after in phrases("not_before") or before in phrases("not_after"):
            return True
        if noun.singular and noun.word in phrases("plural_only"):
            return True
        if noun.word == "patient" and noun.singular and before in phrases("degrees"):
            return True
        if noun.word == "client" and not phrases("machine").isdisjoint(words.norm[start:end]):
            return True
        if noun.kind in ("served", OWN):
            return False
        back = words.norm[max(start, noun.start - 3) : noun.start]
        if "my" in back or (noun.kind == "kin" and not {"your", "our"}.isdisjoint(back[-1:])):
            return True
        if noun.word == "member" and words.follows(noun.end, end, phrases("enrolled")):
            return True
        return after == "else" or words.follows(noun.end, end, phrases("elsewhere"))

    def _kin(self, noun: Noun, before: str) -> bool:
        framed = noun.start in self._framed
        if self._own_family:
            return framed
        if noun.singular and before in phrases("belonging"):
            _, end = self._words.sentence(noun.start)
            return framed and self._words.meets(noun.end, end, inflected("acts"), phrases("between"), _FORWARD)
        if noun.singular:
            return framed or before in phrases("pointing")
        return before not in phrases("belonging")

    def _story(self, noun: Noun, before: str) -> bool:
        if noun.word == "couple" and before in ("a", "an"):  # "a couple of lines"
            return False
        pointed = noun.singular and noun.word not in phrases("informal") and before in phrases("pointing")
        return pointed or noun.start in self._framed
