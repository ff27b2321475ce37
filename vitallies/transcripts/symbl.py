"""Symbl.ai: the messages of a conversation, at times of the calendar."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from msgspec import Struct, field

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import all_named
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Person(Struct):
    name: str | None = None
    email: str | None = None


class _Message(Struct):
    text: str = ""
    from_: _Person | None = field(default=None, name="from")
    startTime: str | None = None  # noqa: N815
    endTime: str | None = None  # noqa: N815

    def speaker(self) -> str | None:
        return (self.from_.name or self.from_.email) if self.from_ else None


class _File(Struct):
    messages: list[_Message] = []


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript, on the day of its first message."""
    messages = source.json(_File).messages
    first = next((time for message in messages if (time := _time(message.startTime))), None)
    found = (
        cues.Cue(message.text, message.speaker(), _since(first, message.startTime), _since(first, message.endTime))
        for message in messages
    )
    yield cues.transcript(source, all_named(source, found), date=first.date() if first else None)


def _time(text: str | None) -> datetime.datetime | None:
    try:
        time = datetime.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)


def _since(first: datetime.datetime | None, text: str | None) -> float | None:
    time = _time(text)
    return None if first is None or time is None else round((time - first).total_seconds(), 3)


FORMAT = Format(
    name="symbl",
    suffixes=(".json",),
    description="Symbl.ai JSON: the messages of a conversation",
    read=read,
    recognises=lambda source: {"conversationId", "from", "text"} <= source.keys("messages", 0),
    follows=("https://docs.symbl.ai/docs/conversation-api/messages/",),
)
