"""The day of a meeting, where only the name of its file tells."""

from __future__ import annotations

import datetime
import re

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?=\D|T|$)")


def date_in(name: str) -> datetime.date | None:
    """The first day that a file's name holds, year first; None where there is none.

    >>> [str(date_in(name)) for name in ("GMT20240105-140003_Recording.vtt", "2024-01-05 standup.txt", "room 20249999")]
    ['2024-01-05', '2024-01-05', 'None']
    """
    for year, _, month, day in _DAY.findall(name):
        try:
            return datetime.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None
