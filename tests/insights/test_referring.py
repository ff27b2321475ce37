"""Who is meant where the model has told which words refer to the people served; all sentences are invented."""

import pytest

from vitallies.insights.customers import CustomerFinder
from vitallies.types import Analysis, Reference, Transcript, Turn


def analysis(*texts, sides=()):
    """What stands in square brackets the model found; a broker where "broker:" stands before it in them."""
    turns, references = [], []
    for number, text in enumerate(texts):
        plain = ""
        for part in text.split("["):
            words, closed, rest = part.partition("]")
            if closed:
                role = "broker" if words.startswith("broker:") else "end-user"
                words = words.removeprefix("broker:")
                references.append(Reference(number, len(plain), len(plain) + len(words), 0.8, role))
            plain += words + rest
        turns.append(Turn(plain, "Ann", side=dict(enumerate(sides)).get(number)))
    return Analysis(Transcript("m", turns), (), "model 1", tuple(references))


def found(*texts, finder=None, **more):
    return [(m.text, m.group, m.named) for m in (finder or CustomerFinder()).find(analysis(*texts, **more))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[The tenants] wait.", [("tenants", "tenant", True)]),
        ("[The two ladies] came in.", [("ladies", "customer", True)]),
        ("[The forklift lads] came.", [("lads", "customer", True)]),
        ("[The group water schemes] wrote.", [("group water schemes", "group water scheme", True)]),
        ("We saw [the drillers] today.", [("drillers", "driller", True)]),
        ("[The nurses] asked.", [("nurses", "nurse", True)]),
        ("That is [Maurice] again.", [("Maurice", "customer", True)]),
        ("[Student users] want a map.", [("Student users", "student user", True)]),
        ("[The private] tenants wait.", [("private tenants", "private tenant", True)]),
        ("[Their] daughter rang.", [("Their", "customer", False)]),
        ("[Low-income families] pay.", [("Low-income families", "low-income family", True)]),
        ("[The witnesses] rang.", [("witnesses", "witness", True)]),
        ("[The fishermen] rang.", [("fishermen", "fisherman", True)]),
        ("[The heroes] rang.", [("heroes", "hero", True)]),
        ("[Maurice] rang.", [("Maurice", "customer", True)]),
        ("we saw [mrs addo] today", [("mrs addo", "customer", True)]),
        ("We told [the drillers] people get angry.", [("drillers", "driller", True)]),
        ("Those [first]-time [buyers] wait.", [("first-time buyers", "first-time buyer", True)]),
        ("It shows [you] the way.", [("you", "customer", False)]),
        ("Nobody is meant by the tenants here.", []),
    ],
)
def test_the_words_that_the_model_found_are_named(text, expected):
    assert found(text) == expected


def test_nouns_that_it_did_not_find_are_not_meant():
    assert found("Our customers and [the tenants] wait.") == [("tenants", "tenant", True)]


def test_the_callers_own_words_are_always_meant():
    finder = CustomerFinder(["lodger"])
    assert found("The lodgers and the tenants wait.", finder=finder) == [("lodgers", "lodger", True)]


def test_the_callers_own_words_may_hold_full_stops_and_pronouns():
    finder = CustomerFinder(["Acme Ltd.", "people like you"])
    assert found("We met [Acme Ltd.] today.", finder=finder) == [("Acme Ltd.", "Acme Ltd.", True)]
    assert found("Ask [people] like [you].", finder=finder) == [("people like you", "people like you", True)]


def test_a_pronoun_stands_for_the_noun_before_it():
    texts = ("[The tenant] rang.", "The engineer saw [her], and she left.", "[She] was pleased.")
    assert found(*texts) == [("tenant", "tenant", True), ("her", "tenant", False), ("She", "tenant", False)]


def test_words_that_count_stand_for_the_noun_before_them():
    texts = ("[The tenants] complained.", "[Two] left, and [the others] stayed.")
    assert found(*texts) == [("tenants", "tenant", True), ("Two", "tenant", False), ("others", "tenant", False)]


def test_a_pronoun_without_a_noun_names_no_group():
    assert found("[They] waited for an hour.") == [("They", "customer", False)]


def test_the_customers_own_turns_are_left_out():
    assert found("[The tenants] wait.", "[The tenants] wait.", sides=["customer"]) == [("tenants", "tenant", True)]


def test_without_an_encoder_rules_decide():
    one = analysis("The tenants wait.")
    assert CustomerFinder().find(one) == ()
    by_rules = CustomerFinder().find(Analysis(one.transcript, (), "model 1"))
    assert [mention.text for mention in by_rules] == ["tenants"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[broker:The two ladies] use it.", [("ladies", "broker")]),
        ("[broker:The private] schools and [pupils] read it.", [("private schools", "broker"), ("pupils", "end-user")]),
        ("[The dealers] ask for [broker:their] money.", [("dealers", "end-user"), ("their", "broker")]),
    ],
)
def test_roles_are_those_that_the_model_tells_and_not_what_rules_would(text, expected):
    assert [(m.text, m.role) for m in CustomerFinder().find(analysis(text))] == expected


def test_rules_tell_the_role_of_the_callers_own_words_where_the_model_found_none():
    (mention,) = CustomerFinder(["dealer"]).find(analysis("Our dealers sell it on."))
    assert mention.role == "broker"
