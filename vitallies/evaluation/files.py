"""Read labelled sentences and predicted spans from JSON Lines files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from vitallies.errors import DataError
from vitallies.evaluation.gold import GoldSentence, Prediction

_Row = TypeVar("_Row")


def read_gold(path: str | Path) -> list[GoldSentence]:
    """Labelled sentences of a JSON Lines file, one a line.

    A line is ``{"doc", "turn", "start", "end", "sampling", "spans": [{"start", "end", "label", "kind"?, "stance"?,
    "arguable"?}]}``; other keys are ignored.

    Raises
    ------
    DataError
        Naming file and line, the key and the remedy.
    """
    return list(_read(path, GoldSentence.from_row))


def read_predictions(path: str | Path, *, separator: str | None = None) -> list[Prediction]:
    """Predicted spans of a JSON Lines file, one a line; an empty file is an answer.

    Parameters
    ----------
    path : str or Path
        A line is ``{"transcript" or "doc", "turn", "start", "end", "label", "score"?, "selected"?, "kind"?,
        "stance"?}``; other keys are ignored.
    separator : str, optional
        What stands for ``/`` in the document ids, where the predictions come from files that could not have it.

    Raises
    ------
    DataError
        Naming file and line, the key and the remedy.
    """

    def parse(row: Mapping[str, Any]) -> Prediction:
        found = Prediction.from_row(row)
        return replace(found, doc=found.doc.replace(separator, "/")) if separator else found

    return list(_read(path, parse))


def _read(path: str | Path, parse: Callable[[Mapping[str, Any]], _Row]) -> Iterator[_Row]:
    try:
        with Path(path).open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    where = f"{path}:{number}"
                    try:
                        yield parse({**_object(line), "where": where})
                    except DataError as error:
                        raise DataError(f"{where}: {error}") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}): give a JSON Lines file") from error


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.strip().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"a line must hold one JSON object in UTF-8 ({error})") from None
    if not isinstance(row, dict):
        raise DataError(f"a line must hold one JSON object, {{...}}, not {row!r:.60}")
    return row
