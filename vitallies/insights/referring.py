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

_ENDINGS = {"men": "man", "children": "child", "wives": "wife"}
"""Of compounds with irregular plurals ("fishermen")."""


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
        The nouns that refer, by their first token: those of the lists, also right behind an expression that is no
        plural, and where there are none, what it ends with. A name stands for one of them and names no group.
    dict of int to str
        The other words that refer: token → the sort of pronoun that it is or is treated as.
    """
    starts, ends = [noun.start for noun in nouns], [noun.end for noun in nouns]
    named: dict[int, Noun] = {}
    others: dict[int, str] = {}

    def reach(span: Span) -> int:
        """The last token at which a noun of an expression may begin: right behind it, if that is no plural."""
        return span.end - words.lower[span.end - 1].endswith("s")

    for span in expressions:
        said = [at for at in range(span.start, span.end) if words.lower[at].isalnum()] or [span.start]
        if sort := ADDRESSED if words.lower[said[0]] in _YOU else sort_of(words.lower[said[0]]):
            others[said[0]] = sort
        elif listed := nouns[bisect_right(ends, span.start) : bisect_right(starts, reach(span))]:
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
    titled = not phrases("titles").isdisjoint(words.lower[start:head])
    if titled or (words.title[head] and (words.sentence(head)[0] < head or _only_capitalised(words, head))):
        return Noun(start, head + 1, "titles", "customer", singular=True)
    singular = _singular(words.lower[head])
    front = " ".join(words.lower[start:head]).replace(" - ", "-")
    return Noun(start, head + 1, "perhaps", f"{front} {singular}".strip(), singular == words.lower[head])


def _only_capitalised(words: Words, token: int) -> bool:
    """Whether a word that is no plural stands in the transcript with a capital only, as names do."""
    word = words.lower[token]
    return not word.endswith("s") and all(words.title[at] for at, other in enumerate(words.lower) if other == word)


def _singular(word: str) -> str:
    """The singular of a noun; the noun itself where it is none of a plural."""
    for plural, singular in _ENDINGS.items():
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    if word.endswith(("sses", "oes")):
        return word[:-2]
    singulars, plurals = both_forms(word)
    return word if word not in plurals else (max if word.endswith("ses") else min)(sorted(singulars), key=len)
