"""Which words make one expression for the people served, and where it stands on the Doc."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.pipeline.context import CueMatcher
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.groups import REFERENCES
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.references import Joints, expressions, mark_references
from vitallies.pipeline.segment import segment
from vitallies.types import Transcript, Turn

WORDS = ("they", "her", "the", "of", "lady", "tenants", "wait", "-")
PRONOUNS, HOLLOW = {"they", "her", "them"}, {"the", "of", "-", "a"}


def joints(words, starts=(0,)):
    return Joints(
        first=np.isin(np.arange(len(words)), starts),
        alone=np.array([word in PRONOUNS for word in words], bool),
        solid=np.array([word not in HOLLOW for word in words], bool),
        hyphen=np.array([word == "-" for word in words], bool) & (np.arange(len(words)) % max(len(words) - 1, 1) > 0),
    )


def found(text, starts=(0,)):
    """The expressions of words of which those in capitals count."""
    words = text.split()
    counts = np.array([0.9 if word.isupper() else 0.1 for word in words])
    bounds = expressions(joints([word.lower() for word in words], starts), counts, 0.5).tolist()
    return [" ".join(words[first:end]).lower() for first, end in bounds]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and THE TWO LADIES wait", ["the two ladies"]),
        ("TENANTS wait for TENANTS", ["tenants", "tenants"]),
        ("THEY THEY want HER CARD", ["they", "they", "her", "card"]),
        ("ONE OF THEM waits", ["one", "them"]),
        ("THE reader and A LADY", ["a lady"]),
        ("THE LOW - income FAMILIES pay", ["the low - income families"]),
        ("a season - TICKET wait", ["season - ticket"]),
        ("the five - year - OLD waits", ["five - year - old"]),
        ("nobody waits", []),
        ("wait for TENANTS", ["tenants"]),
    ],
)
def test_neighbours_make_one_expression_and_a_pronoun_its_own(text, expected):
    assert found(text) == expected


def test_an_expression_ends_with_its_sentence():
    assert found("we see TENANTS LADIES wait", starts=[0, 3]) == ["tenants", "ladies"]


def test_a_transcript_without_words_has_none():
    assert expressions(joints([]), np.zeros(0), 0.5).shape == (0, 2)


@given(st.lists(st.tuples(st.sampled_from(WORDS[:-1]), st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_expressions_are_what_reading_on_word_by_word_gives(items):
    words = [word for word, _, _ in items]
    counts = np.array([counts for _, counts, _ in items], float)
    wanted = []
    for at, (word, on, cut) in enumerate(items):
        alone = word in PRONOUNS
        if on and wanted and wanted[-1][1] == at and not (alone or cut or wanted[-1][2]):
            wanted[-1][1] = at + 1
        elif on:
            wanted.append([at, at + 1, alone])
    for one in wanted:
        while one[0] < one[1] and words[one[1] - 1] in HOLLOW:
            one[1] -= 1
    wanted = [[a, b] for a, b, _ in wanted if a < b]
    starts = [at for at, (_, _, cut) in enumerate(items) if cut or not at]
    assert expressions(joints(words, starts), counts, 0.5).tolist() == wanted


class Never:
    def log_odds(self, words):
        return np.full(max(len(words) - 1, 0), -5, np.float32)


class Capitals:
    """Its probability of a word is the first number, and whoever has more than 1.6 in the second is a fixer."""

    threshold = 0.5

    def probabilities(self, frame, state_odds):
        assert state_odds.shape == (len(frame.words), 1)
        return state_odds[:, 0].astype(float)

    class roles:  # noqa: N801
        @staticmethod
        def roles_of(state_odds, bounds):
            assert state_odds.shape[1] == 1
            return ["fixer" if state_odds[first:end].max() > 1.6 else "end-user" for first, end in bounds.tolist()]


def test_expressions_stand_on_the_doc_with_their_highest_probability():
    doc = transcript_doc(Transcript("t", (Turn("We saw  the season ticket holders."), Turn("They waited."))))
    segment(doc, Never())
    propose(doc)
    CueMatcher(blank_english(), ["season ticket holder"]).mark(doc)
    # We saw the [season ticket holders] . They waited .
    odds = np.array([0, 0, 0.6, 0.9, 0, 0.7, 0.1, 0])[:, None] * [1, 2]
    mark_references(doc, Capitals(), odds)
    group = doc.spans[REFERENCES]
    assert [span.text for span in group] == ["the season ticket holders", "They"]
    assert group.attrs == {"scores": [0.9, 0.7], "roles": ["fixer", "end-user"]}


def test_only_hyphens_inside_words_join():
    doc = transcript_doc(Transcript("t", (Turn("Low-income tenants - those -"), Turn("- we saw"))))
    segment(doc, Never())
    propose(doc)
    CueMatcher(blank_english()).mark(doc)
    frame = doc_frame(doc, vectors=False)
    words = [doc.vocab.strings[word] for word in frame.words.tolist()]
    found = Joints.of(doc, frame)
    assert [words.index("income") - 1] == np.flatnonzero(found.hyphen).tolist()
    assert [word for word, solid in zip(words, found.solid.tolist(), strict=True) if solid] == [
        "low",
        "income",
        "tenants",
        "we",
        "saw",
    ]
