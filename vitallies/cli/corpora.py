"""``vitallies corpora``: the public transcripts that models learn from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

corpora = typer.Typer(help="Make the corpora of public transcripts.", no_args_is_help=True)


@corpora.command("build")
def build(
    raw: Annotated[
        Path, typer.Argument(metavar="RAW", help="Clones of the public repositories side by side, or one of them.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Empty or new folder for the corpora.")],
    data: Annotated[Path, typer.Option(help="The project's data folder.")] = Path("data"),
) -> None:
    """Make the corpora from the files of their repositories, each checked against its digest.

    Exit code 0: each document whose file is there is written; 1: all but those in errors.jsonl; 2: none.
    """
    from vitallies.training.corpora import build as run

    built = run(raw, out, data / "index.jsonl")
    told = f"{built.out}: {built.documents} documents of {built.corpora} corpora, {built.errors} errors"
    absent = f"; {raw} lacks {built.absent} more of the index" if built.absent else ""
    typer.echo(told + (" (see errors.jsonl)" if built.errors else "") + absent)
    raise typer.Exit(built.exit_code)
