"""Who says what in captions: voices that are marked, names in front of the words, dashes where somebody else speaks."""

from __future__ import annotations

import functools
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, field
from importlib import resources

from vitallies.errors import DataError
from vitallies.transcripts import cues, speakers
from vitallies.transcripts.captions import Caption, Notes, plain, rolls, unrolled
from vitallies.transcripts.source import Source

_VOICE = re.compile(r"<(/?)v(?:\.[^\s<>]*)?(?:\s([^<>]*))?>")
_MARK = re.compile(r"(>{2,}|-|–|—)(?:\s+|(?=[^\s\d<>–—-]))")
"""What stands in front of words that somebody else says."""
_DASHES = ("-", "–", "—")
_BRACKETED = re.compile(r"(?:\[([^\[\]]{1,80})\]|\(([^()]{1,80})\))\s*(:?)\s*(.*)")
_PREFIX = re.compile(r"([^:：]{1,60}?) ?(?::(?= |$)|：)")
_MOST_WORDS = 5


@dataclass(slots=True)
class _Manner:
    """How a file tells who speaks, found in a first pass."""

    voices: bool = False
    """Marks tell it: a colon is only a colon."""
    dashes: bool = False
    """Two lines of one caption begin with a dash: each dash is another speaker."""
    captions: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    """What captions begin with, up to a colon: how often."""
    names: Set[str] = frozenset()
    brackets: Counter[str] = field(default_factory=Counter)
    bracketed: Set[str] = frozenset()


@dataclass(slots=True)
class _Piece:
    """Words of one speaker in a caption: None where nothing tells of a change, empty where the file names nobody."""

    speaker: str | None
    fresh: bool
    words: list[str] = field(default_factory=list)


def said_in(source: Source, captions: Callable[[Notes], Iterable[Caption]]) -> Iterator[cues.Cue]:
    """What is said in captions as cues, each of one speaker; what was left out or doubted is noted in the source.

    Parameters
    ----------
    source : Source
    captions : callable
        Gives the captions anew each time it is called: how the file tells who speaks must be known before the first is
        read, and all captions of a large file are not to be held at once.
    """
    notes = Notes()
    again = rolls(captions(Notes()))
    manner = _manner(_read_once(captions, Notes(), again))
    closed = False
    for caption in _read_once(captions, notes, again):
        pieces: list[_Piece] = []
        for speaker, raw, ended in _voices(caption, closed):
            closed = ended
            for line in map(plain, raw.split("\n")):
                # A dash on a line of its own stands between those of two speakers.
                if line and not (len(caption.lines) > 1 and line in _DASHES):
                    _add(pieces, speaker, line, manner)
        notes.skipped["empty cues"] += not pieces
        for piece in pieces:
            words = " ".join(filter(None, piece.words))
            yield cues.Cue(words, piece.speaker or None, caption.start, caption.end, piece.fresh, piece.speaker == "")
    notes.report(source)


def _read_once(captions: Callable[[Notes], Iterable[Caption]], notes: Notes, again: bool) -> Iterable[Caption]:
    return unrolled(captions(notes), notes) if again else captions(notes)


def _voices(caption: Caption, closed: bool) -> Iterator[tuple[str | None, str, bool]]:
    """The pieces of a caption, each with the voice that says it and whether one was closed before its end.

    A voice that nobody closes goes on in the captions behind; what follows a closed one is said by somebody else.
    """
    before, *rest = _VOICE.split("\n".join(caption.lines))
    yield ("" if closed else None) if caption.speaker is None else caption.speaker, before, closed
    for slash, name, piece in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        yield "" if slash else " ".join(html.unescape(name or "").split()), piece, bool(slash)


def _add(pieces: list[_Piece], speaker: str | None, line: str, manner: _Manner) -> None:
    """Add a line to the pieces of its caption."""
    mark, rest = _marked(line)
    named, words = (None, rest) if manner.voices else _named(rest, manner)
    fresh = not speaker and bool(mark.startswith(">") or (mark and manner.dashes))
    if named is None and not fresh and not mark.startswith(">"):
        words = line
    who = named or ("" if fresh else speaker)
    if not pieces or fresh or (who is not None and who != pieces[-1].speaker):
        pieces.append(_Piece(who, fresh))
    pieces[-1].words.append(words)


def _marked(line: str) -> tuple[str, str]:
    """The mark of another speaker in front of a line, if there is one, and the rest."""
    mark = _MARK.match(line)
    return ("", line) if mark is None else (mark[1], line[mark.end() :])


def _named(line: str, manner: _Manner) -> tuple[str | None, str]:
    """The speaker whom a line names, if it does, and the words behind."""
    match = _BRACKETED.match(line)
    if match is not None:
        name = (match[1] or match[2]).strip()
        if name in manner.bracketed:
            return name, match[4]
    return speakers.split(line, manner.names)


def _manner(shown: Iterable[Caption]) -> _Manner:
    manner = _Manner()
    manner.names = speakers.roster(_lines(shown, manner))
    if manner.captions > 2 and 10 * manner.labels.total() >= 9 * manner.captions:
        # Nine of ten begin with a name, as all of Zoom's do: so whatever stands there is one.
        manner.names |= {label.casefold() for label in manner.labels}
    manner.bracketed = {name for name, count in manner.brackets.items() if count > 1 and _is_name(name)}
    return manner


def _lines(shown: Iterable[Caption], manner: _Manner) -> Iterator[str]:
    """The lines of all captions without marks of speakers, while what they show of the file's manner is noted."""
    for caption in shown:
        manner.voices = manner.voices or caption.speaker is not None or any(map(_VOICE.search, caption.lines))
        lines = [line for line in map(plain, caption.lines) if line]
        marks = [mark for mark, _ in map(_marked, lines) if mark and not mark.startswith(">")]
        manner.dashes = manner.dashes or len(marks) > 1
        manner.captions += bool(lines)
        prefix = _PREFIX.match(_marked(lines[0])[1]) if lines else None
        if prefix is not None:
            manner.labels[prefix[1]] += 1
        for number, (_, line) in enumerate(map(_marked, lines), 1):
            match = _BRACKETED.match(line)
            # A colon tells a name from a sound. Others count where words follow: "[Music]" is all that is heard.
            if match is not None and (match[3] or match[4] or number < len(lines)):
                manner.brackets[(match[1] or match[2]).strip()] += 2 if match[3] else 1
            yield line


def _is_name(name: str) -> bool:
    """Whether what stands in brackets may be a name rather than a sound."""
    words = name.split()
    capitalised = bool(words) and not any(word[0].islower() for word in words) and any(map(str.isalpha, name))
    return capitalised and len(words) <= _MOST_WORDS and _sounds().isdisjoint(re.findall(r"\w+", name.casefold()))


@functools.cache
def _sounds() -> frozenset[str]:
    words = json.loads(resources.files(__package__).joinpath("sounds.json").read_text(encoding="utf-8"))
    if not isinstance(words, list) or any(not isinstance(word, str) or word != word.casefold() for word in words):
        raise DataError("vitallies/transcripts/sounds.json must be a list of words in lower case")
    return frozenset(words)
