"""WebVTT, as Zoom (``Name: text`` in the cue) and Teams (``<v Name>text</v>``) write it."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vitallies.transcripts import cues, speakers
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

if TYPE_CHECKING:
    from webvtt import WebVTT

_SIGNATURE = re.compile(rb"\s*WEBVTT(?:\s|$)")
_ARROW = "-->"
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s([^<>]*))?>|</v>")
# Only what WebVTT knows is markup: whoever types "I <3 it" into a caption keeps the words.
_TAG = re.compile(r"</?(?:c|i|b|u|ruby|rt|lang)(?:[.\s][^<>]*)?>|<\d[\d:.]*>")
_TIME = r"(?:\d{1,10}:)?[0-5]?\d:[0-5]?\d\.\d{1,3}"
_TIMING = re.compile(rf"\s*{_TIME}\s*{_ARROW}\s*{_TIME}")
_COMMAS = re.compile(rf"^[\d:., \t]+{_ARROW}[\d:., \t]+", re.MULTILINE)
_BLOCKS = {"NOTE": "notes", "STYLE": "styles", "REGION": "regions"}


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: cues of one speaker joined, each with its offset and times."""
    import webvtt

    if not _SIGNATURE.match(source.head):
        raise source.error('does not begin with "WEBVTT": make that its first line, or give format=', code="webvtt")
    text = _COMMAS.sub(lambda timing: timing[0].replace(",", "."), source.text())
    parsed = webvtt.from_string(text.lstrip())
    _note_left_out(text.split("\n"), source)
    yield cues.transcript(source, _cues(parsed, source.skipped))


def _cues(parsed: WebVTT, skipped: Counter[str]) -> Iterator[cues.Cue]:
    # Where the file marks its voices, a colon is only a colon.
    voiced = any(_VOICE.search(caption.raw_text) for caption in parsed.captions)
    lines = (line for caption in parsed.captions for line in _plain(caption.raw_text))
    names = frozenset[str]() if voiced else speakers.roster(lines)
    for caption in parsed.captions:
        spoken = [
            (speaker or voice, words)
            for voice, raw in _voices(caption.raw_text)
            for speaker, words in (speakers.split(line, names) for line in _plain(raw))
            if speaker or words
        ]
        skipped["empty cues"] += not spoken
        for speaker, words in _joined(spoken):
            yield cues.Cue(words, speaker, _seconds(caption.start), _seconds(caption.end))


def _voices(raw: str) -> Iterator[tuple[str | None, str]]:
    """The pieces of a cue, each with the voice that it is marked with."""
    before, *rest = _VOICE.split(raw)
    yield None, before
    for voice, piece in zip(rest[::2], rest[1::2], strict=True):
        yield " ".join(html.unescape(voice or "").split()) or None, piece


def _plain(raw: str) -> list[str]:
    """The lines of a piece of a cue without markup."""
    return [html.unescape(_TAG.sub("", line)).strip() for line in raw.split("\n")]


def _joined(spoken: list[tuple[str | None, str]]) -> Iterator[tuple[str | None, str]]:
    """The lines that one speaker says in a cue as one piece: its offset is where the cue begins."""
    pieces: list[tuple[str | None, list[str]]] = []
    for speaker, words in spoken:
        if not pieces or (speaker is not None and speaker != pieces[-1][0]):
            pieces.append((speaker, []))
        pieces[-1][1].append(words)
    return ((speaker, " ".join(filter(None, words))) for speaker, words in pieces)


def _seconds(time: str) -> float:
    hours, minutes, seconds = time.split(":")
    return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 3)


def _note_left_out(lines: list[str], source: Source) -> None:
    """Count what is no speech, and warn of what belongs to no cue: webvtt-py drops both without a word."""
    skipped = source.skipped
    lost: list[int] = []
    for number, block in _blocks(lines):
        word = block[0].split(maxsplit=1)[0] if block[0].strip() else ""
        if any(map(_TIMING.match, block[:2])):
            continue
        if word in _BLOCKS:
            skipped[_BLOCKS[word]] += 1
        elif word == "WEBVTT":
            skipped["headers"] += len(block) - 1
        else:
            lost += range(number, number + len(block))
    skipped["lines"] = len(lost)
    if lost:
        fault = f"{len(lost)} lines belong to no cue and were left out"
        source.warn(f"{fault}: look for a bad time or a blank line within a cue", line=lost[0], code="lost-lines")


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The blocks of the file, each with the number of its first line, cut where WebVTT cuts them."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if block and (
            not line or (_ARROW in line and (len(block) > 1 or _ARROW in block[0] or block[0].startswith("WEBVTT")))
        ):
            yield number - len(block), block
            block = []
        if line:
            block.append(line)


FORMAT = Format(
    name="webvtt",
    suffixes=(".vtt",),
    description="WebVTT captions, as Zoom and Teams write them",
    read=read,
    recognises=lambda source: _SIGNATURE.match(source.head) is not None,
)
