"""What the measures add to the rows of meetings and speakers, and the quotients that can be compared between tables."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

from vitallies.insights.clarity import clarity_of
from vitallies.insights.comparison import Measure
from vitallies.insights.customers import CustomerFinder, Mention
from vitallies.insights.dialogue import dialogue
from vitallies.insights.framing import FRAMING_COLUMNS, FRAMING_MEASURES, framing_row, speaker_framing_rows
from vitallies.insights.language import language_columns, language_row, speaker_language_rows
from vitallies.labels import ASSUMPTION, LABELS, LAYERS
from vitallies.types import Analysis, AnnotatedSpan

Row = dict[str, Any]
Columns = Mapping[str, Literal["int", "float"]]

_EXPECTED: Final = tuple(f"{label}_expected" for label in LAYERS[ASSUMPTION])
_DIALOGUE: Final[Columns] = MappingProxyType(
    {
        **dict.fromkeys((f"{label}_spans" for label in LAYERS[ASSUMPTION]), "int"),
        **dict.fromkeys(_EXPECTED, "float"),
        "lies_asserted": "int",
        "lies_challenged": "int",
        "lies_unchallenged": "int",
    }
)
_CLARITY: Final[Columns] = MappingProxyType(
    {"customer_mentions": "int", "customer_rooms": "int", "customer_clarity": "float", "customer_answers": "float"}
)

MEETING_COLUMNS: Final[Columns] = MappingProxyType({**FRAMING_COLUMNS, **_DIALOGUE, **_CLARITY, **language_columns()})
"""What the measures add to the ``transcripts`` table, in order.

``<label>_spans`` counts our own spans, and ``<label>_expected`` is their expected true count (the sum of the calibrated
scores); ``lies_*`` count asserted vital lies; ``customer_mentions`` counts every expression for those served, pronouns
too, where the ``customers`` table and clarity count those that name them; ``customer_rooms`` is 1 where two speakers
name those served, so that clarity can be told.
"""

SPEAKER_MEASURE_COLUMNS: Final[Columns] = MappingProxyType({**FRAMING_COLUMNS, **language_columns()})
"""What the measures add to the ``speakers`` table, in order."""

MEASURES: Final = (
    *(Measure(f"{label} per 1,000 words", (f"{label}_spans",), ("our_words",), 1000.0) for label in LABELS),
    *(Measure(name, over, under, finding=finding) for name, over, under, finding in FRAMING_MEASURES),
    Measure("unchallenged rate", ("lies_unchallenged",), ("lies_asserted",)),
    Measure("customer clarity", ("customer_clarity",), ("customer_rooms",)),
    *(
        Measure(f"{name.removesuffix('_hits')} per 1,000 words", (name,), ("our_words",), 1000.0)
        for name in language_columns()
        if name.endswith("_hits")
    ),
)
"""What is compared of two tables of transcripts, in order; a measure whose columns a table lacks is left out."""


def mentions_of(analysis: Analysis, customers: Sequence[str] = ()) -> tuple[Mention, ...]:
    """Return the mentions of the people served, as `CustomerFinder` finds them."""
    return _finder(tuple(customers)).find(analysis)


def partial_row(analysis: Analysis, labels: Sequence[str]) -> Row:
    """What `meeting_row` tells where spans of some labels alone were asked for."""
    our_words = framing_row(analysis)["our_words"]
    return {"our_words": our_words, **_found(_ours(analysis), labels)}


def _ours(analysis: Analysis) -> list[AnnotatedSpan]:
    """The selected spans that are not in a customer's turn."""
    turns = analysis.transcript.turns
    return [span for span in analysis.spans if span.selected and turns[span.turn].side != "customer"]


def _found(spans: Sequence[AnnotatedSpan], labels: Sequence[str]) -> Row:
    counts = Counter(span.label for span in spans)
    return {f"{label}_spans": counts[label] for label in labels}


def meeting_row(analysis: Analysis, mentions: Sequence[Mention], customers: Sequence[str] = ()) -> Row:
    """What the measures add to the meeting's row of the ``transcripts`` table.

    Parameters
    ----------
    analysis : Analysis
    mentions : sequence of Mention
        Those of the meeting.
    customers : sequence of str
        The caller's own words for the people served.

    Returns
    -------
    dict
        Keyed as `MEETING_COLUMNS`; a measure is None where there is nothing to compute it from.
    """
    ours = _ours(analysis)
    (followed,) = dialogue([analysis]).meetings
    clarity = clarity_of([(analysis.transcript.id, mentions)]).meetings
    named = clarity[0] if clarity else None
    return {
        **framing_row(analysis),
        **_found(ours, LAYERS[ASSUMPTION]),
        **{
            name: round(sum((span.score for span in ours if span.label == label), 0.0), 6)
            for name, label in zip(_EXPECTED, LAYERS[ASSUMPTION], strict=True)
        },
        "lies_asserted": followed.asserted,
        "lies_challenged": followed.challenged,
        "lies_unchallenged": followed.unchallenged,
        "customer_mentions": len(mentions),
        "customer_rooms": int(named is not None and named.speakers > 1),
        "customer_clarity": known(named.clarity) if named else None,
        "customer_answers": known(named.answers) if named else None,
        **language_row(analysis, customers),
    }


def speaker_measure_rows(analysis: Analysis, customers: Sequence[str] = ()) -> list[Row]:
    """What the measures add to the rows of the ``speakers`` table, in the order in which the speakers first speak."""
    rows = zip(speaker_framing_rows(analysis), speaker_language_rows(analysis, customers), strict=True)
    return [framing | language for framing, language in rows]


@lru_cache(maxsize=4)
def _finder(customers: tuple[str, ...]) -> CustomerFinder:
    return CustomerFinder(customers)


def known(value: float) -> float | None:
    """Return a figure with six digits; None where it is not a number."""
    return None if math.isnan(value) else round(value, 6)
