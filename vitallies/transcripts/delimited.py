"""CSV and TSV: an utterance a line, its cells between commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping

from vitallies.errors import TranscriptError
from vitallies.transcripts import columns, table
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_DELIMITERS = ",;\t|"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LONGEST_HEADER = 4096
_LONGEST_CELL = 2**23
"""Code points, days of speech: what is longer has lost a closing quote, and the csv module takes eight bytes of memory
for each."""


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts: one, unless a column of ids tells several apart."""
    # The limit is the whole process's; the usual one is less than a long meeting in one cell.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))
    text = source.text()
    delimiter = _delimiter(text, source.columns)
    rows = _rows(source, text, delimiter)
    del text  # goes with the last row
    yield from table.transcripts(source, rows, delimiter=delimiter)


def _delimiter(text: str, given: Mapping[str, str]) -> str:
    """What stands between the cells: by the columns that the header then names, else by how many there are."""
    beginning = text[:_LONGEST_HEADER].split("\n")[: columns.HEADER_WITHIN]

    def fit(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(beginning, delimiter=delimiter))
        return max(columns.count(row, given) for row in rows), max(map(len, rows))

    return max(_DELIMITERS, key=fit)


def _rows(source: Source, text: str, delimiter: str) -> Iterator[list[str]]:
    if _is_flat(text, delimiter):
        return _line_by_line(text, delimiter)
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error as error:
        message = f"has quotes that hold no cell together ({error}): they were read as quotation marks"
        source.warn(message, line=reader.line_num, code="quotes")
        return _line_by_line(text, delimiter)
    return csv.reader(_lines(text), delimiter=delimiter)


def _is_flat(text: str, delimiter: str) -> bool:
    """Whether each line is a row of its own whatever its quotes mean: Whisper's TSV has those of the speech alone."""
    filled = (line for line in _lines(text) if line.strip())
    return delimiter == "\t" and len({line.count(delimiter) for line in filled}) == 1


def _line_by_line(text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows, where a quote that is not closed in its line is a quotation mark."""
    for line in _lines(text):
        try:
            yield from csv.reader([line], delimiter=delimiter, strict=True)
        except csv.Error:
            yield line.rstrip("\n").split(delimiter)


def _lines(text: str) -> Iterator[str]:
    return (line[0] for line in _LINE.finditer(text))


def _recognises(source: Source) -> bool:
    """Whether the first line names a column of text and another one; a Markdown table begins with a bar."""
    head = source.sample_text.strip()[:_LONGEST_HEADER].partition("\n")[0]
    if head.startswith("|"):
        return False
    return any(
        columns.count(row, source.columns) > 1
        for delimiter in _DELIMITERS
        for row in csv.reader([head], delimiter=delimiter)
    )


FORMAT = Format(
    name="csv",
    suffixes=(".csv", ".tsv"),
    description="CSV and TSV with columns of text, speaker, start, end and id, told by name",
    read=read,
    recognises=_recognises,
    follows=(
        "https://github.com/openai/whisper/blob/c0d2f624c09dc18e709e37c2ad90c039a4eb72a2/whisper/utils.py",
        "https://github.com/propublica/transcript-audio-sync/blob/e9bfd4f287a70520dd43c26cb62338650b5c856e/convert-sonix-csv/js/main.js",
    ),
)
