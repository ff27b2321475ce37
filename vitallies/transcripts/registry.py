"""The formats that vitallies reads, and how one is chosen. A new format is a new module and one line here."""

from __future__ import annotations

from pathlib import Path

from vitallies.errors import UsageError
from vitallies.transcripts import native, text, vtt
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source

# In the order in which content is tried.
_FORMATS = (
    native.FORMAT,
    vtt.FORMAT,
    text.FORMAT,
)


def formats() -> tuple[Format, ...]:
    """The formats that can be read, each with its name, suffixes and description."""
    return _FORMATS


def stem(path: str | Path) -> str:
    """The name of a file without its folder and its known suffixes.

    >>> stem("calls/2026-03-02.standup.jsonl.gz")
    '2026-03-02.standup'
    """
    name = Path(path).name
    return name[: len(name) - len(_suffix(name))] or name


def is_transcript(path: str | Path) -> bool:
    """Whether a walk through a folder should read a file: its suffix is known and it is not hidden.

    >>> is_transcript("standup.VTT"), is_transcript("notes.pdf"), is_transcript("._standup.vtt")
    (True, False, False)
    """
    name = Path(path).name
    return bool(_suffix(name)) and not name.startswith(".")


def choose(source: Source, name: str | None) -> Format:
    """The format by its name if one is given, else by content, else by suffix.

    Raises
    ------
    UsageError
        Where no format has the name.
    TranscriptError
        Where neither content nor suffix tells.
    """
    names = ", ".join(known.name for known in _FORMATS)
    if name is not None:
        for known in _FORMATS:
            if known.name == name:
                return known
        raise UsageError(f"there is no format {name!r}: give one of {names}")
    for known in _FORMATS:
        if known.signature is not None and known.signature.match(source.head):
            return known
    suffix = _suffix(source.name or "").removesuffix(".gz")
    for known in _FORMATS:
        if suffix in known.suffixes:
            return known
    if not Path(source.name or "").suffix:
        return text.FORMAT
    known_suffixes = ", ".join(suffix for known in _FORMATS for suffix in known.suffixes)
    message = (
        f"neither its content nor its suffix tells the format: rename it ({known_suffixes}) or give format= ({names})"
    )
    raise source.error(message, code="format")


def _suffix(name: str) -> str:
    """The part of a name that is a known suffix, compressed or not; empty where there is none."""
    lower = name.lower()
    plain = lower.removesuffix(".gz")
    for suffix in (suffix for known in _FORMATS for suffix in known.suffixes):
        if plain.endswith(suffix):
            return lower[len(plain) - len(suffix) :]
    return ""
