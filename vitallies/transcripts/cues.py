"""From the pieces that a file is made of to turns: what the readers of all formats but the native one share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from vitallies.transcripts.source import Source
from vitallies.types import Transcript, Turn


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that stand together in a file; without a speaker they belong to the one before.

    ``paragraph`` marks the first words of a paragraph: where nobody is named, a turn begins there.
    """

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    paragraph: bool = False


@dataclass(slots=True)
class _Draft:
    speaker: str | None
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    times: list[tuple[int, float, float | None]] = field(default_factory=list)

    def add(self, cue: Cue) -> None:
        offset = self.length + 1 if self.pieces else 0
        if cue.start is not None:
            self.times.append((offset, cue.start, cue.end))
        if cue.text:
            self.pieces.append(cue.text)
            self.length = offset + len(cue.text)

    def turn(self) -> Turn:
        # A time at which nothing was said any more has no offset in the text.
        cues = [list(time) for time in self.times if time[0] < self.length]
        start, end = (cues[0][1], cues[-1][2]) if cues else (None, None)
        return Turn(" ".join(self.pieces), self.speaker, start, end, meta={"cues": cues} if cues else {})


def transcript(
    source: Source, cues: Iterable[Cue], skipped: Counter[str], warnings: list[dict[str, Any]]
) -> Transcript:
    """Join the cues of one speaker into turns; what was skipped and doubted goes to ``meta``.

    Raises
    ------
    TranscriptError
        Where no cue holds a word.
    """
    drafts: list[_Draft] = []
    for cue in cues:
        if not drafts or _begins_turn(cue, drafts[-1].speaker):
            drafts.append(_Draft(cue.speaker))
        drafts[-1].add(cue)
    turns = [draft.turn() for draft in drafts if draft.pieces]
    if not turns:
        raise source.error("holds no words that anybody says: check the export", code="empty")
    skipped["empty turns"] += len(drafts) - len(turns)
    meta = {"skipped": dict(+skipped), "warnings": warnings}
    return Transcript(source.id, tuple(turns), meta={key: value for key, value in meta.items() if value})


def _begins_turn(cue: Cue, speaker: str | None) -> bool:
    return (cue.speaker is not None and cue.speaker != speaker) or (speaker is None and cue.paragraph)
