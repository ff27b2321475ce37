"""Which words make one expression for the people served, and where it stands on the Doc."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.strings import get_string_id

from vitallies.pipeline.context import CueMatcher
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.groups import REFERENCES
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.references import expressions, mark_references
from vitallies.pipeline.segment import segment
from vitallies.types import Transcript, Turn

WORDS = ("they", "her", "the", "of", "lady", "tenants", "wait", ".")


def found(text, *, sentences=None):
    """The expressions of words of which those in capitals count."""
    words = text.split()
    hashes = np.array([get_string_id(word.lower()) for word in words], np.uint64)
    counts = np.array([0.9 if word.isupper() else 0.1 for word in words])
    bounds = expressions(hashes, np.array(sentences or [[0, len(words)]]), counts, 0.5).tolist()
    return [" ".join(words[first:end]).lower() for first, end in bounds]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and THE TWO LADIES wait", ["the two ladies"]),
        ("TENANTS wait for TENANTS", ["tenants", "tenants"]),
        ("THEY THEY want HER CARD", ["they", "they", "her", "card"]),
        ("ONE OF THEM waits", ["one of", "them"]),
        ("THE reader and A LADY", ["a lady"]),
        ("nobody waits", []),
        ("wait for TENANTS", ["tenants"]),
    ],
)
def test_neighbours_make_one_expression_and_a_pronoun_its_own(text, expected):
    assert found(text) == expected


def test_an_expression_ends_with_its_sentence():
    assert found("we see TENANTS LADIES wait", sentences=[[0, 3], [3, 5]]) == ["tenants", "ladies"]


def test_a_transcript_without_words_has_none():
    empty = expressions(np.zeros(0, np.uint64), np.zeros((0, 2), np.intp), np.zeros(0), 0.5)
    assert empty.shape == (0, 2)


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_expressions_are_what_reading_on_word_by_word_gives(items):
    hashes = np.array([get_string_id(word) for word, _, _ in items], np.uint64)
    counts = np.array([counts for _, counts, _ in items], float)
    starts = [0, *(at for at, (_, _, cut) in enumerate(items) if cut and at)]
    sentences = np.array(list(zip(starts, [*starts[1:], len(items)], strict=True)))
    wanted = []
    for at, (word, on, cut) in enumerate(items):
        alone = word in ("they", "her")
        if on and wanted and wanted[-1][1] == at and not (alone or cut or wanted[-1][2]):
            wanted[-1][1] = at + 1
        elif on:
            wanted.append([at, at + 1, alone])
    hollow = {"the", "of", "."}
    wanted = [[a, b] for a, b, _ in wanted if any(word not in hollow for word, _, _ in items[a:b])]
    assert expressions(hashes, sentences, counts, 0.5).tolist() == wanted


class Never:
    def log_odds(self, words):
        return np.full(max(len(words) - 1, 0), -5, np.float32)


class Capitals:
    """Its probability of a word is what the state says."""

    threshold = 0.5

    def probabilities(self, frame, state_odds):
        assert state_odds.shape == (len(frame.words), 1)
        return state_odds[:, 0].astype(float)


def test_expressions_stand_on_the_doc_with_their_highest_probability():
    doc = transcript_doc(Transcript("t", (Turn("We saw  the season ticket holders."), Turn("They waited."))))
    segment(doc, Never())
    propose(doc)
    CueMatcher(blank_english(), ["season ticket holder"]).mark(doc)
    # We saw the [season ticket holders] . They waited .
    odds = np.array([0, 0, 0.6, 0.9, 0, 0.7, 0.1, 0])[:, None]
    mark_references(doc, Capitals(), odds)
    group = doc.spans[REFERENCES]
    assert [span.text for span in group] == ["the season ticket holders", "They"]
    assert group.attrs == {"scores": [0.9, 0.7]}
