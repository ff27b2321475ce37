"""Sentences made up for fitting, as encoders and convolutions see them."""

from dataclasses import replace

import numpy as np

from vitallies.classify.convolution import WIDTH as SEEN_AT_ONCE
from vitallies.classify.convolution import Convolution
from vitallies.classify.frame import Frame
from vitallies.labels import KINDS, LABELS, STANCES
from vitallies.training.alignment import ARGUABLE, CLEAR, NOTHING, UNREAD
from vitallies.training.examples import Examples

N_CONTEXT, WIDTH = 4, 8


def made_up(seed=0, n=240, folds=3):
    """Sentences of eight words, the first three of which are the span; six tell the labels, the seventh the fold."""
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
            state_odds=np.zeros((n * width, 0), np.float32),
        ),
        context=np.repeat(verdicts[:, :N_CONTEXT] + rng.normal(size=(n, N_CONTEXT)), 2, axis=0).astype(np.float32),
        vectors=np.zeros((2 * n, 0), np.float32),
        states=np.zeros((0, 0), np.float16),
        windows=(),
        places=np.zeros((2 * n, 3), np.intp),
        inside=(verdicts[:, None] * (np.arange(width) < 3)[:, None]).reshape(n * width, len(LABELS)),
        mentions=np.full(n * width, UNREAD, np.int8),
        verdicts=verdicts,
        overlaps=overlaps,
        kinds=np.where(lie, rng.choice(list(KINDS), n), ""),
        stances=np.where(lie, rng.choice(list(STANCES), n), ""),
        folds=fold.astype(np.int8),
        natural=np.ones(n, bool),
        plain=np.ones(n, bool),
        alone=np.zeros(n, bool),
        judged=np.ones(n, bool),
    )


def views_of(examples, seed=0):
    """The examples as four encoders see them, who know the labels from other directions each."""
    views = {}
    for fold in (0, 1, 2, None):
        rng = np.random.default_rng([seed, 9 if fold is None else fold])
        seen = (examples.verdicts > 0) @ rng.normal(size=(len(LABELS), WIDTH)) + rng.normal(size=WIDTH)
        seen += 0.5 * rng.normal(size=seen.shape)
        states = states_of(examples.marked, fold, seed)
        views[fold] = replace(examples, vectors=np.repeat(seen, 2, axis=0).astype(np.float32), states=states)
    return views


def states_of(marked, fold, seed=0):
    """States of the words of some sentences as an encoder sees them, those of a span from another direction."""
    rng = np.random.default_rng([seed, 99 if fold is None else 50 + fold])
    states = np.where(np.arange(8) < 3, 1, -1)[:, None] * rng.normal(size=WIDTH) + rng.normal(size=(1000, 8, WIDTH))
    return states[marked].reshape(-1, WIDTH).astype(np.float16)


def convolutions_of():
    """Four that know the words that tell the labels, and weigh them in other ways."""
    words = np.sort(np.array([1000 + 10 * i + yes for i in range(len(LABELS)) for yes in (0, 1)], np.uint64))
    found = {}
    for number, fold in enumerate((0, 1, 2, None)):
        rng = np.random.default_rng([7, number])
        shapes = {"kernel": (SEEN_AT_ONCE, 4, 3), "kernel_bias": (3,), "output": (len(LABELS), 6), "output_bias": (6,)}
        weights = {name: rng.normal(size=shape).astype(np.float32) / 20 for name, shape in shapes.items()}
        found[fold] = Convolution(words, rng.integers(-20, 20, (len(words) + 1, 4)).astype(np.int8), **weights)
    return found


CONVOLUTIONS = convolutions_of()
