"""The native format: JSON objects, one in a file, several in a list, or one a line."""

from __future__ import annotations

import datetime
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from vitallies.errors import TranscriptError, UsageError
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import LONGEST_MEETING, Transcript, Turn, without_surrogates

_TRANSCRIPT_KEYS = {item.name for item in fields(Transcript)} - {"meta"}
_TURN_KEYS = {item.name for item in fields(Turn)} - {"meta"}
_SIGNATURE = re.compile(rb'\s*(\{\s*("|\}|$)|\[\s*(\{|\]|$))')
"""Any JSON: this reader comes last among those of JSON, and says what it misses."""


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts; of one a line, each as soon as its line is read."""
    if _is_one_a_line(source):
        yield from _lines(source)
    else:
        yield from _document(source)


def _is_jsonl(source: Source) -> bool:
    return (source.name or "").lower().removesuffix(".gz").endswith(".jsonl")


def _is_one_a_line(source: Source) -> bool:
    if _is_jsonl(source):
        # Somebody's indented document under the wrong suffix.
        return source.head.strip() not in (b"{", b"[")
    try:
        return isinstance(_loaded(source, source.head, 1), dict)
    except TranscriptError:
        return False


def _lines(source: Source) -> Iterator[Transcript | TranscriptError]:
    rows = ((number, raw) for number, raw in enumerate(source.raw, 1) if raw.strip())
    # A line that stands alone in a file of any other suffix is the file's one transcript, and called as the file is.
    ahead = list(itertools.islice(rows, 1 if _is_jsonl(source) else 2))
    numbered = _is_jsonl(source) or len(ahead) > 1
    for number, raw in itertools.chain(ahead, rows):
        try:
            row = _loaded(source, raw, number)
            yield _transcript(source, row, f"{source.id}#{number}" if numbered else source.id, number)
        except TranscriptError as error:
            yield error


def _document(source: Source) -> Iterator[Transcript | TranscriptError]:
    value = _loaded(source, source.text(), 1)
    if not isinstance(value, list):
        yield _transcript(source, value, source.id)
        return
    if not value:
        raise source.error("is an empty list: give a file that holds a transcript", code="empty")
    for number, row in enumerate(value, 1):
        try:
            yield _transcript(source, row, f"{source.id}#{number}", place=f"transcript {number} of the list: ")
        except TranscriptError as error:
            yield error


def _loaded(source: Source, raw: bytes | str, line: int) -> Any:  # noqa: ANN401  (JSON)
    text = source.decoded(raw, line)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        fault = "ends too early, as if cut off" if cut else f"is not JSON ({error.msg}, column {error.colno})"
        message = f"{fault}: export it again, or name another format with format="
        raise source.error(message, line=line + error.lineno - 1, code="json") from None
    except RecursionError:
        raise source.error("is nested too deep: make it flatter", line=line, code="json") from None
    except ValueError as error:  # a number of thousands of digits
        raise source.error(f"is not JSON that can be read ({error}): correct it", line=line, code="json") from None


def _transcript(
    source: Source,
    row: Any,  # noqa: ANN401  (JSON)
    id: str,  # noqa: A002
    line: int | None = None,
    place: str = "",
) -> Transcript:
    try:
        known, meta = _sorted_keys(row, _TRANSCRIPT_KEYS, 'a transcript must be an object {"turns": […]}')
        known["id"] = id if known.get("id") is None else known["id"]
        known["date"] = _date(known.get("date"))
        known["turns"] = _turns(known.get("turns"))
        return Transcript(**known, meta=meta)
    except UsageError as error:
        raise source.error(f"{place}{error}", line=line, code="schema") from None
    except RecursionError:
        raise source.error(f"{place}is nested too deep: make it flatter", line=line, code="json") from None


def _turns(value: Any) -> tuple[Turn, ...]:  # noqa: ANN401  (JSON)
    if not isinstance(value, list):
        raise UsageError(f'"turns" must be a list of {{"speaker": "…", "text": "…"}}, not {_kind(value)}')
    return tuple(_turn(row, number) for number, row in enumerate(value))


def _turn(row: Any, number: int) -> Turn:  # noqa: ANN401  (JSON)
    try:
        known, meta = _sorted_keys(row, _TURN_KEYS, 'a turn must be an object {"speaker": "…", "text": "…"}')
        _check_cues(meta.get("cues"))
        return Turn(**{"text": None} | known, meta=meta)
    except UsageError as error:
        raise UsageError(f"turns[{number}]: {error}") from None


def _sorted_keys(row: Any, keys: set[str], remedy: str) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401
    """The values of the keys that we know, and a ``meta`` of all others."""
    if not isinstance(row, dict):
        raise UsageError(f"{remedy}, not {_kind(row)}")
    known = {key: value for key, value in row.items() if key in keys}
    others = {key: value for key, value in row.items() if key not in keys}
    if isinstance(others.get("meta"), dict):
        others = others.pop("meta") | others
    return known, _writable(others)


def _writable(value: Any) -> Any:  # noqa: ANN401  (JSON)
    """The value with each lone surrogate replaced, as `Turn` does for its own: no encoding can write one."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_writable(key): _writable(item) for key, item in value.items()}
    return value


def _date(value: Any) -> datetime.date | None:  # noqa: ANN401  (JSON)
    if value is None:
        return None
    try:
        date = datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        date = None
    # Python reads other ISO forms too ("20260302", "2026-W10-1"); the format has one.
    if date is None or date.isoformat() != value:
        raise UsageError(f'"date" must be a day as "YYYY-MM-DD", not {value!r:.60}')
    return date


def _check_cues(cues: Any) -> None:  # noqa: ANN401  (JSON)
    """The one key of ``meta`` that we read again: `Turn.time_at` needs its shape."""
    if cues is not None and not (isinstance(cues, list) and all(map(_is_cue, cues))):
        raise UsageError(
            '"cues" must be a list of [offset, start, end], times in seconds or null: rename a key that is not'
        )


def _is_cue(cue: Any) -> bool:  # noqa: ANN401  (JSON)
    return (
        isinstance(cue, list)
        and len(cue) == 3
        and type(cue[0]) is int
        and all(time is None or (type(time) in (int, float) and 0 <= time <= LONGEST_MEETING) for time in cue[1:])
    )


def _kind(value: Any) -> str:  # noqa: ANN401  (JSON)
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null or nothing"}
    return names.get(type(value), "a number")


FORMAT = Format(
    name="native",
    suffixes=(".jsonl", ".json"),
    description='vitallies JSON: {"turns": [{"speaker": "…", "text": "…"}]}, one in a file, a list, or one a line',
    read=read,
    recognises=lambda source: _SIGNATURE.match(source.head) is not None,
)
