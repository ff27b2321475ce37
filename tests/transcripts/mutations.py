"""Ways to spoil a file, for the tests that read what no program wrote."""

import io
import json
import zipfile
import zlib
from dataclasses import dataclass

HOSTILE = [
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\r",
    b"\n\n",
    b'"',
    b"'",
    b"<",
    b">",
    b"&#x110000;",
    b"&nosuch;",
    b"\\ud800",
    b"\\",
    b":",
    b": ",
    b"|",
    b"\t",
    b",",
    b"-->",
    b"-1",
    b"1e999",
    b"NaN",
    b"9" * 5000,
    b"99999999999999:99:99.999",
    b"00:00:00",
    b"(" * 300,
    b"[" * 3000,
    b'{"a":' * 3000,
    b"<a>" * 3000,
    b"a" * 20_000,
    b" " * 20_000,
    "\u2028\u0085\u202e\ufeff\U0010ffff".encode(),
]
VALUES = [
    None,
    True,
    -1,
    1e308,
    10**400,
    "",
    "\ud800",
    "x" * 5000,
    "1e999",
    "-0:01",
    [],
    [[]],
    {},
    {"text": None},
    [None] * 3,
]


@dataclass(frozen=True)
class Change:
    """A change of a file: what is done, at which share of it, and with which of what it can be done with."""

    sort: str
    place: float
    length: float
    which: int


SORTS = ("flip", "cut", "delete", "repeat", "insert", "splice", "value", "part")


def changed(content, changes, other):
    """The content with all changes, one after the other; splices come from another file."""
    for change in changes:
        content = globals()[f"_{change.sort}"](content, change, other)
    return content


def _slice(content, change, most=1000):
    start = int(change.place * len(content))
    return start, min(len(content), start + 1 + int(change.length * most))


def _flip(content, change, _):
    start, _ = _slice(content, change)
    return (
        content[:start]
        + bytes(byte ^ (change.which % 255 + 1) for byte in content[start : start + 1])
        + content[start + 1 :]
    )


def _cut(content, change, _):
    return content[: _slice(content, change)[0]]


def _delete(content, change, _):
    start, end = _slice(content, change)
    return content[:start] + content[end:]


def _repeat(content, change, _):
    start, end = _slice(content, change)
    return content[:end] + content[start:end] * (change.which % 5) + content[end:]


def _insert(content, change, _):
    start, _ = _slice(content, change)
    return content[:start] + HOSTILE[change.which % len(HOSTILE)] + content[start:]


def _splice(content, change, other):
    start, _ = _slice(content, change)
    return content[:start] + other[int(change.length * len(other)) :]


def _value(content, change, _):
    """One value of a JSON document, or of one of its lines, is another."""
    lines = content.split(b"\n")
    for place, text in ((None, content), (int(change.place * len(lines)) % len(lines), None)):
        try:
            document = json.loads(lines[place] if text is None else text)
        except (ValueError, RecursionError):
            continue
        spots = list(_spots(document))
        if not spots:
            continue
        holder, key = spots[int(change.length * len(spots)) % len(spots)]
        holder[key] = VALUES[change.which % len(VALUES)]
        spoilt = json.dumps(document).encode()
        return spoilt if place is None else b"\n".join([*lines[:place], spoilt, *lines[place + 1 :]])
    return content


def _spots(document):
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder) if isinstance(holder, list) else 0):
            yield holder, key
            waiting.append(holder[key])


def _part(content, change, other):
    """One file of a zip is spoilt, and the zip is whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError):
        return content
    if not parts:
        return content
    name = sorted(parts)[int(change.length * len(parts)) % len(parts)]
    sorts = [sort for sort in SORTS if sort != "part"]
    inner = Change(sorts[change.which % len(sorts)], change.place, change.place, change.which // len(sorts))
    parts[name] = changed(parts[name], [inner], other)
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, held in parts.items():
            archive.writestr(part, held)
    return raw.getvalue()
