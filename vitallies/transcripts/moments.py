"""Moments of the calendar, as exports write them, in seconds from the first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TypeAlias

Moment: TypeAlias = str | float | None

_CALENDAR, _CALENDAR_MS = 1e8, 1e11
"""From here on a number counts the seconds, or milliseconds, since 1970."""


def moment(value: Moment) -> datetime.datetime | None:
    """The moment that an ISO 8601 text or a number since 1970 stands for; None where it is neither.

    >>> [str(moment(value)) for value in ("2026-03-02T09:02:00Z", 1772442120, "1772442120000", 65.0, "soon")]
    ['2026-03-02 09:02:00+00:00', '2026-03-02 09:02:00+00:00', '2026-03-02 09:02:00+00:00', 'None', 'None']
    """
    try:
        number = float(value or "")
    except ValueError:
        return _written(str(value))
    if number < _CALENDAR:
        return None
    try:
        return datetime.datetime.fromtimestamp(number / (1000 if number >= _CALENDAR_MS else 1), datetime.UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _written(text: str) -> datetime.datetime | None:
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def day(value: Moment) -> datetime.date | None:
    """The day of a moment, where it was written."""
    found = moment(value)
    return None if found is None else found.date()


@dataclass(slots=True)
class SinceFirst:
    """Turns moments into seconds from the first of them.

    >>> since = SinceFirst()
    >>> [since(value) for value in ("2026-03-02T09:02:00Z", None, "2026-03-02T10:02:03.5+01:00")], since.day
    ([0.0, None, 3.5], datetime.date(2026, 3, 2))
    """

    first: datetime.datetime | None = None

    def __call__(self, value: Moment) -> float | None:
        """The seconds from the first moment to another."""
        found = moment(value)
        if found is None:
            return None
        self.first = self.first or found
        return round((found - self.first).total_seconds(), 3)

    @property
    def day(self) -> datetime.date | None:
        """The day of the first moment."""
        return self.first.date() if self.first else None
