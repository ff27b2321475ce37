"""Framing: how much of what we say is about the people served, and through whose eyes; by whom, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from vitallies.insights.estimates import NO_INTERVAL, SHARE, Estimate, Floats, ratio
from vitallies.insights.framed_turns import FramedTurn, framed_turns
from vitallies.labels import FRAMING, LAYERS
from vitallies.types import Analysis, Turn

if TYPE_CHECKING:
    import pandas as pd

By = Literal["all", "meeting", "speaker", "role", "team", "part"]

FRAMES: Final = LAYERS[FRAMING]

EXPERIMENTAL: Final = frozenset({"PRODUCT_CENTRIC"})
"""Frames that the model finds too seldom and too unsurely to rest a decision on."""

PARTS: Final = ("beginning", "middle", "end")
"""Thirds of our words: every transcript has words, while many have no times, and turns are of any length."""

LINK: Final = 50
"""Words of ours between two spans about customers up to which the talk between is about them, too. In 361 real
transcripts the next such span came sooner than the meeting's average lets one expect up to a gap of about 75 words (1.2
times as often at 30 to 50 words, 0.9 times at 75 to 100)."""

_UNITS: Final = {"words": 14.0, "turns": 1.0, "seconds": 5.0}
"""What is counted, and what a framing span adds to it: clear ones in the training data have 14 words in the mean, which
take five seconds where 170 are said in a minute."""

FRAMING_MEASURES: Final = (
    ("customer_share", ("customer_words",), ("our_words",), _UNITS["words"]),
    ("centricity", ("CUSTOMER_CENTRIC_words",), tuple(f"{frame}_words" for frame in FRAMES), _UNITS["words"]),
    *(
        (f"{x}_{unit}_share", (f"{x}_{unit}",), (f"our_{unit}",), finding)
        for x in FRAMES
        for unit, finding in _UNITS.items()
    ),
)
"""Measure, columns that add up to its numerator, those of its denominator, in a row and over rows, and what one finding
adds to the numerator."""

_SUMMED: Final[Mapping[str, Literal["int", "float"]]] = MappingProxyType(
    {
        "our_words": "int",
        "our_turns": "int",
        "our_seconds": "float",
        "customer_words": "int",
        **{
            f"{frame}_{what}": "float" if what in ("expected", "seconds") else "int"
            for frame in FRAMES
            for what in ("spans", "expected", *_UNITS)
        },
    }
)

FRAMING_COLUMNS: Final[Mapping[str, Literal["int", "float"]]] = MappingProxyType(
    {**_SUMMED, **{name: "float" for name, *_ in FRAMING_MEASURES}}
)
"""What framing adds to the ``transcripts`` and ``speakers`` tables, in order: sums, then the measures made of them."""

_CUSTOMERS: Final = ("CUSTOMER_FOCUSED", "CUSTOMER_CENTRIC")
_AT: Final = {name: place for place, name in enumerate((*_SUMMED, "timed"))}
"""Column in an array of counts; the last tells how many turns have a time."""

_BY_TURN: Final[tuple[By, ...]] = ("speaker", "role", "team")
_ORDER: Final[tuple[By, ...]] = ("all", "meeting", *_BY_TURN, "part")

_Key = tuple[By, str | None]


@dataclass(frozen=True, slots=True)
class FramingGroup:
    """How a group frames the people served.

    Parameters
    ----------
    by : {"all", "meeting", "speaker", "role", "team", "part"}
        What the group is of.
    group : str or None
        Its name; None for everything together, and for turns whose speaker, role or team is not known.
    words, turns, seconds : int, int, float or None
        What it says; a turn that reaches over two parts counts in both. None where no turn has a time.
    found, expected : mapping
        Frame → spans found, and how many of these are right in all likelihood: the sum of their calibrated scores.
    measures : mapping of str to Estimate
        Name in `FRAMING_MEASURES` → a share from 0 to 1, NaN where there is nothing to divide by. Its n counts the
        meetings in which there is.
    """

    by: By
    group: str | None
    words: int
    turns: int
    seconds: float | None
    found: Mapping[str, int]
    expected: Mapping[str, float]
    measures: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True)
class Framing:
    """How the people served are framed, altogether and by groups.

    Parameters
    ----------
    groups : tuple of FramingGroup
        Everything first, then by meeting, speaker, role, team and part; empty where no analysis was given.
    """

    groups: tuple[FramingGroup, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a group and measure.

        Returns
        -------
        pandas.DataFrame
            ``by``, ``group``, ``measure``, ``frame`` (of shares of one frame), ``value``, ``low``, ``high``, ``n``
            (meetings), ``found`` and ``expected`` (spans of its frames), ``experimental``, and the group's ``words``,
            ``turns`` and ``seconds``.
        """
        import pandas as pd

        types = dict.fromkeys(("by", "group", "measure", "frame"), "string")
        types |= dict.fromkeys(("value", "low", "high"), "float64") | dict.fromkeys(("n", "found"), "int64")
        types |= {"expected": "float64", "experimental": "bool"} | dict.fromkeys(("words", "turns"), "int64")
        types |= {"seconds": "float64"}
        rows = [_long(group, name) for group in self.groups for name, *_ in FRAMING_MEASURES]
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    @property
    def reading(self) -> str:
        """What the figures say, in plain language."""
        if not self.groups or not self.groups[0].words:
            return "There is no talk of our own to read, so nothing can be said about how customers are framed."
        every = self.groups[0]
        share, centric = every.measures["customer_share"], every.measures["centricity"]
        meetings = "one meeting" if share.n == 1 else f"{share.n} meetings"
        found, expected = sum(every.found.values()), sum(every.expected.values())
        if not found:
            return (
                f"No talk about the people served was found in {meetings}: either it does not come up, or the words "
                "used for them here are not known yet (name them when loading: customers=[…])."
            )
        return (
            f"Customers drive {_percent(share)} of what we say in {meetings}: that much of it lies in stretches of "
            f"talk about them. Of the words that frame them, {_percent(centric)} look out through their eyes; the "
            "others look at them from outside or (an experimental figure) put our own product and rules first. "
            f"{found} such spans were found, of which about {expected:.0f} can be expected to be right."
        )


def framing(analyses: Iterable[Analysis]) -> Framing:
    r"""Measure how the people served are framed in what we say.

    Parameters
    ----------
    analyses : iterable of Analysis
        One a meeting, in any order; read once, and only counts are kept. A name stands for one speaker in all of them.

    Returns
    -------
    Framing
        Of each group: the **shares** of its words, turns (those with a span of the frame) and speaking time in each
        frame; **customer share**, words in stretches of talk about customers over all words; and **centricity**,

        .. math:: \frac{w_{centric}}{w_{centric} + w_{focused} + w_{product}}

        in words. Each is a ratio of sums over meetings, with its interval over meetings.

    Notes
    -----
    Customer share answers whether the customer is the driver of the conversation, so it is not the words in spans: an
    answer ("about twenty minutes") or a reason between two sentences on the customer is driven by them too. A stretch
    runs from the first to the last word of spans with at most `LINK` words between one and the next; a mention on its
    own is worth its own words. It is counted in words, since a turn may be an "mm" or a speech: on 361 real transcripts
    odd and even turns agreed better on it (reliability 0.71 by Spearman and Brown) than on the turns within stretches
    (0.62). Product-centric spans make no stretch: there the product drives.

    A span's speaking time is its share, by code points, of the time of its cue, or of its turn where there are no cues.

    References
    ----------
    .. [1] R. L. Lawton, Creating a Customer-Centered Culture, 1993.
    """
    tables: dict[_Key, list[tuple[str, list[float]]]] = {}
    for analysis in analyses:
        for key, counts in _counted(analysis).items():
            tables.setdefault(key, []).append((analysis.transcript.id, counts.tolist()))
    # Sorted, since sums of floats depend on their order in the last digits, and results may not.
    return Framing(tuple(_group(key, sorted(tables[key])) for key in sorted(tables, key=_place)))


def framing_row(analysis: Analysis) -> dict[str, Any]:
    """What framing adds to the meeting's row of the ``transcripts`` table.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    dict
        Keyed as `FRAMING_COLUMNS`, of our own turns alone. Seconds are None where no turn has a time, and measures
        where there is nothing to divide by.
    """
    return _row(_counted(analysis)["all", None])


def speaker_framing_rows(analysis: Analysis) -> list[dict[str, Any]]:
    """What framing adds to the rows of the ``speakers`` table: one row a speaker, in the order in which they speak up.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    list of dict
        As `framing_row`; the sums add up to the meeting's. Those of the customer's speakers are 0, their seconds None.
    """
    counted, speakers = _counted(analysis), dict.fromkeys(turn.speaker for turn in analysis.transcript.turns)
    return [_row(counted.get(("speaker", speaker), np.zeros(len(_AT)))) for speaker in speakers]


def _counted(analysis: Analysis) -> dict[_Key, Floats]:
    """Group → counts, shape (len(_AT),)."""
    turns = framed_turns(analysis)
    total = sum(len(framed.starts) for framed in turns)
    about = _about_customers(turns, total)
    cuts = [total * part // len(PARTS) for part in range(len(PARTS) + 1)]
    every = np.zeros(len(_AT))
    counted: dict[_Key, Floats] = {("all", None): every, ("meeting", analysis.transcript.id): every}
    for framed in turns:
        size = len(framed.starts)
        whole = _counts(framed, 0, size, about)
        every += whole
        pieces: list[tuple[_Key, Floats]] = [((by, getattr(framed.turn, by)), whole) for by in _BY_TURN]
        for part, low, high in zip(PARTS, cuts, cuts[1:], strict=False):
            first, last = max(low - framed.before, 0), min(high - framed.before, size)
            if first < last:
                pieces.append((("part", part), _counts(framed, first, last, about)))
        for key, counts in pieces:
            counted[key] = counted[key] + counts if key in counted else counts
    return counted


def _about_customers(turns: list[FramedTurn], total: int) -> NDArray[np.bool_]:
    """Which of our words lie in a stretch of talk about customers."""
    inside = np.zeros(total, np.bool_)
    end = -total - LINK
    for framed in turns:
        for span, first, last in framed.spans:
            if span.label in _CUSTOMERS:
                start = framed.before + first
                inside[end if start - end <= LINK else start : framed.before + last] = True
                end = framed.before + last
    return inside


def _counts(framed: FramedTurn, low: int, high: int, about: NDArray[np.bool_]) -> Floats:
    """Counts of the words ``low`` to ``high`` of a turn; a span counts where it ends, its words where they stand."""
    counts = np.zeros(len(_AT))
    since = int(framed.starts[low]) if low else 0
    until = int(framed.starts[high]) if high < len(framed.starts) else len(framed.turn.text)
    clock = _clock(framed.turn)
    counts[_AT["timed"]] = clock is not None
    # The rest in the order of _SUMMED.
    counts[:4] = high - low, 1, _seconds(clock, since, until), about[framed.before + low : framed.before + high].sum()
    for span, first, last in framed.spans:
        here, words = low < last <= high, max(0, min(last, high) - max(first, low))
        if here or words:
            frame = counts[_AT[f"{span.label}_spans"] :][:5]
            seconds = _seconds(clock, max(span.start, since), min(span.end, until))
            frame += here, here * span.score, words, not frame[3], seconds
    return counts


def _clock(turn: Turn) -> tuple[Floats, Floats] | None:
    """Code points of a turn, and the seconds said up to each of them; None where nothing in it has a time."""
    cues = turn.meta.get("cues") or [(0, turn.start, turn.end)]
    timed = [None not in cue for cue in cues]
    took = [max(0.0, cue[2] - cue[1]) if known else 0.0 for cue, known in zip(cues, timed, strict=True)]
    places = np.array([*(cue[0] for cue in cues), len(turn.text)], np.float64)
    return (places, np.cumsum([0.0, *took])) if any(timed) else None


def _seconds(clock: tuple[Floats, Floats] | None, low: int, high: int) -> float:
    return float(np.interp(high, *clock) - np.interp(low, *clock)) if clock else 0.0


def _place(key: _Key) -> tuple[int, int, bool, str]:
    by, group = key
    return _ORDER.index(by), PARTS.index(group) if by == "part" and group else 0, group is None, group or ""


def _group(key: _Key, table: list[tuple[str, list[float]]]) -> FramingGroup:
    counts = np.array([row for _, row in table])
    sums = dict(zip(_AT, counts.sum(0).tolist(), strict=True))
    measures = {}
    for name, over, under, finding in FRAMING_MEASURES:
        numerator, denominator = (counts[:, [_AT[column] for column in columns]].sum(1) for columns in (over, under))
        there = denominator > 0
        measures[name] = ratio(numerator[there], denominator[there], within=SHARE, finding=finding)
    return FramingGroup(
        *key,
        words=int(sums["our_words"]),
        turns=int(sums["our_turns"]),
        seconds=sums["our_seconds"] if sums["timed"] else None,
        found={frame: int(sums[f"{frame}_spans"]) for frame in FRAMES},
        expected={frame: sums[f"{frame}_expected"] for frame in FRAMES},
        measures=measures,
    )


def _row(counts: Floats) -> dict[str, Any]:
    sums = dict(zip(_AT, counts.tolist(), strict=True))
    row: dict[str, Any] = {}
    for name, holds in _SUMMED.items():
        known = sums["timed"] or not name.endswith("_seconds")
        row[name] = int(sums[name]) if holds == "int" else round(sums[name], 6) if known else None
    for name, over, under, _ in FRAMING_MEASURES:
        whole = sum(sums[column] for column in under)
        row[name] = round(sum(sums[column] for column in over) / whole, 6) if whole else None
    return row


def _long(group: FramingGroup, name: str) -> list[Any]:
    frame = next((frame for frame in FRAMES if name.startswith(frame)), None)
    frames = (frame,) if frame else _CUSTOMERS if name == "customer_share" else FRAMES
    share = group.measures[name]
    found, expected = (sum(spans[frame] for frame in frames) for spans in (group.found, group.expected))
    shown = [group.by, group.group, name, frame, share.value, share.low, share.high, share.n, found, expected]
    return [*shown, frame in EXPERIMENTAL, group.words, group.turns, group.seconds]


def _percent(share: Estimate) -> str:
    if np.isnan(share.low):
        return f"{share.value:.0%} ({NO_INTERVAL})"
    return f"{share.value:.0%} (95% interval {share.low:.0%} to {share.high:.0%})"
