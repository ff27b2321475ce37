"""Engagement: how lively the talk is after each frame, compared with the rest of the same meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from vitallies.insights.estimates import POSITIVE, Estimate, Floats, estimate
from vitallies.insights.framed_turns import FramedTurn, framed_turns
from vitallies.insights.framing import EXPERIMENTAL, FRAMES
from vitallies.pipeline.docs import blank_english, tokenise
from vitallies.pipeline.rules import rules
from vitallies.types import Analysis

if TYPE_CHECKING:
    import pandas as pd

WINDOW: Final = 5
"""Turns after one with a span that are the conversation which it opens."""

SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "turns": "changes of speaker",
        "speakers": "people taking part",
        "back_and_forth": "replies to and fro between two people",
        "questions": "questions",
    }
)
"""Sign of engagement → what it counts."""

_SAID: Final = MappingProxyType(
    {
        "CUSTOMER_FOCUSED": "talk that looks at customers from outside",
        "CUSTOMER_CENTRIC": "talk through customers' eyes",
    }
)
_COLUMNS: Final = 6
_CLOSING: Final = "\"'”’)]*"
_BEGINNING: Final = 20
"""Words of a turn among which the first two or three after its fillers are looked for."""


@dataclass(frozen=True, slots=True)
class FrameEngagement:
    """One sign of engagement after one frame.

    Parameters
    ----------
    frame : str
        The label of the spans.
    sign : str
        One of `SIGNS`.
    rate : float
        What there is of it after such a span, over all meetings: changes of speaker and questions in 100 of our words,
        replies to and fro as a share of our turns, people in six turns. NaN where there is nothing to compare.
    ratio : Estimate
        How many times as much as in the rest of the same meetings: above 1, people are more engaged than elsewhere. Its
        n counts the meetings that hold both, and the sign at least once.
    found : int
        Spans of the frame.
    expected : float
        How many of these are right in all likelihood: the sum of their calibrated scores.
    """

    frame: str
    sign: str
    rate: float
    ratio: Estimate
    found: int
    expected: float


@dataclass(frozen=True, slots=True)
class Engagement:
    """Which conversations people are most engaged in.

    Parameters
    ----------
    signs : tuple of FrameEngagement
        Every frame with every sign.
    """

    signs: tuple[FrameEngagement, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a frame and sign.

        Returns
        -------
        pandas.DataFrame
            ``frame``, ``sign``, ``rate``, ``ratio``, ``low``, ``high``, ``n`` (meetings), ``found``, ``expected`` and
            ``experimental``.
        """
        import pandas as pd

        types = {"frame": "string", "sign": "string"} | dict.fromkeys(("rate", "ratio", "low", "high"), "float64")
        types |= {"n": "int64", "found": "int64", "expected": "float64", "experimental": "bool"}
        rows = [
            [it.frame, it.sign, it.rate, *astuple(it.ratio), it.found, it.expected, it.frame in EXPERIMENTAL]
            for it in self.signs
        ]
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    @property
    def reading(self) -> str:
        """What the figures say, in plain language; experimental frames are left out."""
        return " ".join(
            _sentence(said, [it for it in self.signs if it.frame == frame]) for frame, said in _SAID.items()
        )


def engagement(analyses: Iterable[Analysis]) -> Engagement:
    r"""Compare how lively the talk is after each frame with the rest of the same meeting.

    Parameters
    ----------
    analyses : iterable of Analysis
        One a meeting, in any order; read once, and only counts are kept.

    Returns
    -------
    Engagement
        Every turn of ours that has one with a span among the `WINDOW` turns in front of it is compared with those that
        have not, matched by meeting and by how many words of ours there are in these (powers of two). With :math:`a_k`
        events in the :math:`s_k` turns (or words) of match k after the frame, and :math:`b_k` in the :math:`t_k` of the
        rest, the ratio is that of Mantel and Haenszel for rates [1]_,

        .. math:: \frac{\sum_k a_k t_k / (s_k + t_k)}{\sum_k b_k s_k / (s_k + t_k)}

        with its interval over meetings. One interval in twenty leaves out 1 by chance.

    Notes
    -----
    Nothing counts twice, since each turn counts once, on one side or the other. Unmatched, the comparison would measure
    something else: the longer turns are, the likelier one holds a span, and the fewer changes of speaker there are,
    whatever is said. Clauses drawn at random from 361 real transcripts gave a ratio of 0.56 for changes of speaker in a
    span's turn and the five after, unmatched; so compared they give 0.98 to 1.01 for every sign.

    **turns**: changes of speaker to each 100 words; the same speaker's turns in a row are one. **speakers**: distinct
    people of ours in a turn and the five in front. **back_and_forth**: turns whose speaker had the last turn but one as
    well. **questions**: words with a question mark to each 100; in a turn without any closing mark, as recognisers
    leave it, whether it begins as questions do. Turns of the customer's side keep their place between ours but are not
    counted. Where somebody is not named, nothing is told of speakers and of replies.

    References
    ----------
    .. [1] S. Greenland and J. M. Robins, Estimation of a common effect parameter from sparse follow-up data,
       Biometrics 41, 1985.
    """
    # Sorted, since sums of floats depend on their order in the last digits, and results may not.
    meetings = sorted((analysis.transcript.id, engagement_counts(analysis).tolist()) for analysis in analyses)
    counts = np.array([counts for _, counts in meetings]).reshape(-1, len(FRAMES), len(SIGNS), _COLUMNS)
    return Engagement(
        tuple(
            _measured(frame, sign, counts[:, row, column])
            for row, frame in enumerate(FRAMES)
            for column, sign in enumerate(SIGNS)
        )
    )


def _measured(frame: str, sign: str, counts: Floats) -> FrameEngagement:
    found, expected = counts[:, 4:].sum(0).tolist()
    counts = counts[counts[:, 1] > 0]
    events, size = counts[:, :2].T
    rate = float(events.sum() / size.sum()) if len(size) else np.nan
    ratio = estimate(lambda sums: sums[0] / sums[1], counts[:, 2:4], within=POSITIVE, sizes=size)
    return FrameEngagement(frame, sign, rate, ratio, int(found), expected)


@dataclass(slots=True)
class _Floor:
    """What is said until another speaks; words, questions and spans are those of our side."""

    speaker: str | None
    words: int = 0
    questions: int = 0
    found: Counter[str] = field(default_factory=Counter)


def engagement_counts(analysis: Analysis) -> Floats:
    """What one meeting adds, shape (frames, signs, 6).

    The last axis: events after the frame and the turns or words that they are in, numerator and denominator of the
    ratio, spans found and how many can be expected.
    """
    compared = np.zeros((len(FRAMES), len(SIGNS), _COLUMNS))
    ours = framed_turns(analysis)
    for framed in ours:
        for span, _, _ in framed.spans:
            compared[FRAMES.index(span.label), :, 4:] += 1, span.score
    floors = _floors(analysis, ours)
    words = _in_front([floor.words for floor in floors])
    events, sizes = _events(floors)
    # The exponent of a power of two above the words.
    matches = np.frexp(words)[1]
    for row, frame in enumerate(FRAMES):
        after = _in_front([floor.found[frame] for floor in floors]) > 0
        for match in np.unique(matches[words > 0]):
            here, rest = after & (matches == match), ~after & (matches == match)
            a, s, b, t = (of[:, where].sum(1) for where in (here, rest) for of in (events, sizes))
            told = (s > 0) & (t > 0)
            a, s, b, t = (column[told] for column in (a, s, b, t))
            compared[row, told, :4] += np.column_stack([a, s, a * t / (s + t), b * s / (s + t)])
    return compared


def _floors(analysis: Analysis, ours: Iterable[FramedTurn]) -> list[_Floor]:
    framed = {turn.number: turn for turn in ours}
    floors: list[_Floor] = []
    for number, turn in enumerate(analysis.transcript.turns):
        words = turn.text.split()
        if words and (not floors or turn.speaker is None or turn.speaker != floors[-1].speaker):
            floors.append(_Floor(turn.speaker))
        if number in framed:
            floors[-1].words += len(words)
            floors[-1].questions += _questions(words)
            floors[-1].found.update(span.label for span, _, _ in framed[number].spans)
    return floors


def _in_front(values: ArrayLike) -> Floats:
    """Sums over the `WINDOW` turns in front of each, from the first that has so many."""
    sums: Floats = np.cumsum(np.concatenate([[0.0], np.asarray(values, np.float64)]))
    return sums[WINDOW:-1] - sums[: -WINDOW - 1]


def _events(floors: list[_Floor]) -> tuple[Floats, Floats]:
    """Events, and the turns or hundreds of words that they are in, for each sign; shape (signs, turns) both."""
    events, sizes = np.zeros((2, len(SIGNS), max(0, len(floors) - WINDOW)))
    for at, floor in enumerate(floors[WINDOW:]):
        if floor.words:
            around = floors[at : at + WINDOW + 1]
            people = {it.speaker for it in around if it.words}
            named = all(it.speaker is not None for it in around)
            replies = around[-3].speaker == floor.speaker
            events[:, at] = 1, len(people) * named, replies * named, floor.questions
            sizes[:, at] = floor.words / 100, named, named, floor.words / 100
    return events, sizes


def _questions(words: list[str]) -> int:
    """Question marks of a turn; where it has no closing marks at all, whether it begins as a question does."""
    bare = [word.rstrip(_CLOSING) for word in words]
    if any(word.endswith((".", "?", "!", "…")) for word in bare):
        return sum(word.rstrip("!").endswith("?") for word in bare)
    return int(_asks(" ".join(words[:_BEGINNING])))


def _asks(text: str) -> bool:
    """Whether a text begins as a question does.

    Of 9,151 first sentences of turns in real transcripts, taken without marks and capitals, it finds 38% of those with
    a question mark, and 85% of what it finds has one.
    """
    fillers, words, auxiliaries, subjects, phrases = _openings()
    norms = [token.norm_ for token in tokenise(blank_english(), text)]
    begins = next((at for at, norm in enumerate(norms) if norm not in fillers), len(norms))
    said = tuple(norms[begins : begins + 3])
    if said in phrases or said[:2] in phrases:
        return True
    return len(said) > 1 and (
        (said[0] in words and said[1] in auxiliaries) or (said[0] in auxiliaries and said[1] in subjects)
    )


@cache
def _openings() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str], frozenset[tuple[str, ...]]]:
    """Fillers, question words, auxiliaries, subjects, and phrases that open a question."""
    lists = rules("engagement", "vitallies.insights.rules")
    fillers, words, auxiliaries, subjects = (
        frozenset(phrase[0] for phrase in phrases)
        for phrases in (rules("speech")["fillers"], lists["words"], lists["auxiliaries"], lists["subjects"])
    )
    return fillers, words, auxiliaries, subjects, frozenset(lists["phrases"])


def _sentence(said: str, signs: list[FrameEngagement]) -> str:
    meetings = max((it.ratio.n for it in signs), default=0)
    if all(np.isnan(it.ratio.low) for it in signs):
        return f"Of {said} there is too little, or in too few meetings, to tell how engaged people are in it."
    more = [_times(it) for it in signs if it.ratio.low > 1]
    fewer = [_times(it) for it in signs if it.ratio.high < 1]
    if not more and not fewer:
        return (
            f"After {said} no sign of engagement differs from the rest of the same {meetings} meetings by more than "
            "chance would make it."
        )
    told = [f"{word} {_listed(items)}" for word, items in (("more", more), ("fewer", fewer)) if items]
    return f"After {said} there are {' and '.join(told)} than in the rest of the same {meetings} meetings."


def _times(sign: FrameEngagement) -> str:
    times = sign.ratio
    return f"{SIGNS[sign.sign]} ({times.value:.2f} times as many, 95% interval {times.low:.2f} to {times.high:.2f})"


def _listed(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
