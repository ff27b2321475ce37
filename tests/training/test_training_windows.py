"""What the encoder reads of examples, and what it gives them."""

import numpy as np
import pytest
from example_talk import SENTENCES, WIDTH, Stub, collected, gold, reads, spoken

from vitallies.training import examples as home
from vitallies.training.examples import Examples
from vitallies.types import Transcript, Turn


@pytest.fixture(scope="module")
def examples():
    return collected()


def test_a_window_has_the_labelled_sentences_with_the_words_around_them(examples):
    assert [" ".join(words) for words in examples.windows] == [
        "hello there . [SEP] morning . they say we can not control that , but customers left . who says so ? "
        "right then ."
    ]


def test_places_point_at_the_words_of_the_candidates(examples):
    assert reads(examples) == [spoken(examples, bounds) for bounds in examples.frame.candidates.tolist()]


@pytest.mark.parametrize(("between", "n_windows"), [(24, 1), (25, 2)])
def test_sentences_that_stand_far_apart_are_read_in_windows_of_their_own(between, n_windows):
    text = f"We go. {' '.join(['on'] * (between - 1))}. They stay."
    sentences = [gold(words, turn=0, within=text) for words in ("We go.", "They stay.")]
    found = collected(sentences, transcript=Transcript("doc", (Turn(text),)))
    assert len(found.windows) == n_windows
    assert found.places[:, 0].tolist() == [0, n_windows - 1]
    assert reads(found) == ["we go", "they stay"]


def test_sentences_that_stand_close_share_windows_of_bounded_length():
    text = " ".join(f"word{number} goes on." for number in range(60))  # four words a sentence
    sentences = [gold(f"word{number} goes on.", turn=0, within=text) for number in range(10, 60)]
    found = collected(sentences, transcript=Transcript("doc", (Turn(text),)))
    assert [(words[0], len(words)) for words in found.windows] == [("word0", 200), ("word30", 120)]
    assert np.bincount(found.places[:, 0]).tolist() == [35, 15]
    assert reads(found) == [f"word{number} goes on" for number in range(10, 60)]


# Vectors


def test_before_an_encoder_is_asked_there_is_the_context_alone(examples):
    assert examples.width == 0
    np.testing.assert_array_equal(examples.dense(np.array([2, 0])), examples.context[[2, 0]])


def test_an_encoder_reads_each_window_once_and_gives_every_candidate_a_vector(examples):
    stub = Stub()
    found = examples.encoded(stub, jobs=1)
    assert stub.windows == [list(words) for words in examples.windows]
    assert found.width == WIDTH
    for bounds, vector in zip(examples.frame.candidates.tolist(), found.vectors, strict=True):
        (sums,) = Stub().encode([spoken(examples, bounds).split()])
        wanted = sums[-1, :-1] / np.linalg.norm(sums[-1, :-1])
        np.testing.assert_allclose(vector, wanted, rtol=1e-6)
    np.testing.assert_array_equal(found.dense(np.array([3, 1])), np.hstack([found.vectors, found.context])[[3, 1]])
    assert found.frame is examples.frame
    assert examples.width == 0
    # Of sentences in which something is marked: fillers and closing marks at the ends have no state.
    said = ["they", "say", "we", "can", "not", "control", "that", ",", "but", "customers", "left", "who", "says", "so"]
    (sums,) = Stub().encode([said])
    states = np.diff(sums[:, :-1], axis=0)
    wanted = states / np.linalg.norm(states, axis=1, keepdims=True)
    np.testing.assert_allclose(found.states, wanted, atol=1e-3)


def test_the_windows_encoded_at_a_time_make_no_difference(examples, monkeypatch):
    joined = Examples.joined([examples, collected([SENTENCES[1]]), examples])
    whole = joined.encoded(Stub(), jobs=1)
    monkeypatch.setattr(home, "_LOT", 2)
    np.testing.assert_array_equal(joined.encoded(Stub(), jobs=1).vectors, whole.vectors)
    np.testing.assert_array_equal(joined.encoded(Stub(), jobs=1).states, whole.states)
    again = examples.encoded(Stub(), jobs=1).encoded(Stub(), jobs=1)  # the vectors of before are replaced
    np.testing.assert_array_equal(whole.vectors[-len(again.vectors) :], again.vectors)
