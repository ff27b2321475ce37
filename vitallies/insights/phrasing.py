"""A speaker's words made fit for a question put to the speaker: who is meant, and what is possible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from vitallies.insights.clauses import Clause
from vitallies.insights.fitting import MOST_WORDS
from vitallies.insights.verbs import base_of_gerund, verb_form, with_ed, with_s
from vitallies.insights.wording import Word, Words, closed, ending, made, norms, pairs, starting, words_of, written

Slots = Mapping[str, str]
"""What fills the slots of a form."""

_MUCH: Final = frozenset({("that", "much"), ("so", "much"), ("very", "much"), ("as", "much")})

_COMMON_ENDINGS: Final = ("s", "ing", "tion", "ment", "ity", "ness", "ance", "ence")
"""Of nouns that are hardly ever names."""

_MASS_ENDINGS: Final = ("ing", "ness", "ance", "ence", "ware")


def addressed(words: Words) -> Words | None:
    """Return words as said to their speaker: "I" and "we" become "you"; None where "you" may be the listener."""
    if words_of("second") & set(norms(words)):
        return None
    out: list[Word] = []
    for word in words:
        text = pairs("shifted").get(word.norm, word.text)
        if word.norm in {"am", "was"} and out and out[-1].norm == "i":
            text = "were" if word.norm == "was" else "are"
        out.append(replace(word, text=text))
    return tuple(out)


def lowered(words: Words, follows: Words = ()) -> Words:
    """Return words without the capital of a sentence's first word, unless that word may be a name ("Wales is …")."""
    first, after = words[0], words[1:]
    singular = (
        not after and norms(follows[:1])[:1] and follows[0].norm in words_of("third") and first.norm.endswith("s")
    )
    if first.text == "I" or not first.text.istitle() or (singular and first.norm not in closed()):
        return words
    common = first.norm in closed() | words_of("openers", "degrees") or verb_form(first.norm) == "base"
    if common or first.norm.endswith(_COMMON_ENDINGS):
        return (replace(first, text=first.text.lower()), *after)
    return words


def ended(rest: Words) -> Words | None:
    """End what follows a verb before the next clause, without tags; None where it breaks off."""
    for at, word in enumerate(rest):
        joins = word.norm in {"so", "as", "since"} and not {"as", "same", "such"} & set(norms(rest[:at]))
        joins = joins and bool(words_of("subjects") & set(norms(rest[at + 1 : at + 2])))
        joins = joins and norms(rest[at + 2 : at + 3]) != ("go",)  # "as we go along"
        if word.norm == "except":
            return None  # what is excepted is part of the claim
        left = norms(rest[at : at + 3]) == ("what", "to", "do") and at > 1
        tagged = left and rest[at - 1].norm not in words_of("prepositions", "objective")  # "there's no bus what to do"
        related = at > 0 and rest[at - 1].norm in {"that", "which", "who", "what"}  # "the things that I think are …"
        if word.norm == "," or joins or tagged or (starting(rest, "cuts", at) and not related):
            rest = rest[:at]
            break
    if len(rest) > MOST_WORDS:
        before = unreasoned(rest)
        if norms(rest[len(before) :])[:1] in {("if",), ("unless",)}:
            return None  # a condition is part of the claim
        rest = before
    if norms(rest[-1:])[:1] and rest[-1].norm in words_of("vocatives") and _stands_apart(rest[-2:-1]):
        rest = rest[:-1]
    while (length := ending(rest, "endings")) and length < len(rest):
        rest = rest[:-length]
    if rest and rest[-1].norm in words_of("stranded"):
        acts = any(word == "to" and verb_form(after) == "base" for word, after in pairwise(norms(rest)))
        hung = acts or rest[0].norm in pairs("some") or any(word.norm in words_of("relative") for word in rest)
        return rest if hung else None
    wanting = norms(rest[-1:]) == ("to",) and bool(words_of("wanting") & set(norms(rest[-2:-1])))
    return None if rest and rest[-1].norm in words_of("dangling") and not wanting else rest


def _stands_apart(before: Words) -> bool:
    """Whether what follows a pronoun or adverb may be whom the speaker speaks to ("I can't mend it sir")."""
    return bool(words_of("objective", "adverbs") - {"her"} & set(norms(before)))


def unreasoned(rest: Words) -> Words:
    """What comes before the first condition or reason, but all of "like it when …"."""
    before = rest[: next((at for at, word in enumerate(rest) if word.norm in words_of("reasons")), len(rest))]
    return rest if norms(rest[:2]) in {("it", "if"), ("it", "when")} else before


def positive(words: Words) -> Words:
    """Return a denied predicate, from its verb on, as an affirmation has it.

    "any" becomes "some"; what only a denial takes ("at all") and what stands between the speaker and the act ("be able
    to") goes.
    """
    out: list[Word] = []
    at = 0
    while at < len(words):
        word, after = words[at], norms(words[at + 1 : at + 2])
        length = starting(words, "polarity", at) if at and word.text.islower() else 0
        follows = norms(words[at + length : at + length + 1])
        if length and not (word.norm == "any" and follows and follows[0] not in closed()):  # "any more money"
            at += length
            continue
        if at == 1 and word.norm in {"just", "only"}:  # further on it says how much
            at += 1
            continue
        if at and norms(words[at : at + 2]) in _MUCH:
            out += made("more")
            at += 2
            continue
        if norms(words[at + 2 : at + 4]) == ("of", "a") and after and after[0] in words_of("graded"):
            out += made(f"{article(words[at + 1 :])} {after[0]}")  # "that big of a deal"
            at += 4
            continue
        at += 1
        such = word.norm == "such" and after in {("a",), ("an",)} and norms(words[at + 1 : at + 2]) != ("thing",)
        graded = at == 2 and word.norm in {"so", "too", "very"} and words[0].norm == "be"
        if such or graded or (word.norm in {"that", "any"} and after and after[0] in words_of("graded")):
            continue
        text = pairs("some").get(word.norm, word.text) if at <= 2 or word.norm.startswith("any") else word.text
        out.append(replace(word, text=text, norm=text.lower()))
    while (length := starting(out, "peel")) and length < len(out):
        del out[:length]
    return tuple(out)


def somebody(subject: Words) -> Words:
    """Return the subject of a denial as an affirmation has it: "nobody" becomes "somebody"."""
    first = subject[0]
    text = "some" if first.norm == "no" else pairs("some").get(first.norm, first.text)
    return (replace(first, text=text, norm=text.lower()), *subject[1:])


def asked(said: Clause) -> Words | None:
    """Return a clause without its denial, as "whether" takes it; None where it cannot be freed of it."""
    if base_of_gerund(norms(said.finite[-1:])[0]) == said.verb or (
        said.verb == "be" and norms(said.rest) == ("nothing",)
    ):
        return None  # "I can't see anybody buying it"; "sixty is nothing"
    left = words_of("unasked") if said.negated else words_of("unasked") - {"just"}
    finite = tuple(word for word in said.finite if word.norm not in left)
    if said.modal in {"do", "does", "did"} and "not" in norms(said.finite):
        verb = {"does": with_s(said.verb), "did": with_ed(said.verb)}.get(said.modal, said.verb)
        finite = (*(word for word in finite[:-1] if word.norm != said.modal), *made(verb))
    rest = said.rest
    if norms(rest[:1]) == ("no",) and len(rest) > 1:
        rest = (*made(article(rest[1:]) if _is_one(said) else "any"), *rest[1:])
    elif norms(rest[:1]) == ("any",) and len(rest) > 1 and _is_one(said):
        rest = (*made(article(rest[1:])), *rest[1:])
    elif norms(rest[:1]) == ("nothing",):
        rest = (*made("anything"), *rest[1:])
    elif "not" in norms(rest):
        return None
    open_ended = pairs("ever")
    opened = tuple(replace(word, text=open_ended.get(word.norm, word.text)) for word in (*said.subject, *finite))
    return addressed((*lowered(opened[: len(said.subject)], finite), *opened[len(said.subject) :], *rest))


def unnegated(said: Clause) -> Words:
    """Return "no way to do it" as "a way to do it"; what does not begin with "no" comes back as it is."""
    rest = said.rest
    if norms(rest[:3]) == ("no", "such", "thing"):
        return (*made("such a thing"), *rest[3:])
    if norms(rest[:1]) not in {("no",), ("zero",), ("little",)} or len(rest) < 2:
        return rest
    single = _is_one(said) or rest[1].norm in words_of("grounds") or _head(rest[1:]) in words_of("countable")
    return (*made(article(rest[1:]) if single else "some"), *rest[1:])


def is_some(words: Words) -> bool:
    """Whether "some" can stand before a noun phrase: before a mass or several things, but not "some bell"."""
    noun = _head(words)
    several = noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
    return several or noun in words_of("mass", "many") or noun.endswith(_MASS_ENDINGS)


def _head(words: Words) -> str:
    """The noun of a phrase that has no article."""
    inside = words_of("prepositions", "adverbs", "relative", "determiners", "subjects") | {"here", "there"}
    end = next((at for at, word in enumerate(words) if at and word.norm in inside), len(words))
    return words[end - 1].norm if words else ""


def article(words: Words) -> str:
    """Return "a" or "an", as the next word asks for."""
    return "an" if words[0].norm[0] in "aeiou" else "a"


def _is_one(said: Clause) -> bool:
    """Whether "it's no …" says what one thing is."""
    return said.verb == "be" and norms(said.subject) != ("there",) and not said.rest[-1].norm.endswith("s")


def who(subject: Words) -> dict[str, str]:
    """Return the slots of a subject: ``who`` as a subject, ``whom`` as an object."""
    shifted = written(lowered(subject))
    shifted = "this" if shifted == "that" else shifted
    return {"who": shifted, "whom": pairs("objects").get(shifted, shifted)}


def noun_phrase(words: Words) -> str | None:
    """Return words addressed to the speaker where they are a short noun phrase with an article, None otherwise."""
    while len(words) > 1 and words[0].norm in words_of("prepositions", "joining") - words_of("places"):
        words = words[1:]
    inner = norms(words[1:])
    opened = norms(words[:1])[:1] and words[0].norm in words_of("definite") | {"a", "an"}
    plain = 1 <= len(inner) <= 4 and all(word.isalpha() and word not in closed() for word in inner)
    if not opened or not plain or set(inner) & words_of("empty", "feeling") or verb_form(inner[-1]) in {"s", "past"}:
        return None
    shifted = addressed(words)
    return None if shifted is None else written(lowered(shifted))
