"""The people of a transcript: their names as exports write them, two spellings of one, and what the caller knows."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any, cast

from vitallies.errors import UsageError
from vitallies.types import Side, Transcript, Turn

_STATUS = re.compile(r"\s*[(\[](guest|external|unverified)[)\]]\s*$", re.IGNORECASE)
_ALIKE = 0.9
"""Similarity (Ratcliff and Obershelp) from which two names are reported as perhaps one person's."""
_MOST_COMPARED = 200
_COLUMNS = ("name", "display", "role", "team", "side")


def named(name: str | None) -> tuple[str | None, list[str]]:
    """A speaker's name without spaces around it, and what the export says of the person: guest, external, unverified.

    >>> named(" Ana Ruiz (Guest) ")
    ('Ana Ruiz', ['guest'])
    """
    status: list[str] = []
    name = " ".join((name or "").split())
    while (match := _STATUS.search(name)) and match.start():
        status.insert(0, match[1].lower())
        name = name[: match.start()]
    return name or None, status


def alike(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be one person's: equal but for case, marks and order of words, or nearly so."""
    distinct = sorted(set(names))[:_MOST_COMPARED]
    keys = {name: " ".join(sorted(re.findall(r"\w+", name.casefold()))) for name in distinct}
    return [(a, b) for a, b in combinations(distinct, 2) if _are_alike(keys[a], keys[b])]


def _are_alike(a: str, b: str) -> bool:
    if a == b:
        return bool(a)
    # "Speaker 1" and "Speaker 2" are two people.
    if re.findall(r"\d+", a) != re.findall(r"\d+", b) or min(len(a), len(b)) < 6:
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE


@dataclass(frozen=True, slots=True)
class Person:
    """What the caller knows of a speaker; None where nothing.

    Parameters
    ----------
    display : str, optional
        The name to use in place of the transcript's.
    role, team : str, optional
    side : {"ours", "customer"}, optional
    """

    display: str | None = None
    role: str | None = None
    team: str | None = None
    side: Side | None = None


def read_people(path: str | Path) -> dict[str, Person]:
    """Read a CSV with the header ``name,display,role,team,side``: a row a speaker, cells that are not known empty.

    Returns
    -------
    dict of str to Person
        By name in folded case, as `introduced` looks them up.

    Raises
    ------
    UsageError
        Where it cannot be read, lacks the column ``name``, has another one, names a speaker twice or a side that is
        neither "ours" nor "customer".
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header, rows = reader.fieldnames or [], list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} cannot be read as the CSV of speakers ({error}): save it as UTF-8 CSV") from error
    if "name" not in header or set(header) - set(_COLUMNS):
        raise UsageError(f"{path} must have the header {','.join(_COLUMNS)} (all but name may be left out)")
    people: dict[str, Person] = {}
    for number, row in enumerate(rows, 2):
        cells = {key: (row[key] or "").strip() or None for key in header}
        name = cells.pop("name")
        if None in row or name is None or name.casefold() in people:
            fault = "has more cells than the header" if None in row else "names nobody, or a speaker again"
            raise UsageError(f"{path}:{number} {fault}: correct the row")
        if cells.get("side") not in ("ours", "customer", None):
            raise UsageError(f'{path}:{number} the side must be "ours" or "customer", not {cells["side"]!r:.60}')
        people[name.casefold()] = Person(**cast("dict[str, None]", cells))
    return people


def introduced(transcript: Transcript, people: Mapping[str, Person]) -> Transcript:
    """Return the transcript with what the caller knows of its speakers; names are matched as written, case apart."""
    turns = []
    for turn in transcript.turns:
        person = people.get((turn.speaker or "").casefold())
        if person is not None:
            given = {"speaker": person.display, "role": person.role, "team": person.team, "side": person.side}
            turn = replace(turn, **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type]
        turns.append(turn)
    return replace(transcript, turns=tuple(turns), meta=_doubted_anew(transcript.meta, turns))


def _doubted_anew(meta: Mapping[str, Any], turns: Iterable[Turn]) -> Mapping[str, Any]:
    """What the reader noted, without its doubts of names that the caller has settled."""
    warnings = meta.get("warnings")
    if not isinstance(warnings, list) or not any(_is_of_names(doubt) for doubt in warnings):
        return meta
    left = set(doubts(turn.speaker for turn in turns))
    warnings = [doubt for doubt in warnings if not _is_of_names(doubt) or doubt.get("message") in left]
    return {
        **{key: value for key, value in meta.items() if key != "warnings"},
        **({"warnings": warnings} if warnings else {}),
    }


def _is_of_names(doubt: object) -> bool:
    return isinstance(doubt, Mapping) and doubt.get("code") == "similar-speakers"


def doubts(names: Iterable[str | None]) -> list[str]:
    """One sentence for each two names that may be one person's."""
    others: dict[str, list[str]] = defaultdict(list)
    for a, b in alike(name for name in names if name):
        others[a].append(b)
    return [
        f"{a!r} and {', '.join(map(repr, found))} may be one person: give both one display name with --speakers"
        for a, found in others.items()
    ]
