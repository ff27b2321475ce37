"""An open question for every vital lie."""

import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import UsageError
from vitallies.insights.questions import Questions, question, questions
from vitallies.insights.topic import shapes
from vitallies.labels import KINDS, STANCES
from vitallies.pipeline.rules import rules
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

FORMS = {
    key: [" ".join(form) for form in forms] for key, forms in rules("questions", "vitallies.insights.rules").items()
}
WORDS = [
    "we",
    "they",
    "nobody",
    "can",
    "not",
    "is",
    "the",
    "a",
    "shed",
    "move",
    "no",
    "way",
    "it",
    "that",
    "I",
    "never",
]
OPENINGS = ("what ", "who ", "where ", "when ", "how ", "which ", "whose ", "under what ", "even if ", "you said ")
SLOTS = {
    "action": {"do", "doing"},
    "worth": {"do", "doing"},
    "needless": {"thing"},
    "lack": {"lack"},
    "owner": {"owner"},
    "tried": {"tried"},
    "open": {"who", "whom", "do", "seen"},
    "is": {"who", "whom", "do", "seen"},
    "except": {"but"},
    "outcome": {"who", "whom", "do"},
    "claim": {"claim"},
    "rule": {"claim"},
    "urged": {"quote"},
    "spared": {"claim"},
    "harmless": {"claim"},
    "whether": {"whether"},
    "own": {"whether"},
    "thing": {"thing"},
    "bare": {"quote"},
    "quote": {"quote"},
    "reported": {"quote"},
    "rejected": {"quote"},
}


def lie(text, transcript="yard", turn=0, *, start=0, **more):
    fields = {"score": 0.5, "kind": "MYTH", "stance": "ASSERTED"} | more
    return AnnotatedSpan(transcript, turn, start, start + len(text), text, "VITAL_LIE", "assumption", **fields)


def meeting(*spans, name="yard", sides=(None,)):
    turns = [Turn("x" * 200, speaker=f"s{number}", side=side) for number, side in enumerate(sides)]
    return Analysis(Transcript(name, tuple(turns)), tuple(replace(span, transcript=name) for span in spans), "toy")


# The forms


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_at_least_eight_forms(kind):
    forms = {form for key, forms in FORMS.items() if key.split()[0] == kind.lower() for form in forms}
    assert len(forms) >= 8


def test_what_is_rejected_has_at_least_eight_forms_of_its_own():
    assert len(set(FORMS["any rejected"])) >= 8


@pytest.mark.parametrize(("key", "form"), [(key, form) for key, forms in FORMS.items() for form in forms])
def test_a_form_is_an_open_question_with_slots_of_its_shape(key, form):
    kind, shape = key.split()
    assert kind.upper() in KINDS or key == "any rejected"
    assert form.startswith(OPENINGS)
    assert form.endswith("?")
    assert form.count("?") == 1
    assert "why" not in form.split()
    assert {slot for _, slot, _, _ in string.Formatter().parse(form) if slot} <= SLOTS[shape]


# The question for a belief


@pytest.mark.parametrize(
    ("belief", "kind", "about"),
    [
        ("we can't move the open day", "EXCUSE", ("move the open day", "moving the open day")),
        ("that's head office's call, not ours", "EXCUSE", ("head office",)),
        ("we just don't have the budget for it", "EXCUSE", ("without the budget for it",)),
        ("we tried evening classes", "RATIONALIZATION", ("you tried evening classes",)),
        ("it's not worth painting the fence", "RATIONALIZATION", ("paint the fence", "painting the fence")),
        ("there's no leak", "DENIAL", ("a leak", "there's any leak")),
        ("I haven't heard a complaint", "DENIAL", ("Even if you have not heard a complaint",)),
        ("nobody reads the notice board", "MYTH", ("somebody",)),
        ("gardeners only care about rain", "MYTH", ("gardeners",)),
        ("nobody's sitting on the bench now", "RATIONALIZATION", ("Even if nobody's sitting on the bench now",)),
        ("Nobody complained", "DENIAL", ("Even if nobody complained",)),
        ("I can't make a meal of it", "EXCUSE", ("Even if you cannot make a meal of it",)),
        ("you can't put a hat on a fence", "RATIONALIZATION", ("“you can't put a hat on a fence”",)),
        ("if there's no bell they won't ring", "MYTH", ("“if there's no bell they won't ring”",)),
        ("payroll won't tell you", "EXCUSE", ("“payroll won't tell you”",)),
        ("we know what they want", "SELF_DECEPTION", ("you know what they want",)),
        ("nobody bakes better bread than us", "SELF_DECEPTION", ("nobody bakes better bread than you",)),
        ("the old boiler", "EXCUSE", ("the old boiler",)),
        ("a Tuesday is a Tuesday", "DENIAL", ("“a Tuesday is a Tuesday”",)),
        ("now and then, rarely, somebody trips", "DENIAL", ("“now and then, rarely, somebody trips”",)),
        ("lamp'd be brighter", "RATIONALIZATION", ("“lamp'd be brighter”",)),
        ("it's your side of the fence", "EXCUSE", ("“it's your side of the fence”",)),
    ],
)
def test_a_question_is_about_what_the_belief_is_about(belief, kind, about):
    asked = question(belief, kind)
    assert any(part in asked for part in about), asked


@pytest.mark.parametrize("kind", ["EXCUSE", "RATIONALIZATION", "DENIAL", "MYTH"])
@pytest.mark.parametrize("belief", ["of course we aren't", "no, she mustn't"])
def test_a_denial_that_does_not_say_of_what_is_asked_what_would_make_it_otherwise(belief, kind):
    asked = question(belief, kind)
    assert asked.startswith("You said “")
    assert "otherwise" in asked


@pytest.mark.parametrize(
    "belief", ["our kettle was a gift", "he sold plums for years", "the bench is painted", "we mean to build a wall"]
)
def test_a_rationalization_that_is_no_way_of_doing_is_not_set_against_another_way(belief):
    asked = question(belief, "RATIONALIZATION")
    assert not any(part in asked for part in ("another way", "something else", "differently", "approach"))


def test_the_speaker_is_addressed():
    asked = question("I can't get my team to read our handbook", "EXCUSE")
    assert "your team" in asked
    assert "your handbook" in asked
    assert not {"I", "my", "our", "we"} & set(asked.split())


def test_what_the_recogniser_left_does_not_reach_the_question():
    assert question("um we we can't uh move the the shed", "EXCUSE").count("shed") == 1
    assert " uh" not in question("um we we can't uh move the the shed", "EXCUSE")


def test_the_same_words_get_the_same_question():
    asked = {question(belief, "EXCUSE") for belief in ("we can't move the shed", "We can't  move the SHED".lower())}
    assert len(asked) == 1


def test_the_expected_number_does_not_hang_on_the_order():
    scores = {"a": 0.1, "b": 0.2, "c": 0.3}
    meetings = [meeting(lie("nobody reads it", name, score=score), name=name) for name, score in scores.items()]
    assert questions(meetings).expected == questions(meetings[::-1]).expected


def test_different_beliefs_get_different_forms():
    words = ["shed", "gate", "fence", "bench", "pond", "path", "hedge", "lamp", "roof", "stall", "crane", "tent"]
    asked = {question(f"we can't move the {word}", "EXCUSE").replace(word, "…") for word in words}
    assert len(asked) >= 4


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(
    ("belief", "quoted"),
    [
        ("our swings are the best", "our swings are the best"),
        ("nobody will lend me a ladder", "nobody will lend me a ladder"),
        ("the porter also said that lamps are a luxury", "lamps are a luxury"),
        ("plums", "plums"),
        ("we were just like “Nah, it won't rain”", "Nah, it will not rain"),
    ],
)
def test_what_others_believe_is_put_in_their_words(belief, quoted, kind):
    asked = question(belief, kind, "REPORTED")
    assert f"hen you hear “{quoted}”" in asked
    assert "You said" not in asked


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize(
    ("belief", "quoted"),
    [
        ("the swings are fine", "the swings are fine"),
        ("it would be wrong to say that nobody swims here", "nobody swims here"),
        ("a wet lawn cannot be an excuse for staying indoors", "a wet lawn cannot be an excuse for staying indoors"),
    ],
)
def test_who_rejects_a_belief_is_asked_for_experience_without_being_told_their_view(belief, quoted, kind):
    asked = question(belief, kind, "REJECTED")
    assert f"“{quoted}”" in asked
    assert not any(part in asked for part in ("You said", "ven if", "somebody who"))
    assert any(part in asked for part in ("you see it", "see it as you do", "your own experience", "yourself"))
    assert "open view" not in asked


@pytest.mark.parametrize(
    ("stance", "lead"), [("ASSERTED", "You said that something"), ("REPORTED", "hen you hear that something")]
)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_a_fragment_is_about_is_something(kind, stance, lead):
    asked = question("was not possible to foresee", kind, stance)
    assert f"{lead} “was not" in asked or "hen it comes to what “was not" in asked


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("belief", ["plums and plums only", "we don't care about the drain", "no more of of the drain"])
def test_no_question_is_without_words_of_the_belief(belief, kind):
    assert {"plums", "drain"} & set(re.findall("[a-z]+", question(belief, kind)))


@pytest.mark.parametrize(
    ("stance", "lead"), [("ASSERTED", "You spoke of something “"), ("REPORTED", "hen you hear of something “")]
)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_relative_clause_is_about_something(kind, stance, lead):
    asked = question("which we don't own", kind, stance)
    assert f"{lead}which we don't own”" in asked or "hen it comes to something “which we don't own”" in asked


def test_no_such_kind_or_stance():
    with pytest.raises(UsageError, match="EXCUSE"):
        question("we can't", "WHIM")
    with pytest.raises(UsageError, match="REJECTED"):
        question("we can't", "EXCUSE", "WHISPERED")


@given(st.text(max_size=60), st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(STANCES)))
def test_any_text_gets_one_question(text, kind, stance):
    asked = question(text, kind, stance)
    assert asked[0].isupper()
    assert asked.endswith("?")


@given(st.lists(st.sampled_from(WORDS), max_size=9))
def test_a_question_has_no_open_slot_and_no_first_person(words):
    belief = " ".join(words)
    for kind in KINDS:
        asked = question(belief, kind)
        assert "{" not in asked
        asked = re.sub("“.*”", "", asked)  # as said
        assert not {"I", "we", "our", "my"} & set(asked.split()), shapes(belief)


@pytest.mark.parametrize(
    ("belief", "kind", "never"),
    [
        ("everyone will say I'll rent it", "SELF_DECEPTION", "you will rent"),
        ("you will get over it", "DENIAL", "whether you"),
        ("we swim in the pond", "DENIAL", "whether you"),
        ("that was the only way across the pond", "RATIONALIZATION", "ven if"),
        ("the pond is not cleaned by their gardeners", "EXCUSE", "might be cleaned"),
        ("while they can swim in the pond, they can't dive", "MYTH", "suggests"),
        ("I don't think it's wise to expect them to have noticed", "EXCUSE", "expecting them"),
        ("the pond always freezes", "MYTH", "ven if"),
        ("we're better are in the water than anybody", "SELF_DECEPTION", "ven if"),
        # a second clause without a mark before it
        ("the gate is locked yourselves it must be oiled", "EXCUSE", "it must"),
        ("paint cannot be kept as stock the insurance inspector will raise complaint", "EXCUSE", "ven if"),
        ("we can't lift it off the chain is stuck", "EXCUSE", "chain"),
        ("it's late they must go on", "EXCUSE", "ven if"),
        ("the bench is old that gate is new", "RATIONALIZATION", "ven if"),
        ("they're glad they would tell us", "DENIAL", "whether"),
        # acts of "ourselves", "every", and what was said once
        ("we can't mend it ourselves", "EXCUSE", "mending it yourselves"),
        ("we don't have to paint every fence", "RATIONALIZATION", "painting every"),
        ("she said so at the gate", "DENIAL", "whether"),
        ("baking is not selling", "DENIAL", "whether"),
        ("we're not hiding the plums", "DENIAL", "whether"),
        ("swimmers don't drown", "MYTH", "When have you seen"),
        ("swimmers don't drown", "MYTH", "difference"),
        # a guess
        ("that'll be the gardener", "EXCUSE", "ven if"),
        ("that's it leaking", "RATIONALIZATION", "ven if"),
        # "you" may be the listener
        ("none of your plums are ripe", "MYTH", "ome of your"),
        ("you don't have the ladder", "EXCUSE", "without the ladder"),
        ("they won't see your sign", "MYTH", "might"),
        # the condition counts
        ("you lend them a spade and they'll never come back", "MYTH", "they might"),
        ("there's zero", "EXCUSE", "might there"),
    ],
)
def test_what_would_be_misread_is_not_filled_in(belief, kind, never):
    assert never not in question(belief, kind)


@pytest.mark.parametrize("form", sorted({form for forms in FORMS.values() for form in forms}))
def test_no_form_points_back_with_a_word_that_the_belief_may_answer_to(form):
    assert not any(part in form for part in ("across them", "which of them", "the people you serve", "people served"))


@pytest.mark.parametrize("form", FORMS["any rejected"])
def test_who_rejects_a_belief_is_not_asked_for_more_of_it(form):
    assert not any(part in form for part in ("the same", "similar", "bears it out"))


def test_more_of_a_means_is_what_is_lacking():
    assert shapes("we don't have any more paint to finish the shed")["lack"] == {"lack": "more paint"}


def test_a_time_or_place_at_the_end_is_no_part_of_what_is_asked():
    assert shapes("you can't clean the pond at this point")["action"]["do"] == "clean the pond"
    assert shapes("we haven't got enough pumps in some cases")["lack"]["lack"] == "enough pumps"


# The table


def test_only_selected_vital_lies_of_our_side_are_asked_about():
    ours, unselected, theirs = lie("it never rains"), lie("nobody comes", selected=False), lie("they lie", turn=1)
    dream = AnnotatedSpan("yard", 0, 30, 35, "x" * 5, "ASPIRATION", "assumption", 0.9)
    found = questions([meeting(ours, unselected, theirs, dream, sides=("ours", "customer"))])
    assert [item.belief for item in found.questions] == ["it never rains"]
    assert found.expected == pytest.approx(0.5)


def test_rows_come_by_transcript_and_place_whatever_the_order_of_the_meetings():
    first = meeting(lie("it never rains", start=40), lie("nobody comes"), name="a")
    second = meeting(lie("it's fine", kind="DENIAL", score=0.7, speaker="Ida"), name="b")
    found = questions([second, first])
    assert found == questions([first, second])
    frame = found.to_frame()
    assert frame[["transcript", "start"]].to_numpy().tolist() == [["a", 0], ["a", 40], ["b", 0]]
    assert frame.loc[2, ["speaker", "kind", "stance", "belief"]].tolist() == ["Ida", "DENIAL", "ASSERTED", "it's fine"]
    assert frame.loc[2, "question"] == question("it's fine", "DENIAL")
    assert found.expected == pytest.approx(1.7)


def test_an_unknown_kind_is_asked_for_exceptions():
    [found] = questions([meeting(lie("it never rains", kind=None))]).questions
    assert found.kind is None
    assert found.question == question("it never rains", "MYTH")


def test_the_stance_tells_whose_belief_it_is():
    reported, unknown = questions(
        [meeting(lie("all is well", stance="REPORTED"), lie("it works", stance=None, start=40))]
    ).questions
    assert reported.question == question("all is well", "MYTH", "REPORTED")
    assert unknown.question == question("it works", "MYTH", "ASSERTED")


def test_an_empty_table_has_the_same_columns():
    empty, full = Questions((), 0.0).to_frame(), questions([meeting(lie("it never rains"))]).to_frame()
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_the_reading_counts_and_blames_nobody():
    one = questions([meeting(lie("it never rains"))])
    assert one.reading.startswith("1 belief was found")
    assert "about 0.5 of" in one.reading
    assert questions([meeting(lie("it never rains"), lie("nobody comes", start=30))]).reading.startswith(
        "2 beliefs were"
    )
    assert "nothing to ask" in questions([]).reading


@pytest.mark.parametrize(
    "belief", ["they um they don't", "and we, we can't", "well, it won't", "she says that it'll open but it won't"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_belief_is_never_turned_into_its_opposite(belief, kind):
    asked = question(belief, kind)
    assert "not" in asked or "n't" in asked


@pytest.mark.parametrize("belief", ["never had a leak", "never been sued", "out of our hands", "off the table"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_has_no_subject_is_quoted(belief, kind):
    assert f"“{belief}”" in question(belief, kind)
