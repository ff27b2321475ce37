"""The tables that hold measures: meetings, speakers, and who is meant by those served."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from vitallies.insights.beliefs import Belief, beliefs, our_lies
from vitallies.insights.clarity import clarity_of
from vitallies.insights.customers import Mention
from vitallies.insights.questions import UNKNOWN_KIND, UNKNOWN_STANCE, question
from vitallies.insights.tables import (
    MEETING_COLUMNS,
    SPEAKER_MEASURE_COLUMNS,
    known,
    meeting_row,
    mentions_of,
    partial_row,
    speaker_measure_rows,
)
from vitallies.labels import KINDS, LABELS, STANCES
from vitallies.render.rows import SPEAKER_COLUMNS, TRANSCRIPT_COLUMNS, Columns, Row, speaker_rows, transcript_row
from vitallies.transcripts.doubts import left_unread
from vitallies.types import Analysis

if TYPE_CHECKING:
    from vitallies.classify.store import Model

MEASURED_TRANSCRIPT_COLUMNS: Final[Columns] = MappingProxyType({**TRANSCRIPT_COLUMNS, **MEETING_COLUMNS})
"""Columns of the ``transcripts`` table: counts, then the measures."""

MEASURED_SPEAKER_COLUMNS: Final[Columns] = MappingProxyType({**SPEAKER_COLUMNS, **SPEAKER_MEASURE_COLUMNS})
"""Columns of the ``speakers`` table: counts, then the measures."""

CUSTOMER_COLUMNS: Final[Columns] = MappingProxyType(
    {
        "group": "text",
        "role": "text",
        "share": "float",
        "mentions": "int",
        "speakers": "int",
        "meetings": "int",
        "end_user": "int",
        "broker": "int",
        "fixer": "int",
        "unclear": "int",
        "wordings": "json",
    }
)
"""Columns of the ``customers`` table: one row an answer to "who is our customer?", over all transcripts."""

BELIEF_COLUMNS: Final[Columns] = MappingProxyType(
    {
        "belief": "text",
        "question": "text",
        "count": "int",
        "expected": "float",
        "people": "int",
        "unnamed": "int",
        "believers": "int",
        "meetings": "int",
        "share": "float",
        "share_low": "float",
        "share_high": "float",
        "widely_believed": "bool",
        **dict.fromkeys((*KINDS, *STANCES), "int"),
        "first_seen": "text",
        "last_seen": "text",
        "matches": "json",
    }
)
"""Columns of the ``beliefs`` table: one row a belief that was said at least twice, over all transcripts.

``matches`` holds ``[transcript, turn, start, end]`` of each vital lie that says it.
"""


def summary_row(analysis: Analysis, customers: Sequence[str] = ()) -> Row:
    """The meeting's row of the ``transcripts`` table, keyed as `MEASURED_TRANSCRIPT_COLUMNS`."""
    return transcript_row(analysis) | meeting_row(analysis, mentions_of(analysis, customers), customers)


def measured_rows(
    analysis: Analysis, labels: Sequence[str] = LABELS, customers: Sequence[str] = ()
) -> dict[str, list[Row]]:
    """The rows of a meeting in the tables that hold measures.

    Parameters
    ----------
    analysis : Analysis
        Of its spans those of the given labels count; the others are evidence of who is served, no more.
    labels : sequence of str
        Those that were asked for: the counts of the others are None, and where some are missing so is all that
        `partial_row` does not tell.
    customers : sequence of str
        The caller's own words for the people served.

    Returns
    -------
    dict of str to list of dict
        ``transcripts`` and ``speakers`` as in the tables; ``mentions``, one row a mention, for `customer_rows`;
        ``lies``, one row a vital lie of ours, and ``dated``, one row the meeting with its date unless it was left
        unlabelled for its language, for `belief_rows`.
    """
    mentions, transcript = mentions_of(analysis, customers), analysis.transcript
    analysis = with_labels(analysis, labels)
    meeting, speakers = transcript_row(analysis), speaker_rows(analysis)
    if missing := [label for label in LABELS if label not in labels]:
        meeting |= dict.fromkeys((*missing, *MEETING_COLUMNS)) | partial_row(analysis, labels)
        speakers = [row | dict.fromkeys((*missing, *SPEAKER_MEASURE_COLUMNS)) for row in speakers]
    else:
        meeting |= meeting_row(analysis, mentions, customers)
        measures = speaker_measure_rows(analysis, customers)
        speakers = [row | more for row, more in zip(speakers, measures, strict=True)]
    return {
        "transcripts": [meeting],
        "speakers": speakers,
        "mentions": [asdict(mention) for mention in mentions],
        "lies": list(our_lies(analysis)),
        "dated": [] if left_unread(transcript) else [{"transcript": transcript.id, "date": meeting["date"]}],
    }


def with_labels(analysis: Analysis, labels: Collection[str]) -> Analysis:
    """The analysis with the spans of some labels alone."""
    return replace(analysis, spans=tuple(span for span in analysis.spans if span.label in labels))


def customer_rows(meetings: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]) -> list[Row]:
    """The ``customers`` table from the rows of mentions of each transcript, the largest share first."""
    found = clarity_of((name, [Mention(**row) for row in rows]) for name, rows in meetings)
    return [
        asdict(answer) | {"share": known(answer.share), "wordings": list(answer.wordings)} for answer in found.table
    ]


def belief_rows(
    lies: Iterable[Row],
    dates: Mapping[str, datetime.date | None],
    model: Model,
    *,
    fast: bool = False,
) -> list[Row]:
    """The ``beliefs`` table from rows of vital lies of ours, the most widespread first; see `beliefs`."""
    return [_belief_row(belief) for belief in beliefs(lies, dates, model, fast=fast).found]


def _belief_row(belief: Belief) -> Row:
    kinds = Counter(match.kind for match in belief.matches if match.text == belief.wording)
    kind = kinds.most_common(1)[0][0] or UNKNOWN_KIND
    stances = Counter(match.stance for match in belief.matches if match.text == belief.wording)
    stance = stances.most_common(1)[0][0] or UNKNOWN_STANCE
    return {
        "belief": belief.wording,
        "question": question(belief.wording, kind, stance),
        "count": belief.count,
        "expected": round(belief.expected, 6),
        "people": belief.people,
        "unnamed": belief.unnamed,
        "believers": belief.believers,
        "meetings": belief.meetings,
        "share": round(belief.share.value, 6),
        "share_low": known(belief.share.low),
        "share_high": known(belief.share.high),
        "widely_believed": belief.widely_believed,
        **{name: belief.kinds.get(name, 0) for name in KINDS},
        **{name: belief.stances.get(name, 0) for name in STANCES},
        "first_seen": belief.first_seen and belief.first_seen.isoformat(),
        "last_seen": belief.last_seen and belief.last_seen.isoformat(),
        "matches": [[match.transcript, match.turn, match.start, match.end] for match in belief.matches],
    }
