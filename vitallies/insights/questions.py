"""For each vital lie an open question, which asks the believer for evidence of what is possible."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import fsum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from vitallies.errors import UsageError
from vitallies.insights.phrasing import Slots
from vitallies.insights.quotation import is_relative, lacks_subject, quotation, unframed
from vitallies.insights.topic import shapes
from vitallies.labels import KINDS, STANCES
from vitallies.pipeline.rules import rules

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis

_RULES: Final = "vitallies.insights.rules"

_ORDER: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "EXCUSE": (
            ("owner",),
            ("tried",),
            ("lack",),
            ("action",),
            ("worth",),
            ("outcome",),
            ("open",),
            ("claim",),
            ("bare",),
        ),
        "RATIONALIZATION": (
            ("tried",),
            ("spared",),
            ("worth",),
            ("needless",),
            ("action",),
            ("outcome",),
            ("open",),
            ("claim",),
            ("bare",),
        ),
        "DENIAL": (
            ("spared",),
            ("worth",),
            ("needless",),
            ("action",),
            ("open", "is", "whether"),
            ("whether", "claim"),
            ("urged",),
            ("bare",),
        ),
        "MYTH": (
            ("harmless",),
            ("tried",),
            ("worth",),
            ("needless",),
            ("action",),
            ("open",),
            ("except", "rule"),
            ("claim",),
            ("bare",),
        ),
        "SELF_DECEPTION": (("claim", "own"),),
    }
)
"""Kind → what a question builds on, the first that is recognised; those of one group are equally good."""

_LAST: Final = (("thing",), ("quote",))
"""What a question of any kind builds on where nothing else is recognised."""

UNKNOWN_KIND: Final = "MYTH"
"""The kind whose forms suit a belief of no known kind: they ask for exceptions."""

UNKNOWN_STANCE: Final = "ASSERTED"
"""The stance of a belief of no known stance: most are held by their speaker."""

_COLUMNS: Final = ("transcript", "turn", "start", "end", "speaker", "kind", "stance", "belief", "question")


@dataclass(frozen=True, slots=True)
class Question:
    """A question to put to whoever holds a belief.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets of the belief in the text of the turn.
    speaker : str, optional
        Who says it.
    kind, stance : str, optional
        Of the vital lie.
    belief : str
        As said.
    question : str
        One sentence, addressed to the speaker.
    """

    transcript: str
    turn: int
    start: int
    end: int
    speaker: str | None
    kind: str | None
    stance: str | None
    belief: str
    question: str


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of some transcripts.

    Parameters
    ----------
    questions : tuple of Question
        By transcript id, then in reading order.
    expected : float
        How many of the beliefs are expected to be vital lies indeed: the sum of their calibrated scores.
    """

    questions: tuple[Question, ...]
    expected: float

    def to_frame(self) -> pd.DataFrame:
        """One row a question, with the fields of `Question` as columns."""
        import pandas as pd

        rows = [tuple(getattr(question, name) for name in _COLUMNS) for question in self.questions]
        numbers = dict.fromkeys(("turn", "start", "end"), "int64")
        return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(dict.fromkeys(_COLUMNS, "object") | numbers)

    @property
    def reading(self) -> str:
        """What the questions are for, in plain words."""
        found = len(self.questions)
        if not found:
            return "No vital lie was found, so there is nothing to ask about."
        beliefs = "1 belief was" if found == 1 else f"{found} beliefs were"
        return (
            f"{beliefs} found that may close a door; about {self.expected:.1f} of them are expected to be vital lies "
            "indeed. Beside each stands a question to think about together: it asks what is possible and who has seen "
            "it, and takes for granted neither that the belief is false nor that anybody is at fault."
        )


def questions(analyses: Iterable[Analysis]) -> Questions:
    """Find a question for every vital lie.

    Parameters
    ----------
    analyses : iterable of Analysis
        Read once; only the beliefs and their questions are kept.

    Returns
    -------
    Questions
        For the selected spans labelled VITAL_LIE, whatever their stance, without those in turns of the customer's side.

    References
    ----------
    .. [1] R. L. Lawton, Creating a Customer-Centered Culture: Leadership in Quality, Innovation, and Speed, 1993.
    """
    found: list[Question] = []
    scores: list[float] = []
    for analysis in analyses:
        turns = analysis.transcript.turns
        for span in analysis.spans:
            if span.label != "VITAL_LIE" or not span.selected or turns[span.turn].side == "customer":
                continue
            asked = question(span.text, span.kind or UNKNOWN_KIND, span.stance or UNKNOWN_STANCE)
            at = (analysis.transcript.id, span.turn, span.start, span.end)
            found.append(Question(*at, span.speaker, span.kind, span.stance, span.text, asked))
            scores.append(span.score)
    found.sort(key=lambda item: (item.transcript, item.turn, item.start, item.end))
    return Questions(tuple(found), fsum(scores))


def question(belief: str, kind: str, stance: str = UNKNOWN_STANCE) -> str:
    """Return an open question for a belief.

    What the belief is about is recognised by rules over its words (`vitallies.insights.topic.shapes`): an act said to
    be impossible or needless, means that are missing, an owner elsewhere, what people never or always do. The kind says
    which of these a question builds on first, and in which forms; where none is recognised, the belief itself, turned
    to the speaker, takes their place, or where that would not read well (`vitallies.insights.fitting`), its words as
    said (`vitallies.insights.quotation`). Among the forms that fit, a hash of the words chooses: the same belief
    gets the same question, others get different forms. A belief that the speaker reports or rejects is not the
    speaker's own: it is quoted, and the question asks what the speaker has seen that could be set against it, or
    where it is rejected, how the speaker sees it: the quotation may be the limit or the answer to it.

    Parameters
    ----------
    belief : str
        The span of a vital lie, as said.
    kind : str
        One of `vitallies.labels.KINDS`.
    stance : str, default "ASSERTED"
        One of `vitallies.labels.STANCES`.

    Returns
    -------
    str
        One sentence, addressed to the speaker.

    Raises
    ------
    UsageError
        Where there is no such kind or stance.

    Examples
    --------
    >>> question("and um nobody reads the the manual", "MYTH")
    'What would it take for somebody to read the manual, and where have you seen that happen?'
    >>> question("swans bite", "MYTH", "REPORTED")
    'When you hear “swans bite”, what have you seen that shows it can be otherwise, and what made the difference?'
    """
    if kind not in KINDS:
        raise UsageError(f"no kind {kind!r} of vital lie: it must be one of {', '.join(KINDS)}")
    if stance not in STANCES:
        raise UsageError(f"no stance {stance!r} of a vital lie: it must be one of {', '.join(STANCES)}")
    words = " ".join(belief.lower().split())
    place = int.from_bytes(hashlib.sha256(f"{kind} {words}".encode()).digest()[:8], "big")
    filled = _own(shapes(belief), kind) if stance == "ASSERTED" else _others(belief, kind, stance)
    chosen = filled[place % len(filled)]
    return chosen[0].upper() + chosen[1:]


def _own(found: Mapping[str, Slots], kind: str) -> list[str]:
    """The forms for the first group that a belief of the speaker's fills, filled."""
    return next(filter(None, (_filled(found, kind, group) for group in (*_ORDER[kind], *_LAST))))


def _others(belief: str, kind: str, stance: str) -> list[str]:
    """The forms for a belief that is not the speaker's own, in which "I" is somebody else: it is quoted only."""
    forms = _forms("any", "rejected") if stance == "REJECTED" else _forms(kind, "reported")
    quote = quotation(unframed(belief))
    return [_leading(form, quote).format(quote=quote) for form, _ in forms]


def _leading(form: str, quote: str) -> str:
    """A form, with words in front of a quotation that is no clause by itself ("that something “is late”")."""
    if is_relative(quote):
        return (
            form.replace(" to “", " to something “")
            .replace("said “", "spoke of something “")
            .replace("hear “", "hear of something “")
        )
    if not lacks_subject(quote):
        return form
    return (
        form.replace(" to “", " to what “")
        .replace("said “", "said that something “")
        .replace("hear “", "hear that something “")
    )


def _filled(found: Mapping[str, Slots], kind: str, group: tuple[str, ...]) -> list[str]:
    return [
        _leading(form, found[shape].get("quote", "")).format_map(found[shape])
        for shape in group
        if shape in found
        for form, slots in _forms(kind, shape)
        if slots <= found[shape].keys()
    ]


@cache
def _forms(kind: str, shape: str) -> list[tuple[str, frozenset[str]]]:
    """The forms for what was recognised, each with the slots that it takes."""
    forms = [" ".join(form) for form in rules("questions", _RULES)[f"{kind.lower()} {shape}"]]
    return [(form, frozenset(slot for _, slot, _, _ in string.Formatter().parse(form) if slot)) for form in forms]
