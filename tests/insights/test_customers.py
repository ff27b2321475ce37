"""Who counts as served, what they are called, and their roles; all sentences are invented."""

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import UsageError
from vitallies.insights.customer_words import inflected, phrases, plurals_of
from vitallies.insights.customers import CustomerFinder, mentions_frame
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

FINDER = CustomerFinder()


def analysis(*texts, spans=(), speakers=(), sides=()):
    turns = [
        Turn(text, (speakers or ["Ann"] * len(texts))[n], side=(sides or [None] * len(texts))[n])
        for n, text in enumerate(texts)
    ]
    return Analysis(Transcript("m", turns), spans, "model 1")


def found(*texts, finder=FINDER, **more):
    return [(m.text, m.group, m.role) for m in finder.find(analysis(*texts, **more))]


def framing(turn, text, part, *, selected=True):
    start = text.index(part)
    return AnnotatedSpan(
        "m", turn, start, start + len(part), part, "CUSTOMER_CENTRIC", "framing", 0.7, selected=selected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our tenants say the lift is slow.", [("tenants", "tenant", "end-user")]),
        ("We closed eleven enterprise accounts.", [("enterprise accounts", "enterprise account", "unclear")]),
        ("We sell to small business customers.", [("small business customers", "small business customer", "unclear")]),
        ("First-time buyers find it hard.", [("First-time buyers", "first-time buyer", "end-user")]),
        ("The client's bill was late.", [("client", "customer", "unclear")]),
        ("Half of people never open the booklet.", [("people", "customer", "end-user")]),
        ("A lady came in with two parcels.", [("lady", "customer", "end-user")]),
        ("The children want more pictures in it.", [("children", "child", "end-user")]),
        ("Kids love the slide.", [("Kids", "child", "end-user")]),
        ("We serve schools all over the county.", [("schools", "school", "unclear")]),
        ("Our paying members left.", [("paying members", "paying member", "unclear")]),
        ("Our existing members left.", [("members", "member", "unclear")]),
        ("Those student users need a map.", [("student users", "student user", "end-user")]),
        ("She lives with two patients on the ward.", [("patients", "patient", "end-user")]),
        ("The customer's contract ran out.", [("customer", "customer", "unclear")]),
        ("There were 61 people at noon.", [("people", "customer", "end-user")]),
        ("Every punter had a flask.", [("punter", "punter", "unclear")]),
    ],
)
def test_nouns_that_mean_those_served(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I will ask customer service about the user interface.",
        "My kids want a dog.",
        "Your wife rang.",
        "There is a couple of lines left.",
        "You have to be patient with it.",
        "The client opens a socket to the server.",
        "People in my team are tired.",
        "I asked people in finance about it.",
        "He is a member of the committee.",
        "Somebody has to book the room.",
        "The school is shut.",
        "You and I should meet.",
        "Write it to Customer Information.",
        "They have not sent the pump.",
        "Our customer base and the user feedback grew.",
        "The growth drivers are price and speed.",
        "I sit on the Older Adults and Families Committee.",
        "The girl at the till is new.",
        "His daughter lives far away.",
        "Does anybody want coffee?",
        "",
        " \n ",
    ],
)
def test_what_does_not_mean_those_served(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("The customers find the door too heavy.", "end-user"),
        ("Customers pay every month.", "unclear"),
        ("We won forty customers.", "unclear"),
        ("It meets the customer's needs.", "end-user"),
        ("It helps customers to sleep.", "end-user"),
        ("The resellers are unhappy.", "broker"),
        ("Customers pass it on to somebody else.", "broker"),
        ("Clients buy it for their patients.", "broker"),
        ("Customers recommend it a lot.", "broker"),
        ("The installers were late.", "fixer"),
        ("Clients customise the template.", "fixer"),
        ("Users repair it themselves.", "fixer"),
        ("Users open it at night.", "end-user"),
    ],
)
def test_roles(text, role):
    assert found(text)[0][2] == role


def test_a_framing_span_tells_that_people_means_those_served():
    text, other = "Some people from the village stood there with the form.", "Few people were there."
    assert found(text) == []
    assert found(text, spans=[framing(0, text, text)]) == [("people", "customer", "end-user")]
    assert found(text, spans=[framing(0, text, text, selected=False)]) == []
    assert found(text, sides=["customer"], spans=[framing(0, text, text)]) == []
    assert found(text, *[other] * 8, spans=[framing(0, text, text)]) == [("people", "customer", "end-user")]
    assert found(text, *[other] * 9, spans=[framing(0, text, text)]) == []


def test_anybody_means_those_served_where_framed_and_helped_or_acting():
    text = "We help anybody who is stuck."
    assert found(text) == []
    assert found(text, spans=[framing(0, text, text)]) == [("anybody", "customer", "end-user")]


def test_people_are_anybody_where_the_model_frames_other_talk_alone():
    acting, other = "People want a bigger room.", "Our passengers sit in the cold."
    assert len(found(*[acting] * 8)) == 8
    spans = [framing(8, other, other)]
    assert [word for word, *_ in found(*[acting] * 8, other, spans=spans)] == ["passengers"]


def test_family_is_the_speakers_own_where_it_mostly_is():
    talk = ["My son is six.", "My wife laughed.", "My kids ran.", "The children want a dog."]
    assert found(*talk) == []
    assert found(talk[-1]) == [("children", "child", "end-user")]


def test_pronouns_stand_for_the_noun_before():
    texts = ["The dealers hate the form.", "Their vans are blue.", "They fill it in, and nobody pays them for it."]
    assert found(*texts) == [
        ("dealers", "dealer", "broker"),
        ("Their", "dealer", "broker"),
        ("They", "dealer", "broker"),
        ("them", "dealer", "broker"),
    ]
    mentions = FINDER.find(analysis("A lady came at noon.", "She wanted her card back."))
    assert [(m.text, m.group, m.role, m.named) for m in mentions] == [
        ("lady", "customer", "end-user", True),
        ("She", "customer", "end-user", False),
        ("her", "customer", "end-user", False),
    ]


def test_a_chain_of_pronouns_goes_on_as_far_as_each_is_within_reach_of_the_one_before():
    filler = "One two three four five six seven eight nine ten. " * 4
    assert [word for word, *_ in found("A lady came.", filler, "She sat.", filler, "She left.")] == [
        "lady",
        "She",
        "She",
    ]


def test_a_pronoun_in_a_framing_span_needs_no_noun():
    text = "He never got his bin back. Then he rang."
    assert found(text) == []
    assert found(text, spans=[framing(0, text, "He never got his bin back.")]) == [
        ("He", "customer", "end-user"),
        ("his", "customer", "end-user"),
        ("he", "customer", "end-user"),
    ]


def test_of_a_chain_without_a_noun_all_counts_where_most_is_framed():
    text = "She rang. She was cold. She cried."
    most, one = "She was cold. She cried.", "She cried."
    assert [word for word, *_ in found(text, spans=[framing(0, text, most)])] == ["She", "She", "She"]
    assert [word for word, *_ in found(text, spans=[framing(0, text, one)])] == ["She"]


def test_a_pronoun_for_somebody_who_is_not_served_does_not_count_though_framed():
    text = "The inspector says he is cold. He waits."
    assert [word for word, *_ in found(text, spans=[framing(0, text, "The inspector says he is cold.")])] == []
    assert [word for word, *_ in found(text, spans=[framing(0, text, text)])] == ["He"]


def test_somebody_else_ends_the_chains_of_the_pronouns_that_may_stand_for_them_alone():
    assert [word for word, *_ in found("A lady came.", "The suppliers were late.", "They ran. She left.")] == [
        "lady",
        "She",
    ]


def test_a_title_with_a_name_that_is_no_speakers():
    text = "Mrs Moore sat in the cold, and she missed her bus."
    frame = [framing(0, text, text)]
    assert found(text) == []
    assert [word for word, *_ in found(text, spans=frame)] == ["Mrs Moore", "she", "her"]
    assert found(text, spans=frame)[0][1:] == ("customer", "end-user")
    assert found(text, spans=frame, speakers=["Ann Moore"]) == []
    assert found("I miss the lift.", spans=[framing(0, "I miss the lift.", "I miss the lift.")]) == []


def test_a_plural_meant_mostly_is_meant_always():
    told = ["We help companies.", "We serve companies.", "We teach companies."]
    assert len(found(*told, "It is companies.", "And companies.", "Or companies.")) == 6
    assert len(found(*told, *["It is companies."] * 4)) == 3


def test_relatives_act_for_those_served():
    assert found("We tell the parents how to lead their children through it.")[0] == ("parents", "parent", "broker")
    assert found("That mother rang again about the ramp.")[0] == ("mother", "mother", "broker")


@pytest.mark.parametrize(
    "between",
    [
        "Josh was off.",  # a colleague, who speaks in the meeting
        "My daughter was off.",
        "One two three four five six seven eight nine ten " * 6,
    ],
)
def test_something_between_breaks_the_link_to_the_noun(between):
    mentions = found("A lady came at noon.", between, "He or she wanted the card.", speakers=["Ann", "Josh", "Ann"])
    assert [word for word, *_ in mentions] == ["lady"]


def test_a_man_is_not_she():
    assert [word for word, *_ in found("A man came at noon.", "She laughed.")] == ["man"]
    assert [word for word, *_ in found("A man came at noon.", "He laughed.")] == ["man", "He"]


def test_the_callers_words_are_always_meant_and_are_groups():
    finder = CustomerFinder(["season-ticket holders", "Acme", "lodger"])
    text = "The season-ticket holder rang; ACME wants two for its lodgers."
    assert found(text, finder=finder) == [
        ("season-ticket holder", "season-ticket holder", "unclear"),
        ("ACME", "Acme", "end-user"),
        ("lodgers", "lodger", "end-user"),
    ]


@pytest.mark.parametrize("words", ["lodger", [""], [" "], [3], None])
def test_the_callers_words_are_checked(words):
    with pytest.raises(UsageError, match="customers"):
        CustomerFinder(words)


def test_turns_of_the_customers_are_left_out():
    assert found("Our users wait.", "As users we wait.", sides=["ours", "customer"]) == [("users", "user", "end-user")]


def test_speaker_time_and_offsets():
    turn = Turn("Well, é our users wait.", "Bo", start=3.0, meta={"cues": [[0, 3.0, 4.0], [8, 5.0, 6.0]]})
    mention = FINDER.find(Analysis(Transcript("t", [Turn("Hm."), turn]), (), "model 1"))[0]
    assert (mention.transcript, mention.turn, mention.speaker, mention.time) == ("t", 1, "Bo", 5.0)
    assert turn.text[mention.start : mention.end] == mention.text == "users"


def test_no_turns():
    assert FINDER.find(Analysis(Transcript("t", []), (), "model 1")) == ()


def test_frame():
    columns = ["transcript", "turn", "start", "end", "text", "group", "role", "named", "speaker", "time"]
    full, empty = mentions_frame(FINDER.find(analysis("Our users wait."))), mentions_frame([])
    assert list(full) == list(empty) == columns
    pd.testing.assert_series_equal(full.dtypes, empty.dtypes)
    assert full.loc[0, ["text", "named", "turn"]].tolist() == ["users", True, 0]


_PIECES = st.lists(
    st.sampled_from(
        ["our", "customers", "people", "want", "it", "first-time", "buyers", ".", "they", "she", "a", "lady", "’s", "é"]
    ),
    max_size=12,
).map(" ".join)


@given(st.lists(_PIECES, max_size=6))
def test_mentions_are_slices_in_order_and_never_overlap(texts):
    given_analysis = analysis(*texts)
    mentions = FINDER.find(given_analysis)
    places = [(m.turn, m.start, m.end) for m in mentions]
    assert places == sorted(places)
    for mention in mentions:
        assert given_analysis.transcript.turns[mention.turn].text[mention.start : mention.end] == mention.text
    for (turn, _, end), (after, start, _) in itertools.pairwise(places):
        assert turn < after or end <= start
    assert mentions == CustomerFinder().find(given_analysis)


def test_forms_of_words():
    assert {"use", "uses", "using", "used", "buy", "buys", "buying", "carries"} <= inflected("acts")
    assert plurals_of("child") == ["children"]
    assert plurals_of("family") == ["families"]
    assert "customer" in phrases("served")


@pytest.mark.parametrize("key", ["served", "perhaps", "kin", "story", "places", "general", "titles", "others"])
def test_no_noun_stands_in_two_lists(key):
    others = {"served", "perhaps", "kin", "story", "places", "general", "titles", "others"} - {key}
    assert not phrases(key) & {word for other in others for word in phrases(other)}


def test_every_noun_with_a_role_is_one_that_is_looked_for():
    looked_for = set().union(*map(phrases, ("served", "perhaps", "kin", "story", "places", "general")))
    only_if_the_caller_says_so = {"agent", "broker"}
    for role in ("fixer", "broker", "user"):
        assert phrases(role, "customer_roles") <= looked_for | only_if_the_caller_says_so
    assert found("The agents rang.") == []
    assert found("The agents rang.", finder=CustomerFinder(["agent"])) == [("agents", "agent", "broker")]
