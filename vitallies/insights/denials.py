"""What a clause denies, and what it says with the denial taken away."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from vitallies.insights.clauses import Clause
from vitallies.insights.phrasing import unnegated
from vitallies.insights.verbs import base_of_gerund, verb_form
from vitallies.insights.wording import Words, made, norms, pairs, starting, words_of


def is_elsewhere(said: Clause) -> bool:
    """Whether a clause says that something is not our affair, which is not to be turned round."""
    owned = any(before.norm == "'s" and word.norm in words_of("owned") for before, word in pairwise(said.rest))
    ours = norms(said.rest[:1])[:1] and said.rest[0].norm in {"my", "our", "mine", "ours"}
    ours = ours or norms(said.rest[:3]) in {("for", "us", "to"), ("for", "me", "to")}
    denies = said.negated or norms(said.rest[:1]) == ("nobody",)
    return bool(denies and said.verb == "be" and (owned or ours or starting(said.rest, "reaches")))


def without_denial(said: Clause) -> Clause | None:
    """The clause with its denial taken away, None where it denies nothing or only "just" and "always"."""
    if is_narrow(said) or is_equation(said):
        return None
    none = norms(said.rest[:1])[:1] and said.rest[0].norm in words_of("no")
    if (
        not said.negated
        and none
        and said.verb in {"be", "have", "do", "make", "get", "see"}
        and norms(said.rest) not in {("no",), ("zero",), ("little",)}
    ):
        return replace(said, rest=unnegated(said))
    turned = _turned(said.rest) if said.verb == "be" else None
    if said.negated:
        return said if turned is None else None
    return None if turned is None else replace(said, rest=turned)


def is_equation(said: Clause) -> bool:
    """Whether one act is set against another ("looking isn't buying")."""
    acts = (words[0].norm.endswith("ing") for words in (said.subject, said.rest) if words)
    return said.verb == "be" and sum(acts) > 1


def is_narrow(said: Clause) -> bool:
    """Whether a clause denies only that this is all ("it's not just us", "not everybody does")."""
    words = norms((*said.subject, *said.finite, *said.rest[:1]))
    after = [word for before, word in pairwise(words) if before == "not"]
    return said.negated and (words[-1] in words_of("narrow") or any(word in words_of("narrow") for word in after))


def _turned(rest: Words) -> Words | None:
    """What follows "be", turned from closed to open ("too expensive" → "affordable"); None where it is not closed."""
    at = 0
    while length := starting(rest, "degrees", at):
        at += length
    adjective = norms(rest[at : at + 1])
    noun = rest[at + 1 :] and rest[at + 1].norm not in words_of("prepositions")
    if not adjective or noun or adjective[0] not in pairs("turns"):
        return None
    return (*made(pairs("turns")[adjective[0]]), *rest[at + 1 :])


def simple(opened: Clause) -> Clause:
    """What is said not to be going on as what does not happen: "nobody is pressing nine" → "nobody presses nine"."""
    first = norms(opened.rest[:1])
    if opened.verb != "be" or not first or first[0] in words_of("adjectival"):
        return opened
    base = base_of_gerund(first[0])
    return replace(opened, verb=base, rest=opened.rest[1:]) if base else opened


def eased_by(opened: Clause) -> int:
    """Number of words in front of the act in "be possible for us to move it", 0 where it is put otherwise."""
    rest = opened.rest
    if opened.verb != "be" or "to" not in norms(rest):
        return 0
    at = norms(rest).index("to")
    eases = next((rest[:place] for place, word in enumerate(rest[:at]) if word.norm in {"for", "of"}), rest[:at])
    graded = all(word.norm in words_of("degrees") for word in eases[:-1])
    act = norms(rest[at + 1 : at + 2])
    if not eases or not graded or eases[-1].norm not in words_of("ease") or not act or verb_form(act[0]) != "base":
        return 0
    return at + 2
