"""Slack: the messages of a channel on one day, as a workspace's export holds them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import SinceFirst
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_SAID = frozenset({None, "me_message", "thread_broadcast", "file_share", "reply_broadcast"})
"""Sorts of messages that somebody wrote; others tell that somebody joined, and the like."""
_LINK = re.compile(r"<([@#!]?)([^<>|\s]{1,2000})(?:\|([^<>]{0,2000}))?>")


class _Profile(Struct):
    display_name: str | None = None
    real_name: str | None = None

    def name(self) -> str | None:
        return self.display_name or self.real_name


class _Reaction(Struct):
    count: int = 1


class _Message(Struct):
    text: str | None = None
    user: str | None = None
    ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    user_profile: _Profile | None = None
    reactions: list[_Reaction] | None = None


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript; people go by the name that any of their messages tells, else by their id."""
    messages = source.json(list[_Message])
    names: dict[str, str] = {}
    for message in messages:
        name = message.user_profile.name() if message.user_profile else None
        if message.user and name:
            names.setdefault(message.user, name)
    since = SinceFirst()
    found = list(_cues(source, messages, names, since))
    yield cues.transcript(source, found, date=since.day)


def _cues(source: Source, messages: list[_Message], names: Mapping[str, str], since: SinceFirst) -> Iterator[cues.Cue]:
    for message in messages:
        source.skipped["reactions"] += sum(reaction.count for reaction in message.reactions or ())
        if message.bot_id or message.subtype == "bot_message":
            source.skipped["messages of bots"] += 1
        elif message.subtype not in _SAID:
            source.skipped["system messages"] += 1
        else:
            name = names.get(message.user or "", message.user)
            yield cues.Cue(_shown(message.text or "", names), name, since(message.ts), unnamed=True)


def _shown(text: str, names: Mapping[str, str]) -> str:
    """A text as Slack shows it: the names of people and channels, the titles of links, entities as characters."""
    return html.unescape(_LINK.sub(lambda link: _label(link, names), text))


def _label(link: re.Match[str], names: Mapping[str, str]) -> str:
    mark, target, label = link.groups()
    if mark == "!":
        return label or f"@{target}"
    return mark + (label or names.get(target, target))


FORMAT = Format(
    name="slack",
    suffixes=(".json",),
    description="Slack export JSON: the messages of a channel on one day",
    read=read,
    recognises=lambda source: {"type", "ts"} <= source.keys(0) and bool(source.keys(0) & {"user", "subtype", "bot_id"}),
    follows=(
        "https://github.com/slackhq/slack-api-docs/blob/master/page_messages.md",
        "https://gist.github.com/viccro/734581d3c9777f9733d1f665279e5b54",
        "https://docs.slack.dev/reference/events/message/channel_join/",
    ),
)
