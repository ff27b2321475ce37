import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.insights.engagement import SIGNS, WINDOW, engagement
from vitallies.insights.framing import FRAMES
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

CENTRIC = "CUSTOMER_CENTRIC"
PLAIN = "We go on."
ASKED = "Do they wait?"


def meeting(turns, framed=(), *, name="m", label=CENTRIC, score=0.5, selected=True):
    """Turns as (speaker, text) or Turn; those numbered in ``framed`` are a span as they stand."""
    said = [turn if isinstance(turn, Turn) else Turn(turn[1], turn[0]) for turn in turns]
    spans = [
        AnnotatedSpan(name, at, 0, len(said[at].text), said[at].text, label, "framing", score, selected)
        for at in framed
    ]
    return Analysis(Transcript(name, said), spans, "fake 1")


def talk(n, asked=(), speakers="AB"):
    """So many turns of three words, by speakers in rotation; those numbered in ``asked`` are questions."""
    return [(speakers[at % len(speakers)], ASKED if at in asked else PLAIN) for at in range(n)]


def sign(found, name, frame=CENTRIC):
    (it,) = (it for it in found.signs if (it.frame, it.sign) == (frame, name))
    return it


def test_signs_worked_out_by_hand():
    # A span in turn 3. Turns 0 to 4 have no five turns in front; 5 to 8 have the span among theirs; 9 to 18 have not.
    found = engagement([meeting(talk(19, asked=(0, 3, 5, 6, 12)), framed=[3], score=0.25)])
    assert [(it.frame, it.sign) for it in found.signs] == [(frame, name) for frame in FRAMES for name in SIGNS]
    questions = sign(found, "questions")
    assert questions.rate == pytest.approx(100 * 2 / 12)
    assert questions.ratio.value == pytest.approx((2 / 12) / (1 / 30))
    assert (questions.ratio.n, questions.found, questions.expected) == (1, 1, 0.25)
    assert math.isnan(questions.ratio.low)
    assert math.isnan(questions.ratio.high)
    for name, rate in (("turns", 100 / 3), ("speakers", 2), ("back_and_forth", 1)):
        assert sign(found, name).rate == pytest.approx(rate)
        assert sign(found, name).ratio.value == pytest.approx(1)
    nothing = sign(found, "questions", "PRODUCT_CENTRIC")
    assert (nothing.found, nothing.expected, nothing.ratio.n) == (0, 0, 0)
    assert math.isnan(nothing.rate)
    assert math.isnan(nothing.ratio.value)


def test_more_people_and_fewer_replies():
    # After the span C and D come in, A and B talk to each other for the rest.
    turns = talk(19)
    turns[5], turns[6], turns[7], turns[8] = (("C", PLAIN), ("D", PLAIN), ("C", PLAIN), ("A", PLAIN))
    found = engagement([meeting(turns, framed=[3])])
    # Turns 5 to 8 with the five in front: A B C, A B C D, A B C D, A B C D.
    assert sign(found, "speakers").rate == (3 + 4 + 4 + 4) / 4
    # The rest: three more turns with four people, then C alone of the newcomers in sight of none.
    assert sign(found, "speakers").ratio.value == pytest.approx(3.75 / ((4 + 4 + 4 + 3 + 2 * 6) / 10))
    # C at turn 7 replies to D; A at 8 does not, nor B at 9; A at 10 does again.
    assert sign(found, "back_and_forth").rate == 1 / 4
    assert sign(found, "back_and_forth").ratio.value == pytest.approx(0.25 / 0.9)


def test_shorter_turns_are_more_changes_of_speaker():
    # Turns 5 to 8, after the span, have five words, the others three.
    turns = [(who, "We go on and on." if 5 <= at <= 8 else PLAIN) for at, (who, _) in enumerate(talk(19))]
    found = sign(engagement([meeting(turns, framed=[3])]), "turns")
    assert found.rate == pytest.approx(100 * 4 / 20)
    # Turn 5 has 15 words in front, as turns 14 to 18 have; 6 to 8 have 17 to 21, and 9 to 13 have 17 to 23.
    over = 1 * 15 / (5 + 15) + 3 * 15 / (15 + 15)
    under = 5 * 5 / (5 + 15) + 5 * 15 / (15 + 15)
    assert found.ratio.value == pytest.approx(over / under)


def test_long_turns_are_compared_with_long_turns():
    turns = [(who, "We go on and on. " * 4 if at < 20 else "Yes.") for at, (who, _) in enumerate(talk(40))]
    found = sign(engagement([meeting(turns, framed=[3, 4])]), "turns")
    assert found.rate == pytest.approx(100 / 20)
    # Turns 10 to 21 have 81 to 100 words in front; the 18 short ones among short ones are no match.
    assert found.ratio.value == pytest.approx((5 / 100) / (12 / 202))


def test_meetings_are_compared_with_themselves():
    # Lively meetings with much framing and slow ones with little: neither are livelier after it.
    lively = [meeting(talk(60), framed=range(3, 40, 12), name=f"lively {n}") for n in range(3)]
    slow = [meeting([(who, "We go on and on. " * 3) for who, _ in talk(60)], framed=[3], name=f"{n}") for n in range(3)]
    found = sign(engagement([*lively, *slow]), "turns")
    assert found.ratio.value == pytest.approx(1)
    assert math.isnan(found.ratio.low)  # all meetings agree, so nothing is learned of how they differ
    assert math.isnan(found.ratio.high)
    assert (found.ratio.n, found.found) == (6, 15)


def test_windows_that_overlap_count_once():
    # Turns 5 to 9 have a span in front, most of them two.
    one = sign(engagement([meeting(talk(20, asked=(6,)), framed=[3, 4])]), "questions")
    assert one.rate == pytest.approx(100 * 1 / 15)
    assert one.found == 2


def test_turns_in_a_row_of_one_speaker_are_one():
    turns = talk(24, asked=(6, 15))
    parted = []
    for who, text in turns:
        first, second, *rest = text.split()
        parted += [(who, first), (who, " ".join([second, *rest])), (who, " ")]
    whole, cut = (engagement([meeting(said, framed=[at])]) for said, at in ((turns, 3), (parted, 9)))
    for name in ("turns", "speakers", "back_and_forth", "questions"):
        assert sign(cut, name).ratio == sign(whole, name).ratio
        assert sign(cut, name).rate == sign(whole, name).rate


def test_customers_keep_their_place_and_are_not_counted():
    # A of ours and X, a customer, who asks all the time and frames himself.
    turns = [Turn(PLAIN, "A") if at % 2 else Turn(ASKED, "X", side="customer") for at in range(30)]
    found = engagement([meeting(turns, framed=[3, 14])])
    assert sign(found, "questions").found == 1
    assert sign(found, "questions").rate == 0
    assert sign(found, "speakers").rate == 1
    assert sign(found, "back_and_forth").rate == 1
    # Turns 5 and 7 are ours and follow turn 3.
    assert sign(found, "turns").rate == pytest.approx(100 * 2 / 6)


def test_without_names_nothing_is_told_of_people():
    found = engagement([meeting([Turn(text) for _, text in talk(30, asked=(6, 20))], framed=[3])])
    assert sign(found, "questions").ratio.value == pytest.approx((1 / 12) / (1 / 63))
    assert sign(found, "turns").ratio.value == pytest.approx(1)
    for name in ("speakers", "back_and_forth"):
        assert sign(found, name).ratio.n == 0
        assert math.isnan(sign(found, name).rate)


def test_a_turn_near_one_without_a_name_tells_nothing_of_people():
    turns = talk(30)
    turns[7] = Turn(PLAIN)
    found = engagement([meeting(turns, framed=[3])])
    # Of turns 5 to 8, 5 and 6 have six names; at 6, B replies to A as at 5 A to B.
    assert sign(found, "back_and_forth").rate == 1
    assert sign(found, "speakers").rate == 2
    assert sign(found, "turns").rate == pytest.approx(100 / 3)


def asked(text, lead="We go on and on. "):
    """How many questions are counted in a turn."""
    turns = [(who, lead * 4) for who, _ in talk(30)]
    turns[5] = ("B", text)
    found = sign(engagement([meeting(turns, framed=[2])]), "questions")
    return round(found.rate * (len(text.split()) + 40) / 100, 6)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Do they wait? They do.", 1),
        ("What?! Who says so??", 2),
        ("“Do they wait?” she said.", 1),
        ("Do they wait.", 0),
        ("See example.org/?q=1 for more.", 0),
        ("do they wait", 1),
        ("um so yeah what do they do all day", 1),
        ("how long does it take", 1),
        ("isn't it the lift", 1),
        ("what's next", 1),
        ("what about the ward", 1),
        ("what we do is wait", 0),
        ("don't wait", 0),
        ("they do wait", 0),
        ("um", 0),
        ("why", 0),
        ("version 2.0 is what do you call it", 0),
    ],
)
def test_what_counts_as_a_question(text, count):
    assert asked(text) == count


def test_only_selected_spans_count():
    found = engagement([meeting(talk(30), framed=[3], selected=False)])
    assert {(it.found, it.ratio.n) for it in found.signs} == {(0, 0)}


@pytest.mark.parametrize("turns", [0, 1, WINDOW, WINDOW + 1])
def test_a_meeting_that_is_too_short_tells_nothing(turns):
    found = engagement([meeting(talk(turns), framed=range(min(turns, 1)))])
    assert {it.ratio.n for it in found.signs} == {0}
    assert sign(found, "turns").found == min(turns, 1)


@st.composite
def talks(draw):
    texts = [PLAIN, ASKED, "yes", "", "what do they want", "They wait and wait and wait, all day."]
    turn = st.builds(
        Turn,
        text=st.sampled_from(texts),
        speaker=st.sampled_from([None, "Ana", "Ben", "Cy"]),
        side=st.sampled_from([None, "customer"]),
    )
    turns = draw(st.lists(turn, max_size=30))
    said = [at for at, turn in enumerate(turns) if turn.text]
    return turns, draw(st.sets(st.sampled_from(said))) if said else set(), draw(st.sampled_from(FRAMES))


@given(st.lists(talks(), max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_meetings_does_not_matter(drawn, shuffle: random.Random):
    given_ = [meeting(turns, framed, name=f"m{n}", label=label) for n, (turns, framed, label) in enumerate(drawn)]
    mixed = list(given_)
    shuffle.shuffle(mixed)
    one, other = engagement(iter(given_)), engagement(iter(mixed))
    assert repr(one) == repr(other)
    ours = [(a, span) for a in given_ for span in a.spans if a.transcript.turns[span.turn].side != "customer"]
    for frame in FRAMES:
        assert sign(one, "turns", frame).found == sum(span.label == frame for _, span in ours)


@given(talks())
def test_spans_everywhere_or_nowhere_leave_nothing_to_compare(drawn):
    turns, _, label = drawn
    said = [at for at, turn in enumerate(turns) if turn.text]
    for framed in ((), said):
        ours = [Turn(turn.text, turn.speaker) for turn in turns]
        assert {it.ratio.n for it in engagement([meeting(ours, framed, label=label)]).signs} == {0}


def test_the_table_is_the_same_with_and_without_meetings():
    table, empty = engagement([meeting(talk(19, asked=(5, 12)), framed=[3])]).to_frame(), engagement([]).to_frame()
    assert len(table) == len(empty) == len(FRAMES) * len(SIGNS)
    assert list(table.dtypes.items()) == list(empty.dtypes.items())
    row = table[(table["frame"] == CENTRIC) & (table["sign"] == "questions")].iloc[0]
    assert (row["ratio"], row["n"], row["found"], row["expected"]) == (pytest.approx(2.5), 1, 1, 0.5)
    assert set(table[table["experimental"]]["frame"]) == {"PRODUCT_CENTRIC"}
    assert empty["ratio"].isna().all()


def test_reading_tells_what_differs():
    many = [
        meeting(talk(19, asked=asked), framed=[3], name=f"m{n}")
        for n, asked in enumerate([(5, 6, 12), (5, 6, 7, 12), (4, 5, 6, 7, 12)])
    ]
    found = engagement(many)
    focused, centric = found.reading.split("it. ")
    ratio = sign(found, "questions").ratio
    assert 1 < ratio.low < ratio.value < ratio.high
    assert focused.startswith(
        "Of talk that looks at customers from outside there is too little, or in too few meetings"
    )
    assert centric == (
        f"After talk through customers' eyes there are more questions ({ratio.value:.2f} times as many, 95% interval "
        f"{ratio.low:.2f} to {ratio.high:.2f}) than in the rest of the same 3 meetings."
    )


def test_reading_tells_what_is_fewer_and_what_is_more():
    many = []
    for name, length in zip("abcd", (19, 20, 22, 25), strict=True):
        turns = talk(length, asked=(12,))
        turns[5], turns[6], turns[7], turns[8] = (("C", PLAIN), ("D", PLAIN), ("C", PLAIN), ("A", PLAIN))
        many.append(meeting(turns, framed=[3], name=name))
    found = engagement(many)
    people, replies = sign(found, "speakers").ratio, sign(found, "back_and_forth").ratio
    assert people.low > 1 > replies.high
    assert f"there are more people taking part ({people.value:.2f} times as many" in found.reading
    assert f"and fewer replies to and fro between two people ({replies.value:.2f} times as many" in found.reading


def test_reading_says_that_nothing_differs():
    flat = engagement(
        [
            meeting(talk(19, asked=asked), framed=[3], name=name)
            for name, asked in zip("abcd", [(5, 12), (5, 12, 13), (5, 6, 12), (5, 6, 12, 13, 14)], strict=True)
        ]
    ).reading
    assert flat.endswith(
        "After talk through customers' eyes no sign of engagement differs from the rest of the same 4 meetings by more "
        "than chance would make it."
    )


def test_reading_of_one_meeting_or_none_is_too_little():
    for few in ([], [meeting(talk(19), framed=[3])], [meeting(talk(19), framed=[3], name=name) for name in "ab"]):
        assert engagement(few).reading.count("too little, or in too few meetings") == 2
