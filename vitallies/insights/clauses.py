"""A spoken clause taken apart, by rules over words: who, what is done, and whether it is denied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from vitallies.insights.verbs import base_of, base_of_gerund, is_participle, verb_form
from vitallies.insights.wording import Word, Words, closed, made, norms, starting, words_of

_LONGEST_SUBJECT: Final = 12
"""Words in which a verb must follow for the words before it to be its subject."""

_ASKING: Final = frozenset({("how",), ("if",), ("whether",)})
"""Before what is asked or known, not said."""

_SHORT: Final = frozenset({"'s", "'d"})
"""What may be a verb or, after a noun, a possessive."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with a finite verb.

    Parameters
    ----------
    subject : tuple of Word
        Empty where the speaker leaves it out ("can't be done").
    finite : tuple of Word
        From the end of the subject to the verb, as said.
    verb : str
        The main verb in its base form.
    rest : tuple of Word
        What follows the verb.
    modal : str, default ""
        The modal in front, or "do", "does", "did".
    negated : bool, default False
        Whether the clause as a whole denies something ("we can't", "nobody does", "I don't think that we can").
    past : bool, default False
        Whether it tells of the past.
    adverbs : frozenset of str
        Those between subject and verb.
    """

    subject: Words
    finite: Words
    verb: str
    rest: Words
    modal: str = ""
    negated: bool = False
    past: bool = False
    adverbs: frozenset[str] = frozenset()


def clause(words: Words) -> Clause | None:
    """Take a clause apart.

    Parameters
    ----------
    words : tuple of Word
        It may open with "but" or "I think that", and go on with other clauses.

    Returns
    -------
    Clause or None
        None where no subject with a finite verb after it is recognised.
    """
    return _clause(_claimed(unopened(words)))


def _clause(words: Words) -> Clause | None:
    for length, denied in _embeddings(words):
        after = words[length:]
        if not denied and norms(after[:1]) in _ASKING:
            continue  # "we know how they use it" is about what we know
        joined = len(after) > 2 and after[0].norm in words_of("joints") and not is_auxiliary(after[1])
        inner = _clause(unopened(after[1:] if joined else after))
        if joined and inner is None and not any(_embeddings(after[1:])):
            inner = _clause(after)  # "that" is the subject
        if inner is not None:
            return replace(inner, negated=not inner.negated) if denied else inner
    length_of_subject = _subject(words)
    if length_of_subject is None:
        return None
    return _Predicate(words[:length_of_subject], words[length_of_subject:]).read()


def _embeddings(words: Words) -> list[tuple[int, bool]]:
    """Lengths of "I'd still say", "the fact is" or "we don't think" in front, each with whether it denies."""
    found = [(starting(words, "doubts"), True), (starting(words, "hedges"), False)]
    at, denied = 1, False
    passing = words_of("modals", "do", "adverbs", "negative")
    while words and words[0].norm in {"i", "we"} and at < len(words) and words[at].norm in passing:
        denied ^= words[at].norm in words_of("negative")
        at += 1
    if words and words[0].norm in {"i", "we"} and norms(words[at : at + 1]) == ("doubt",) and not denied:
        found.append((at + 1, True))
    opining = words_of("opining") - ({"know"} if denied else set())
    if words and words[0].norm in {"i", "we"} and norms(words[at : at + 1])[:1] and words[at].norm in opining:
        found.append((at + 1, denied))
    return [(length, denies) for length, denies in found if length]


def unhedged(words: Words) -> Words:
    """Leave off openers and "I think that", as far as a clause follows."""
    words = unopened(words)
    for length, denied in _embeddings(words):
        after = words[length:]
        after = after[1:] if norms(after[:1]) == ("that",) and len(after) > 2 and not is_auxiliary(after[1]) else after
        if not denied and clause(after) is not None:
            return unhedged(after)
    return words


def unopened(words: Words) -> Words:
    """Leave off the conjunctions, adverbs, settings ("in August we …") and commas with which a clause opens."""
    while words:
        that = words[0].norm == "that" and len(words) > 3 and not is_auxiliary(words[1])
        if words[0].norm == "," or (that and words[1].norm in words_of("subjects", "definite")):
            length = 1
        else:
            length = starting(words, "openers") or _setting(words)
        denies = words[0].norm == "no" and len(words) > 1 and words[1].norm not in words_of("pronouns") | {","}
        if not length or length == len(words) or denies:
            return words
        words = words[length:]
    return words


def is_auxiliary(word: Word) -> bool:
    """Whether a word is a modal or a form of "be", "do" or "have", written out."""
    return word.norm in words_of("modals", "be", "do") - _SHORT


def _setting(words: Words) -> int:
    """Number of words of a phrase with a preposition in front of a pronoun that is the subject."""
    if words[0].norm not in words_of("prepositions") - {"to", "until", "till"}:
        return 0
    for at in range(2, min(8, len(words) - 1)):
        if words[at].norm in words_of("relative") | {"and"}:
            return 0
        if words[at].norm in words_of("subjects"):
            after = words[at + 1]
            verbal = is_auxiliary(after) or after.norm in words_of("adverbs", "negative") | {"'s"}
            return at if verbal or verb_form(after.norm) else 0
    return 0


def _claimed(words: Words) -> Words:
    """A rhetorical question as the claim that it makes: "how can we do it" → "we can not do it"."""
    if len(words) < 4:
        return words
    first, second, third = norms(words[:3])
    if first in {"is", "are"} and second == "not" and third in words_of("pronouns"):
        return (words[2], *made(first), *words[3:])
    if first == "why" and verb_form(second) == "base":
        return (*made("we do not need to"), *words[1:])
    if first == "who" and (is_auxiliary(words[1]) or second == "'s"):
        return (*made("nobody"), *words[1:])
    if first in {"how", "where"} and third in words_of("subjects"):
        if norms(words[3:5]) in {("meant", "to"), ("supposed", "to"), ("going", "to")}:
            return (words[2], *made("can not"), *words[5:])
        if second in {"can", "could", "would", "do"}:
            return (words[2], *made("can not"), *words[3:])
    return words


def _subject(words: Words) -> int | None:
    """Number of words of the subject."""
    if len(words) < 2:
        return None
    first, second = words[0].norm, words[1].norm
    if first in {"can", "could", "do"} and second == "not":
        return 0
    if first == "what":
        return _related(words, 0)
    some_not = first == "not" and second in words_of("all", "many")
    never = words_of("never_first", "prepositions") | words_of("relative") - words_of("determiners")
    if (first in never and not some_not) or is_auxiliary(words[0]) or verb_form(first) == "past":
        return None
    alone = first in words_of("pronouns")
    if first in words_of("determiners") or some_not:
        follows = is_auxiliary(words[1]) or second in words_of("adverbs") | _SHORT | {"of"}
        alone = alone and (follows or (first == "that" and bool(verb_form(second))))
        if not alone and second in words_of("first", "second", "pronouns") - words_of("all", "many"):
            return None
    return _alone(words) if alone else _led(words, 2 if first in words_of("determiners") else 1)


def _alone(words: Words) -> int | None:
    """Length of a subject that begins with a pronoun ("nobody", "people in the office")."""
    for at in range(1, min(len(words), _LONGEST_SUBJECT)):
        norm = words[at].norm
        if norm in {"who", "that", "which"} | words_of("subjects"):
            return _related(words, at)
        if norm == "of" or (norm in words_of("prepositions") and not verb_form(norm)):
            return _led(words, at + 1)
        if norm not in {"else", "here", "there"}:
            return at
    return None


def _led(words: Words, start: int) -> int | None:
    """Length of a subject that is a noun phrase, of which the words before ``start`` are no verb."""
    noun = words[start - 1].norm
    frozen = noun in words_of("prepositions")
    for at in range(start, min(len(words), _LONGEST_SUBJECT)):
        norm, before = words[at].norm, words[at - 1].norm
        if norm in words_of("subjects") or (
            norm in {"who", "that", "which"} and before not in words_of("prepositions")
        ):
            return _related(words, at)
        if norm == "," or norm in words_of("relative") - {"that"}:
            return None
        if norm in _SHORT:
            if norm == "'d" or _is_verb(words[at + 1 : at + 2]):
                return at
        elif is_auxiliary(words[at]):
            return None if before in {"to", "not"} else at
        elif norm in words_of("adverbs"):
            after = next((word for word in words[at:] if word.norm not in words_of("adverbs")), None)
            if after is not None and (is_auxiliary(after) or after.norm in _SHORT or _agrees(noun, after.norm)):
                return at
        elif norm in words_of("prepositions"):
            frozen = True
        elif _agrees(noun, norm) and before not in words_of("prepositions", "determiners"):
            return at
        elif not frozen:
            noun = norm
    return None


def _related(words: Words, at: int) -> int | None:
    """Length of a subject with a relative clause, whose verb comes before that of the subject."""
    if words[at].norm in words_of("subjects") and words[at - 1].norm in words_of("objective"):
        return None  # "all of them they take"
    places = range(at + 1, min(len(words), _LONGEST_SUBJECT + 4))
    verbs = [place for place in places if is_auxiliary(words[place]) or words[place].norm == "'s"]
    first = at + 2 if norms(words[at + 1 : at + 2]) and words[at + 1].norm in words_of("subjects") else at + 1
    if first < len(words) and first not in verbs and words[first].norm not in closed():
        verbs.insert(0, first)
    if len(verbs) < 2 or {",", "as", "than"} & set(norms(words[at : verbs[1]])):
        return None
    both = verbs[1] == verbs[0] + 1 and is_auxiliary(words[verbs[0]])  # "that will be"
    return None if both or words[verbs[1] - 1].norm in words_of("subjects") else verbs[1]


def _is_verb(after: Words) -> bool:
    """Whether a noun's "'s" is "is" or "has": what follows cannot be owned."""
    if not after:
        return False
    norm = after[0].norm
    done = is_participle(norm) and norm not in words_of("nouns_too")
    verbal = norm in words_of("adverbs", "determiners", "prepositions", "degrees") | {"not", "going"}
    return done or verbal or (norm.endswith("ing") and len(norm) > 4) or after[0].text.istitle()


def _agrees(noun: str, norm: str) -> bool:
    """Whether a word after a noun is a verb that we know in the form that the noun takes."""
    plural = (noun.endswith("s") and not noun.endswith("ss")) or noun in words_of("many")
    return norm != "bit" and verb_form(norm) in {"past", "base" if plural else "s"}


class _Predicate:
    """Reads what follows a subject, word by word."""

    def __init__(self, subject: Words, words: Words) -> None:
        self._subject, self._words, self._at = subject, words, 0
        self._negated = bool(subject) and subject[0].norm in words_of("none") | {"no"}
        self._adverbs: set[str] = set()

    def read(self) -> Clause | None:
        first = self._next()
        if first is None:
            return None
        norm = first.norm
        if norms(self._subject) in {("we",), ("you",), ("they",)} and norm in words_of("third") - {"'s"}:
            return None
        done = norms(self._words[self._at + 1 : self._at + 2])
        if norm == "'d" and done and is_participle(done[0]) and verb_form(done[0]) != "base":
            self._at += 1
            return self._clause("have", past=True)
        if norm in words_of("modals"):
            return self._supported({"'ll": "will", "'d": "would", "shall": "will"}.get(norm, norm))
        if norm in {"do", "does", "did"} and self._supports():
            return self._supported(norm)
        if norm not in words_of("be", "do"):
            return self._full(norm)
        self._at += 1
        after = self._next()
        if norm in words_of("be"):
            if norm == "'s" and after is not None and (after.norm in words_of("has_done") or self._has_done()):
                return self._clause("have", past=after.norm != "got")
            if norms(self._words[self._at : self._at + 2]) == ("going", "to"):
                self._at += 1
                return self._supported("will")
            return self._clause("be", past=norm in {"was", "were"})
        if norm in {"have", "has", "had"}:
            return self._clause("have", past=norm == "had" or (after is not None and is_participle(after.norm)))
        return self._clause("do", past=norm == "did")

    def _has_done(self) -> bool:
        """Whether "'s" is "has": a participle follows, and what it takes ("nobody's moved them")."""
        done, *taken = norms(self._words[self._at : self._at + 2])
        if not is_participle(done):
            return False
        nobody = norms(self._subject) == ("nobody",)
        takes = words_of("objective") | (words_of("articles", "whose") if nobody else set())
        return bool(takes & set(taken)) or (nobody and base_of(done) in words_of("intransitive"))

    def _full(self, norm: str) -> Clause | None:
        """With a full verb in the present or past."""
        self._at += 1
        if norm.endswith("ing") and not verb_form(norm):
            return self._clause(base_of_gerund(norm), past=False)
        singular = len(self._subject) == 1 and self._subject[0].norm in words_of("singular")
        if singular and not norm.endswith(("s", "ed")) and verb_form(norm) != "past":
            return None
        past = verb_form(norm) == "past" or (norm.endswith("ed") and not verb_form(norm))
        return self._clause(base_of(norm), past=past)

    def _next(self) -> Word | None:
        """Pass over adverbs and "not" to the next word."""
        words = self._words
        while self._at < len(words):
            length = starting(words, "adverbs", self._at)
            if words[self._at].norm in words_of("negative"):
                self._negated, length = not self._negated, 1
            elif not length and words[self._at].norm == "," and starting(words, "adverbs", self._at + 1):
                length = 1
            elif not length:
                return words[self._at]
            self._adverbs.update(norms(words[self._at : self._at + length]))
            self._at += length
        return None

    def _supports(self) -> bool:
        """Whether "do" only supports another verb."""
        after = self._words[self._at + 1 :]
        verb = next((word.norm for word in after if word.norm not in words_of("negative", "adverbs")), "")
        return norms(after[:1]) == ("not",) or verb_form(verb) == "base"

    def _supported(self, modal: str) -> Clause | None:
        self._at += 1
        verb = self._next()
        if verb is None:
            return None
        self._at += 1
        done = verb.norm == "have" and any(is_participle(word.norm) for word in self._words[self._at : self._at + 1])
        return self._clause(verb.norm, modal, past=modal == "did" or done)

    def _clause(self, verb: str, modal: str = "", *, past: bool) -> Clause | None:
        if not verb.isalpha() or (verb in closed() and not verb_form(verb)):
            return None
        at = self._at
        if verb == "have" and norms(self._words[at : at + 1]) == ("got",):
            at, past = at + 1, False
        finite, rest = self._words[:at], self._words[at:]
        return Clause(self._subject, finite, verb, rest, modal, self._negated, past, frozenset(self._adverbs))
