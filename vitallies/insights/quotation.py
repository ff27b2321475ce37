"""A spoken belief between quotation marks: whole where it reads well, or else a whole part of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from vitallies.insights.clauses import clause, clauses_of, unhedged, unopened
from vitallies.insights.fitting import MOST_WORDS, clashes, is_cut, is_ended, is_fluent, is_unkind
from vitallies.insights.verbs import verb_form
from vitallies.insights.wording import Word, Words, is_clean, norms, spoken, words_of, written

_MOST_QUOTED: Final = 26
"""Words of a whole belief or clause between quotation marks; what is cut off is shorter."""

_LONGEST_CLIPPED: Final = 18
"""Words of a quotation that is cut off."""

_STRONG: Final = words_of("reasons") | {",", "but"}
"""Before what a clause ends."""

_LEAST_QUOTED: Final = 4
"""Words of the shortest part that stands for the whole."""

_LEAST_SHARE: Final = 0.35
"""Of the words of the whole, for a part to stand for it."""

_LONGEST_FRAME: Final = 9
"""Words up to the "that" of "it would be wrong to say that"."""

_ENDS: Final = " .,;:!?-–—…\"'“”‘’"
_INNER_QUOTES: Final = str.maketrans('“”"', "‘’'")


def quotation(belief: str) -> str:
    """Return a belief as said, or else the first of its parts that reads well, or else its longest fluent stretch."""
    return _quotation(belief).translate(_INNER_QUOTES)


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
    stretches = spoken(belief)
    whole = tuple(word for stretch in stretches for word in stretch)
    opening = set(norms(whole[: len(whole) - len(unopened(whole))]))
    apart = {"not", "claiming", "saying"} & opening  # "it's not like …" is no part of it
    if norms(whole[:1]) == ("that",) and norms(whole[1:2])[:1] and whole[1].norm in words_of("subjects"):
        return _quotation(belief[belief.lower().index("that") + 4 :])  # "that we can't"
    if 1 < len(whole) <= _MOST_QUOTED and not (apart or _is_broken_off(whole) or is_unkind(whole)):
        if is_clean(belief) and not any(is_cut(before, word) for before, word in pairwise(whole)):
            return _closed(" ".join(belief.split()).strip(_ENDS))
        if len(stretches) == 1 and is_fluent(whole):
            return written(whole)
    for part in (*stretches, *(part for stretch in stretches for part in clauses_of(stretch))):
        words = unhedged(part)
        words = words[:-1] if norms(words[-1:]) == (",",) else words
        if len(words) >= _LEAST_SHARE * len(whole) and _is_quotable(words):
            return written(words)
    return _clipped(whole)


def _clipped(words: Words) -> str:
    """As much of the longest fluent stretch as a reader takes in, with marks where it is cut off."""
    cuts = [at for at in range(1, len(words)) if clashes(words[at - 1], words[at])]
    commas = [at for at in range(1, len(words)) if words[at - 1].norm == ","]
    ends = pairwise((0, *cuts, len(words)))
    places = [(at, end) for start, end in ends for at in (start, *commas) if start <= at < end] or [(0, 0)]
    start, end = max(places, key=lambda place: (_is_claim(words[slice(*place)]), place[1] - place[0]))
    begun = "… " if start else ""
    while start < end and words[start].norm in {"and", "but", "so", "then", ","}:
        start += 1
    if end - start > _LONGEST_CLIPPED:
        inside = range(start + MOST_WORDS // 2, min(start + _LONGEST_CLIPPED + 1, end))
        breaks = [(words[at].norm in _STRONG, at) for at in inside if _may_break(words[at - 1], words[at])]
        end = max(breaks, default=(False, min(end, start + _LONGEST_CLIPPED)))[1]
    trailing = words_of("unending", "stranded") | {",", "into"}
    if end < len(words) and words[end].norm != ",":
        trailing |= words_of("prepositions", "determiners")
    while end > start + 1 and (words[end - 1].norm in trailing or _is_begun(words, end)):
        end -= 1
    return f"{begun}{written(words[start:end])}{' …' if end < len(words) else ''}" or "…"


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
    return said is not None and bool(said.rest) and not related and is_fluent(words) and not is_unkind(words)


def _is_broken_off(words: Words) -> bool:
    """Whether words as said want another: "the price of", but not "what I thought of"."""
    last = words[-1].norm
    hung = last == "of" and bool((words_of("relative") - {"that"}) & set(norms(words)))
    if last == "to":
        return not is_ended(words)
    return last in words_of("dangling", "unending") - words_of("be") - {"so", "not"} and not hung
