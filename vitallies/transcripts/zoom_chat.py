"""Zoom's chat: as the program saves it (``10:02:33 From Name to Everyone: text``) and as the cloud does."""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vitallies.transcripts import blocks, clock, cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.types import Transcript

_FROM = r"(?P<time>\d\d:\d\d:\d\d)\s+(?:From|Von|De|Da|Van)\s+"
_EVERYONE = r"(?:Everyone|Me|Hosts and panelists|All panelists|Waiting Room Participants)\b[^:]{0,60}?"
_HEADINGS = (
    # With the message on the line or below, to everyone or to one person.
    re.compile(
        rf"{_FROM}(?P<name>.{{1,200}}?)\s+to\s+(?:{_EVERYONE}|(?:(?!\sto\s)[^:]){{1,120}}?\))\s*:(?P<words>\s.*|$)",
        re.IGNORECASE,
    ),
    # In other languages, with the message below.
    re.compile(
        rf"{_FROM}(?P<name>.{{1,200}})\s+(?:to|an|à|a|para|aan|do|til)\s+\S.{{0,200}}?\s*:(?P<words>\s*)$",
        re.IGNORECASE,
    ),
    # Before 2020, to nobody in particular: a space stands on either side of the colon.
    re.compile(rf"{_FROM}(?P<name>.{{1,200}}?)\s:(?P<words>\s.*|$)"),
    # The cloud's, with tabs.
    re.compile(r"(?P<time>\d\d:\d\d:\d\d)(?P<tab>[\t ])(?P<name>[^\t]{1,200}?)\s*:\t(?P<words>.*)"),
)
_REACTION = re.compile(
    r"Reacted to .{1,500} with (?P<sign>\S{1,20})|Removed an? (?P<removed>\S{1,20}) reaction from .{1,500}", re.DOTALL
)
_REPLY = re.compile(r"Replying to [\"“].{0,500}?[\"”](?:\n|$)", re.DOTALL)
_QUOTING = re.compile(
    r"(?P<before>[^\"“”«»]{0,40})[\"“«](?P<quoted>.{1,500}?)[\"”»](?P<after>[^\"“”«»\n]{0,40})(?:\n|$)", re.DOTALL
)
"""What Zoom writes in the reader's language: words of its own around the beginning of another message."""
_MOST_WORDS = 7
_SIGNS = frozenset({"So", "Me", "Cn"})
"""Unicode's categories of pictograms, of the frame around a keycap, and of pictograms newer than this Python."""
_LENGTH = 80
"""Of the beginnings of messages that are compared; Zoom quotes some twenty characters."""


@dataclass(frozen=True, slots=True)
class _Message:
    name: str
    time: float
    text: str


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a message, without reactions and what replies quote."""
    yield cues.transcript(source, _cues(list(_messages(source)), source.skipped))


def _messages(source: Source) -> Iterator[_Message]:
    heading, lines, start, from_beginning = None, list[str](), 0.0, False
    since = clock.Since()
    for line in source.text().split("\n"):
        match = _heading(line)
        if match is None:
            lines.append(line.strip())
            continue
        if heading is not None:
            yield _Message(heading["name"], start, "\n".join(lines).strip())
        else:
            source.skipped["headers"] += sum(map(bool, lines))
            # The cloud's times are from the beginning, and so are those at zero hours: at midnight few people meet.
            from_beginning = match["time"].startswith("00") or match.groupdict().get("tab") == "\t"
        hours, minutes, seconds = map(int, match["time"].split(":"))
        time = hours * 3600 + minutes * 60 + seconds
        heading, lines, start = match, [match["words"].strip()], float(time) if from_beginning else since(time)
    if heading is not None:
        yield _Message(heading["name"], start, "\n".join(lines).strip())


def _heading(line: str) -> re.Match[str] | None:
    return next((match for pattern in _HEADINGS if (match := pattern.fullmatch(line))), None)


def _cues(messages: list[_Message], skipped: Counter[str]) -> Iterator[cues.Cue]:
    beginnings = sorted(beginning for message in messages for beginning in _beginnings(message.text))
    # In a language that we don't know, what is quoted tells, where it is the beginning of another message; then its
    # phrase is known too, and those who react to a picture are found by it.
    quotings = filter(None, (_QUOTING.match(message.text) for message in messages))
    phrases = {_phrase(found) for found in quotings if _is_beginning(found["quoted"], beginnings)} - {()}
    messages.reverse()
    while messages:
        message = messages.pop()
        quoting = _QUOTING.match(message.text)
        known = quoting if quoting and _phrase(quoting) in phrases else None
        if _is_reaction(message.text) or (known and _is_sign_around(known)):
            skipped["reactions"] += 1
            continue
        reply = _REPLY.match(message.text) or (known if known and _is_reply(known) else None)
        skipped["quoted messages"] += reply is not None
        yield cues.Cue(one_spaced(message.text[reply.end() if reply else 0 :]), message.name, message.time)


def _phrase(quoting: re.Match[str]) -> tuple[str, ...]:
    """The words around what is quoted."""
    return tuple(re.findall(r"[^\W\d_]+", f"{quoting['before']} {quoting['after']}"))


def _beginnings(text: str) -> Iterator[str]:
    """How a message begins, with what it quotes and without."""
    yield one_spaced(text)[:_LENGTH]
    quoting = _QUOTING.match(text)
    if quoting and quoting.end() < len(text):
        yield one_spaced(text[quoting.end() :])[:_LENGTH]


def _is_beginning(quoted: str, beginnings: Sequence[str]) -> bool:
    """Whether another message is, or begins with, what is quoted."""
    excerpt = one_spaced(quoted)
    cut = excerpt.removesuffix("...").removesuffix("…").rstrip()
    place = bisect.bisect_left(beginnings, cut)
    found = beginnings[place] if place < len(beginnings) else ""
    return bool(cut) and (found.startswith(cut) if cut != excerpt else found == cut)


def _is_reaction(text: str) -> bool:
    match = _REACTION.fullmatch(text)
    return match is not None and _has_sign(match["sign"] or match["removed"])


def _is_reply(quoting: re.Match[str]) -> bool:
    """Whether words stand below what is quoted, or nobody can have typed it: it is cut off."""
    is_all = quoting.end() == len(quoting.string)
    return not quoting["after"].strip() and (not is_all or quoting["quoted"].endswith(("...", "…")))


def _is_sign_around(quoting: re.Match[str]) -> bool:
    """Whether a few words and a pictogram are all that stands around what is quoted."""
    around = quoting["before"] + quoting["after"]
    return quoting.end() == len(quoting.string) and len(around.split()) <= _MOST_WORDS and _has_sign(around)


def _has_sign(text: str) -> bool:
    return any(unicodedata.category(character) in _SIGNS for character in text)


def _recognises(source: Source) -> bool:
    lines = [line for line in source.sample_text.split("\n") if line.strip()]
    headings = [place for place, line in enumerate(lines) if _heading(line)]
    return headings == [0] or blocks.are_enough(headings, len(lines))


FORMAT = Format(
    name="zoom-chat",
    suffixes=(),
    description="Zoom's saved chat, old and new, and that of its cloud; without reactions and what replies quote",
    read=read,
    recognises=_recognises,
    follows=(
        "https://github.com/ethereum/forkcast/blob/main/public/artifacts/aa/2026-04-22_001/chat.txt",
        "https://github.com/w3c-cg/webagents/blob/main/Meetings/2023-09-11-TPAC/Minutes/2023-09-11-WebAgents-WoT-joint-meeting.md",
        "https://github.com/tel-ran-de/090724-m-java-basic/blob/main/Lesson04092024/meeting_saved_chat.txt",
        "https://github.com/kkatekim/zoomchatmessaging/blob/main/example.txt",
    ),
)
