"""What was said to each vital lie of a meeting, in the rest of its turn and in the five turns after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vitallies.insights.replies import Meeting, Outcome, Response

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis, AnnotatedSpan

EXPERIMENTAL: Final = frozenset(("evidence", "aspiration", "named", "thanked", "brushed_off", "left_standing"))
"""Classes of decision with fewer than 25 cases that could be checked by hand, or less than 70% of them right.

Two blind readers, on 40 random decisions each where there were as many: challenged right in 76%, agreed 86%, left
standing 61% (16% wrong, 22% undecided between them), evidence 56% of 31, brushed off 84% of 19, named 57% of 7,
aspiration and thanked 4 cases each.
"""


@dataclass(frozen=True, slots=True)
class FollowedLie:
    """A vital lie and what was said to it.

    Parameters
    ----------
    lie : AnnotatedSpan
        Whatever its stance; what is counted as challenged or not are the asserted ones alone.
    responses : tuple of Response
        In the order in which they were said.
    """

    lie: AnnotatedSpan
    responses: tuple[Response, ...]

    @property
    def outcomes(self) -> frozenset[Outcome]:
        """What happened to it; several may hold."""
        return frozenset(response.outcome for response in self.responses)

    @property
    def left_standing(self) -> bool:
        """Whether nothing at all was found."""
        return not self.responses

    @property
    def unchallenged(self) -> bool:
        """Whether nothing was found that opens it again.

        A lie is opened by a challenge, an aspiration, being named as an assumption, and by grounds that another speaker
        brings without agreeing in the same turn. Agreement, and the believer's own grounds, leave it unchallenged.
        """
        agreeing = {response.turn for response in self.responses if response.outcome == "agreed"}
        return not any(
            response.outcome in ("challenged", "aspiration", "named")
            or (response.outcome == "evidence" and not response.by_believer and response.turn not in agreeing)
            for response in self.responses
        )


@dataclass(frozen=True, slots=True)
class Followed:
    """The vital lies of one meeting, each with what was said to it.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    lies : tuple of FollowedLie
        In reading order, whatever their stance.
    """

    transcript: str
    lies: tuple[FollowedLie, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a lie and response; a lie left standing has one row, without a response."""
        import pandas as pd

        rows: list[dict[str, object]] = []
        for item in self.lies:
            lie = {
                "transcript": self.transcript,
                "turn": item.lie.turn,
                "start": item.lie.start,
                "end": item.lie.end,
                "speaker": item.lie.speaker,
                "text": item.lie.text,
                "kind": item.lie.kind,
                "stance": item.lie.stance,
                "score": item.lie.score,
                "unchallenged": item.unchallenged,
                "outcome": "left_standing",
                "experimental": "left_standing" in EXPERIMENTAL,
            }
            rows += [
                {
                    **lie,
                    "outcome": x.outcome,
                    "experimental": x.outcome in EXPERIMENTAL,
                    "response_turn": x.turn,
                    "response_start": x.start,
                    "response_end": x.end,
                    "response_speaker": x.speaker,
                    "response_text": x.text,
                    "by_believer": x.by_believer,
                    "trigger": x.trigger,
                    "reception": x.reception,
                }
                for x in item.responses
            ] or [lie]
        return pd.DataFrame({name: pd.Series([r.get(name) for r in rows], dtype=of) for name, of in _FOLLOWED.items()})

    @property
    def reading(self) -> str:
        """What happened in the meeting, in plain English."""
        asserted = [item for item in self.lies if item.lie.stance == "ASSERTED"]
        if not asserted:
            return "No constraining belief was found that a speaker held, so there was nothing to challenge."
        opened = sum(not item.unchallenged for item in asserted)
        return (
            f"Of {beliefs(len(asserted))} that speakers held, {opened} {'was' if opened == 1 else 'were'} seen to be "
            "questioned, tested or named as an assumption within five turns. What the rules miss is not counted."
        )


_FOLLOWED: Final = {
    "transcript": "string",
    "turn": "int64",
    "start": "int64",
    "end": "int64",
    "speaker": "string",
    "text": "string",
    "kind": "string",
    "stance": "string",
    "score": "float64",
    "unchallenged": "bool",
    "outcome": "string",
    "experimental": "bool",
    "response_turn": "Int64",
    "response_start": "Int64",
    "response_end": "Int64",
    "response_speaker": "string",
    "response_text": "string",
    "by_believer": "boolean",
    "trigger": "string",
    "reception": "string",
}


def follow(analysis: Analysis) -> Followed:
    """Say of every vital lie of a meeting what happened in the rest of its turn and in the five turns after it.

    Parameters
    ----------
    analysis : Analysis
        Its selected spans. Lies in a customer's turn are left out; a customer's turn counts among the five, and a
        customer who challenges a lie of ours has challenged it.

    Returns
    -------
    Followed
        Several outcomes may hold for one lie. What is found must bear on it: it stands in the first two or three
        sentences of the *reply* (the first turn that is more than a sign of listening, if it is somebody else's, among
        the three after a lie that stands at most three sentences before the end of its turn: where the believer goes on
        first, what comes then answers that), or its sentence shares two words with the lie, or one that at most one in
        20 turns of the meeting (or three) hold.

        ``challenged``, by another speaker: a CHALLENGE span, a REJECTED vital lie, or disagreement or a question for
        grounds by the phrases of ``rules/dialogue.json`` (a reply that opens with "but" or "no", says that it does
        where the lie says that it doesn't, names a counterexample, or offers a way round).
        ``evidence``, by anybody: a ground (see `vitallies.insights.grounds`) with the lie's words around it, in a
        statement in the three turns after; by the believer also in the rest of the lie's sentence and in the next one.
        ``aspiration``: an ASPIRATION span of another speaker, or of the believer in the two sentences after the lie's.
        ``agreed``: a reply that opens with agreement and doesn't turn round at once.
        ``named``: somebody calls it an assumption, a guess or unknown, or the believer does so in the lie's own turn,
        just before it or in the two sentences after it.

        Of speakers without names only the next turn is surely another's, and only that one challenges.

    References
    ----------
    The outcomes follow Robin Lawton's treatment of vital lies as limiting assumptions that lose their hold once the
    evidence for them is asked for; the reply as what comes next to a turn is the adjacency pair of E. Schegloff and
    H. Sacks, Opening up closings, Semiotica 8, 1973.
    """
    turns = analysis.transcript.turns
    lies = [x for x in analysis.spans if x.selected and x.label == "VITAL_LIE" and turns[x.turn].side != "customer"]
    if not lies:
        return Followed(analysis.transcript.id, ())
    meeting = Meeting(analysis)
    return Followed(analysis.transcript.id, tuple(FollowedLie(lie, meeting.responses(lie)) for lie in lies))


def beliefs(count: int) -> str:
    """Name a number of vital lies as a reader would."""
    return f"{count} constraining belief{'' if count == 1 else 's'}"
