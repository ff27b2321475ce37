"""Which words are inside a span, reckoned by hand."""

import numpy as np
import pytest
from classify_toys import WIDTH, toy_frame, toy_inside_head
from hypothesis import given
from hypothesis import strategies as st

from vitallies.classify.frame import Frame
from vitallies.classify.inside import BUCKETS, N_POSITIONS, InsideHead, word_features, words_in
from vitallies.labels import LABELS

SEEDS = st.integers(0, 1000)

# Of the first sentence, a filler in front and a mark behind are left off.
FRAME = Frame(
    words=np.arange(10, 20, dtype=np.uint64),
    sentences=np.array([[0, 6], [6, 7], [7, 10]]),
    turns=np.array([0, 0, 1]),
    candidates=np.array([[1, 5], [1, 3], [3, 5], [6, 7], [7, 10]]),
    owners=np.array([0, 0, 0, 1, 2]),
    marks=np.zeros((10, 1), np.float32),
    vectors=np.zeros((5, 0), np.float32),
    state_odds=np.zeros((10, 0), np.float32),
)
WHOLES = FRAME.candidates[FRAME.wholes]


def test_the_words_of_stretches():
    assert words_in(WHOLES).tolist() == [1, 2, 3, 4, 6, 7, 8, 9]
    assert words_in(WHOLES[[2, 0]]).tolist() == [7, 8, 9, 1, 2, 3, 4]
    assert words_in(np.zeros((0, 2), np.intp)).tolist() == []


def test_positions_by_hand():
    found, _ = word_features(FRAME, WHOLES)
    log = np.log
    wanted = [
        [1, 0, 0, 0, log(4), 1 / 4],
        [0, 0, 1 / 4, log(2), log(3), 1 / 4],
        [0, 0, 2 / 4, log(3), log(2), 1 / 4],
        [0, 1, 3 / 4, log(4), 0, 1 / 4],
        [1, 1, 0, 0, 0, 1],
        [1, 0, 0, 0, log(3), 1 / 3],
        [0, 0, 1 / 3, log(2), log(2), 1 / 3],
        [0, 1, 2 / 3, log(3), 0, 1 / 3],
    ]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_the_buckets_of_a_word_are_of_the_words_around_it_in_its_sentence():
    _, before = word_features(FRAME, WHOLES)
    assert before.shape == (8, 7)
    assert ((before >= 0) & (before < BUCKETS)).all()
    numbers = words_in(WHOLES).tolist()
    for word in range(10):
        words = FRAME.words.copy()
        words[word] = 99
        _, after = word_features(Frame(**{**vars(FRAME), "words": words}), WHOLES)
        changed = {number for number, row in zip(numbers, after != before, strict=True) if row.any()}
        whole = next((set(range(a, b)) for a, b in WHOLES.tolist() if a <= word < b), set())
        assert changed == whole & set(range(word - 2, word + 3))


def head_of(log_odds):
    """Log-odds of ten words of other hashes, for every label the same."""
    hashed = np.zeros((len(LABELS), BUCKETS), np.float32)
    bare = InsideHead(np.zeros((len(LABELS), 0)), np.zeros((len(LABELS), N_POSITIONS)), hashed, np.zeros(len(LABELS)))
    return bare, Frame(**{**vars(FRAME), "state_odds": np.repeat(np.array(log_odds, np.float32)[:, None], 6, axis=1)})


def test_expected_overlaps_by_hand():
    sure = 50.0
    #                      (0) 1      2     3      4    (5)     6      7      8     9
    head, frame = head_of([sure, sure, sure, -sure, -sure, sure, -sure, 0.5, 0.5, 0.5])
    found = head.overlaps(frame, np.arange(5))
    # Words 1 and 2 are inside; of the last sentence each is with a chance of one in two.
    wanted = [2 / 4, 1, 0, 0, 1.5 / 3]
    np.testing.assert_allclose(found, np.repeat(np.array(wanted)[:, None], 6, axis=1), atol=1e-9)


def test_the_overlap_counts_words_outside_the_candidate_that_are_expected_inside():
    head, frame = head_of([0.5] * 10)
    # Half a word is expected at each place: of four, the first two hold one, over their own two and one elsewhere.
    assert head.overlaps(frame, np.array([0, 1]))[:, 0] == pytest.approx([2 / 4, 1 / 3])


@given(SEEDS)
def test_log_odds_are_the_sum_of_their_parts(seed):
    rng = np.random.default_rng(seed)
    frame, head = toy_frame(rng), toy_inside_head(rng, WIDTH)
    bounds = frame.candidates[frame.wholes]
    positions, buckets = word_features(frame, bounds)
    for row, (word, found) in enumerate(zip(words_in(bounds).tolist(), head.log_odds(frame, bounds), strict=True)):
        for label in range(len(LABELS)):
            by_hand = float(positions[row] @ head.positions[label]) + float(head.bias[label])
            by_hand += sum(float(head.hashed[label, at]) for at in buckets[row]) + float(frame.state_odds[word, label])
            assert found[label] == pytest.approx(by_hand, rel=1e-4, abs=1e-4)


@given(SEEDS)
def test_an_overlap_does_not_depend_on_the_other_candidates_asked_for(seed):
    rng = np.random.default_rng(seed)
    frame, head = toy_frame(rng), toy_inside_head(rng, WIDTH)
    every = head.overlaps(frame, np.arange(len(frame.candidates)))
    assert ((every >= 0) & (every <= 1)).all()
    for row in range(len(frame.candidates)):
        np.testing.assert_allclose(head.overlaps(frame, np.array([row]))[0], every[row], rtol=1e-9, atol=1e-12)
