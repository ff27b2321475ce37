"""The command line: one file a verb, each a thin wrapper over what Python callers use too."""

from __future__ import annotations

import io
import logging
import sys
from typing import Annotated

import typer

from vitallies import __version__
from vitallies.cli.analyze import analyze
from vitallies.cli.compare import compare
from vitallies.cli.corpora import corpora
from vitallies.cli.evaluate import evaluate
from vitallies.cli.explain import explain
from vitallies.cli.formats import formats
from vitallies.cli.score import score
from vitallies.cli.train import train
from vitallies.errors import VitalliesError

app = typer.Typer(
    help="Find vital lies and customer framing in meeting transcripts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# A line a verb, in the order of --help.
app.command("score")(score)
app.command("analyze")(analyze)
app.command("explain")(explain)
app.command("compare")(compare)
app.command("formats")(formats)
app.command("train")(train)
app.command("evaluate")(evaluate)
app.add_typer(corpora, name="corpora")


def main() -> None:
    """Run the command line; an error that vitallies raises on purpose is one line on stderr and exit code 2."""
    logging.basicConfig(format="vitallies: %(message)s")
    logging.getLogger("vitallies").setLevel(logging.INFO)
    # The terminal or file that output goes to may know fewer signs than we print.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except VitalliesError as error:
        typer.echo(f"vitallies: {' '.join(str(error).split())}", err=True)
        sys.exit(2)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"vitallies: {where}{error.strerror or error}; check the path, and that there is room", err=True)
        sys.exit(2)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"vitallies {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass
