"""A spoken belief between quotation marks: whole where it reads well, or else a whole part of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from vitallies.insights.clauses import clause, unhedged, unopened
from vitallies.insights.fitting import MOST_WORDS, clashes, is_cut, is_dropped, is_ended, is_fluent, is_unkind
from vitallies.insights.parts import clauses_of
from vitallies.insights.seams import before_seam
from vitallies.insights.verbs import base_of_gerund, is_participle, verb_form
from vitallies.insights.wording import Word, Words, is_clean, made, norms, pairs, spoken, words_of, written

_MOST_QUOTED: Final = 32
"""Words between quotation marks."""

_STRONG: Final = words_of("reasons") | {",", "but"}
"""Before what a clause ends."""

_JOINTS: Final = frozenset({"and", "but", "because", "except", "so", "then", ","})
"""With what a part neither begins nor ends."""

_PLACED: Final = words_of("adverbs", "polarity") | {"here", "there"}
"""What may follow a verb whose object stands in front."""

_LEAST_QUOTED: Final = 4
"""Words of the shortest part that stands for the whole."""

_LEAST_SHARE: Final = 0.35
"""Of the words of the whole, for a part to stand for it."""

_LONGEST_FRAME: Final = 9
"""Words up to the "that" of "it would be wrong to say that"."""

_ENDS: Final = " .,;:!?-–—…\"'“”‘’"
_INNER_QUOTES: Final = str.maketrans('“”"', "‘’'")


def quotation(belief: str) -> str:
    """Return a belief as said, or where it does not read well, a part of it that does.

    A part is preferred that has a good share of the words, then the longest clause; where no clause reads well, it is
    the longest fluent stretch. Nothing marks what is left out: a question is read out.
    """
    return _quotation(belief).translate(_INNER_QUOTES)


def lacks_subject(quote: str) -> bool:
    """Whether a quotation begins with its verb ("is out of date", "was not possible to foresee")."""
    words = next(iter(spoken(quote)), ())
    after = next((word.norm for word in words[1:] if word.norm not in words_of("negative", "adverbs")), "")
    if not after or not (words[0].norm in words_of("be", "modals", "third") or verb_form(words[0].norm) == "s"):
        return False
    if verb_form(words[0].norm) == "s":
        return after in words_of("objective", "articles")  # "makes it harder"
    if words[0].norm in words_of("modals") | {"does"}:
        ours = words[0].norm in {"can", "could"}  # "can't do it"
        return after == "be" or (verb_form(after) == "base" and not ours)
    described = words_of("degrees", "ease", "prepositions") | {"a", "an", *pairs("turns")}
    return after in described or is_participle(after) or bool(base_of_gerund(after))


def is_relative(quote: str) -> bool:
    """Whether a quotation says of something else what it is ("which we don't have")."""
    words = next(iter(spoken(quote)), ())
    return norms(words[:1]) == ("which",) and bool(words_of("subjects", "be", "modals", "do") & set(norms(words[1:2])))


def unframed(belief: str) -> str:
    """Return a belief that is not the speaker's own without "they say that" in front."""
    stretches = spoken(belief)
    if len(stretches) > 1 and len(stretches[0]) < _LONGEST_FRAME and norms(stretches[0][-1:]) == ("like",):
        return " ".join(map(written, stretches[1:]))
    for words in stretches:
        for at in range(1, min(_LONGEST_FRAME, len(words) - 3)):
            if words[at].norm == "that" and words[at - 1].norm in words_of("framing"):
                again = [place for place in range(at + 2, at + 6) if norms(words[place : place + 1]) == ("that",)]
                if again and words[at + 1].norm in words_of("prepositions"):
                    at = again[0]  # "say that for a second that …"
                return written(words[at if words[at + 1].glued else at + 1 :])  # "say that's …"
    return belief


def _quotation(belief: str) -> str:
    said = spoken(belief)
    seam = next((at for at, stretch in enumerate(said) if before_seam(stretch) != stretch), None)
    stretches = said if seam is None else [*said[:seam], before_seam(said[seam])]
    whole = tuple(word for stretch in stretches for word in stretch)
    opening = set(norms(whole[: len(whole) - len(unopened(whole))]))
    apart = {"not", "claiming", "saying"} & opening  # "it's not like …" is no part of it
    if norms(whole[:1]) == ("that",) and norms(whole[1:2])[:1] and whole[1].norm in words_of("subjects"):
        if fronts_object(whole):
            return written(whole)
        return _quotation(belief[belief.lower().index("that") + 4 :])  # "that we can't"
    if 1 < len(whole) <= _MOST_QUOTED and not (apart or _is_broken_off(whole) or is_unkind(whole)):
        broken = any(is_cut(*pair) for pair in pairwise(whole)) or any(
            is_dropped(whole, at) for at in range(len(whole))
        )
        if seam is None and is_clean(belief) and not broken:
            return _closed(" ".join(belief.split()).strip(_ENDS))
        if all(map(is_fluent, (whole, *stretches))):
            return ", ".join(map(written, stretches))
    parts = (*stretches, *(part for stretch in stretches for part in clauses_of(stretch)))
    quotable = list(filter(_is_quotable, map(_trimmed, (*parts, *_runs(whole)))))
    shared = (words for words in quotable if len(words) >= _LEAST_SHARE * len(whole))
    longest = max(quotable, key=lambda words: len(words), default=_unbroken(whole))
    quoted = next(shared, longest)
    return written(quoted if len(quoted) > 1 else whole) or "…"


def _trimmed(part: Words) -> Words:
    """Leave off what only joins a part to what stands before and after it."""
    words = unhedged(part)
    if "not" in norms(part[: len(part) - len(words)]):
        words = part  # "it's not like it leaks"
    while words and words[-1].norm in _JOINTS:
        words = words[:-1]
    hung = norms(words[-3:-2])[:1] and words[-3].norm in words_of("reasons") and words[-1].norm in words_of("do")
    return words[:-3] if hung else words  # "because I have"


def _runs(words: Words) -> list[Words]:
    """The stretches without a clash, from their beginning and from each comma in them."""
    cuts = [at for at in range(1, len(words)) if clashes(words[at - 1], words[at])]
    commas = [at for at in range(1, len(words)) if words[at - 1].norm == ","]
    ends = pairwise((0, *cuts, len(words)))
    return [words[at:end] for start, end in ends for at in (start, *commas) if start <= at < end]


def _unbroken(words: Words) -> Words:
    """As much of the longest stretch without a clash as a reader takes in."""
    run = max(_runs(words), key=lambda run: (_is_claim(run), len(run)), default=())
    while run and run[0].norm in _JOINTS:
        run = run[1:]
    end = len(run)
    if end > _MOST_QUOTED:
        inside = range(MOST_WORDS // 2, _MOST_QUOTED + 1)
        breaks = [(run[at].norm in _STRONG, at) for at in inside if _may_break(run[at - 1], run[at])]
        end = max(breaks, default=(False, _MOST_QUOTED))[1]
    trailing = (words_of("unending", "stranded") | {",", "into"}) - {"not"}  # or the opposite would be quoted
    after = words[-1:] != run[-1:] if end == len(run) else run[end].norm != ","
    if after:
        trailing |= words_of("prepositions", "determiners")
    while end > 1 and (run[end - 1].norm in trailing or _is_begun(run, end)):
        end -= 1
    return run[:end]


def fronts_object(words: Words) -> bool:
    """Whether "that" is the object of the clause after it ("that we can't do")."""
    said = clause(words[1:])
    if norms(words[:1]) != ("that",) or said is None or any(word.norm not in _PLACED for word in said.rest):
        return False
    return said.verb not in words_of("intransitive") or norms(said.subject) in {("i",), ("we",)}


def _is_claim(words: Words) -> bool:
    """Whether words have a subject with a verb, and are no condition."""
    said = clause(words)
    return said is not None and bool(said.rest) and words[0].norm not in words_of("conditions")


def _is_begun(words: Words, end: int) -> bool:
    """Whether words end just after the subject of a clause that is not there (", it")."""
    return words[end - 2].norm == "," and words[end - 1].norm in words_of("subjects")


def _closed(text: str) -> str:
    """Put back the quotation mark that was stripped off the end of what is quoted inside."""
    return text + ('"' if text.count('"') % 2 else "") + ("”" if text.count("“") > text.count("”") else "")


def _may_break(before: Word, word: Word) -> bool:
    """Whether a quotation may be cut off before a word: not between a verb and what it takes."""
    breaks = words_of("prepositions", "reasons") - {"to", "of", "like", "than"} | {",", "but"}
    return word.norm in breaks and not before.norm.endswith("ing") and not verb_form(before.norm)


def _is_quotable(words: Words) -> bool:
    if not _LEAST_QUOTED <= len(words) <= _MOST_QUOTED:
        return False
    said = clause(words)
    related = words[0].norm in words_of("clausal") and norms(words[1:2]) not in {("'s",), ("is",), ("was",)}
    if related or is_dropped((*words, *made(",")), len(words)):
        return False
    return said is not None and bool(said.rest) and is_fluent(words) and not is_unkind(words)


def _is_broken_off(words: Words) -> bool:
    """Whether words as said want another: "the price of", but not "what I thought of"."""
    last = words[-1].norm
    hung = last == "of" and bool((words_of("relative") - {"that"}) & set(norms(words)))
    if last in words_of("saying") | {"to"}:
        return not is_ended(words)
    return last in words_of("dangling", "unending") - words_of("be") - {"so", "not"} and not hung
