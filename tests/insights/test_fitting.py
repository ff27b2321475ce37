"""Whether words of a spoken belief read well inside a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.insights.fitting import fits, is_figure, is_subject, is_unkind
from vitallies.insights.quotation import is_relative, lacks_subject, quotation, unframed
from vitallies.insights.seams import before_seam
from vitallies.insights.wording import made, spoken


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("move the shed to the other side", False),
        ("the ferry will not wait for us", True),
        ("it's what the tenants asked for when they came", True),
        ("nobody reads it", True),
        ("ask those who are at home", False),
    ],
)
def test_what_reads_well_fits(said, whole):
    assert fits(spoken(said)[0], whole=whole)


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("move the shed to the", False),  # cut off
        ("move the", False),
        ("move it to, the yard", False),  # a second start
        ("nobody never reads it", True),  # denied twice
        ("not move it", False),
        ("the lease is up the gate is shut", True),  # two clauses
        ("it's locked you cannot walk in", True),
        ("fit the shed so why would we paint it", False),
        ("change in a big way the shed", False),
        ("they say too less people paint it", True),
        ("it would cost more and it would take longer", True),
        ("it was took out", True),
        ("he must waits", True),
        ("nobody thought was right", True),
        ("it's a you know old shed", True),
        ("they do some get it done", True),
        ("the shed is too small to use and a lamp", True),
        ("the people from forty to for sixty do", True),
        ("they open it because that", True),
        ("everybody comes because who minds", True),
        ("care he leaves it there", False),  # another clause follows the verb
        ("paint one two three four five six seven eight nine ten eleven twelve thirteen sheds", False),
    ],
)
def test_what_stumbles_does_not(said, whole):
    assert not fits(made(said.replace(",", " ,").replace("'s", " 's").replace("cannot", "can not")), whole=whole)


def test_a_subject_has_its_article_in_front():
    assert is_subject(made("the people in the yard"))
    assert is_subject(made("they"))
    assert not is_subject(made("practical a yard"))
    assert not is_subject(made("the man we are to"))


def test_what_puts_the_speaker_in_a_bad_light_is_unkind():
    assert is_unkind(made("we do not care about mice"))
    assert is_unkind(made("that is a lie"))
    assert not is_unkind(made("they care about mice"))
    assert not is_unkind(made("when you are two you do not care"))  # anybody
    assert not is_unkind(made("that mice are ignored is what we are told"))


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("The drain is   Ida's,  isn't it?", "The drain is Ida's, isn't it"),
        ("he said “soon” to all", "he said ‘soon’ to all"),
        ("um the the drain is hers", "the drain is hers"),
        ("we don't care about the drain", "we do not care about the drain"),
        ("it isn't", "it isn't"),
        ("drain", "drain"),
        ("", "…"),
        ("he said “soon”", "he said ‘soon’"),
        ("um the drain is has a leak for a year", "the drain has a leak for a year"),
        ("nobody will read the pages and pages of", "nobody will read the pages and pages"),
        ("I'm not sure that we have a whole lot of", "I am not sure that we have a whole lot"),
        ("it's not like “that's her drain”", "that's her drain"),
        ("um I think it's all gonna be drained", "I think it's all going to be drained"),
        ("that we can't", "we can't"),
        ("that we can't do", "that we cannot do"),
        ("I don't think that's mine to say", "I don't think that's mine to say"),
        ("I've not asked because I have, who's going to, I'm one man with a ladder", "I am one man with a ladder"),
        ("it's drier than the other drain except, on", "it's drier than the other drain"),
        (
            "the rain goes in the drain, the drain goes to the river",
            "the rain goes in the drain, the drain goes to the river",
        ),
        ("that was her drain, sir, they dug two, it's not our", "that was her drain"),
        (
            "um if I'm ever going to get a drain, I have to to dig it by hand, and I have to have all my friends here",
            "if I am ever going to get a drain, I have to dig it by hand, and I have to have all my friends here",
        ),
        ("it's what the lease says", "it's what the lease says"),
        ("um nobody knows what the drain is like", "nobody knows what the drain is like"),
        ("it's dear—in fact, it would be madness—to dig it", "it's dear, it would be madness, to dig it"),
        ("it does not fit in the yard so, as such, why would we dig", "it does not fit in the yard"),
        ("nobody counts it as a, er, as, as a cost", "nobody counts it as a cost"),
        ("it's not like people are digging by hand like", "it's not like people are digging by hand"),
        ("they will", "they will"),
        (
            "there is nothing which can, uh, to any extent, block the, the drain",
            "there is nothing which can block the drain",
        ),
        ("we've got a drain that runs, I don't need why we need to dig", "we have got a drain that runs"),
        (
            "the drain that was dug by the man from the yard near the river in the year of the flood and of the storm "
            "and then again after it and of the two years that came then",
            "the drain that was dug by the man from the yard near the river in the year of the flood and of the storm "
            "and then again",
        ),
    ],
)
def test_a_quotation_is_as_said_but_fluent(said, quoted):
    assert quotation(said) == quoted


@given(st.text(max_size=80))
def test_a_quotation_has_no_quotation_marks_and_is_short(text):
    quoted = quotation(text)
    assert not set(quoted) & set('“”"')
    assert len(quoted.split()) <= 32


def test_what_others_say_is_taken_without_their_saying_it():
    assert unframed("they also say that our shed is haunted") == "our shed is haunted"
    assert unframed("I would not say that that's a haunted shed") == "that's a haunted shed"
    assert unframed("our shed is haunted") == "our shed is haunted"


@pytest.mark.parametrize(
    "said", ["is getting older all the time", "was not possible to foresee", "makes it harder for us"]
)
def test_a_fragment_may_lack_its_subject(said):
    assert lacks_subject(said)


@pytest.mark.parametrize(
    "said",
    [
        "the shed is old",
        "can't do it without a shed",
        "is the shed old",
        "can we move it",
        "old",
        "",
        "plums cost a lot",
    ],
)
def test_a_clause_a_question_and_a_name_lack_none(said):
    assert not lacks_subject(said)


def test_a_relative_clause_is_no_question():
    assert is_relative("which we don't own")
    assert not is_relative("which shed is it")
    assert not is_relative("which")


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("the shed is shut they will open it", "the shed is shut"),
        ("we can't paint the gate its metal", "we can't paint the gate"),
        ("the gate gets wet it needs a coat", "the gate gets wet"),
        ("the form they gave us is long", "the form they gave us is long"),
        ("the form they give us is long", "the form they give us is long"),
        ("we give the gate its coat", "we give the gate its coat"),
        ("I know they will open it", "I know they will open it"),
        ("we do what it needs they say", "we do what it needs they say"),
        ("the coat that they need is dear", "the coat that they need is dear"),
        ("they", "they"),
    ],
)
def test_a_clause_may_begin_without_a_mark(said, first):
    assert before_seam(spoken(said)[0]) == spoken(first)[0]


@pytest.mark.parametrize(
    ("said", "figure"),
    [
        ("make a meal of it", True),
        ("get in the way of that", True),
        ("tell the tenants every time what they owe", True),
        ("move the bench to the gate", False),
        ("do something about the noise", False),
        ("get some volunteers", False),
    ],
)
def test_an_act_may_be_a_manner_of_speaking(said, figure):
    assert is_figure(made(said)) is figure
