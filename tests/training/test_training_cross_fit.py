"""Taggers of the folds and of everything, fitted on examples made up for it."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from made_up_sentences import CONVOLUTIONS, N_CONTEXT, WIDTH, made_up, states_of, views_of

from vitallies.classify.hashing import mix
from vitallies.classify.inside import BUCKETS, words_in
from vitallies.labels import KINDS, LABELS, STANCES
from vitallies.training.alignment import CLEAR, NOTHING
from vitallies.training.fit import calibrated, cross_fit, fit
from vitallies.training.inside import WORD_SHARE, fit_inside


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("dense", "sparse", "bias"))


@pytest.fixture(scope="module")
def examples():
    return made_up()


@pytest.fixture(scope="module")
def views(examples):
    return views_of(examples)


@pytest.fixture(scope="module")
def told():
    return []


class Fits(NamedTuple):
    """What was fitted without each fold, and on everything."""

    folds: dict
    log_odds: dict
    taggers: dict


def fits(views, **options):
    found = cross_fit({fold: view for fold, view in views.items() if fold is not None}, CONVOLUTIONS, **options)
    taggers = fit(views[None], CONVOLUTIONS[None], found.log_odds, jobs=options["jobs"])
    return Fits(found.folds, found.log_odds, taggers)


@pytest.fixture(scope="module")
def fitted(views, told):
    return fits(views, jobs=1, progress=told.append)


KINDS_OF_TAGGER = pytest.mark.parametrize("kind", ["default", "fast"])


def taggers(fitted, kind):
    """Fold (None for all) and tagger."""
    return [*((fold, found[kind]) for fold, found in fitted.folds.items()), (None, fitted.taggers[kind])]


@KINDS_OF_TAGGER
def test_there_is_a_tagger_for_each_fold_and_one_for_all(fitted, examples, kind):
    assert sorted(fitted.folds) == [0, 1, 2]
    for _, tagger in taggers(fitted, kind):
        assert list(tagger.heads) == list(LABELS)
        n_dense = N_CONTEXT + (WIDTH if kind == "default" else 0)
        assert {head.dense.shape for head in tagger.heads.values()} == {(1, n_dense)}
        # The candidate's vector and its sentence's.
        n_dense += WIDTH if kind == "default" else 0
        assert tagger.choices.kind.dense.shape == (len(KINDS), n_dense)
        assert tagger.choices.stance.dense.shape == (len(STANCES), n_dense)
        assert list(tagger.calibrations) == list(LABELS)
        assert tagger.inside.states.shape == (len(LABELS), WIDTH if kind == "default" else 0)
        assert tagger.inside.hashed.shape == (len(LABELS), BUCKETS)
        assert tagger.choices.kind.classes == tuple(KINDS)
        assert tagger.choices.stance.classes == tuple(STANCES)
    in_no_fold = examples.folds == -1
    assert not fitted.log_odds[kind][in_no_fold].any()
    assert fitted.log_odds[kind][~in_no_fold].any(axis=1).all()


def test_both_taggers_weigh_the_same_ngrams_alike(fitted):
    """A model on disk holds them once."""
    for found in [*fitted.folds.values(), fitted.taggers]:
        default, fast = found["default"], found["fast"]
        assert default.ngrams is fast.ngrams
        assert default.choices.ngrams is fast.choices.ngrams
        for label in LABELS:
            np.testing.assert_array_equal(default.heads[label].sparse, fast.heads[label].sparse)
        np.testing.assert_array_equal(default.choices.kind.sparse, fast.choices.kind.sparse)
        np.testing.assert_array_equal(default.choices.stance.sparse, fast.choices.stance.sparse)


@KINDS_OF_TAGGER
def test_a_folds_tagger_knows_no_word_that_stands_in_its_fold_alone(fitted, kind):
    def known(tagger, fold):
        return int(mix(1, np.array([5000 + fold], np.uint64))[0] >> 16) in set(tagger.ngrams.hashes.tolist())

    for fold, tagger in taggers(fitted, kind):
        assert [known(tagger, other) for other in (0, 1, 2)] == [other != fold for other in (0, 1, 2)]


@pytest.fixture(scope="module")
def altered(examples, views):
    """Fitted on the same examples but for what is known of fold 0, which is turned round."""
    mine = examples.folds == 0
    rows = mine[examples.frame.owners]
    verdicts, overlaps = examples.verdicts.copy(), examples.overlaps.copy()
    verdicts[mine] = np.where(verdicts[mine] == NOTHING, CLEAR, NOTHING)
    overlaps[rows] = 1 - overlaps[rows]
    lie = verdicts[:, 0] != NOTHING
    kinds = np.where(mine & lie, "MYTH", np.where(lie, examples.kinds, ""))
    stances = np.where(mine & lie, "REJECTED", np.where(lie, examples.stances, ""))
    turned = {"verdicts": verdicts, "overlaps": overlaps, "kinds": kinds, "stances": stances}
    sign = np.where(rows, -1, 1)[:, None].astype(np.float32)
    return fits(
        {
            fold: replace(
                view,
                **turned,
                context=sign * view.context,
                vectors=sign * view.vectors,
                states=states_of(np.flatnonzero((verdicts != NOTHING).any(axis=1)), fold),
            )
            for fold, view in views.items()
        },
        jobs=1,
    )


@KINDS_OF_TAGGER
def test_a_folds_heads_depend_on_nothing_in_the_fold(fitted, altered, kind):
    (zero, one, _, every), (zero_altered, one_altered, _, every_altered) = (
        [tagger for _, tagger in taggers(some, kind)] for some in (fitted, altered)
    )
    for label in LABELS:
        assert same(zero.heads[label], zero_altered.heads[label])
        assert not same(one.heads[label], one_altered.heads[label])
        assert not same(every.heads[label], every_altered.heads[label])
    assert same(zero.choices.kind, zero_altered.choices.kind)
    assert same(zero.choices.stance, zero_altered.choices.stance)
    assert not same(every.choices.kind, every_altered.choices.kind)


def test_a_sentence_alone_teaches_all_but_what_a_vital_lie_is(examples, views):
    """Turning its verdicts round changes no head that finds vital lies; the choices among them see it."""
    alone = examples.folds == -1
    turned = examples.verdicts.copy()
    turned[alone] = np.where(turned[alone] == NOTHING, CLEAR, NOTHING)
    lie = turned[:, 0] != NOTHING
    kinds = np.where(lie, np.where(alone, "MYTH", examples.kinds), "")
    stances = np.where(lie, np.where(alone, "REJECTED", examples.stances), "")
    odds = np.random.default_rng(0).normal(size=(len(examples.folds), len(LABELS))).astype(np.float32)
    one = replace(views[None], alone=alone)
    states = states_of(np.flatnonzero((turned != NOTHING).any(axis=1)), None)
    other = replace(one, verdicts=turned, kinds=kinds, stances=stances, states=states)
    first, second = (
        fit(view, CONVOLUTIONS[None], {"default": odds, "fast": odds}, jobs=1)["default"] for view in (one, other)
    )
    assert [same(first.heads[label], second.heads[label]) for label in LABELS] == [x == "VITAL_LIE" for x in LABELS]
    assert not same(first.choices.kind, second.choices.kind)
    assert not same(first.choices.stance, second.choices.stance)


@pytest.fixture(scope="module")
def elsewise(views, examples):
    """Fitted on the same examples, but the encoders that have not seen fold 0, and seen all, are others."""
    others = views_of(examples, seed=1)
    return fits(views | {fold: others[fold] for fold in (0, None)}, jobs=1)


def heads(tagger):
    return [*tagger.heads.values(), tagger.choices.kind, tagger.choices.stance]


def test_a_folds_heads_are_fitted_on_its_own_encoders_vectors_alone(fitted, elsewise):
    for (fold, one), (_, other) in zip(taggers(fitted, "default"), taggers(elsewise, "default"), strict=True):
        for head, other_head in zip(heads(one), heads(other), strict=True):
            assert same(head, other_head) == (fold in (1, 2))
        assert same_inside(one.inside, other.inside) == (fold in (1, 2))


def test_the_fast_taggers_do_not_depend_on_the_encoders(fitted, elsewise):
    for (_, one), (_, other) in zip(taggers(fitted, "fast"), taggers(elsewise, "fast"), strict=True):
        assert all(same(head, other_head) for head, other_head in zip(heads(one), heads(other), strict=True))
        assert same_inside(one.inside, other.inside)
        assert one.calibrations == other.calibrations
    np.testing.assert_array_equal(fitted.log_odds["fast"], elsewise.log_odds["fast"])
    assert not np.array_equal(fitted.log_odds["default"], elsewise.log_odds["default"])


def test_without_vectors_the_fast_heads_alone_are_fitted(fitted, examples):
    found = cross_fit(dict.fromkeys((0, 1, 2), examples), CONVOLUTIONS, jobs=1)
    assert found.log_odds.keys() == {"fast"}
    np.testing.assert_array_equal(found.log_odds["fast"], fitted.log_odds["fast"])
    for fold, tagger in found.folds.items():
        assert tagger.keys() == {"fast"}
        one, other = tagger["fast"], fitted.folds[fold]["fast"]
        assert all(same(head, other_head) for head, other_head in zip(heads(one), heads(other), strict=True))
        assert same_inside(one.inside, other.inside)
        assert one.calibrations == other.calibrations


@KINDS_OF_TAGGER
def test_a_folds_calibration_counts_no_sentence_of_the_fold(fitted, examples, kind):
    for fold, tagger in taggers(fitted, kind):
        scored = np.flatnonzero((examples.folds != -1) & (examples.folds != (-2 if fold is None else fold)))
        odds = fitted.log_odds[kind][scored]
        for i, label in enumerate(LABELS):
            assert tagger.calibrations[label] == calibrated(odds[:, i], examples.verdicts[scored, i], label)


def test_a_folds_scores_are_its_own_taggers_on_its_own_vectors(fitted, views, examples):
    for fold, found in fitted.folds.items():
        mine = examples.folds == fold
        rows = examples.frame.wholes[mine]
        for kind in ("default", "fast"):
            # The made-up context is no count of marks: what the heads see is given to them.
            dense = views[fold].dense(rows) if kind == "default" else examples.context[rows]
            odds = np.column_stack([dense @ found[kind].heads[label].dense[0] for label in LABELS])
            sparse = found[kind].ngrams.matrix(examples.frame.words, examples.frame.candidates[rows])
            odds += np.column_stack([sparse @ found[kind].heads[label].sparse[0] for label in LABELS])
            odds += [found[kind].heads[label].bias[0] for label in LABELS]
            if kind == "fast":
                odds += CONVOLUTIONS[fold].log_odds(examples.frame, rows)
            np.testing.assert_allclose(odds, fitted.log_odds[kind][mine], rtol=1e-4, atol=1e-4)


def test_each_fast_tagger_has_its_own_convolution_and_no_other_has_one(fitted):
    for kind, wanted in (("default", dict.fromkeys(CONVOLUTIONS)), ("fast", CONVOLUTIONS)):
        assert {fold: tagger.convolution for fold, tagger in taggers(fitted, kind)} == wanted


@KINDS_OF_TAGGER
def test_out_of_fold_scores_tell_the_labels_apart(fitted, examples, kind):
    """The words and features of the made-up examples do tell them: a fit that learned nothing would fail here."""
    scored = examples.folds != -1
    for i in range(len(LABELS)):
        odds, yes = fitted.log_odds[kind][scored, i], examples.verdicts[scored, i] == CLEAR
        no = examples.verdicts[scored, i] == NOTHING
        above = (odds[yes][:, None] > odds[no][None]).mean()
        assert above > 0.8


def same_inside(one, other):
    return all(np.array_equal(part, vars(other)[name]) for name, part in vars(one).items())


@KINDS_OF_TAGGER
def test_the_candidate_that_overlaps_is_expected_to(fitted, views, kind):
    """By the words alone, and by the states of words with neighbours that say nothing."""
    view, head = views[None], fitted.taggers[kind].inside
    bounds = view.frame.candidates[view.frame.wholes[view.marked]]
    odds = np.zeros((len(view.frame.words), len(LABELS)), np.float32)
    if kind == "default":
        head = replace(head, positions=0 * head.positions, hashed=0 * head.hashed)
        odds[words_in(bounds)] = view.states.astype(np.float32) @ head.states.T
    rows = np.flatnonzero(np.isin(view.frame.owners, view.marked))
    overlaps = head.overlaps(replace(view.frame, state_odds=odds), rows)
    assert (overlaps[1::2] > overlaps[::2]).mean() > 0.9


def test_words_count_less_beside_states(fitted):
    default, fast = (fitted.taggers[kind].inside for kind in ("default", "fast"))
    np.testing.assert_array_equal(default.hashed, np.float32(WORD_SHARE) * fast.hashed)
    np.testing.assert_array_equal(default.positions, np.float32(WORD_SHARE) * fast.positions)


@KINDS_OF_TAGGER
def test_the_words_of_a_fold_teach_its_own_tagger_nothing(fitted, views, kind):
    mine = np.repeat(views[0].folds == 0, 8)
    turned = np.where(mine[:, None], CLEAR - views[0].inside, views[0].inside)
    other = fits({fold: replace(view, inside=turned) for fold, view in views.items()}, jobs=1)
    same = [
        same_inside(one.inside, two.inside)
        for (_, one), (_, two) in zip(taggers(fitted, kind), taggers(other, kind), strict=True)
    ]
    assert same == [True, False, False, False]


def test_states_that_are_much_alike_can_be_fitted(views):
    """Theirs is an ill-conditioned Hessian, as that of a million words: in 32 bits the solver gives up."""
    alike = (100 + views[None].states.astype(np.float32)).astype(np.float16)
    head = fit_inside(replace(views[None], states=alike), views[None].marked, 1)["default"]
    assert np.isfinite(head.states).all()
    assert head.states.any(axis=1).all()


def test_a_label_whose_spans_are_whole_sentences_prefers_them(views):
    view = replace(views[None], inside=np.repeat(views[None].verdicts, 8, axis=0))
    for head in fit_inside(view, view.marked, 1).values():
        overlaps = head.overlaps(view.frame, np.array([0, 1]))
        assert (overlaps[0] > overlaps[1]).all()


def test_the_jobs_make_no_difference(fitted, views):
    again = fits(views, jobs=2)
    for kind in ("default", "fast"):
        np.testing.assert_array_equal(again.log_odds[kind], fitted.log_odds[kind])
        assert again.taggers[kind].calibrations == fitted.taggers[kind].calibrations
        assert same_inside(again.taggers[kind].inside, fitted.taggers[kind].inside)


@pytest.mark.usefixtures("fitted")
def test_progress_is_told_fold_by_fold(told):
    assert told == [f"heads fitted without fold {fold}" for fold in (0, 1, 2)]


def test_examples_that_were_mined_or_recognised_do_not_calibrate(examples, views):
    half = np.arange(len(examples.folds)) % 2 == 0
    mined, stripped = (
        fits({fold: replace(view, **{name: half}) for fold, view in views.items()}, jobs=1)
        for name in ("natural", "plain")
    )
    scored = np.flatnonzero((examples.folds != -1) & half)
    for kind in ("default", "fast"):
        odds = mined.log_odds[kind][scored]
        for i, label in enumerate(LABELS):
            wanted = calibrated(odds[:, i], examples.verdicts[scored, i], label)
            assert mined.taggers[kind].calibrations[label] == stripped.taggers[kind].calibrations[label] == wanted
