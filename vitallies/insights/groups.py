"""Groups of meetings, and whether they may be set side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from vitallies.errors import UsageError

Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Meetings that are compared with others.

    Parameters
    ----------
    name : str
        What to call them.
    rows : sequence of mapping
        One a meeting, keyed as the ``transcripts`` table.
    made_by : mapping of str to str
        What the results depend on besides the transcripts, such as ``{"model": analysis.model}`` or `made_by` of a
        manifest; it must be the same for both groups.
    files : mapping of str to str or None, optional
        What the meetings were read from, and its sha256 where it is known; no content may be in both groups.
    """

    name: str
    rows: Sequence[Row]
    made_by: Mapping[str, str]
    files: Mapping[str, str | None] = field(default_factory=dict)


def made_by(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What the counts of a scored folder depend on besides its transcripts, from its manifest.

    Parameters
    ----------
    manifest : mapping
        As ``vitallies score`` writes it.

    Returns
    -------
    dict of str to str
        The model with its digest, the versions of vitallies and of the tables, and the options that change what is
        found.

    Raises
    ------
    UsageError
        Where it is no manifest of a scored folder.
    """
    try:
        options = manifest["options"]
        return {
            "model": f"{manifest['model']['id']} ({manifest['model']['manifest_sha256'][:8]})",
            "vitallies": str(manifest["versions"]["vitallies"]),
            "schema_version": str(manifest["schema_version"]),
            "fast": json.dumps(options["fast"]),
            "min_score": json.dumps(options["min_score"]),
            "customers": json.dumps(sorted(options["customers"]), ensure_ascii=False),
        }
    except (KeyError, TypeError) as error:
        raise UsageError(f"this is no manifest of a scored folder: it lacks {error}; score the folder again") from error


def require_same(first: Group, second: Group) -> None:
    """Refuse to set side by side what was not made in the same way.

    Parameters
    ----------
    first, second : Group
        The meetings.

    Raises
    ------
    UsageError
        Naming what differs, and the cure.
    """
    names = [*first.made_by, *(name for name in second.made_by if name not in first.made_by)]
    values = {name: (first.made_by.get(name, "unknown"), second.made_by.get(name, "unknown")) for name in names}
    told = [f"{name} {one} against {other}" for name, (one, other) in values.items() if one != other]
    if told:
        raise UsageError(
            f"{first.name} and {second.name} were not scored in the same way: {'; '.join(told)}. A difference could be "
            "the model's and not the meetings': score both again with one model and the same options "
            "(vitallies score PATH --out DIR --overwrite)"
        )


def require_apart(first: Group, second: Group) -> None:
    """Refuse to compare meetings with themselves, which would make the groups look alike.

    Parameters
    ----------
    first, second : Group
        The meetings.

    Raises
    ------
    UsageError
        Naming a file that stands in both, and the cure.
    """
    known = {content: name for name, content in first.files.items() if content is not None}
    both = [(known[content], name) for name, content in second.files.items() if content in known]
    if both:
        one, other = both[0]
        raise UsageError(
            f"{first.name} and {second.name} share meetings: {other!r} is {one!r} there, the first of {len(both)}. A "
            "meeting counts on one side only: score the groups into two folders that share no file"
        )
