"""Whether a room means the same people; expectations worked out by hand."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student_t

from vitallies.errors import UsageError
from vitallies.insights.clarity import clarity_of, customer_clarity
from vitallies.insights.customers import Mention
from vitallies.insights.estimates import NO_INTERVAL
from vitallies.types import Analysis, Transcript, Turn


def mention(group, speaker="Ann", role="unclear", *, text=None, named=True, transcript="m"):
    return Mention(transcript, 0, 0, 1, text or group, group, role, named, speaker, None)


def room(*named):
    """Mentions from (speaker, groups)."""
    return [mention(group, speaker) for speaker, groups in named for group in groups]


def test_two_people_by_hand():
    found = [("m", room(("Ann", ["customer", "patient"]), ("Bo", ["patient", "patient"])))]
    result = clarity_of(found)
    assert result.clarity.value == pytest.approx(0.5)  # Ann says patient half the time, Bo always
    assert result.clarity.n == 1
    assert math.isnan(result.clarity.low)
    # the room: a quarter customer, three quarters patient
    assert result.answers.value == pytest.approx(math.exp(-0.25 * math.log(0.25) - 0.75 * math.log(0.75)))
    assert math.isnan(result.answers.low)
    assert result.unnamed.value == pytest.approx(0.25)
    assert [(one.group, one.share, one.mentions, one.speakers) for one in result.table] == [
        ("patient", 0.75, 3, 2),
        ("customer", 0.25, 1, 1),
    ]


def test_each_speaker_weighs_the_same_however_much_they_say():
    loud = clarity_of([("m", room(("Ann", ["patient"] * 50), ("Bo", ["carer"]), ("Cy", ["patient"])))])
    assert loud.clarity.value == pytest.approx(1 / 3)  # of three pairs, one agrees
    assert loud.table[0].share == pytest.approx(2 / 3)


def test_each_room_weighs_the_same_however_many_sit_in_it():
    many = room(*[(name, ["patient"]) for name in "ABCDEFGH"])
    two = room(("A", ["patient"]), ("B", ["carer"]))
    assert clarity_of([("big", many), ("small", two)]).clarity.value == pytest.approx(0.5)


def test_the_same_name_in_another_room_is_counted_again():
    found = [("a", room(("Ann", ["patient"]))), ("b", room(("Ann", ["patient"])))]
    result = clarity_of(found)
    assert (result.table[0].speakers, result.table[0].meetings) == (2, 2)
    assert math.isnan(result.clarity.value)  # nobody else was there
    assert result.answers == clarity_of(reversed(found)).answers
    assert result.answers.value == 1


def test_answers_and_their_interval_are_the_jackknife_over_rooms():
    rooms = [{"a": 1.0, "b": 1.0}, {"a": 2.0}, {"c": 1.0}, {"a": 0.5, "d": 0.5}]
    found = [
        ("r0", room(("A", "a"), ("B", "b"))),
        ("r1", room(("A", "a"), ("B", "a"))),
        ("r2", room(("A", "c"))),
        ("r3", room(("A", "ad"))),
    ]
    table = np.array([[one.get(group, 0) for group in "abcd"] for one in rooms])

    def entropy(weights):
        shares = weights[weights > 0] / weights.sum()
        return -(shares * np.log(shares)).sum()

    whole, without = entropy(table.sum(0)), np.array([entropy(np.delete(table, n, 0).sum(0)) for n in range(4)])
    value = 4 * whole - 3 * without.mean()
    error = np.sqrt(3 / 4 * ((without - without.mean()) ** 2).sum())
    reach = student_t.ppf(0.975, 3) * error
    answers = clarity_of(found).answers
    assert answers.value == pytest.approx(np.exp(value))
    assert answers.high == pytest.approx(np.exp(value + reach))
    assert answers.low == pytest.approx(np.exp(max(value - reach, 0)))
    assert answers.n == 4


def test_pronouns_and_turns_without_a_speaker():
    found = [mention("patient"), mention("carer", named=False), mention("ward", None), mention("patient", "Bo")]
    result = clarity_of([("m", found)])
    assert result.clarity.value == 1
    assert [(one.group, one.share, one.speakers, one.mentions) for one in result.table] == [
        ("patient", 1.0, 2, 2),
        ("ward", 0.0, 0, 1),
    ]
    unknown = clarity_of([("m", [mention("ward", None), mention("cook", None), mention("cook", None)])])
    assert [one.group for one in unknown.table] == ["cook", "ward"]
    assert math.isnan(unknown.table[0].share)
    assert "not known" in unknown.reading


def test_roles_and_wordings():
    found = [
        mention("customer", role="unclear", text="Customers"),
        mention("customer", role="unclear", text="people"),
        mention("customer", role="broker", text="customers"),
        mention("customer", role="end-user", text="people"),
        mention("customer", role="broker", text="clients"),
        mention("customer", role="unclear", text="folks"),
    ]
    (answer,) = clarity_of([("m", found)]).table
    assert (answer.role, answer.end_user, answer.broker, answer.fixer, answer.unclear) == ("broker", 1, 2, 0, 3)
    assert answer.wordings == ("customers", "people", "clients")
    assert clarity_of([("m", found[:1])]).table[0].role == "unclear"


def test_meetings_table():
    found = [("b", room(("A", "x"), ("B", "y"))), ("a", room(("A", "xy"))), ("c", [])]
    result = clarity_of(found)
    rows = [(one.transcript, one.mentions, one.speakers, one.answers) for one in result.meetings]
    assert rows[:2] == [("a", 2, 1, pytest.approx(2)), ("b", 2, 2, pytest.approx(2))]
    assert [one.clarity for one in result.meetings] == pytest.approx([math.nan, 0.0, math.nan], nan_ok=True)
    assert math.isnan(result.meetings[2].answers)


def test_frames_keep_columns_and_types():
    full, empty = clarity_of([("m", room(("A", "xy"), ("B", "x")))]), clarity_of([])
    for frame in ("to_frame", "meetings_frame"):
        filled, bare = getattr(full, frame)(), getattr(empty, frame)()
        assert list(filled) == list(bare)
        pd.testing.assert_series_equal(filled.dtypes, bare.dtypes)
    assert full.to_frame()["group"].tolist() == ["x", "y"]
    assert len(empty.to_frame()) == len(empty.meetings_frame()) == 0


def test_answers_have_an_interval_where_three_meetings_tell_of_the_spread():
    def rooms(*groups):
        return [(str(n), room(("Ann", [group]), ("Bo", [group]))) for n, group in enumerate(groups)]

    two = clarity_of(rooms("patient", "carer")).answers
    assert (two.value, two.n) == (pytest.approx(2), 2)
    alike, apart = clarity_of(rooms(*["patient"] * 3)), clarity_of(rooms("patient", "carer", "nurse"))
    assert alike.answers.value == pytest.approx(1)
    assert apart.answers.value > 3
    assert "Only 3 were named, 3 of them in one meeting alone: others would bring more." in apart.reading
    assert "Only" not in alike.reading
    for answers in (two, alike.answers, apart.answers):
        assert math.isnan(answers.low)
        assert math.isnan(answers.high)
    some = clarity_of(rooms("patient", "carer", "patient")).answers
    assert 1 <= some.low < some.value < some.high


@pytest.mark.parametrize("others", [["carer"], ["patient"]])
def test_two_rooms_of_one_id_are_a_usage_error(others):
    rooms = [("text", room(("Ann", ["patient"]))), ("text", room(("Ann", others)))]
    with pytest.raises(UsageError, match="'text': give each an id of its own"):
        clarity_of(rooms)


def test_readings():
    assert "Nobody named" in clarity_of([]).reading
    one = clarity_of([("m", room(("Ann", ["patient"]), ("Bo", ["patient"])))]).reading
    assert f"100% of the time (one meeting; {NO_INTERVAL})" in one
    alone = clarity_of([("m", room(("Ann", ["patient"])))]).reading
    assert "their agreement is unknown" in alone
    several = clarity_of([(str(n), room(("Ann", ["patient"]), ("Bo", ["patient", "carer"]))) for n in range(4)]).reading
    assert "50% of the time (95% interval 4% to 96%, 4 meetings)" in several
    assert '"patient", "carer"' in several


_ROOMS = st.lists(
    st.lists(st.tuples(st.sampled_from("ABC"), st.lists(st.sampled_from(["customer", "x", "y", "z"]), max_size=4))),
    max_size=4,
)


@given(_ROOMS)
def test_the_order_of_rooms_is_nothing_and_shares_add_up(rooms):
    found = [(f"r{n}", room(*named)) for n, named in enumerate(rooms)]
    results = [clarity_of(order) for order in itertools.islice(itertools.permutations(found), 6)]
    first = results[0]
    for other in results[1:]:
        assert repr(other) == repr(first)
    assert sum(one.mentions for one in first.table) == sum(len(mentions) for _, mentions in found)
    if first.table:
        assert sum(one.share for one in first.table) == pytest.approx(1)
        assert first.answers.value >= 1
    if first.clarity.n:
        assert -1e-9 <= first.clarity.value <= 1 + 1e-9


def test_from_transcripts():
    turns = [
        Turn("Our patients wait for hours.", "Ann"),
        Turn("The patients want a chair, and the carers pay.", "Bo"),
        Turn("We patients want a chair.", "Eve", side="customer"),
        Turn("The lodgers are cold.", "Ann"),
    ]
    analysis = Analysis(Transcript("m", turns), (), "model 1")
    result = customer_clarity([analysis], customers=["lodger"])
    shares = {one.group: one.share for one in result.table}
    assert shares == pytest.approx({"patient": 0.5, "carer": 0.25, "lodger": 0.25})
    assert result.clarity.value == pytest.approx(0.25)
    assert (result.table[0].end_user, result.table[0].wordings) == (2, ("patients",))
