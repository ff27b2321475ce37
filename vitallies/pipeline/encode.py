"""Give each candidate a vector, pooled from the encoder's states of its words."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from vitallies.classify.encoder import Encoder, pooled
from vitallies.classify.windows import Window, runs
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.groups import VECTORS

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WINDOWS_AT_ONCE = 64
"""Windows whose words are handed to the tokenizer together; it bounds memory and changes no result."""


def encode(doc: Doc, encoder: Encoder) -> None:
    """Write the vectors of the Doc's candidates into its ``user_data``, shape (n_candidates, width).

    Parameters
    ----------
    doc : Doc
    encoder : Encoder
    """
    frame = doc_frame(doc, vectors=False)
    strings = doc.vocab.strings
    vectors = np.zeros((len(frame.candidates), encoder.width), np.float32)
    found = runs(frame.sentences)
    while some := list(islice(found, _WINDOWS_AT_ONCE)):
        windows = [Window.around(frame.sentences, frame.turns, first, last) for first, last in some]
        words = [w.words([strings[word] for word in frame.words[w.start : w.end].tolist()]) for w in windows]
        for (first, last), window, sums in zip(some, windows, encoder.encode(words), strict=True):
            rows = slice(*np.searchsorted(frame.owners, [first, last + 1]).tolist())
            vectors[rows] = pooled(sums, window.places(frame.candidates[rows]))
    doc.user_data[VECTORS] = vectors
