"""The words of a spoken belief: cleaned of what speech leaves in it, compared with word lists, written again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from vitallies.pipeline.docs import blank_english, tokenise
from vitallies.pipeline.rules import rules

_RULES: Final = "vitallies.insights.rules"

_LONGEST_RESTART: Final = 7
"""Words that a speaker says twice over when starting again."""

_LONGEST_ASIDE: Final = 6
"""Words of "in practice" or "as a whole" between commas."""

_LONGEST_STUMP: Final = 3
"""Letters of a broken-off word ("wo would")."""

_LEAST_COMMON: Final = 6
"""Letters with which two words begin, the second put right for the first ("difference different")."""

_HAVE: Final = frozenset({"had", "has", "have"})
_TAKING: Final = _HAVE | {"get", "got", "need", "needs", "use", "want", "wants"}
"""Verbs after which "like" with a noun says nothing ("we have like the keys")."""

_QUOTES: Final = frozenset(('"', "“", "”", "''", "``"))
_QUOTING: Final = frozenset((",", "like", "said", "say", "saying", "says"))
_CLITICS: Final = ("'ll", "'d", "'re", "'ve", "'s")
_BARE: Final = frozenset({"ll", "d", "re", "ve", "s", "m"})
"""Clitics of a transcript without apostrophes ("theyre late")."""

_NAMES: Final = frozenset({"US", "IT", "WHO"})
"""Names that would be read as pronouns but for their capitals."""

_SPELT: Final = {
    "'re": "are",
    "'m": "am",
    "'ve": "have",
    "'ll": "will",
    "wanna": "want to",
    "no-one": "nobody",
    "em": "them",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as it is written, as it is compared (lower case, contractions spelt out), and whether it clings on."""

    text: str
    norm: str
    glued: bool = False


Words = tuple[Word, ...]


@cache
def phrases(name: str) -> frozenset[tuple[str, ...]]:
    """Return a list of ``rules/topic.json`` as a set of tuples of words."""
    return frozenset(rules("topic", _RULES)[name])


@cache
def words_of(*names: str) -> frozenset[str]:
    """Return the entries of lists of ``rules/topic.json`` as strings, one set for all."""
    return frozenset(" ".join(entry) for name in names for entry in rules("topic", _RULES)[name])


@cache
def pairs(name: str) -> dict[str, str]:
    """Return a list of ``rules/topic.json`` of which each entry is a word, ">" and what takes its place."""
    return {entry[0]: " ".join(entry[2:]) for entry in rules("topic", _RULES)[name]}


@cache
def rows(name: str) -> list[tuple[str, ...]]:
    """Return a list of ``rules/topic.json`` in its order."""
    return rules("topic", _RULES)[name]


@cache
def _longest(name: str) -> int:
    return max(len(phrase) for phrase in phrases(name))


def starting(words: Sequence[Word], name: str, at: int = 0) -> int:
    """Return the length of the longest phrase of a list that begins at a word, 0 where none does."""
    for length in range(min(_longest(name), len(words) - at), 0, -1):
        if norms(words[at : at + length]) in phrases(name):
            return length
    return 0


def ending(words: Sequence[Word], name: str) -> int:
    """Return the length of the longest phrase of a list with which the words end, 0 where they end with none."""
    for length in range(min(_longest(name), len(words)), 0, -1):
        if norms(words[-length:]) in phrases(name):
            return length
    return 0


def norms(words: Iterable[Word]) -> tuple[str, ...]:
    """Return the words as they are compared."""
    return tuple(word.norm for word in words)


def made(text: str) -> Words:
    """Return words of our own, in lower case with single spaces."""
    return tuple(Word(part, part) for part in text.split())


def written(words: Iterable[Word]) -> str:
    """Join words to a text with spaces where they belong."""
    text = "".join(("" if word.glued else " ") + word.text for word in words).strip()
    return text.replace("can not", "cannot").replace(" ,", ",")


def spoken(text: str) -> list[Words]:
    """Cut a text at its marks and clean the stretches between them.

    Parameters
    ----------
    text : str
        A span, as said.

    Returns
    -------
    list of tuple of Word
        Stretches without fillers, repeats, restarts and quotation marks; none is empty. Commas stay, as words.
    """
    cleaned = [_fluent(_unfilled(stretch)) for stretch in _stretches(text)]
    return [words for words in cleaned if words]


def with_condition(words: Words) -> Words:
    """Return a stretch without the comma before a condition with which it ends."""
    last = max((at for at, word in enumerate(words) if word.norm == ","), default=0)
    trails = last > 2 and norms(words[last + 1 : last + 2]) in {("if",), ("when",)}
    return (*words[:last], *words[last + 1 :]) if trails and words[0].norm not in words_of("conditions") else words


def is_clean(text: str) -> bool:
    """Whether cleaning would leave a text as it is."""
    return all(len(_fluent(_unfilled(stretch))) == len(stretch) for stretch in _stretches(text))


def _stretches(text: str) -> list[list[Word]]:
    stretches: list[list[Word]] = [[]]
    clings = False
    for token in tokenise(blank_english(), text.replace("’", "'")):
        norm = token.norm_ if token.lower_ in words_of("contracted") else token.lower_
        norm = token.text if token.text in _NAMES and not text.isupper() else norm
        quote = norm in _QUOTES
        mark = token.norm_ in words_of("marks")
        # Some transcripts write "full - blown": it stays, so that nobody takes the half of it for a whole.
        joins = token.text in {"-", "/"} and clings is not bool(token.whitespace_) and bool(stretches[-1])
        if not joins and (mark or token.is_space or quote):
            # What is quoted after "they say" is a sentence of its own; other quotation marks only stand round a word.
            if mark or (quote and norms(stretches[-1][-1:])[:1] and stretches[-1][-1].norm in _QUOTING):
                stretches.append([])
            clings = False
            continue
        contracted = norm.islower() and norm != token.lower_ and norm.isalpha()
        shown = norm if contracted else token.text
        stretches[-1].append(Word(shown, norm, clings and not contracted and norm != "not"))
        clings = not token.whitespace_
    return [_respelt(stretch) for stretch in stretches]


def _respelt(words: Sequence[Word]) -> list[Word]:
    """Spell contractions out, and write "no one" and "no-show" as one word."""
    out: list[Word] = []
    ahead = 0
    for at, word in enumerate(words):
        after = norms(words[at + 1 : at + 2])
        if at < ahead:
            continue
        if word.norm in _SPELT:
            out += made(_SPELT[word.norm])
        elif word.norm in _BARE and word.glued:
            out += _respelt([Word(f"'{word.text}", f"'{word.norm}", glued=True)])
        elif word.norm == "its" and words_of("predicative") & set(after):
            out += (Word(word.text[:-1], "it"), Word("'s", "'s", glued=True))
        elif word.norm == "no" and (length := starting(words, "nouns_with_no", at)):
            ahead, compound = at + length, written(words[at : at + length])
            out.append(Word(compound, compound.lower().replace(" ", "-")))
        elif word.norm.endswith(_CLITICS) and word.norm not in _CLITICS:
            cut = word.norm.rindex("'")
            clitic = Word(word.text[cut:], word.norm[cut:], glued=True)
            out += [Word(word.text[:cut], word.norm[:cut], word.glued), *_respelt([clitic])]
        elif word.norm == "got" and after == ("to",) and out and out[-1].norm in {"i", "we", "you", "they"}:
            out.append(Word("have", "have"))  # "we gotta"
        elif word.norm == "one" and norms(out[-1:]) == ("no",) and after not in phrases("single"):
            none = "none" if after == ("of",) else "nobody"
            out[-1] = Word(none, none)
        elif word.norm == "one" and norms(out[-2:]) == ("no", "-"):
            out[-2:] = [Word("nobody", "nobody")]
        elif word.norm == "i":
            out.append(Word("I", "i"))
        elif word.norm == "'" and word.glued and out and out[-1].norm in pairs("clipped"):
            out[-1:] = made(pairs("clipped")[out[-1].norm])  # "wi'"
        elif word.norm != "'" or word.glued:
            out.append(word)
    return out


def _unfilled(words: Sequence[Word]) -> list[Word]:
    """Leave fillers and asides out, with the commas around them."""
    out: list[Word] = []
    at = 0
    while at < len(words):
        length = _filler(words, at, out)
        if not length:
            out.append(words[at])
            at += 1
            continue
        at += length
        resumes = (
            norms(out[-1:]) == (",",)
            and norms(out[-2:-1])[:1]
            and out[-2].norm not in words_of("none")  # "nothing, as a rule, we can do"
            and norms(words[at + 1 : at + 2])[:1]
            and (words[at + 1].norm in words_of("subjects") or norms(words[at + 1 : at + 3]) == ("that", "was"))
        )
        if norms(out[-1:]) == (",",) and not resumes:
            out.pop()
        while at < len(words) and words[at].norm == ",":
            at += 1
    return out


def _filler(words: Sequence[Word], at: int, before: Sequence[Word]) -> int:
    """Number of words from a place on that say nothing, 0 where the word there does."""
    if words[at].norm in words_of("fillers"):
        return 1
    if norms(words[at : at + 2]) in {("sort", "of"), ("kind", "of")}:
        return 0 if before and before[-1].norm in words_of("determiners") else 2
    opened = not before or before[-1].norm == ","
    if words[at].norm == "like" and before and before[-1].norm in _TAKING:
        return int(bool(words_of("articles") & set(norms(words[at + 1 : at + 2]))))  # "we have like the keys"
    if opened and (length := starting(words, "parentheses", at)):
        return length if norms(words[at + length : at + length + 1]) in {(), (",",)} else 0
    restarts = words[at].norm in norms(before[-4:])  # "in, in the hall"
    modal = bool(before) and before[-1].norm in words_of("modals") - {"will"}
    opened |= modal and words[at].norm != "like"  # "could, in part, help", but not "we'd like to, if"
    if (
        before
        and opened
        and not restarts
        and (words[at].norm in words_of("prepositions") - {"to"} or norms(words[at : at + 2]) == ("to", "any"))
    ):
        ends = range(at + 1, min(at + _LONGEST_ASIDE, len(words) - 1))
        return next((end - at for end in ends if words[end].norm == ","), 0)
    return 0


def _fluent(words: Sequence[Word]) -> Words:
    """Leave out what the speaker says twice in a row, broken-off words, and marks at the ends."""
    out = [word for at, word in enumerate(words) if not _stump(word, words[:at], words[at + 1 : at + 2])]
    for length in range(_LONGEST_RESTART, 0, -1):
        at = 0
        while at + 2 * length <= len(out):
            said = norms(out[at : at + length])
            if said == norms(out[at + length : at + 2 * length]):
                del out[at : at + length]
            elif _restarts(said, out[at + length : at + 2 * length + 1]) and not _meets(out, at, length):
                del out[at : at + length + 1]
            else:
                at += 1
    at = 0
    while at < len(out):
        if length := _put_right(out, at):
            del out[at : at + length]
        else:
            at += 1
    kept = [word for at, word in enumerate(out) if not _broken_off(word, out[at + 1 : at + 3])]
    while kept and kept[-1].norm in {",", "'", "-"}:
        kept.pop()
    while kept and kept[0].norm in {",", "'", "-"}:
        kept.pop(0)
    return tuple(kept[: len(kept) - _tag(kept)])


def _tag(words: Sequence[Word]) -> int:
    """Number of words of the tag at the end ("can I", ", isn't it"), 0 where there is none."""
    supports = words_of("modals", "be", "do") - {"'s", "'d", "be", "been", "being", "have", "has", "had"}
    for length in (3, 2):
        if len(words) < length + 3:
            continue
        before, first, *middle, last = norms(words[-length - 1 :])
        acts = first in words_of("do") and last == "it" and not middle  # "no time to do it"
        asks = before in words_of("relative", "joining", "negative", "none") or acts
        tag = length + (before == ",")
        owned = words[-tag - 1].norm == "'s"  # "the van is Ida's, isn't it"
        if first in supports and middle in ([], ["not"]) and last in words_of("subjects") and not asks and not owned:
            return tag
    return 0


def _put_right(words: Sequence[Word], at: int) -> int:
    """Number of words from a place on that the next ones put right, 0 where the word there stands."""
    first, *after = norms(words[at : at + 5])
    if not after:
        return 0
    before, supports = norms(words[:at]), words_of("be", "do", "modals") | _HAVE
    if first in words_of("verbs", "prepositions") and after[0] in words_of("articles", "whose") | {"anything"}:
        again = after[1:3] if after[1:2] == [","] else after[1:2]
        return after.index(first) + 1 if first in again else 0  # "find any find some", "as a, as an"
    if first in supports and after[:3:2] == ["not", "not"] and after[1] in supports:
        return 2  # "we weren't didn't"
    if first in words_of("be") and after[0] in {"is", "are", "was", "were", "has", "have", "does"}:
        return int(not words_of("relative") - {"that"} & set(before))  # "the pump is has"
    if first == "is" and after[0].endswith("s") and after[0][:-1] in words_of("verbs"):
        return int(bool(words_of("objective", "articles", "whose") & set(after[1:2])))  # "the pump is makes it"
    if first in {"a", "an", "the"}:
        return int(after[0] in words_of("whose"))  # "the our pump"
    if first in {"i", "we", "they", "he", "she"}:
        inverted = words_of("joining") | supports  # "have they a pump"
        if after[0] == "," and set(after[1:2]) & words_of("third") - {"'s"} and first not in {"he", "she"}:
            return 2  # "the rent they, is late"
        others = words_of("subjects") - {"you"} | {"this", "that", "these", "those", "a", "an", "the"}
        return int(after[0] in others and not inverted & set(before[-1:]))  # "we it's late"
    if len(first) < _LEAST_COMMON or first in closed() | words_of("verbs") or words[at + 1].glued:
        return 0
    if first.startswith(after[0].rstrip("e")):
        return 0  # "printers print"
    return int(first != after[0] and first[:_LEAST_COMMON] == after[0][:_LEAST_COMMON])


def _restarts(said: tuple[str, ...], after: Sequence[Word]) -> bool:
    """Whether words are said again after a comma, or after the article at which the speaker broke off."""
    again = norms(after)
    return again[1:] == said and (again[0] == "," or (again[0] in {"a", "an", "the"} and len(said) > 1))


def _meets(words: Sequence[Word], at: int, length: int) -> bool:
    """Whether two clauses meet where words are said again ("if it rains, it rains"; "if they trust you, you can")."""
    preposed = at > 0 and words[at - 1].norm in words_of("prepositions")
    if preposed and length > 1 and words[at].norm in words_of("definite"):
        return True  # "it goes in the till, the till goes to town"
    return words[0].norm == "if" or (length == 1 and at > 0 and words[at].norm in words_of("objective"))


def _stump(word: Word, before: Sequence[Word], after: Sequence[Word]) -> bool:
    """Whether a word is cut off ("re-"), or a letter or two that are no word; not in "co-op" or "pencils in hb"."""
    if after and after[0].norm == "-" and after[0].glued:
        return False
    if len(word.norm) <= 2 and word.text.islower() and word.norm.isalpha() and not word.glued:
        named = not after and bool(words_of("prepositions", "articles") & set(norms(before[-1:])))
        return not named and word.norm not in closed() | words_of("verbs", "short")
    return word.text.endswith("-") and len(word.text) > 1


def _broken_off(word: Word, after: Sequence[Word]) -> bool:
    """Whether a word is the beginning of the next ("wo would") and no word by itself."""
    if word.norm in {"a", "an", "the"} and len(after) == 2 and after[0].norm in words_of("prepositions"):
        return after[1].norm in {"a", "an", "the"}  # "and the in the end"
    if word.norm == "a" and norms(after[:1]) == ("also",):
        return True
    if not after or not word.norm.isalpha() or word.norm in closed() | words_of("verbs") or after[0].glued:
        return False
    begun = after[0].norm.startswith(word.norm) and after[0].norm != word.norm
    stump = len(word.norm) <= _LONGEST_STUMP and word.text.islower() and word.norm not in words_of("short")
    return begun or (stump and after[0].norm[:2] == word.norm[:2])  # "cri creativity"


@cache
def closed() -> frozenset[str]:
    """Return the words that are neither noun, adjective nor full verb."""
    lists = ("pronouns", "determiners", "prepositions", "modals", "be", "do", "adverbs", "relative", "joining")
    return words_of(*lists, "first", "second", "negative", "none", "degrees")
