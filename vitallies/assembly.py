"""Write the tables of a run from what it kept of each transcript."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from vitallies.render.files import replacing
from vitallies.render.measured import (
    BELIEF_COLUMNS,
    CUSTOMER_COLUMNS,
    MEASURED_SPEAKER_COLUMNS,
    MEASURED_TRANSCRIPT_COLUMNS,
    belief_rows,
    customer_rows,
)
from vitallies.render.rows import SPAN_COLUMNS, Columns, Row
from vitallies.render.tables import FORMATS, dump, write_table

if TYPE_CHECKING:
    from vitallies.classify.store import Model

TABLES: Final[Mapping[str, Columns]] = MappingProxyType(
    {
        "spans": SPAN_COLUMNS,
        "transcripts": MEASURED_TRANSCRIPT_COLUMNS,
        "speakers": MEASURED_SPEAKER_COLUMNS,
        "beliefs": BELIEF_COLUMNS,
        "customers": CUSTOMER_COLUMNS,
    }
)
"""Table → its columns."""

WRITTEN: Final = frozenset(
    {f"{table}.{ending}" for table in TABLES for ending in FORMATS} | {"errors.jsonl", "manifest.json"}
)
"""Names of all files that may be written to the folder of the tables."""


def assemble(journal: Path, out: Path, table_format: str, model: Model, *, fast: bool) -> Counter[str]:
    """Write the tables from the shards, in the order of the journal; count rows by table, errors by level."""
    counts: Counter[str] = Counter()
    for table, columns in TABLES.items():
        if table == "beliefs":
            rows: Iterable[Row] = _beliefs(journal, model, fast=fast)
        else:
            rows = _customers(journal) if table == "customers" else _rows(journal, table, counts)
        write_table(out / f"{table}.{table_format}", rows, columns, table_format)
    with replacing(out / "errors.jsonl") as new, new.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(dump(row) + "\n" for row in _rows(journal, "errors", counts))
    return counts


def _rows(journal: Path, table: str, counts: Counter[str]) -> Iterator[Row]:
    for record in _records(journal):
        for row in record.get(table, ()):
            counts[row.get("level", table)] += 1
            yield row


def _beliefs(journal: Path, model: Model, *, fast: bool) -> list[Row]:
    dates: dict[str, datetime.date | None] = {}
    lies: list[Row] = []
    for record in _records(journal):
        for row in record.get("dated", ()):
            dates[row["transcript"]] = None if row["date"] is None else datetime.date.fromisoformat(row["date"])
        lies += record.get("lies", ())
    return belief_rows(lies, dates, model, fast=fast)


def _customers(journal: Path) -> Iterator[Row]:
    scored = (record for record in _records(journal) if "transcripts" in record)
    yield from customer_rows((record["transcripts"][0]["transcript"], record["mentions"]) for record in scored)


def _records(journal: Path) -> Iterator[dict[str, list[Row]]]:
    """The rows of each transcript, and the errors that stand in the place of one, in order."""
    with journal.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            yield json.loads((journal.parent / record["shard"]).read_text("utf-8")) if "shard" in record else record
