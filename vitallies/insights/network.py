"""Who replies to whom, in which frame, and how they stand to each other's beliefs: a graph of speakers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import networkx as nx

from vitallies.insights.followed import follow
from vitallies.labels import LABELS, STANCES

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis

_STANDING: Final = ("challenged", "agreed", "thanked", "brushed_off")
_COUNTS: Final = ("replies", *LABELS, *STANCES, *_STANDING)
_EXPECTED: Final = tuple(f"expected_{label}" for label in LABELS)
_UNITS = 1_000_000
"""Scores are added as whole millionths: sums of floats would depend on the order of the meetings."""


@dataclass(frozen=True, slots=True)
class Network:
    """The speakers of some meetings and their replies.

    Parameters
    ----------
    graph : networkx.DiGraph
        A node a speaker, with ``turns``, ``words`` and ``meetings``, and ``side``, ``role`` and ``team`` where they are
        known. An edge from whoever replies to whoever spoke before, with these attributes, all numbers:

        ``replies``
            turns of the one directly after a turn of the other;
        ``CUSTOMER_CENTRIC`` and every other label
            selected spans in those turns: the frames in which, and the assumptions with which, the reply is made;
        ``expected_CUSTOMER_CENTRIC`` …
            the sums of their calibrated scores;
        ``ASSERTED``, ``REPORTED``, ``REJECTED``
            the stances of the vital lies among them;
        ``challenged``, ``agreed``
            asserted vital lies of the other that the one challenged or agreed with, in whichever of the five turns;
        ``thanked``, ``brushed_off``
            challenges by the other to vital lies, answered so by the one who replies.
    meetings : int
        Meetings read.
    """

    graph: nx.DiGraph
    meetings: int

    def to_frame(self) -> pd.DataFrame:
        """One row an edge, by name: ``speaker``, ``replies_to``, then the attributes."""
        import pandas as pd

        types = {"speaker": "string", "replies_to": "string", **dict.fromkeys(_COUNTS, "int64")}
        types |= dict.fromkeys(_EXPECTED, "float64")
        edges = [(u, v, *map(edge.get, (*_COUNTS, *_EXPECTED))) for u, v, edge in self.graph.edges(data=True)]
        return pd.DataFrame(edges, columns=list(types)).astype(types)

    @property
    def reading(self) -> str:
        """Who talks with whom, in plain English."""
        speakers, replies = len(self.graph), sum(count for _, _, count in self.graph.edges(data="replies"))
        if not replies:
            return "No named speaker replies to another, so there is no network to read."
        spoke = {(u, v) for u, v, count in self.graph.edges(data="replies") if count}
        both = sum((v, u) in spoke for u, v in spoke) // 2
        pairs = len({frozenset(edge) for edge in spoke})
        challenged = sum(count for _, _, count in self.graph.edges(data="challenged"))
        agreed = sum(count for _, _, count in self.graph.edges(data="agreed"))
        meetings = "one meeting" if self.meetings == 1 else f"{self.meetings} meetings"
        possible = speakers * (speakers - 1) // 2
        return (
            f"In {meetings}, {speakers} speakers gave {replies} replies; {pairs} of {possible} possible pairs spoke to "
            f"each other, {both} of them in both directions. Of what constraining beliefs drew, the rules could see "
            f"challenges: {challenged}, and agreements: {agreed}; some are missed, and some are none."
        )


def network(analyses: Iterable[Analysis]) -> Network:
    """Draw the network of speakers: who replies to whom, with frame and stance on the edges.

    Parameters
    ----------
    analyses : iterable of Analysis
        Read once; what is kept grows with the pairs of speakers alone. Speakers of the same name in several meetings
        are one node: where names are mere numbers ("Speaker 1"), draw each meeting by itself.

    Returns
    -------
    Network
        A reply is a turn directly after another's; turns without a speaker are nobody's and break the chain, turns
        without words are none. A customer is a node and replies, but the spans in a customer's turns are left out, as
        they aren't our talk.

    References
    ----------
    .. [1] S. Wasserman and K. Faust, Social Network Analysis, 1994, chapter 4: directed graphs with valued edges.
    """
    edges: dict[tuple[str, str], Counter[str]] = {}
    nodes: dict[str, Counter[str]] = {}
    known: dict[str, dict[str, set[str]]] = {}
    meetings = 0
    for analysis in analyses:
        meetings += 1
        turns = analysis.transcript.turns
        spoken = [(number, turn) for number, turn in enumerate(turns) if turn.text.split()]
        for _, turn in spoken:
            if turn.speaker is not None:
                nodes.setdefault(turn.speaker, Counter()).update(turns=1, words=len(turn.text.split()))
                for name in ("side", "role", "team"):
                    if (value := getattr(turn, name)) is not None:
                        known.setdefault(turn.speaker, {}).setdefault(name, set()).add(value)
        for speaker in {turn.speaker for _, turn in spoken} - {None}:
            nodes[str(speaker)]["meetings"] += 1
        answers = {
            number: (turn.speaker, before.speaker)
            for (_, before), (number, turn) in pairwise(spoken)
            if turn.speaker is not None and before.speaker not in (None, turn.speaker)
        }
        for edge in answers.values():
            _edge(edges, *edge)["replies"] += 1
        for span in analysis.spans:
            if span.selected and span.turn in answers and turns[span.turn].side != "customer":
                counts = _edge(edges, *answers[span.turn])
                counts[span.label] += 1
                counts[f"expected_{span.label}"] += round(span.score * _UNITS)
                if span.stance is not None:
                    counts[span.stance] += 1
        _stand(edges, analysis)
    graph = nx.DiGraph()
    for speaker, counts in sorted(nodes.items()):
        about = {name: min(values) for name, values in known.get(speaker, {}).items()}
        graph.add_node(speaker, **{name: counts[name] for name in ("turns", "words", "meetings")}, **about)
    for (speaker, other), counts in sorted(edges.items()):
        expected = {key: counts[key] / _UNITS for key in _EXPECTED}
        graph.add_edge(speaker, other, **{key: counts[key] for key in _COUNTS}, **expected)
    return Network(graph, meetings)


def _edge(edges: dict[tuple[str, str], Counter[str]], speaker: str | None, other: str | None) -> Counter[str]:
    return edges.setdefault((str(speaker), str(other)), Counter())


def _stand(edges: dict[tuple[str, str], Counter[str]], analysis: Analysis) -> None:
    """Count how speakers stand to each other's asserted vital lies, each lie once for a speaker and outcome."""
    for item in follow(analysis).lies:
        believer = analysis.transcript.turns[item.lie.turn].speaker
        if item.lie.stance != "ASSERTED" or believer is None:
            continue
        others = [x for x in item.responses if not x.by_believer and x.speaker not in (None, believer)]
        for outcome, speaker in {(x.outcome, x.speaker) for x in others if x.outcome in ("challenged", "agreed")}:
            _edge(edges, speaker, believer)[outcome] += 1
        for reception, by, challenger in {(x.reception, x.received_by, x.speaker) for x in others}:
            if reception is not None and by is not None:
                _edge(edges, by, challenger)[reception] += 1
