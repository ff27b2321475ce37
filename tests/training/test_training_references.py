"""The head that tells the words for the people served, fitted on talk small enough to see through."""

import numpy as np
import pytest
from example_talk import Never

from vitallies.errors import DataError
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.references import expressions
from vitallies.training.alignment import staged
from vitallies.training.documents import Document, MentionSentence
from vitallies.training.references import fit_references
from vitallies.types import Transcript, Turn

TEXTS = (
    "The tenants wait for the lift.",
    "The engineer waits for the tenants.",
    "We saw the lift and the engineer.",
    "Do the tenants know the engineer?",
)


class Letters:
    """Its state of a word is the word's first letter and length."""

    width = 27

    def encode(self, windows):
        for words in windows:
            states = np.zeros((len(words), 28), np.float32)
            for row, word in zip(states, words, strict=True):
                row[ord(word[0].lower()) % 26] = 1
                row[26], row[27] = 0.1 * len(word), 1
            yield np.vstack([np.zeros(28, np.float32), np.cumsum(states, axis=0)])


def document(number):
    turns = tuple(Turn(text) for text in TEXTS[number % 4 :] + TEXTS[: number % 4])
    return Document(Transcript(f"d{number}", turns), (), None)


def marks(document, word="tenants", *, arguable=False):
    return tuple(
        MentionSentence(
            number,
            0,
            len(turn.text),
            ((turn.text.index(word), turn.text.index(word) + len(word), arguable),) if word in turn.text else (),
        )
        for number, turn in enumerate(document.transcript.turns)
    )


def fitted(documents, mentions):
    return fit_references(documents, mentions, Never(), Letters(), jobs=1)


def judged(head, *texts):
    """The frame of some turns, its words, and their probabilities."""
    doc = staged(Transcript("t", tuple(map(Turn, texts))), Never())
    frame = doc_frame(doc, vectors=False)
    words = [doc.vocab.strings[word] for word in frame.words.tolist()]
    (sums,) = Letters().encode([words])
    states = np.diff(sums, axis=0)[:, :-1]
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    return frame, words, head.probabilities(frame, states @ head.words.states.T)


def told(head, text):
    frame, words, probabilities = judged(head, text)
    bounds = expressions(frame.words, frame.sentences, probabilities, head.threshold).tolist()
    return [" ".join(words[first:end]) for first, end in bounds]


@pytest.fixture(scope="module")
def head():
    documents = [document(number) for number in range(8)]
    return fitted(documents, {one.transcript.id: marks(one) for one in documents[:7]})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We wait for the tenants.", ["tenants"]),
        ("do the tenants know the lift", ["tenants"]),
        ("The engineer waits for the lift.", []),
    ],
)
def test_what_readers_marked_is_found_as_transcribed_and_as_recognised(head, text, expected):
    assert told(head, text) == expected


def test_probabilities_are_calibrated_on_documents_that_were_not_seen(head):
    """Every tenth word is marked, always the same one: of what is not seen all can be told."""
    assert 0 < head.threshold < 1
    _, words, found = judged(head, *TEXTS)
    marked = np.array([word == "tenants" for word in words])
    assert found[marked].min() > 0.9
    assert found[~marked].max() < 0.1


def test_words_that_readers_split_on_count_less():
    documents = [document(number) for number in range(8)]
    mentions = {one.transcript.id: marks(one) for one in documents}
    doubtful = {one.transcript.id: marks(one, arguable=int(one.transcript.id[1:]) % 2 == 1) for one in documents}
    sure, unsure = (fitted(documents, given) for given in (mentions, doubtful))
    assert unsure.words.states[0] @ unsure.words.states[0] < sure.words.states[0] @ sure.words.states[0]


def test_too_few_documents_are_refused():
    documents = [document(number) for number in range(3)]
    with pytest.raises(DataError, match="3 documents with marked mentions"):
        fitted(documents, {one.transcript.id: marks(one) for one in documents})


def test_mentions_that_are_all_doubtful_are_refused():
    documents = [document(number) for number in range(5)]
    with pytest.raises(DataError, match="a clear mention among them"):
        fitted(documents, {one.transcript.id: marks(one, arguable=True) for one in documents})
