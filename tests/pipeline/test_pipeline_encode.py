"""The vector of each candidate, with an encoder whose states are plain to see."""

import numpy as np
import pytest

from vitallies.classify import windows
from vitallies.errors import UsageError
from vitallies.pipeline import encode as home
from vitallies.pipeline.context import CueMatcher
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.encode import encode
from vitallies.pipeline.frames import MARKS, doc_frame
from vitallies.pipeline.groups import CANDIDATES, SENTENCES, STATE_ODDS, VECTORS
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.segment import segment
from vitallies.types import Transcript, Turn

WEIGHTS = np.array([[1, 0], [0, 1], [1, -1]], np.float32)


class Letters:
    """Its state of a word is the length of the word and its first letter."""

    width = 2

    def __init__(self):
        self.calls = []

    def encode(self, windows):
        self.calls.append([list(words) for words in windows])
        for words in windows:
            states = np.array([[len(word), ord(word[0]), 1] for word in words], np.float32)
            yield np.vstack([np.zeros(3, np.float32), np.cumsum(states, axis=0)])


class Never:
    def log_odds(self, words):
        return np.full(max(len(words) - 1, 0), -5, np.float32)


def prepared(*texts, customers=()):
    doc = transcript_doc(Transcript("t", tuple(map(Turn, texts))))
    segment(doc, Never())
    propose(doc)
    CueMatcher(blank_english(), customers).mark(doc)
    return doc


def vector(words):
    mean = np.mean([[len(word), ord(word[0])] for word in words], axis=0)
    return mean / np.linalg.norm(mean)


def norms(span):
    return [token.norm_ for token in span if not token.is_space]


def test_each_candidate_has_the_vector_of_its_own_words():
    doc, encoder = prepared("Um, they say we can't.\nWho says so?", "We go, and they stay."), Letters()
    encode(doc, encoder, WEIGHTS)
    candidates = list(doc.spans[CANDIDATES])
    assert len(candidates) > len(doc.spans[SENTENCES])
    wanted = [vector(norms(span)) for span in candidates]
    np.testing.assert_allclose(doc.user_data[VECTORS], wanted, rtol=1e-5)


def test_sentences_share_a_window_as_they_are_read():
    doc, encoder = prepared("The lodgers can't.\nWho says so?", "", "We do.", customers=["lodger"]), Letters()
    encode(doc, encoder, WEIGHTS)
    (((*window,),),) = encoder.calls
    assert " ".join(window) == "the customers can not . who says so ? [SEP] we do ."


def test_a_word_of_the_callers_that_two_sentences_share_is_read_as_it_stands():
    doc, encoder = prepared("We serve Yahoo! Inc", customers=["Yahoo! Inc"]), Letters()
    encode(doc, encoder, WEIGHTS)
    assert [" ".join(words) for call in encoder.calls for words in call] == ["we serve yahoo ! inc"]
    assert doc_frame(doc, vectors=True).candidates.tolist() == [[0, 3], [4, 5]]


def test_a_candidate_that_begins_in_a_word_of_the_callers_has_the_whole_of_it():
    doc = prepared("We like Marks, Spencer and they left us.", customers=["Marks, Spencer"])
    frame, spans = doc_frame(doc, vectors=False), list(doc.spans[CANDIDATES])
    words = [doc.vocab.strings[word] for word in frame.words.tolist()]
    assert words == ["we", "like", "customer", "and", "they", "left", "us", "."]
    bounds = {span.text: tuple(row) for span, row in zip(spans, frame.candidates.tolist(), strict=True)}
    assert bounds["We like Marks"] == bounds["We like Marks, Spencer"] == (0, 3)
    assert bounds["Spencer"] == (2, 3)
    assert bounds["Spencer and they left us"] == (2, 7)


def test_a_cue_in_a_word_of_the_callers_at_the_end_is_told_there():
    frame = doc_frame(prepared("We serve ACME survey", customers=["ACME survey"]), vectors=False)
    assert frame.marks[:, [MARKS.index("people"), MARKS.index("grounds")]].tolist() == [[0, 0], [0, 0], [1, 1]]


def test_a_longer_text_is_read_in_windows_with_context():
    text = " ".join(f"word{number} goes on." for number in range(60))  # four words a sentence
    doc, encoder = prepared(text), Letters()
    encode(doc, encoder, WEIGHTS)
    words = norms(doc)
    assert len(words) == 240
    assert encoder.calls == [[words[0:160], words[80:240]]]  # 140 words, 60 before and 20 after
    wanted = [vector(norms(span)) for span in doc.spans[CANDIDATES]]
    np.testing.assert_allclose(doc.user_data[VECTORS], wanted, rtol=1e-5)
    states = np.array([vector([word]) for word in words])
    np.testing.assert_allclose(doc.user_data[STATE_ODDS], states @ WEIGHTS.T, atol=1e-4)


def test_the_words_of_other_turns_are_context_too(monkeypatch):
    monkeypatch.setattr(windows, "MOST", 5)
    doc, encoder = prepared("We can't do that.", "They said no.", "Fine."), Letters()
    encode(doc, encoder, WEIGHTS)
    whole = "we can not do that . [SEP] they said no . [SEP] fine ."
    assert [" ".join(words) for words in encoder.calls[0]] == [whole] * 3
    wanted = [vector(norms(span)) for span in doc.spans[CANDIDATES]]
    np.testing.assert_allclose(doc.user_data[VECTORS], wanted, rtol=1e-5)


def test_the_number_of_windows_at_once_makes_no_difference(monkeypatch):
    monkeypatch.setattr(windows, "MOST", 1)
    text = "We can't. They won't, and you do. Who says so? Nobody. Fine."
    whole, batched = prepared(text), prepared(text)
    encode(whole, Letters(), WEIGHTS)
    monkeypatch.setattr(home, "_WINDOWS_AT_ONCE", 2)
    encoder = Letters()
    encode(batched, encoder, WEIGHTS)
    assert [len(windows) for windows in encoder.calls] == [2, 2, 1]
    for key in (VECTORS, STATE_ODDS):
        np.testing.assert_array_equal(batched.user_data[key], whole.user_data[key])


def test_a_doc_without_words_has_no_vectors():
    doc = prepared("", " \n")
    encode(doc, Letters(), WEIGHTS)
    assert doc.user_data[VECTORS].shape == (0, 2)
    assert doc.user_data[STATE_ODDS].shape == (0, 3)


def test_a_missing_stage_is_named():
    doc = transcript_doc(Transcript("t", (Turn("We can't."),)))
    segment(doc, Never())
    with pytest.raises(UsageError, match=r'add the component "vitallies_(phrases|context)"'):
        encode(doc, Letters(), WEIGHTS)
