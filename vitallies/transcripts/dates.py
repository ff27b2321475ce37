"""The day of a meeting, as names of files and headers of transcripts tell it."""

from __future__ import annotations

import datetime
import re

_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_./]?)(\d\d)\2(\d\d)(?=\D|T|$)")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?)"
)
"""What the English name of a month looks like, short or not, for patterns of lines."""
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_WRITTEN = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}|{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?),? ((?:19|20)\d\d)\b",
    re.IGNORECASE,
)


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


def written_date(text: str) -> datetime.date | None:
    """The first day that a text writes with the English name of its month; None where there is none.

    >>> [str(written_date(text)) for text in ("March 2, 2026, 9:02AM", "2 March 2026", "in March 2026", "30 Feb 2026")]
    ['2026-03-02', '2026-03-02', 'None', 'None']
    """
    match = _WRITTEN.search(text)
    if match is None:
        return None
    day, month, month_first, day_last, year = match.groups()
    try:
        return datetime.date(int(year), _MONTHS.index((month or month_first).lower()) + 1, int(day or day_last))
    except ValueError:
        return None
