"""An open transcript file: its lines, bytes, text or JSON, and what its reader skipped and doubted."""

from __future__ import annotations

import io
import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from vitallies.errors import TranscriptError
from vitallies.transcripts.encodings import SAVE_AS, mended
from vitallies.types import without_surrogates

T = TypeVar("T")

_SAMPLE = 2**16


@dataclass(eq=False)
class Source:
    """An open transcript file, for a reader to take its content from, once.

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
    max_size : int
        Bytes of the largest file that the caller reads, for a reader that unpacks.
    columns : mapping of str to str, optional
        Of a table: ``speaker``, ``text``, ``start``, ``end`` or ``id`` → the column that holds it.
    skipped : Counter of str
        What the reader left out because it is no speech: sort → how many.
    warnings : list of dict
        What the reader doubted: ``code``, ``message`` and, where known, ``line``.
    """

    id: str
    name: str | None
    path: str | None
    head: bytes
    raw: Iterator[bytes | str]
    max_size: int
    columns: Mapping[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def error(self, message: str, *, line: int | None = None, code: str) -> TranscriptError:
        """A TranscriptError that names this file."""
        return TranscriptError(message, path=self.path, line=line, code=code)

    def warn(self, message: str, *, line: int | None = None, code: str) -> None:
        """Note a doubt, which ends up in the transcript's ``meta["warnings"]``."""
        self.warnings.append({"code": code, "message": message} | ({} if line is None else {"line": line}))

    def part(self, id: str) -> Source:  # noqa: A002
        """The file as the source of one of its transcripts, with an id, counts and doubts of its own."""
        return replace(self, id=id, skipped=self.skipped.copy(), warnings=list(self.warnings))

    @cached_property
    def sample(self) -> bytes:
        """The beginning of the file, for telling its format: whole lines up to 64 KiB, or as much of the first."""
        if "_whole" in vars(self):
            # To tell some formats takes all of the file, and leaves no lines.
            return _whole_lines(self.binary())
        ahead: list[bytes | str] = []
        size = 0
        for line in self.raw:
            ahead.append(line)
            size += len(line)
            if size >= _SAMPLE:
                break
        self.raw = itertools.chain(ahead, self.raw)
        return _whole_lines(b"".join(line[:_SAMPLE] if isinstance(line, bytes) else _written(line) for line in ahead))

    @cached_property
    def sample_text(self) -> str:
        """The sample, decoded as well as may be, for telling the format; lines end in a line feed alone."""
        return _line_feeds(self.sample.decode("utf-8", "replace"))

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
                message = f"byte {raw[error.start]:#04x} is not UTF-8: {SAVE_AS}"
                raise self.error(message, line=line + raw.count(b"\n", 0, error.start), code="encoding") from None
        else:
            text = without_surrogates(raw)
        if "\0" in text:
            message = f"holds a NUL character, so it is binary or UTF-16 without its mark: {SAVE_AS}"
            raise self.error(message, line=line + text.count("\n", 0, text.index("\0")), code="binary")
        return text

    @cached_property
    def _whole(self) -> bytes | str:
        first: Any = next(self.raw)
        second: Any = next(self.raw, None)
        if second is None:
            # `head` holds it too.
            return first  # type: ignore[no-any-return]
        # Through a buffer: a list of short lines takes several times the memory of what they hold.
        buffer: Any = io.BytesIO() if isinstance(first, bytes) else io.StringIO(newline="")
        buffer.write(first)
        buffer.write(second)
        buffer.writelines(self.raw)
        return buffer.getvalue()  # type: ignore[no-any-return]

    def binary(self) -> bytes:
        """All bytes of the file."""
        return self._whole if isinstance(self._whole, bytes) else self._whole.encode("utf-8", "replace")

    def text(self) -> str:
        """All of the file decoded, each line ended by a line feed alone; bytes that are not UTF-8 with a warning.

        The bytes are let go: the text can be had once.

        Raises
        ------
        TranscriptError
            Where the file is binary, or in no encoding that can be told.
        """
        _ = self.sample  # of which a reader may still ask
        whole = self._whole
        del self._whole
        self.head = self.head[:_SAMPLE]  # which else holds all of a file of one line
        if isinstance(whole, bytes):
            try:
                whole.decode("utf-8")
            except UnicodeDecodeError:
                text = mended(whole, self.warn)
                whole = whole if text is None else text
        return _line_feeds(self.decoded(whole, 1))

    @cached_property
    def _head_value(self) -> Any:  # noqa: ANN401  (an undecoded JSON value, or None)
        return _undecoded(self.head)

    @property
    def is_json_lines(self) -> bool:
        """Whether the first line is a JSON object, of which others may follow on the next lines."""
        return self.head.lstrip().startswith(b"{") and self._head_value is not None

    @cached_property
    def _value(self) -> Any:  # noqa: ANN401  (an undecoded JSON value, or None)
        """The file's JSON value: of one object a line, the first."""
        if not self.head.lstrip().startswith((b"{", b"[")):
            return None
        if self._head_value is not None:
            return self._head_value
        whole = self._whole
        # Lines end in a line feed alone: splitlines would cut at others that a text may hold.
        self.raw = io.BytesIO(whole) if isinstance(whole, bytes) else io.StringIO(whole, newline="\n")
        return _undecoded(self.binary())

    def keys(self, *path: str | int) -> frozenset[str]:
        """The keys of a JSON object in the file, without decoding what they hold; none where there is no such object.

        Parameters
        ----------
        *path : str or int
            The way to it from the top: keys of objects and places in lists. Of a file with one object a line, the
            first is the top.
        """
        return frozenset(self._object(path))

    @cached_property
    def _objects(self) -> dict[tuple[str | int, ...], dict[str, Any]]:
        """The objects that were looked into, by the way to them: many formats ask for the same."""
        return {}

    def _object(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        if path not in self._objects:
            self._objects[path] = self._decoded(self._held(path), dict) or {}
        return self._objects[path]

    def _held(self, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401  (an undecoded JSON value, or None)
        if not path:
            return self._value
        *way, step = path
        if isinstance(step, str):
            return self._object(tuple(way)).get(step)
        items = self._decoded(self._held(tuple(way)), list) or []
        return items[step] if step < len(items) else None

    @staticmethod
    def _decoded(value: Any, kind: type[dict[Any, Any]] | type[list[Any]]) -> Any:  # noqa: ANN401
        """The values that an undecoded object or list holds, undecoded; None where it is neither."""
        import msgspec

        if value is None:
            return None
        try:
            return msgspec.json.decode(value, type=dict[str, msgspec.Raw] if kind is dict else list[msgspec.Raw])
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None

    def json(self, shape: type[T]) -> T:
        """The whole file decoded as JSON of a shape, which msgspec checks.

        Parameters
        ----------
        shape : type
            A ``msgspec.Struct`` or any other type that msgspec decodes; keys that it does not name are skipped.

        Raises
        ------
        TranscriptError
            With the code ``json`` where it is no JSON, ``schema`` where it is of another shape.
        """
        import msgspec

        whole = self._whole
        try:
            # As bytes where they will do: as text it all stands in memory once more.
            return msgspec.json.decode(whole, type=shape)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return self._shaped(self.text(), 1, shape)

    def json_lines(self, shape: type[T]) -> Iterator[tuple[int, T]]:
        """The lines that are not blank, each decoded as `json` does the whole, with their numbers from 1."""
        for number, raw in enumerate(self.raw, 1):
            if raw.strip():
                yield number, self._shaped(self.decoded(raw, number), number, shape)

    def _shaped(self, text: str, line: int, shape: type[T]) -> T:
        import msgspec

        try:
            try:
                return msgspec.json.decode(text, type=shape)
            except msgspec.ValidationError:
                raise
            except (msgspec.DecodeError, RecursionError):
                if (mended := _mended(text)) is None:
                    raise
                return msgspec.json.decode(mended, type=shape)
        except msgspec.ValidationError as error:
            message = f"is JSON of another shape ({error}): name its format with format="
            raise self.error(message, line=line, code="schema") from None
        except (msgspec.DecodeError, RecursionError) as error:
            message = f"is not JSON that can be read ({error}): export it again"
            raise self.error(message, line=line, code="json") from None


def _undecoded(content: bytes) -> Any:  # noqa: ANN401  (an undecoded JSON value, or None where it is none)
    import msgspec

    try:
        return msgspec.json.decode(content, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        mended = _mended(content)
        return None if mended is None else msgspec.Raw(mended)


def _mended(content: bytes | str) -> bytes | None:
    """JSON with what Python writes and JSON does not know: NaN and infinities as null, half a character as a mark."""
    try:
        value = json.loads(content, parse_constant=lambda _: None, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return without_surrogates(json.dumps(value, ensure_ascii=False)).encode()


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _written(text: str) -> bytes:
    return text[:_SAMPLE].encode("utf-8", "replace")


def _whole_lines(content: bytes) -> bytes:
    beginning = content[:_SAMPLE]
    return beginning if len(content) <= _SAMPLE else beginning[: beginning.rfind(b"\n") + 1] or beginning


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
