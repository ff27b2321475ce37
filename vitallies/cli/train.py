"""``vitallies train``: from labels and corpora to a model on disk."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

logger = logging.getLogger(__name__)


def train(
    data: Annotated[Path, typer.Option(help="The project's data folder.")] = Path("data"),
    corpora: Annotated[Path, typer.Option(help="Folder of the corpora (*.jsonl.gz).")] = Path("../shared/corpora"),
    scores: Annotated[
        Path, typer.Option(help="Folder of the out-of-fold scores, as `evaluate --folds --out` writes it.")
    ] = Path("data/out_of_fold"),
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")] = Path("models/default"),
    work: Annotated[
        Path, typer.Option(help="Folder for fine-tuned encoders; those of the same labels are taken from it.")
    ] = Path("out/training"),
    jobs: Annotated[int, typer.Option(help="Processes to use.")] = 2,
) -> None:
    """Train a model; needs the extra `train`."""
    from vitallies.training.run import train as run

    run(data, corpora, scores, out, work, jobs=jobs, progress=logger.info)
