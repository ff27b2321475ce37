"""What ours is compared with, on sentences written for these tests."""

from argparse import Namespace

import numpy as np
import pytest
import quality
from baselines import Alternative, Logistic, tfidf
from labelled import ARGUABLE, CLEAR, NOTHING, Labelled
from rules import Rules
from systems import OURS, RULES, TEACHER, TEXTCAT, TFIDF
from textcat import TextCat

from vitallies.evaluation import GoldSentence, Prediction
from vitallies.labels import LABELS
from vitallies.training.annotations import write_rows
from vitallies.training.documents import Document
from vitallies.types import Transcript, Turn

LIE, NEUTRAL = "We can't control the price of oil.", "The meeting starts at nine today."
PLAIN = {"turn": 0, "sampling": "random"}


def document(name: str, fold: int) -> Document:
    """Every label in a sentence of its own, marked there and arguable in one more, among neutral ones."""
    texts = [f"The word is {label.lower()} today." for label in LABELS]
    texts += [*texts, LIE, NEUTRAL]
    kinds = {"kind": "EXCUSE", "stance": "ASSERTED"}
    sentences, start = [], 0
    for number, text in enumerate(texts):
        span = {"start": start, "end": start + len(text) - 1, "label": LABELS[number % len(LABELS)], **kinds}
        if number >= len(LABELS):
            span |= {"arguable": True} if text != LIE else {"label": "VITAL_LIE"}
        row = {**PLAIN, "doc": name, "start": start, "end": start + len(text), "spans": [span] * (text != NEUTRAL)}
        sentences.append(GoldSentence.from_row(row))
        start += len(text) + 1
    return Document(Transcript(name, (Turn(" ".join(texts)),)), tuple(sentences), fold)


@pytest.fixture
def data():
    names = ("calls/a", "calls/b", "meetings/c", "meetings/d")
    return Labelled.of([document(name, fold % 2) for fold, name in enumerate(names)])


def test_textcat_learns_what_its_sentences_say_and_learns_it_again():
    sentences = np.array([LIE, NEUTRAL] * 20, object)
    verdicts = np.full((40, len(LABELS)), NOTHING, np.int8)
    verdicts[::2, :2] = CLEAR
    verdicts[1::2, 1] = ARGUABLE
    scores = TextCat(epochs=6).fit(sentences, verdicts).scores([LIE, NEUTRAL])
    assert scores.shape == (2, len(LABELS))
    assert scores[0, 0] > 0.8 > 0.2 > scores[1, 0]
    assert (scores[:, 1] > 0.8).all()  # what is arguable is left out, and there is nothing else without the label
    assert (scores[:, 2:] < 0.2).all()
    assert (TextCat(epochs=6).fit(sentences, verdicts).scores([LIE, NEUTRAL]) == scores).all()


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("Well, we can't control the oil price, sadly.", {("VITAL_LIE", "we can't control the oil price")}),
        ("NOTHING WE CAN DO", {("VITAL_LIE", "NOTHING WE CAN DO")}),
        ("It’s out of our hands.", {("VITAL_LIE", "It’s out of our hands")}),
        ("Imagine if it ran itself!", {("ASPIRATION", "Imagine if it ran itself")}),
        ("Who says so? And why not?", {("CHALLENGE", "Who says so"), ("CHALLENGE", "And why not")}),
        ("Churn went up again.", {("CUSTOMER_FOCUSED", "Churn went up again")}),
        ("They can't find the door, she says.", {("CUSTOMER_CENTRIC", "They can't find the door")}),
        ("Our policy is thirty days.", {("PRODUCT_CENTRIC", "Our policy is thirty days")}),
        ("Let's break for lunch at 12.30, shall we?", set()),
        ("", set()),
    ],
)
def test_rules_mark_the_clause_of_a_match(sentence, wanted):
    assert {(label, sentence[start:end]) for label, start, end in Rules.read().spans(sentence)} == wanted


def test_rules_give_a_clause_a_label_once():
    found = list(Rules.read().spans("there's nothing we can do, we can't control it, it's out of our hands"))
    assert [label for label, *_ in found] == ["VITAL_LIE"] * 3
    assert len(list(Rules.read().spans("we can't control it and there's nothing we can do"))) == 1


def test_rules_predict_where_the_sentence_stands(data):
    (place,) = {(x.start, x.end) for x, text in zip(data.gold, data.texts, strict=True) if text == LIE}
    found = Rules.read().predictions(data.gold, data.texts)
    lies = [x for x in found if x.label == "VITAL_LIE"]
    assert {x.doc for x in lies} == {x.doc for x in data.gold}
    assert {(x.start, x.end, x.score, x.selected) for x in lies} == {(place[0], place[1] - 1, 1.0, True)}


def perfect(data: Labelled) -> list[dict[str, object]]:
    """Rows of a model that makes no mistake."""
    return [
        {"transcript": x.doc, "turn": x.turn, "start": span.start, "end": span.end, "label": span.label, "score": 0.9}
        for x in data.gold
        for span in x.spans
    ]


def test_all_are_measured_on_the_same_folds(data, tmp_path, monkeypatch):
    kinds = {
        TFIDF: Alternative(lambda texts: texts, lambda: Logistic(tfidf(), 10.0)),
        TEXTCAT: Alternative(lambda texts: texts, lambda: TextCat(epochs=1)),
    }
    monkeypatch.setattr(quality, "alternatives", lambda: kinds)
    for name in (*OURS, "teacher"):
        write_rows(tmp_path / f"{name}.jsonl.gz", perfect(data))
    found = quality.folds(Namespace(ours=tmp_path, teacher=tmp_path / "teacher.jsonl.gz", resamples=4), data)
    for part in found.values():
        assert list(part["systems"]) == [*OURS.values(), TFIDF, TEXTCAT, RULES, TEACHER]
        assert part["systems"][OURS["default"]]["VITAL_LIE"]["F1"] == part["systems"][TEACHER]["VITAL_LIE"]["F1"] == 1
        assert part["systems"][TFIDF]["VITAL_LIE"]["AP"] > 0.4
        assert part["systems"][RULES]["VITAL_LIE"]["R"] == 0.5
        assert part["systems"][RULES]["VITAL_LIE"]["span_F1"] > 0
        assert set(part["systems"][TEXTCAT]["VITAL_LIE"]["intervals"]) >= {"F1", "AP", "span_F1"}
    assert set(found) == {"corpora", "written meetings"}


def test_without_a_teacher_it_is_left_out(data):
    assert list(quality.unlearned(Namespace(teacher=None), data)) == [RULES]


def test_settings_are_tried(data, monkeypatch):
    kinds = {TFIDF: Alternative(lambda texts: texts, lambda c: Logistic(tfidf(), c))}
    monkeypatch.setattr(quality, "alternatives", lambda: kinds)
    monkeypatch.setattr(quality, "TRIED", {TFIDF: ("c", (0.5, 2.0))})
    settings = [line.split(" | ")[1] for line in quality.try_settings(data).splitlines()]
    assert settings == ["setting", "---", "c = 0.5", "c = 2"]


def test_a_label_is_given_from_the_thresholds_of_the_other_folds(data):
    kind = Alternative(lambda texts: texts, lambda: Logistic(tfidf(), 10.0))
    found = quality.cross_validated(kind, data.texts, data)
    assert len(found) == len(data.gold) * len(LABELS)
    assert all(isinstance(x, Prediction) for x in found)
    assert {x.doc for x in found if x.selected} == {x.doc for x in data.gold}
