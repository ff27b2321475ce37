"""A belief taken up as a clause of its own, where it reads well: as it is, with exceptions to it, or in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from vitallies.insights.clauses import Clause
from vitallies.insights.denials import is_equation, is_narrow
from vitallies.insights.fitting import fits, is_bare, is_subject, is_unkind
from vitallies.insights.phrasing import Slots, addressed, asked, lowered, unreasoned
from vitallies.insights.verbs import is_participle
from vitallies.insights.wording import closed, made, norms, words_of, written

_CLAUSAL: Final = frozenset({("because",), ("how",), ("when",), ("where",), ("why",)})
"""After "it's", what a clause of its own follows."""

POINTING: Final = frozenset({("that",), ("it",), ("this",)})
"""Subjects that point to what was said before."""

_LEAST_WORDS: Final = 3
"""Words of a clause that can be taken up; one more where it begins with "that"."""

_NEGATIVE: Final = frozenset({"no", "not", "cannot", "never", "nobody", "nothing"})


def claim_shapes(said: Clause) -> Iterator[tuple[str, Slots]]:
    """The belief itself, where it reads well."""
    if not said.subject or said.subject[0].norm == "who" or not is_subject(said.subject):
        return
    if said.subject[0].norm == "what" and said.verb != "be":
        return  # "what difference does it make"
    subject = lowered(said.subject, said.finite)
    subject = made("it") if norms(subject) == ("that",) else subject  # not "the idea that that's …"
    finite = [word for word in said.finite if word.norm not in words_of("padding")]
    first, words = said.subject[0].norm, (*subject, *finite, *said.rest)
    claim = addressed(words)
    mine = first in {"i", "we"} and said.verb in words_of("opining") - ({"know"} if not said.negated else set())
    mine |= norms(words[-1:])[0] in {"me", "us"} and said.verb == "be"  # "that's not me"
    mine |= said.past and said.modal in {"could", "would", "should"}
    mine |= ("the", "only") in pairwise(norms(words))  # "even if it's the only way, where have you seen another"
    without = said.verb == "have" and norms(said.finite[-1:]) == ("not",)
    had_not = without and not any(is_participle(word.norm) for word in said.rest[:2])  # "I haven't anybody"
    doubted = said.negated and not words_of("negative", "none", "no") & set(norms((*said.subject[:1], *said.finite)))
    if (
        claim is None
        or len(claim) < _LEAST_WORDS + ((first,) in POINTING)
        or not fits(claim, whole=True)
        or is_unkind(words)
        or is_bare(words)
    ):
        return
    same = said.verb == "be" and (norms(said.subject) == norms(said.rest) or norms(said.rest[:1]) in _CLAUSAL)
    clipped = len(subject) == 1 and first not in closed() and said.finite[0].norm in {"'d", "got"}
    if same or clipped:
        return  # "a gate is a gate", "it's where the path ends"; "Gate'd be shut"
    quoting = said.verb in words_of("saying") and first not in words_of("first")
    if quoting and words_of("first") & set(norms(said.rest)):
        return  # "I" may be anybody in "they'll say I want it"
    if said.verb in {"doubt", "wonder"} and norms(said.rest[:1]) in {("if",), ("whether",)}:
        return  # the clause that follows is another
    if not (mine or had_not or doubted):
        yield "claim", {"claim": written(claim)}
        exists = norms(said.subject) == ("there",) and not said.negated
        if not exists and first not in {"anybody", "anyone"} and (said.negated or not is_once(said)):
            yield "rule", {"claim": written(claim)}
    if said.verb == "have" and first in {"he", "she"}:
        return  # what one person has is no matter of opinion
    if said.past and (said.modal == "can" or (said.modal == "would" and first in words_of("first"))):
        return  # "whether you would have heard"
    felt = said.verb in words_of("feeling") or any(word.norm in words_of("felt") for word in said.rest[:3])
    felt |= said.verb == "have" and any(word.norm in words_of("evidence") for word in said.rest)
    doing = said.verb == "be" and norms(said.rest[:1])[:1] and said.rest[0].norm.endswith("ing")
    if first in {"i", "not", "what"} or (first == "we" and (felt or (said.negated and doing))) or is_narrow(said):
        return  # nobody else can say what the speaker knows or feels; "we're not hiding it" answers who said so
    if is_equation(said) or (said.past and not said.negated and said.verb in words_of("saying")):
        return  # that she said so at the gate is in no doubt
    determined = bool(words_of("determiners") & set(norms(said.rest[:1])))
    named = determined or any(word.norm.endswith("s") for word in said.rest[-1:])
    if not said.negated and ((said.past and said.verb == "be" and named) or norms(said.subject) == ("there",)):
        return  # that it was a drill is no matter of opinion
    kept = unreasoned(said.rest)
    if said.negated and norms(said.rest[len(kept) :])[:1] not in {("if",), ("when",)}:
        said = said if ("because", "of") in pairwise(norms(said.rest)) else replace(said, rest=kept)
    whether = asked(replace(said, subject=subject))
    if whether is not None and fits(whether, whole=True) and not _NEGATIVE & set(written(whether).split()):
        if first not in words_of("first") or said.verb == "be":  # others know no better what you do and have
            yield "whether", {"whether": written(whether)}
        if first in words_of("first") or (first,) in POINTING:
            yield "own", {"whether": written(whether)}


def is_threat(said: Clause) -> bool:
    """Whether others are said to be about to do something harsh ("they'll lock us in")."""
    theirs = norms(said.subject) in {("they",), ("he",), ("she",)}
    return theirs and said.modal in {"will", "would"} and said.verb not in words_of("mild")


def is_once(said: Clause) -> bool:
    """Whether something is said to come once, to which there are no exceptions."""
    return is_threat(said) or (said.modal == "will" and bool(words_of("dated") & set(norms(said.rest))))
