"""Score labelled transcripts with a model, shipped or cross-fitted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from vitallies.api import load
from vitallies.errors import DataError
from vitallies.evaluation import GoldSentence, Prediction, predictions_from
from vitallies.training.documents import gold_by_document
from vitallies.training.out_of_fold import OutOfFold
from vitallies.training.run import Progress, cross_validate, prepare
from vitallies.transcripts import read_all
from vitallies.types import Transcript


def predicted(
    gold: Path, places: Sequence[Path], *, fast: bool = False, jobs: int = 2
) -> tuple[list[GoldSentence], list[Prediction]]:
    """Score the documents of a label file with the model that `vitallies.load` finds.

    Parameters
    ----------
    gold : Path
        Labelled sentences, as in ``data/annotations``.
    places : sequence of Path
        Folders of corpora, or transcript files.
    fast : bool
        Leave the encoder out.
    jobs : int
        Processes.

    Raises
    ------
    DataError
        Where a labelled document is in none of the places.
    """
    by_document = gold_by_document(gold)
    analyzer = load(fast=fast, all_candidates=True)
    transcripts = list(_transcripts(places, by_document))
    if missing := by_document.keys() - {transcript.id for transcript in transcripts}:
        raise DataError(
            f"no transcript for {len(missing)} labelled documents, {min(missing)!r} among them: see --corpora"
        )
    analyses = analyzer.pipe(transcripts, n_process=jobs)
    return [sentence for mine in by_document.values() for sentence in mine], predictions_from(analyses)


def cross_validated(
    data: Path, corpora: Path, folds: Path, work: Path, *, fast: bool = False, jobs: int = 2, progress: Progress
) -> tuple[list[GoldSentence], OutOfFold]:
    """Return the gold sentences and the out-of-fold scores of the default and the fast heads, or of these alone.

    Raises
    ------
    DataError
        Where the file of folds is no JSON object of document to number.
    """
    try:
        numbers = {str(doc): int(fold) for doc, fold in json.loads(folds.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise DataError(f"{folds} must hold a JSON object, document to number of its fold ({error})") from error
    prepared = prepare(data, corpora, folds=numbers, jobs=jobs, progress=progress)
    return prepared.gold, cross_validate(prepared, work, fast=fast, jobs=jobs, progress=progress)


def _transcripts(places: Sequence[Path], wanted: Iterable[str]) -> Iterable[Transcript]:
    """The wanted transcripts of some folders and files; a folder lacks those that another place holds."""
    left = set(wanted)
    for place in places:
        files = sorted(place.glob("*.jsonl.gz")) if place.is_dir() else [place]
        for file in files:
            for transcript in read_all(file):
                if transcript.id in left:
                    left.remove(transcript.id)
                    yield transcript
