"""An open transcript file: its lines, bytes, text or JSON, and what its reader skipped and doubted."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from charset_normalizer import from_bytes

from vitallies.errors import TranscriptError

T = TypeVar("T")

_SAVE_AS = "save it as UTF-8 and try again"
_SAMPLE = 2**16
_GUESSED_FROM = 1_000_000
"""Bytes from which an encoding is guessed."""


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
    columns: Mapping[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def error(self, message: str, *, line: int | None = None, code: str) -> TranscriptError:
        """A TranscriptError that names this file."""
        return TranscriptError(message, path=self.path, line=line, code=code)

    def warn(self, message: str, *, line: int | None = None, code: str) -> None:
        """Note a doubt, which ends up in the transcript's ``meta["warnings"]``."""
        self.warnings.append({"code": code, "message": message} | ({} if line is None else {"line": line}))

    @cached_property
    def sample(self) -> bytes:
        """The beginning of the file, for telling its format: whole lines, up to some 64 KiB."""
        ahead: list[bytes | str] = []
        size = 0
        for line in self.raw:
            ahead.append(line)
            size += len(line)
            if size >= _SAMPLE:
                break
        self.raw = itertools.chain(ahead, self.raw)
        return b"".join(line if isinstance(line, bytes) else line.encode("utf-8", "replace") for line in ahead)

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
                message = f"byte {raw[error.start]:#04x} is not UTF-8: {_SAVE_AS}"
                raise self.error(message, line=line + raw.count(b"\n", 0, error.start), code="encoding") from None
        else:
            text = raw
        if "\0" in text:
            message = f"holds a NUL character, so it is binary or UTF-16 without its mark: {_SAVE_AS}"
            raise self.error(message, line=line + text.count("\n", 0, text.index("\0")), code="binary")
        return text

    @cached_property
    def _whole(self) -> bytes | str:
        lines: list[Any] = list(self.raw)
        return lines[0][:0].join(lines)  # type: ignore[no-any-return]

    def binary(self) -> bytes:
        """All bytes of the file."""
        return self._whole if isinstance(self._whole, bytes) else self._whole.encode("utf-8", "replace")

    def text(self) -> str:
        """All of the file decoded, each line ended by a line feed alone; bytes that are not UTF-8 with a warning.

        Raises
        ------
        TranscriptError
            Where the file is binary, or in no encoding that can be told.
        """
        whole = self._whole
        if isinstance(whole, bytes):
            try:
                whole.decode("utf-8")
            except UnicodeDecodeError:
                whole = self._guessed(whole)
        return _line_feeds(self.decoded(whole, 1))

    def _guessed(self, whole: bytes) -> str | bytes:
        """The text in the encoding that its bytes suggest; the bytes as they are where none fits or all is binary."""
        beginning = whole[:_GUESSED_FROM]
        # The likeliest first: a few accents in English could be of many encodings.
        guesses = [] if b"\0" in whole else [from_bytes(beginning, cp_isolation=["cp1252"]), from_bytes(beginning)]
        found = next((best for guess in guesses if (best := guess.best())), None)
        if found is None:
            return whole
        try:
            text = whole.decode(found.encoding)
        except UnicodeDecodeError:
            return whole
        message = f"is not UTF-8 and was read as {found.encoding}: look whether the accents are right, or {_SAVE_AS}"
        self.warn(message, code="encoding-guessed")
        return text

    @cached_property
    def _value(self) -> Any:  # noqa: ANN401  (an undecoded JSON value, or None)
        """The file's JSON value: of one object a line, the first."""
        import msgspec

        if not self.head.lstrip().startswith((b"{", b"[")):
            return None
        try:
            return msgspec.json.decode(self.head, type=msgspec.Raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            pass
        whole = self.binary()
        self.raw = iter(self._whole.splitlines(keepends=True))
        try:
            return msgspec.json.decode(whole, type=msgspec.Raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None

    def keys(self, *path: str | int) -> frozenset[str]:
        """The keys of a JSON object in the file, without decoding what they hold; none where there is no such object.

        Parameters
        ----------
        *path : str or int
            The way to it from the top: keys of objects and places in lists. Of a file with one object a line, the
            first is the top.
        """
        import msgspec

        value = self._value
        if value is None:
            return frozenset()
        objects, lists = dict[str, msgspec.Raw], list[msgspec.Raw]
        try:
            for step in path:
                held: Any = msgspec.json.decode(value, type=objects if isinstance(step, str) else lists)
                value = held[step]
            return frozenset(msgspec.json.decode(value, type=objects))
        except (msgspec.DecodeError, LookupError, RecursionError, UnicodeDecodeError):
            return frozenset()

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
        return self._shaped(self.text(), 1, shape)

    def json_lines(self, shape: type[T]) -> Iterator[tuple[int, T]]:
        """The lines that are not blank, each decoded as `json` does the whole, with their numbers from 1."""
        for number, line in enumerate(self.text().split("\n"), 1):
            if line.strip():
                yield number, self._shaped(line, number, shape)

    def _shaped(self, text: str, line: int, shape: type[T]) -> T:
        import msgspec

        try:
            return msgspec.json.decode(text, type=shape)
        except msgspec.ValidationError as error:
            message = f"is JSON of another shape ({error}): name its format with format="
            raise self.error(message, line=line, code="schema") from None
        except (msgspec.DecodeError, RecursionError) as error:
            message = f"is not JSON that can be read ({error}): export it again"
            raise self.error(message, line=line, code="json") from None


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
