"""What a belief is about, as phrases that fit into a question: what is blocked, needless, lacking, owned elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from vitallies.insights.claims import POINTING, claim_shapes, is_once, is_threat
from vitallies.insights.clauses import Clause, clause, unopened
from vitallies.insights.denials import eased_by, is_elsewhere, simple, without_denial
from vitallies.insights.fitting import MOST_WORDS, fits, is_bare, is_figure, is_ill, is_subject
from vitallies.insights.parts import clauses_of
from vitallies.insights.phrasing import (
    Slots,
    addressed,
    ended,
    is_some,
    lowered,
    noun_phrase,
    positive,
    somebody,
    unreasoned,
    who,
)
from vitallies.insights.quotation import fronts_object, quotation
from vitallies.insights.seams import before_seam
from vitallies.insights.verbs import base_of_gerund, gerund, is_participle, verb_form
from vitallies.insights.wording import (
    Word,
    Words,
    is_clean,
    made,
    norms,
    pairs,
    spoken,
    starting,
    with_condition,
    words_of,
    written,
)

_LEAST_SHARE: Final = 0.6
"""Of a belief's words, for a clause to stand for all of it."""

_LONG: Final = 12
"""Words of a belief beyond which only its shorter phrases can be relied on to be read aright."""

_MOST_FILLED: Final = 10
"""Words of a phrase, with its subject, that is filled into a form: two less where the belief is long, or not fluent."""

_WITHOUT_SUBJECT: Final = frozenset({"never", "out", "beyond", "off"})
"""What begins with one of these is the rest of a clause: "never had a complaint", "out of our hands"."""

_OURS: Final = frozenset({("i",), ("we",), ("you",), ("one",), ()})


def shapes(belief: str) -> dict[str, Slots]:
    """Recognise what a belief is about.

    Parameters
    ----------
    belief : str
        The span of a vital lie, as said.

    Returns
    -------
    dict of str to mapping
        The shapes recognised, each with what fills its slots, addressed to the speaker:

        - ``action``: what is said to be impossible: ``do`` ("move it"), ``doing`` ("moving it")
        - ``worth``: what is said to be needless: ``do``, ``doing``; ``needless``: the ``thing`` not needed
        - ``lack``: the means that are missing: ``lack``
        - ``owner``: whose matter it is: ``owner``
        - ``tried``: what we tried before: ``tried``
        - ``open``: what would be so without the denial: ``who`` (``whom``) might ``do``, and be ``seen`` to do
        - ``except``: what is said of all or always: ``but`` ("not all might …", "they might not always …")
        - ``outcome``: what is feared: ``whom`` not to ``do``
        - ``claim``: the belief as a clause: ``claim``; ``rule``: the same, where there can be exceptions to it
        - ``whether``: the same without its denial, where others can tell: ``whether``; ``own``: where it is about us
        - ``is``: like ``open``, of what something is, or of what nobody wants
        - ``thing``: the noun phrase that the belief is, or that the speaker is said not to care about: ``thing``
        - ``urged``: a "don't", as said: ``quote``
        - ``spared``: what nobody does now, or came to, as a clause: ``claim``; ``harmless``: the harm that is denied
        - ``bare``: a denial that does not say of what ("of course we aren't"): ``quote``
        - ``quote``: the belief, or a part of it, as said, always there: ``quote``
    """
    found: dict[str, Slots] = {}
    stretches = spoken(belief)
    firsts = [with_condition(before_seam(stretch)) for stretch in stretches]
    parts = [part for first in firsts for part in clauses_of(first)]
    length = sum(map(len, firsts))
    least = _LEAST_SHARE * length
    most = _MOST_FILLED - 2 * (length > _LONG) - 2 * (not is_clean(belief))
    conceded = stretches and stretches[0][0].norm in words_of("conceding")  # "while we can do this, …"
    whole = tuple(word for stretch in stretches for word in stretch)
    denied = norms(whole[-1:]) == ("not",) and len(parts) > 1  # "they say they'll come but they won't"
    if denied or (whole and whole[0].norm in _WITHOUT_SUBJECT):
        return {"quote": {"quote": quotation(belief)}}
    sparing = words_of("sparing") & set(norms(whole))
    for part in () if conceded or _is_conditional(stretches) or any(map(fronts_object, stretches)) else parts:
        said = clause(part)
        rest = None if said is None else ended(said.rest)
        if said is not None and rest is not None and _is_complete(said, rest):
            said = replace(said, rest=(*rest, *_place(part)))
            kept = sparing <= set(norms((*said.subject, *said.finite, *said.rest)))  # "now and then, seldom, …"
            for shape, slots in _of_clause(said, whole=kept and len(part) >= least):
                if shape in {"claim", "rule"} or _size(slots) <= most + 2 * (shape == "whether"):
                    found.setdefault(shape, slots)
    for stretch in stretches:
        if thing := noun_phrase(stretch):
            found.setdefault("thing", {"thing": thing})
    found["quote"] = {"quote": quotation(belief)}
    if "not" in norms(whole) and is_bare(whole):
        found["bare"] = found["quote"]
    first = clause(parts[0]) if parts else None
    if first is not None and not first.subject and first.modal == "do" and first.negated:
        found["urged"] = found["quote"]
    return found


def _is_conditional(stretches: list[Words]) -> bool:
    """Whether a belief begins with a condition, without which its main clause would say another thing."""
    first = unopened(stretches[0]) if stretches else ()
    after_and = (norms(first)[at + 1 : at + 2] for at, word in enumerate(first) if word.norm == "and")
    if norms(first[:1]) == ("you",) and any(words_of("subjects") & set(norm) for norm in after_and):
        return True  # "you lend them a drill and it never comes back"
    return norms(first[:1]) in {("if",), ("unless",), ("once",), ("when",)} and len(clauses_of(first)) > 1


def _size(slots: Slots) -> int:
    """Number of words that a form takes up, with the subject."""
    return len(slots.get("who", "").split()) + max(len(slots[name].split()) for name in slots if name != "who")


def _is_complete(said: Clause, rest: Words) -> bool:
    """Whether a verb has what it needs: nobody "does on" something, or just "uses"."""
    guessed = words_of("definite") if said.modal == "will" else {"it"}  # "that'll be the cat", "that's it leaking"
    if norms(said.subject) == ("that",) and said.verb == "be" and guessed & set(norms(rest[:1])):
        return False
    if not rest or (said.verb == "seem" and norms(said.subject) == ("it",)):
        return said.verb in words_of("intransitive")
    return said.verb not in {"do", "make", "have", "say"} or rest[0].norm not in words_of("prepositions") - {"to"}


def _of_clause(said: Clause, *, whole: bool) -> Iterator[tuple[str, Slots]]:
    kept = unreasoned(said.rest)
    yield from _untouched(said)
    opened = None if is_elsewhere(said) else without_denial(replace(said, rest=kept))
    if opened is not None and not said.past:
        bare = norms(said.subject) in POINTING and not whole  # "it might be easier"
        left = said.rest[len(kept) :]
        for shape, slots in _denial(opened):
            turned = shape in {"open", "is"}
            if not (turned and (bare or norms(left[:2]) == ("because", "of"))):  # it may be the cause that is denied
                yield from _conditional(said, shape, slots)
    if said.verb == "be" and not said.negated:
        yield from _owner(said)
    elif opened is None and not said.negated and not said.past and said.modal in {"", "will", "would"}:
        yield from (pair for pair in _affirmation(said) if whole or pair[0] == "outcome")
    yield from _try(said)
    if whole:
        yield from claim_shapes(said)
    uncaring = said.negated and norms(said.subject) in _OURS and said.verb in words_of("caring")
    if uncaring and (thing := noun_phrase(said.rest)):
        yield "thing", {"thing": thing}


def _untouched(said: Clause) -> Iterator[tuple[str, Slots]]:
    """A harm or state in which nobody is, as a ground for leaving things alone: "nobody drowned", "cats don't fall"."""
    doing = said.verb == "be" and not said.past and base_of_gerund(norms(said.rest[:1] or made("no"))[0])
    came_to = said.past and (not said.rest or is_ill(said.rest))
    harmless = said.negated and not said.past and said.verb in words_of("harm")  # "when have you seen them fall"
    spared = norms(said.subject) == ("nobody",) and bool(doing or came_to)
    if not said.subject or not (harmless or spared):
        return
    claim = addressed((*lowered(said.subject, said.finite), *said.finite, *said.rest))
    if claim and fits(claim, whole=True):
        yield "spared" if spared else "harmless", {"claim": written(claim)}


def _conditional(said: Clause, shape: str, slots: Slots) -> Iterator[tuple[str, Slots]]:
    """A shape with the condition at the end of its clause: "we can't paint it if it rains" is about rain."""
    left = said.rest[len(unreasoned(said.rest)) :]
    if norms(left[:1]) not in {("if",), ("when",)}:
        yield shape, slots
    elif (condition := addressed(left)) and addressed((*said.subject, *said.rest)) and fits(condition):
        end = f" {written(condition)}"
        yield shape, {name: text + end * (name not in {"who", "whom"}) for name, text in slots.items()}


def _place(part: Words) -> Words:
    """The place or time in front of a clause ("in August we …"), without its comma."""
    front = part[: len(part) - len(unopened(part))]
    at = next((at for at, word in enumerate(front) if word.norm in words_of("places")), len(front))
    return () if starting(front, "openers", at) else tuple(word for word in front[at:] if word.norm != ",")


def _try(said: Clause) -> Iterator[tuple[str, Slots]]:
    """What we are said to have tried."""
    perfect = said.verb == "have" and norms(said.rest[:1]) == ("tried",)
    ours = said.past and not said.negated and norms(said.subject) in _OURS
    tried = addressed(said.rest[1:] if perfect else said.rest) if ours and (perfect or said.verb == "try") else None
    if tried and tried[0].norm not in words_of("prepositions") and fits(tried):
        yield "tried", {"tried": written(tried)}


def _denial(opened: Clause) -> Iterator[tuple[str, Slots]]:
    """What a denial of something present or future is about."""
    opened = simple(opened)
    do = positive((Word(opened.verb, opened.verb), *opened.rest))
    subject, ours = norms(opened.subject), norms(opened.subject) in _OURS
    if (obliged := starting(do, "obliged")) and obliged < len(do):
        yield from _needless(do[obliged:], named=do[0].norm == "need")
    elif opened.verb == "be" and len(do) > 3 and starting(do, "worthy") and do[2].norm == "to":
        yield from _needless(do[3:])
    elif eased := eased_by(opened):
        # "It's hard to find them" is about finding them; "they are hard to find" about them.
        plain = subject in POINTING | {()}
        yield from _action("action", positive(do[eased:])) if plain else _open(opened, do)
    elif subject == ("there",) and opened.verb == "be":
        yield from _existence(do[1:])
    elif not subject and opened.modal == "do":
        yield from _action("worth", do)  # "don't build it"
    elif ours and (opened.modal in {"can", "could"} or starting((*made(opened.verb), *opened.rest), "peel")):
        yield from _action("action", do)
    elif ours and opened.modal == "should" and opened.verb not in {"be", "have"}:
        yield from _action("worth", do)
    else:
        if opened.verb == "have" and ours and subject != ("you",) and do[1:]:
            yield from _lack(do[1:])
        if not ours or (opened.modal in {"will", "would"} and opened.verb not in words_of("feeling")):
            yield from _open(opened, do)


def _existence(words: Words) -> Iterator[tuple[str, Slots]]:
    """What "there is no …" is about."""
    texts = norms(words)
    act: Words = ()
    if texts[:2] == ("a", "way") and len(words) > 3:
        inner = clause(words[2:])
        if texts[2] == "to":
            act = words[3:]
        elif texts[2] == "of" and (base := base_of_gerund(texts[3])):
            act = (*made(base), *words[4:])
        elif inner is not None and norms(inner.subject) in _OURS:
            act = (*made(inner.verb), *inner.rest)
    elif texts[:1] == ("something",) and (inner := clause(words[1:])) is not None:
        act = (*made("do something"), *inner.rest) if norms(inner.subject) in _OURS and inner.verb == "do" else ()
    elif texts[:1] == ("a",) and len(words) > 3 and texts[1] in words_of("grounds"):
        yield from _needless(words[3 if texts[2] in {"to", "in", "for"} else 2 :])
    if act:
        yield from _action("action", positive(act))
        return
    if texts[:1] == ("some",) and not is_some(words[1:]):
        return
    named = texts[:1] and texts[0] not in words_of("definite") and texts != ("something",)
    if named and (shifted := addressed(words)) and fits(shifted):
        slots = {"who": "there", "whom": "there", "do": written((*made("be"), *shifted))}
        yield "is" if is_ill(words) else "open", slots


def _needless(words: Words, *, named: bool = False) -> Iterator[tuple[str, Slots]]:
    """What nobody need do, or where it is ``named``, need have."""
    if len(words) > 3 and words[0].norm in {"to", "for"} and words[2].norm == "to":
        words = words[3:]  # "worth it to me to …"
    first = words[0].norm
    if base := base_of_gerund(first):
        yield from _action("worth", (*made(base), *words[1:]))
    elif first.endswith("ing") and len(words) > 1 and not named and (doing := addressed(words)):
        yield "worth", {"doing": written(doing)}
    elif verb_form(first) == "base":
        yield from _action("worth", words)
    elif named and first not in words_of("pronouns", "objective") - words_of("determiners"):
        end = next((at for at, word in enumerate(words) if word.norm in {"to", "now"}), len(words))
        shifted = addressed(words[:end])
        if shifted and shifted[0].norm.isalpha() and fits(shifted) and not words_of("subjects") & set(norms(shifted)):
            yield "needless", {"thing": written(shifted)}


def _lack(words: Words) -> Iterator[tuple[str, Slots]]:
    """What somebody has not got, and what it was for."""
    more = norms(words[:1]) == ("more",)
    words = words[: next((at for at, word in enumerate(words) if more and word.norm == "to"), len(words))]
    length = starting(words, "means") or more
    for at, (before, word) in enumerate(pairwise(norms(words))):
        if length and before == "to" and verb_form(word) == "base":
            yield from _action("action", words[at + 1 :])
            return
    if length or words[0].norm in words_of("articles"):
        shifted = addressed((*made("any"), *words[1:]) if words[0].norm == "some" else words)
        if shifted and len(shifted) <= MOST_WORDS // 2 and fits(shifted):
            yield "lack", {"lack": written(shifted)}


def _action(shape: str, words: Words) -> Iterator[tuple[str, Slots]]:
    """An act of ours, from its verb in the base form on."""
    shifted = addressed(words)
    if not shifted or len(shifted) < 2 or not fits(shifted) or verb_form(shifted[0].norm) != "base":
        return
    if shifted[0].norm in words_of("backward") or norms(shifted[1:]) == ("something",):
        return
    acts, said = shape == "action", set(norms(shifted))
    if {"myself", "ourselves"} & said or (is_figure(shifted) if acts else words_of("all") & said):
        return  # who else could do it "ourselves", and should anybody follow every rule?
    verb, *more = pairs("softer").get(shifted[0].norm, shifted[0].norm).split()
    rest = (*made(" ".join(more)), *shifted[1:])
    slots = {"do": written((*made(verb), *rest))}
    if not any(word in {"and", "or"} and verb_form(after) == "base" for word, after in pairwise(norms(rest))):
        slots["doing"] = written((*made(gerund(verb)), *rest))
    yield shape, slots


def _open(opened: Clause, do: Words) -> Iterator[tuple[str, Slots]]:
    """What others might do or be after all."""
    shifted, subject = addressed(do), addressed(somebody(opened.subject)) if opened.subject else None
    whole = shifted is not None and (len(shifted) > 1 or shifted[0].norm in words_of("intransitive"))
    uncounted = norms(do[1:2]) == ("some",) and not is_some(do[2:])
    if opened.modal in {"should", "must"} or (opened.verb == "have" and norms(opened.subject) in {("he",), ("she",)}):
        return  # what ought not to be may be so; what one person has is no matter of opinion
    if uncounted or (shifted is not None and words_of("blaming") & set(norms(shifted))):
        return
    if subject is None or shifted is None or not (whole and is_subject(subject) and fits(shifted)):
        return
    if opened.verb == "be" and is_participle(norms(opened.rest[:1])[0]) and norms(opened.rest[1:2]) == ("by",):
        return  # who does it is a fact
    slots = who(subject) | {"do": written(shifted)}
    if slots["who"] == "you":
        pass  # not "when have you seen you …"
    elif shifted[0].norm != "be":
        slots["seen"] = slots["do"]
    elif shifted[1].norm.endswith("ing"):
        slots["seen"] = written(shifted[1:])
    what = opened.verb == "be" and opened.rest[:1] and opened.rest[0].norm in words_of("determiners", "pronouns")
    yield "is" if what or is_ill(do) else "open", slots


def _affirmation(said: Clause) -> Iterator[tuple[str, Slots]]:
    """What is said to be so always, or feared."""
    first = said.subject[0].norm if said.subject else ""
    subject, do = addressed(said.subject), addressed((Word(said.verb, said.verb), *said.rest))
    if not subject or not do or not is_subject(subject) or not fits(do):
        return
    if said.verb in words_of("opining") or first in {"not", "most", "i", "we", "you"} or "either" in said.adverbs:
        return
    if {"who", "which"} & set(norms(said.subject)):
        return  # "who wants it already has it"
    slots = who(subject) | {"do": written(do)}
    if first in words_of("all"):
        yield "except", {"but": "not {who} might {do}".format_map(slots)}
    else:
        often = "only " if "only" in said.adverbs else "" if is_once(said) else "always "
        yield "except", {"but": f"{{who}} might not {often}{{do}}".format_map(slots)}
    ours = first in words_of("first", "second", "all") | {"there"}
    if not ours and (is_threat(said) or said.verb in words_of("adverse")):
        yield "outcome", slots


def _owner(said: Clause) -> Iterator[tuple[str, Slots]]:
    """Whose matter something is said to be."""
    rest, pointing = said.rest, norms(said.subject) in POINTING
    owner: Words = ()
    if (length := starting(rest, "ownership")) and pointing:
        owner = rest[length:]
        owner = owner[: next((at for at, word in enumerate(owner) if at and word.norm == "to"), len(owner))]
        named = owner and (owner[0].norm in words_of("articles", "whose") or owner[0].text.istitle())
        owner = owner if named and len(owner) <= 4 else ()
    else:
        pairs_of = enumerate(pairwise(norms(rest)))
        at = next((at for at, (word, after) in pairs_of if word == "'s" and after in words_of("owned")), 0)
        owner = rest[:at] if at <= 3 else ()
    if owner and owner[0].norm not in words_of("none", "first", "pronouns") - words_of("determiners"):
        yield "owner", {"owner": written(addressed(owner) or owner)}
