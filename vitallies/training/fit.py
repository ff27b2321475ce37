"""Fit heads by scikit-learn, calibrate them and choose thresholds on out-of-fold scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression

from vitallies.classify.choices import Choices, choice_features
from vitallies.classify.convolution import Convolution
from vitallies.classify.frame import Features, Floats, Ints
from vitallies.classify.heads import Calibration, Head
from vitallies.classify.ngrams import NgramIndex
from vitallies.classify.tagger import Tagger
from vitallies.errors import DataError
from vitallies.labels import KINDS, LABELS, STANCES
from vitallies.training.alignment import ARGUABLE, CLEAR, NOTHING
from vitallies.training.examples import Examples
from vitallies.training.inside import fit_inside

ARGUABLE_WEIGHT = 0.3
"""How much a sentence counts as an example of a label that careful readers would split on."""

DENSE_C, SPARSE_C = 0.1, 20.0
"""Inverse regularisation of the two logistic regressions that a head is the sum of, chosen on fold 0."""

SHARES = {"default": 3.0, "fast": 1.0}
"""How much the dense half counts against the n-grams', chosen on fold 0: a fine-tuned vector knows most of what they
do."""

MOST_FALSE_ALARMS = {"VITAL_LIE": 2.5, "ASPIRATION": 1.6, "CHALLENGE": 1.6, "PRODUCT_CENTRIC": 1.6}
"""For every 1,000 natural sentences: no threshold that gives more is chosen. New talk gives about a tenth more than the
talk that one was chosen on; wanted are at most 3 vital lies and 2 of each other label."""

CHOICE_FEWEST = 4
"""Sentences with a vital lie in which an n-gram must stand to count for kind and stance; each is there twice."""

CHOICE_ARGUABLE_WEIGHT = 0.5
"""How much an arguable vital lie counts for kind and stance, which are less doubtful than whether it is one."""

KIND_BALANCE, STANCE_BALANCE = 0.5, 1.0
"""Power of the inverse frequency by which classes are weighted: nine vital lies in ten are asserted, and only full
balance lets the others be heard. These four were chosen on the folds that kind and stance are measured on."""


class Heads(NamedTuple):
    """One decision with the encoder's vectors and without them; what the n-grams say is the same in both."""

    default: Head
    fast: Head


def _logistic(matrix: Floats | csr_array, target: NDArray[np.bool_], weight: Floats) -> tuple[Floats, float]:
    """Coefficients and intercept of a regression over dense or sparse features."""
    if isinstance(matrix, np.ndarray):
        model = LogisticRegression(C=DENSE_C, solver="newton-cholesky")
    else:
        model = LogisticRegression(C=SPARSE_C, solver="liblinear", tol=1e-3, random_state=0)
    model.fit(matrix, target, weight)
    return model.coef_[0], float(model.intercept_[0])


def fit_heads(
    features: Features, width: int, classes: Sequence[str], target: NDArray[np.generic], weight: Floats
) -> Heads:
    """Fit a decision, each class against the rest, as the sum of logistic regressions over dense and sparse features.

    Fitted together, the hundred thousand n-grams and the vector share what either could explain, and the sum of the two
    ranks better than the joint fit. Both solvers run to their optimum, which matters where a label is rare.

    Parameters
    ----------
    features : Features
    width : int
        How many of the dense features are the vector's.
    classes : sequence of str
        One for yes or no (the target is boolean), else the possible values of the target; one that no example has is
        never chosen.
    target : ndarray, shape (n,)
    weight : ndarray of float32, shape (n,)
    """
    targets = [target.astype(bool)] if len(classes) == 1 else [target == name for name in classes]
    matrices = (features.sparse, features.dense, features.dense[:, width:])

    def fits(matrix: Floats | csr_array) -> tuple[Floats, Floats]:
        # Which class no example has, the sparse half says alone.
        never = np.zeros(matrix.shape[1]), -1e3 if matrix is features.sparse else 0.0
        found = [_logistic(matrix, wanted, weight) if wanted.any() else never for wanted in targets]
        return np.array([coef for coef, _ in found], np.float32), np.array([bias for _, bias in found], np.float32)

    (sparse, bias), *rest = (fits(matrix) for matrix in matrices)
    return Heads(
        *(
            Head(tuple(classes), share * dense, sparse, bias + np.float32(share) * more)
            for share, (dense, more) in zip(SHARES.values(), rest, strict=True)
        )
    )


def _label_heads(examples: Examples, features: Features, sentences: Ints, label: int) -> Heads:
    """Fit the heads of a label; ``features`` are those of the sentences."""
    kept = np.flatnonzero(examples.teaches[sentences, label])
    features, sentences = Features(features.dense[kept], features.sparse[kept]), sentences[kept]
    verdicts = examples.verdicts[sentences, label]
    weight = np.where(verdicts == ARGUABLE, ARGUABLE_WEIGHT, 1).astype(np.float32)
    return fit_heads(features, examples.width, (LABELS[label],), verdicts != NOTHING, weight)


def _lie_rows(examples: Examples, sentences: Ints) -> tuple[Ints, Ints]:
    """The sentences with a vital lie among those given, and in each the candidate nearest to it."""
    lie = LABELS.index("VITAL_LIE")
    kept = sentences[examples.verdicts[sentences, lie] != NOTHING]
    edges = np.searchsorted(examples.frame.owners, [kept, kept + 1]).T
    rows = [first + int(examples.overlaps[first:last, lie].argmax()) for first, last in edges]
    return kept, np.array(rows, np.intp)


def fit_choices(examples: Examples, sentences: Ints) -> dict[str, Choices]:
    """Fit what tells kind and stance on the vital lies of some sentences.

    Returns
    -------
    dict of str to Choices
        "default" and "fast".
    """
    kept, rows = _lie_rows(examples, sentences)
    ngrams = NgramIndex.fit(
        [examples.frame.words[a:b] for a, b in examples.frame.sentences[kept].tolist()], fewest=CHOICE_FEWEST
    )
    features = choice_features(examples.frame, rows, examples.vectors, examples.context[rows], ngrams)
    verdicts = examples.verdicts[kept, LABELS.index("VITAL_LIE")]
    weight = np.where(verdicts == ARGUABLE, CHOICE_ARGUABLE_WEIGHT, 1)
    heads = []
    for classes, target, power in (
        (tuple(KINDS), examples.kinds[kept], KIND_BALANCE),
        (tuple(STANCES), examples.stances[kept], STANCE_BALANCE),
    ):
        names, which, counts = np.unique(target, return_inverse=True, return_counts=True)
        balance = (len(target) / (len(names) * counts)) ** power
        heads.append(
            fit_heads(features, 2 * examples.width, classes, target, (weight * balance[which]).astype(np.float32))
        )
    return {name: Choices(ngrams, *(getattr(head, name) for head in heads)) for name in Heads._fields}


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
    """Taggers for honest scores, each with and without the encoder's vectors, or without them alone.

    Parameters
    ----------
    folds : dict of int to dict of str to Tagger
        Fold → "default" and "fast" → a tagger whose heads have seen no document of the fold, and whose calibration and
        thresholds come from the out-of-fold scores of the other folds' documents.
    log_odds : dict of str to ndarray of float32, shape (n_sentences, n_labels)
        Out-of-fold decision values of whole sentences; 0 for what is in no fold.
    """

    folds: dict[int, dict[str, Tagger]]
    log_odds: dict[str, Floats]


class _Fitted(NamedTuple):
    """The n-grams and heads of some sentences."""

    sentences: Ints
    ngrams: NgramIndex
    heads: list[Heads]


def cross_fit(
    views: Mapping[int, Examples],
    convolutions: Mapping[int, Convolution],
    *,
    jobs: int = 2,
    progress: Callable[[str], None] = lambda _: None,
) -> CrossFit:
    """Fit the heads with each fold left out; calibrate and choose thresholds out of fold.

    Parameters
    ----------
    views : mapping of int to Examples
        Fold → the examples with the vectors of an encoder that has seen no document of it. But for the vectors they are
        the same; without vectors only the fast heads are fitted.
    convolutions : mapping of int to Convolution
        Fold → one that has seen no document of it.
    jobs : int
        Threads.
    progress : callable
        Is told in a line what has been done.
    """
    fitted: dict[int, _Fitted] = {}
    log_odds: dict[str, Floats] = {}
    for fold, view in views.items():
        fitted[fold] = _fitted(view, view.without(fold), jobs)
        sentences = np.flatnonzero(view.folds == fold)
        wholes = view.frame.wholes[sentences]
        held_out = view.features(wholes, fitted[fold].ngrams)
        seen = {"default": held_out} if view.width else {}
        seen["fast"] = Features(held_out.dense[:, view.width :], held_out.sparse)
        for kind, features in seen.items():
            odds = log_odds.setdefault(kind, np.zeros((len(view.folds), len(LABELS)), np.float32))
            for i, heads in enumerate(fitted[fold].heads):
                odds[sentences, i] = getattr(heads, kind).log_odds(features)[:, 0]
        log_odds["fast"][sentences] += convolutions[fold].log_odds(view.frame, wholes)
        progress(f"heads fitted without fold {fold}")
    return CrossFit(
        {fold: _taggers(view, fitted[fold], convolutions[fold], log_odds, fold, jobs) for fold, view in views.items()},
        log_odds,
    )


def fit(
    view: Examples, convolution: Convolution, log_odds: Mapping[str, Floats], *, jobs: int = 2
) -> dict[str, Tagger]:
    """Fit the taggers to ship on everything, calibrated on all out-of-fold scores.

    Parameters
    ----------
    view : Examples
        With the vectors of an encoder that has seen all.
    convolution : Convolution
        One that has seen all.
    log_odds : mapping of str to ndarray of float32, shape (n_sentences, n_labels)
        As `cross_fit` finds them for the same examples.
    jobs : int
        Threads.

    Returns
    -------
    dict of str to Tagger
        "default" and "fast".
    """
    return _taggers(view, _fitted(view, view.without(None), jobs), convolution, log_odds, None, jobs)


def _fitted(view: Examples, seen: NDArray[np.bool_], jobs: int) -> _Fitted:
    sentences = np.flatnonzero(seen)
    ngrams = view.ngrams(sentences)
    features = view.features(view.frame.wholes[sentences], ngrams)
    heads = Parallel(n_jobs=jobs, prefer="threads")(
        delayed(_label_heads)(view, features, sentences, label) for label in range(len(LABELS))
    )
    return _Fitted(sentences, ngrams, heads)


def _taggers(
    view: Examples,
    fitted: _Fitted,
    convolution: Convolution,
    log_odds: Mapping[str, Floats],
    fold: int | None,
    jobs: int,
) -> dict[str, Tagger]:
    """The taggers of heads that were fitted without a fold, calibrated without it too."""
    scored = np.flatnonzero(view.without(fold) & (view.folds != -1))
    natural = scored[view.natural[scored] & view.plain[scored]]
    verdicts = view.verdicts[natural]
    choices, inside = fit_choices(view, fitted.sentences), fit_inside(view, fitted.sentences, jobs)
    found = {}
    for kind, odds in log_odds.items():
        found[kind] = Tagger(
            ngrams=fitted.ngrams,
            heads={label: getattr(fitted.heads[i], kind) for i, label in enumerate(LABELS)},
            calibrations={x: calibrated(odds[natural, i], verdicts[:, i], x) for i, x in enumerate(LABELS)},
            inside=inside[kind],
            choices=choices[kind],
            convolution=convolution if kind == "fast" else None,
        )
    return found
