"""What models that have not seen a document make of it: kept to calibrate by, and to measure with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from vitallies.classify.frame import Floats
from vitallies.errors import DataError
from vitallies.evaluation import GoldSentence, Prediction
from vitallies.training.annotations import read_rows, write_rows

_LOG_ODDS: Final = "log_odds.npz"
_FIELDS: Final = tuple(field.name for field in fields(Prediction) if field.name != "where")


@dataclass(frozen=True)
class OutOfFold:
    """Scores by models that have seen no document of the fold.

    Parameters
    ----------
    digest : str
        `Examples.digest` of the examples.
    log_odds : mapping of str to ndarray of float32, shape (n_sentences, n_labels)
        "default" and "fast", or "fast" alone → decision values of the examples' sentences; 0 for what is in no fold.
    predictions : mapping of str to list of Prediction
        The same → what the public API finds in the scored documents: what is selected there, and all
        candidates in labelled sentences.
    """

    digest: str
    log_odds: Mapping[str, Floats]
    predictions: Mapping[str, list[Prediction]]

    def write(self, folder: Path) -> None:
        """Write them into a folder; they hold no words of the transcripts. Log-odds are rounded to 16 bits."""
        for kind, predictions in self.predictions.items():
            write_predictions(folder / f"{kind}.jsonl.gz", predictions)
        arrays: dict[str, Any] = {kind: odds.astype(np.float16) for kind, odds in self.log_odds.items()}
        np.savez_compressed(folder / _LOG_ODDS, digest=np.array(self.digest), **arrays)

    @classmethod
    def read(cls, folder: Path) -> OutOfFold:
        """Read them from a folder.

        Raises
        ------
        DataError
            Where they are not there, or broken.
        """
        try:
            with (folder / _LOG_ODDS).open("rb") as file, np.load(file, allow_pickle=False) as kept:
                log_odds = {kind: kept[kind].astype(np.float32) for kind in kept.files if kind != "digest"}
                digest = str(kept["digest"])
            rows = {kind: read_rows(folder / f"{kind}.jsonl.gz") for kind in log_odds}
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            raise DataError(f"{folder} holds no out-of-fold scores ({error}): {cure(folder)}") from error
        return cls(digest, log_odds, {kind: [Prediction.from_row(row) for row in mine] for kind, mine in rows.items()})


def cure(folder: Path) -> str:
    """What to do where a folder does not hold the scores that are wanted."""
    return f"run `vitallies evaluate --folds data/folds.json --out {folder}` first"


def counted(predictions: Iterable[Prediction], gold: Iterable[GoldSentence]) -> list[Prediction]:
    """Return the predictions that are selected or overlap a labelled sentence: the others count in no figure."""
    places: defaultdict[tuple[str, int], list[GoldSentence]] = defaultdict(list)
    for sentence in gold:
        places[sentence.doc, sentence.turn].append(sentence)
    return [
        x
        for x in predictions
        if x.selected or any(x.start < s.end and s.start < x.end for s in places.get((x.doc, x.turn), ()))
    ]


def write_predictions(path: Path, predictions: Iterable[Prediction]) -> None:
    """Write predictions as gzipped JSON Lines; they hold no words of the transcripts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(path, ({name: getattr(prediction, name) for name in _FIELDS} for prediction in predictions))
