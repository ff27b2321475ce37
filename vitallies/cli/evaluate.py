"""``vitallies evaluate``: a model against labelled sentences in their transcripts."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from vitallies.errors import UsageError

logger = logging.getLogger(__name__)


def evaluate(
    gold: Annotated[
        Path | None, typer.Argument(help="Labelled sentences (.jsonl or .jsonl.gz); dev's if none are given.")
    ] = None,
    folds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Cross-validate in these folds: JSON, document to number.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep the predictions, as JSON Lines.")] = None,
    data: Annotated[Path, typer.Option(help="The project's data folder.")] = Path("data"),
    corpora: Annotated[
        list[Path] | None, typer.Option(help="Where the transcripts are: folders of the corpora, or files.")
    ] = None,
    work: Annotated[
        Path,
        typer.Option(help="With --folds: folder for fine-tuned encoders, taken from it if there."),
    ] = Path("out/training"),
    fast: Annotated[
        bool, typer.Option("--fast", help="Leave the encoder out: with --folds, fit the heads without it alone.")
    ] = False,
    jobs: Annotated[int, typer.Option(help="Processes to use.")] = 2,
    resamples: Annotated[int, typer.Option(help="Resamples of the documents for the intervals; 0 for none.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure as JSON.")] = False,
) -> None:
    """Compare what the model finds with labelled sentences, or cross-validate by document."""
    from vitallies.evaluation import evaluate as figures
    from vitallies.training.evaluating import cross_validated, predicted
    from vitallies.training.out_of_fold import write_predictions

    places = corpora or [Path("../shared/corpora")]
    if folds is not None:
        if fast and out is not None and (out / "default.jsonl.gz").exists():
            raise UsageError(f"{out} holds scores of the heads with an encoder too: name another folder with --out")
        sentences, found = cross_validated(data, places[0], folds, work, fast=fast, jobs=jobs, progress=logger.info)
        predictions = found.predictions
        if out is not None:
            found.write(out)
    else:
        kind = "fast" if fast else "default"
        sentences, mine = predicted(gold or data / "annotations" / "dev.jsonl.gz", places, fast=fast, jobs=jobs)
        predictions = {kind: mine}
        if out is not None:
            write_predictions(out / f"{kind}.jsonl.gz", mine)
    for name, each in predictions.items():
        report = figures(sentences, each, resamples=resamples)
        typer.echo(report.to_json() if as_json else f"{name}\n\n{report}\n")
