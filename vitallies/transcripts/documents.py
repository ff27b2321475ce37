"""The text of documents (Word, PDF, OpenDocument): a table of utterances, or lines for the readers of plain text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from vitallies.errors import TranscriptError
from vitallies.transcripts import columns, table
from vitallies.transcripts.columns import Columns
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

Block: TypeAlias = str | list[list[str]]
"""A paragraph, or the rows of a table."""


def transcripts(source: Source, blocks: Iterable[Block]) -> Iterator[Transcript | TranscriptError]:
    """Yield what the tables of utterances hold, or else what the lines do: whichever has most of the words.

    What stands beside them is counted: headings around a table; agendas and lists of people around the lines.
    """
    blocks = list(blocks)
    half = sum(map(_length, blocks)) / 2
    tables = list(_tables((block for block in blocks if isinstance(block, list)), source.columns))
    if sum(_length(rows) for _, rows in tables) > half:
        source.skipped["paragraphs"] += sum(isinstance(block, str) and bool(block.strip()) for block in blocks)
        source.skipped["tables"] += sum(isinstance(block, list) for block in blocks) - len(tables)
        said = itertools.chain.from_iterable(table.utterances(source, *found) for found in tables)
        yield from table.grouped(source, said, unit=tables[0][0].unit)
        return
    prose = [block for block in blocks if isinstance(block, str) or _width(block) == 1]
    if sum(map(_length, prose)) > half:
        source.skipped["tables"] += len(blocks) - len(prose)
        blocks = prose
    yield from of_lines(source, itertools.chain.from_iterable(map(lines, blocks)))


def _tables(blocks: Iterable[list[list[str]]], given: Mapping[str, str]) -> Iterator[tuple[Columns, list[list[str]]]]:
    """The tables of utterances and their columns; one without a header goes on where one of its width ended."""
    last: tuple[Columns, int] | None = None
    for rows in blocks:
        width = _width(rows)
        found = columns.found(rows, given)
        if found is not None:
            last = found[1], width
        elif last is None or last[1] != width:
            continue
        yield last[0], rows[found[0] if found else 0 :]


def of_lines(source: Source, said: Iterable[str]) -> Iterator[Transcript | TranscriptError]:
    """Yield what the reader that recognises the lines, or else the one of plain text, makes of them."""
    from vitallies.transcripts import text
    from vitallies.transcripts.registry import formats

    raw = [f"{line}\n" for line in said] or ["\n"]  # a source has a line, be it blank
    head = next((line for line in raw if line.strip()), "")
    inner = replace(source, head=head.encode("utf-8", "replace"), raw=iter(raw))
    recognised = (format for format in formats() if format.recognises is not None and format.recognises(inner))  # noqa: A001
    yield from next(recognised, text.FORMAT).read(inner)


def lines(block: Block) -> Iterator[str]:
    """The lines of a block and a blank one after it."""
    if isinstance(block, str):
        yield from block.split("\n")
    else:
        for row in block:
            yield from "\t".join(row).split("\n")
    yield ""


def _width(rows: list[list[str]]) -> int:
    return max(map(len, rows), default=0)


def _length(block: Block) -> int:
    return len(block) if isinstance(block, str) else sum(len(cell) for row in block for cell in row)
