import datetime
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitallies.classify.store import load_model
from vitallies.errors import UsageError
from vitallies.insights.beliefs import beliefs
from vitallies.insights.estimates import NO_INTERVAL, ratio

MODEL = load_model()
MONEY = ("We can't afford it", "that is too expensive", "The budget won't stretch to it")
QUIET = ("nobody has complained", "I have not heard a single grumble")
ALONE = ("The pond freezes in Lent and that is that",)
DATES = {
    "a": datetime.date(2024, 3, 1),
    "b": datetime.date(2024, 1, 1),
    "c": None,
    "d": datetime.date(2023, 6, 5),
    "e": None,
}


def row(transcript, turn, text, speaker="Ana", *, kind="EXCUSE", stance="ASSERTED", score=0.5, start=0, **other):
    return {
        "transcript": transcript,
        "turn": turn,
        "speaker": speaker,
        "start": start,
        "end": start + len(text),
        "text": text,
        "layer": "assumption",
        "label": "VITAL_LIE",
        "kind": kind,
        "stance": stance,
        "score": score,
        "selected": True,
        "time": None,
        "sentence": None,
        "evidence": [],
    } | other


ROWS = [
    row("a", 0, MONEY[0], score=0.9),
    row("a", 3, MONEY[1], "Ben", score=0.8),
    row("b", 1, MONEY[0].lower(), "Ana", score=0.7),
    row("b", 2, MONEY[2], None, kind="RATIONALIZATION", score=0.6),
    row("c", 5, MONEY[0] + ".", "Cem", stance="REPORTED", score=0.4),
    row("c", 6, MONEY[0], "Ben", score=0.2),
    row("a", 7, QUIET[0], "Ben", kind="DENIAL", stance="REJECTED"),
    row("a", 8, QUIET[1], None, kind="DENIAL"),
    row("d", 0, ALONE[0]),
]


def grouped(rows, dates=DATES, **options):
    return beliefs(rows, dates, MODEL, fast=True, **options)


def test_each_belief_is_counted_by_people_meetings_and_matches():
    found = grouped(ROWS)
    assert (found.spans, found.meetings, len(found.found)) == (9, 5, 2)
    assert found.expected == pytest.approx(5.1)
    money, quiet = found.found
    assert money.wording == "We can't afford it"
    assert [match.text for match in money.matches] == [x["text"] for x in ROWS[:6]]
    assert (money.count, money.people, money.unnamed, money.meetings) == (6, 3, 1, 3)
    assert money.expected == pytest.approx(3.6)
    assert money.kinds == {"EXCUSE": 5, "RATIONALIZATION": 1}
    assert money.stances == {"ASSERTED": 5, "REPORTED": 1}
    assert (money.first_seen, money.last_seen) == (DATES["b"], DATES["a"])
    assert money.share == ratio([1, 1, 1, 0, 0], [1] * 5)
    assert money.believers == 3  # Ana, Ben and one without a name; Cem only reports it
    assert money.widely_believed
    assert (quiet.count, quiet.people, quiet.unnamed, quiet.meetings, quiet.believers) == (2, 1, 1, 1, 1)
    assert quiet.stances == {"ASSERTED": 1, "REJECTED": 1}
    assert not quiet.widely_believed


def test_the_encoder_groups_them_too():
    found = beliefs(ROWS, DATES, MODEL)
    assert [belief.count for belief in found.found] == [6, 2]


@pytest.mark.parametrize(
    ("change", "widely"),
    [
        (lambda rows: rows, True),
        (lambda rows: [x | {"speaker": None} for x in rows], False),
        (lambda rows: [x | {"speaker": "Ana"} for x in rows], False),
        (lambda rows: [x | {"transcript": "a", "turn": n} for n, x in enumerate(rows)], False),
        (lambda rows: [x | {"stance": "REPORTED"} if x["transcript"] == "b" else x for x in rows], False),
        (lambda rows: [x | {"stance": "REJECTED"} for x in rows], False),
    ],
)
def test_widely_believed_needs_people_and_meetings_that_assert_it(change, widely):
    assert grouped(change(ROWS[:6])).found[0].widely_believed is widely


def test_widely_believed_needs_a_tenth_of_the_meetings():
    silent = {f"silent {n}": None for n in range(27)}
    dates = {name: DATES[name] for name in "abc"}
    assert grouped(ROWS[:6], dates | silent).found[0].widely_believed
    assert not grouped(ROWS[:6], dates | silent | {"one more": None}).found[0].widely_believed


def test_only_selected_vital_lies_of_ours_count():
    out = [
        row("e", 0, MONEY[0], "Dee", label="CHALLENGE"),
        row("e", 1, MONEY[0], "Dee", selected=False),
        row("e", 2, MONEY[0], "Guest"),
        row("e", 3, MONEY[0], None),
    ]
    assert grouped(ROWS + out, theirs={("e", "Guest"), ("e", None)}) == grouped(ROWS)
    assert grouped(ROWS + out).spans == grouped(ROWS).spans + 2


def test_a_transcript_that_dates_do_not_name_is_refused():
    with pytest.raises(UsageError, match="'a' is missing"):
        grouped(ROWS, {"b": None, "c": None, "d": None})


said = st.sampled_from(MONEY + QUIET + ALONE)
places = st.tuples(st.sampled_from(sorted(DATES)), st.integers(0, 9))
who = st.sampled_from(("Ana", "Ben", "Cem", None))
scores = st.integers(1, 8).map(lambda eighths: eighths / 8)  # sums of them are exact
drawn = st.lists(
    st.builds(
        lambda place, text, speaker, stance, score: row(*place, text, speaker, stance=stance, score=score),
        places,
        said,
        who,
        st.sampled_from(("ASSERTED", "REPORTED", "REJECTED")),
        scores,
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(drawn, st.randoms(use_true_random=False))
def test_the_result_depends_on_the_set_of_spans_alone(rows, random):
    shuffled = rows + random.sample(rows, len(rows) // 2)
    random.shuffle(shuffled)
    dates = list(DATES.items())
    random.shuffle(dates)
    assert repr(grouped(rows)) == repr(grouped(shuffled, dict(dates)))


@settings(max_examples=60)
@given(drawn)
def test_every_match_stands_under_one_belief_and_the_counts_add_up(rows):
    found = grouped(rows)
    places = {(x["transcript"], x["turn"], x["start"], x["end"]) for x in rows}
    listed = [(m.transcript, m.turn, m.start, m.end) for belief in found.found for m in belief.matches]
    assert found.spans == len(places)
    assert len(listed) == len(set(listed)) <= found.spans
    assert set(listed) <= places
    for belief in found.found:
        assert belief.count == sum(belief.kinds.values()) == sum(belief.stances.values()) >= 2
        assert belief.wording in {match.text for match in belief.matches}
        assert belief.expected == sum(match.score for match in belief.matches) <= belief.count
        assert belief.people + (belief.unnamed > 0) >= belief.believers
        assert 1 <= belief.meetings <= len(DATES)
        assert belief.share.value == pytest.approx(belief.meetings / len(DATES))
    ranks = [(-belief.meetings, -belief.people, -belief.count, belief.wording) for belief in found.found]
    assert ranks == sorted(ranks)


def test_frames_have_the_same_columns_and_types_with_rows_and_without():
    full, empty = grouped(ROWS), grouped([])
    for frame, none in ((full.to_frame(), empty.to_frame()), (full.matches_frame(), empty.matches_frame())):
        assert list(frame.columns) == list(none.columns)
        assert frame.dtypes.equals(none.dtypes)
        assert len(none) == 0
    first = full.to_frame().iloc[0]
    assert (first.belief, first["count"], first.EXCUSE, first.REPORTED, first.wordings) == (MONEY[0], 6, 5, 1, 3)
    assert first.share_low < first.share < first.share_high
    assert full.matches_frame().groupby("belief").size().to_dict() == {MONEY[0]: 6, full.found[1].wording: 2}


def test_the_reading_says_how_widespread_a_belief_is_and_how_sure_that_is():
    found = grouped(ROWS)
    money, quiet = found.found
    low, high = money.share.low, money.share.high
    assert money.reading == (
        '"We can\'t afford it", in these or other words, was found 6 times in 3 of 5 meetings '
        f"(60%, 95% interval {low:.0%} to {high:.0%}), by 3 people and once by speakers without a name; "
        "some 4 of these are expected to be true finds. It is widely believed."
    )
    assert "It is disputed once." in quiet.reading
    assert found.reading.startswith(
        "Of 9 vital lies found in 5 meetings, 8 say one of 2 beliefs that recur. 1 of these is widely believed: "
        '"We can\'t afford it".'
    )
    assert "None is widely believed" in grouped(ROWS[6:]).reading


def test_what_is_empty_in_a_table_read_back_is_nobody():
    rows = [row(name, 0, MONEY[0], None) for name in "abc"]
    read_back = [one | {"speaker": float("nan"), "date": float("nan")} for one in rows]
    assert repr(grouped(read_back)) == repr(grouped(rows))
    assert (grouped(rows).found[0].people, grouped(rows).found[0].widely_believed) == (0, False)


def test_the_reading_is_honest_where_there_is_little():
    assert grouped([]).reading == "No vital lie was found in 5 meetings."
    assert grouped(ROWS[-1:]).reading == "Of 1 vital lie found in 5 meetings, no two say the same."
    two = grouped(ROWS[:4], {"a": None, "b": None}).found[0]
    assert math.isnan(two.share.low)
    assert f"(100%; {NO_INTERVAL})" in two.reading
    assert (two.first_seen, two.last_seen) == (None, None)
