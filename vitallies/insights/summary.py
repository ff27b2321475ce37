"""All measures of some meetings at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from vitallies.classify.store import load_model
from vitallies.errors import UsageError
from vitallies.insights.beliefs import Beliefs, beliefs, our_lies
from vitallies.insights.clarity import CustomerClarity, customer_clarity
from vitallies.insights.dialogue import Dialogue, dialogue
from vitallies.insights.engagement import Engagement, engagement
from vitallies.insights.framing import Framing, framing
from vitallies.insights.grounds import Grounding, grounded
from vitallies.insights.language import Language, language
from vitallies.insights.network import Network, network
from vitallies.insights.products import ProductGaps, product_gaps
from vitallies.insights.questions import Questions, questions
from vitallies.transcripts.doubts import left_unread
from vitallies.types import Analysis


@dataclass(frozen=True, slots=True)
class Summary:
    """The measures of some meetings; each has ``to_frame()`` and ``reading``, a few sentences in plain language.

    Parameters
    ----------
    framing : Framing
        Shares of what we say in each frame, customer share and centricity.
    engagement : Engagement
        How people engage after talk in each frame.
    beliefs : Beliefs
        The vital lies that recur, who says them and in how many meetings.
    dialogue : Dialogue
        What becomes of vital lies, and how many go unchallenged.
    grounds : Grounding
        How many claims have something beside them to check them by.
    network : Network
        Who replies to whom.
    clarity : CustomerClarity
        Whether people mean the same by "customer", and how many answers there are.
    products : ProductGaps
        Products, their end-users, and what these want.
    language : Language
        Strategy and culture language.
    questions : Questions
        An open question for each vital lie.
    """

    framing: Framing
    engagement: Engagement
    beliefs: Beliefs
    dialogue: Dialogue
    grounds: Grounding
    network: Network
    clarity: CustomerClarity
    products: ProductGaps
    language: Language
    questions: Questions

    @property
    def reading(self) -> str:
        """What the measures say, a paragraph each."""
        return "\n\n".join(getattr(self, field.name).reading for field in fields(self))


def summarize(
    analyses: Iterable[Analysis], *, customers: Sequence[str] = (), model: str | Path | None = None
) -> Summary:
    """Compute all measures of some meetings.

    Parameters
    ----------
    analyses : iterable of Analysis
        One a meeting, all by one model; kept in memory. For folders too large for that, score them and read the tables.
    customers : sequence of str
        Your own words for the people served, as for `vitallies.load`.
    model : str or Path, optional
        The model that tells which vital lies say the same, as for `vitallies.load`.

    Returns
    -------
    Summary

    Raises
    ------
    UsageError
        Where the analyses come from more than one model, as their figures cannot stand side by side, or two meetings
        have one id, as bare texts do.
    ModelError
        As `vitallies.load` raises it.
    """
    meetings = list(analyses)
    if len(models := sorted({meeting.model for meeting in meetings})) > 1:
        raise UsageError(
            f"the analyses come from {len(models)} models ({', '.join(models)}): analyse all transcripts with one"
        )
    for name, count in Counter(meeting.transcript.id for meeting in meetings).items():
        if count > 1:
            raise UsageError(f"{count} meetings have the id {name!r}: give each a Transcript with an id of its own")
    return Summary(
        framing(meetings),
        engagement(meetings),
        beliefs(
            (row for meeting in meetings for row in our_lies(meeting)),
            {m.transcript.id: m.transcript.date for m in meetings if not left_unread(m.transcript)},
            load_model(model),
        ),
        dialogue(meetings),
        grounded(meetings),
        network(meetings),
        customer_clarity(meetings, customers=customers),
        product_gaps(meetings, customers=customers),
        language(meetings, customers),
        questions(meetings),
    )
