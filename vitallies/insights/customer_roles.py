"""The role that those served play for the product, by rules: who uses it, who passes it on, who makes it work."""

from __future__ import annotations

from typing import Final

from vitallies.insights.customer_words import Noun, Words, inflected, phrases, plurals_of
from vitallies.labels import Role

_RULES: Final = "customer_roles"
_NEAR = 5
"""Words looked over between a noun and its verb."""
_FAR = 14
"""Words behind a noun in which a phrase of passing on counts."""


def role_of(words: Words, start: int, end: int, noun: Noun | None) -> Role:
    """Tell the role of a mention from its noun and the words around it in its sentence.

    Parameters
    ----------
    words : Words
    start, end : int
        The tokens of the mention.
    noun : Noun or None
        None for a pronoun.

    Returns
    -------
    {"end-user", "broker", "fixer", "unclear"}
        What the words say the mention does (repair, pass on, use) wins over what its noun says; buying, paying or
        leaving alone is no role.

    References
    ----------
    R. L. Lawton, Creating a Customer-Centered Culture, ASQC Quality Press, 1993: end-users use a product to reach an
    outcome, brokers pass it on or act for others, fixers repair, correct or adapt it for the end-users' sake.
    """
    first, last = words.sentence(start)
    between = phrases("between", _RULES)
    if words.meets(end, last, inflected("fixes", _RULES), between | phrases("wishes", _RULES), _NEAR):
        return "fixer"
    if _passes_on(words, end, last, guards=noun is not None and noun.word in phrases("guardians", _RULES)) or (
        noun is not None and _acts_for_kin(words, first, last, noun)
    ):
        return "broker"
    named = _by_noun(noun)
    if named in ("broker", "fixer"):
        return named
    if words.meets(end, last, inflected("trades", _RULES), between, _NEAR) and named == "unclear":
        return "unclear"
    if named == "end-user" or _gets_a_result(words, first, start, end, last):
        return "end-user"
    return "end-user" if noun is not None and noun.kind in ("general", "story", "titles") else "unclear"


def _by_noun(noun: Noun | None) -> Role:
    if noun is None:
        return "unclear"
    if noun.word in phrases("fixer", _RULES):
        return "fixer"
    if noun.word in phrases("broker", _RULES):
        return "broker"
    return "end-user" if noun.word in phrases("user", _RULES) else "unclear"


def _passes_on(words: Words, end: int, last: int, *, guards: bool) -> bool:
    """Whether the words behind a mention tell of passing the product on, or of acting for others."""
    between = phrases("between", _RULES) | phrases("wishes", _RULES)
    if words.meets(end, last, inflected("passes_on", _RULES), between, _NEAR):
        return True
    for at in range(end, min(end + _FAR, last)):
        if words.follows(at, last, phrases("for_others", _RULES)):
            return True
        theirs = words.norm[at + 1 : at + 2] in (["their"], ["his"], ["her"])
        if (
            theirs
            and (guards or words.norm[at] in ("for", "to"))
            and any(word in _others() for word in words.norm[at + 2 : min(at + 4, last)])
        ):
            return True
    return False


def _others() -> frozenset[str]:
    singulars = phrases("others", _RULES)
    return frozenset(singulars) | {form for word in singulars for form in plurals_of(word)}


def _acts_for_kin(words: Words, first: int, last: int, noun: Noun) -> bool:
    """Whether a relative of one served deals with us ("her daughter rang")."""
    if noun.kind != "kin" or noun.start == first or words.norm[noun.start - 1] not in phrases("belonging"):
        return False
    return words.meets(noun.end, last, inflected("acts_for", _RULES), phrases("between", _RULES), _NEAR)


def _gets_a_result(words: Words, first: int, start: int, end: int, last: int) -> bool:
    """Whether the words around a mention tell of using, needing or living with something, or of our helping them to."""
    if words.meets(end, last, inflected("uses", _RULES), phrases("between", _RULES), _NEAR):
        return True
    if words.meets(start - 1, first - 1, phrases("enables", _RULES), phrases("skipped_before"), 3):
        return True
    behind = words.norm[end : min(end + 2, last)]
    if not phrases("needs", _RULES).isdisjoint(behind):
        return True
    return any(words.follows(at, start, phrases("needs_of", _RULES)) for at in range(max(first, start - 5), start))
