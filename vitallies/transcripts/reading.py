"""The public ways to read; one code path for all three."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing

from vitallies.errors import ManyTranscriptsError, TranscriptError
from vitallies.transcripts.opening import MAX_SIZE, PathOrStream, name_of, opened
from vitallies.transcripts.registry import choose, stem
from vitallies.types import Transcript


def read(
    path_or_stream: PathOrStream,
    format: str | None = None,  # noqa: A002
    *,
    columns: Mapping[str, str] | None = None,
    max_size: int = MAX_SIZE,
) -> Transcript:
    """Read the one transcript that a file holds.

    Parameters
    ----------
    path_or_stream : str, path or open file
        A stream may give text or bytes, and stays open.
    format : str, optional
        The name of a format (`formats` lists them); else the content tells, then the suffix.
    columns : mapping of str to str, optional
        For tables: ``speaker``, ``text``, ``start``, ``end`` or ``id`` → the column that holds it, where its name does
        not tell.
    max_size : int
        Bytes (unpacked) of the largest file to read.

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
    with closing(scan(path_or_stream, format=format, columns=columns, max_size=max_size)) as found:
        first, second = next(found), next(found, None)
    if second is not None:
        message = "holds several transcripts: use vitallies.read_all, which yields them all"
        raise ManyTranscriptsError(message, path=name_of(path_or_stream))
    if isinstance(first, TranscriptError):
        raise first
    return first


def read_all(
    path_or_stream: PathOrStream,
    format: str | None = None,  # noqa: A002
    *,
    columns: Mapping[str, str] | None = None,
    max_size: int = MAX_SIZE,
) -> Iterator[Transcript]:
    """Read every transcript that a file holds, one after the other; a ``.jsonl`` is read a line at a time.

    Parameters
    ----------
    path_or_stream, format, columns, max_size
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
    with closing(scan(path_or_stream, format=format, columns=columns, max_size=max_size)) as found:
        for item in found:
            if isinstance(item, TranscriptError):
                raise item
            yield item


def scan(
    path_or_stream: PathOrStream,
    *,
    id: str | None = None,  # noqa: A002
    format: str | None = None,  # noqa: A002
    columns: Mapping[str, str] | None = None,
    max_size: int = MAX_SIZE,
) -> Generator[Transcript | TranscriptError]:
    """Read what can be read of a file, and yield an error for what cannot.

    Parameters
    ----------
    path_or_stream, format, columns, max_size
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
        id = id or (stem(name) if name else "text")  # noqa: A001
        with opened(path_or_stream, id, max_size=max_size, columns=columns) as source:
            yield from choose(source, format).read(source)
    except TranscriptError as error:
        yield error


def is_own_id(transcript: Transcript, id: str) -> bool:  # noqa: A002
    """Whether the file named the transcript, given the ``id`` that `scan` was called with.

    A file whose own id is what it would have been called anyway counts as not having named it, which changes nothing.

    >>> ids = ("calls/standup", "calls/standup#3", "calls/standup/monday", "S-17")
    >>> [is_own_id(Transcript(id, ()), "calls/standup") for id in ids]
    [False, False, False, True]
    """
    row = transcript.id.removeprefix(f"{id}#")
    inside = transcript.id.startswith(f"{id}/")
    return transcript.id != id and not inside and not (row != transcript.id and row.isdecimal())
