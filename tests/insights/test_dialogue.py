"""What happened to a vital lie in the five turns after it."""

import math

import pytest
from dialogue_toys import meeting
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import UsageError
from vitallies.insights.dialogue import CHALLENGE_RECALL, dialogue
from vitallies.insights.estimates import ratio
from vitallies.insights.followed import EXPERIMENTAL, follow
from vitallies.insights.replies import OUTCOMES
from vitallies.insights.turn_text import matter, read, sentences


def outcomes(*lines, **more):
    """The outcomes of the first lie."""
    return set(follow(meeting(*lines, **more)).lies[0].outcomes)


@pytest.mark.parametrize(
    "reply",
    [
        "{CHALLENGE|Who told you so}?",
        "{REJECTED|It is all in Finance's hands}, they say, and it isn't.",
        "I don't agree with that.",
        "Sorry, but that's not true.",
        "Are you sure about that?",
        "But we changed it twice last year.",
        "Yeah, but there is the spare budget.",
        "Really?",
        "How do you know?",
        "We could, though.",
        "You could ask the landlord.",
        "We can.",
        "My brother can.",
        "Couldn't we rent one?",
        "What if we ask the tenants to pay half?",
        "you don't know that",
    ],
)
def test_another_speaker_challenges(reply):
    assert "challenged" in outcomes("Ana: {We can't replace the boiler}.", f"Ben: {reply}", "Ana: Next item.")


@pytest.mark.parametrize(
    "reply",
    [
        "Mm-hmm.",
        "Shall we go on to the minutes?",
        "I was in Leeds on Friday.",
        "We have the plumber in on Monday.",
        "No.",
        "Right, next the roof.",
        "But yes.",
    ],
)
def test_what_challenges_nothing(reply):
    assert "challenged" not in outcomes("Ana: {We can't replace the boiler}.", f"Ben: {reply}")


def test_no_denies_what_is_asserted_and_agrees_with_what_is_denied():
    assert outcomes("Ana: {It is far too dear}.", "Ben: No, there are cheap ones.") == {"challenged"}
    assert outcomes("Ana: {We can't replace it}.", "Ben: No.") == {"agreed"}
    assert outcomes("Ana: {They always come back}.", "Ben: They do.") == {"agreed"}
    assert outcomes("Ana: {They always come back}.", "Ben: They don't.") == {"challenged"}
    assert outcomes("Ana: {They never complain}.", "Ben: They do, though.") == {"challenged"}
    assert outcomes("Ana: {It's not in the budget}.", "Ben: It isn't.") == {"agreed"}


@pytest.mark.parametrize(
    ("lie", "reply", "outcome"),
    [
        ("Nobody waters the plants", "No, nobody does.", "agreed"),
        ("They never water them", "No, they never do.", "agreed"),
        ("They don't water them", "None of them do.", "agreed"),
        ("Nobody waters the plants", "Right, nobody does.", "agreed"),
        ("Nobody waters the plants", "No one does.", "agreed"),
        ("Nobody waters the plants", "My sister does.", "challenged"),
        ("Nobody waters the plants", "no my sister does", "challenged"),
        ("They don't water them", "No our neighbours do.", "challenged"),
        ("They don't water them", "Without doubt they do.", "challenged"),
        ("They never water them", "No, they do.", "challenged"),
        ("They all want roses", "No, you're right.", "agreed"),
        ("They all want roses", "no exactly", "agreed"),
        ("They all want roses", "No, I know.", "agreed"),
        ("They all want roses", "No, they don't.", "challenged"),
        ("They all want roses", "No neighbour told me that.", "challenged"),
    ],
)
def test_a_no_may_agree(lie, reply, outcome):
    assert outcomes(f"Ana: {{{lie}}}.", f"Ben: {reply}") == {outcome}


def test_a_counterexample_shares_a_word_and_turns_the_sweep_round():
    assert outcomes("Ana: {Nobody watches the videos}.", "Ben: I watched two of them.") == {"challenged"}
    assert outcomes("Ana: {Everybody watches the videos}.", "Ben: My lot never watch one.") == {"challenged"}
    assert outcomes("Ana: {Nobody watches the videos}.", "Ben: I wrote the leaflet.") == set()
    assert outcomes("Ana: {Nobody watches the videos}.", "Ben: The videos are on the stick.") == {"challenged"}


@pytest.mark.parametrize(
    "reply",
    [
        "Exactly.",
        "Yeah, that's true.",
        "I agree with Ana.",
        "Of course, the boiler is what it is.",
        "Totally. It was the same last year.",
        "Yes, the boiler stays as it is.",
        "I know.",
    ],
)
def test_agreement(reply):
    assert outcomes("Ana: {It is a boiler we are stuck with}.", f"Ben: {reply}") == {"agreed"}


@pytest.mark.parametrize(
    "reply",
    ["Yeah.", "Okay.", "Exactly. But there is one in the shed.", "Exactly when was it bought?", "I know a man."],
)
def test_what_is_no_agreement(reply):
    assert "agreed" not in outcomes("Ana: {We are stuck with the boiler}.", f"Ben: {reply}")


def test_signs_of_listening_are_no_reply():
    lines = ["Ana: {We can't replace the boiler}.", "Ben: Mm-hmm.", "Cem: But the shop takes it back."]
    assert outcomes(*lines) == {"challenged"}
    assert outcomes(*lines[:1], "Ben: I see.", "Cem: Okay.", "Ben: Yeah.", "Cem: But the shop takes it back.") == set()


def test_the_believer_goes_on_and_what_comes_then_is_no_reply():
    lines = ["Ana: {We can't replace it}.", "Ben: Mm.", "Ana: Lunch is at one.", "Ben: But I eat at twelve."]
    assert outcomes(*lines) == set()


def test_far_from_the_end_of_its_turn_a_lie_gets_no_reply():
    after = "We met on Monday. It rained. The bus was late. I took a cab."
    assert outcomes(f"Ana: {{We can't replace it}}. {after}", "Ben: But you have a bike.") == set()
    assert outcomes(f"Ana: {after} {{We can't replace it}}.", "Ben: But you have a bike.") == {"challenged"}


def test_later_turns_must_share_words():
    lines = ["Ana: {Tenants never read the leaflet}.", "Ben: Next, the roof.", "Ana: Fine.", "Cem: {}"]
    with_words = "I disagree, by the way, our tenants asked for that leaflet."
    assert outcomes(*lines[:3], f"Cem: {with_words}") == {"challenged"}
    assert outcomes(*lines[:3], "Cem: I disagree, the roof is fine.") == set()


def test_a_common_word_of_the_meeting_is_not_enough():
    talk = [f"{'Cem' if n % 2 else 'Ben'}: The roof, item {n}." for n in range(20)]
    lines = [
        "Ana: {The roof is what it is}.",
        "Ben: Next.",
        "Ana: Fine.",
        "Cem: I disagree about the roof of the shed.",
    ]
    assert outcomes(*lines) == {"challenged"}
    assert outcomes(*lines, *talk) == set()


def test_only_five_turns_count():
    lines = ["Ana: {Tenants never read the leaflet}.", "Ben: Next.", "Ana: Fine.", "Ben: Go on.", "Ana: The roof."]
    challenge = "Cem: Is it true that tenants never read the leaflet?"
    assert outcomes(*lines, challenge) == {"challenged"}
    assert outcomes(*lines, "Ben: Good.", challenge) == set()


def test_nobody_challenges_oneself():
    assert outcomes("Ana: {We can't replace the boiler}.", "Ana: {CHALLENGE|Who says we can't}?") == set()
    analysis = meeting(":{We can't replace the boiler}.", ":But there is the grant.", ":Who says the boiler stays?")
    (response,) = follow(analysis).lies[0].responses
    assert (response.outcome, response.turn, response.speaker, response.by_believer) == ("challenged", 1, None, False)


def test_evidence():
    assert outcomes("Ana: {The tenants don't mind}.", "Ben: 14% of the tenants have moved out.") == {"evidence"}
    assert outcomes("Ana: {The tenants don't mind}, 80% of them said so.") == {"evidence"}
    assert outcomes("Ana: {The tenants don't mind}. According to the tenants it's fine.") == {"evidence"}
    # Not about it; a question; too long after.
    assert outcomes("Ana: {The tenants don't mind}.", "Ben: The lift costs 400 euros.") == set()
    assert "evidence" not in outcomes("Ana: {The tenants don't mind}.", "Ben: Did 14% of the tenants move?")
    later = ["Ben: The roof.", "Ana: Fine.", "Ben: Go on.", "Cem: 14% of the tenants don't mind."]
    assert outcomes("Ana: {The tenants don't mind}.", *later) == set()


def test_whose_evidence_opens_a_lie():
    def unchallenged(*lines):
        return follow(meeting(*lines)).lies[0].unchallenged

    assert not unchallenged("Ana: {The tenants don't mind}.", "Ben: 14% of the tenants have moved out.")
    assert unchallenged("Ana: {The tenants don't mind}, 80% of them said so.", "Ben: Next.")
    assert unchallenged("Ana: {The tenants don't mind}.", "Ben: Exactly. 80% of the tenants have said so.")


def test_aspirations():
    dream = "{ASPIRATION|Imagine every flat with its own boiler}."
    assert outcomes("Ana: {We are stuck with the boiler}.", f"Ben: {dream}") == {"aspiration"}
    assert outcomes(f"Ana: {{We are stuck with the boiler}}. {dream}") == {"aspiration"}
    assert outcomes(f"Ana: {dream} {{We are stuck with the boiler}}.") == set()
    assert outcomes("Ana: {We are stuck with it}.", "Ben: The roof.", "Ana: Fine.", f"Cem: {dream}") == set()


@pytest.mark.parametrize(
    "lines",
    [
        ["Ana: I assume {they don't read it}."],
        ["Ana: {I suspect they don't read it}."],
        ["Ana: {They don't read it}. But I might be wrong."],
        ["Ana: {They don't read it}.", "Ben: That is an assumption."],
        ["Ana: {They don't read the leaflet}.", "Ben: Hm.", "Ana: My guess is that the leaflet isn't read."],
    ],
)
def test_named_as_an_assumption(lines):
    assert outcomes(*lines) == {"named"}


def test_another_s_own_guess_names_nothing():
    assert outcomes("Ana: {They don't read it}.", "Ben: I assume we meet on Monday.") == set()
    assert outcomes("Ana: I assume the lift is out, I was told by the porter, so {they don't read it}.") == set()


def reception(*answers):
    lines = ["Ana: {We can't replace the boiler}.", "Ben: Who says we can't?", *answers]
    (response,) = follow(meeting(*lines)).lies[0].responses
    return response.reception, response.received_by


def test_how_a_challenge_is_received():
    assert reception("Ana: Good question. I'll ask.") == ("thanked", "Ana")
    assert reception("Cem: Okay.", "Ana: You're right, let's ask.") == ("thanked", "Ana")
    assert reception("Ana: Let's move on.") == ("brushed_off", "Ana")
    assert reception("Ana: {It's the landlord's boiler}.") == ("brushed_off", "Ana")
    assert reception("Cem: {It's the landlord's boiler}.") == (None, None)
    assert reception("Ana: The landlord, in March.") == (None, None)
    assert reception("Ana: The landlord, in March.", "Cem: Thank you, Ben.") == (None, None)
    assert reception() == (None, None)


def test_a_response_says_where_it_stands():
    analysis = meeting("Ana: {We can't replace it}.", "Ben: Well. Who says that? I don't.")
    (response,) = follow(analysis).lies[0].responses
    assert analysis.transcript.turns[1].text[response.start : response.end] == response.text == "Who says that?"
    assert (response.speaker, response.by_believer, response.trigger) == ("Ben", False, "question: Who says")


def test_customers_hold_none_of_our_lies_but_may_challenge_them():
    lines = [
        "Ana: {Nobody minds the wait}.",
        "Zoe: {I can't wait}, and it's not true.",
        "Ben: But Ana, there's the app.",
    ]
    followed = follow(meeting(*lines, sides=["Zoe"]))
    assert [item.lie.speaker for item in followed.lies] == ["Ana"]
    assert [x.speaker for x in followed.lies[0].responses if x.outcome == "challenged"] == ["Zoe"]


def test_spans_not_selected_do_not_count():
    assert follow(meeting("Ana: {We can't}.", "Ben: Who says so?", selected=False)).lies == ()


FATES = [
    "Ana: {We can't replace the boiler}.",
    "Ben: Who says we can't?",
    "Ana: Good question.",
    "Ben: The roof now. {Tenants don't mind the drip}.",
    "Ana: Exactly.",
    "Ben: {REPORTED|Legal has a problem with it}, says Cem.",
]


def test_counts_by_meeting():
    result = dialogue([meeting(*FATES, name="b", score=0.25), meeting("Ana: Hello.", name="a")])
    first, second = result.meetings
    assert (first.transcript, first.asserted, first.unchallenged) == ("a", 0, 0)
    assert (second.asserted, second.expected) == (2, 0.5)
    assert {name: getattr(second, name) for name in OUTCOMES} == {
        "challenged": 1,
        "evidence": 0,
        "aspiration": 0,
        "agreed": 1,
        "named": 0,
    }
    assert (second.left_standing, second.unchallenged) == (0, 1)
    (challenger,) = result.challengers
    assert (challenger.transcript, challenger.speaker) == ("b", "Ben")
    assert (challenger.lies, challenger.thanked, challenger.brushed_off) == (1, 1, 0)


def test_reported_and_rejected_lies_are_listed_and_not_counted():
    analysis = meeting("Ana: {REPORTED|It can't be done}, they say. {REJECTED|Nobody wants it}, they say.", "Ben: Hm.")
    assert [item.lie.stance for item in follow(analysis).lies] == ["REPORTED", "REJECTED"]
    assert dialogue([analysis]).meetings[0].asserted == 0
    assert math.isnan(dialogue([analysis]).unchallenged.value)


def many(challenged):
    """Ten meetings of four lies each, the given numbers of which are challenged."""
    for number, count in enumerate(challenged):
        lines = []
        for lie in range(4):
            reply = "Who says that?" if lie < count else "Next."
            lines += ["Ana: {We can't do it}.", f"Ben: {reply}", *["Ana: The minutes."] * 5]
        yield meeting(*lines, name=f"m{number}")


def test_the_recall_widens_the_interval_downwards():
    counts = [0, 1, 0, 2, 1, 0, 1, 0, 1, 2]
    opened = ratio(counts, [4] * 10)
    heard, missed = (dialogue(many(counts), recall=recall) for recall in (1.0, 0.5))
    assert heard.unchallenged.value == missed.unchallenged.value == 1 - 8 / 40
    assert heard.unchallenged.low == pytest.approx(1 - opened.high)
    assert heard.unchallenged.high == missed.unchallenged.high == pytest.approx(1 - opened.low)
    assert missed.unchallenged.low == pytest.approx(1 - opened.high / 0.5)
    assert dialogue(many(counts), recall=0.01).unchallenged.low == 0
    assert missed.to_frame()["rate"].tolist() == [1 - count / 4 for count in counts]
    assert missed.to_frame()["rate_low"].tolist() == [1 - count / 2 for count in counts]
    assert missed.to_frame()["rate_high"].tolist() == missed.to_frame()["rate"].tolist()


@pytest.mark.parametrize("recall", [0, -0.5, 1.01, math.nan])
def test_a_recall_that_is_none(recall):
    with pytest.raises(UsageError, match="recall must be above 0 and at most 1"):
        dialogue([], recall=recall)


def test_readings():
    assert "nothing to challenge" in dialogue([]).reading
    assert "nothing to challenge" in follow(meeting("Ana: Hello.")).reading
    one = dialogue([meeting(*FATES)])
    assert "Of 2 constraining beliefs that speakers held, 50% drew no question" in one.reading
    assert "too few meetings" in one.reading
    assert "Of 2 constraining beliefs that speakers held, 1 was seen" in follow(meeting(*FATES)).reading
    result = dialogue(many([0, 1, 0, 2, 1, 0, 1, 0, 1, 2]))
    rate = result.unchallenged
    assert f"about {CHALLENGE_RECALL:.0%} of the challenges are found" in result.reading
    assert f"from {rate.low:.0%} to {rate.high:.0%}" in result.reading


def test_tables():
    frame = follow(meeting(*FATES)).to_frame()
    assert frame["outcome"].tolist() == ["challenged", "agreed", "left_standing"]
    assert frame["response_turn"].tolist()[:2] == [1, 4]
    assert frame["unchallenged"].tolist() == [False, True, True]
    assert frame["experimental"].tolist() == [outcome in EXPERIMENTAL for outcome in frame["outcome"]]
    empty = follow(meeting("Ana: Hello.")).to_frame()
    assert len(empty) == 0
    assert empty.dtypes.equals(frame.dtypes)
    result, nothing = dialogue([meeting(*FATES)]), dialogue([])
    assert nothing.to_frame().dtypes.equals(result.to_frame().dtypes)
    assert nothing.challengers_frame().dtypes.equals(result.challengers_frame().dtypes)
    assert result.challengers_frame().to_dict("records") == [
        {"transcript": "m1", "speaker": "Ben", "lies": 1, "thanked": 1, "brushed_off": 0}
    ]
    assert math.isnan(dialogue([meeting("Ana: Hello.")]).to_frame()["rate"][0])


words = st.lists(st.sampled_from(["{We can't}.", "Who says so?", "Exactly.", "9%.", "No.", "The roof."]), max_size=4)
talk = st.lists(st.tuples(st.sampled_from(["Ana", "Ben", ""]), words), max_size=6)


@given(st.lists(talk, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_meetings_does_not_matter_and_counts_add_up(meetings, random):
    analyses = [
        meeting(*(f"{speaker}: {' '.join(said)}" for speaker, said in lines), name=f"m{n}")
        for n, lines in enumerate(meetings)
    ]
    result = dialogue(analyses)
    for analysis, counts in zip(analyses, result.meetings, strict=True):
        followed = follow(analysis)
        assert counts.asserted == len(followed.lies)
        assert counts.left_standing <= counts.unchallenged <= counts.asserted
        for item in followed.lies:
            assert not (item.left_standing and not item.unchallenged)
            for x in item.responses:
                assert item.lie.turn <= x.turn <= item.lie.turn + 5
                assert analysis.transcript.turns[x.turn].text[x.start : x.end] == x.text
                assert not (x.by_believer and x.outcome in ("challenged", "agreed"))
    random.shuffle(analyses)
    again = dialogue(analyses)
    assert (again.meetings, again.challengers) == (result.meetings, result.challengers)
    assert again.to_frame().equals(result.to_frame())


@given(st.text(alphabet=st.sampled_from("ab .?!\n'’é"), max_size=200))
def test_sentences_cover_the_text(text):
    doc = read(text)
    cuts = sentences(doc)
    assert [token.i for span in cuts for token in span] == list(range(len(doc)))
    assert all(len(span) for span in cuts)


@pytest.mark.parametrize("gap", [" ", "\n", "\n\n", "  ", " \n "])
def test_any_white_space_after_a_mark_ends_a_sentence(gap):
    found = [span.text for span in sentences(read(f"I see.{gap}How so?{gap}well"))]
    assert [text.strip() for text in found] == ["I see.", "How so?", "well"]
    assert not found[1][0].isspace()


def test_a_turn_without_marks_is_cut():
    assert [len(span) for span in sentences(read("word " * 130))] == [60, 60, 10]


def test_the_matter_of_a_text():
    assert matter("They watched; she watches, and we're watching!") == {"watch"}
    assert matter("It wasn't that, you know, and nobody can.") == frozenset()
    assert matter("policy") == matter("policies’ ")
