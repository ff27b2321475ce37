"""Fit the network over words that the `fast` heads have in the encoder's place. Needs the extra ``train``."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as nn
from numpy.typing import NDArray

from vitallies.classify.convolution import WIDTH, Convolution, numbered
from vitallies.classify.frame import Floats, Ints
from vitallies.classify.hashing import Hashes
from vitallies.classify.inside import words_in
from vitallies.labels import LABELS
from vitallies.training.examples import Examples
from vitallies.training.student import SOFT

EPOCHS, PEAK, WARM_UP = 6, 3e-3, 0.05
"""Passes, the highest learning rate, and the share of steps of its rise; these and the sizes were chosen on fold 0."""

DIMENSIONS, UNITS = 64, 128
"""Of an embedded word, and of the convolution."""

FEWEST = 6
"""Sentences in which a word must stand to be known; each is there as transcribed and as a recogniser leaves it."""

RECOGNISED_WEIGHT = 0.5
"""How much a sentence as a recogniser leaves it counts, of which there are twice as many."""

SHARE = 1.5
"""How much the network's log-odds count beside those of the other `fast` heads."""

WORDS = 4096
"""Words of a batch, with what fills its sentences up to the longest."""

LONGEST = 80
"""Words of a sentence that are learned from."""

_WORD_DROPOUT, _EMBEDDING_DROPOUT, _DROPOUT = 0.1, 0.1, 0.2


class Network(torch.nn.Module):
    """The network as it is trained.

    Parameters
    ----------
    n_known : int
        Words it knows. That number stands for any other word, the next one for what fills a batch.
    """

    def __init__(self, n_known: int) -> None:
        super().__init__()
        self.other, self.filler = n_known, n_known + 1
        self.embedding = torch.nn.Embedding(n_known + 2, DIMENSIONS, padding_idx=self.filler)
        self.convolution = torch.nn.Conv1d(DIMENSIONS, UNITS, WIDTH, padding=WIDTH // 2)
        self.output = torch.nn.Linear(2 * UNITS, len(LABELS))

    def forward(self, numbers: torch.Tensor) -> torch.Tensor:
        """Return log-odds, shape (n_sentences, n_labels), of numbered words, shape (n_sentences, n_words)."""
        filled = numbers != self.filler
        if self.training:
            dropped = filled & (torch.rand(numbers.shape) < _WORD_DROPOUT)
            numbers = torch.where(dropped, self.other, numbers)
        embedded = nn.dropout(self.embedding(numbers), _EMBEDDING_DROPOUT, self.training)
        hidden = nn.relu(self.convolution(embedded.transpose(1, 2))) * filled[:, None]
        means = hidden.sum(2) / filled.sum(1, keepdim=True)
        seen = torch.cat([hidden.amax(2), means], dim=1)
        odds: torch.Tensor = self.output(nn.dropout(seen, _DROPOUT, self.training))
        return odds


def fit_convolution(
    examples: Examples, sentences: NDArray[np.bool_], *, seed: int = 0, progress: Callable[[str], None]
) -> Convolution:
    """Train the network on some of the sentences.

    Parameters
    ----------
    examples : Examples
    sentences : ndarray of bool, shape (n_sentences,)
    seed : int
    progress : callable
        Is told in a line how far it is.
    """
    torch.manual_seed(seed)
    rng = random.Random(seed)  # noqa: S311
    bounds = examples.frame.sentences
    rows = np.flatnonzero(sentences & examples.teaches.any(axis=1) & (bounds[:, 1] > bounds[:, 0]))
    known = _known(examples.frame.words, bounds[rows])
    numbers = numbered(examples.frame.words, known)
    targets = torch.tensor(SOFT)[torch.as_tensor(examples.verdicts.astype(np.int64))]
    weights = torch.as_tensor(
        examples.teaches * np.where(examples.plain, 1, RECOGNISED_WEIGHT)[:, None], dtype=torch.float32
    )
    network = Network(len(known))
    network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=PEAK, weight_decay=0.01)
    epochs = [_batches(rows, bounds, rng) for _ in range(EPOCHS)]
    steps = sum(map(len, epochs))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, step / (WARM_UP * steps)) * max(0.0, 1 - step / steps)
    )
    for epoch, batches in enumerate(epochs, 1):
        losses = []
        for batch in batches:
            odds = network(_tensor(numbers, bounds[batch], network.filler))
            loss = nn.binary_cross_entropy_with_logits(odds, targets[batch], weights[batch], reduction="sum")
            loss = loss / len(batch)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        progress(f"convolution, epoch {epoch} of {EPOCHS}: loss {np.mean(losses):.3f}")
    return _kept(network, known)


def _known(words: Hashes, bounds: Ints) -> Hashes:
    """The words that stand in enough of the sentences."""
    distinct = [np.unique(words[start:end]) for start, end in bounds.tolist()]
    found, counts = np.unique(np.concatenate(distinct or [words[:0]]), return_counts=True)
    return found[counts >= FEWEST]


def _batches(rows: Ints, bounds: Ints, rng: random.Random) -> list[Ints]:
    """The rows in batches of about one length and up to `WORDS` words, in random order."""
    shuffled = rows.tolist()
    rng.shuffle(shuffled)
    batches: list[Ints] = []
    for at in range(0, len(shuffled), 8192):
        lot = np.array(shuffled[at : at + 8192])
        lengths = np.minimum(bounds[lot, 1] - bounds[lot, 0], LONGEST)
        order = np.argsort(lengths, kind="stable")
        lot, lengths = lot[order], lengths[order]
        first = 0
        while first < len(lot):
            # The longest comes last: as many as still fit with it.
            fits = lengths[first:] * np.arange(1, len(lot) - first + 1) <= WORDS
            last = first + max(int(fits.sum()), 1)
            batches.append(lot[first:last])
            first = last
    rng.shuffle(batches)
    return batches


def _tensor(numbers: Ints, bounds: Ints, filler: int) -> torch.Tensor:
    """The numbered words of some sentences, filled up to the longest."""
    ends = np.minimum(bounds[:, 1], bounds[:, 0] + LONGEST)
    lengths = ends - bounds[:, 0]
    filled = np.full((len(bounds), int(lengths.max())), filler)
    filled[np.arange(filled.shape[1]) < lengths[:, None]] = numbers[words_in(np.column_stack([bounds[:, 0], ends]))]
    return torch.as_tensor(filled)


def _kept(network: Network, known: Hashes) -> Convolution:
    """The network as arrays, embeddings rounded to 8 bits a dimension; its share is part of the output."""
    arrays: dict[str, Floats] = {name: value.detach().numpy() for name, value in network.named_parameters()}
    embedding = arrays["embedding.weight"][: network.filler]
    scale = np.maximum(np.abs(embedding).max(axis=0), np.finfo(np.float32).tiny) / 127
    kernel = arrays["convolution.weight"].transpose(2, 1, 0) * scale[:, None]
    step = np.exp2(np.ceil(np.log2(np.abs(kernel).max())) - 24)
    return Convolution(
        words=known,
        embeddings=np.round(embedding / scale).astype(np.int8),
        kernel=np.ascontiguousarray(np.round(kernel / step) * step, np.float32),
        kernel_bias=arrays["convolution.bias"].copy(),
        output=np.float32(SHARE) * arrays["output.weight"],
        output_bias=np.float32(SHARE) * arrays["output.bias"],
    )
