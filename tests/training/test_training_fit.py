"""Heads fitted, calibrated and cross-fitted on examples made up for it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from vitallies.classify.frame import Features, Frame
from vitallies.classify.hashing import mix
from vitallies.classify.places import EDGE_BUCKETS
from vitallies.errors import DataError
from vitallies.labels import KINDS, LABELS, LAYERS, STANCES
from vitallies.pipeline.docs import blank_english
from vitallies.pipeline.tokens import TokenTable
from vitallies.training.boundaries import fit_boundaries
from vitallies.training.examples import ARGUABLE, CLEAR, NOTHING, Examples
from vitallies.training.fit import DENSE_C, MOST_FALSE_ALARMS, SPARSE_C, calibrated, cross_fit, fit_head
from vitallies.types import Transcript, Turn

SEEDS = st.integers(0, 100_000)
N_DENSE = 6


def made_up(seed=0, n=240, folds=3):
    """Sentences of five words, of two candidates each; the first words tell the labels, the sixth word the fold."""
    rng = np.random.default_rng(seed)
    verdicts = np.zeros((n, len(LABELS)), np.int8)
    for label in range(len(LABELS)):
        verdicts[:, label] = rng.choice([NOTHING, ARGUABLE, CLEAR], n, p=[0.6, 0.1, 0.3])
    number = np.arange(n) % (folds + 1)
    fold = np.where(number == folds, -1, number)
    words = np.column_stack(
        [
            *(1000 + 10 * label + (verdicts[:, label] > 0) * (rng.random(n) < 0.9) for label in range(len(LABELS))),
            5000 + fold,
            rng.integers(2000, 2040, n),
        ]
    ).astype(np.uint64)
    width = words.shape[1]
    starts = np.arange(n) * width
    candidates = np.column_stack([np.repeat(starts, 2), np.repeat(starts, 2) + np.tile([width, 3], n)])
    lie = verdicts[:, 0] > 0
    overlaps = np.zeros((2 * n, len(LABELS)), np.float32)
    overlaps[::2] = 0.4 * (verdicts > 0)
    overlaps[1::2] = 0.9 * (verdicts > 0)
    return Examples(
        frame=Frame(
            words=words.ravel(),
            sentences=np.column_stack([starts, starts + width]),
            turns=np.arange(n),
            candidates=candidates,
            owners=np.repeat(np.arange(n), 2),
            marks=np.zeros((n * width, 0), np.float32),
            vectors=np.zeros((2 * n, 0), np.float32),
        ),
        dense=np.repeat(verdicts[:, :N_DENSE] + rng.normal(size=(n, N_DENSE)), 2, axis=0).astype(np.float32),
        verdicts=verdicts,
        overlaps=overlaps,
        kinds=np.where(lie, rng.choice(list(KINDS), n), ""),
        stances=np.where(lie, rng.choice(list(STANCES), n), ""),
        folds=fold.astype(np.int8),
        natural=np.ones(n, bool),
        plain=np.ones(n, bool),
    )


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("dense", "sparse", "bias"))


# A head


def random_features(rng, n=60):
    sparse = csr_array((rng.random((n, 9)) * (rng.random((n, 9)) < 0.4)).astype(np.float32))
    return Features(rng.normal(size=(n, 4)).astype(np.float32), sparse)


def test_a_head_is_the_sum_of_two_logistic_regressions():
    rng = np.random.default_rng(0)
    features, target = random_features(rng), rng.random(60) < 0.4
    weight = rng.choice([0.3, 1.0], 60).astype(np.float32)
    head = fit_head(features, ("yes",), target, weight)
    dense = LogisticRegression(C=DENSE_C, tol=1e-8, max_iter=1000).fit(features.dense, target, weight)
    sparse = LogisticRegression(C=SPARSE_C, tol=1e-8, max_iter=10_000, solver="liblinear", random_state=0)
    sparse.fit(features.sparse, target, weight)
    wanted = dense.decision_function(features.dense) + sparse.decision_function(features.sparse)
    np.testing.assert_allclose(head.log_odds(features)[:, 0], wanted, atol=0.02)


@pytest.mark.parametrize("present", [("a", "b", "c"), ("c", "a"), ("b", "c")])
def test_a_choice_has_its_classes_in_the_order_asked_for(present):
    rng = np.random.default_rng(1)
    features = random_features(rng)
    target = np.array([present[i] for i in (features.dense[:, : len(present)]).argmax(axis=1)])
    head = fit_head(features, ("a", "b", "c"), target, np.ones(60, np.float32))
    assert head.classes == ("a", "b", "c")
    assert head.dense.shape == (3, 4)
    assert head.sparse.shape == (3, 9)
    chosen = head.choose(features)
    assert set(chosen) <= set(present)
    assert np.mean(np.array(chosen) == target) > 0.8


# Calibration


def verdicts_for(rng, log_odds):
    p = 1 / (1 + np.exp(-log_odds))
    drawn = np.where(rng.random(len(p)) < p, CLEAR, NOTHING)
    return np.where(rng.random(len(p)) < 0.1, ARGUABLE, drawn).astype(np.int8)


def sample(seed, n=2000, mean=-4.0):
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(mean, 2.5, n).astype(np.float32)
    verdicts = verdicts_for(rng, log_odds)
    verdicts[:2] = CLEAR, NOTHING  # both kinds are there
    log_odds[0] = log_odds.max() + 1  # and a clear one at the top
    return log_odds, verdicts


def given_out(calibration, log_odds):
    return calibration.probability(log_odds) >= calibration.threshold


@given(SEEDS, st.sampled_from(LABELS))
@settings(max_examples=30)
def test_no_more_false_alarms_than_allowed(seed, label):
    log_odds, verdicts = sample(seed)
    given_to = given_out(calibrated(log_odds, verdicts, label), log_odds)
    alarms = int((given_to & (verdicts == NOTHING)).sum())
    assert alarms <= MOST_FALSE_ALARMS.get(label, np.inf) * len(log_odds) / 1000


@given(SEEDS, st.sampled_from(LABELS))
@settings(max_examples=30)
def test_the_threshold_is_the_best_of_those_allowed(seed, label):
    log_odds, verdicts = sample(seed, n=300)

    def f1(given_to):
        found, alarms = (given_to & (verdicts == CLEAR)).sum(), (given_to & (verdicts == NOTHING)).sum()
        return 2 * found / (found + alarms + (verdicts == CLEAR).sum()), alarms

    most = MOST_FALSE_ALARMS.get(label, np.inf) * len(log_odds) / 1000
    possible = [f1(log_odds >= x) for x in log_odds]
    best = max(value for value, alarms in possible if alarms <= most)
    # To the last digit of a float, the sentence at the threshold may fall on either side of it.
    calibration = calibrated(log_odds, verdicts, label)
    found, _ = f1(calibration.probability(log_odds) >= calibration.threshold - 1e-12)
    assert found == pytest.approx(best)


def test_the_sentence_at_the_threshold_is_given():
    """The probability is reckoned in two places, and must come to the same."""
    for seed in range(150, 180):
        log_odds, verdicts = sample(seed, n=300)
        calibration = calibrated(log_odds, verdicts, "VITAL_LIE")
        near = np.abs(calibration.probability(log_odds) - calibration.threshold) < 1e-9
        assert near.any()
        assert given_out(calibration, log_odds)[near].all(), seed


def test_arguable_sentences_are_left_out_of_both():
    log_odds, verdicts = sample(3)
    kept = verdicts != ARGUABLE
    with_them = calibrated(log_odds, verdicts, "CUSTOMER_FOCUSED")
    without = calibrated(log_odds[kept], verdicts[kept], "CUSTOMER_FOCUSED")
    assert (with_them.slope, with_them.offset) == (without.slope, without.offset)
    assert with_them.threshold == pytest.approx(without.threshold)


def test_calibrated_probabilities_are_as_often_right_as_they_say():
    log_odds, verdicts = sample(5, n=40_000, mean=-1.0)
    counted = verdicts != ARGUABLE
    log_odds, verdicts = 3 * log_odds[counted] + 2, verdicts[counted]
    probabilities = calibrated(log_odds, verdicts, "CUSTOMER_FOCUSED").probability(log_odds)
    for low in np.arange(0, 1, 0.2):
        inside = (probabilities >= low) & (probabilities < low + 0.2)
        assert (verdicts[inside] == CLEAR).mean() == pytest.approx(probabilities[inside].mean(), abs=0.03)


def test_the_limit_holds_where_the_surest_is_a_false_alarm():
    log_odds = np.linspace(3, -3, 100).astype(np.float32)
    verdicts = np.full(100, NOTHING, np.int8)
    verdicts[[1, 4, 50]] = CLEAR
    given_to = given_out(calibrated(log_odds, verdicts, "VITAL_LIE"), log_odds)
    assert (given_to & (verdicts == NOTHING)).sum() <= 3.0 * 100 / 1000


def test_the_limit_holds_where_sentences_share_a_score():
    log_odds = np.repeat(np.array([2, 1, -3], np.float32), [1, 50, 949])
    verdicts = np.full(1000, NOTHING, np.int8)
    verdicts[:3] = CLEAR  # the first of those that share a score are clear
    given_to = given_out(calibrated(log_odds, verdicts, "VITAL_LIE"), log_odds)
    assert (given_to & (verdicts == NOTHING)).sum() <= 3


def test_a_label_without_a_clear_natural_sentence_is_a_data_error():
    with pytest.raises(DataError, match="ASPIRATION"):
        calibrated(np.zeros(10, np.float32), np.zeros(10, np.int8), "ASPIRATION")


# Cross-fitting


@pytest.fixture(scope="module")
def examples():
    return made_up()


@pytest.fixture(scope="module")
def fitted(examples):
    return cross_fit(examples, jobs=1)


def test_there_is_a_tagger_for_each_fold_and_one_for_all(fitted, examples):
    assert sorted(fitted.folds) == [0, 1, 2]
    for tagger in [*fitted.folds.values(), fitted.tagger]:
        assert list(tagger.heads) == list(LABELS)
        assert list(tagger.calibrations) == list(LABELS)
        assert list(tagger.places) == list(LAYERS)
        assert all(place.edges.shape == (EDGE_BUCKETS,) for place in tagger.places.values())
        assert tagger.kind.classes == tuple(KINDS)
        assert tagger.stance.classes == tuple(STANCES)
    in_no_fold = examples.folds[examples.frame.owners] == -1
    assert not fitted.log_odds[in_no_fold].any()
    assert fitted.log_odds[~in_no_fold].any(axis=1).all()


def test_a_folds_tagger_knows_no_word_that_stands_in_its_fold_alone(fitted):
    def known(tagger, fold):
        return int(mix(1, np.array([5000 + fold], np.uint64))[0]) in set(tagger.ngrams.hashes.tolist())

    for fold, tagger in fitted.folds.items():
        assert [known(tagger, other) for other in (0, 1, 2)] == [other != fold for other in (0, 1, 2)]
    assert all(known(fitted.tagger, fold) for fold in (0, 1, 2))


@pytest.fixture(scope="module")
def altered(examples):
    """Fitted on the same examples but for what readers made of fold 0, which is turned round."""
    mine = examples.folds == 0
    rows = mine[examples.frame.owners]
    verdicts, overlaps, dense = examples.verdicts.copy(), examples.overlaps.copy(), examples.dense.copy()
    verdicts[mine] = np.where(verdicts[mine] == NOTHING, CLEAR, NOTHING)
    overlaps[rows] = 1 - overlaps[rows]
    dense[rows] = -dense[rows]
    lie = verdicts[:, 0] != NOTHING
    kinds = np.where(mine & lie, "MYTH", np.where(lie, examples.kinds, ""))
    stances = np.where(mine & lie, "REJECTED", np.where(lie, examples.stances, ""))
    return cross_fit(
        replace(examples, verdicts=verdicts, overlaps=overlaps, dense=dense, kinds=kinds, stances=stances), jobs=1
    )


def test_a_folds_heads_depend_on_nothing_in_the_fold(fitted, altered):
    for label in LABELS:
        assert same(fitted.folds[0].heads[label], altered.folds[0].heads[label])
        assert not same(fitted.folds[1].heads[label], altered.folds[1].heads[label])
        assert not same(fitted.tagger.heads[label], altered.tagger.heads[label])
    assert same(fitted.folds[0].kind, altered.folds[0].kind)
    assert same(fitted.folds[0].stance, altered.folds[0].stance)
    assert not same(fitted.tagger.kind, altered.tagger.kind)


def test_a_folds_calibration_counts_no_sentence_of_the_fold(fitted, examples):
    for fold, tagger in [*fitted.folds.items(), (None, fitted.tagger)]:
        scored = np.flatnonzero((examples.folds != -1) & (examples.folds != (-2 if fold is None else fold)))
        odds = fitted.log_odds[examples.frame.wholes[scored]]
        for i, label in enumerate(LABELS):
            assert tagger.calibrations[label] == calibrated(odds[:, i], examples.verdicts[scored, i], label)


def test_a_folds_scores_are_its_own_taggers(fitted, examples):
    for fold, tagger in fitted.folds.items():
        rows = np.flatnonzero(examples.folds[examples.frame.owners] == fold)
        found = tagger.log_odds(examples.features(rows, tagger.ngrams))
        np.testing.assert_allclose(found, fitted.log_odds[rows], rtol=1e-5, atol=1e-5)


def test_out_of_fold_scores_tell_the_labels_apart(fitted, examples):
    """The words and features of the made-up examples do tell them: a fit that learned nothing would fail here."""
    wholes, scored = examples.frame.wholes, examples.folds != -1
    for i in range(len(LABELS)):
        odds, yes = fitted.log_odds[wholes[scored], i], examples.verdicts[scored, i] == CLEAR
        no = examples.verdicts[scored, i] == NOTHING
        above = (odds[yes][:, None] > odds[no][None]).mean()
        assert above > 0.8


def test_the_place_heads_prefer_the_candidate_that_overlaps(fitted, examples):
    for layer, place in fitted.tagger.places.items():
        label = LABELS.index(LAYERS[layer][0])
        with_span = np.flatnonzero(examples.verdicts[:, label] > 0)
        rows = np.flatnonzero(np.isin(examples.frame.owners, with_span))
        overlap = place.overlap(examples.frame, rows, fitted.log_odds[rows, label])
        assert (overlap[1::2] > overlap[::2]).mean() > 0.95


def test_the_jobs_make_no_difference(fitted, examples):
    again = cross_fit(examples, jobs=2)
    np.testing.assert_array_equal(again.log_odds, fitted.log_odds)
    assert again.tagger.calibrations == fitted.tagger.calibrations


def test_examples_that_were_mined_or_recognised_do_not_calibrate(examples):
    half = np.arange(len(examples.folds)) % 2 == 0
    mined = cross_fit(replace(examples, natural=half), jobs=1)
    stripped = cross_fit(replace(examples, plain=half), jobs=1)
    scored = np.flatnonzero((examples.folds != -1) & half)
    odds = mined.log_odds[examples.frame.wholes[scored]]
    for i, label in enumerate(LABELS):
        wanted = calibrated(odds[:, i], examples.verdicts[scored, i], label)
        assert mined.tagger.calibrations[label] == stripped.tagger.calibrations[label] == wanted


# Ends of sentences


def test_the_boundary_model_learns_where_sentences_end():
    rng = np.random.default_rng(0)
    ends, begins = ["today", "then", "now"], ["we", "they", "she"]
    texts = []
    for _ in range(60):
        parts = []
        for _ in range(12):
            middle = rng.choice(["sell", "see", "keep", "paper", "boxes", "desks"], 3).tolist()
            parts.append(" ".join([rng.choice(begins), *middle, rng.choice(ends)]) + rng.choice([".", "?", "!"]))
        texts.append(" ".join(parts))
    model = fit_boundaries([Transcript(f"t{n}", (Turn(text), Turn("no mark here"))) for n, text in enumerate(texts)])
    words = "we sell paper boxes today they keep desks paper now she see boxes desks then"
    odds = model.log_odds(TokenTable(blank_english()(words)).norm)
    assert np.flatnonzero(odds > 0).tolist() == [4, 9]
