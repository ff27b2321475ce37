"""From scores to labelled candidates: what is chosen, and what that must never break."""

import sys
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from classify_toys import toy_convolution, toy_frame, toy_tagger
from hypothesis import given
from hypothesis import strategies as st

from vitallies.classify.choices import Choices
from vitallies.classify.frame import Features, Frame
from vitallies.classify.heads import Calibration, Head
from vitallies.classify.inside import BUCKETS, N_POSITIONS, InsideHead
from vitallies.classify.ngrams import NgramIndex
from vitallies.classify.tagger import FLOOR, Tagger
from vitallies.labels import KINDS, LABELS, LAYER_OF, LAYERS, STANCES

SEEDS = st.integers(0, 100_000)


def case(seed):
    rng = np.random.default_rng(seed)
    return toy_frame(rng), toy_tagger(rng)


def apart(frame, one, other):
    (a, b), (c, d) = frame.candidates[one.candidate], frame.candidates[other.candidate]
    return b <= c or d <= a


def sentence_scores(frame, tagger):
    return tagger.probabilities(tagger.log_odds(frame, frame.wholes))


@given(SEEDS)
def test_log_odds_are_the_heads_and_the_convolutions(seed):
    rng = np.random.default_rng(seed)
    frame, tagger, convolution = toy_frame(rng), toy_tagger(rng), toy_convolution(rng)
    features = Features.of(frame, frame.wholes, tagger.ngrams)
    by_heads = np.column_stack([tagger.heads[label].log_odds(features)[:, 0] for label in LABELS])
    np.testing.assert_array_equal(tagger.log_odds(frame, frame.wholes), by_heads)
    both = replace(tagger, convolution=convolution).log_odds(frame, frame.wholes)
    np.testing.assert_array_equal(both, by_heads + convolution.log_odds(frame, frame.wholes))


@given(SEEDS)
def test_selected_spans_of_one_layer_do_not_overlap(seed):
    frame, tagger = case(seed)
    for one, other in combinations(tagger.tag(frame), 2):
        if LAYER_OF[one.label] == LAYER_OF[other.label]:
            assert apart(frame, one, other)


@given(SEEDS)
def test_a_selected_span_has_its_sentences_probability_and_reaches_the_threshold(seed):
    frame, tagger = case(seed)
    scores = sentence_scores(frame, tagger)
    for tag in tagger.tag(frame):
        assert tag.selected
        assert tag.score == scores[frame.owners[tag.candidate], LABELS.index(tag.label)]
        assert tag.score >= tagger.calibrations[tag.label].threshold


@given(SEEDS)
def test_the_surest_label_of_a_sentence_and_layer_is_always_given(seed):
    frame, tagger = case(seed)
    given_to = {(int(frame.owners[tag.candidate]), tag.label) for tag in tagger.tag(frame)}
    thresholds = np.array([tagger.calibrations[label].threshold for label in LABELS])
    for number, row in enumerate(sentence_scores(frame, tagger) - thresholds):
        for labels in LAYERS.values():
            margins = {label: row[LABELS.index(label)] for label in labels}
            surest = max(margins, key=margins.get)
            assert ((number, surest) in given_to) == (margins[surest] >= 0)


@given(SEEDS)
def test_all_candidates_hold_the_selected_ones_unchanged(seed):
    frame, tagger = case(seed)
    every = tagger.tag(frame, all_candidates=True)
    assert [tag for tag in every if tag.selected] == tagger.tag(frame)
    assert all(FLOOR < tag.score <= 1 for tag in every)
    keys = [(tag.candidate, LABELS.index(tag.label)) for tag in every]
    assert keys == sorted(set(keys))
    wanted = sentence_scores(frame, tagger) > FLOOR
    scored = {(int(frame.owners[tag.candidate]), LABELS.index(tag.label)) for tag in every}
    assert scored == set(map(tuple, np.argwhere(wanted).tolist()))


@given(SEEDS)
def test_no_candidate_scores_above_its_sentence(seed):
    frame, tagger = case(seed)
    scores = sentence_scores(frame, tagger)
    best = {}
    for tag in tagger.tag(frame, all_candidates=True):
        key = (int(frame.owners[tag.candidate]), tag.label)
        best[key] = max(best.get(key, 0), tag.score)
    for (sentence, label), score in best.items():
        assert score == pytest.approx(scores[sentence, LABELS.index(label)], rel=1e-9)


@given(SEEDS)
def test_kind_and_stance_belong_to_vital_lies(seed):
    frame, tagger = case(seed)
    for tag in tagger.tag(frame, all_candidates=True):
        if tag.label == "VITAL_LIE":
            assert tag.kind in KINDS
            assert tag.stance in STANCES
        else:
            assert tag.kind is tag.stance is None


@given(SEEDS, st.floats(0, 1))
def test_min_score_only_raises(seed, min_score):
    frame, tagger = case(seed)
    raised = tagger.raised(min_score)
    for label in LABELS:
        before, after = tagger.calibrations[label], raised.calibrations[label]
        assert after.threshold == max(before.threshold, min_score)
        assert (after.slope, after.offset) == (before.slope, before.offset)
    tags = raised.tag(frame)
    assert all(tag.score >= min_score for tag in tags)
    assert len(tags) <= len(tagger.tag(frame)) or min_score > 0
    assert tagger.raised(None) is tagger


@given(SEEDS)
def test_a_sentence_is_tagged_as_it_would_be_with_other_sentences_behind_it(seed):
    """A decision looks one sentence ahead in the turn, and no further."""
    frame, tagger = case(seed)
    kept = len(frame.sentences) - 2
    last = frame.sentences[kept, 1]
    n = int((frame.owners <= kept).sum())
    shorter = Frame(
        words=frame.words[:last],
        sentences=frame.sentences[: kept + 1],
        turns=frame.turns[: kept + 1],
        candidates=frame.candidates[:n],
        owners=frame.owners[:n],
        marks=frame.marks[:last],
        vectors=frame.vectors[:n],
        state_odds=frame.state_odds[:last],
    )
    firsts = [tag for tag in tagger.tag(frame) if frame.owners[tag.candidate] < kept]
    others = [tag for tag in tagger.tag(shorter) if frame.owners[tag.candidate] < kept]
    assert [(t.candidate, t.label, t.kind, t.stance) for t in firsts] == [
        (t.candidate, t.label, t.kind, t.stance) for t in others
    ]
    assert [t.score for t in firsts] == pytest.approx([t.score for t in others], rel=1e-5)


def test_no_sentence_gives_no_tag():
    rng = np.random.default_rng(0)
    assert toy_tagger(rng).tag(toy_frame(rng, n_sentences=0), all_candidates=True) == []


# A tagger whose scores are written by hand: every label's probability is its bias, and the words inside are all, or the
# first third


def by_hand(scores, threshold=0.5, first=()):
    """``first``: the labels of which the first third is inside."""
    none = NgramIndex(np.zeros(0, np.uint64), np.zeros(0, np.float32))

    def head(classes, bias):
        empty = np.zeros((len(classes), 4 + 2 * 0 + 5), np.float32)
        return Head(classes, empty, np.zeros((len(classes), 0), np.float32), np.array(bias, np.float32))

    positions = np.zeros((len(LABELS), N_POSITIONS), np.float32)
    positions[:, 2] = [-30 * (x in first) for x in LABELS]  # from the sentence's first word to its last
    states, hashed = (np.zeros((len(LABELS), n), np.float32) for n in (0, BUCKETS))
    return Tagger(
        ngrams=none,
        heads={x: head((x,), [np.log(scores.get(x, 1e-6) / (1 - scores.get(x, 1e-6)))]) for x in LABELS},
        calibrations={x: Calibration(1.0, 0.0, threshold) for x in LABELS},
        inside=InsideHead(states, positions, hashed, np.full(len(LABELS), 9, np.float32)),
        choices=Choices(none, head(tuple(KINDS), [0, 0, 0, 2, 1]), head(tuple(STANCES), [0, 3, 0])),
    )


SENTENCE = Frame(
    words=np.arange(10, 16, dtype=np.uint64),
    sentences=np.array([[0, 6]]),
    turns=np.array([0]),
    candidates=np.array([[0, 6], [0, 2], [2, 6]]),
    owners=np.zeros(3, np.intp),
    marks=np.zeros((6, 1), np.float32),
    vectors=np.zeros((3, 0), np.float32),
    state_odds=np.zeros((6, 0), np.float32),
)


def chosen(tagger, **kwargs):
    return [
        (*SENTENCE.candidates[tag.candidate].tolist(), tag.label, round(tag.score, 4), tag.selected)
        for tag in tagger.tag(SENTENCE, **kwargs)
    ]


def test_one_label_takes_the_candidate_with_the_words_inside():
    assert chosen(by_hand({"VITAL_LIE": 0.9})) == [(0, 6, "VITAL_LIE", 0.9, True)]
    assert chosen(by_hand({"VITAL_LIE": 0.9}, first=LABELS)) == [(0, 2, "VITAL_LIE", 0.9, True)]


def test_below_the_threshold_nothing_is_given():
    assert chosen(by_hand({"VITAL_LIE": 0.49})) == []
    assert chosen(by_hand({"VITAL_LIE": 0.51})) == [(0, 6, "VITAL_LIE", 0.51, True)]


def test_two_labels_of_one_layer_share_a_sentence():
    scores = {"VITAL_LIE": 0.9, "CHALLENGE": 0.8}
    assert chosen(by_hand(scores, first=LABELS)) == [(0, 2, "VITAL_LIE", 0.9, True), (2, 6, "CHALLENGE", 0.8, True)]


def test_where_the_surest_takes_all_there_is_no_room_for_another():
    assert chosen(by_hand({"VITAL_LIE": 0.8, "CHALLENGE": 0.9})) == [(0, 6, "CHALLENGE", 0.9, True)]


def test_two_layers_may_share_a_place():
    scores = {"VITAL_LIE": 0.8, "CUSTOMER_FOCUSED": 0.9}
    assert chosen(by_hand(scores)) == [(0, 6, "VITAL_LIE", 0.8, True), (0, 6, "CUSTOMER_FOCUSED", 0.9, True)]


@pytest.mark.parametrize("label", LABELS)
def test_a_label_goes_by_its_own_words(label):
    scores = dict.fromkeys(LABELS, 0.9)
    beside = next(x for x in LABELS if LAYER_OF[x] != LAYER_OF[label])
    both = {x: scores[x] for x in (label, beside)}
    wanted = {(0, 2, label, 0.9, True), (0, 6, beside, 0.9, True)}
    assert set(chosen(by_hand(both, first=[label]))) == wanted
    every = chosen(by_hand(scores, first=[label]), all_candidates=True)
    by_place = {(start, end, x): score for start, end, x, score, _ in every}
    for x in LABELS:
        assert (by_place[0, 2, x] > by_place[0, 6, x]) == (x == label)


def test_the_other_candidates_share_the_probability_by_their_expected_overlap():
    assert chosen(by_hand({"VITAL_LIE": 0.9}), all_candidates=True) == [
        (0, 6, "VITAL_LIE", 0.9, True),
        (0, 2, "VITAL_LIE", 0.3, False),
        (2, 6, "VITAL_LIE", 0.6, False),
    ]


def test_candidates_below_the_floor_are_left_out():
    assert chosen(by_hand({"VITAL_LIE": 0.0049}), all_candidates=True) == []
    assert chosen(by_hand({"VITAL_LIE": 0.0051}), all_candidates=True) == [(0, 6, "VITAL_LIE", 0.0051, False)]
    assert len(chosen(by_hand({"VITAL_LIE": 0.0077}), all_candidates=True)) == 2


def test_kind_and_stance_are_the_likeliest():
    (tag,) = by_hand({"VITAL_LIE": 0.9}).tag(SENTENCE)
    assert (tag.kind, tag.stance) == ("MYTH", "REPORTED")


# Contributions


@given(SEEDS)
def test_contributions_are_the_largest_terms_of_the_sum(seed):
    frame, tagger = case(seed)
    for candidate in range(len(frame.candidates)):
        start, end = frame.candidates[candidate].tolist()
        (found,) = tagger.contributions(frame, [candidate], ["VITAL_LIE"], 10**9)
        row = tagger.ngrams.matrix(frame.words, frame.candidates[[candidate]]).toarray()[0]
        terms = row * tagger.heads["VITAL_LIE"].sparse[0]
        weights = [weight for _, _, weight in found]
        assert weights == sorted(weights, reverse=True)
        assert all(weight > 0 and np.isclose(terms, weight, atol=1e-6).any() for weight in weights)
        assert bool(found) == bool((terms > 0).any())
        if found:
            assert weights[0] == pytest.approx(terms.max(), rel=1e-6)
        for (a, b, _), (c, d, _) in combinations(found, 2):
            assert b <= c or d <= a
        assert all(start <= a < b <= end for a, b, _ in found)


@given(SEEDS)
def test_contributions_of_many_candidates_are_those_of_each(seed):
    frame, tagger = case(seed)
    rows = range(len(frame.candidates))
    labels = [LABELS[row % len(LABELS)] for row in rows]
    apart = [tagger.contributions(frame, [row], [label], 3)[0] for row, label in zip(rows, labels, strict=True)]
    assert tagger.contributions(frame, rows, labels, 3) == apart
    assert tagger.contributions(frame, [], [], 3) == []


def test_contributions_of_a_long_candidate_are_not_quadratic_work():
    """A sentence has at most 60 words, and any number of marks."""
    tagger = toy_tagger(np.random.default_rng(0))
    head = tagger.heads["VITAL_LIE"]
    tagger = replace(tagger, heads={"VITAL_LIE": replace(head, sparse=np.ones_like(head.sparse))})

    def work(n):
        frame = Frame(
            words=np.full(n, 105, np.uint64),
            sentences=np.array([[0, n]]),
            turns=np.array([0]),
            candidates=np.array([[0, n]]),
            owners=np.array([0]),
            marks=np.zeros((n, 1), np.float32),
            vectors=np.zeros((1, 0), np.float32),
            state_odds=np.zeros((n, 0), np.float32),
        )
        calls = 0

        def count(_frame, event, _arg):
            nonlocal calls
            calls += event == "call"

        sys.setprofile(count)
        try:
            assert tagger.contributions(frame, [0], ["VITAL_LIE"], 3)[0]
        finally:
            sys.setprofile(None)
        return calls

    assert work(400) < 8 * work(100)
