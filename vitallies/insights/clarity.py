"""Customer clarity: whether people in a room mean the same people when they speak of those served."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from scipy.stats import t as student_t

from vitallies.errors import UsageError
from vitallies.insights.customers import CUSTOMER, CustomerFinder, Mention
from vitallies.insights.estimates import FEWEST, LEVEL, NO_INTERVAL, Estimate, ratio
from vitallies.labels import ROLES, Role

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis

_WORDINGS = 3
"""Wordings kept with each answer."""

_ANSWER_DTYPES: Final[dict[str, Any]] = {
    "group": "string",
    "role": "string",
    "share": "float64",
    "mentions": "int64",
    "speakers": "int64",
    "meetings": "int64",
    "end_user": "int64",
    "broker": "int64",
    "fixer": "int64",
    "unclear": "int64",
    "wordings": "object",
}
_MEETING_DTYPES: Final[dict[str, Any]] = {
    "transcript": "string",
    "mentions": "int64",
    "speakers": "int64",
    "clarity": "float64",
    "answers": "float64",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to "who is our customer?", as the talk gives it.

    Parameters
    ----------
    group : str
        Who they are, in the singular; ``"customer"`` stands for words that name no group ("customers", "people").
    role : {"end-user", "broker", "fixer", "unclear"}
        The role that most of the mentions tell, leaving aside those that tell none.
    share : float
        Of the room, each speaker weighing the same.
    mentions, speakers, meetings : int
        Expressions that name it; speakers who do (one who speaks in two meetings counts in each); meetings.
    end_user, broker, fixer, unclear : int
        Mentions in each role.
    wordings : tuple of str
        The commonest words for it, at most three.
    """

    group: str
    role: Role
    share: float
    mentions: int
    speakers: int
    meetings: int
    end_user: int
    broker: int
    fixer: int
    unclear: int
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MeetingClarity:
    """Clarity in one meeting.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    mentions : int
        Expressions that name those served; pronouns are not counted.
    speakers : int
        Speakers who name somebody.
    clarity : float
        The chance that two of them mean the same group; NaN with fewer than two.
    answers : float
        Effective number of groups in this meeting, as it is; NaN where nobody named one.
    """

    transcript: str
    mentions: int
    speakers: int
    clarity: float
    answers: float


@dataclass(frozen=True, slots=True)
class CustomerClarity:
    """How clear it is, in some meetings, who the people served are.

    Parameters
    ----------
    clarity : Estimate
        The chance that two people of one room, each naming one of the groups that they name, mean the same; the mean
        over the meetings in which two speakers name somebody.
    answers : Estimate
        How many answers: the effective number of groups, each speaker weighing the same.
    unnamed : Estimate
        Share of the room that is left with a word that names no group.
    table : tuple of Answer
        The different answers, the largest share first.
    meetings : tuple of MeetingClarity
        By transcript id.
    """

    clarity: Estimate
    answers: Estimate
    unnamed: Estimate
    table: tuple[Answer, ...]
    meetings: tuple[MeetingClarity, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row an answer, with the fields of `Answer` as columns, the same for a frame without rows."""
        return _frame(self.table, _ANSWER_DTYPES)

    def meetings_frame(self) -> pd.DataFrame:
        """One row a meeting, with the fields of `MeetingClarity` as columns."""
        return _frame(self.meetings, _MEETING_DTYPES)

    @property
    def reading(self) -> str:
        """What the figures say, in plain words."""
        if not self.table:
            return "Nobody named the people served in these meetings, so there is nothing to compare."
        commonest = ", ".join(f'"{answer.group}"' for answer in self.table[:3])
        if math.isnan(self.answers.value):
            return f"They speak most of {commonest}; who speaks is not known, so neither is whether they agree."
        answers = (
            f"Who the customer is has the equivalent of {self.answers.value:.1f} equally common answers"
            f"{_interval(self.answers, '{:.1f}')}; most often: {commonest}."
        )
        rare = sum(answer.meetings == 1 for answer in self.table)
        if self.answers.n >= FEWEST and 2 * rare > len(self.table) and self.answers.value > len(self.table):
            answers += (
                f" Only {len(self.table)} were named, {rare} of them in one meeting alone: others would bring more."
            )
        unnamed = f" {self.unnamed.value:.0%} of the naming stays with a general word, which leaves open who is meant."
        if math.isnan(self.clarity.value):
            return answers + unnamed + " In no meeting did two speakers name them, so their agreement is unknown."
        return (
            f"Two people in the same room mean the same group {self.clarity.value:.0%} of the time"
            f"{_interval(self.clarity, '{:.0%}')}. {answers}{unnamed}"
        )


def _interval(estimate: Estimate, form: str) -> str:
    if math.isnan(estimate.low):
        return f" ({_meetings(estimate.n)}; {NO_INTERVAL})"
    low, high = form.format(estimate.low), form.format(estimate.high)
    return f" (95% interval {low} to {high}, {_meetings(estimate.n)})"


def _meetings(n: int) -> str:
    return "one meeting" if n == 1 else f"{n} meetings"


def _frame(rows: Sequence[Answer] | Sequence[MeetingClarity], dtypes: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {name: pd.Series([getattr(row, name) for row in rows], dtype=dtype) for name, dtype in dtypes.items()}
    )


def customer_clarity(analyses: Iterable[Analysis], *, customers: Sequence[str] = ()) -> CustomerClarity:
    """Measure how clear it is who the people served are.

    Parameters
    ----------
    analyses : iterable of Analysis
        Read once; of each, only counts by group are kept.
    customers : sequence of str
        The caller's own words for them: see `CustomerFinder`.

    Returns
    -------
    CustomerClarity
        See `clarity_of` for the formulas.
    """
    finder = CustomerFinder(customers)
    return clarity_of((analysis.transcript.id, finder.find(analysis)) for analysis in analyses)


def clarity_of(found: Iterable[tuple[str, Sequence[Mention]]]) -> CustomerClarity:
    r"""Measure clarity from mentions already found.

    Parameters
    ----------
    found : iterable of (str, sequence of Mention)
        Id and mentions of each transcript; read once.

    Returns
    -------
    CustomerClarity
        The same whatever the order of the transcripts.

    Raises
    ------
    UsageError
        Where two transcripts have one id.

    Notes
    -----
    Speaker :math:`i` of meeting :math:`m` names group :math:`g` in a share :math:`p_{mig}` of their mentions (pronouns
    name nobody and are left out, and so are turns without a speaker). With :math:`S_m` speakers who name somebody,

    .. math:: c_m = \frac{1}{S_m (S_m - 1)} \sum_{i \ne j} \sum_g p_{mig}\, p_{mjg}

    for :math:`S_m \ge 2`: two people of the room are drawn, then a mention of each. Clarity is the mean of
    :math:`c_m` over these meetings, so that a large one counts no more than a small one. It is Simpson's probability of
    identity [1]_ between people instead of within one; its interval is the jackknife's over meetings.

    Each speaker weighing the same, :math:`P_g = \sum_{mi} p_{mig} / \sum_m S_m`, and how many answers there are is the
    effective number of groups of order 1, :math:`\exp(-\sum_g P_g \ln P_g)` [2]_: so many equally common ones would be
    as varied. As few meetings show few groups, the entropy is corrected, and its interval found, by the jackknife over
    meetings [3]_; with one or two meetings it is left as it is, without an interval.

    References
    ----------
    .. [1] E. H. Simpson, Measurement of diversity, Nature 163, 1949.
    .. [2] L. Jost, Entropy and diversity, Oikos 113, 2006.
    .. [3] S. Zahl, Jackknifing an index of diversity, Ecology 58, 1977.
    """
    tally = _Tally()
    for transcript, mentions in found:
        tally.add(transcript, [mention for mention in mentions if mention.named])
    rooms = [tally.rooms[name] for name in sorted(tally.rooms)]
    naming = [room for room in rooms if room.speakers]
    pairs = [room for room in naming if room.speakers > 1]
    return CustomerClarity(
        clarity=ratio([room.agreement for room in pairs], [1.0] * len(pairs)),
        answers=_effective_number([room.weights for room in naming]),
        unnamed=ratio([room.weights.get(CUSTOMER, 0.0) for room in naming], [room.speakers for room in naming]),
        table=tally.table(naming),
        meetings=tuple(
            MeetingClarity(name, room.mentions, room.speakers, room.agreement, _exp_entropy(room.weights))
            for name, room in sorted(tally.rooms.items())
        ),
    )


@dataclass(frozen=True, slots=True)
class _Room:
    """What one meeting adds: ``weights`` holds, for each group, the sum of its share over the speakers."""

    mentions: int
    speakers: int
    agreement: float
    weights: dict[str, float]


@dataclass(slots=True)
class _Tally:
    rooms: dict[str, _Room] = field(default_factory=dict)
    roles: defaultdict[str, Counter[Role]] = field(default_factory=lambda: defaultdict(Counter))
    wordings: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    speakers: Counter[str] = field(default_factory=Counter)
    meetings: Counter[str] = field(default_factory=Counter)

    def add(self, transcript: str, mentions: Sequence[Mention]) -> None:
        if transcript in self.rooms:
            raise UsageError(f"two transcripts have the id {transcript!r}: give each an id of its own")
        by_speaker: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for mention in mentions:
            self.roles[mention.group][mention.role] += 1
            self.wordings[mention.group][mention.text.lower()] += 1
            if mention.speaker is not None:
                by_speaker[mention.speaker][mention.group] += 1
        self.meetings.update({mention.group for mention in mentions})
        shares = [
            {group: count / counts.total() for group, count in counts.items()}
            for _, counts in sorted(by_speaker.items())
        ]
        self.speakers.update(group for share in shares for group in share)
        self.rooms[transcript] = _Room(len(mentions), len(shares), _agreement(shares), _added(shares))

    def table(self, rooms: Sequence[_Room]) -> tuple[Answer, ...]:
        weights, speakers = _added([room.weights for room in rooms]), sum(room.speakers for room in rooms)
        answers = []
        for group, roles in self.roles.items():
            said = sorted(self.wordings[group].items(), key=lambda item: (-item[1], item[0]))
            told = [role for role in ROLES if role != "unclear" and roles[role]]
            answers.append(
                Answer(
                    group=group,
                    role=max(told, key=lambda role: roles[role]) if told else "unclear",
                    share=weights.get(group, 0.0) / speakers if speakers else math.nan,
                    mentions=roles.total(),
                    speakers=self.speakers[group],
                    meetings=self.meetings[group],
                    end_user=roles["end-user"],
                    broker=roles["broker"],
                    fixer=roles["fixer"],
                    unclear=roles["unclear"],
                    wordings=tuple(words for words, _ in said[:_WORDINGS]),
                )
            )
        return tuple(sorted(answers, key=lambda one: (-weights.get(one.group, 0.0), -one.mentions, one.group)))


def _added(shares: Iterable[Mapping[str, float]]) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)
    for share in shares:
        for group, part in share.items():
            sums[group] += part
    return dict(sums)


def _agreement(shares: Sequence[Mapping[str, float]]) -> float:
    """The chance that two different people mean the same group; NaN with fewer than two people."""
    n = len(shares)
    if n < 2:
        return math.nan
    together = sum(weight**2 for weight in _added(shares).values())
    alone = sum(part**2 for share in shares for part in share.values())
    return (together - alone) / (n * (n - 1))


def _exp_entropy(weights: Mapping[str, float]) -> float:
    total = sum(weights.values())
    return math.exp(-sum(w / total * math.log(w / total) for w in weights.values())) if total else math.nan


def _effective_number(rooms: Sequence[Mapping[str, float]]) -> Estimate:
    """The exponential of the entropy of the summed weights, by the jackknife over rooms."""
    n = len(rooms)
    sums = _added(rooms)
    if n < FEWEST:
        return Estimate(_exp_entropy(sums), math.nan, math.nan, n)
    total, inside = sum(sums.values()), sum(_x_log_x(weight) for weight in sums.values())
    whole = math.log(total) - inside / total
    without = []
    for room in rooms:
        rest = total - sum(room.values())
        left = inside + sum(_x_log_x(sums[group] - weight) - _x_log_x(sums[group]) for group, weight in room.items())
        without.append(math.log(rest) - left / rest)
    mean = sum(without) / n
    entropy = n * whole - (n - 1) * mean
    error = math.sqrt((n - 1) / n * sum((each - mean) ** 2 for each in without))
    reach = float(student_t.ppf((1 + LEVEL) / 2, n - 1)) * error
    if error < 1e-9:  # rooms that all weigh the same tell nothing of how others would differ
        reach = math.nan
    value, low, high = (math.exp(max(bound, 0.0)) for bound in (entropy, entropy - reach, entropy + reach))
    return Estimate(value, low, high, n)


def _x_log_x(x: float) -> float:
    return x * math.log(x) if x > 1e-12 else 0.0  # what rounding leaves of nothing counts as nothing
