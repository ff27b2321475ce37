"""Whether words of a spoken belief read well inside a question: rules that would rather turn down than stumble."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from vitallies.insights.clauses import unopened
from vitallies.insights.seams import gives, is_doubtful, is_noun, is_seam
from vitallies.insights.verbs import base_of, is_participle, verb_form
from vitallies.insights.wording import Word, Words, closed, norms, starting, words_of

MOST_WORDS: Final = 14
"""Words of the longest phrase that a reader takes in inside a question."""

_PLAIN: Final = 7
"""Words of the longest act that is surely meant as it is said; half of them where its verb says little."""

_NEAR: Final = 5
"""Words from the speaker within which a word of caring is about the speaker."""


_TAKING: Final = frozenset({"by", "from", "into", "of", "with"})
"""Prepositions that want a noun."""


def fits(words: Words, *, whole: bool = False) -> bool:
    """Whether a phrase reads well: whole, fluent, one clause, and denying at most once.

    Parameters
    ----------
    words : tuple of Word
        A predicate from its verb on, a noun phrase, or where it is ``whole``, a clause with its subject.
    whole : bool, default False
        Then one finite verb and one denial are its own.
    """
    dashed = any(word.norm == "-" and not word.glued for word in words)
    if not 1 <= len(words) <= MOST_WORDS + whole or dashed or not is_fluent(words):
        return False
    denials = sum(word.norm in words_of("negative", "none") | {"no"} for word in words)
    if norms(words[-2:-1]) == ("have",) and words[-1].norm.endswith(("ed", "en")):
        return False  # "expect them to have foreseen"
    inside = range(1, len(words) - 1)
    if any(_starts_anew(words, at) or (whole and is_doubtful(words, at)) for at in inside):
        return False
    if not whole and (_is_alone(words) or not _is_led(words[1 + gives(words[0].norm) :])):
        return False
    return denials <= whole and _finite_verbs(words) <= whole + _joiners(words[whole:]) and "," not in norms(words)


def is_subject(words: Words) -> bool:
    """Whether words are one noun phrase: an article stands first, or after what may come before one."""
    return (
        _is_led(words)
        and "," not in norms(words)
        and words[-1].norm != "to"
        and _finite_verbs(words) <= _joiners(words[1:])
        and (len(words) < 2 or is_fluent(words))
    )


def _is_led(words: Words) -> bool:
    """Whether an article stands first, or after what may come before one: not "in a big way the yard"."""
    before_one = words_of("prepositions", "joining", "clausal", "all", "be") | {"both", "half", "not", "just"}
    for before, word in pairwise(words):
        opened = before.norm in before_one or before.norm.endswith("ing") or verb_form(before.norm)
        if word.norm in words_of("articles", "whose") - {"that", "enough"} and not opened:
            return False
    return True


def is_figure(words: Words) -> bool:
    """Whether an act may be a manner of speaking ("make a meal of it"): long, or a verb that says little."""
    if norms(words[:2]) == ("do", "something"):
        return False
    if len(words) == 2 and words[1].norm in {"him", "her", "them"}:
        return words[0].norm in words_of("light")  # "we can't make him"
    return len(words) > _PLAIN or (len(words) > _PLAIN // 2 and words[0].norm in words_of("light"))


def is_bare(words: Words) -> bool:
    """Whether nothing in the words says what is spoken of ("I had two of those", "she mustn't")."""
    return all(word.norm in closed() | words_of("openers", "objective") for word in unopened(words))


def is_ill(words: Words) -> bool:
    """Whether something that nobody wants is spoken of."""
    return any(word.norm in words_of("ill", "adverse") for word in words)


def is_unkind(words: Words) -> bool:
    """Whether saying words again would put the speaker in a bad light."""
    said = norms(words)
    cares = (said[max(0, at - _NEAR) : at] for at, word in enumerate(said) if word in words_of("caring"))
    return bool(words_of("blaming") & set(said)) or any({"i", "we"} & set(before) for before in cares)


def is_fluent(words: Words) -> bool:
    """Whether nothing is said twice, cut off or left over."""
    if not words or not is_ended(words) or words[-1].norm == ",":
        return False
    places = range(len(words))
    if any(_is_left_over(words, at) or _is_unmatched(words[at : at + 4]) or is_dropped(words, at) for at in places):
        return False
    return not any(clashes(before, word) for before, word in pairwise(words))


def is_dropped(words: Words, at: int) -> bool:
    """Whether a clause is given up at a comma ("it was sent by, it's", "it's not, I"): not "what it's for, …"."""
    before = norms(words[max(0, at - 2) : at])
    if words[at].norm != "," or not before:
        return False
    if before[-1] == "not":
        return before[0] in words_of("be") and bool(words_of("subjects") & set(norms(words[at + 1 : at + 2])))
    start = max((place + 1 for place, word in enumerate(words[:at]) if word.norm == ","), default=0)
    return before[-1] in _TAKING and not (words_of("relative") | {"to"}) & set(norms(words[start:at]))


def _is_left_over(words: Words, at: int) -> bool:
    """Whether "you know" or the like stands at a place, but not "I think" in front."""
    return bool(starting(words, "leftover", at)) and not (at == 0 and starting(words, "hedges"))


def _is_unmatched(words: Words) -> bool:
    """Whether a thing is joined to an act ("to use and a lamp")."""
    said = norms(words)
    return said[:1] == ("to",) and said[2:3] == ("and",) and said[3:] in {("a",), ("an",)} and bool(verb_form(said[1]))


def is_ended(words: Words) -> bool:
    """Whether words do not break off: "what it is" and "they need to" may end so, "the price of" may not."""
    last, said = words[-1].norm, norms(words[:-1])
    if last == "that" and said and said[-1] in words_of("reasons"):
        return False
    if last == "like" and said and said[-1] in words_of("be"):
        return bool(words_of("relative") & set(said))  # "what it is like"
    if last in words_of("saying") and {"what", "as", "which", "where", "how", "than"} & set(said):
        return True  # "it's what the lease says"
    if last == "say" and said[-1:] == ("to",):
        return not words_of("wanting") & set(said[-2:-1])  # "that's not mine to say"
    if last == "to":
        return bool(said) and (said[-1] in words_of("wanting") or verb_form(said[-1]) == "base")
    if last in words_of("be", "stranded"):
        return bool(words_of("relative") & set(said[-4:])) or (last != "of" and last in words_of("stranded"))
    return last not in words_of("unending")


def clashes(before: Word, word: Word) -> bool:
    """Whether a word cannot follow another."""
    if before.norm == word.norm:
        return word.norm not in {"that", "had"}
    if base_of(before.norm) in words_of("opining") and word.norm in words_of("be"):
        return True  # "nobody thought was possible"
    if (before.norm == "because" and word.norm == "who") or (before.norm == "why" and word.norm in words_of("modals")):
        return True  # a question inside
    if before.norm in words_of("be") | {"have", "has"} and not before.glued:
        doubled = before.norm in words_of("be") and word.norm in {"has", "have", "does"}
        return doubled or (verb_form(word.norm) == "past" and not is_participle(word.norm))
    if before.norm == "not" and word.norm in {"when", "if", "while"}:
        return True
    if before.norm in {"can", "could", "should", "must"} and word.norm == "to":
        return True  # "which can to any extent"
    return is_cut(before, word) or (before.norm in words_of("modals") and verb_form(word.norm) == "s")


def is_cut(before: Word, word: Word) -> bool:
    """Whether something is broken off between two words ("to, it", "a there")."""
    if before.norm in words_of("whose") | {"a", "an", "the"}:
        return word.norm in words_of("subjects", "modals", "be", "do", "broken") | {","}
    if (before.norm == "just" and word.norm == ",") or (before.norm == "the" and word.norm in words_of("whose")):
        return True
    if before.norm in {"need", "want"} and word.norm in {"why", "how"}:
        return True  # "I don't need why we need it"
    if before.norm in {"any", "some"} and word.norm in words_of("be", "do") | {"get"}:
        return True
    if before.norm in {"to", "of", "for", "with"} and word.norm in {"for", "of", "with"}:
        return True  # "to for sixty"
    if before.norm == "except" and word.norm == ",":
        return True
    return before.norm == "to" and word.norm in {",", "i", "we", "they", "he", "she"}


def _starts_anew(words: Words, at: int) -> bool:
    """Whether a pronoun begins another clause, without a word to join it ("it's bonded you cannot walk in")."""
    before, word, after = words[at - 1 : at + 2]
    if word.norm == "that" and after.norm in {"'s", "is", "was"}:
        # "it wasn't us that was them" is two clauses, and "it's a leak that's upstairs" may be.
        return before.norm in words_of("objective") or is_noun(before.norm) or before.norm == "'s"
    if is_seam(words, at):
        return True
    if word.norm not in words_of("subjects"):
        return False
    denies = norms(words[at + 2 : at + 3]) == ("not",)
    finite = after.norm in words_of("be") or (denies and after.norm in words_of("modals", "do"))
    joins = before.norm in words_of("clausal", "prepositions") or base_of(before.norm) in words_of("opining")
    return before.norm in {"and", "or", "also", "so"} or (finite and not joins)


def _is_alone(words: Words) -> bool:
    """Whether a verb takes nothing, for the clause that follows it is another ("care he leaves it")."""
    taking = words_of("opining", "saying", "feeling") - {"care", "mind"}
    return words[0].norm not in taking and bool({"he", "she", "they", "we", "i"} & set(norms(words[1:2])))


def _joiners(words: Words) -> int:
    """Number of words that begin another clause and are followed by a finite verb, as "than anybody" is not."""
    last = max((at for at in range(len(words)) if _finite_verbs(words[at : at + 1])), default=len(words))
    return sum(word.norm in words_of("clausal", "subjects") for word in words[:last])


def _finite_verbs(words: Words) -> int:
    """Number of finite verbs that can be told by their form."""
    pronouns = words_of("pronouns") | {"what"}
    found = [
        word.norm in words_of("finite") or (word.norm == "'s" and at > 0 and words[at - 1].norm in pronouns)
        for at, word in enumerate(words)
    ]
    return sum(found)
