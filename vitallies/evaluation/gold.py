"""Labelled sentences and predicted spans: frozen dataclasses that check themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Final, Self, cast

from vitallies.errors import DataError
from vitallies.labels import KINDS, LABELS, STANCES
from vitallies.types import Analysis

NATURAL: Final = ("random", "document")
"""Samplings of natural sentences: talk as it comes, not mined for a label."""

SAMPLINGS: Final = (*NATURAL, "VL", "CF", "CC", "AS", "CH", "PC", *(f"active:{label}" for label in LABELS))
"""How a sentence may have come to be labelled."""

_LARGEST: Final = 2**31


def _is_whole(value: object) -> bool:
    return type(value) is int and 0 <= value < _LARGEST


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_any(value: object) -> bool:
    return True


def _is_one_of(options: Iterable[str | None]) -> Callable[[object], bool]:
    known = frozenset(options)
    return lambda value: (value is None or isinstance(value, str)) and value in known


_WHOLE = (_is_whole, "a whole number, 0 or more (and below 2**31)")
_RULES: Final[Mapping[str, tuple[Callable[[object], bool], str]]] = {
    "doc": (_is_name, 'a document id, a string that is not empty (predictions may call it "transcript")'),
    "turn": _WHOLE,
    "start": _WHOLE,
    "end": _WHOLE,
    "sampling": (_is_one_of(SAMPLINGS), "one of " + ", ".join(SAMPLINGS)),
    "label": (_is_one_of(LABELS), "one of " + ", ".join(LABELS)),
    "kind": (_is_one_of([*KINDS, None]), "one of " + ", ".join(KINDS)),
    "stance": (_is_one_of([*STANCES, None]), "one of " + ", ".join(STANCES)),
    "arguable": (_is_flag, "true or false"),
    "selected": (_is_flag, "true or false"),
    "score": (_is_share, "a number from 0 to 1"),
    "spans": (
        lambda value: isinstance(value, tuple) and all(isinstance(x, GoldSpan) for x in value),
        "a list of GoldSpan (objects in a file)",
    ),
    "where": (_is_any, ""),
}


class _Checked:
    """What GoldSpan, GoldSentence and Prediction share: every value is checked on construction."""

    __slots__: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for name in self.__slots__:
            valid, wanted = _RULES[name]
            value = getattr(self, name)
            if not valid(value):
                raise DataError(f'"{name}" must be {wanted}, not {value!r:.60}')
        start, end = cast("Any", self).start, cast("Any", self).end
        if start >= end:
            raise DataError(f'"end" ({end}) must be greater than "start" ({start})')

    @classmethod
    def _from_values(cls, row: Mapping[str, Any]) -> Self:
        """Build from a row: null is as good as missing, keys that we don't know are ignored."""
        given = {}
        for item in fields(cast("Any", cls)):
            value = row.get(item.name)
            if value is not None:
                given[item.name] = value
            elif item.default is MISSING:
                raise DataError(f'missing key "{item.name}": give {_RULES[item.name][1]}')
        return cls(**given)


@dataclass(frozen=True, slots=True)
class GoldSpan(_Checked):
    """A labelled span of a sentence.

    Parameters
    ----------
    start, end : int
        Code-point offsets in the text of the turn.
    label : str
        One of `vitallies.labels.LABELS`.
    kind, stance : str, optional
        Needed where the label is VITAL_LIE.
    arguable : bool, default False
        Careful readers would split on the span, so it counts neither way: a sentence whose only spans of a label are
        arguable is left out for that label, and a prediction that overlaps an arguable span of its label and no clear
        one is ignored. A span that is not arguable is called clear.

    Raises
    ------
    DataError
        Where a value is none of those allowed.
    """

    start: int
    end: int
    label: str
    kind: str | None = None
    stance: str | None = None
    arguable: bool = False

    def __post_init__(self) -> None:
        _Checked.__post_init__(self)
        if self.label == "VITAL_LIE" and None in (self.kind, self.stance):
            raise DataError(f"span {self.start}-{self.end}: in the gold a VITAL_LIE needs a kind and a stance")


@dataclass(frozen=True, slots=True)
class GoldSentence(_Checked):
    """A sentence that was read and labelled; without spans it was found to carry none.

    Parameters
    ----------
    doc : str
        Id of its document.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets in the text of the turn.
    sampling : str
        One of `SAMPLINGS`; ``"random"`` and ``"document"`` make it a natural sentence.
    spans : tuple or list of GoldSpan
        Its spans, all within the sentence; kept as a tuple.
    where : str, optional
        File and line that it was read from, for messages.

    Raises
    ------
    DataError
        Where a value is none of those allowed or a span reaches out of the sentence.
    """

    doc: str
    turn: int
    start: int
    end: int
    sampling: str
    spans: tuple[GoldSpan, ...]
    where: str | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.spans, list):
            object.__setattr__(self, "spans", tuple(self.spans))
        _Checked.__post_init__(self)
        for span in self.spans:
            if span.start < self.start or span.end > self.end:
                place = f"{self.start}-{self.end}"
                raise DataError(f"span {span.start}-{span.end} must lie in its sentence, {place}")

    @property
    def natural(self) -> bool:
        """Whether the sentence is talk as it comes, not mined for a label."""
        return self.sampling in NATURAL

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Build from a row of a gold file; its "spans" are a list of objects."""
        spans = row.get("spans")
        if spans is None:
            return cls._from_values(row)
        if not isinstance(spans, list | tuple) or not all(isinstance(span, Mapping) for span in spans):
            raise DataError(f'"spans" must be a list of objects, not {spans!r:.60}')
        return cls._from_values({**row, "spans": tuple(map(GoldSpan._from_values, spans))})


@dataclass(frozen=True, slots=True)
class Prediction(_Checked):
    """A predicted span.

    Parameters
    ----------
    doc : str
        Id of the document, as in the gold.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets in the text of the turn.
    label : str
        One of `vitallies.labels.LABELS`.
    score : float, default 1.0
        Probability, 0 to 1.
    selected : bool, default True
        Whether a user is shown it. Average precision and the Brier skill use every prediction, all other figures the
        selected ones alone.
    kind, stance : str, optional
        For VITAL_LIE; none is wrong.
    where : str, optional
        File and line that it was read from, for messages.

    Raises
    ------
    DataError
        Where a value is none of those allowed.
    """

    doc: str
    turn: int
    start: int
    end: int
    label: str
    score: float = 1.0
    selected: bool = True
    kind: str | None = None
    stance: str | None = None
    where: str | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Build from a row of ``spans.jsonl`` or a like file; "transcript" stands for "doc" where that is missing."""
        return cls._from_values({**row, "doc": row.get("transcript") if row.get("doc") is None else row["doc"]})


def predictions_from(analyses: Iterable[Analysis]) -> list[Prediction]:
    """Predictions of analyses whose transcripts have the ids of the gold's documents.

    For all figures to be sound the analyzer must have been loaded with ``all_candidates=True``: average precision and
    the Brier skill look at every scored span, not at the selected ones alone.
    """
    return [
        Prediction(x.transcript, x.turn, x.start, x.end, x.label, x.score, x.selected, x.kind, x.stance)
        for analysis in analyses
        for x in analysis.spans
    ]
