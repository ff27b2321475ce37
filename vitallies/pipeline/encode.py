"""Give each candidate a vector, pooled from the encoder's states of its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vitallies.classify.encoder import Encoder, pooled
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.groups import VECTORS

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from vitallies.classify.frame import Ints

_WINDOWS_AT_ONCE = 256
"""Windows whose words are handed to the tokenizer together; it bounds memory and changes no result."""


def encode(doc: Doc, encoder: Encoder, *, only: Ints | None = None) -> None:
    """Write the vectors of the Doc's candidates into its ``user_data``, shape (n_candidates, width).

    A window is one sentence: MiniLM as it comes was trained on single sentences, and its states for them separate the
    labels better than states that have seen the neighbours (the sentence before enters as a vector of its own).

    Parameters
    ----------
    doc : Doc
    encoder : Encoder
    only : ndarray of int, optional
        The sentences to encode; the candidates of others get zeros.
    """
    frame = doc_frame(doc, vectors=False)
    strings = doc.vocab.strings
    vectors = np.zeros((len(frame.candidates), encoder.width), np.float32)
    edges = np.searchsorted(frame.owners, np.arange(len(frame.sentences) + 1)).tolist()
    numbers = (np.arange(len(frame.sentences)) if only is None else only).tolist()
    for first in range(0, len(numbers), _WINDOWS_AT_ONCE):
        batch = numbers[first : first + _WINDOWS_AT_ONCE]
        bounds = frame.sentences[batch].tolist()
        windows = [[strings[word] for word in frame.words[start:end].tolist()] for start, end in bounds]
        for number, (origin, _), sums in zip(batch, bounds, encoder.encode(windows), strict=True):
            for row in range(edges[number], edges[number + 1]):
                start, end = frame.candidates[row] - origin
                vectors[row] = pooled(sums, start, end)
    doc.user_data[VECTORS] = vectors
