"""Where a clause begins in speech without a mark or a word to join it to the one before ("it's shut we can't come")."""

from __future__ import annotations

from typing import Final

from vitallies.insights.verbs import base_of, verb_form
from vitallies.insights.wording import Words, closed, norms, words_of

_LEAST: Final = 3
"""Words of the shortest clause with something in it."""

_PLURAL: Final = frozenset({"i", "we", "they", "you"})


def is_seam(words: Words, at: int) -> bool:
    """Whether a clause begins at a word without anything to join it: not "the form they need".

    Parameters
    ----------
    words : tuple of Word
        Clauses.
    at : int
        Number of a word in them, from 1.
    """
    before, word, after = words[at - 1], words[at].norm, words[at + 1 :]
    if word == "its":
        return is_noun(before.norm) and not any(gives(norm) for norm in norms(words[:at]))
    if not after or word not in words_of("subjects") or word == "you":
        return False
    if _cannot_be_related(words, at):
        return _is_finite(after)
    joins = words_of("clausal", "relative", "prepositions", "joining", "times") | {",", "even", "just", "also"}
    if before.norm in joins or base_of(before.norm) in words_of("opining", "saying"):
        return False
    if {"what", "whatever"} & set(norms(words[max(0, at - 5) : at])):
        return False  # "what this yard it is"
    return before.norm != words[at].norm and _is_whole(word, after)


def _cannot_be_related(words: Words, at: int) -> bool:
    """Whether the word before a pronoun takes no relative clause ("sign it he …", "won't complain she …")."""
    *earlier, before = norms(words[:at])
    if base_of(before) in words_of("opining", "saying"):
        return False
    if before in words_of("intransitive"):
        return bool(words_of("modals", "negative") & set(earlier[-1:]))
    return before in words_of("objective") and words[at].norm != "it" and not any(map(gives, earlier[-1:]))


def _is_finite(after: Words) -> bool:
    """Whether words begin with a verb in a finite form, after adverbs."""
    norm = next((norm for norm in norms(after) if norm not in words_of("adverbs")), "")
    return norm in words_of("modals", "be", "do", "negative") or bool(verb_form(norm))


def before_seam(words: Words) -> Words:
    """Leave off what follows the first clause where another begins without anything to join it."""
    return words[: next((at for at in range(_LEAST, len(words)) if is_seam(words, at)), len(words))]


def is_noun(norm: str) -> bool:
    """Whether a word is none that we know to be anything else."""
    return norm not in closed() and norm not in words_of("clausal") and verb_form(norm) != "base"


def _is_whole(subject: str, after: Words) -> bool:
    """Whether a pronoun and what follows are a clause that lacks no object, as "they need" does."""
    said = norms(after)
    finite = said[0] in words_of("modals", "do")
    passing = words_of("adverbs", "negative")
    start = next((at for at in range(finite, len(said)) if said[at] not in passing), len(said))
    verb = said[start : start + 1]
    forms = {"base"} if finite else {"past", "base" if subject in _PLURAL else "s"}
    if not verb or verb_form(verb[0]) not in forms:
        return False
    taken = said[start + 1 :]
    if gives(verb[0]) and taken[:1] and taken[0] in words_of("objective"):
        taken = taken[1:]  # "the form they give us"
    return bool(words_of("objective", "articles", "whose") & set(taken[:1]))


def gives(norm: str) -> bool:
    """Whether a verb takes two objects."""
    return base_of(norm) in words_of("giving")
