"""Open a file or a stream as a Source: compression, byte order marks, limits and every failure of reading."""

from __future__ import annotations

import codecs
import gzip
import io
import itertools
import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

from vitallies.errors import TranscriptError, UsageError
from vitallies.transcripts.encodings import SAVE_AS
from vitallies.transcripts.source import Source

PathOrStream: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes]

MAX_SIZE = 200_000_000
"""Bytes of the largest file that is read unless the caller allows more; compressed ones count unpacked."""

GZIP = b"\x1f\x8b"
"""What compressed files begin with."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def name_of(path_or_stream: PathOrStream) -> str | None:
    """The path as given, or the name of a stream that has one.

    Raises
    ------
    UsageError
        Where it is neither a path nor a stream.
    """
    if isinstance(path_or_stream, str | os.PathLike):
        return os.fspath(path_or_stream)
    if not hasattr(path_or_stream, "readline"):
        raise UsageError(f"give a path or an open file, not {type(path_or_stream).__name__}: {path_or_stream!r:.60}")
    # An open descriptor is named by a number, and standard input "<stdin>": neither is the name of a file.
    name = getattr(path_or_stream, "name", None)
    return name if isinstance(name, str) and not name.startswith("<") else None


@contextmanager
def opened(
    path_or_stream: PathOrStream,
    id: str,  # noqa: A002  (as the caller's keyword)
    *,
    max_size: int = MAX_SIZE,
    columns: Mapping[str, str] | None = None,
) -> Iterator[Source]:
    """Open a path, or go on with a stream (which stays open), as a Source.

    Raises
    ------
    TranscriptError
        Where it cannot be opened, is empty, or is larger than ``max_size`` bytes.
    """
    path = name_of(path_or_stream)
    if not isinstance(path_or_stream, str | os.PathLike):
        yield _source(path_or_stream, id, path, max_size, columns or {})
        return
    with _open(os.fspath(path_or_stream)) as file:
        yield _source(file, id, path, max_size, columns or {})


def _open(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb")
    except FileNotFoundError:
        message = "there is no such file: check the path (a text itself goes to vitallies.analyze)"
        raise TranscriptError(message, path=path, code="missing") from None
    except (IsADirectoryError, PermissionError):  # Windows refuses a folder with the second
        if Path(path).is_dir():
            message = "is a folder: give a file, or score the folder with  vitallies score"
            raise TranscriptError(message, path=path, code="folder") from None
        message = "may not be read: give yourself permission to read it"
        raise TranscriptError(message, path=path, code="permission") from None
    except (OSError, ValueError) as error:
        message = f"cannot be opened ({getattr(error, 'strerror', None) or error}): check the path"
        raise TranscriptError(message, path=f"{path!r:.200}") from None


def _source(
    stream: IO[bytes] | IO[str],
    id: str,  # noqa: A002
    path: str | None,
    max_size: int,
    columns: Mapping[str, str],
) -> Source:
    raw = _guarded(_lines(stream, path, max_size), path)
    blank, first = _until_words(raw)
    if first is None:
        raise TranscriptError("is empty: give a file that holds a transcript", path=path, code="empty")
    head = first if isinstance(first, bytes) else first.encode("utf-8", "replace")
    lines = itertools.chain(blank, [first], raw)
    return Source(id, None if path is None else Path(path).name, path, head, lines, max_size, columns)


def _until_words(raw: Iterator[Any]) -> tuple[Iterator[Any], Any]:
    """The blank lines in front and the first that is not blank; None where all are."""
    runs: list[tuple[Any, int]] = []  # of lines that are the same, since a file may hold nothing else
    for line in raw:
        if line.strip():
            return itertools.chain.from_iterable(itertools.repeat(*run) for run in runs), line
        if runs and runs[-1][0] == line:
            runs[-1] = line, runs[-1][1] + 1
        else:
            runs.append((line, 1))
    return iter(()), None


def _lines(stream: Any, path: str | None, max_size: int) -> Iterator[Any]:  # noqa: ANN401  (of bytes or of str)
    limited = _Limited(stream, path, max_size)
    first = limited.readline()
    if isinstance(first, bytes) and first.startswith(GZIP):
        unpacked = gzip.GzipFile(fileobj=cast("IO[bytes]", _Rest(first, limited)))
        limited = _Limited(unpacked, path, max_size)
        first = limited.readline()
    if isinstance(first, bytes) and first.startswith(_UTF32):
        raise TranscriptError(f"is UTF-32: {SAVE_AS}", path=path, code="encoding")
    if isinstance(first, bytes) and first.startswith(_UTF16):
        try:
            text = io.StringIO((first + limited.read()).decode("utf-16"), newline=None)
        except UnicodeDecodeError:
            message = f"begins as UTF-16 but is not: {SAVE_AS}"
            raise TranscriptError(message, path=path, code="encoding") from None
        yield from text
        return
    yield first.removeprefix(codecs.BOM_UTF8 if isinstance(first, bytes) else "\ufeff")
    yield from iter(limited.readline, first[:0])


class _Limited:
    """A stream that gives at most so many bytes (of text: characters) and then says that the file is too large."""

    def __init__(self, stream: Any, path: str | None, most: int) -> None:  # noqa: ANN401
        self.stream, self.path, self.most, self.left = stream, path, most, most

    def _counted(self, piece: Any) -> Any:  # noqa: ANN401
        self.left -= len(piece)
        if self.left < 0:
            message = f"holds more than {self.most:,} bytes: split it, or allow more with max_size (--max-size)"
            raise TranscriptError(message, path=self.path, code="too-large")
        return piece

    def readline(self) -> Any:  # noqa: ANN401
        return self._counted(self.stream.readline(self.left + 1))

    def read(self, size: int = -1) -> Any:  # noqa: ANN401
        return self._counted(self.stream.read(self.left + 1 if size < 0 else size))


class _Rest:
    """A stream of which the first bytes were read already, for GzipFile."""

    def __init__(self, first: bytes, stream: Any) -> None:  # noqa: ANN401
        self.first, self.stream = io.BytesIO(first), stream

    def read(self, size: int = -1) -> bytes:
        return self.first.read(size) or self.stream.read(size)


def _guarded(lines: Iterator[Any], path: str | None) -> Iterator[Any]:
    try:
        yield from lines
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = f"is compressed, and cut off or damaged ({error}): copy or download it again"
        raise TranscriptError(message, path=path, code="gzip") from None
    except UnicodeDecodeError as error:
        message = f"is not {error.encoding}: open it with its own encoding, or {SAVE_AS}"
        raise TranscriptError(message, path=path, code="encoding") from None
    except OSError as error:
        raise TranscriptError(f"cannot be read ({error.strerror or error}): try a copy of it", path=path) from None
