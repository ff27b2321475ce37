"""Bring labels and written examples into ``data/``: ``python -m vitallies.training.annotations ../shared data``.

Labels of corpora are kept stand-off (document, turn, offsets, labels), without the authors' text; what was written for
this project is kept whole.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from vitallies.errors import UsageError

_KEPT = ("id", "doc", "turn", "start", "end", "sampling", "spans")


def import_labels(shared: Path, data: Path) -> None:
    """Copy labels, folds, the corpora's index, written examples and written meetings from ``shared`` into ``data``.

    Raises
    ------
    UsageError
        Where a file is missing in ``shared``, naming it.
    """
    labels = shared / "labels"
    copied = {
        labels / "written.jsonl": data / "examples" / "written.jsonl",
        labels / "written_context.jsonl": data / "examples" / "written_context.jsonl",
        labels / "meetings" / "train.jsonl": data / "meetings" / "train.jsonl",
        labels / "meetings" / "train.labels.jsonl": data / "meetings" / "train.labels.jsonl",
        shared / "eval" / "folds.json": data / "folds.json",
        shared / "corpora" / "index.jsonl": data / "index.jsonl",
    }
    stand_off = {labels / f"{name}.jsonl": data / "annotations" / f"{name}.jsonl.gz" for name in ("train", "dev")}
    if missing := [str(path) for path in [*copied, *stand_off] if not path.is_file()]:
        raise UsageError(f"no {' and no '.join(missing)}: give the folder that holds labels/, eval/ and corpora/")
    for name in ("annotations", "examples", "meetings"):
        (data / name).mkdir(parents=True, exist_ok=True)
    for source, target in copied.items():
        shutil.copyfile(source, target)
    for source, target in stand_off.items():
        write_rows(target, map(_stand_off, read_rows(source)))


def _stand_off(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in _KEPT}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_rows(path: Path, rows: Any) -> None:  # noqa: ANN401  (any iterable of JSON objects)
    """Write objects as a gzipped JSON Lines file whose bytes depend on nothing but them."""
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as file:
        for row in rows:
            file.write((json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n").encode())


if __name__ == "__main__":
    import_labels(Path(sys.argv[1]), Path(sys.argv[2]))
