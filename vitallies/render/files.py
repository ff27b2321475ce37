"""Files that are either there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file to write beside ``path``, which takes its place when the block ends without an error.

    Parameters
    ----------
    path : Path
        The file to write or replace.

    Yields
    ------
    Path
        Where to write. It is on the disk before it takes its name, and gone where the block fails.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield new
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
