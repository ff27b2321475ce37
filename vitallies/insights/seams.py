"""Where a clause begins in speech without a mark or a word to join it to the one before ("it's shut we can't come")."""

from __future__ import annotations

from typing import Final

from vitallies.insights.clauses import clause
from vitallies.insights.verbs import base_of, is_participle, verb_form
from vitallies.insights.wording import Words, closed, norms, words_of

_LEAST: Final = 3
"""Words of the shortest clause with something in it."""

_LONGEST_NOUN: Final = 3
"""Words of a noun after its article ("the fire brigade")."""

_PLURAL: Final = frozenset({"i", "we", "they", "you"})

_PARTICLES: Final = frozenset({"down", "in", "off", "on", "out", "over", "up"})
"""With what a clause may end ("switch it off")."""

_OWNED: Final = frozenset({"ours", "mine", "theirs", "ourselves", "themselves", "myself", "yourself", "yourselves"})
"""Pronouns that end a clause and take none of their own."""

_OPEN: Final = frozenset({"all", "anything", "best", "everything", "nothing", "one", "ones", "something"})
"""What a clause about it follows ("nothing we send them")."""

_JOINING: Final = frozenset({",", "even", "just", "also", "then", "sure"})
"""After which a clause is joined, besides conjunctions."""


def is_seam(words: Words, at: int) -> bool:
    """Whether a clause begins at a word without anything to join it: not "the form they need".

    Parameters
    ----------
    words : tuple of Word
        Clauses.
    at : int
        Number of a word in them, from 1.
    """
    before, word = words[at - 1].norm, words[at].norm
    if word == "its":
        return is_noun(before) and not any(gives(norm) for norm in norms(words[:at]))
    after = _predicate(words, at)
    if not after:
        return False
    return _cannot_be_related(words, at) or (word not in {before, "that"} and _is_whole(word, norms(after)))


def is_doubtful(words: Words, at: int) -> bool:
    """Whether a clause that nothing joins may stand by itself, after a whole one: it does not lack an object."""
    after = norms(_predicate(words, at))
    if not after or words[at - 1].norm in _OPEN or not is_clause(words[:at]):
        return False
    if not words[at - 1].norm.endswith("s") and not words_of("determiners") & set(norms(words[max(0, at - 4) : at])):
        return True  # "they are happy they would tell us": no noun that it could be about
    at_verb = _passed(after)
    taken = after[at_verb + 1 :]
    described = words_of("be") & set(after[:at_verb]) and not after[at_verb].endswith("ing")
    if described or after[at_verb] in words_of("intransitive"):
        return taken[-1:] == () or taken[-1] not in words_of("prepositions") - _PARTICLES  # "the bus they go by"
    if gives(after[at_verb]):
        taken = taken[1:]  # "the form they give us"
    return any(norm not in closed() or norm in words_of("objective") for norm in taken)


def is_clause(words: Words) -> bool:
    """Whether words from the last comma on are a clause that can stand by itself."""
    last = max((at + 1 for at, word in enumerate(words) if word.norm == ","), default=0)
    said = None if words_of("reasons") & set(norms(words[last:])) else clause(words[last:])
    return said is not None and bool(said.rest or said.verb in words_of("intransitive"))


def _predicate(words: Words, at: int) -> Words:
    """What follows a subject that begins at a word, from its finite verb on, empty where its clause is joined."""
    length = _subject(words, at)
    after = words[at + length :]
    return after if length and _is_finite(after) and not _is_joined(words, at) else ()


def _subject(words: Words, at: int) -> int:
    """Number of words of the subject that may begin at a word, 0 where none does: a pronoun, or "the" with a noun."""
    word, before, after = words[at].norm, words[at - 1].norm, norms(words[at + 1 : at + 2 + _LONGEST_NOUN])
    if not after or word in words_of("subjects"):
        return int(bool(after))
    inside = closed() - words_of("objective") - _OWNED - _PARTICLES
    noun = (words_of("articles", "whose", "prepositions") - {"to"}) & set(norms(words[max(0, at - 2) : at - 1]))
    if word not in words_of("definite") or (verb_form(before) and not noun) or before in inside:
        return 0
    length = next((length for length, norm in enumerate(after) if norm in closed()), 0)
    return length + 1 if length and after[length] in words_of("modals", "be", "do") - {"'s", "'d"} else 0


def _is_joined(words: Words, at: int) -> bool:
    """Whether the words before a subject join its clause to theirs, or ask."""
    *earlier, before = norms(words[:at])
    timed = before in words_of("times") and not {"a", "an"} & set(earlier[-1:])  # "the week they came"
    if timed or before in words_of("clausal", "relative", "joining", "do", "modals", "articles") | _JOINING:
        return True
    stating = earlier[-1] if earlier and before.endswith("ly") else before  # "I think frankly …"
    if base_of(stating) in words_of("opining", "saying") or {"how", "what", "whatever"} & {*earlier[-4:], before}:
        return True  # "what this yard it is"
    ended = bool(words_of("objective") & set(earlier[-1:]))  # "switch it off we can't"
    if before in words_of("objective"):
        return any(map(gives, earlier[-1:]))  # "I'd tell you it's late"
    if before in words_of("prepositions"):
        return not (ended and before in _PARTICLES)
    helped = verb_form(before) and words_of("modals", "do", "negative", "subjects", "adverbs") & {*earlier[-1:]}
    led = bool(helped) or before.endswith("ing") or earlier[-1:] == ["to"]
    return led and before not in words_of("intransitive")


def _cannot_be_related(words: Words, at: int) -> bool:
    """Whether the word before a subject takes no relative clause ("sign it he …", "won't complain she …")."""
    *earlier, before = norms(words[:at])
    if before in words_of("intransitive"):
        return bool(words_of("modals", "negative") & set(earlier[-1:]))
    if before in _PARTICLES | _OWNED:
        return True
    return before in words_of("objective") and words[at].norm != "it"


def _is_finite(after: Words) -> bool:
    """Whether words begin with a verb in a finite form, after adverbs."""
    norm = next((norm for norm in norms(after) if norm not in words_of("adverbs")), "")
    return norm in words_of("modals", "be", "do", "negative") or bool(verb_form(norm))


def before_seam(words: Words) -> Words:
    """Leave off what follows the first clause where another begins without anything to join it."""
    seams = (at for at in range(_LEAST, len(words)) if is_seam(words, at) and is_clause(words[:at]))
    return words[: next(seams, len(words))]


def is_noun(norm: str) -> bool:
    """Whether a word is none that we know to be anything else."""
    return norm not in closed() and norm not in words_of("clausal") and verb_form(norm) != "base"


def _passed(after: tuple[str, ...]) -> int:
    """Number of auxiliaries and adverbs before the verb, which may itself be the last of them."""
    passing = words_of("modals", "be", "do", "adverbs", "negative") | {"to"}
    start = next((at for at, norm in enumerate(after) if norm not in passing), len(after) - 1)
    full = after[max(0, start - 1)] in words_of("do") and after[start] in words_of("articles", "whose", "objective")
    return start - full  # "they never do the floor"


def _is_whole(subject: str, after: tuple[str, ...]) -> bool:
    """Whether what follows a pronoun lacks no object, as "need" does in "they need"."""
    start = _passed(after)
    verb, taken, helps = after[start], after[start + 1 :], set(after[:start])
    if after[-1] in words_of("prepositions"):
        return False
    if words_of("be") & helps and not verb.endswith("ing"):
        return bool(taken) or not is_participle(verb)  # "the people they are used to"
    if not helps & words_of("modals", "do", "be"):
        forms = {"past", "base" if subject in _PLURAL else "s"}
        if verb_form(verb) not in forms:
            return False
    if gives(verb) and taken[:1] and taken[0] in words_of("objective"):
        taken = taken[1:]  # "the form they give us"
    if taken[1:2] == ("to",):
        return False  # "the job they want us to do"
    objects = words_of("objective", "articles", "whose")
    return bool(objects & set(taken[:1])) or bool(words_of("objective") & set(taken[1:2]))


def gives(norm: str) -> bool:
    """Whether a verb takes two objects."""
    return base_of(norm) in words_of("giving")
