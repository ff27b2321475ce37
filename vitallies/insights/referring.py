"""The nouns and pronouns of the expressions that, as the model found, refer to the people served."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from spacy.lang.en.stop_words import STOP_WORDS

from vitallies.insights.chains import PLURAL, sort_of
from vitallies.insights.customer_words import Noun, Words, phrases
from vitallies.pipeline.context import both_forms

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

ADDRESSED: Final = "addressed"
"""Sort of "you", which stands for no noun."""

_YOU = frozenset({"you", "your", "yours", "yourself"})
_STANDING_IN = STOP_WORDS | {"ones", "half", "third", "quarter", "rest", "lot", "lots", "couple", "hundred", "thousand"}
"""Words that stand for a noun said before ("two of them", "the others")."""


def referring(
    doc: Doc, words: Words, nouns: Sequence[Noun], expressions: Iterable[Span]
) -> tuple[dict[int, Noun], dict[int, str]]:
    """Read the expressions of a transcript.

    Parameters
    ----------
    doc : Doc
    words : Words
    nouns : sequence of Noun
        The listed nouns of the transcript, in order.
    expressions : iterable of Span
        In order; they may be parts of what a reader would mark.

    Returns
    -------
    dict of int to Noun
        The nouns that refer, by their first token: those of the lists, also right behind an expression, and where there
        are none, what it ends with. A name stands for one of the people served and names no group.
    dict of int to str
        The other words that refer: token → the sort of pronoun that it is or is treated as.
    """
    starts, ends = [noun.start for noun in nouns], [noun.end for noun in nouns]
    named: dict[int, Noun] = {}
    others: dict[int, str] = {}
    for span in expressions:
        said = [at for at in range(span.start, span.end) if words.lower[at].isalnum()] or [span.start]
        if sort := ADDRESSED if words.lower[said[0]] in _YOU else sort_of(words.lower[said[0]]):
            others[said[0]] = sort
        elif listed := nouns[bisect_right(ends, span.start) : bisect_right(starts, span.end)]:
            named |= {noun.start: noun for noun in listed}
        elif content := [at for at in said if words.lower[at] not in _STANDING_IN and not doc[at].like_num]:
            noun = _noun(words, content)
            named[noun.start] = noun
        else:
            others[said[-1]] = PLURAL
    return dict(sorted(named.items())), others


def _noun(words: Words, content: Sequence[int]) -> Noun:
    """The noun that the last of some words is, with those right before it that say which."""
    head = start = content[-1]
    for at in reversed(content[:-1]):
        if at != start - 1 or words.lower[at] in phrases("counting"):
            break
        start = at
    first, _ = words.sentence(head)
    if words.title[head] and head > first:
        return Noun(start, head + 1, "titles", "customer", singular=True)
    singulars, plurals = both_forms(words.lower[head])
    singular = words.lower[head] not in plurals
    word = (max if words.lower[head].endswith("ses") else min)(sorted(singulars), key=len)
    return Noun(start, head + 1, "perhaps", " ".join([*words.lower[start:head], word]), singular)
