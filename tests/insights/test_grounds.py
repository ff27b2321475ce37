"""Grounds near a claim: figures, sources, tests and rules."""

import pytest
from dialogue_toys import meeting
from hypothesis import given
from hypothesis import strategies as st

from vitallies.insights.grounds import GROUND_KINDS, find_grounds, grounded, grounds
from vitallies.insights.turn_text import read
from vitallies.labels import LABELS


def found(text):
    return [(span.label_, span.text) for span in find_grounds(read(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Churn fell by 12% in spring.", [("figure", "12%")]),
        ("It costs $3.50 a month.", [("figure", "$3.50")]),
        ("Nine per cent came back.", [("figure", "Nine per cent")]),
        ("We had twenty-five angry callers.", [("figure", "twenty-five angry callers")]),
        ("a hundred and twelve letters came", [("figure", "hundred and twelve letters")]),
        ("Four out of forty left.", [("figure", "Four out of")]),
        ("We lost 1,200 tenants.", [("figure", "1,200 tenants")]),
        ("According to the landlord it is fine.", [("source", "According to")]),
        ("The survey clearly shows it.", [("source", "survey clearly shows")]),
        ("We know that from the exit interviews.", [("source", "from the exit interviews")]),
        ("We tested it on Monday.", [("test", "We tested")]),
        ("In the last pilot it broke.", [("test", "In the last pilot")]),
        ("The contract forbids it.", [("rule", "contract forbids")]),
        ("That is against the law.", [("rule", "against the law")]),
        ("It's not so. The report says it.", [("source", "report says")]),
    ],
)
def test_what_is_a_ground(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We started in 2019 and moved on.",  # a year
        "I need two minutes.",  # small, and nobody counted
        "The thirty-first is a Sunday.",  # an ordinal
        "I agree one hundred percent.",  # an idiom
        "Take room 14 is what she said.",  # a mere name
        "There is no survey that shows it.",  # absent
        "We could look into the research to find out.",  # none yet
        "He is a studies teacher who says little.",
        "",
    ],
)
def test_what_is_none(text):
    assert found(text) == []


def test_near_is_the_sentence_and_the_ones_beside_it():
    analysis = meeting(
        "Ana: In May 14% left. We measured the queue. It is a mess. {They only want it cheap}. We asked them. "
        "Then it rained. The contract says so."
    )
    (found,) = grounds(analysis)
    assert (found.kind, found.text, found.label) == ("source", "We asked them", "VITAL_LIE")
    text = analysis.transcript.turns[0].text
    assert text[found.start : found.end] == found.text
    assert text[found.claim_start : found.claim_end] == "They only want it cheap"


def test_a_figure_inside_the_claim_is_part_of_it():
    analysis = meeting("Ana: {We can't do it for 40 euros}, the contract forbids it.", "Ben: It was 35 euros in June.")
    assert [(x.kind, x.text) for x in grounds(analysis)] == [("rule", "contract forbids")]


def test_a_ground_between_two_claims_is_given_for_both():
    analysis = meeting("Ana: {They never read it}. 80% skip the page. {CUSTOMER_CENTRIC|They want to be called back}.")
    assert [(x.label, x.text) for x in grounds(analysis)] == [("VITAL_LIE", "80%"), ("CUSTOMER_CENTRIC", "80%")]


def test_customers_and_unselected_spans_are_left_out():
    lines = ["Ana: {They never read it}. 80% skip the page."]
    assert grounds(meeting(*lines, sides=["Ana"])) == ()
    assert grounds(meeting(*lines, selected=False)) == ()
    frame = grounded([meeting(*lines, sides=["Ana"])]).to_frame()
    assert frame["claims"].sum() == 0


def shares(analyses):
    frame = grounded(analyses).to_frame().set_index(["label", "kind"])
    return frame.loc["VITAL_LIE"]


def test_shares_by_kind():
    first = meeting("Ana: {It is too late}, 80% said so. {We tried that}.", score=0.4, name="a")
    second = meeting("Ben: {It is too dear}. The contract forbids it, and 9% left.", score=0.75, name="b")
    third = meeting("Cem: {Nobody wants it}.", name="c")
    rows = shares([first, second, third])
    # "We tried that" is its own test, and the sentence before it holds a figure.
    assert rows.loc["any", ["claims", "grounded"]].tolist() == [4, 3]
    assert rows.loc["figure", "grounded"] == 3
    assert rows.loc["rule", "grounded"] == 1
    assert rows.loc["source", "grounded"] == 0
    assert rows.loc["any", "expected"] == pytest.approx(0.4 + 0.4 + 0.75)
    assert rows.loc["any", "share"] == 0.75
    assert rows.loc["any", "share_low"] < 0.5
    assert rows.loc["any", "share_high"] > 0.9


def test_reading_says_how_sure_it_is():
    one = meeting("Ana: {It is too late}, 80% said so.")
    assert "too few meetings" in grounded([one]).reading
    assert "Of 1 constraining belief, 1 stands" in grounded([one]).reading
    more = [meeting(f"Ben: {{Nobody wants it}}. {'By law.' * (n % 2)}", name=str(n)) for n in range(6)]
    some = grounded(more)
    share = next(x.share for x in some.rows if (x.label, x.kind) == ("VITAL_LIE", "any"))
    assert f"That is 50% (95% interval {share.low:.0%} to {share.high:.0%})." in some.reading
    assert "No constraining belief" in grounded([]).reading


def test_the_table_without_meetings():
    frame = grounded([]).to_frame()
    assert len(frame) == len(LABELS) * (len(GROUND_KINDS) + 1)
    assert frame["share"].isna().all()
    assert frame.dtypes.equals(grounded([meeting("Ana: {It is too late}, 80% said so.")]).to_frame().dtypes)


@given(st.permutations(range(4)))
def test_the_order_of_meetings_does_not_matter(order):
    lines = ["Ana: {It is too late}, 80% said so.", "Ben: {No}.", "Cem: {We can't}. By law.", "Dee: Hello."]
    analyses = [meeting(line, name=str(n), score=0.1 + 0.2 * n) for n, line in enumerate(lines)]
    given_in = grounded(analyses[n] for n in order).to_frame()
    assert given_in.equals(grounded(analyses).to_frame())
