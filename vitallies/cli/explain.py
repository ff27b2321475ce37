"""``vitallies explain``: candidates, scores, thresholds, and the words that carried the decision."""

from __future__ import annotations

from typing import Annotated

import typer


def explain(
    text: Annotated[str, typer.Argument(help="The words.")],
    fast: Annotated[bool, typer.Option("--fast", help="Leave the encoder out.")] = False,
) -> None:
    """Show how a text was decided."""
    from rich.console import Console

    import vitallies
    from vitallies.render.explanation import explanation_tables

    analyzer = vitallies.load(fast=fast)
    console = Console()
    for part in explanation_tables(analyzer.explain(text), analyzer.thresholds):
        console.print(part)
