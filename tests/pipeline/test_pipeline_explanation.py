"""Which words carried a decision, with an encoder that notes what it reads and a tagger that is plain to see."""

from types import SimpleNamespace

import numpy as np
import pytest

from vitallies.classify import windows
from vitallies.classify.tagger import Tag
from vitallies.labels import LABELS
from vitallies.pipeline.context import CueMatcher
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.encode import encode
from vitallies.pipeline.explanation import occluded
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.segment import segment
from vitallies.types import Transcript, Turn

LABEL = "CHALLENGE"


class Weighs:
    """Its state of a word says how much the word weighs, and how many words the window has."""

    width = 2

    def __init__(self, **weights):
        self.weights, self.windows = weights, []

    def encode(self, windows):
        for words in windows:
            self.windows.append(" ".join(words))
            states = np.array([[self.weights.get(word, 0), len(words), 1] for word in words], np.float32)
            yield np.vstack([np.zeros(3, np.float32), np.cumsum(states, axis=0)])


class Leans:
    """Its log-odds are what the vector's first number is to its second."""

    def log_odds(self, frame, rows):
        ratio = frame.vectors[rows, 0] / frame.vectors[rows, 1]
        return ratio[:, None] * (np.array(LABELS) == LABEL)


class Never:
    def log_odds(self, words):
        return np.full(max(len(words) - 1, 0), -5, np.float32)


def explained(encoder, sentence, *texts):
    """What carried the decision for one sentence, and what the encoder read to say so."""
    doc = transcript_doc(Transcript("t", tuple(map(Turn, texts))))
    segment(doc, Never())
    propose(doc)
    CueMatcher(blank_english()).mark(doc)
    encode(doc, encoder, np.zeros((1, encoder.width), np.float32))
    frame = doc_frame(doc, vectors=True)
    read, encoder.windows = encoder.windows, []
    tag = Tag(int(frame.wholes[sentence]), LABEL, 0.5, selected=True)
    found = occluded(doc, frame, Leans(), encoder, tag)
    return SimpleNamespace(read=read, again=encoder.windows, reasons=found, text=doc.text)


def test_each_word_is_left_out_of_the_window_that_the_sentence_was_read_in():
    found = explained(Weighs(), 1, "We go.", "They can't stay. So be it.", "Fine.")
    assert found.read == ["we go . [SEP] they can not stay . so be it . [SEP] fine ."]
    assert found.again == [
        "we go . [SEP] can not stay . so be it . [SEP] fine .",
        "we go . [SEP] they stay . so be it . [SEP] fine .",  # "can't" is one word of the text and two as read
        "we go . [SEP] they can not . so be it . [SEP] fine .",
    ]


def test_of_several_windows_it_is_the_sentences_own(monkeypatch):
    monkeypatch.setattr(windows, "MOST", 5)
    monkeypatch.setattr(windows, "BEFORE", 2)
    monkeypatch.setattr(windows, "AFTER", 1)
    found = explained(Weighs(), 2, "We go now. They stay. You do. So be it.")
    assert found.read == ["we go now . they", "now . they stay . you", "stay . you do . so", "do . so be it ."]
    assert found.again == ["stay . do . so", "stay . you . so"]


def test_the_words_whose_absence_costs_most_come_first():
    found = explained(Weighs(gladly=8, reads=20, nobody=-5), 1, "We go.", "Nobody gladly reads reports here.")
    n_words, length = 4, 10
    full = (8 + 20 - 5) / (5 * length)

    def lost(weight):
        return pytest.approx(full - (8 + 20 - 5 - weight) / (n_words * (length - 1)), abs=1e-4)

    # What leaves the log-odds higher, or as high, is no reason.
    assert [reason[:2] for reason in found.reasons] == [["occlusion", "reads"], ["occlusion", "gladly"]]
    assert [reason[2] for reason in found.reasons] == [lost(20), lost(8)]
    assert [found.text[start:end] for *_, start, end in found.reasons] == ["reads", "gladly"]
