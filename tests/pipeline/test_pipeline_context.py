"""Cues around a claim, and the caller's own words for the people served."""

import json
from pathlib import Path

import pytest
import spacy

import vitallies
from vitallies.errors import DataError, UsageError
from vitallies.pipeline import rules as rules_home
from vitallies.pipeline.context import CUES, CueMatcher, words_as_read
from vitallies.pipeline.docs import blank_english
from vitallies.pipeline.groups import CUE_SPANS
from vitallies.pipeline.rules import rules
from vitallies.pipeline.tokens import TokenTable

CASES = json.loads(Path(__file__).with_name("cases").joinpath("context.json").read_text(encoding="utf-8"))


def marked(text, customers=()):
    nlp = blank_english()
    doc = nlp(text)
    CueMatcher(nlp, customers).mark(doc)
    return doc


def read(text, customers):
    doc = marked(text, customers)
    hashes, _ = words_as_read(TokenTable(doc), doc.spans[CUE_SPANS])
    return " ".join(doc.vocab.strings[word] for word in hashes.tolist())


def test_every_list_has_a_case():
    assert {cue for case in CASES for cue in case["cues"]} == set(CUES)


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_cues(case):
    doc = marked(case["text"])
    found = list(doc.spans[CUE_SPANS])
    by_cue = {}
    for span in found:
        by_cue.setdefault(span.label_, []).append("".join(span.text.split()))
    assert by_cue == {cue: ["".join(text.split()) for text in texts] for cue, texts in case["cues"].items()}
    assert [span.start for span in found] == sorted(span.start for span in found)


def test_a_contraction_is_no_rejection():
    doc = marked("It can't be done.")
    assert not [span.text for span in doc.spans[CUE_SPANS] if span.label_ == "rejected"]


def test_cant_we_is_a_question():
    doc = marked("Can't we ask them?")
    assert [span.text for span in doc.spans[CUE_SPANS]] == ["Can't we"]


def test_wont_wash_is_a_rejection():
    doc = marked("That won't wash.")
    assert [span.text for span in doc.spans[CUE_SPANS]] == ["won't wash"]


# The caller's own words

CUSTOMERS = [
    # the word as given, what is said, how it is read
    ("lodger", "The lodger left.", "the customer left ."),
    ("lodger", "Our Lodgers left.", "our customers left ."),
    ("lodgers", "The lodger left.", "the customer left ."),
    ("lodgers", "The LODGERS left.", "the customers left ."),
    ("colony", "Two colonies left.", "two customers left ."),
    ("colonies", "One colony left.", "one customer left ."),
    ("boss", "The bosses left.", "the customers left ."),
    ("church", "The churches left.", "the customers left ."),
    ("boy", "The boys left.", "the customers left ."),
    ("season-ticket holder", "Season-ticket holders left.", "customers left ."),
    ("season-ticket holders", "A season-ticket holder left.", "a customer left ."),
    ("  lodger ", "The lodger left.", "the customer left ."),
    ("Acme", "Acme called.", "customer called ."),
    ("Acme", "acme called.", "customer called ."),
    ("Acme", "Acme's bill.", "customer 's bill ."),
    ("Marks & Sons", "We visited Marks & Sons today.", "we visited customers today ."),
    ("O'Brien", "O'Brien called.", "customer called ."),
    ("AT&T", "AT&T called.", "customer called ."),
    ("Yahoo!", "Ask Yahoo! first.", "ask customer first ."),
    ("émigré", "The émigrés left.", "the customers left ."),
    ("lodger", "The lodge left.", "the lodge left ."),
    ("Acme", "Acmeist poets.", "acmeist poets ."),
]


@pytest.mark.parametrize(("word", "said", "read_as"), CUSTOMERS)
def test_the_callers_words_are_read_as_the_common_one(word, said, read_as):
    assert read(said, [word]) == read_as
    doc = marked(said, [word])
    people = [span.id_ for span in doc.spans[CUE_SPANS] if span.label_ == "people"]
    assert people == [w for w in read_as.split() if w in ("customer", "customers")]


@pytest.mark.parametrize("name", ["O'Brien Ltd.", "Acme Inc.", "St. Mary's"])
def test_a_name_with_an_abbreviation(name):
    assert read(f"{name} called.", [name]) == "customer called ."


def test_without_the_callers_words_nothing_is_replaced():
    assert read("The lodgers left a customer.", []) == "the lodgers left a customer ."


def test_several_of_the_callers_words():
    assert read("Lodgers and Acme met a lodger.", ["lodger", "Acme"]) == "customers and customer met a customer ."


def test_the_longer_of_two_of_the_callers_words_wins():
    assert read("Acme North called.", ["Acme", "Acme North"]) == "customer called ."


@pytest.mark.parametrize(("plural", "singular"), [("businesses", "business"), ("coaches", "coach"), ("bosses", "boss")])
def test_a_plural_in_es_has_its_singular_found(plural, singular):
    assert read(f"The {singular} left.", [plural]) == "the customer left ."


def test_a_word_of_both_lists_is_the_callers():
    assert read("The guests left.", ["guest"]) == "the customers left ."


@pytest.mark.parametrize(
    ("customers", "says"),
    [
        ("guest", 'customers must be a list of words: customers=["guest"]'),
        ([""], "'' is no word for the people served"),
        (["guest", " \n"], "is no word for the people served"),
        ([3], "3 is no word for the people served"),
        ([None], "None is no word for the people served"),
        ([b"guest"], "b'guest' is no word for the people served"),
    ],
)
def test_bad_customers(customers, says):
    with pytest.raises(UsageError) as caught:
        CueMatcher(blank_english(), customers)
    assert says in str(caught.value)
    with pytest.raises(UsageError) as caught:
        vitallies.load(fast=True, customers=customers)
    assert says in str(caught.value)


def test_cues_need_no_turns_or_sentences():
    nlp = spacy.blank("en")
    doc = nlp("")
    CueMatcher(nlp).mark(doc)
    assert list(doc.spans[CUE_SPANS]) == []


# The word lists


def test_the_word_lists_have_what_the_code_asks_for():
    assert tuple(rules("context")) == CUES
    assert set(rules("speech")) == {
        "terminals",
        "closers",
        "breaks",
        "fillers",
        "answers",
        "filler_phrases",
        "conjunctions",
        "subjects",
        "reporting",
    }
    singles = set(rules("speech")) - {"filler_phrases"}
    assert all(len(phrase) == 1 for name in singles for phrase in rules("speech")[name])
    assert all(len(phrase) > 1 for phrase in rules("speech")["filler_phrases"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('"none"', "must be a list"),
        ("[]", "must be a list with entries"),
        ('["Who says"]', "'Who says' must be words in lower case"),
        ('["who  says"]', "'who  says' must be words in lower case with single spaces"),
        ('["who says", 3]', "3 must be words"),
        ('["who says", ""]', "'' must be words"),
        ('["who says", "so", "who says"]', "stands twice: ['who says']"),
    ],
)
def test_a_bad_word_list_is_refused_with_its_name(tmp_path, monkeypatch, content, says):
    (tmp_path / "bad.json").write_text('{"about": "…", "cues": ' + content + "}", encoding="utf-8")
    monkeypatch.setattr(rules_home, "files", lambda _: tmp_path)
    with pytest.raises(DataError) as caught:
        rules.__wrapped__("bad")
    assert "rules/bad.json: 'cues'" in str(caught.value)
    assert says in str(caught.value)
