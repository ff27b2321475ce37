"""Fit heads by scikit-learn, calibrate them and choose thresholds on out-of-fold scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from sklearn.linear_model import LogisticRegression, Ridge

from vitallies.classify.frame import Features, Floats, Ints
from vitallies.classify.heads import Calibration, Head
from vitallies.classify.ngrams import NgramIndex
from vitallies.classify.places import EDGE_BUCKETS, PlaceHead, edge_buckets, shape_features
from vitallies.classify.tagger import Tagger
from vitallies.errors import DataError
from vitallies.labels import KINDS, LABELS, LAYERS, STANCES
from vitallies.training.examples import ARGUABLE, CLEAR, NOTHING, Examples

ARGUABLE_WEIGHT = 0.3
"""How much a sentence counts as an example of a label that careful readers would split on."""

DENSE_C, SPARSE_C = 0.3, 20.0
"""Inverse regularisation of the two logistic regressions that a head is the sum of, chosen on fold 0."""

MOST_FALSE_ALARMS = {"VITAL_LIE": 3.0, "ASPIRATION": 2.0, "CHALLENGE": 2.0, "PRODUCT_CENTRIC": 2.0}
"""For every 1,000 natural sentences: no threshold that gives more is chosen."""

_PLACE_RIDGE = 10.0


def _fit(features: Features, target: NDArray[np.bool_], weight: Floats) -> tuple[Floats, Floats, float]:
    """Dense and sparse coefficients and the intercept of one yes-or-no decision, as the sum of two regressions."""
    dense = LogisticRegression(C=DENSE_C, solver="newton-cholesky").fit(features.dense, target, weight)
    sparse = LogisticRegression(C=SPARSE_C, solver="liblinear", tol=1e-3, random_state=0)
    sparse.fit(features.sparse, target, weight)
    return dense.coef_[0], sparse.coef_[0], float(dense.intercept_[0] + sparse.intercept_[0])


def fit_head(features: Features, classes: Sequence[str], target: NDArray[np.generic], weight: Floats) -> Head:
    """Fit a head, each class against the rest, as the sum of logistic regressions over dense and sparse features.

    Fitted together, the hundred thousand n-grams and the vector share what either could explain, and the sum of the two
    ranks better than the joint fit. Both solvers run to their optimum, which matters where a label is rare.

    Parameters
    ----------
    features : Features
    classes : sequence of str
        One for yes or no (the target is boolean), else the possible values of the target; one that no example has is
        never chosen.
    target : ndarray, shape (n,)
    weight : ndarray of float32, shape (n,)
    """
    never = np.zeros(features.dense.shape[1]), np.zeros(features.sparse.shape[1]), -1e3
    targets = [target.astype(bool)] if len(classes) == 1 else [target == name for name in classes]
    fits = [_fit(features, wanted, weight) if wanted.any() else never for wanted in targets]
    dense, sparse, bias = (np.array(part, np.float32) for part in zip(*fits, strict=True))
    return Head(tuple(classes), dense, sparse, bias)


def _label_head(examples: Examples, features: Features, sentences: Ints, label: int) -> Head:
    verdicts = examples.verdicts[sentences, label]
    weight = np.where(verdicts == ARGUABLE, ARGUABLE_WEIGHT, 1).astype(np.float32)
    return fit_head(features, (LABELS[label],), verdicts != NOTHING, weight)


def _lie_rows(examples: Examples, sentences: Ints) -> tuple[Ints, Ints]:
    """The sentences with a vital lie among those given, and in each the candidate nearest to it."""
    lie = LABELS.index("VITAL_LIE")
    kept = sentences[examples.verdicts[sentences, lie] != NOTHING]
    edges = np.searchsorted(examples.frame.owners, [kept, kept + 1]).T
    rows = [first + int(examples.overlaps[first:last, lie].argmax()) for first, last in edges]
    return kept, np.array(rows, np.intp)


def fit_choices(examples: Examples, sentences: Ints, ngrams: NgramIndex) -> tuple[Head, Head]:
    """Fit the heads of kind and stance on the vital lies of some sentences."""
    kept, rows = _lie_rows(examples, sentences)
    features = examples.features(rows, ngrams)
    verdicts = examples.verdicts[kept, LABELS.index("VITAL_LIE")]
    weight = np.where(verdicts == ARGUABLE, ARGUABLE_WEIGHT, 1).astype(np.float32)
    heads = []
    for classes, target in ((tuple(KINDS), examples.kinds[kept]), (tuple(STANCES), examples.stances[kept])):
        names, counts = np.unique(target, return_counts=True)
        balance = dict(zip(names.tolist(), np.sqrt(len(target) / (len(names) * counts)).tolist(), strict=True))
        heads.append(fit_head(features, classes, target, weight * np.array([balance[x] for x in target], np.float32)))
    return heads[0], heads[1]


def fit_place(examples: Examples, sentences: Ints, log_odds: Floats, layer: str) -> PlaceHead:
    """Fit the place head of a layer.

    Parameters
    ----------
    examples : Examples
    sentences : ndarray of int
        Those to fit it on; the ones without a span of the layer are passed over.
    log_odds : ndarray of float32, shape (n_candidates, n_labels)
        What the heads make of each candidate, out of fold.
    layer : str
    """
    shapes, edges, targets = [], [], []
    for label in (LABELS.index(name) for name in LAYERS[layer]):
        kept = sentences[examples.verdicts[sentences, label] != NOTHING]
        rows = np.flatnonzero(np.isin(examples.frame.owners, kept))
        shapes.append(shape_features(examples.frame, rows, log_odds[rows, label]))
        edges.append(edge_buckets(examples.frame, rows))
        targets.append(examples.overlaps[rows, label])
    buckets = np.concatenate(edges)
    starts = np.arange(0, buckets.size + 1, buckets.shape[1])
    hashed = csr_array((np.ones(buckets.size), buckets.ravel(), starts), shape=(len(buckets), EDGE_BUCKETS))
    shape = np.concatenate(shapes)
    matrix = hstack([csr_array(shape.astype(np.float64)), hashed], format="csr")
    ridge = Ridge(alpha=_PLACE_RIDGE).fit(matrix, np.concatenate(targets))
    weights = ridge.coef_.astype(np.float32)
    return PlaceHead(weights[: shape.shape[1]], weights[shape.shape[1] :], float(ridge.intercept_))


def calibrated(log_odds: Floats, verdicts: NDArray[np.int8], label: str) -> Calibration:
    """Calibrate a label on natural sentences and choose its threshold there.

    The two parameters are Platt's (logistic regression of the verdict on the log-odds, without regularisation). The
    threshold is the one with the highest F1 among those with at most `MOST_FALSE_ALARMS`, or out of reach if none is.

    Parameters
    ----------
    log_odds : ndarray of float32, shape (n,)
        Out of fold.
    verdicts : ndarray of int8, shape (n,)
    label : str

    Raises
    ------
    DataError
        Where no natural sentence carries the label.
    """
    if not (verdicts == CLEAR).any():
        raise DataError(f"no natural sentence of the folds is a clear {label}: label more, or use fewer folds")
    counted = verdicts != ARGUABLE
    platt = LogisticRegression(C=np.inf).fit(log_odds[counted, None], verdicts[counted] == CLEAR)
    slope, offset = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    order = np.argsort(-log_odds, kind="stable")
    found = np.cumsum(verdicts[order] == CLEAR)
    alarms = np.cumsum(verdicts[order] == NOTHING)
    f1 = 2 * found / (found + alarms + found[-1])
    probabilities = Calibration(slope, offset, 1.0).probability(log_odds[order])
    whole_ties = np.append(np.diff(probabilities) != 0, True)
    allowed = whole_ties & (alarms <= MOST_FALSE_ALARMS.get(label, np.inf) * len(verdicts) / 1000)
    if not allowed.any():
        return Calibration(slope, offset, float(np.nextafter(probabilities[0], 2)))
    return Calibration(slope, offset, float(probabilities[np.where(allowed, f1, -1).argmax()]))


@dataclass(frozen=True)
class CrossFit:
    """Taggers for honest scores and the one to ship.

    Parameters
    ----------
    folds : dict of int to Tagger
        Fold → a tagger whose heads have seen no document of it, and whose calibration, thresholds and place heads come
        from the out-of-fold scores of the other folds' documents.
    tagger : Tagger
        Fitted on everything, calibrated on all out-of-fold scores.
    log_odds : ndarray of float32, shape (n_candidates, n_labels)
        Out-of-fold decision values; 0 for what is in no fold.
    """

    folds: dict[int, Tagger]
    tagger: Tagger
    log_odds: Floats


def cross_fit(examples: Examples, *, jobs: int = 2, progress: Callable[[str], None] = lambda _: None) -> CrossFit:
    """Fit the heads with each fold left out and once on all; calibrate, place and choose thresholds out of fold."""
    folds = sorted(set(examples.folds.tolist()) - {-1})
    log_odds = np.zeros((len(examples.frame.candidates), len(LABELS)), np.float32)
    fitted = {}
    for fold in [*folds, None]:
        sentences = np.flatnonzero(examples.folds != fold) if fold is not None else np.arange(len(examples.folds))
        ngrams = examples.ngrams(sentences)
        features = examples.features(examples.frame.wholes[sentences], ngrams)
        heads = Parallel(n_jobs=jobs, prefer="threads")(
            delayed(_label_head)(examples, features, sentences, label) for label in range(len(LABELS))
        )
        fitted[fold] = (sentences, ngrams, dict(zip(LABELS, heads, strict=True)))
        if fold is not None:
            rows = np.flatnonzero(examples.folds[examples.frame.owners] == fold)
            held_out = examples.features(rows, ngrams)
            log_odds[rows] = np.column_stack([head.log_odds(held_out)[:, 0] for head in heads])
        progress(f"heads fitted {'on everything' if fold is None else f'without fold {fold}'}")

    def tagger(fold: int | None) -> Tagger:
        sentences, ngrams, heads = fitted[fold]
        scored = np.flatnonzero((examples.folds != -1) & (examples.folds != (-2 if fold is None else fold)))
        natural = scored[examples.natural[scored] & examples.plain[scored]]
        odds, verdicts = log_odds[examples.frame.wholes[natural]], examples.verdicts[natural]
        kind, stance = fit_choices(examples, sentences, ngrams)
        return Tagger(
            ngrams=ngrams,
            heads=heads,
            calibrations={x: calibrated(odds[:, i], verdicts[:, i], x) for i, x in enumerate(LABELS)},
            places={layer: fit_place(examples, scored, log_odds, layer) for layer in LAYERS},
            kind=kind,
            stance=stance,
        )

    return CrossFit({fold: tagger(fold) for fold in folds}, tagger(None), log_odds)
