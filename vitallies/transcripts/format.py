"""What a format tells of itself; each reader module ends in one."""

from __future__ import annotations

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
    recognises : callable, optional
        Whether a source is of this format, by its content (`Source.head`, `Source.sample`, `Source.keys`); a format
        without one is chosen by suffix alone.
    follows : tuple of str, optional
        Addresses of the public samples or vendor pages whose shape the reader follows; empty: unverified.
    """

    name: str
    suffixes: tuple[str, ...]
    description: str
    read: Callable[[Source], Iterator[Transcript | TranscriptError]]
    recognises: Callable[[Source], bool] | None = None
    follows: tuple[str, ...] = ()
