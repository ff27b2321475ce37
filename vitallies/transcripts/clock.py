"""Times of day, as chats and logs write them, in seconds from the first."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

_HOUR = r"[01]?\d|2[0-4]"
_REST = r"[:.](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?"
CLOCK = rf"(?P<hour>{_HOUR}){_REST}"
"""What a time of day looks like; `time_of_day` takes its match."""
CLOCK_OR_ELAPSED = rf"(?P<hour>{_HOUR}|\d{{2,3}}(?=:)){_REST}"
"""The same, or minutes and seconds from the beginning, of which there may be more than a day has hours; `elapsed` takes
its match too."""
_DAY = 24 * 3600


def time_of_day(match: re.Match[str]) -> int:
    """The seconds since midnight of a match of `CLOCK`."""
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"].lower() == "p")
    return hour * 3600 + int(match["minute"]) * 60 + int(match["second"] or 0)


def elapsed(match: re.Match[str]) -> int:
    """The seconds of a match of `CLOCK_OR_ELAPSED` that is no time of day: "27:30" is minutes and seconds."""
    parts = [int(match[name]) for name in ("hour", "minute", "second") if match[name]]
    return sum(part * 60**place for place, part in enumerate(reversed(parts)))


@dataclass(slots=True)
class Since:
    """Turns times of day, in the order of a file, into seconds from the first.

    >>> since = Since()
    >>> [since(time) for time in (23 * 3600, 24 * 3600 - 1, 60)]
    [0.0, 3599.0, 3660.0]
    """

    first: int | None = None
    first_day: datetime.date | None = None
    last: int = 0
    days: int = 0

    def __call__(self, time: int, day: datetime.date | None = None) -> float:
        """The seconds from the first time of day to another, of a day if that is known."""
        if self.first is None:
            self.first, self.first_day, self.last = time, day, time
        if day is not None and self.first_day is not None:
            self.days = (day - self.first_day).days
        else:
            # A jump by more than half a day passes midnight; by less, lines are out of order.
            self.days += (time < self.last - _DAY / 2) - (time > self.last + _DAY / 2 and self.days > 0)
        self.last = time
        return float(time + self.days * _DAY - self.first)


def since_first(stamps: Sequence[re.Match[str]], days: Sequence[str | None]) -> list[float | None]:
    """The seconds from the first of times of day to each; none where a chat goes on for days and is no meeting."""
    since = Since()
    return [since(time_of_day(stamp)) for stamp in stamps] if len(set(days)) == 1 else [None] * len(stamps)
