"""Score folders of transcripts into tables: in parallel, in a stream, and so that nothing computed is lost."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from vitallies import __version__, intake
from vitallies.assembly import TABLES, WRITTEN, assemble
from vitallies.discovery import Found, discover
from vitallies.errors import TranscriptError, UsageError, VitalliesError
from vitallies.labels import LABELS
from vitallies.passed_over import doubts
from vitallies.render.files import replacing
from vitallies.render.measured import measured_rows, with_labels
from vitallies.render.rows import Row, span_rows
from vitallies.render.tables import FORMATS, dump
from vitallies.transcripts import MAX_SIZE
from vitallies.transcripts.columns import found as columns_found
from vitallies.transcripts.doubts import warnings_of
from vitallies.transcripts.people import read_people
from vitallies.types import Analysis, Transcript

if TYPE_CHECKING:
    from vitallies.classify.store import Model

SCHEMA_VERSION: Final = 2

Progress = Callable[[int, int], None]
"""Called with the number of files done and of all files."""


class Analyzes(Protocol):
    """What `score` needs of an `Analyzer`; with more than one job it also must be picklable."""

    @property
    def model_id(self) -> str:
        """Name and version of the model."""

    @property
    def model(self) -> Model:
        """The model."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """What it was loaded with: ``fast`` and ``customers`` at least, as JSON can hold it."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the model."""

    def analyze(self, transcript: Transcript, /) -> Analysis:
        """The spans in a transcript."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to.

    Parameters
    ----------
    out : Path
        The folder of the tables.
    files, transcripts, spans : int
        How many files were found, transcripts scored and spans written.
    errors, warnings : int
        The rows of ``errors.jsonl``: what could not be read, and what was read with a doubt or passed over.
    """

    out: Path
    files: int
    transcripts: int
    spans: int
    errors: int
    warnings: int

    @property
    def exit_code(self) -> int:
        """0: all scored; 1: some could not be read; 2: nothing was scored."""
        if not self.transcripts:
            return 2
        return 1 if self.errors else 0


def score(
    paths: Iterable[str | Path],
    out: str | Path,
    *,
    analyzer: Analyzes,
    table_format: str = "jsonl",
    jobs: int = 1,
    resume: bool = False,
    overwrite: bool = False,
    labels: Iterable[str] | None = None,
    speakers: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    max_size: int = MAX_SIZE,
    progress: Progress | None = None,
) -> Summary:
    """Score files and folders into the tables of `TABLES`, ``errors.jsonl`` and ``manifest.json``.

    The same input gives the same bytes whatever ``jobs`` is and whether or not the run was resumed. What is computed
    is kept in ``out/.parts`` until all is done; memory holds the names of files and transcripts, and the
    vital lies, which are grouped at the end.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, and folders, which are walked in sorted order.
    out : str or Path
        The folder to write to.
    analyzer : Analyzer
        Finds the spans.
    table_format : {"jsonl", "csv", "parquet"}, default "jsonl"
        How tables are written.
    jobs : int, default 1
        Processes.
    resume : bool, default False
        Take what an interrupted run left in ``out`` where transcript, model and options are the same.
    overwrite : bool, default False
        Replace what another run wrote to ``out``.
    labels : iterable of str, optional
        Keep only these; the counts of the others are None.
    speakers : str or Path, optional
        A CSV ``name,display,role,team,side`` of what you know of the speakers.
    columns, max_size : optional
        As for `vitallies.read`.
    progress : callable, optional
        Called with the number of files done and of all files.

    Returns
    -------
    Summary
        Counts, and the exit code that they call for.

    Raises
    ------
    UsageError
        Where nothing could be done: a bad argument, no transcripts, or an ``out`` that is not empty.
    """
    out = Path(out)
    found = check(
        paths,
        out,
        table_format=table_format,
        jobs=jobs,
        resume=resume,
        overwrite=overwrite,
        labels=labels,
        speakers=speakers,
        columns=columns,
    )
    asked = set(LABELS if labels is None else labels)
    kept = [label for label in LABELS if label in asked]
    recipe = _recipe(analyzer, {**analyzer.settings, "labels": kept})
    parts, again = out / ".parts", _scored(out)
    if not resume:
        shutil.rmtree(parts, ignore_errors=True)
    parts.mkdir(parents=True, exist_ok=True)
    inputs: dict[str, str | None] = {}
    worker = _Worker(analyzer, parts, kept, _sha256(dump(recipe).encode()))
    reading = intake.Reading({} if speakers is None else read_people(speakers), dict(columns or {}), max_size)
    items = intake.items(found.sources, inputs, reading)
    journal = parts / "journal.jsonl"
    with journal.open("w", encoding="utf-8") as file, closing(_run(worker, items, jobs)) as results:
        left = [_problem(name, "warning", "passed-over", message) for name, message in doubts(found.passed_over)]
        file.write(dump({"errors": left}) + "\n")
        for done, record in results:
            file.write(dump(record) + "\n")
            if progress:
                progress(done, len(found.sources))
    # Without its manifest a folder is unfinished, so an older one may not stand beside half of the new tables.
    (out / "manifest.json").unlink(missing_ok=True)
    counts = assemble(journal, out, table_format, analyzer.model, fast=analyzer.settings["fast"])
    if again:  # else tables of other formats that lie there are not ours
        for table, other in product(TABLES, FORMATS.keys() - {table_format}):
            (out / f"{table}.{other}").unlink(missing_ok=True)
    # Not in the recipe: what they change shows in the transcripts, so that a run may go on with others.
    how_read = {
        "speakers": None if speakers is None else intake.file_hash(Path(speakers)),
        "columns": reading.columns,
        "max_size": max_size,
    }
    manifest = recipe | {"options": recipe["options"] | how_read, "inputs": inputs}
    with replacing(out / "manifest.json") as new:
        new.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", "utf-8")
    shutil.rmtree(parts)
    if progress:
        progress(len(found.sources), len(found.sources))
    return Summary(out, len(found.sources), counts["transcripts"], counts["spans"], counts["error"], counts["warning"])


def check(
    paths: Iterable[str | Path],
    out: Path,
    *,
    table_format: str = "jsonl",
    jobs: int = 1,
    resume: bool = False,
    overwrite: bool = False,
    labels: Iterable[str] | None = None,
    speakers: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
) -> Found:
    """Find the files to score, or say why nothing can be done; cheap, so it may come before a model is loaded.

    Parameters
    ----------
    paths, out, table_format, jobs, resume, overwrite, labels, speakers, columns
        As for `score`.

    Returns
    -------
    Found
        The files, in the order in which they are scored, and those passed over.

    Raises
    ------
    UsageError
        As `score` does.
    """
    if table_format not in FORMATS:
        raise UsageError(f"no table format {table_format!r}: use {', '.join(FORMATS)}")
    if isinstance(paths, str | Path):
        raise UsageError(f"paths is a list of files and folders: [{str(paths)!r}]")
    if isinstance(labels, str):
        raise UsageError(f"labels is a list: [{labels!r}]")
    if labels is not None and (not (asked := set(labels)) or asked - set(LABELS)):
        unknown = ", ".join(sorted(asked - set(LABELS)))
        raise UsageError(f"no such label: {unknown or '(none)'}; the labels are {', '.join(LABELS)}")
    if jobs < 1:
        raise UsageError(f"jobs must be 1 or more, not {jobs}")
    if resume and overwrite:
        raise UsageError("resume goes on with what is there, overwrite throws it away: choose one")
    if speakers is not None:
        read_people(speakers)
    columns_found((), columns or {})
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file: name a folder for the tables")
    filled = out.exists() and any(out.iterdir())
    if filled and not (resume or overwrite):
        raise UsageError(f"{out} is not empty: resume what was begun there, overwrite it, or name another folder")
    if filled and resume and not _scored(out):
        raise UsageError(f"{out} holds nothing that was begun: overwrite what is there, or name another folder")
    found = discover(paths, out)
    # `Path.resolve` fails on a link that leads to itself.
    written = {os.path.realpath(out / name) for name in WRITTEN}
    for path in [*(source.path for source in found.sources), *([] if speakers is None else [Path(speakers)])]:
        if os.path.realpath(path) in written:
            raise UsageError(f"{path} is read, and would be written over: name another folder for the tables")
    return found


def _scored(out: Path) -> bool:
    """Whether a run wrote to the folder, or began to."""
    return (out / "manifest.json").is_file() or (out / ".parts").is_dir()


def _recipe(analyzer: Analyzes, options: Mapping[str, Any]) -> dict[str, Any]:
    """All that the rows depend on besides the transcripts, as the manifest has it."""
    packages = ("spacy", "scikit-learn", "numpy", "onnxruntime")
    manifest = json.dumps(analyzer.manifest, sort_keys=True, default=dict)
    return {
        "schema_version": SCHEMA_VERSION,
        "versions": {
            "vitallies": __version__,
            **{package: version(package) for package in packages},
            "python": platform.python_version(),
        },
        "model": {"id": analyzer.model_id, "manifest_sha256": _sha256(manifest.encode())},
        "options": dict(options),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_Record = dict[str, Any]
"""A line of the journal: the shard that holds a transcript's rows, or the error rows that stand in its place."""


def _run(work: _Worker, items: Iterator[intake.Item], jobs: int) -> Generator[tuple[int, _Record]]:
    """The records of the items, in their order; only a few items are read ahead."""
    from joblib import Parallel, delayed

    # Batches of one: joblib's own would read ahead as far as they please.
    parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch=2 * jobs, batch_size=1)
    records = parallel(delayed(work)(item) for item in items)
    try:
        for record in records:  # noqa: UP028  (`yield from` would close them before the warning is silenced)
            yield record
    except BrokenExecutor as error:
        raise VitalliesError("a worker died, perhaps for want of memory: resume with fewer jobs") from error
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            records.close()


@dataclass(frozen=True, slots=True)
class _Worker:
    """Analyses an item and puts its rows in a shard, named by all that they depend on.

    The rows don't travel back: a slow transcript would make those behind it pile up in memory, and an interruption
    would lose them.
    """

    analyzer: Analyzes
    parts: Path
    labels: Sequence[str]
    recipe: str

    def __call__(self, item: intake.Item) -> tuple[int, _Record]:
        found = item.found
        if isinstance(found, TranscriptError):
            return item.done, {"errors": [_problem(item.name, "error", found.code, found.message, found.line)]}
        key = _sha256("\0".join((self.recipe, item.name, found.to_json())).encode())
        shard = self.parts / f"{key}.json"
        if not _whole(shard):
            try:
                content = dump(self._tables(item.name, self.analyzer.analyze(found)))
            except Exception as error:  # One transcript that upsets the model must not stop a night's work.
                return item.done, {
                    "errors": [*_doubts(item.name, found), _problem(item.name, "error", "analysis", intake.said(error))]
                }
            with replacing(shard) as new:
                new.write_text(content, "utf-8")
        return item.done, {"shard": shard.name}

    def _tables(self, name: str, analysis: Analysis) -> dict[str, list[Row]]:
        return {
            "spans": span_rows(with_labels(analysis, self.labels)),
            **measured_rows(analysis, self.labels, self.analyzer.settings["customers"]),
            "errors": _doubts(name, analysis.transcript),
        }


def _whole(shard: Path) -> bool:
    """Whether a shard is there, and as it was written."""
    try:
        json.loads(shard.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def _doubts(name: str, transcript: Transcript) -> list[Row]:
    return [_problem(name, "warning", **doubt) for doubt in warnings_of(transcript)]


def _problem(name: str, level: str, code: str, message: str, line: int | None = None) -> Row:
    row: Row = {"path": name, "level": level, "code": code, "message": message}
    return row if line is None else row | {"line": line}
