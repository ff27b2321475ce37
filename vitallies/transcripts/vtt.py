"""WebVTT: captions of meetings, as Zoom, Teams, Meet and Webex write them, and of videos."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitallies.transcripts import cues, recognised
from vitallies.transcripts.captioned import said_in
from vitallies.transcripts.captions import Block, Caption, Notes, blocks, captions
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_SIGNATURE = re.compile(rb"\s*WEBVTT(?:\s|$)")
_ASIDE = re.compile(r"\s*(WEBVTT|NOTE|STYLE|REGION)(?:\s|$)")
_ASIDES = {"NOTE": "notes", "STYLE": "styles", "REGION": "regions"}
_TIMESTAMP_MAP = "X-TIMESTAMP-MAP="
_LANGUAGE = re.compile(r"language:\s*(\S+)\s*", re.IGNORECASE)
_WEBEX = re.compile(r'\d+ +"(.*)"(?: +\(\d+\))?')
"""What Webex writes above the times: 3 "Ana Ruiz" (1262511360); no name where it knows nobody."""


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: cues of one speaker joined, each with its offset and times."""
    if not _SIGNATURE.match(source.head):
        raise source.error('does not begin with "WEBVTT": make that its first line, or give format=', code="webvtt")
    text = source.text()
    header = next(blocks(text)).lines
    found = said_in(source, lambda notes: _captions(text, notes))
    yield cues.transcript(source, found, language=_language(header), meta=_kept(header))


def _captions(text: str, notes: Notes) -> Iterator[Caption]:
    for caption in captions((block for block in blocks(text) if not _is_aside(block, notes)), notes):
        webex = _WEBEX.fullmatch(caption.name)
        if webex is not None:
            caption.speaker = webex[1].strip()
        yield caption


def _is_aside(block: Block, notes: Notes) -> bool:
    """Whether a block is a comment, a style, a region or a header, of which segments joined to one file have many."""
    if block.times is not None:
        return False
    aside = _ASIDE.match(block.lines[0])
    if aside is None:
        return False
    if aside[1] == "WEBVTT":
        notes.skipped["headers"] += sum(not line.startswith(_TIMESTAMP_MAP) for line in block.lines[1:])
    else:
        notes.skipped[_ASIDES[aside[1]]] += 1
    return True


def _language(header: list[str]) -> str | None:
    found = (match[1] for line in header if (match := _LANGUAGE.fullmatch(line)))
    return recognised.language(next(found, None))


def _kept(header: list[str]) -> dict[str, str]:
    """What the header says of the clock of a stream: kept, for who joins segments; it shifts no times here."""
    found = (line.removeprefix(_TIMESTAMP_MAP) for line in header if line.startswith(_TIMESTAMP_MAP))
    return {"timestamp_map": first} if (first := next(found, "")) else {}


FORMAT = Format(
    name="webvtt",
    suffixes=(".vtt",),
    description="WebVTT captions, as Zoom, Teams, Meet, Webex and YouTube write them",
    read=read,
    recognises=lambda source: _SIGNATURE.match(source.head) is not None,
    follows=(
        "https://github.com/ethereum/forkcast/blob/main/public/artifacts/acdc/2025-04-03_154/transcript.vtt",  # Zoom
        "https://github.com/glut23/webvtt-py/issues/55",  # Teams
        "https://github.com/danyelf/parse-vtt",  # Meet
        "https://github.com/otherjamesbrown/penfold/blob/main/docs/meeting-pipeline/user-guide.md",  # Webex
        "https://github.com/ytdl-org/youtube-dl/issues/21914",  # YouTube
        "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md",
        "https://developer.mozilla.org/docs/Web/API/WebVTT_API/Web_Video_Text_Tracks_Format",
    ),
)
