"""``vitallies analyze``: one text or transcript, annotated in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vitallies.errors import UsageError

if TYPE_CHECKING:
    from vitallies.types import Transcript


def analyze(
    what: Annotated[
        str | None,
        typer.Argument(metavar="TEXT | FILE | -", help="The words, a transcript, or - for one on standard input."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a span.")] = False,
) -> None:
    """Annotate a text or a transcript."""
    import vitallies
    from vitallies.transcripts.doubts import warnings_of

    # The first is read before the model is loaded: what cannot be read is said at once.
    coming = _read(what)
    first = next(coming)
    analyzer = vitallies.load()
    for item in chain([first], coming):
        analysis = analyzer.analyze(item)
        for warning in warnings_of(analysis.transcript):
            typer.echo(f"vitallies: {warning['message']}", err=True)
        if as_json:
            from vitallies.render.tables import dump

            for row in analysis.to_dicts():
                typer.echo(dump(row).encode())
        else:
            from rich.console import Console

            from vitallies.render.terminal import analysis_text

            console = Console()
            console.print(analysis_text(analysis), soft_wrap=not console.is_terminal)


def _read(what: str | None) -> Iterator[Transcript | str]:
    from vitallies.transcripts import read_all

    if what == "-" or (what is None and not sys.stdin.isatty()):
        yield from read_all(sys.stdin.buffer)
    elif what is None or not what.strip():
        raise UsageError("nothing to analyze: give a text, a file, or - for standard input")
    elif _is(Path.is_dir, what):
        raise UsageError(f"{what} is a folder: use vitallies score {what} --out DIR")
    elif _is(Path.is_file, what):
        yield from read_all(what)
    elif _is_meant_for_file(what):
        raise UsageError(f"there is no file {what}: check the path, or give a text that reads so on standard input")
    else:
        yield what


def _is_meant_for_file(what: str) -> bool:
    """Whether one line ends with a known suffix, as a sentence with its full stop does not, or is a path in a word."""
    from vitallies.transcripts import stem

    name = Path(what).name
    is_path = name != what and len(what.split()) == 1
    return is_path or (stem(what) != name and len(what.splitlines()) == 1)


def _is(kind: Callable[[Path], bool], what: str) -> bool:
    try:
        return kind(Path(what))
    except OSError:  # Words may be too long for the name of a file.
        return False
