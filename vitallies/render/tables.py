"""Rows into tables on disk, in a stream: JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from vitallies.errors import UsageError
from vitallies.render.files import replacing
from vitallies.render.rows import Columns, Row

_ROW_GROUP: Final = 10_000


def write_table(path: Path, rows: Iterable[Row], columns: Columns, table_format: str) -> None:
    """Write rows as they come; the same rows give the same bytes, and the file is there whole or not at all.

    Parameters
    ----------
    path : Path
        The file to write or replace.
    rows : iterable of dict
        Keyed as ``columns``.
    columns : mapping of str to str
        Name → what it holds ("text", "int", "float", "bool" or "json"), in order.
    table_format : {"jsonl", "csv", "parquet"}
        In CSV and Parquet a "json" column holds strings of JSON. CSV is RFC 4180 (UTF-8, CRLF, nothing for None);
        read it with ``pandas.read_csv(path, keep_default_na=False, na_values=[""])`` where somebody is called "NA".

    Raises
    ------
    UsageError
        Where there is no such format.
    """
    if table_format not in FORMATS:
        raise UsageError(f"no table format {table_format!r}: use {', '.join(FORMATS)}")
    with replacing(path) as new:
        FORMATS[table_format](new, rows, columns)


def dump(value: Any) -> str:  # noqa: ANN401  (whatever JSON can hold)
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _write_jsonl(path: Path, rows: Iterable[Row], columns: Columns) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(dump({name: row[name] for name in columns}) + "\n" for row in rows)


def _write_csv(path: Path, rows: Iterable[Row], columns: Columns) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # Only with both characters in its line ends does the writer quote a lone carriage return before Python 3.13.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(_flat(row, columns).values() for row in rows)


def _write_parquet(path: Path, rows: Iterable[Row], columns: Columns) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(), "json": pa.string()}
    schema = pa.schema([(name, types[holds]) for name, holds in columns.items()])
    coming = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := [_flat(row, columns) for row in islice(coming, _ROW_GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema=schema))


def _flat(row: Row, columns: Columns) -> Row:
    return {name: dump(row[name]) if holds == "json" else row[name] for name, holds in columns.items()}


FORMATS: Final[Mapping[str, Callable[[Path, Iterable[Row], Columns], None]]] = MappingProxyType(
    {"jsonl": _write_jsonl, "csv": _write_csv, "parquet": _write_parquet}
)
"""Table format, which is also the suffix of the file → its writer."""
