"""What the encoder reads at once, against a plain reading of the same text word by word."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.classify import windows as home
from vitallies.classify.windows import AFTER, BEFORE, BREAK, MOST, Window, runs

# Three turns: "a b c", "d e f g" in two sentences, and "h".
SENTENCES = np.array([[0, 3], [3, 5], [5, 7], [7, 8]])
TURNS = np.array([0, 2, 2, 5])  # turns without words have no sentence
WORDS = list("abcdefgh")


@pytest.fixture
def small(monkeypatch):
    """Windows small enough to read."""
    monkeypatch.setattr(home, "MOST", 4)
    monkeypatch.setattr(home, "BEFORE", 2)
    monkeypatch.setattr(home, "AFTER", 1)


def sentences_of(lengths):
    ends = np.cumsum(lengths, dtype=np.intp)
    return np.column_stack([ends - np.array(lengths, np.intp), ends]).reshape(-1, 2)


def read(window, words):
    return window.words(words[window.start : window.end])


# Windows


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        (0, 0, "a b c [SEP] d"),
        (1, 1, "b c [SEP] d e f"),
        (2, 2, "d e f g [SEP] h"),  # the context begins with its turn
        (3, 3, "f g [SEP] h"),
        (1, 2, "b c [SEP] d e f g [SEP] h"),
        (0, 3, "a b c [SEP] d e f g [SEP] h"),
    ],
)
@pytest.mark.usefixtures("small")
def test_the_words_of_a_window(first, last, wanted):
    window = Window.around(SENTENCES, TURNS, first, last)
    assert read(window, WORDS) == wanted.split()


@pytest.mark.usefixtures("small")
def test_places_by_hand():
    window = Window.around(SENTENCES, TURNS, 1, 2)
    assert (window.start, window.end, window.breaks.tolist()) == (1, 8, [3, 7])
    bounds = np.array([[1, 3], [1, 2], [3, 5], [4, 5], [5, 7], [7, 8]])
    assert window.places(bounds).tolist() == [[0, 2], [0, 1], [3, 5], [4, 5], [5, 7], [8, 9]]
    assert window.places(bounds[:0]).shape == (0, 2)


def test_the_context_is_of_sixty_words_before_and_twenty_after():
    sentences = sentences_of([70, 7, 50])
    window = Window.around(sentences, np.zeros(3, np.intp), 1, 1)
    assert (window.start, window.end, window.breaks.tolist()) == (10, 97, [])


def test_a_turn_that_begins_with_the_window_is_not_parted_from_it():
    sentences = sentences_of([10, BEFORE, 7, AFTER, 10])
    window = Window.around(sentences, np.arange(5), 2, 2)
    inside = [10 + BEFORE, 10 + BEFORE + 7]
    assert (window.start, window.end, window.breaks.tolist()) == (10, 10 + BEFORE + 7 + AFTER, inside)


TEXTS = st.lists(st.tuples(st.integers(1, 30) | st.integers(110, 180), st.integers(0, 2)), min_size=1, max_size=40)
"""Length of each sentence, and how many turns on from the one before it stands."""


def plainly(sentences, turns, first, last):
    """The window word by word, each word of the text by its number."""
    turn_of = [turn for turn, (a, b) in zip(turns, sentences, strict=True) for _ in range(a, b)]
    found = []
    for word in range(sentences[first][0] - BEFORE, sentences[last][1] + AFTER):
        if 0 <= word < len(turn_of):
            if found and turn_of[word] != turn_of[word - 1]:
                found.append(BREAK)
            found.append(word)
    return found


@given(TEXTS, st.data())
def test_a_window_holds_its_sentences_with_the_words_around_them(text, data):
    sentences, turns = sentences_of([n for n, _ in text]), np.cumsum([step for _, step in text])
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first, len(text) - 1))
    window = Window.around(sentences, turns, first, last)
    found = read(window, list(range(sentences[-1, 1])))
    assert found == plainly(sentences.tolist(), turns.tolist(), first, last)


@given(TEXTS, st.data())
def test_places_point_at_the_same_words(text, data):
    sentences, turns = sentences_of([n for n, _ in text]), np.cumsum([step for _, step in text])
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first, len(text) - 1))
    bounds = []
    for a, b in sentences[first : last + 1].tolist():
        start = data.draw(st.integers(a, b - 1))
        bounds.append([start, data.draw(st.integers(start + 1, b))])
    window = Window.around(sentences, turns, first, last)
    found = read(window, list(range(sentences[-1, 1])))
    for (start, end), (a, b) in zip(bounds, window.places(np.array(bounds)).tolist(), strict=True):
        assert found[a:b] == list(range(start, end))


# Runs


@pytest.mark.parametrize(
    ("lengths", "wanted"),
    [
        ([], []),
        ([1], [(0, 0)]),
        ([70, 70], [(0, 1)]),
        ([70, 71], [(0, 0), (1, 1)]),
        ([60, 60, 40, 100, 1], [(0, 1), (2, 3), (4, 4)]),
        ([141, 1], [(0, 0), (1, 1)]),
        ([1, 300, 1, 1], [(0, 0), (1, 1), (2, 3)]),
    ],
)
def test_runs_by_hand(lengths, wanted):
    assert list(runs(sentences_of(lengths))) == wanted


@pytest.mark.parametrize(
    ("only", "apart", "wanted"),
    [
        ([], None, []),
        ([1, 2], None, [(1, 2)]),
        ([0, 5], None, [(0, 5)]),  # what lies between comes along
        ([0, 6], None, [(0, 0), (6, 6)]),  # unless it is too much
        ([0, 5], 91, [(0, 0), (5, 5)]),
        ([0, 5], 92, [(0, 5)]),
        ([0, 1, 2, 4], 0, [(0, 2), (4, 4)]),
        ([0, 2, 4, 6], 23, [(0, 4), (6, 6)]),  # words are counted from the first sentence, gaps from the last
    ],
)
def test_runs_of_some_sentences_by_hand(only, apart, wanted):
    sentences = sentences_of([23] * 8)
    assert list(runs(sentences, np.array(only, np.intp), apart=apart)) == wanted


def one_by_one(sentences, wanted, apart):
    """Runs as lists of the sentences wanted: each joins the run before it unless that gets too long or is too far."""
    found = []
    for number in wanted:
        start, end = sentences[number]
        if found and end - sentences[found[-1][0]][0] <= MOST and start - sentences[found[-1][-1]][1] <= apart:
            found[-1].append(number)
        else:
            found.append([number])
    return found


@given(TEXTS, st.none() | st.sets(st.integers(0, 39)), st.none() | st.integers(0, 60))
def test_every_sentence_is_in_one_run_and_no_run_is_too_long(text, chosen, apart):
    sentences = sentences_of([n for n, _ in text])
    wanted = [n for n in range(len(text)) if chosen is None or n in chosen]
    found = list(runs(sentences, None if chosen is None else np.array(wanted, np.intp), apart=apart))
    for number in wanted:
        assert sum(first <= number <= last for first, last in found) == 1
    for first, last in found:
        assert first == last or sentences[last, 1] - sentences[first, 0] <= MOST
    plain = one_by_one(sentences.tolist(), wanted, np.inf if apart is None else apart)
    assert found == [(run[0], run[-1]) for run in plain]
