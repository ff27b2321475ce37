"""QMSum: the meetings of the corpus, one in a file or one a line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from msgspec import Struct

from vitallies.errors import TranscriptError
from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.types import Transcript

_MARK = re.compile(r"\{[A-Za-z]+\}")
"""{vocalsound}, {disfmarker}"""
_SPELLED = re.compile(r"\b(?:[A-Za-z]_)+")
"""T_V_"""
_LOOSE = re.compile(r" ([,.?!;:]|(?:n't|'(?:s|m|re|ve|ll|d))\b)")


class Turn(Struct):
    """What somebody says, its words and marks set apart by spaces."""

    content: str = ""
    speaker: str | None = None


class Meeting(Struct):
    """A meeting, and what was asked about it and answered."""

    meeting_transcripts: list[Turn]
    topic_list: list[object] | None = None
    general_query_list: list[object] | None = None
    specific_query_list: list[object] | None = None


def words(content: str) -> str:
    """What was said, without marks, and put together as one writes it.

    >>> words("{vocalsound} We do n't need two T_V_s , they said .")
    "We don't need two TVs, they said."
    """
    text = one_spaced(_MARK.sub(" ", content))
    return _LOOSE.sub(r"\1", _SPELLED.sub(lambda letters: letters[0].replace("_", ""), text))


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the meetings: of a file with one a line, each under the number of its line."""
    rows = list(source.json_lines(Meeting)) if source.is_json_lines else [(1, source.json(Meeting))]
    for number, meeting in rows:
        part = source.part(f"{source.id}#{number}" if len(rows) > 1 else source.id)
        part.skipped["topics"] += len(meeting.topic_list or ())
        part.skipped["queries"] += len(meeting.general_query_list or ()) + len(meeting.specific_query_list or ())
        part.skipped["marks"] += sum(len(_MARK.findall(turn.content)) for turn in meeting.meeting_transcripts)
        said = (
            cues.Cue(html.unescape(words(turn.content)), turn.speaker, unnamed=True)
            for turn in meeting.meeting_transcripts
        )
        yield cues.transcript_or_error(part, said)


FORMAT = Format(
    name="qmsum",
    suffixes=(".json", ".jsonl"),
    description="QMSum: the meetings of the corpus, one in a file or one a line",
    read=read,
    recognises=lambda source: {"speaker", "content"} <= source.keys("meeting_transcripts", 0),
    follows=(
        "https://github.com/Yale-LILY/QMSum/blob/main/README.md",
        "https://github.com/Yale-LILY/QMSum/blob/main/data/Product/all/ES2013b.json",
        "https://github.com/Yale-LILY/QMSum/blob/main/data/ALL/jsonl/test.jsonl",
    ),
)
