"""spaCy's own text classifier, trained on the sentences as its documentation has it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Self, TypeAlias

import numpy as np
import spacy
from labelled import ARGUABLE, CLEAR
from numpy.typing import NDArray
from spacy.training import Example
from spacy.training.batchers import minibatch_by_words
from spacy.util import compounding, fix_random_seed

from vitallies.labels import LABELS

Texts: TypeAlias = Sequence[str] | NDArray[np.object_]

EPOCHS = 4
"""A minute of one core each and fold: taken for that, before any was compared (``quality.py --try-settings``)."""

DROPOUT = 0.1
BATCH = (100, 1000, 1.001)
"""Words: the first batch, the largest, and by how much each is larger than the one before."""


class TextCat:
    """`textcat_multilabel` with its default model: a linear bag of words beside a small convolutional network.

    Batches and dropout are those of the configuration that spaCy's quickstart writes.

    Parameters
    ----------
    epochs : int
        Times that all sentences are seen.
    """

    def __init__(self, epochs: int = EPOCHS) -> None:
        self._epochs = epochs
        self._nlp = spacy.blank("en")

    def fit(self, sentences: Texts, verdicts: NDArray[np.int8]) -> Self:
        """Train on sentences; those whose only spans of a label are arguable count neither way for that label."""
        fix_random_seed(0)
        shuffler = random.Random(0)  # noqa: S311  (no secret)
        examples = [
            Example.from_dict(self._nlp.make_doc(text), {"cats": _cats(row)})
            for text, row in zip(sentences, verdicts.tolist(), strict=True)
        ]
        part = self._nlp.add_pipe("textcat_multilabel")
        for label in LABELS:
            part.add_label(label)
        optimizer = self._nlp.initialize(lambda: examples)
        sizes = compounding(*BATCH)
        for _ in range(self._epochs):
            shuffler.shuffle(examples)
            for batch in minibatch_by_words(examples, size=sizes):
                self._nlp.update(batch, sgd=optimizer, drop=DROPOUT)
        return self

    def scores(self, sentences: Texts) -> NDArray[np.float64]:
        """Return probabilities, shape (n_sentences, n_labels)."""
        return np.array([[doc.cats[label] for label in LABELS] for doc in self._nlp.pipe(sentences)])


def _cats(verdicts: Sequence[int]) -> dict[str, Any]:
    return {label: float(x == CLEAR) for label, x in zip(LABELS, verdicts, strict=True) if x != ARGUABLE}
