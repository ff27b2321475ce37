"""Excel workbooks (.xlsx), through openpyxl: an utterance a row."""

from __future__ import annotations

import datetime
import io
import itertools
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from vitallies.errors import MissingExtraError, TranscriptError
from vitallies.transcripts import columns, office, table
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_MOST_ROWS, _MOST_CELLS = 1_048_576, 20_000_000
"""A row may number itself as it likes, and stands for as many blank ones; Excel has so many. Blank cells count too."""

_ROWS_AT_ONCE = 256


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts of each sheet that has a column of text; the other sheets are counted."""
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("Reading Excel", "readers") from None
    office.checked(source, ".xlsx").close()
    with _damage(source):
        file = io.BytesIO(source.binary())
        sheets = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False).worksheets
    ahead = [list(itertools.islice(_rows(source, sheet), columns.HEADER_WITHIN)) for sheet in sheets]
    filled = [(sheet, rows) for sheet, rows in zip(sheets, ahead, strict=True) if rows]
    if not filled:
        raise source.error("holds no rows: check the export", code="empty")
    tables = [sheet for sheet, rows in filled if columns.found(rows, source.columns)]
    source.skipped["sheets"] += len(filled) - len(tables)
    if len(tables) > 1:
        for sheet in tables:
            name, skipped, doubts = f"{source.id}/{sheet.title}", source.skipped.copy(), list(source.warnings)
            part = replace(source, id=name, skipped=skipped, warnings=doubts)
            yield from table.transcripts(part, _rows(source, sheet), title=sheet.title)
    else:
        # Of a sheet without such a column the table says what it misses.
        yield from table.transcripts(source, _rows(source, tables[0] if tables else filled[0][0]))


@contextmanager
def _damage(source: Source) -> Iterator[None]:
    """Of a damaged workbook openpyxl raises whatever its parts run into, and warns of what it does not know."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        message = f"is no .xlsx workbook, or is damaged ({type(error).__name__}: {error!s:.100}): save it again"
        raise source.error(message, code="document") from None


def _rows(source: Source, sheet: Any) -> Iterator[list[object]]:  # noqa: ANN401  (openpyxl has no types)
    sheet.reset_dimensions()  # what a workbook says of its size need not be so
    rows = sheet.iter_rows(max_row=_MOST_ROWS)
    size = 0
    while True:
        with _damage(source):
            found = [[_value(cell) for cell in row] for row in itertools.islice(rows, _ROWS_AT_ONCE)]
        if not found:
            return
        size += sum(map(len, found))
        if size > _MOST_CELLS:
            message = f"has more than {_MOST_CELLS:,} cells in a sheet: delete what is blank, or save it as CSV"
            raise source.error(message, code="too-large")
        yield from (row for row in found if any(value is not None for value in row))


def _value(cell: Any) -> object:  # noqa: ANN401  (openpyxl has no types)
    """What a cell holds; a time shown without seconds is minutes and seconds: Excel takes "1:05" for hours."""
    value = cell.value
    if not isinstance(value, datetime.time | datetime.timedelta):
        return value
    shown = str(cell.number_format).lower()
    if "s" in shown or "am/pm" in shown:
        return value
    if isinstance(value, datetime.time):
        value = datetime.timedelta(hours=value.hour, minutes=value.minute)
    return value / 60


FORMAT = Format(
    name="xlsx",
    suffixes=(".xlsx",),
    description="Excel workbooks with columns of text, speaker, start, end and id, told by name",
    read=read,
    recognises=lambda source: "xl/workbook.xml" in office.names(source),
    follows=("https://github.com/trinker/textreadr/blob/master/inst/docs/trans4.xlsx",),
)
