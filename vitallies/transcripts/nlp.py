"""Rev's ``.nlp`` tables: one recognised or typed word a row, as the Earnings-21 and Earnings-22 corpora hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from vitallies.transcripts import cues
from vitallies.transcripts.format import Format
from vitallies.transcripts.recognised import Word, cues_of, person, seconds
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_LINE = re.compile(r".*\n|.+")
_MARK = re.compile(r"<[a-z_]+>")


def words(source: Source) -> Iterator[Word]:
    """The rows of the table, each a word with its punctuation; marks such as ``<laugh>`` are still in them.

    Raises
    ------
    TranscriptError
        Where the first line does not name the columns.
    """
    columns: list[str] = []
    odd: list[int] = []
    for number, match in enumerate(_LINE.finditer(source.text()), 1):
        line = match[0].rstrip("\n")
        if not line.strip():
            continue
        cells = line.split("|")
        if not columns:
            columns = _checked(cells, source, number)
            continue
        if len(cells) != len(columns):
            odd.append(number)
        row = dict(zip(columns, cells, strict=False))
        text = "".join(row.get(name, "") for name in ("prepunctuation", "token", "punctuation"))
        yield Word(text, person(row.get("speaker")), seconds(row.get("ts")), seconds(row.get("endTs")))
    if odd:
        fault = f"{len(odd)} rows have not as many cells as the first line names columns, and were read from the left"
        source.warn(f"{fault}: look for a missing cell, or a bar in a word", line=odd[0], code="cells")


def _checked(columns: list[str], source: Source, line: int) -> list[str]:
    if not {"token", "speaker"}.issubset(columns):
        message = "the first line must name the columns (token|speaker|ts|endTs|punctuation|…): export it again"
        raise source.error(message, line=line, code="columns")
    return columns


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a sentence, without the marks."""
    yield cues.transcript(source, cues_of(_unmarked(words(source), source)))


def _unmarked(words: Iterator[Word], source: Source) -> Iterator[Word]:
    for word in words:
        text, marks = _MARK.subn("", word.text)
        source.skipped["marks"] += marks
        yield replace(word, text=text)


FORMAT = Format(
    name="nlp",
    suffixes=(".nlp",),
    description="Rev's tables of words: token|speaker|ts|endTs|punctuation|…, one word a row",
    read=read,
    recognises=lambda source: source.head.startswith(b"token|speaker|"),
    follows=(
        "https://github.com/revdotcom/fstalign/blob/develop/docs/NLP-Format.md",
        "https://github.com/revdotcom/speech-datasets/blob/main/earnings21/README.md",
        "https://github.com/revdotcom/speech-datasets/blob/main/earnings22/transcripts/nlp_references/4471809.nlp",
    ),
)
