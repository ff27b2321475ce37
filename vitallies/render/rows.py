"""An analysis as the rows of the tables: plain dicts of what JSON can hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

from vitallies.labels import LABELS
from vitallies.types import Analysis, AnnotatedSpan, Evidence, Turn

Row = dict[str, Any]
Columns = Mapping[str, Literal["text", "int", "float", "bool", "json"]]

_COUNTS: Final[Columns] = MappingProxyType(dict.fromkeys(LABELS, "int"))

SPAN_COLUMNS: Final[Columns] = MappingProxyType(
    {
        "transcript": "text",
        "turn": "int",
        "speaker": "text",
        "start": "int",
        "end": "int",
        "text": "text",
        "layer": "text",
        "label": "text",
        "kind": "text",
        "stance": "text",
        "score": "float",
        "selected": "bool",
        "time": "float",
        "sentence": "text",
        "evidence": "json",
    }
)
"""Columns of the ``spans`` table, in order, with what they hold."""

TRANSCRIPT_COLUMNS: Final[Columns] = MappingProxyType(
    {
        "transcript": "text",
        "title": "text",
        "date": "text",
        "source": "text",
        "language": "text",
        "n_turns": "int",
        "n_words": "int",
        "n_speakers": "int",
        "duration": "float",
        **_COUNTS,
    }
)
"""Columns of the ``transcripts`` table."""

SPEAKER_COLUMNS: Final[Columns] = MappingProxyType(
    {
        "transcript": "text",
        "speaker": "text",
        "role": "text",
        "team": "text",
        "side": "text",
        "n_turns": "int",
        "n_words": "int",
        "duration": "float",
        **_COUNTS,
    }
)
"""Columns of the ``speakers`` table."""


def span_rows(analysis: Analysis) -> list[Row]:
    """One row a span, keyed as `SPAN_COLUMNS`.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    list of dict
        ``sentence`` is the sentence around the span, ``evidence`` the reasons besides it. Scores and weights have six
        digits: more would be noise.
    """
    return [_span_row(span) for span in analysis.spans]


def transcript_row(analysis: Analysis) -> Row:
    """The transcript in one row, keyed as `TRANSCRIPT_COLUMNS`.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    dict
        ``duration`` reaches from the first start to the last end, in seconds; None where the transcript has no times.
        Only selected spans are counted.
    """
    transcript = analysis.transcript
    turns = transcript.turns
    starts = [turn.start for turn in turns if turn.start is not None]
    ends = [turn.end for turn in turns if turn.end is not None]
    return {
        "transcript": transcript.id,
        "title": transcript.title,
        "date": None if transcript.date is None else transcript.date.isoformat(),
        "source": transcript.source,
        "language": transcript.language,
        "n_turns": len(turns),
        "n_words": _words(turns),
        "n_speakers": len({turn.speaker for turn in turns} - {None}),
        "duration": round(max(ends) - min(starts), 3) if starts and ends and max(ends) >= min(starts) else None,
        **_counts(analysis.spans),
    }


def speaker_rows(analysis: Analysis) -> list[Row]:
    """One row a speaker, in the order in which they first speak, keyed as `SPEAKER_COLUMNS`.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    list of dict
        Turns without a speaker share a row whose ``speaker`` is None, so that the rows add up to the transcript's.
        ``duration`` is None where a turn of the speaker lacks a time.
    """
    turns = analysis.transcript.turns
    turns_of: dict[str | None, list[Turn]] = {}
    for turn in turns:
        turns_of.setdefault(turn.speaker, []).append(turn)
    spans_of: dict[str | None, list[AnnotatedSpan]] = {}
    for span in analysis.spans:
        spans_of.setdefault(turns[span.turn].speaker, []).append(span)
    return [
        {
            "transcript": analysis.transcript.id,
            "speaker": speaker,
            "role": _first(turn.role for turn in said),
            "team": _first(turn.team for turn in said),
            "side": _first(turn.side for turn in said),
            "n_turns": len(said),
            "n_words": _words(said),
            "duration": _talk(said),
            **_counts(spans_of.get(speaker, ())),
        }
        for speaker, said in turns_of.items()
    ]


def _span_row(span: AnnotatedSpan) -> Row:
    return {
        "transcript": span.transcript,
        "turn": span.turn,
        "speaker": span.speaker,
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "layer": span.layer,
        "label": span.label,
        "kind": span.kind,
        "stance": span.stance,
        "score": round(span.score, 6),
        "selected": span.selected,
        "time": span.time,
        "sentence": _first(item.text for item in span.evidence if item.source == "sentence"),
        "evidence": [_evidence(item) for item in span.evidence if item.source != "sentence"],
    }


def _evidence(item: Evidence) -> Row:
    return {
        "source": item.source,
        "text": item.text,
        "weight": round(item.weight, 6),
        "start": item.start,
        "end": item.end,
    }


def _counts(spans: Iterable[AnnotatedSpan]) -> dict[str, int]:
    found = Counter(span.label for span in spans if span.selected)
    return {label: found[label] for label in LABELS}


def _words(turns: Iterable[Turn]) -> int:
    return sum(len(turn.text.split()) for turn in turns)


def _talk(turns: Iterable[Turn]) -> float | None:
    seconds = 0.0
    for turn in turns:
        if turn.start is None or turn.end is None or turn.end < turn.start:
            return None
        seconds += turn.end - turn.start
    return round(seconds, 3)


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)
