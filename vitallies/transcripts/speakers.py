"""Who speaks, where a line says so itself: ``Name: text``.

A line names its speaker if what stands before its first colon is in the file's roster. A name gets into the roster if

1. it has the shape of a name: at most 120 characters, no ``; ! ? "``, and outside of brackets at most one comma and no
   full stop after a word of five letters or more; a space or the end of the line follows the colon; and of more than
   five words outside of brackets ("Joe Doe | Head of Sales, Acme Corp UK") each is capitalised, and none but the first
   is one of speech ("The Thing We Want");
2. it is no header ("Date") and no remark ("Note", "for example") by the lists in ``names.json``, no time, no address;
3. and either each of its words is capitalised (particles like "van" and "of" apart), or it begins two lines or more
   and none of its words is one of speech ("the point is") in lower case. What could less be a name must be repeated:
   "Doe, Jane", "Ops:Anna", what is of more than five words, and what holds no letter at all or begins with neither
   letter nor digit ("🦊", "@ana").

A name goes on to the second colon ("Ops: Anna: text") if each line that begins so has a second one, and one of the
longer names is repeated. Names that are marked as such, by bold type or by a time before each of them, need only the
shape.
"""

from __future__ import annotations

import functools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from importlib import resources
from itertools import islice

from vitallies.errors import DataError

_COLON = re.compile(r":(?=\s|$)|：")
_BULLET = re.compile(r"^\s*(?:[-*•–—]\s+|>{1,3}\s*)")
_NO_NAME = re.compile(r'[;!?"“”]|//')
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")  # the innermost
_WHOLLY_BRACKETED = re.compile(r"^\[([^\[\]]+)\]$")
_SENTENCE_END = re.compile(r"\w{5,}\.(?:\s|$)")
_NUMBERS = re.compile(r"\d+(?:[-/.:]\d+)+")  # a time, a day
_LISTS = ("headers", "remarks", "particles", "speech")
_LONGEST = 120
_MOST_WORDS = 5


def roster(lines: Iterable[str], sure: Iterable[str] = ()) -> Set[str]:
    """The names that lines begin with, folded, for `split`.

    Parameters
    ----------
    lines : iterable of str
    sure : iterable of str
        Names that are marked as such.
    """
    seen: Counter[str] = Counter()
    longer: defaultdict[str, Counter[str]] = defaultdict(Counter)
    plain: set[str] = set()
    for line in lines:
        names = [name for name, _ in _labels(line)]
        if not names or not _is_name(names[0]):
            continue
        first = names[0].casefold()
        if is_capitalised(names[0]):
            plain |= set() if _is_doubtful(names[0]) else {first}
        elif is_speech(names[0]):
            continue
        seen[first] += 1
        if len(names) > 1 and _is_name(names[1]):
            longer[first][names[1].casefold()] += 1
    found = {name.casefold() for name in sure if label(f"{name}:")} | {
        name for name, count in seen.items() if count > 1 or name in plain
    }
    for first, names_on in longer.items():
        if names_on.total() == seen[first] and max(names_on.values()) > 1:
            found = found - {first} | set(names_on)
    return found


def split(line: str, names: Set[str]) -> tuple[str | None, str]:
    """The speaker whom a line names, or None, and the words of the line."""
    for name, colon in reversed(_labels(line)):
        if name.casefold() in names:
            return name, colon.string[colon.end() :].strip()
    return None, line.strip()


def label(line: str) -> str | None:
    """What stands before the first colon of a line, if it could name somebody."""
    name = next((name for name, _ in _labels(line)), None)
    return name if name is not None and _is_name(name) and not is_speech(name) else None


def is_speech(name: str) -> bool:
    """Whether words that could be a name hold one of speech, in lower case.

    >>> is_speech("the point is"), is_speech("guest 1")
    (True, False)
    """
    return any(word in _words()["speech"] for word in name.split())


def header(line: str) -> tuple[str, str] | None:
    """What a line tells of the meeting rather than what is said: ``Date: Monday`` gives ``("date", "Monday")``."""
    for name, colon in _labels(line)[:1]:
        if name.casefold() in _words()["headers"]:
            return name.casefold(), colon.string[colon.end() :].strip()
    return None


def _labels(line: str) -> list[tuple[str, re.Match[str]]]:
    """What stands before the first colon and before the second, each with its colon."""
    line = _BULLET.sub("", line, count=1).strip()
    colons = [found for found in islice(_COLON.finditer(line), 2) if 0 < found.start() <= _LONGEST]
    return [(_WHOLLY_BRACKETED.sub(r"\1", " ".join(line[: found.start()].split())), found) for found in colons]


def _is_name(name: str) -> bool:
    bare = _bare(name)
    folded = bare.casefold()
    return (
        bool(bare)
        and (not _is_long(name) or (is_capitalised(name) and not is_speech(_uncapitalised(bare))))
        and bare.count(",") <= 1
        and not _NO_NAME.search(name)
        and not _SENTENCE_END.search(bare)
        and not _NUMBERS.fullmatch(bare)
        and folded not in _words()["headers"]
        and folded not in _words()["remarks"]
    )


def _bare(name: str) -> str:
    """The name without what stands in brackets, or in brackets within brackets."""
    return _BRACKETS.sub(" ", _BRACKETS.sub(" ", name)).strip()


def _is_long(name: str) -> bool:
    return sum(any(map(str.isalnum, word)) for word in _bare(name).split()) > _MOST_WORDS


def _uncapitalised(bare: str) -> str:
    """All words but the first, which may be a name as "Will" is, without their capitals: "IT" becomes "iT"."""
    return " ".join(word[0].lower() + word[1:] for word in bare.split()[1:])


def _is_doubtful(name: str) -> bool:
    bare = _bare(name)
    is_odd = "," in bare or ":" in name or not name[0].isalnum() or not any(map(str.isalpha, bare))
    return is_odd or _is_long(name)


def is_capitalised(name: str) -> bool:
    """Whether each word begins as a name does; a script without capitals counts as capitalised."""
    words = _bare(name).split()
    particles = _words()["particles"]
    small = [word for word in words if word[0].islower() and word.islower()]  # not "d'Amato", not "3rd"
    return words[0] not in small and particles.issuperset(small)


@functools.cache
def _words() -> dict[str, frozenset[str]]:
    lists = json.loads(resources.files(__package__).joinpath("names.json").read_text(encoding="utf-8"))
    if set(lists) != set(_LISTS) or any(word != word.casefold() for words in lists.values() for word in words):
        raise DataError(f"vitallies/transcripts/names.json must hold the lists {', '.join(_LISTS)}, in lower case")
    return {name: frozenset(words) for name, words in lists.items()}
