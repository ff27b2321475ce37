"""Whether vital lies are challenged: what was said to each in the turns after it, by meeting and overall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vitallies.errors import UsageError
from vitallies.insights.estimates import NO_INTERVAL, Estimate, ratio
from vitallies.insights.followed import FollowedLie, beliefs, follow
from vitallies.insights.replies import OUTCOMES, Response

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis

CHALLENGE_RECALL: Final = 0.45
"""The share of the challenges to a lie that are found: of 126 lies called challenged in train documents and written
meetings two blind readers would take 76% (40 read), and of 1,160 called left standing they found 10% challenged in some
way (4 of 40 on average)."""


@dataclass(frozen=True, slots=True)
class MeetingDialogue:
    """How the asserted vital lies of one meeting fared.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    asserted : int
        Vital lies that a speaker of ours held.
    expected : float
        Sum of their calibrated scores: how many of them are expected to be true.
    challenged, evidence, aspiration, agreed, named, left_standing : int
        Lies to which each happened; several may hold for one.
    unchallenged : int
        Lies that nothing was found to open again.
    """

    transcript: str
    asserted: int
    expected: float
    challenged: int
    evidence: int
    aspiration: int
    agreed: int
    named: int
    left_standing: int
    unchallenged: int


@dataclass(frozen=True, slots=True)
class Challenger:
    """Somebody who challenged vital lies in a meeting.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    speaker : str or None
        Who; None where the transcript names no speaker.
    lies : int
        Asserted lies that the speaker challenged.
    thanked, brushed_off : int
        Those among them where the next answer thanks, agrees or takes it up; or waves it away, or puts another
        constraint in its place. The first challenge of the speaker to each lie counts.
    """

    transcript: str
    speaker: str | None
    lies: int
    thanked: int
    brushed_off: int


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Whether vital lies are challenged.

    Parameters
    ----------
    meetings : tuple of MeetingDialogue
        By transcript id.
    challengers : tuple of Challenger
        By transcript id and name.
    unchallenged : Estimate
        The unchallenged rate of all meetings together; see `dialogue` for its interval.
    recall : float
        The recall of challenges in that interval.
    """

    meetings: tuple[MeetingDialogue, ...]
    challengers: tuple[Challenger, ...]
    unchallenged: Estimate
    recall: float

    def to_frame(self) -> pd.DataFrame:
        """One row a meeting: its counts and its unchallenged rate.

        A meeting heard in full is no sample, so that only the challenges missed make its interval: ``rate_low`` is
        1 − min(1, (1 − rate) / recall), ``rate_high`` the rate itself.
        """
        import pandas as pd

        rows = []
        for x in self.meetings:
            opened = 1 - x.unchallenged / x.asserted if x.asserted else np.nan
            counts = (x.asserted, x.expected, *(getattr(x, name) for name in OUTCOMES), x.left_standing, x.unchallenged)
            rates = (1 - opened, 1 - np.minimum(1, opened / self.recall), 1 - opened)
            rows.append((x.transcript, *counts, *rates))
        return pd.DataFrame(rows, columns=list(_MEETINGS)).astype(_MEETINGS)

    def challengers_frame(self) -> pd.DataFrame:
        """One row a challenger and meeting."""
        import pandas as pd

        types = {"transcript": "string", "speaker": "string", "lies": "int64", "thanked": "int64"}
        types["brushed_off"] = "int64"
        rows = [(x.transcript, x.speaker, x.lies, x.thanked, x.brushed_off) for x in self.challengers]
        return pd.DataFrame(rows, columns=list(types)).astype(types)

    @property
    def reading(self) -> str:
        """What the rate means, in plain English."""
        asserted = sum(x.asserted for x in self.meetings)
        if not asserted:
            return "No constraining belief was found that a speaker held, so there was nothing to challenge."
        rate = self.unchallenged
        said = (
            f"Of {beliefs(asserted)} that speakers held, {rate.value:.0%} drew no question and no test in five turns "
            "(an experimental figure)."
        )
        if np.isnan(rate.low):
            return f"{said} Take it as what was said in these rooms: {NO_INTERVAL}."
        return (
            f"{said} Counting that about {self.recall:.0%} of the challenges are found, the true share lies somewhere "
            f"from {rate.low:.0%} to {rate.high:.0%}. A belief that passes in silence may still be doubted."
        )


_MEETINGS: Final = {
    "transcript": "string",
    "asserted": "int64",
    "expected": "float64",
    **dict.fromkeys((*OUTCOMES, "left_standing", "unchallenged"), "int64"),
    **dict.fromkeys(("rate", "rate_low", "rate_high"), "float64"),
}


def dialogue(analyses: Iterable[Analysis], *, recall: float = CHALLENGE_RECALL) -> Dialogue:
    r"""Measure how many of the vital lies that speakers hold go unchallenged.

    Parameters
    ----------
    analyses : iterable of Analysis
        Read once; a handful of counts is kept of each.
    recall : float
        The share of the challenges that are found, above 0 and up to 1.

    Returns
    -------
    Dialogue
        Let meeting *m* have :math:`n_m` asserted lies, :math:`q_m` of them opened again (`FollowedLie.unchallenged`
        says by what). The rate is

        .. math:: u = 1 - \frac{\sum_m q_m}{\sum_m n_m}

        Challenges that are missed can only lower it: where the share of lies that are seen to be opened has the 95%
        interval *l* to *h* over meetings (`vitallies.insights.estimates.ratio`) and a share *r* of the challenges is
        found, the rate's interval reaches

        .. math:: \text{from } 1 - \min(1, h / r) \text{ to } 1 - l

        With *r* = 1 it is the interval over meetings alone. Its ends hold as far as what is found is right: false
        alarms among the challenges would raise both.

    Raises
    ------
    UsageError
        Where the recall is not above 0 and up to 1.
    """
    if not 0 < recall <= 1:
        raise UsageError(
            f"recall must be above 0 and at most 1 (the share of challenges that are found), not {recall!r}"
        )
    meetings: list[MeetingDialogue] = []
    challengers: list[Challenger] = []
    for analysis in analyses:
        asserted = [item for item in follow(analysis).lies if item.lie.stance == "ASSERTED"]
        happened = Counter(outcome for item in asserted for outcome in item.outcomes)
        meetings.append(
            MeetingDialogue(
                analysis.transcript.id,
                len(asserted),
                float(sum(item.lie.score for item in asserted)),
                **{name: happened[name] for name in OUTCOMES},
                left_standing=sum(item.left_standing for item in asserted),
                unchallenged=sum(item.unchallenged for item in asserted),
            )
        )
        challengers += _challengers(analysis.transcript.id, asserted)
    meetings.sort(key=lambda x: (x.transcript, x.asserted, x.unchallenged))
    challengers.sort(key=lambda x: (x.transcript, x.speaker or "", x.lies))
    opened = ratio([x.asserted - x.unchallenged for x in meetings], [x.asserted for x in meetings])
    rate = Estimate(1 - opened.value, float(1 - np.minimum(1, opened.high / recall)), 1 - opened.low, opened.n)
    return Dialogue(tuple(meetings), tuple(challengers), rate, recall)


def _challengers(transcript: str, asserted: Iterable[FollowedLie]) -> list[Challenger]:
    lies: Counter[str | None] = Counter()
    received: Counter[tuple[str | None, str | None]] = Counter()
    for item in asserted:
        first: dict[str | None, Response] = {}
        for response in item.responses:
            if response.outcome == "challenged":
                first.setdefault(response.speaker, response)
        lies.update(first.keys())
        received.update((speaker, response.reception) for speaker, response in first.items())
    return [
        Challenger(transcript, speaker, count, received[speaker, "thanked"], received[speaker, "brushed_off"])
        for speaker, count in lies.items()
    ]
