"""``vitallies formats``: what can be read, and whose shape each reader follows."""

from __future__ import annotations

from typing import Annotated

import typer


def formats(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a format.")] = False,
) -> None:
    """List the transcript formats that can be read, with the public sample or page that each follows."""
    from vitallies.render.tables import dump
    from vitallies.transcripts import formats as known

    for item in known():
        row = {
            "name": item.name,
            "suffixes": list(item.suffixes),
            "description": item.description,
            "follows": list(item.follows),
        }
        if as_json:
            typer.echo(dump(row).encode())
            continue
        typer.echo(f"{item.name}  {' '.join(item.suffixes)}\n    {item.description}")
        for address in item.follows or ["unverified"]:
            typer.echo(f"    {address}")
