"""Logs of IRC, and W3C's minutes in them, where a scribe's lines say who really speaks."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from vitallies.transcripts import clock, cues, speakers
from vitallies.transcripts.dates import date_in, written_date
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_AT = rf"(?:\[?(?:(?P<day>\d{{4}}-\d\d-\d\d)[T ])?{clock.CLOCK}Z?\]?\s+)?"
_SAID = re.compile(rf"{_AT}<\s?[@+%&~]?(?P<nick>[^\s<>]{{1,64}})>(?:\s(?P<words>.*))?")
_EVENT = re.compile(rf"{_AT}(?:-!-|-->|<--|--|->|<-|\*\*\*|==|→|←|⇐|---)\s.*")
_ACTION = re.compile(rf"{_AT}(?:\*|-\*-)\s+\S+\s.*")
_RELAYED = re.compile(r"<\s?[@+%&~]?(?P<nick>[^<>]{1,64})>\s+(?P<words>.*)")
"""What somebody says over a bridge to another network, and what a scribe adds for himself"""
_RELAY = re.compile(r".*(?:bot|bridge|relay|gateway)\W*\d*", re.IGNORECASE)
_BOTS = frozenset({"zakim", "rrsagent", "trackbot", "agendabot", "ghurlbot", "github-bot", "gb"})
_PRESENCE = re.compile(r"(?P<nick>\S+) has (?:joined|left|quit|changed the topic to)\b.*")
_SCRIBE = re.compile(r"scribe(?:nick)?\s*(?P<how>[:+-])\s*(?P<who>.*)", re.IGNORECASE)
_MEETING = re.compile(
    r"(?P<what>meeting|date)\s*:\s*(?P<value>\S.*)|(?P<log>logging to) (?P<address>\S+)", re.IGNORECASE
)
_COMMAND = re.compile(
    r"(?:scribe(?:nick|options)?\s*[:+-]|(?:sub)?topic\s*:|slideset\s*:|(?:previous |next )?meeting\s*:"
    r"|(?:action|issue|resolution|resolved|proposed|proposal)\b[\w ]{0,20}:"
    r"|(?:agenda|chairs?|date|present|regrets)\s*[:+?-]|q\s*[+?=-]|ack\s\S"
    r"|(?:zakim|rrsagent|trackbot|agendabot|ghurlbot|gb)\s*,|s/[^/]+/.*/[gG]?$|s\|[^|]+\|.*\|[gG]?$|i/[^/]+/|i\|[^|]+\|).*",
    re.IGNORECASE,
)
"""What W3C's bots and its program for minutes take for themselves"""
_GOES_ON = re.compile(r"(?:\.{2,}|…)\s*(?P<words>.*)")
_MARKUP = (b"<?xml", b"<!doctype", b"<html", b"<tt")
_FEWEST = 2


@dataclass(slots=True)
class _Message:
    nick: str
    start: float | None
    day: datetime.date | None
    words: str

    @property
    def is_command(self) -> bool:
        return _COMMAND.fullmatch(self.words) is not None


@dataclass(slots=True)
class _Scribes:
    """Whose lines say who really speaks: by nick, folded, the speaker of the last one."""

    current: dict[str, str] = field(default_factory=dict)

    def note(self, message: _Message, nicks: Set[str]) -> None:
        """Follow a command like ``scribe: anna``, ``scribe+`` or ``scribe- anna``."""
        match = _SCRIBE.fullmatch(message.words)
        if match is None:
            return
        named = [name.strip("_").casefold() for name in re.split(r"[,\s]+", match["who"]) if name] or [
            message.nick.strip("_").casefold()
        ]
        who = {nick: "" for nick in nicks if nick.strip("_") in named}
        if match["how"] == "-":
            self.current = {nick: last for nick, last in self.current.items() if nick not in who}
        elif who:
            self.current = who | ({} if match["how"] == ":" else self.current)


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a message; what bots say, commands to them, actions and comings are counted."""
    messages = list(_messages(source))
    title, date = _about(messages)
    yield cues.transcript(source, list(_cues(messages, source.skipped)), title=title, date=date)


def _messages(source: Source) -> Iterator[_Message]:
    message, since = None, clock.Since()
    for line in source.text().split("\n"):
        said = _SAID.fullmatch(line.rstrip())
        if said:
            if message is not None:
                yield message
            day = date_in(said["day"] or "")
            start = since(clock.time_of_day(said), day) if said["hour"] else None
            message = _Message(said["nick"], start, day, (said["words"] or "").strip())
        elif _EVENT.fullmatch(line.strip()):
            source.skipped["system messages"] += 1
        elif _ACTION.fullmatch(line.strip()):
            source.skipped["actions"] += 1
        elif line.strip() and message is not None:
            # A program that broke a long line to show it.
            message.words += f" {line.strip()}"
        else:
            source.skipped["headers"] += bool(line.strip())
    if message is not None:
        yield message


def _about(messages: Sequence[_Message]) -> tuple[str | None, datetime.date | None]:
    """The title and the day that commands to W3C's bots, or the lines themselves, tell."""
    title, date = None, None
    for message in messages:
        match = _MEETING.fullmatch(message.words)
        if match and (match["what"] or "").casefold() == "meeting":
            title = title or match["value"]
        elif match:
            told = match["value"] or match["address"]
            date = date or date_in(told) or written_date(told)
    return title, date or next((message.day for message in messages if message.day), None)


def _cues(messages: Sequence[_Message], skipped: Counter[str]) -> Iterator[cues.Cue]:
    nicks = {message.nick.casefold() for message in messages}
    is_w3c = not nicks.isdisjoint({"zakim", "rrsagent"}) or any(
        _SCRIBE.fullmatch(message.words) for message in messages
    )
    scribes = _Scribes({nick: "" for nick in nicks if _RELAY.fullmatch(nick) and nick not in _BOTS})
    if is_w3c and not any(_SCRIBE.fullmatch(message.words) for message in messages):
        scribes.current |= dict.fromkeys(_guessed(messages), "")
    names = _names(messages)
    for message in messages:
        nick = message.nick.casefold()
        presence = _PRESENCE.fullmatch(message.words)
        if nick in _BOTS or (presence and presence["nick"] == message.nick):
            skipped["system messages"] += 1
        elif is_w3c and message.is_command:
            scribes.note(message, nicks)
            skipped["commands"] += 1
        else:
            speaker, words = _said(message, nick, scribes, names, nicks)
            yield cues.Cue(words, speaker, message.start)


def _said(message: _Message, nick: str, scribes: _Scribes, names: Set[str], nicks: Set[str]) -> tuple[str, str]:
    """Who really says the words of a message, and the words."""
    relayed = _RELAYED.fullmatch(message.words)
    if relayed and (relayed["nick"].casefold() in nicks or nick in scribes.current):
        return relayed["nick"].strip(), relayed["words"]
    if nick not in scribes.current:
        return message.nick, message.words
    goes_on = _GOES_ON.fullmatch(message.words)
    if goes_on and scribes.current[nick]:
        return scribes.current[nick], goes_on["words"]
    speaker, words = speakers.split(message.words, names)
    # What a scribe writes without a name he says, or sums up, himself.
    scribes.current[nick] = speaker or message.nick
    return speaker or message.nick, words


def _names(messages: Sequence[_Message]) -> Set[str]:
    """The names that lines begin with: those without a space are names wherever a scribe writes them."""
    lines = [message.words for message in messages if not message.is_command]
    labels = filter(None, map(speakers.label, lines))
    return speakers.roster(lines, (name for name in labels if " " not in name))


def _guessed(messages: Sequence[_Message]) -> list[str]:
    """The nick that names others most often, which W3C's own program takes for the scribe."""
    naming = Counter(
        message.nick.casefold()
        for message in messages
        if not message.is_command and message.nick.casefold() not in _BOTS and speakers.label(message.words)
    )
    return [nick for nick, count in naming.most_common(1) if count >= _FEWEST]


def _recognises(source: Source) -> bool:
    if source.head.lstrip().lower().startswith(_MARKUP):
        return False
    lines = [line for line in map(str.strip, source.sample_text.split("\n")) if line]
    said = sum(bool((match := _SAID.fullmatch(line)) and match["words"]) for line in lines)
    others = sum(bool(_EVENT.fullmatch(line) or _ACTION.fullmatch(line)) for line in lines)
    return said >= _FEWEST and 2 * (said + others) >= len(lines)


FORMAT = Format(
    name="irc",
    suffixes=(),
    description="logs of IRC, and W3C's minutes in them: a scribe's lines say who speaks",
    read=read,
    recognises=_recognises,
    follows=(
        "https://github.com/w3c/scribe2/blob/master/sample-public.txt",
        "https://github.com/w3c/scribe2/blob/master/tests/irssi-02.test",
        "https://github.com/w3c/scribe2/blob/master/tests/quassel-03.test",
        "https://github.com/w3c/scribe2/blob/master/tests/qwebirc-01.test",
    ),
)
