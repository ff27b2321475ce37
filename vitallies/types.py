"""Transcripts in, annotated spans out: the frozen dataclasses that every part exchanges."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from vitallies.errors import UsageError
from vitallies.labels import KINDS, LAYER_OF, STANCES, Role

if TYPE_CHECKING:
    import pandas as pd
    from spacy.tokens import Doc

Side = Literal["ours", "customer"]

LONGEST_MEETING = 1e12
"""Seconds; more is no time but a mistake."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """Replace each lone surrogate by U+FFFD, one for one: no encoding can write it, and offsets must stay."""
    return _SURROGATE.sub("\ufffd", text)


def _clean(text: str | None, what: str) -> str | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise UsageError(f"{what} must be a str, not {type(text).__name__}: {text!r:.60}")
    return without_surrogates(text)


def _seconds(value: float | None, what: str) -> float | None:
    if value is None:
        return None
    if not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value <= LONGEST_MEETING:
        return float(value)
    given = type(value).__name__ if isinstance(value, int) else repr(value)[:60]
    raise UsageError(
        f"{what} must be seconds from the beginning, a finite number from 0 to {LONGEST_MEETING:.0e}, not {given}"
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another speaks.

    Parameters
    ----------
    text : str
        The words, verbatim. Offsets of spans are code points in it; lone surrogates become U+FFFD, one for one.
    speaker : str, optional
        The name as the transcript has it; a blank one is none, as a blank role or team is.
    start, end : float, optional
        Seconds from the beginning of the meeting.
    role, team : str, optional
        What the caller knows of the speaker.
    side : {"ours", "customer"}, optional
        Whose side the speaker is on; None (unknown) is treated as ours.
    meta : mapping, optional
        Whatever else the reader found: ``meta["cues"]`` holds ``[offset, start, end]`` of each caption cue, offsets in
        code points and times in seconds.

    Raises
    ------
    UsageError
        Where a value has the wrong type, a time is negative or not finite, or the side is neither of the two.
    """

    text: str
    speaker: str | None = None
    start: float | None = None
    end: float | None = None
    role: str | None = None
    team: str | None = None
    side: Side | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.text is None:
            raise UsageError("the text of a turn must be a str, not None")
        for name in ("text", "speaker", "role", "team"):
            object.__setattr__(self, name, _clean(getattr(self, name), f"the {name} of a turn"))
        for name in ("speaker", "role", "team"):
            if not (getattr(self, name) or "").strip():
                object.__setattr__(self, name, None)
        for name in ("start", "end"):
            object.__setattr__(self, name, _seconds(getattr(self, name), f"the {name} of a turn"))
        if self.side not in ("ours", "customer", None):
            raise UsageError(f'the side of a turn must be "ours", "customer" or None, not {self.side!r:.60}')

    def time_at(self, offset: int) -> float | None:
        """Seconds at which the cue around a code-point offset begins; the turn's own start where it has no cues."""
        times = [start for at, start, _ in (self.meta.get("cues") or ()) if at <= offset and start is not None]
        return times[-1] if times else self.start


@dataclass(frozen=True, slots=True)
class Transcript:
    """One meeting, call or interview.

    Parameters
    ----------
    id : str
        Names the transcript in every table.
    turns : iterable of Turn
        In the order in which they were said; kept as a tuple.
    title, source, language : str, optional
        ``source`` is where it came from; ``language`` an ISO 639-1 code ("en").
    date : datetime.date, optional
        The day of the meeting.
    meta : mapping, optional
        Keys of the file that vitallies does not know, and the reader's counts of what it skipped.

    Raises
    ------
    UsageError
        Where the id is empty or a value has the wrong type.
    """

    id: str
    turns: tuple[Turn, ...]
    title: str | None = None
    date: datetime.date | None = None
    source: str | None = None
    language: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id:
            raise UsageError(f"a transcript needs an id, a str that is not empty, not {self.id!r}")
        for name in ("id", "title", "source", "language"):
            object.__setattr__(self, name, _clean(getattr(self, name), f"the {name} of a transcript"))
        if isinstance(self.date, datetime.datetime):
            object.__setattr__(self, "date", self.date.date())
        elif self.date is not None and not isinstance(self.date, datetime.date):
            raise UsageError(f"the date of a transcript must be a datetime.date, not {self.date!r:.60}")
        object.__setattr__(self, "turns", tuple(self.turns))
        for number, turn in enumerate(self.turns):
            if not isinstance(turn, Turn):
                raise UsageError(f"turn {number} of transcript {self.id!r} must be a Turn, not {type(turn).__name__}")

    def to_json(self) -> str:
        """The transcript in the native format, one line of JSON; `vitallies.read` gives it back unchanged."""
        turns = [_without_empty(turn, "text") for turn in self.turns]
        row = _without_empty(self, "id") | {"turns": turns}
        if self.date is not None:
            row["date"] = self.date.isoformat()
        return json.dumps(row, ensure_ascii=False)


def _without_empty(item: Turn | Transcript, always: str) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in type(item).__slots__}
    return {
        name: dict(value) if name == "meta" else value
        for name, value in values.items()
        if name == always or (value is not None and not (name == "meta" and not value))
    }


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a span.

    Parameters
    ----------
    source : str
        What kind of reason: ``"sentence"`` (the sentence in which the span was found), ``"cue:…"`` (a word that sets
        the stance), ``"grounds"`` (evidence offered nearby), ``"people"`` (a mention of the people served),
        ``"words"`` (a linear contribution) or ``"occlusion"`` (words whose removal lowers the score most).
    text : str
        The words.
    weight : float
        How much it counts: log-odds for contributions and occlusion, a probability for the sentence, else 1.
    start, end : int, optional
        Code-point offsets of the words in the text of the turn.
    """

    source: str
    text: str
    weight: float
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedSpan:
    """A stretch of a turn with its label.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets in the text of the turn: ``text`` is exactly ``turns[turn].text[start:end]``.
    text : str
        The words.
    label, layer : str
        As in `vitallies.labels`.
    score : float
        Calibrated probability, 0 to 1.
    selected : bool, default True
        False only where all candidates were asked for and this one is below its threshold or overlaps a better one.
    kind, stance : str, optional
        For VITAL_LIE.
    speaker : str, optional
        Who says it.
    time : float, optional
        Seconds from the beginning of the meeting, of the cue in which the span begins.
    evidence : tuple of Evidence
        Why.

    Raises
    ------
    UsageError
        Where label, layer, kind or stance are none of the codebook's, or offsets and text disagree.
    """

    transcript: str
    turn: int
    start: int
    end: int
    text: str
    label: str
    layer: str
    score: float
    selected: bool = True
    kind: str | None = None
    stance: str | None = None
    speaker: str | None = None
    time: float | None = None
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if LAYER_OF.get(self.label) != self.layer:
            raise UsageError(f"no label {self.label!r} in layer {self.layer!r}: see vitallies.labels.LAYERS")
        if (self.kind is not None and self.kind not in KINDS) or (
            self.stance is not None and self.stance not in STANCES
        ):
            raise UsageError(f"no such kind or stance: {self.kind!r}, {self.stance!r}: see vitallies.labels")
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise UsageError(f"a span of {len(self.text)} code points cannot reach from {self.start} to {self.end}")


@dataclass(frozen=True, slots=True)
class Reference:
    """An expression that refers to the people served, as the encoder reads it.

    Parameters
    ----------
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets in the turn's text.
    score : float
        The highest calibrated probability of its words.
    role : {"end-user", "broker", "fixer"}
        What they do with the product; experimental (F1 .71, .32 and .29).
    """

    turn: int
    start: int
    end: int
    score: float
    role: Role


@dataclass(frozen=True, slots=True)
class Analysis:
    """A transcript with the spans that a model found in it.

    Parameters
    ----------
    transcript : Transcript
        What was read.
    spans : iterable of AnnotatedSpan
        In reading order; kept as a tuple.
    model : str
        Name and version of the model.
    references : tuple of Reference or None
        The words that refer to the people served, in reading order, from which `vitallies.insights.customers` tells who
        they are; None where no model told them, as without an encoder, and rules look for them.
    """

    transcript: Transcript
    spans: tuple[AnnotatedSpan, ...]
    model: str
    references: tuple[Reference, ...] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", tuple(self.spans))
        if self.references is not None:
            object.__setattr__(self, "references", tuple(self.references))

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict a span, keyed as the rows of ``spans.jsonl``."""
        from vitallies.render.rows import span_rows

        return span_rows(self)

    def to_frame(self) -> pd.DataFrame:
        """One row a span, with the columns of the ``spans`` table."""
        from vitallies.render.frames import spans_frame

        return spans_frame(self)

    def to_doc(self) -> Doc:
        """A spaCy Doc of the turns joined by a line feed, with the span groups ``turns`` and ``vitallies``."""
        from vitallies.pipeline.docs import analysis_doc

        return analysis_doc(self)

    def to_html(self) -> str:
        """A self-contained HTML fragment with the spans marked."""
        from vitallies.render.html import analysis_html

        return analysis_html(self)

    def summary(self, customers: Sequence[str] = ()) -> dict[str, Any]:
        """The row of the ``transcripts`` table: words, speakers, seconds, a count for each label, and the measures.

        Parameters
        ----------
        customers : sequence of str
            The words for the people served that the analyzer was given.
        """
        from vitallies.render.measured import summary_row

        return summary_row(self, customers)
