"""SubViewer, as YouTube writes it: captions without numbers, both times on a line, a comma between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitallies.transcripts import cues
from vitallies.transcripts.captioned import said_in
from vitallies.transcripts.captions import blocks, captions
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_TIME = r"\d{1,3}:\d\d:\d\d\.\d{1,3}"
_TIMES = re.compile(rf"\s*({_TIME}),({_TIME})\s*$")


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: cues of one speaker joined, each with its offset and times."""
    text = source.text()
    yield cues.transcript(source, said_in(source, lambda notes: captions(blocks(text, _TIMES), notes)))


FORMAT = Format(
    name="sbv",
    suffixes=(".sbv",),
    description="SubViewer captions of YouTube",
    read=read,
    recognises=lambda source: _TIMES.match(source.head.decode("utf-8", "replace")) is not None,
    follows=("https://support.google.com/youtube/answer/2734698?hl=en",),
)
