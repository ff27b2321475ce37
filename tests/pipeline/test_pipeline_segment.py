"""Sentences of speech: a table of cases, and the rules that hold for all."""

import json
from pathlib import Path

import numpy as np
import pytest
from spacy.strings import get_string_id
from spacy.tokens import Span, SpanGroup

from vitallies.classify.boundaries import BUCKETS, BoundaryModel, boundary_buckets
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.groups import SENTENCES
from vitallies.pipeline.segment import segment
from vitallies.types import Transcript, Turn

CASES = json.loads(Path(__file__).with_name("cases").joinpath("sentences.json").read_text(encoding="utf-8"))


class Ends:
    """A boundary model that finds an end after certain words."""

    def __init__(self, words=()):
        self.ends = np.array([get_string_id(word) for word in words], np.uint64)
        self.seen = []

    def log_odds(self, words):
        self.seen.append(len(words))
        return np.where(np.isin(words[:-1], self.ends), 5, -5).astype(np.float32)


class Kept(list):
    """The sentences of a Doc, which must not be collected while they are looked at."""

    def __init__(self, doc):
        super().__init__(doc.spans[SENTENCES])
        self.doc, self.attrs = doc, doc.spans[SENTENCES].attrs


def cut(*texts, model):
    doc = transcript_doc(Transcript("t", tuple(map(Turn, texts))))
    segment(doc, model)
    return Kept(doc)


def n_words(span):
    return sum(any(c.isalnum() for c in token.text) for token in span)


def test_there_are_cases():
    assert len(CASES) >= 40
    assert len({case["text"] + str(case.get("ends")) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_sentences(case):
    found = cut(case["text"], model=Ends(case.get("ends", ())))
    assert [span.text for span in found] == case["sentences"]


def test_a_sentence_never_reaches_over_the_end_of_its_turn():
    found = cut("We can't do that", "", "they said no", "  ", "Right. Yes", model=Ends())
    assert [span.text for span in found] == ["We can't do that", "they said no", "Right.", "Yes"]
    assert found.attrs["turns"] == [0, 1, 2, 2]  # of the turns that have words


def test_without_a_group_of_turns_the_doc_is_one():
    doc = blank_english()("We can't. They won't")
    segment(doc, Ends())
    assert [span.text for span in doc.spans[SENTENCES]] == ["We can't.", "They won't"]
    assert doc.spans[SENTENCES].attrs["turns"] == [0, 0]


def test_a_group_of_turns_on_any_doc_is_respected():
    doc = blank_english()("we can't do that they said no")
    doc.spans["turns"] = SpanGroup(doc, name="turns", spans=[Span(doc, 0, 5), Span(doc, 5, 8)])
    segment(doc, Ends())
    assert [span.text for span in doc.spans[SENTENCES]] == ["we can't do that", "they said no"]
    assert doc.spans[SENTENCES].attrs["turns"] == [0, 1]


@pytest.mark.parametrize("closing", ["", "."], ids=["open", "closed"])
@pytest.mark.parametrize("length", [60, 61, 62, 120, 121, 500])
def test_no_sentence_has_over_sixty_words(length, closing):
    text = " ".join(f"word{n}" for n in range(length)) + closing
    found = cut(text, model=Ends())
    assert " ".join(span.text for span in found) == text
    assert max(map(n_words, found)) <= 60
    assert (len(found) == 1) == (length == 60)
    assert min(map(n_words, found[:-1]), default=8) >= 8


def test_a_long_sentence_is_cut_where_an_end_is_likeliest():
    class Slope(Ends):
        def log_odds(self, words):
            odds = super().log_odds(words)
            odds[40] = -4  # below what ends a sentence, and the highest all the same
            return odds

    words = [f"word{n}" for n in range(90)]
    found = cut(" ".join(words) + ".", model=Slope())
    assert [span.text for span in found] == [" ".join(words[:41]), " ".join(words[41:]) + "."]


def test_the_model_is_asked_once_for_each_word():
    model = Ends()
    cut(" ".join(["word"] * 20_000), model=model)
    assert model.seen == [20_000]


def test_an_end_is_likely_from_log_odds_of_minus_two_and_a_half():
    words = [f"word{n}" for n in range(12)]

    def at(odds):
        class Here(Ends):
            def log_odds(self, words):
                values = super().log_odds(words)
                values[5] = odds
                return values

        return len(cut(" ".join(words), model=Here()))

    assert (at(-2.51), at(-2.49)) == (1, 2)


# The linear model of ends


def test_the_boundary_model_is_a_sum_of_weights():
    rng = np.random.default_rng(0)
    model = BoundaryModel(rng.normal(size=BUCKETS).astype(np.float16), 0.25)
    words = rng.integers(0, 2**63, 30).astype(np.uint64)
    buckets = boundary_buckets(words)
    assert buckets.shape == (29, 8)
    by_hand = [sum(float(model.weights[bucket]) for bucket in row) + 0.25 for row in buckets.tolist()]
    np.testing.assert_allclose(model.log_odds(words), by_hand, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_words_have_no_gap(n):
    assert boundary_buckets(np.arange(n, dtype=np.uint64)).shape == (0, 8)


def test_a_gap_is_told_by_the_two_words_before_and_the_three_after():
    words = np.arange(100, 120, dtype=np.uint64)
    before = boundary_buckets(words)
    for changed in range(20):
        other = words.copy()
        other[changed] = 7
        differing = np.flatnonzero((boundary_buckets(other) != before).any(axis=1))
        # gap g lies between the words g and g + 1
        assert differing.tolist() == [gap for gap in range(19) if gap - 1 <= changed <= gap + 3]


def test_the_shipped_model_cuts_recognised_speech(analyzer):
    said = (
        "yeah i think that is fine for now we will look at it again next week what do you think about the price "
        "i don't know it seems a bit high to me okay thank you very much for coming today"
    )
    doc = analyzer.pipeline.segment(analyzer.doc(Transcript("t", (Turn(said),))))
    found = [span.text for span in doc.spans[SENTENCES]]
    assert 5 <= len(found) <= 14
    assert " ".join(found) == said
    begins = {text.split()[0] for text in found}
    assert {"what", "okay"} <= begins
