"""``vitallies score``: folders of transcripts into tables."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vitallies.errors import UsageError

if TYPE_CHECKING:
    from vitallies.batch import Progress, Summary

logger = logging.getLogger(__name__)

_SIZE = re.compile(r"\s*(\d{1,15}(?:\.\d{1,9})?)\s*(?:([KMG])(i)?)?B?\s*", re.IGNORECASE)


class TableFormat(StrEnum):
    """How tables are written."""

    jsonl = "jsonl"
    parquet = "parquet"
    csv = "csv"


def score(
    paths: Annotated[list[Path], typer.Argument(help="Transcripts, and folders of them.")],
    out: Annotated[Path, typer.Option(help="Folder for the tables.")],
    table_format: Annotated[TableFormat, typer.Option("--format", help="Format of the tables.")] = TableFormat.jsonl,
    jobs: Annotated[int, typer.Option(help="Processes to use.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what an interrupted run left in --out.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is in --out.")] = False,
    labels: Annotated[str | None, typer.Option(metavar="LABEL,…", help="Keep only these labels.")] = None,
    min_score: Annotated[
        float | None, typer.Option(metavar="P", help="Select no span below this probability; only raises thresholds.")
    ] = None,
    all_candidates: Annotated[
        bool, typer.Option("--all-candidates", help="Also write the candidates that were not selected.")
    ] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Leave the encoder out: faster, less exact.")] = False,
    customers: Annotated[
        str | None, typer.Option(metavar="WORD,…", help="What you call the people you serve: guest,tenant,Acme.")
    ] = None,
    speakers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV of speakers: name,display,role,team,side.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="FIELD=COLUMN,…", help="Columns of tables: speaker=who,text=what.")
    ] = None,
    max_size: Annotated[
        str | None, typer.Option(metavar="SIZE", help="The largest file to read, unpacked: 500MB (else 200MB).")
    ] = None,
) -> None:
    """Score folders of transcripts into tables.

    Exit code 0: all scored; 1: all but those in errors.jsonl; 2: nothing could be done.
    """
    import vitallies
    from vitallies import batch
    from vitallies.transcripts import MAX_SIZE

    if min_score is not None and not 0 <= min_score <= 1:
        raise UsageError(f"--min-score must be a probability from 0 to 1, not {min_score}")
    kept = None if labels is None else _words(labels.upper())
    arguments: dict[str, Any] = {
        "table_format": table_format.value,
        "jobs": jobs,
        "resume": resume,
        "overwrite": overwrite,
        "labels": kept,
        "speakers": speakers,
        "columns": _pairs(columns or ""),
    }
    largest = MAX_SIZE if max_size is None else _bytes(max_size)
    batch.check(paths, out, **arguments)
    analyzer = vitallies.load(
        fast=fast, customers=_words(customers or ""), all_candidates=all_candidates, min_score=min_score
    )
    try:
        with _progress() as progress:
            summary = batch.score(paths, out, analyzer=analyzer, max_size=largest, progress=progress, **arguments)
    except KeyboardInterrupt:
        typer.echo("vitallies: interrupted; what is done is kept: go on with --resume", err=True)
        raise typer.Exit(130) from None
    typer.echo(_told(summary))
    raise typer.Exit(summary.exit_code)


def _words(listed: str) -> list[str]:
    return [word.strip() for word in listed.split(",") if word.strip()]


def _pairs(listed: str) -> dict[str, str]:
    pairs = [word.split("=", 1) for word in _words(listed)]
    if any(len(pair) < 2 or not all(pair) for pair in pairs):
        raise UsageError(f"--columns must be like speaker=who,text=what, not {listed!r:.60}")
    return {field.strip(): column.strip() for field, column in pairs}


def _bytes(size: str) -> int:
    match = _SIZE.fullmatch(size)
    if match is None:
        raise UsageError(f"--max-size must be bytes or like 500MB, 1.5GB or 2GiB, not {size!r:.60}")
    number, unit, binary = match.groups()
    power = " KMG".index((unit or " ").upper())
    return int(float(number) * (1024 if binary else 1000) ** power)


def _told(summary: Summary) -> str:
    doubts = f"{summary.errors} errors, {summary.warnings} warnings"
    if summary.errors or summary.warnings:
        doubts += " (see errors.jsonl)"
    return f"{summary.out}: {summary.files} files, {summary.transcripts} transcripts, {summary.spans} spans, {doubts}"


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal, elsewhere a line for each tenth of the files."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _log_tenths()
        return
    columns = (TextColumn("scoring"), BarColumn(), MofNCompleteColumn(), TextColumn("files"), TimeRemainingColumn())
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("scoring", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _log_tenths() -> Progress:
    logged = -1

    def log(done: int, total: int) -> None:
        nonlocal logged
        tenth = 10 * done // total
        if tenth > logged:
            logged = tenth
            logger.info("%d of %d files done", done, total)

    return log
