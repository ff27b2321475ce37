"""ConvoKit: the utterances of a corpus, one a line, of many conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from msgspec import Struct, field

from vitallies.errors import TranscriptError
from vitallies.transcripts import cues, moments
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Label, Time, person, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


class _Utterance(Struct):
    """The first versions had other names for three of the keys."""

    id: Label = None
    text: str | None = None
    speaker: Label = None
    user: Label = None
    conversation_id: Label = None
    root: Label = None
    reply_to: Label = None
    reply_to_first: Label = field(default=None, name="reply-to")
    timestamp: Time = None

    def said(self) -> str:
        """The words; those of a message that was deleted may be null."""
        return (self.text or "").strip()

    def replies_to(self) -> Label:
        return self.reply_to_first if self.reply_to is None else self.reply_to


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the conversations in the order in which they begin, each with its utterances in the order of the file."""
    conversations: dict[str, list[_Utterance]] = {}
    for utterance in _utterances(source):
        conversation = utterance.root if utterance.conversation_id is None else utterance.conversation_id
        conversations.setdefault("" if conversation is None else str(conversation), []).append(utterance)
    if not conversations:
        raise source.error("holds no utterances: give a file that holds a conversation", code="empty")
    for id, utterances in conversations.items():  # noqa: A001
        found = _transcript(source.part(id or source.id), utterances)
        yield _with_ids(found, utterances) if isinstance(found, Transcript) else found


def _is_utterance(keys: Set[str]) -> bool:
    return {"id", "text"} <= keys and bool(keys & {"conversation_id", "root"}) and bool(keys & {"reply_to", "reply-to"})


def _utterances(source: Source) -> Iterator[_Utterance]:
    if source.head.lstrip().startswith(b"["):
        yield from source.json(list[_Utterance])
    else:
        yield from (utterance for _, utterance in source.json_lines(_Utterance))


def _transcript(source: Source, utterances: Sequence[_Utterance]) -> Transcript | TranscriptError:
    times = [moment for utterance in utterances if (moment := moments.moment(utterance.timestamp))]
    since = moments.SinceFirst(min(times, default=None))
    said = (
        cues.Cue(
            utterance.said(),
            person(utterance.user if utterance.speaker is None else utterance.speaker),
            since(utterance.timestamp) if times else seconds(utterance.timestamp),
            unnamed=True,
        )
        for utterance in utterances
    )
    return cues.transcript_or_error(source, said, date=since.day)


def _with_ids(transcript: Transcript, utterances: Sequence[_Utterance]) -> Transcript:
    """The transcript with what its turns are made of in their ``meta``: offset, id and what is replied to."""
    spoken = iter([utterance for utterance in utterances if utterance.said()])
    turns = []
    for turn in transcript.turns:
        parts: list[list[Label]] = []
        offset = 0
        while offset < len(turn.text):
            utterance = next(spoken)
            parts.append([offset, utterance.id, utterance.replies_to()])
            offset += len(utterance.said()) + 1
        turns.append(replace(turn, meta={**turn.meta, "utterances": parts}))
    return replace(transcript, turns=tuple(turns))


FORMAT = Format(
    name="convokit",
    suffixes=(".jsonl", ".json"),
    description="ConvoKit's utterances.jsonl: one utterance a line, many conversations in a file",
    read=read,
    recognises=lambda source: _is_utterance(source.keys()) or _is_utterance(source.keys(0)),
    follows=(
        "https://github.com/CornellNLP/ConvoKit/blob/master/docs/source/data_format.rst",
        "https://github.com/CornellNLP/ConvoKit/blob/master/convokit/model/corpus_helpers.py",
    ),
)
