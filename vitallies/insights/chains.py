"""Pronouns and the nouns that they stand for."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from types import MappingProxyType

from vitallies.insights.customer_words import Noun, Words, phrases

PRONOUNS = (PLURAL, MALE, FEMALE) = ("plural_pronouns", "male_pronouns", "female_pronouns")
"""Sorts of pronouns: the names of their lists."""

_REACH = 60
"""Tokens from a noun, or from the pronoun that stood for it last, to the next pronoun."""

_FRAMED = 0.5
"""Share of the pronouns of a chain without a noun in framing spans, from which all of it refer to those served."""


@dataclass(slots=True)
class Chain:
    """Pronouns that stand for the same.

    Parameters
    ----------
    end : int
        The token after the last.
    noun : Noun or None
        What they stand for; None where no noun within reach does.
    served : bool or None
        Whether it refers to the people served; None where no noun tells.
    pronouns : list of int
        Their tokens.
    """

    end: int
    noun: Noun | None
    served: bool | None
    pronouns: list[int] = field(default_factory=list)

    def meant(self, framed: Set[int]) -> list[int]:
        """The pronouns that refer to those served.

        Without a noun those in framing spans do, and where most of the chain stand there, all.
        """
        inside = [at for at in self.pronouns if at in framed]
        if self.served is not None:
            return self.pronouns if self.served else []
        return self.pronouns if len(inside) >= len(self.pronouns) * _FRAMED else inside


def pronouns_of(words: Words) -> dict[int, str]:
    """Return the pronouns of a transcript that may stand for somebody, token → sort."""
    return {at: sort for at, word in enumerate(words.lower) if (sort := sort_of(word))}


@cache
def sort_of(word: str) -> str:
    """The sort of a pronoun; empty for any other word."""
    return next((sort for sort in PRONOUNS if word in phrases(sort)), "")


def chains(
    words: Words,
    pronouns: Mapping[int, str],
    meant: Mapping[int, Noun],
    others: Mapping[int, Noun] = MappingProxyType({}),
    names: Set[str] = frozenset(),
    framed: Set[int] = frozenset(),
) -> list[Chain]:
    """Group pronouns that stand for the same: for the last noun before them that they may stand for, within reach.

    A colleague's name is such a noun for "he" and "she". A pronoun of a later sentence that stands in a framing span
    doesn't stand for somebody who is not served.

    Parameters
    ----------
    words : Words
    pronouns : mapping of int to str
        Token → sort of those to group.
    meant, others : mapping of int to Noun
        By their first token: the nouns that refer to the people served, and those that don't.
    names : set of str
        The words of the speakers' names, in lower case.
    framed : set of int
        Tokens inside framing spans.
    """
    found: list[Chain] = []
    last: dict[str, Chain] = {}
    for start, end in pairwise(words.edges):
        for at in range(start, end):
            if noun := meant.get(at) or others.get(at):
                for sort in _pronouns_for(noun):
                    last[sort] = Chain(noun.end, noun, served=at in meant)
                    found.append(last[sort])
            elif words.title[at] and words.lower[at] in names:
                last |= dict.fromkeys((MALE, FEMALE), Chain(at + 1, None, served=False))
            elif at in pronouns:
                chain = last.get(pronouns[at])
                elsewhere = chain is not None and chain.served is False and chain.end <= start and at in framed
                if chain is None or elsewhere or at - chain.end > _REACH:
                    chain = last[pronouns[at]] = Chain(at, None, served=None)
                    found.append(chain)
                chain.pronouns.append(at)
                chain.end = at + 1
    return found


def _pronouns_for(noun: Noun) -> tuple[str, ...]:
    """The sorts of pronouns that may stand for a noun."""
    several = not noun.singular or noun.word in phrases("family_like")
    if several or noun.kind == "general":
        return (PLURAL,)
    male, female = noun.word not in phrases("female"), noun.word not in phrases("male")
    alone = (MALE,) * male + (FEMALE,) * female
    return alone if noun.kind in ("story", "titles") else (PLURAL, *alone)
