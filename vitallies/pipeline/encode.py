"""Read a Doc by the encoder: a vector for each candidate, and what each word's state says of its being in a span."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from vitallies.classify.encoder import Encoder, pooled
from vitallies.classify.frame import Floats
from vitallies.classify.windows import Window, runs
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.groups import STATE_ODDS, VECTORS

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WINDOWS_AT_ONCE = 64
"""Windows whose words are handed to the tokenizer together; it bounds memory and changes no result."""


def encode(doc: Doc, encoder: Encoder, weights: Floats) -> None:
    """Write the vectors of the Doc's candidates and the `Frame.state_odds` of its words into its ``user_data``.

    Parameters
    ----------
    doc : Doc
    encoder : Encoder
    weights : ndarray of float32, shape (n, width)
        Of a word's state, as in `InsideHead`; what comes of them has n columns.
    """
    frame = doc_frame(doc, vectors=False)
    strings = doc.vocab.strings
    vectors = np.zeros((len(frame.candidates), encoder.width), np.float32)
    odds = np.zeros((len(frame.words), len(weights)), np.float32)
    found = runs(frame.sentences)
    while some := list(islice(found, _WINDOWS_AT_ONCE)):
        windows = [Window.around(frame.sentences, frame.turns, first, last) for first, last in some]
        words = [w.words([strings[word] for word in frame.words[w.start : w.end].tolist()]) for w in windows]
        for (first, last), window, sums in zip(some, windows, encoder.encode(words), strict=True):
            rows = slice(*np.searchsorted(frame.owners, [first, last + 1]).tolist())
            vectors[rows] = pooled(sums, window.places(frame.candidates[rows]))
            mine = np.arange(frame.sentences[first, 0], frame.sentences[last, 1])
            odds[mine] = pooled(sums, window.places(np.column_stack([mine, mine + 1]))) @ weights.T
    doc.user_data[VECTORS], doc.user_data[STATE_ODDS] = vectors, odds
