"""Symbl.ai: the messages of a conversation, at times of the calendar."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.moments import SinceFirst
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
    since = SinceFirst()
    found = [
        cues.Cue(message.text, message.speaker(), since(message.startTime), since(message.endTime))
        for message in source.json(_File).messages
    ]
    yield cues.transcript(source, all_named(source, found), date=since.day)


FORMAT = Format(
    name="symbl",
    suffixes=(".json",),
    description="Symbl.ai JSON: the messages of a conversation",
    read=read,
    recognises=lambda source: {"conversationId", "from", "text"} <= source.keys("messages", 0),
    follows=("https://docs.symbl.ai/docs/conversation-api/messages/",),
)
