"""Vital lies as recurring beliefs: which they are, how many hold each, in how many meetings, and every match.

Made from the rows of the ``spans`` tables, never from transcripts: to add meetings, give the rows of all.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from vitallies.errors import UsageError
from vitallies.insights.estimates import FEWEST, NO_INTERVAL, Estimate, ratio
from vitallies.insights.grouping import CLOSE, CLOSE_FAST, Meanings, central, grouped, wording
from vitallies.labels import KINDS, STANCES

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.classify.store import Model
    from vitallies.types import Analysis

Row = Mapping[str, Any]
Speaker = tuple[str, str | None]

WIDE_PEOPLE: Final = 3
WIDE_MEETINGS: Final = 3
WIDE_SHARE: Final = 0.1
"""A belief is widely believed where at least so many people assert it, in so many meetings, and in such a share of all
meetings. Speakers without a name count as one person, since they may be."""

_NAMED: Final = 3
"""Widely believed ones that a reading names."""

_COLUMNS: Final[dict[str, str]] = {
    "belief": "string",
    "count": "int64",
    "expected": "float64",
    "people": "int64",
    "unnamed": "int64",
    "meetings": "int64",
    "share": "float64",
    "share_low": "float64",
    "share_high": "float64",
    **dict.fromkeys((*KINDS, *STANCES), "int64"),
    "believers": "int64",
    "widely_believed": "bool",
    "first_seen": "object",
    "last_seen": "object",
    "wordings": "int64",
    "reading": "string",
}
_MATCH_COLUMNS: Final[dict[str, str]] = {
    "belief": "string",
    "transcript": "string",
    "turn": "int64",
    "start": "int64",
    "end": "int64",
    "text": "string",
    "speaker": "string",
    "kind": "string",
    "stance": "string",
    "score": "float64",
    "date": "object",
}


@dataclass(frozen=True, slots=True)
class Match:
    """A vital lie that says a belief.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    turn, start, end : int
        Its place, as in the ``spans`` table: number of the turn, and code points in the turn's text.
    text : str
        The words.
    speaker : str or None
        Who says it.
    kind, stance : str or None
        As in `vitallies.labels`.
    score : float
        Calibrated probability.
    date : datetime.date or None
        The day of the meeting.
    """

    transcript: str
    turn: int
    start: int
    end: int
    text: str
    speaker: str | None
    kind: str | None
    stance: str | None
    score: float
    date: datetime.date | None


@dataclass(frozen=True, slots=True)
class Belief:
    """A belief that was said at least twice.

    Parameters
    ----------
    wording : str
        A match that is as like all others as any (a medoid, see `vitallies.insights.grouping.central`), verbatim.
    expected : float
        How many of the matches are expected to be vital lies: the sum of their scores.
    people : int
        Different names among those who say it, whichever their stance. A name is one person in all meetings.
    unnamed : int
        Matches whose speaker has no name.
    believers : int
        People who assert it; speakers without a name count as one.
    meetings : int
        Meetings in which it is said.
    share : Estimate
        Share of all meetings in which it is said.
    kinds, stances : mapping of str to int
        Matches of each, in the order of `vitallies.labels`, those of none left out.
    first_seen, last_seen : datetime.date or None
        Of the matches in meetings with a date.
    widely_believed : bool
        At least ``WIDE_PEOPLE`` believers, who assert it in at least ``WIDE_MEETINGS`` meetings and ``WIDE_SHARE`` of
        all meetings.
    matches : tuple of Match
        Every one, by transcript and place.
    """

    wording: str
    expected: float
    people: int
    unnamed: int
    believers: int
    meetings: int
    share: Estimate
    kinds: Mapping[str, int]
    stances: Mapping[str, int]
    first_seen: datetime.date | None
    last_seen: datetime.date | None
    widely_believed: bool
    matches: tuple[Match, ...]

    @property
    def count(self) -> int:
        """How often it is said."""
        return len(self.matches)

    @property
    def reading(self) -> str:
        """What the figures say, in plain words."""
        meetings = f"{self.meetings} of {self.share.n} meetings{_percent(self.share)}"
        voices = [f"by {self.people} {'person' if self.people == 1 else 'people'}"] if self.people else []
        voices += [f"{_times(self.unnamed)} by speakers without a name"] if self.unnamed else []
        said = (
            f'"{self.wording}", in these or other words, was found {_times(self.count)} in {meetings}, '
            f"{' and '.join(voices)}; some {self.expected:.0f} of these are expected to be true finds."
        )
        if disputed := self.stances.get("REJECTED", 0):
            said += f" It is disputed {_times(disputed)}."
        return said + (" It is widely believed." if self.widely_believed else "")


@dataclass(frozen=True, slots=True)
class Beliefs:
    """The recurring beliefs of some meetings.

    Parameters
    ----------
    found : tuple of Belief
        The most widespread first: by meetings, then people, then matches.
    spans : int
        Vital lies looked at, those that share their belief with no other included.
    expected : float
        How many of them are expected to be vital lies.
    meetings : int
        All meetings, those without any included.
    """

    found: tuple[Belief, ...]
    spans: int
    expected: float
    meetings: int

    def to_frame(self) -> pd.DataFrame:
        """One row a belief; a column of counts for each kind and stance."""
        return _frame(
            _COLUMNS,
            [
                {
                    **{name: getattr(x, name) for name in _COLUMNS if name in Belief.__slots__},
                    "belief": x.wording,
                    "count": x.count,
                    "share": x.share.value,
                    "share_low": x.share.low,
                    "share_high": x.share.high,
                    **{name: x.kinds.get(name, 0) for name in KINDS},
                    **{name: x.stances.get(name, 0) for name in STANCES},
                    "wordings": len({wording(match.text) for match in x.matches}),
                    "reading": x.reading,
                }
                for x in self.found
            ],
        )

    def matches_frame(self) -> pd.DataFrame:
        """One row a match, with the wording of its belief."""
        rows = (
            {"belief": belief.wording, **{name: getattr(match, name) for name in Match.__slots__}}
            for belief in self.found
            for match in belief.matches
        )
        return _frame(_MATCH_COLUMNS, list(rows))

    @property
    def reading(self) -> str:
        """What the figures say, in plain words."""
        if not self.spans:
            return f"No vital lie was found in {self.meetings} meetings."
        lies = "1 vital lie" if self.spans == 1 else f"{self.spans} vital lies"
        looked = f"Of {lies} found in {self.meetings} meetings"
        if not self.found:
            return f"{looked}, no two say the same."
        recurring = sum(belief.count for belief in self.found)
        wide = [f'"{belief.wording}"' for belief in self.found if belief.widely_believed]
        most = f'None is widely believed; the most widespread is "{self.found[0].wording}"'
        if wide:
            named = ", ".join(wide[:_NAMED]) + (", …" if len(wide) > _NAMED else "")
            most = f"{len(wide)} of these {'is' if len(wide) == 1 else 'are'} widely believed: {named}"
        return (
            f"{looked}, {recurring} say one of {len(self.found)} beliefs that recur. {most}. Widely believed means: "
            f"asserted by at least {WIDE_PEOPLE} people, in {WIDE_MEETINGS} meetings and {WIDE_SHARE:.0%} of all."
        )


def beliefs(
    rows: Iterable[Row],
    dates: Mapping[str, datetime.date | None],
    model: Model,
    *,
    theirs: Collection[Speaker] = (),
    fast: bool = False,
) -> Beliefs:
    """Group vital lies into recurring beliefs.

    Parameters
    ----------
    rows : iterable of mapping
        Rows of ``spans`` tables (`vitallies.render.rows.SPAN_COLUMNS`), in any order; a span that comes twice counts
        once. Only selected ones labelled VITAL_LIE are looked at.
    dates : mapping of str to datetime.date or None
        Every transcript, also those without spans, and the day of its meeting.
    model : Model
        The model that found them (`vitallies.classify.store.load_model`).
    theirs : collection of (str, str or None)
        Transcript and name of the speakers on the customer's side, whose spans are left out.
    fast : bool, default False
        Leave the encoder out, which reads some hundred wordings a second.

    Returns
    -------
    Beliefs
        What is found depends on the set of spans and meetings, not on their order. Distinct wordings are grouped once;
        see `vitallies.insights.grouping.grouped`.

    Raises
    ------
    UsageError
        Where a span is of a transcript that ``dates`` does not name.

    Notes
    -----
    On spans grouped by hand by meaning, B-cubed F1 [1]_ is .93 (95% interval .86 to .98) against .59 with every span
    left alone and .72 at best by the similarity of strings; on others, which nothing was chosen by, .90 (.84 to .95)
    against .73 and .76 (``benchmarks/beliefs.py``). There the group of a span was .92 pure and .88 complete in the
    mean: now and then a match stands under the wrong belief or one belief comes as two, so read the matches first.

    References
    ----------
    .. [1] A. Bagga and B. Baldwin, Entity-based cross-document coreferencing using the vector space model, ACL 1998.
    """
    left_out = frozenset(theirs)
    # Of rows that disagree about one place, whichever comes first by their content counts.
    distinct = sorted({_match(row, dates) for row in rows if _counts(row, left_out)}, key=repr, reverse=True)
    matches = sorted({_place(match): match for match in distinct}.values(), key=_place)
    by_wording: dict[str, list[Match]] = defaultdict(list)
    for match in matches:
        by_wording[wording(match.text)].append(match)
    wordings = sorted(by_wording)
    meanings = Meanings.of(wordings, model, fast=fast)
    groups = grouped(meanings, CLOSE_FAST if fast else CLOSE)
    sizes = [(len(by_wording[each]), len(each.split())) for each in wordings]
    medoids = central(meanings, groups, *np.array(sizes, np.intp).reshape(-1, 2).T)
    members: dict[int, list[Match]] = defaultdict(list)
    for said, group in zip(wordings, groups.tolist(), strict=True):
        members[group] += by_wording[said]
    share = cache(lambda k: ratio(np.arange(len(dates)) < k, np.ones(len(dates))))
    found = []
    for group, medoid in zip(sorted(members), medoids.tolist(), strict=True):
        if len(members[group]) > 1:
            meetings = len({match.transcript for match in members[group]})
            found.append(_belief(_spelling(by_wording[wordings[medoid]]), members[group], share(meetings)))
    found.sort(key=lambda belief: (-belief.meetings, -belief.people, -belief.count, belief.wording))
    return Beliefs(tuple(found), len(matches), float(sum(match.score for match in matches)), len(dates))


def our_lies(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """The rows of `beliefs` for a meeting: the selected vital lies in turns that are not the customer's."""
    names = ("transcript", "turn", "start", "end", "text", "label", "kind", "stance", "score", "selected", "speaker")
    for span in analysis.spans:
        if span.selected and span.label == "VITAL_LIE" and analysis.transcript.turns[span.turn].side != "customer":
            yield {name: getattr(span, name) for name in names}


def _counts(row: Row, theirs: Collection[Speaker]) -> bool:
    ours = (row["transcript"], row["speaker"]) not in theirs
    return row["label"] == "VITAL_LIE" and bool(row["selected"]) and ours


def _place(match: Match) -> tuple[str, int, int, int]:
    return match.transcript, match.turn, match.start, match.end


def _match(row: Row, dates: Mapping[str, datetime.date | None]) -> Match:
    if row["transcript"] not in dates:
        raise UsageError(
            f"dates must name every transcript, those without a date too: {row['transcript']!r} is missing"
        )
    # Read back from a file, what is empty may be NaN.
    empty = {name: None for name in ("speaker", "kind", "stance") if not (row[name] and isinstance(row[name], str))}
    own = {name: row[name] for name in Match.__slots__ if name != "date"}
    return Match(**own | empty, date=dates[row["transcript"]])


def _spelling(matches: Sequence[Match]) -> str:
    """The text that stands for matches of one wording: the commonest, of equally common ones the first."""
    return min(Counter(match.text for match in matches).items(), key=lambda item: (-item[1], item[0]))[0]


def _belief(representative: str, members: Iterable[Match], share: Estimate) -> Belief:
    matches = tuple(sorted(members, key=_place))
    asserted = [match for match in matches if match.stance == "ASSERTED"]
    believers = len({match.speaker for match in asserted})
    where = len({match.transcript for match in asserted})
    kinds, stances = (Counter(getattr(match, name) for match in matches) for name in ("kind", "stance"))
    seen = [match.date for match in matches if match.date is not None]
    return Belief(
        wording=representative,
        expected=float(sum(match.score for match in matches)),
        people=len({match.speaker for match in matches} - {None}),
        unnamed=sum(match.speaker is None for match in matches),
        believers=believers,
        meetings=len({match.transcript for match in matches}),
        share=share,
        kinds={kind: kinds[kind] for kind in KINDS if kinds[kind]},
        stances={stance: stances[stance] for stance in STANCES if stances[stance]},
        first_seen=min(seen, default=None),
        last_seen=max(seen, default=None),
        widely_believed=believers >= WIDE_PEOPLE and where >= WIDE_MEETINGS and where >= WIDE_SHARE * share.n,
        matches=matches,
    )


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _percent(share: Estimate) -> str:
    if share.n < FEWEST:
        return f" ({share.value:.0%}; {NO_INTERVAL})"
    interval = "" if np.isnan(share.low) else f", 95% interval {share.low:.0%} to {share.high:.0%}"
    return f" ({share.value:.0%}{interval})"


def _frame(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=kind) for name, kind in columns.items()})
