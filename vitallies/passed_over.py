"""Files in a folder that may hold transcripts although nobody reads their format, and what to save them as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Final

_SAVED_AS: Final = MappingProxyType(
    {
        suffix: better
        for better, suffixes in {
            ".docx": (".doc", ".docm", ".dot", ".dotx", ".rtf", ".pages", ".wpd"),
            ".xlsx": (".xls", ".xlsm", ".xlsb", ".ods", ".numbers"),
            ".txt": (".log", ".text", ""),
            ".vtt": (".ass", ".ssa", ".sub", ".smi", ".scc", ".lrc"),
            ".zip": (".rar", ".7z"),
        }.items()
        for suffix in suffixes
    }
)
"""Suffix → one that is read. Pictures, recordings, slides and programs rightly lie beside transcripts."""
_RIGHTLY: Final = frozenset({"readme", "license", "licence", "copying", "makefile", "dockerfile"})


def may_hold_transcript(path: Path) -> bool:
    """Whether to tell of a file that is passed over.

    >>> [may_hold_transcript(Path(name)) for name in ("standup.DOC", "standup", "logo.png", "README")]
    [True, True, False, False]
    """
    return _suffix(path.name) in _SAVED_AS and path.stem.lower() not in _RIGHTLY


def doubts(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """For each suffix the first of the files, and a message that tells how many there are and what to do."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(_suffix(name), []).append(name)
    for suffix, alike in found.items():
        which = f"{suffix} files" if suffix else "files without a suffix"
        remedy = f"save as {_SAVED_AS[suffix]} those that hold transcripts"
        yield alike[0], f"{which} are passed over ({len(alike)} found): {remedy}"


def _suffix(name: str) -> str:
    return Path(name.lower().removesuffix(".gz")).suffix
