"""Who speaks, where a line says so itself: ``Name: text``.

A line names its speaker if what stands before its first colon is in the file's roster. A name gets into the roster if

1. it has the shape of a name: it begins with a letter or a digit, has at most 120 characters and no ``; ! ? "``;
   outside of brackets it holds a letter, at most five words, no full stop after a word of five letters or more and at
   most one comma; and a space or the end of the line follows the colon;
2. it is no header ("Date") and no remark ("Note", "for example") by the lists in ``names.json``;
3. and either each of its words is capitalised (particles like "van" and "of" apart), or it begins two lines or more
   and none of its words is one of speech ("the point is") in lower case. "Doe, Jane" must be capitalised and repeated.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable, Set
from importlib import resources

from vitallies.errors import DataError

_LABEL = re.compile(r'\s*([^\W_][^:;!?"“”]{0,119}?)\s*:(?:\s+(.*)|$)')
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")  # the innermost
_SENTENCE_END = re.compile(r"\w{5,}\.(?:\s|$)")
_LISTS = ("headers", "remarks", "particles", "speech")
_MOST_WORDS = 5


def roster(lines: Iterable[str]) -> Set[str]:
    """The names that lines begin with, folded, for `split`."""
    seen: Counter[str] = Counter()
    capitalised: set[str] = set()
    for line in lines:
        name, _ = _label(line)
        if name is None:
            continue
        if _is_capitalised(name):
            capitalised.add(name.casefold())
        elif _is_speech(name):
            continue
        seen[name.casefold()] += 1
    return {name for name, count in seen.items() if _is_name(count, name in capitalised, "," in _bare(name))}


def split(line: str, names: Set[str]) -> tuple[str | None, str]:
    """The speaker whom a line names, or None, and the words of the line."""
    name, words = _label(line)
    return (name, words) if name is not None and name.casefold() in names else (None, line.strip())


def is_header(line: str) -> bool:
    """Whether a line tells something of the meeting ("Date: Monday") rather than what is said in it."""
    match = _LABEL.match(line)
    return match is not None and match[1].casefold() in _words()["headers"]


def _is_name(count: int, capitalised: bool, comma: bool) -> bool:
    return (capitalised and count > 1) if comma else (capitalised or count > 1)


def _label(line: str) -> tuple[str | None, str]:
    """What stands before the first colon, if it has the shape of a name, and the words after it."""
    match = _LABEL.match(line)
    if match is None:
        return None, line.strip()
    name = " ".join(match[1].split())
    bare = _bare(name)
    shaped = (
        any(map(str.isalpha, bare))
        and len(bare.split()) <= _MOST_WORDS
        and bare.count(",") <= 1
        and not _SENTENCE_END.search(bare)
    )
    lists = _words()
    folded = bare.casefold()
    if not shaped or folded in lists["headers"] or folded in lists["remarks"]:
        return None, line.strip()
    return name, (match[2] or "").strip()


def _bare(name: str) -> str:
    """The name without what stands in brackets, or in brackets within brackets."""
    return _BRACKETS.sub(" ", _BRACKETS.sub(" ", name)).strip()


def _is_capitalised(name: str) -> bool:
    """Whether each word begins as a name does; a script without capitals counts as capitalised."""
    words = _bare(name).split()
    particles = _words()["particles"]
    small = [word for word in words if word[0].islower() and word.islower()]  # not "d'Amato", not "3rd"
    return words[0] not in small and particles.issuperset(small)


def _is_speech(name: str) -> bool:
    return any(word in _words()["speech"] for word in name.split())


@functools.cache
def _words() -> dict[str, frozenset[str]]:
    lists = json.loads(resources.files(__package__).joinpath("names.json").read_text(encoding="utf-8"))
    if set(lists) != set(_LISTS) or any(word != word.casefold() for words in lists.values() for word in words):
        raise DataError(f"vitallies/transcripts/names.json must hold the lists {', '.join(_LISTS)}, in lower case")
    return {name: frozenset(words) for name, words in lists.items()}
