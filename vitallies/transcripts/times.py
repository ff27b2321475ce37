"""Times as tables and documents write them, in seconds."""

from __future__ import annotations

import datetime
import math
import re

_CLOCK = re.compile(
    r"(?:(\d{1,4}):)?(\d{1,4}):([0-5]?\d(?:[.,]\d{1,9})?)(?::(\d\d))?(?:\s*([ap])\.?m\.?)?", re.IGNORECASE | re.ASCII
)
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,9})?", re.ASCII)
_SPAN = re.compile(r"[\[(]?([\d:.,]+)\s*(?:-->|->|-|–|—|to)\s*([\d:.,]+)[\])]?", re.ASCII)
_UNITS = re.compile(
    r"(?:(\d{1,4})(?:h| hours?))?\s?(?:(\d{1,4})(?:m| minutes?))?\s?(?:(\d{1,6}(?:\.\d{1,6})?)(?:s| seconds?))?",
    re.ASCII,
)

ELAPSED = r"(?:\d{1,3}:)?\d{1,4}:[0-5]\d(?:[.,]\d{1,6})?|(?:\d{1,2}h ?)?(?:\d{1,4}m ?)?\d{1,6}(?:\.\d{1,6})?s"
"""What a time from the beginning looks like, for patterns of lines; `seconds` reads it."""
SPELT = r"(?=\d{1,3} (?:hour|minute|second))(?:\d{1,3} hours?)?(?: ?\d{1,3} minutes?)?(?: ?\d{1,2} seconds?)?"
"""The same, spelt out: "1 hour 2 minutes 3 seconds", of which any may be left out."""

FIRST_OF_CLOCK = 6 * 3600
"""Seconds; where the first time is so late, it is a clock's, not a recording's."""
_FASTEST = 10
"""Words a second; nobody says so many."""


def can_be_said(words: int, seconds: float) -> bool:
    """Whether people can say so many words in a time; if so, of two units that times may be in it is the finer one."""
    return words < seconds * _FASTEST


def is_number(value: object) -> bool:
    """Whether a cell holds a bare number, whose unit its column must tell."""
    if isinstance(value, str):
        return _NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, int | float) and not isinstance(value, bool)


def seconds(value: object) -> float | None:
    """The seconds that a cell stands for, those of a day of the calendar since 1970; None where it holds no time.

    Two numbers are minutes and seconds; a fourth one counts hundredths, as in Sonix's timecodes.

    >>> [seconds(value) for value in ("1:02:03.5", "75:10", "00:00:02:50", "12,5", 7, "soon", "2:30:00 PM", "1m 27s")]
    [3723.5, 4510.0, 2.5, 12.5, 7.0, None, 52200.0, 87.0]
    >>> seconds("1 hour 2 minutes"), seconds("1 second")
    (3720.0, 1.0)
    """
    return _of_text(value.strip()) if isinstance(value, str) else _of_value(value)


def span(value: object) -> tuple[float | None, float | None]:
    """The two times of a cell that holds both, as "[0.5 - 2.3]" and "0:05 --> 0:09" do; none where it does not."""
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    return (None, None) if match is None else (seconds(match[1]), seconds(match[2]))


def _of_text(text: str) -> float | None:
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    clock = _CLOCK.fullmatch(text)
    if clock is not None:
        hours, minutes, rest, hundredths, half = clock.groups()
        if half and not hours:  # 2:30 PM
            hours, minutes, rest = minutes, rest, "0"
        hour = int(hours or 0) % 12 + 12 * (half.lower() == "p") if half else int(hours or 0)
        return hour * 3600 + int(float(minutes)) * 60 + float(rest.replace(",", ".")) + int(hundredths or 0) / 100
    units = _UNITS.fullmatch(text) if text else None
    if units is not None:
        hours, minutes, rest = (float(number or 0) for number in units.groups())
        return hours * 3600 + minutes * 60 + rest
    try:
        return _of_value(datetime.datetime.fromisoformat(text))
    except ValueError:
        return None


def _of_value(value: object) -> float | None:
    if isinstance(value, datetime.datetime):
        # What the clock on the wall showed: the day is the meeting's own.
        return value.replace(tzinfo=datetime.UTC).timestamp()
    if isinstance(value, datetime.time):
        return value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if is_number(value):
        number = float(value)  # type: ignore[arg-type]
        return number if math.isfinite(number) else None
    return None
