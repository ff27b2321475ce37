"""Word lists as data files, checked when they are loaded."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from vitallies.errors import DataError


@cache
def rules(name: str, package: str = __name__) -> dict[str, list[tuple[str, ...]]]:
    """Return the lists of a package's ``<name>.json``: list → phrases, each a tuple of tokens' NORMs.

    Raises
    ------
    DataError
        Naming the file, the list and the entry that is wrong.
    """
    content = json.loads(files(package).joinpath(f"{name}.json").read_text(encoding="utf-8"))
    content.pop("about")
    checked = {}
    for key, entries in content.items():
        where = f"rules/{name}.json: {key!r}"
        if not isinstance(entries, list) or not entries:
            raise DataError(f"{where} must be a list with entries")
        for entry in entries:
            if not isinstance(entry, str) or not entry or entry != " ".join(entry.lower().split()):
                raise DataError(f"{where}: {entry!r} must be words in lower case with single spaces between")
        if repeated := {entry for entry in entries if entries.count(entry) > 1}:
            raise DataError(f"{where}: stands twice: {sorted(repeated)}")
        checked[key] = [tuple(entry.split()) for entry in entries]
    return checked
