"""Find the transcripts of files and folders, and give each a name that holds on every machine."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vitallies.errors import UsageError
from vitallies.passed_over import may_hold_transcript
from vitallies.transcripts import formats, is_transcript, stem


@dataclass(frozen=True, slots=True)
class Source:
    """A file to score.

    Parameters
    ----------
    path : Path
        Where it lies.
    name : str
        What tables and messages call it: its path below the folder given, with ``/``.
    id : str
        The id of a transcript in it that names none itself.
    """

    path: Path
    name: str
    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to score, and the names of files that may hold transcripts too, in a format that nobody reads."""

    sources: list[Source]
    passed_over: list[str]


def discover(paths: Iterable[str | Path], out: Path) -> Found:
    """The files to score, each once, with their names and ids.

    Parameters
    ----------
    paths : iterable of str or Path
        Files, taken whatever their suffix, and folders, of which files that look like transcripts are taken; ``*`` and
        ``**`` as a shell reads them, for those that leave it to the program.
    out : Path
        A folder that is left out, as is any other that `score` wrote to: results are no transcripts.

    Returns
    -------
    Found
        In the order of ``paths``; of a folder, in sorted order.

    Raises
    ------
    UsageError
        Where a path does not exist, or there are no transcripts.
    """
    # Not resolved: a link keeps the name by which it was given.
    given = [Path(os.path.abspath(path)) for pattern in paths for path in _matching(pattern)]  # noqa: PTH100
    named: dict[str, tuple[Path, str]] = {}  # by what links lead to: `Path.resolve` fails on one that leads to itself
    left: dict[str, str] = {}
    for path, label in zip(given, _labels(given), strict=True):
        if not path.exists():
            raise UsageError(f"{path} does not exist: name files or folders of transcripts")
        if path.is_dir():
            if path.resolve() == out.resolve():
                raise UsageError(f"{path} holds the transcripts: name another folder for the tables")
            prefix = f"{label}/" if len(given) > 1 else ""
            for file in _walk(path, out.resolve()):
                name = _printable(prefix + file.relative_to(path).as_posix())
                if is_transcript(file) or file.is_dir():
                    named.setdefault(os.path.realpath(file), (file, name))
                else:
                    left.setdefault(os.path.realpath(file), name)
        else:
            named.setdefault(os.path.realpath(path), (path, _printable(label)))
    if not named:
        suffixes = ", ".join(dict.fromkeys(suffix for known in formats() for suffix in known.suffixes))
        raise UsageError(f"no transcripts in {', '.join(map(str, given)) or 'no paths'}: name {suffixes} files")
    stems = {name: name[: name.rfind("/") + 1] + stem(name) for _, name in named.values()}
    clashes = Counter(stems.values())
    sources = [Source(path, name, name if clashes[stems[name]] > 1 else stems[name]) for path, name in named.values()]
    return Found(sources, [name for place, name in left.items() if place not in named])


def _matching(pattern: str | Path) -> list[str]:
    """The paths that a pattern stands for, in sorted order; itself where there is such a path or no match."""
    path = os.fspath(pattern)
    found = [] if os.path.exists(path) else sorted(glob.glob(path, recursive=True))  # noqa: PTH110, PTH207
    return found or [path]


def _labels(given: Sequence[Path]) -> list[str]:
    """The shortest ends of the paths that tell them apart."""
    apart = len(set(given))
    for length in range(1, max((len(path.parts) for path in given), default=0)):
        labels = ["/".join(path.parts[1:][-length:]) for path in given]
        if len(set(labels)) == apart:
            return labels
    return ["/".join(path.parts[1:]) for path in given]


def _printable(name: str) -> str:
    """A name of which the bytes that are not UTF-8 became U+FFFD, as a transcript's id would."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _walk(folder: Path, out: Path) -> Iterator[Path]:
    """Transcripts, what may hold some in another format, and folders that cannot be read."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError:
        yield folder  # Nobody can read it as a file either: the reader reports it, and the walk goes on.
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            if is_transcript(entry) or may_hold_transcript(entry):
                yield entry
        elif not entry.is_symlink() and entry.resolve() != out and not _is_scored(entry):
            yield from _walk(entry, out)


def _is_scored(folder: Path) -> bool:
    """Whether `score` wrote to a folder, in a run that ended or was interrupted."""
    return (folder / ".parts").exists() or all((folder / name).exists() for name in ("manifest.json", "errors.jsonl"))
