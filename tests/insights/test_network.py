"""Who replies to whom, with frame and stance on the edges."""

from itertools import pairwise

import networkx as nx
import pytest
from dialogue_toys import meeting
from hypothesis import given
from hypothesis import strategies as st

from vitallies.insights.network import network
from vitallies.labels import LABELS
from vitallies.types import Analysis, Transcript, Turn

LINES = [
    "Ana: {We can't replace the boiler}.",
    "Ben: Who says we can't? {CUSTOMER_CENTRIC|The tenants boil water for the baby's bath}.",
    "Ana: {It's the landlord's boiler}.",
    "Cem: Exactly.",
    "Ana: So. {REPORTED|Legal says no}.",
    "Zoe: {CUSTOMER_CENTRIC|I wash at my sister's}.",
]


def edge(graph, speaker, other):
    return {key: value for key, value in graph.edges[speaker, other].items() if value}


def test_edges():
    drawn = network([meeting(*LINES, score=0.25, sides=["Zoe"])])
    assert set(drawn.graph.edges) == {("Ben", "Ana"), ("Ana", "Ben"), ("Cem", "Ana"), ("Ana", "Cem"), ("Zoe", "Ana")}
    # The lie that waves the challenge away is itself a reply to Ben, and brushes him off.
    assert edge(drawn.graph, "Ana", "Ben") == {
        "replies": 1,
        "VITAL_LIE": 1,
        "expected_VITAL_LIE": 0.25,
        "ASSERTED": 1,
        "brushed_off": 1,
    }
    assert edge(drawn.graph, "Ben", "Ana") == {
        "replies": 1,
        "CUSTOMER_CENTRIC": 1,
        "expected_CUSTOMER_CENTRIC": 0.25,
        "challenged": 1,
    }
    assert edge(drawn.graph, "Cem", "Ana") == {"replies": 1, "agreed": 1}
    assert edge(drawn.graph, "Ana", "Cem") == {
        "replies": 1,
        "VITAL_LIE": 1,
        "expected_VITAL_LIE": 0.25,
        "REPORTED": 1,
    }
    # A customer replies, but is not our talk.
    assert edge(drawn.graph, "Zoe", "Ana") == {"replies": 1}
    assert drawn.graph.nodes["Zoe"]["side"] == "customer"
    assert drawn.graph.nodes["Ana"] == {"turns": 3, "words": 13, "meetings": 1}


def test_turns_without_a_speaker_break_the_chain():
    drawn = network([meeting("Ana: Hello.", ":Hi.", "Ben: Hello.", "Ben: The roof.", "Ana: Yes.")])
    assert list(drawn.graph.edges(data="replies")) == [("Ana", "Ben", 1)]


def test_turns_without_words_are_none():
    drawn = network([meeting("Ana: Hello.", "Ben: ", ":", "Ana: Well.", "Cem: {We can't}.")])
    assert list(drawn.graph.edges(data="replies")) == [("Cem", "Ana", 1)]
    assert edge(drawn.graph, "Cem", "Ana")["VITAL_LIE"] == 1
    assert set(drawn.graph) == {"Ana", "Cem"}


def test_unselected_spans_do_not_count():
    drawn = network([meeting("Ana: Hello.", "Ben: {We can't}.", selected=False)])
    assert edge(drawn.graph, "Ben", "Ana") == {"replies": 1}


def test_meetings_add_up_and_the_same_name_is_one_node():
    drawn = network([meeting(*LINES, name="a"), meeting("Ben: Hello.", "Ana: Hello, Ben.", name="b")])
    assert drawn.meetings == 2
    assert drawn.graph.nodes["Ben"]["meetings"] == 2
    assert drawn.graph.nodes["Cem"]["meetings"] == 1
    assert drawn.graph.edges["Ana", "Ben"]["replies"] == 2


def test_what_is_known_of_a_speaker():
    turns = [Turn("Hello.", "Ana", role="buyer"), Turn("Hi.", "Ben"), Turn("So.", "Ana", team="north", side="ours")]
    drawn = network([Analysis(Transcript("m", turns), (), "toy")])
    about = {name: drawn.graph.nodes["Ana"].get(name) for name in ("role", "team", "side")}
    assert about == {"role": "buyer", "team": "north", "side": "ours"}
    assert "role" not in drawn.graph.nodes["Ben"]


def test_it_is_written_and_read_as_graphml(tmp_path):
    drawn = network([meeting(*LINES)])
    nx.write_graphml(drawn.graph, tmp_path / "network.graphml")
    read = nx.read_graphml(tmp_path / "network.graphml")
    assert dict(read.edges["Ben", "Ana"]) == drawn.graph.edges["Ben", "Ana"]


def test_table():
    frame = network([meeting(*LINES)]).to_frame()
    assert frame[["speaker", "replies_to"]].values.tolist() == [
        ["Ana", "Ben"],
        ["Ana", "Cem"],
        ["Ben", "Ana"],
        ["Cem", "Ana"],
        ["Zoe", "Ana"],
    ]
    assert set(LABELS) < set(frame.columns)
    empty = network([]).to_frame()
    assert len(empty) == 0
    assert empty.dtypes.equals(frame.dtypes)


def test_a_challenge_to_one_not_replied_to_is_no_talk_with_each_other():
    drawn = network([meeting("Ana: {We can't replace the boiler}.", "Ben: Hm.", "Cem: Ana, who says we can't?")])
    assert edge(drawn.graph, "Cem", "Ana") == {"challenged": 1}
    assert "2 of 3 possible pairs spoke to each other, 0 of them" in drawn.reading


def test_reading():
    said = network([meeting(*LINES)]).reading
    assert (
        "In one meeting, 4 speakers gave 5 replies; 3 of 6 possible pairs spoke to each other, 2 of them in both"
        in said
    )
    assert "1 challenges and 1 agreements" not in said
    assert "challenges: 1" in said
    assert "agreements: 1" in said
    assert "no network" in network([]).reading
    assert "no network" in network([meeting(":Hello.", ":Hi.")]).reading


speech = st.sampled_from(
    ["{We can't}.", "Who says so?", "Exactly.", "No.", "{CUSTOMER_CENTRIC|They wait}.", "The roof."]
)
talk = st.lists(st.tuples(st.sampled_from(["Ana", "Ben", "Cem", ""]), speech), max_size=6)


@given(st.lists(talk, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_meetings_does_not_matter_and_replies_add_up(meetings, random):
    analyses = [
        meeting(*(f"{speaker}: {said}" for speaker, said in lines), name=f"m{n}", score=0.1 * (n + 1))
        for n, lines in enumerate(meetings)
    ]
    drawn = network(analyses)
    replies = sum(bool(a and b and a != b) for lines in meetings for (a, _), (b, _) in pairwise(lines))
    assert sum(count for _, _, count in drawn.graph.edges(data="replies")) == replies
    assert all(drawn.graph.nodes[name]["turns"] for name in drawn.graph)
    random.shuffle(analyses)
    again = network(analyses)
    assert list(again.graph.nodes(data=True)) == list(drawn.graph.nodes(data=True))
    assert list(again.graph.edges(data=True)) == list(drawn.graph.edges(data=True))


def test_two_meetings_scores_are_added_exactly():
    drawn = network([meeting(*LINES, name=f"m{n}", score=score) for n, score in enumerate([0.1, 0.2, 0.3])])
    assert drawn.graph.edges["Ana", "Ben"]["expected_VITAL_LIE"] == pytest.approx(0.6, abs=1e-12)
