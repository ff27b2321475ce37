import json
import math
import random
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.insights.estimates import NO_INTERVAL, ratio
from vitallies.insights.framing import (
    FRAMES,
    FRAMING_COLUMNS,
    FRAMING_MEASURES,
    LINK,
    framing,
    framing_row,
    speaker_framing_rows,
)
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

LABELS = {"F": "CUSTOMER_FOCUSED", "C": "CUSTOMER_CENTRIC", "P": "PRODUCT_CENTRIC"}
SUMS = [name for name in FRAMING_COLUMNS if name not in {measure for measure, *_ in FRAMING_MEASURES}]


def meeting(name, *turns, score=0.5):
    """Turns as (speaker, text, keywords of Turn); ``{C she waits}`` is a span, customer-centric."""
    said, spans = [], []
    for number, (speaker, marked, *rest) in enumerate(turns):
        text = ""
        for piece in re.split(r"(\{[FCP] [^}]*\})", marked):
            if piece.startswith("{"):
                words, label = piece[3:-1], LABELS[piece[1]]
                spans.append(
                    AnnotatedSpan(name, number, len(text), len(text) + len(words), words, label, "framing", score)
                )
                text += words
            else:
                text += piece
        said.append(Turn(text, speaker, **(rest[0] if rest else {})))
    return Analysis(Transcript(name, said), spans, "fake 1")


def group(result, by, name=None):
    (found,) = (group for group in result.groups if (group.by, group.group) == (by, name))
    return found


def value(result, measure, by="all", name=None):
    return group(result, by, name).measures[measure].value


def times(start, end, **rest):
    return {"start": start, "end": end, **rest}


CLINIC = meeting(
    "clinic",
    ("Ana", "We have {F nine hundred accounts in the north} now.", times(0, 10, role="lead", team="Ops")),
    ("Ben", "How long do they wait?", times(10, 14, team="Ops")),
    ("Ana", "{C She rings twice and nobody answers} so she gives up.", times(14, 24, role="lead", team="Ops")),
    ("Cy", "{C I rang on Monday.}", times(24, 30, side="customer", team="Buyers")),
    ("Ben", "Right.", times(30, 34, team="Ops")),
)


def test_shares_worked_out_by_hand():
    found = framing([CLINIC])
    every = group(found, "all")
    assert (every.words, every.turns, every.seconds) == (25, 4, 28)
    assert every.found == {"CUSTOMER_FOCUSED": 1, "CUSTOMER_CENTRIC": 1, "PRODUCT_CENTRIC": 0}
    assert every.expected == {"CUSTOMER_FOCUSED": 0.5, "CUSTOMER_CENTRIC": 0.5, "PRODUCT_CENTRIC": 0}
    expected = {
        "customer_share": 18 / 25,  # from "nine" to "answers", with the question between
        "centricity": 6 / 12,
        "CUSTOMER_FOCUSED_words_share": 6 / 25,
        "CUSTOMER_FOCUSED_turns_share": 1 / 4,
        "CUSTOMER_FOCUSED_seconds_share": 10 * 34 / 47 / 28,
        "CUSTOMER_CENTRIC_words_share": 6 / 25,
        "CUSTOMER_CENTRIC_turns_share": 1 / 4,
        "CUSTOMER_CENTRIC_seconds_share": 10 * 34 / 51 / 28,
        "PRODUCT_CENTRIC_words_share": 0,
        "PRODUCT_CENTRIC_turns_share": 0,
        "PRODUCT_CENTRIC_seconds_share": 0,
    }
    assert {name: share.value for name, share in every.measures.items()} == pytest.approx(expected)
    for share in every.measures.values():
        assert share.n == 1
        assert math.isnan(share.low)
        assert math.isnan(share.high)
    assert group(found, "meeting", "clinic").measures.keys() == every.measures.keys()


def test_groups_hold_what_they_say():
    found = framing([CLINIC])
    assert [(it.by, it.group) for it in found.groups] == [
        ("all", None),
        ("meeting", "clinic"),
        ("speaker", "Ana"),
        ("speaker", "Ben"),
        ("role", "lead"),
        ("role", None),
        ("team", "Ops"),
        ("part", "beginning"),
        ("part", "middle"),
        ("part", "end"),
    ]
    # Ben's question lies in a stretch of talk about customers, though he frames nobody; "Right." does not.
    assert value(found, "customer_share", "speaker", "Ben") == 5 / 6
    assert math.isnan(value(found, "centricity", "speaker", "Ben"))
    assert group(found, "speaker", "Ben").measures["centricity"].n == 0
    assert value(found, "customer_share", "speaker", "Ana") == 13 / 19
    assert group(found, "role", None).words == 6
    assert group(found, "team", "Ops").words == 25


def test_parts_are_thirds_of_our_words():
    found = framing([meeting("m", ("A", "one two {F three four} five six {C seven eight nine}", times(0, 44)))])
    parts = [group(found, "part", name) for name in ("beginning", "middle", "end")]
    assert [(part.words, part.turns) for part in parts] == [(3, 1)] * 3
    # A span counts where it ends, its words where they stand.
    assert [part.found["CUSTOMER_FOCUSED"] for part in parts] == [0, 1, 0]
    assert [part.measures["CUSTOMER_FOCUSED_words_share"].value for part in parts] == [1 / 3, 1 / 3, 0]
    assert [part.measures["CUSTOMER_FOCUSED_turns_share"].value for part in parts] == [1, 1, 0]
    assert [part.measures["CUSTOMER_CENTRIC_words_share"].value for part in parts] == [0, 0, 1]
    # A second a code point: "one two three ", "four five six ", "seven eight nine".
    assert [part.seconds for part in parts] == pytest.approx([14, 14, 16])
    assert parts[0].measures["CUSTOMER_FOCUSED_seconds_share"].value == pytest.approx(6 / 14)  # "three "
    assert parts[1].measures["CUSTOMER_FOCUSED_seconds_share"].value == pytest.approx(4 / 14)  # "four"


def test_fewer_words_than_parts():
    found = framing([meeting("m", ("A", "{C Waiting.}"))])
    assert [(it.group, it.words) for it in found.groups if it.by == "part"] == [("end", 1)]


@pytest.mark.parametrize(("between", "words"), [(LINK, 2 + LINK + 3), (LINK + 1, 2 + 3)])
def test_a_stretch_bridges_so_many_words_and_no_more(between, words):
    talk = meeting("m", ("A", "{F Two wards}"), ("B", "um " * between), ("A", "{C and they wait}"))
    assert framing_row(talk)["customer_words"] == words


def test_words_of_the_customer_do_not_part_a_stretch():
    talk = meeting("m", ("A", "{F Two wards}"), ("X", "um " * 99, {"side": "customer"}), ("A", "{C and they wait}"))
    assert framing_row(talk)["customer_words"] == framing_row(talk)["our_words"] == 5


def test_a_product_makes_no_stretch_but_lies_in_one():
    assert framing_row(meeting("m", ("A", "{P Policy is thirty days}")))["customer_words"] == 0
    talk = meeting("m", ("A", "{F Ten clients} {P policy is policy} {C they wait} {P rules}"))
    assert framing_row(talk)["customer_words"] == 7
    assert framing_row(talk)["centricity"] == round(2 / 8, 6)


def test_a_word_that_two_spans_touch_counts_once():
    row = framing_row(meeting("m", ("A", "our {F big clients}/{C users who wait} here")))
    assert (row["CUSTOMER_FOCUSED_words"], row["CUSTOMER_CENTRIC_words"], row["customer_words"]) == (2, 2, 4)
    row = framing_row(meeting("m", ("A", "our {F clients}/{C users} here")))
    assert (row["CUSTOMER_FOCUSED_words"], row["CUSTOMER_CENTRIC_words"]) == (1, 0)
    assert (row["CUSTOMER_CENTRIC_spans"], row["CUSTOMER_CENTRIC_turns"]) == (1, 1)


def test_white_space_in_a_span_is_no_word():
    row = framing_row(meeting("m", ("A", "we see{F  two wards }now")))
    assert row["CUSTOMER_FOCUSED_words"] == 2
    assert framing_row(meeting("m", ("A", "we see{F  }now")))["CUSTOMER_FOCUSED_spans"] == 0


def test_time_is_that_of_the_cues():
    # "one two 12 " took two seconds, "three 1234 " six; of "for e 12" the end is not known.
    cues = {"cues": [[0, 0.0, 2.0], [11, 2.0, 8.0], [22, 8.0, None]]}
    talk = meeting("m", ("A", "one {C two 12} {F three 123}4 for {C e 12}", times(0, None, meta=cues)))
    row = framing_row(talk)
    assert row["our_seconds"] == 8
    assert row["CUSTOMER_CENTRIC_seconds"] == pytest.approx(2 * 6 / 11)
    assert row["CUSTOMER_FOCUSED_seconds"] == pytest.approx(6 * 9 / 11)


def test_without_times_there_are_no_seconds():
    turns = [("A", "{C They wait} long."), ("B", "Yes.", {"start": 3.0})]
    untimed = framing_row(meeting("m", *turns))
    assert [untimed[name] for name in untimed if "seconds" in name] == [None] * 7
    assert group(framing([meeting("m", *turns)]), "all").seconds is None
    # Where some turns have a time, shares are of these.
    timed = framing_row(meeting("m", *turns, ("A", "{C Two hours.}", times(4, 6))))
    assert (timed["our_seconds"], timed["CUSTOMER_CENTRIC_seconds_share"]) == (2, 1)


def test_a_turn_that_ends_before_it_begins_takes_no_time():
    row = framing_row(meeting("m", ("A", "{C They wait}", times(9, 4))))
    assert (row["our_seconds"], row["CUSTOMER_CENTRIC_seconds"], row["CUSTOMER_CENTRIC_seconds_share"]) == (0, 0, None)


def test_only_selected_framing_of_ours_counts():
    turn = Turn("we count heads", "A")
    lie = AnnotatedSpan("m", 0, 0, 8, "we count", "VITAL_LIE", "assumption", 0.9)
    below = AnnotatedSpan("m", 0, 0, 8, "we count", "CUSTOMER_FOCUSED", "framing", 0.1, selected=False)
    row = framing_row(Analysis(Transcript("m", [turn]), [lie, below], "fake 1"))
    assert {row[name] for name in SUMS if not name.startswith("our_")} == {0, None}


def test_intervals_are_those_of_the_bootstrap_over_meetings():
    talks = [meeting(f"m{i}", ("A", "{C " + "she waits " * i + "}" + "and so on " * 4)) for i in range(1, 6)]
    silent = meeting("m9", ("A", "and so on"))
    found = group(framing([silent, *talks]), "all").measures
    words = [(2 * i, 2 * i + 12) for i in range(1, 6)] + [(0, 3)]
    assert found["customer_share"] == ratio([over for over, _ in words], [under for _, under in words])
    assert found["customer_share"].low < found["customer_share"].value < found["customer_share"].high
    # A meeting without framing tells nothing of centricity.
    assert found["centricity"].n == 5


def test_rows_hold_their_columns_and_nothing_but_json():
    for row in (framing_row(CLINIC), *speaker_framing_rows(CLINIC)):
        assert list(row) == list(FRAMING_COLUMNS)
        for name, holds in FRAMING_COLUMNS.items():
            assert row[name] is None or type(row[name]) is {"int": int, "float": float}[holds]
        assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert framing_row(CLINIC)["CUSTOMER_CENTRIC_expected"] == 0.5
    assert framing_row(CLINIC)["customer_share"] == 0.72


def test_a_row_a_speaker_in_the_order_in_which_they_speak_up():
    rows = speaker_framing_rows(CLINIC)
    assert [row["our_words"] for row in rows] == [19, 6, 0]
    cy = rows[2]
    assert {cy[name] for name in SUMS} == {0, None}
    assert {cy[name] for name, *_ in FRAMING_MEASURES} == {None}


def test_measures_follow_from_the_sums_of_any_rows():
    other = meeting("other", ("Ana", "{C She waits} and {P we have our rules} anyway.", times(0, 3)))
    rows = [row for talk in (CLINIC, other) for row in speaker_framing_rows(talk)]
    found = group(framing([CLINIC, other]), "all").measures
    for name, over, under, _ in FRAMING_MEASURES:
        numerator, denominator = (sum(row[it] or 0 for row in rows for it in names) for names in (over, under))
        assert found[name].value == pytest.approx(numerator / denominator)


WORDS = ["they", "wait", "we", "count.", "ok", "🙂", "no?"]


@st.composite
def talks(draw, name="m"):
    turns = []
    for _ in range(draw(st.integers(0, 6))):
        words = draw(st.lists(st.sampled_from(WORDS), max_size=12))
        at, text = 0, []
        while at < len(words):
            size = draw(st.integers(1, 5))
            piece = " ".join(words[at : at + size])
            label = draw(st.sampled_from(["", "", "F", "C", "P"]))
            text.append(f"{{{label} {piece}}}" if label else piece)
            at += size
        start = draw(st.none() | st.integers(0, 9))
        known = {
            "side": draw(st.sampled_from([None, "ours", "customer"])),
            "team": draw(st.sampled_from([None, "Ops"])),
            "start": start,
            "end": None if start is None else start + draw(st.integers(0, 5)),
        }
        turns.append((draw(st.sampled_from([None, "Ana", "Ben"])), " ".join(text), known))
    return meeting(name, *turns, score=0.25)


@given(talks())
def test_groups_add_up(talk):
    found = framing([talk])
    row = framing_row(talk)
    for by in ("meeting", "speaker", "role", "team", "part"):
        groups = [it for it in found.groups if it.by == by]
        assert sum(it.words for it in groups) == row["our_words"]
        for frame in FRAMES:
            assert sum(it.found[frame] for it in groups) == row[f"{frame}_spans"]
            assert sum(it.expected[frame] for it in groups) == row[f"{frame}_expected"] == row[f"{frame}_spans"] / 4
        assert sum(it.seconds or 0 for it in groups) == pytest.approx(row["our_seconds"] or 0)
        if by != "part":
            assert sum(it.turns for it in groups) == row["our_turns"]
    speakers = speaker_framing_rows(talk)
    for name in SUMS:
        assert sum(it[name] or 0 for it in speakers) == pytest.approx(row[name] or 0, abs=1e-5)


@given(talks())
def test_shares_lie_between_nothing_and_all(talk):
    row = framing_row(talk)
    assert row["our_words"] == sum(len(t.text.split()) for t in talk.transcript.turns if t.side != "customer")
    assert row["customer_words"] >= row["CUSTOMER_FOCUSED_words"] + row["CUSTOMER_CENTRIC_words"]
    for name, *_ in FRAMING_MEASURES:
        assert row[name] is None or 0 <= row[name] <= 1 + 1e-6
    for unit in ("words", "seconds"):
        assert sum(row[f"{frame}_{unit}_share"] or 0 for frame in FRAMES) <= 1 + 1e-5


@given(st.lists(talks(), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_meetings_does_not_matter(drawn, shuffle: random.Random):
    given_ = [Analysis(Transcript(f"m{at}", it.transcript.turns), it.spans, it.model) for at, it in enumerate(drawn)]
    mixed = list(given_)
    shuffle.shuffle(mixed)
    one, other = framing(iter(given_)), framing(iter(mixed))
    assert repr(one) == repr(other)
    assert one.to_frame().equals(other.to_frame())


def test_the_table_is_the_same_with_and_without_rows():
    table, empty = framing([CLINIC]).to_frame(), framing([]).to_frame()
    assert len(table) == 10 * len(FRAMING_MEASURES)
    assert len(empty) == 0
    assert list(table.dtypes.items()) == list(empty.dtypes.items())
    row = table[(table["by"] == "speaker") & (table["group"] == "Ana") & (table["measure"] == "centricity")].iloc[0]
    assert (row["value"], row["n"], row["found"], row["expected"], row["words"]) == (0.5, 1, 2, 1.0, 19)
    assert set(table[table["experimental"]]["frame"]) == {"PRODUCT_CENTRIC"}
    assert table[table["measure"] == "customer_share"]["frame"].isna().all()
    assert np.isnan(row["low"])


def test_reading_of_one_meeting_gives_no_interval():
    reading = framing([CLINIC]).reading
    assert f"Customers drive 72% ({NO_INTERVAL}) of what we say in one meeting" in reading
    assert "50% (no interval" in reading
    assert "2 such spans were found, of which about 1 can be expected to be right" in reading


def test_reading_of_several_meetings_gives_the_interval():
    talks = [meeting(f"m{i}", ("A", "{C She waits here} {F two wards}" + " and" * i)) for i in range(5, 15)]
    found = framing(talks)
    share = group(found, "all").measures["customer_share"]
    assert f"{share.value:.0%} (95% interval {share.low:.0%} to {share.high:.0%}) of what we say in 10" in found.reading


def test_reading_says_when_there_is_nothing():
    assert framing([]).reading.startswith("There is no talk of our own")
    assert framing([meeting("m", ("X", "{C I wait}", {"side": "customer"}))]).reading.startswith("There is no talk")
    silent = [meeting("a", ("A", "and so on")), meeting("b", ("A", "and so on"))]
    assert framing(silent).reading.startswith("No talk about the people served was found in 2 meetings")


def test_a_share_of_words_at_its_end_is_as_sure_as_its_spans_not_its_words():
    meetings = [meeting(f"m{n}", ("Ana", "{F We win each customer we call from the list}.")) for n in range(5)]
    centricity = group(framing(meetings), "all").measures["centricity"]
    assert (centricity.value, centricity.low) == (0, 0)
    assert centricity.high == pytest.approx(1 - 0.025 ** (14 / (5 * 9)))  # five times nine words, by spans of fourteen
