"""``vitallies compare``: the measures of two scored folders side by side."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vitallies.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from vitallies.insights.comparison import Comparison
    from vitallies.insights.estimates import Estimate
    from vitallies.insights.groups import Group


def compare(
    first: Annotated[Path, typer.Argument(metavar="DIR_A", help="Folder that vitallies score has written.")],
    second: Annotated[Path, typer.Argument(metavar="DIR_B", help="Another one, by the same model.")],
) -> None:
    """Compare two scored folders: which measures differ, by how much, with intervals and a test.

    Exit code 0: compared; 2: nothing could be done.
    """
    from rich.console import Console

    from vitallies.insights.comparison import compare as run
    from vitallies.insights.tables import MEASURES

    result = run(_read(first), _read(second), MEASURES)
    console = Console()
    console.print(_table(result))
    console.print(result.reading, markup=False, highlight=False, soft_wrap=True)


def _read(folder: Path) -> Group:
    from vitallies.insights.groups import Group, made_by
    from vitallies.render.tables import FORMATS

    manifest = folder / "manifest.json"
    tables = [table for suffix in FORMATS if (table := folder / f"transcripts.{suffix}").is_file()]
    if not (manifest.is_file() and tables):
        raise UsageError(f"{folder} is no folder that vitallies score has finished: score transcripts into it first")
    try:
        told = json.loads(manifest.read_text("utf-8"))
        made = made_by(told)
    except ValueError as error:
        raise UsageError(f"{manifest}: {error}") from error
    return Group(str(folder), list(_rows(tables[0])), made, told.get("inputs", {}))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The numbers of a table of transcripts in any of the formats of `render.tables`."""
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            yield from pq.read_table(path).to_pylist()
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                yield from ({name: _number(cell) for name, cell in row.items()} for row in csv.DictReader(file))
        else:
            with path.open(encoding="utf-8") as file:
                yield from (_row(json.loads(line), path) for line in file)
    except (ValueError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read: {error}; score the folder again") from error


def _row(value: object, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UsageError(f"{path} holds {value!r:.60}, which is no row; score the folder again")
    return value


def _number(cell: str) -> float | str | None:
    try:
        return float(cell)
    except ValueError:
        return cell or None


def _table(result: Comparison) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    a, b = f"A: {result.first}, {result.n_first} meetings", f"B: {result.second}, {result.n_second} meetings"
    table = Table(title=Text(f"{a}\n{b}"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("measure", overflow="fold")
    for column in ("A", "B", "B − A", "95% interval", "p"):
        table.add_column(column, justify="right", no_wrap=True)
    for item in result.differences:
        figures = _figure(item.first.value), _figure(item.second.value), _figure(item.difference.value, "+")
        table.add_row(item.measure, *figures, _interval(item.difference), _chance(item.p))
    return table


def _figure(value: float, sign: str = "") -> str:
    return "–" if math.isnan(value) else f"{value:{sign}.3g}"


def _interval(item: Estimate) -> str:
    return "–" if math.isnan(item.low) else f"{item.low:+.3g} to {item.high:+.3g}"


def _chance(p: float) -> str:
    return "–" if math.isnan(p) else "<0.001" if p < 0.001 else f"{p:.3f}"
