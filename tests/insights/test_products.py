"""Products, what is wanted of them and whether the gap is talked of; all sentences are invented."""

import itertools
import math

import pandas as pd
import pytest

from vitallies.errors import UsageError
from vitallies.insights.products import product_gaps
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn


def analysis(*texts, name="m", spans=(), speakers=(), sides=()):
    turns = [
        Turn(text, (speakers or ["Ann"] * len(texts))[n], side=(sides or [None] * len(texts))[n])
        for n, text in enumerate(texts)
    ]
    return Analysis(Transcript(name, turns), spans, "model 1")


def wants(*texts, **more):
    gaps = product_gaps([analysis(*texts, **more)])
    return [(product.name, want.text, want.closing) for product in gaps.products for want in product.wants]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Our users want a darker screen, I think."], [("", "want a darker screen", 0)]),
        (["The patients don't want this letter."], [("letter", "don't want this letter", 0)]),
        (["The tenants really need hot water because it is cold."], [("", "need hot water", 0)]),
        (["Our night bus is late.", "Passengers prefer trams."], [("night bus", "prefer trams", 0)]),
        (["The app froze.", "Users want a map in the report."], [("report", "want a map in the report", 0)]),
        (["The customers are asking for refunds; fine."], [("", "asking for refunds", 0)]),
        (["Users want it."], []),
        (["Users open it."], []),
        (["I want a map."], []),
    ],
)
def test_wants(texts, expected):
    assert wants(*texts) == expected


def test_a_name_too_far_back_is_not_the_product():
    assert wants("The app froze.", "hm " * 160, "Users want a map.") == [("", "want a map", 0)]


def test_closing_the_gap():
    told = "Users want a map."
    assert wants(told, "We could draw them one.") == [("", "want a map", 1)]
    assert wants(told, "Hm.", "Hm.", "We could draw a map.") == [("", "want a map", 1)]
    assert wants(told, "Hm.", "Hm.", "We could draw them one.") == [("", "want a map", 0)]  # "them" is long ago
    assert wants(told, *["Hm."] * 5, "We could draw a map.") == [("", "want a map", 0)]
    assert wants("We could draw a map.", told) == [("", "want a map", 0)]
    assert wants(told, "The map of Spain is wrong.") == [("", "want a map", 0)]


def test_what_the_customer_says_closes_no_gap():
    told, dream = "Users want a map.", "We could draw a map."
    span = AnnotatedSpan("m", 1, 0, len(dream) - 1, dream[:-1], "ASPIRATION", "assumption", 0.6)
    turns = (Turn(told, "Ann"), Turn(dream, "Cy", side="customer"))
    gaps = product_gaps([Analysis(Transcript("m", turns), (span,), "fake 1")])
    assert [want.closing for product in gaps.products for want in product.wants] == [0]
    ours = product_gaps([Analysis(Transcript("m", (turns[0], Turn(dream, "Bo"))), (), "fake 1")])
    assert [want.closing for product in ours.products for want in product.wants] == [1]


def test_an_aspiration_after_it_closes_the_gap():
    told, dream = "Users want a map.", "Imagine a pole that talks."
    span = AnnotatedSpan("m", 1, 0, len(dream) - 1, dream[:-1], "ASPIRATION", "assumption", 0.6)
    assert wants(told, dream, spans=[span]) == [("", "want a map", 1)]
    before = AnnotatedSpan("m", 0, 0, len(dream) - 1, dream[:-1], "ASPIRATION", "assumption", 0.6)
    assert wants(dream, told, spans=[before]) == [("", "want a map", 0)]


def test_alike_wants_are_one_and_their_contrary_another():
    texts = ["Users want a map.", "Users want a big map.", "Users never want a map.", "Users want shorter queues."]
    gaps = product_gaps([analysis(*texts, speakers=["Ann", "Bo", "Cy", "Ann"])])
    (product,) = gaps.products
    assert [(want.text, want.said, want.speakers) for want in product.wants] == [
        ("want a map", 2, 2),
        ("never want a map", 1, 1),
        ("want shorter queues", 1, 1),
    ]


def test_products_and_their_users():
    gaps = product_gaps(
        [
            analysis("Our booking app is slow.", "Users wait for the booking app.", "Patients need a clock.", name="a"),
            analysis("The booking app again.", "I like this Anchor.", name="b"),
        ],
        products=["Anchor"],
    )
    rows = [(one.name, one.mentions, one.meetings, one.users) for one in gaps.products]
    assert rows == [
        ("booking app", 3, 2, (("patient", 1), ("user", 1))),
        ("Anchor", 1, 1, ()),
    ]
    assert product_gaps([analysis("She bought an app.")]).products == ()


def test_the_customers_own_turns_are_left_out():
    assert product_gaps([analysis("As users we want the app.", sides=["customer"])]).products == ()


def test_share_of_gaps_talked_of_and_its_reading():
    closed = analysis("Users want a map.", "We could draw a map.", name="a")
    left = analysis("Users want a map.", name="b")
    one, both = product_gaps([closed]), product_gaps([closed, left])
    assert (one.closing.value, one.closing.n, both.closing.value, both.closing.n) == (1, 1, 0.5, 2)
    assert math.isnan(one.closing.low)
    assert "told once" in one.reading
    assert "too few meetings" in one.reading
    assert 'told 2 times; first among it: "want a map". Then getting them there is talked of after 50%' in both.reading
    assert "Nobody said" in product_gaps([]).reading
    assert 'of "app"' in product_gaps([analysis("In the app users want a map.")]).reading


def test_the_order_of_transcripts_is_nothing():
    meetings = [
        analysis("Our app is slow.", "Users want a map.", "We could draw a map.", name="a"),
        analysis("Users want a big map in the app.", name="b"),
        analysis("Passengers need a roof.", name="c"),
    ]
    results = {repr(product_gaps(order)) for order in itertools.permutations(meetings)}
    assert len(results) == 1


def test_frame():
    full = product_gaps([analysis("In the app users want a map.", "Our portal is down.")]).to_frame()
    empty = product_gaps([]).to_frame()
    assert list(full) == list(empty)
    pd.testing.assert_series_equal(full.dtypes, empty.dtypes)
    assert full["product"].tolist() == ["app", "portal"]
    assert full["want"].isna().tolist() == [False, True]
    assert full["users"].tolist() == [["user"], []]


@pytest.mark.parametrize("products", ["Anchor", [""], [3]])
def test_the_callers_products_are_checked(products):
    with pytest.raises(UsageError, match="products"):
        product_gaps([], products=products)


@pytest.mark.parametrize(
    "text",
    [
        "Customers don't need a faster app.",
        "Do customers want a faster app?",
        "I doubt that customers want a faster app.",
        "If customers wanted a faster app, we would know.",
    ],
)
def test_what_is_not_said_to_be_wanted_is_no_want(text):
    gaps = product_gaps([Analysis(Transcript("m", (Turn(text, "Ana"),)), (), "toy")])
    assert not [want for product in gaps.products for want in product.wants]
