"""The public ways to read; one code path for all three."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

from vitallies.errors import ManyTranscriptsError, TranscriptError
from vitallies.transcripts.registry import choose, stem
from vitallies.transcripts.source import PathOrStream, name_of, opened
from vitallies.types import Transcript


def read(path_or_stream: PathOrStream, format: str | None = None) -> Transcript:  # noqa: A002
    """Read the one transcript that a file holds.

    Parameters
    ----------
    path_or_stream : str, path or open file
        A stream may give text or bytes, and stays open.
    format : str, optional
        The name of a format; else the content tells, then the suffix.

    Returns
    -------
    Transcript
        Its id is the file's own, else the name of the file without its suffixes, else ``"text"``.

    Raises
    ------
    ManyTranscriptsError
        Where the file holds several.
    TranscriptError
        Where it cannot be read; the message names file, place and remedy.
    """
    with closing(scan(path_or_stream, format=format)) as found:
        first, second = next(found), next(found, None)
    if second is not None:
        message = "holds several transcripts: use vitallies.read_all, which yields them all"
        raise ManyTranscriptsError(message, path=name_of(path_or_stream))
    if isinstance(first, TranscriptError):
        raise first
    return first


def read_all(path_or_stream: PathOrStream, format: str | None = None) -> Iterator[Transcript]:  # noqa: A002
    """Read every transcript that a file holds, one after the other; a ``.jsonl`` is read a line at a time.

    Parameters
    ----------
    path_or_stream, format
        As for `read`.

    Yields
    ------
    Transcript
        One without an id of its own is named ``<file>#<line>``, in a list ``<file>#<number>``, from 1.

    Raises
    ------
    TranscriptError
        At the first that cannot be read.
    """
    with closing(scan(path_or_stream, format=format)) as found:
        for item in found:
            if isinstance(item, TranscriptError):
                raise item
            yield item


def scan(
    path_or_stream: PathOrStream,
    *,
    id: str | None = None,  # noqa: A002
    format: str | None = None,  # noqa: A002
) -> Generator[Transcript | TranscriptError]:
    """Read what can be read of a file, and yield an error for what cannot.

    Parameters
    ----------
    path_or_stream, format
        As for `read`.
    id : str, optional
        For transcripts that do not name their own, in place of the file's name; `is_own_id` tells which did.

    Yields
    ------
    Transcript or TranscriptError
        At least one; of a JSONL with a bad line, the error in the line's place and the others all the same.
    """
    name = name_of(path_or_stream)
    try:
        with opened(path_or_stream, id or (stem(name) if name else "text")) as source:
            yield from choose(source, format).read(source)
    except TranscriptError as error:
        yield error


def is_own_id(transcript: Transcript, id: str) -> bool:  # noqa: A002
    """Whether the file named the transcript, given the ``id`` that `scan` was called with.

    A file whose own id is what it would have been called anyway counts as not having named it, which changes nothing.

    >>> [is_own_id(Transcript(id, ()), "calls/standup") for id in ("calls/standup", "calls/standup#3", "S-17")]
    [False, False, True]
    """
    row = transcript.id.removeprefix(f"{id}#")
    return transcript.id != id and not (row != transcript.id and row.isdecimal())
