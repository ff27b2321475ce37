"""Open a file or a stream as lines: compression, byte order marks, encodings and every failure of reading."""

from __future__ import annotations

import codecs
import gzip
import io
import itertools
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

from vitallies.errors import TranscriptError, UsageError

PathOrStream: TypeAlias = str | os.PathLike[str] | IO[str] | IO[bytes]

_GZIP = b"\x1f\x8b"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SAVE_AS = "save it as UTF-8 and try again"


@dataclass(slots=True)
class Source:
    """An open transcript file, for a reader to take its lines from, once.

    Parameters
    ----------
    id : str
        For a transcript that does not name its own.
    name : str, optional
        Of the file, without its folder.
    path : str, optional
        As the caller gave it, for messages.
    head : bytes
        The first line that is not blank.
    raw : iterator of bytes or of str
        The lines, undecoded, so that one bad line does not hide the others.
    """

    id: str
    name: str | None
    path: str | None
    head: bytes
    raw: Iterator[bytes | str]

    def error(self, message: str, *, line: int | None = None, code: str) -> TranscriptError:
        """A TranscriptError that names this file."""
        return TranscriptError(message, path=self.path, line=line, code=code)

    def decoded(self, raw: bytes | str, line: int) -> str:
        """The text of raw lines that begin at a line number.

        Raises
        ------
        TranscriptError
            With the code ``encoding`` or ``binary``.
        """
        if isinstance(raw, bytes):
            try:
                text = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                message = f"byte {raw[error.start]:#04x} is not UTF-8: {_SAVE_AS}"
                raise self.error(message, line=line + raw.count(b"\n", 0, error.start), code="encoding") from None
        else:
            text = raw
        if "\0" in text:
            message = f"holds a NUL character, so it is binary or UTF-16 without its mark: {_SAVE_AS}"
            raise self.error(message, line=line + text.count("\n", 0, text.index("\0")), code="binary")
        return text

    def text(self) -> str:
        """All that is left, decoded, each line ended by a line feed alone."""
        lines: list[Any] = list(self.raw)
        whole = lines[0][:0].join(lines)
        return self.decoded(whole, 1).replace("\r\n", "\n").replace("\r", "\n")


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
def opened(path_or_stream: PathOrStream, id: str) -> Iterator[Source]:  # noqa: A002  (as the caller's keyword)
    """Open a path, or go on with a stream (which stays open), as a Source.

    Raises
    ------
    TranscriptError
        Where it cannot be opened or is empty.
    """
    path = name_of(path_or_stream)
    if not isinstance(path_or_stream, str | os.PathLike):
        yield _source(path_or_stream, id, path)
        return
    with _open(os.fspath(path_or_stream)) as file:
        yield _source(file, id, path)


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


def _source(stream: IO[bytes] | IO[str], id: str, path: str | None) -> Source:  # noqa: A002
    raw = _guarded(_lines(stream, path), path)
    read = list(_until_words(raw))
    if not read:
        raise TranscriptError("is empty: give a file that holds a transcript", path=path, code="empty")
    head = read[-1] if isinstance(read[-1], bytes) else read[-1].encode("utf-8", "replace")
    return Source(id, None if path is None else Path(path).name, path, head, itertools.chain(read, raw))


def _until_words(raw: Iterator[Any]) -> Iterator[Any]:
    """The lines up to the first that is not blank; none where all are."""
    blank: list[Any] = []
    for line in raw:
        if line.strip():
            yield from blank
            yield line
            return
        blank.append(line)


def _lines(stream: Any, path: str | None) -> Iterator[Any]:  # noqa: ANN401  (of bytes or of str, as the stream is)
    first = stream.readline()
    if isinstance(first, bytes) and first.startswith(_GZIP):
        stream = gzip.GzipFile(fileobj=cast("IO[bytes]", _Rest(first, stream)))
        first = stream.readline()
    if isinstance(first, bytes) and first.startswith(_UTF32):
        raise TranscriptError(f"is UTF-32: {_SAVE_AS}", path=path, code="encoding")
    if isinstance(first, bytes) and first.startswith(_UTF16):
        try:
            stream = io.StringIO((first + stream.read()).decode("utf-16"), newline=None)
        except UnicodeDecodeError:
            message = f"begins as UTF-16 but is not: {_SAVE_AS}"
            raise TranscriptError(message, path=path, code="encoding") from None
        first = stream.readline()
    yield first.removeprefix(codecs.BOM_UTF8 if isinstance(first, bytes) else "\ufeff")
    yield from iter(stream.readline, first[:0])


class _Rest:
    """A stream of which the first bytes were read already, for GzipFile."""

    def __init__(self, first: bytes, stream: IO[bytes]) -> None:
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
        message = f"is not {error.encoding}: open it with its own encoding, or {_SAVE_AS}"
        raise TranscriptError(message, path=path, code="encoding") from None
    except OSError as error:
        raise TranscriptError(f"cannot be read ({error.strerror or error}): try a copy of it", path=path) from None
