"""Parquet files, through pyarrow: an utterance a row."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vitallies.errors import TranscriptError
from vitallies.transcripts import columns, table
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_MAGIC = b"PAR1"
_ROWS_AT_ONCE = 4096


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts: one, unless a column of ids tells several apart."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with _damage(source):
        file = pq.ParquetFile(pa.BufferReader(source.binary()))
        names = [field.name for field in file.schema_arrow if not pa.types.is_nested(field.type)]
    found = columns.named(names, source.columns)
    if found is None:
        yield from table.transcripts(source, [names])  # which says what it misses
        return
    needed = [names[place] for place in found.places()]
    yield from table.transcripts(source, itertools.chain([needed], _rows(source, file, needed)))


def _rows(source: Source, file: Any, names: list[str]) -> Iterator[columns.Row]:  # noqa: ANN401  (pyarrow has no types)
    batches = file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=names)
    while True:
        with _damage(source):
            batch = next(batches, None)
            rows = [] if batch is None else list(zip(*(batch[name].to_pylist() for name in names), strict=True))
        if batch is None:
            return
        yield from rows


@contextmanager
def _damage(source: Source) -> Iterator[None]:
    """Of a damaged file pyarrow raises whatever its pages run into."""
    try:
        yield
    except Exception as error:
        message = f"is no Parquet file, or is damaged ({type(error).__name__}: {error!s:.100}): write it again"
        raise source.error(message, code="document") from None


FORMAT = Format(
    name="parquet",
    suffixes=(".parquet",),
    description="Parquet files with columns of text, speaker, start, end and id, told by name",
    read=read,
    recognises=lambda source: source.head.startswith(_MAGIC),
)
