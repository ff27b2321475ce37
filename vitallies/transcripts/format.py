"""What a format tells of itself; each reader module ends in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vitallies.errors import TranscriptError
from vitallies.transcripts.source import Source
from vitallies.types import Transcript


@dataclass(frozen=True, slots=True)
class Format:
    """A format that vitallies reads.

    Parameters
    ----------
    name : str
        What the caller gives as ``format``.
    suffixes : tuple of str
        In lower case, each with its dot; ``.gz`` may follow any of them.
    description : str
        One line for people.
    read : callable
        Turns a source into its transcripts; yields a TranscriptError for one that is bad where others may follow, and
        raises it where nothing can follow.
    signature : re.Pattern of bytes, optional
        Matches the beginning of the first line that is not blank; a format without one is chosen by suffix alone.
    """

    name: str
    suffixes: tuple[str, ...]
    description: str
    read: Callable[[Source], Iterator[Transcript | TranscriptError]]
    signature: re.Pattern[bytes] | None = None
