"""What speech services share: words become cues, numbers become speakers, channels are put in the order of time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from vitallies.transcripts import times
from vitallies.transcripts.cues import Cue
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced

Label: TypeAlias = int | str | None
Time: TypeAlias = float | str | None

_PAUSE = 1.0
"""Seconds of silence at which a cue ends, so that the times of one who talks long stay near the words."""
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_MARKS = frozenset(",.?!;:…")
_CARRYING = 0.9
"""Part of the texts with a space at an end, from which all carry the spaces that they need."""
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word or mark; ``attached``: with no space before it."""

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    attached: bool = False


@dataclass(slots=True)
class _Stretch:
    text: str
    speaker: str | None
    start: float | None
    end: float | None

    def ends_before(self, word: Word) -> bool:
        if word.attached:
            return False
        changes = None not in (word.speaker, self.speaker) and word.speaker != self.speaker
        pauses = word.start is not None and self.end is not None and word.start - self.end > _PAUSE
        return changes or pauses or _SENTENCE_END.search(self.text[-8:]) is not None


def cues_of(words: Iterable[Word], *, paragraph: bool = False) -> Iterator[Cue]:
    """Words as cues, each of one speaker and at most one sentence; a word without a speaker goes with those before.

    ``paragraph``: the words are one.

    >>> [cue.text for cue in cues_of([Word("Yes", "A"), Word(".", attached=True), Word("We", "A"), Word("Do", "B")])]
    ['Yes.', 'We', 'Do']
    """
    stretch: _Stretch | None = None
    pieces: list[str] = []
    for word in words:
        text = one_spaced(word.text)
        if not text:
            continue
        if stretch is None or stretch.ends_before(word):
            if stretch is not None:
                yield Cue("".join(pieces), stretch.speaker, stretch.start, stretch.end, paragraph)
                paragraph = False
            stretch, pieces = _Stretch(text, word.speaker, word.start, word.end), [text]
            continue
        pieces += [text] if word.attached else [" ", text]
        stretch.text = text
        stretch.speaker = stretch.speaker or word.speaker
        stretch.start = word.start if stretch.start is None else stretch.start
        stretch.end = stretch.end if word.end is None else word.end
    if stretch is not None:
        yield Cue("".join(pieces), stretch.speaker, stretch.start, stretch.end, paragraph)


def spaced(words: Iterable[Word]) -> Iterator[Word]:
    """Words ready to be put together: where their texts carry their own spaces, one without goes on with the last.

    Line feeds at the ends of some texts are no such spaces. Where none are carried, marks stand close to words.

    >>> [word.attached for word in spaced(map(Word, ("So", ",", " ", "we")))]
    [False, True, False]
    """
    words = list(words)
    carrying = sum(word.text[:1] == " " or word.text[-1:] == " " for word in words)
    carried = carrying > len(words) * _CARRYING or any(word.text.isspace() for word in words)
    space, speaker = True, None
    for word in words:
        changes = None not in (speaker, word.speaker) and word.speaker != speaker
        space = space or changes or word.text[:1].isspace()
        if word.text.strip():
            attached = not space if carried else word.attached or (word.text.strip() in _MARKS and not changes)
            yield replace(word, text=word.text.strip(), attached=attached)
            space = word.text[-1:].isspace()
        speaker = word.speaker or speaker


def by_time(cues: Iterable[tuple[Label, Cue]]) -> list[Cue]:
    """Cues, each with its channel, in the order in which they begin; those of one channel stay in theirs."""
    latest: dict[Label, float] = {}
    timed: list[tuple[float, Cue]] = []
    for channel, cue in cues:
        latest[channel] = max(latest.get(channel, 0.0), cue.start or 0.0)
        timed.append((latest[channel], cue))
    return [cue for _, cue in sorted(timed, key=itemgetter(0))]


@lru_cache(maxsize=1024)
def person(label: Label, channel: Label = None) -> str | None:
    """A name for the label of a speaker, of a channel or of both; None where there is neither.

    >>> person(0), person("spk_1"), person("2", channel=1), person(None, channel="ch_0")
    ('Speaker 0', 'spk_1', 'Channel 1 Speaker 2', 'ch_0')
    """
    named = (_name("Channel", channel), _name("Speaker", label))
    return " ".join(name for name in named if name) or None


def _name(sort: str, label: Label) -> str | None:
    return f"{sort} {label}" if isinstance(label, int) or (label and label.isdecimal()) else label


def seconds(time: Time, per_second: float = 1) -> float | None:
    """A time in seconds; None where there is none that can be read.

    >>> seconds("4.87"), seconds("1.500s"), seconds(2500, per_second=1000), seconds("soon")
    (4.87, 1.5, 2.5, None)
    """
    if isinstance(time, str):
        time = times.seconds(time)
    return None if time is None else round(time / per_second, 3)


def language(code: str | None) -> str | None:
    """The ISO 639-1 code in a service's name of a language; None where it is no code.

    >>> language("en-US"), language("de_DE"), language("english"), language("multi")
    ('en', 'de', 'en', None)
    """
    first = re.split("[-_]", (code or "").lower())[0]
    if first in ("eng", "english"):
        return "en"
    return first if re.fullmatch("[a-z]{2}", first) else None


def all_named(source: Source, cues: Iterable[Cue]) -> Iterator[Cue]:
    """The cues as they are, with a doubt in the end where only some of them name a speaker."""
    named = unnamed = 0
    for cue in cues:
        named += cue.speaker is not None
        unnamed += cue.speaker is None
        yield cue
    if named and unnamed:
        message = f"{unnamed} pieces name no speaker and were taken for the words of the one before: listen to them"
        source.warn(message, code="speaker-missing")


def doubt_speakers(source: Source, words: int, whole: str) -> None:
    """Note that so many words name another speaker than what they stand in."""
    if words:
        message = (
            f"{words} words name another speaker than the {whole} they stand in: the speaker of the {whole} was taken"
        )
        source.warn(message, code="speakers-disagree")


def doubt_words(source: Source, taken: Iterable[str], *others: Iterable[str]) -> None:
    """Note that what was read holds other words than each of the texts that the file gives as the whole, if any.

    Their order is no matter: services put channels together in their own ways.
    """
    letters = _letters(taken)
    wholes = [whole for whole in map(_letters, others) if whole]
    if wholes and letters not in wholes:
        message = "the words that were read are not those of the whole text that the file holds too: compare both"
        source.warn(message, code="words-differ")


def _letters(texts: Iterable[str]) -> Counter[str]:
    return Counter(_NOT_LETTERS.sub("", " ".join(texts)).casefold())
