"""SubRip: numbered captions, speakers as ``Name:``, ``[Name]``, ``>> NAME:`` or dashes in front of the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitallies.transcripts import cues
from vitallies.transcripts.captioned import said_in
from vitallies.transcripts.captions import blocks, captions
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_TIME = r"(?:\d{1,3}:)?\d\d:\d\d[,.]\d{1,3}"
_BEGINNING = re.compile(rf"\s*(?:\d{{1,9}}\s*\n\s*)?{_TIME}\s*-->\s*{_TIME}(?:\s|$)")


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: cues of one speaker joined, each with its offset and times."""
    text = source.text()
    yield cues.transcript(source, said_in(source, lambda notes: captions(blocks(text), notes)))


FORMAT = Format(
    name="subrip",
    suffixes=(".srt",),
    description="SubRip captions, and others that begin with the times of the first",
    read=read,
    recognises=lambda source: source.head.strip()[:1].isdigit() and _BEGINNING.match(source.sample_text) is not None,
    follows=(
        "https://support.google.com/youtube/answer/2734698?hl=en",
        "https://github.com/m-bain/whisperX/blob/main/whisperx/utils.py",
        "https://github.com/stevencrader/transcriptator/blob/master/test/test_files/podcasting_20_episode_124.srt",
        "https://github.com/pbs/pycaption/blob/main/examples/example.srt",
    ),
)
