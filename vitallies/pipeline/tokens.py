"""The tokens of a Doc as parallel arrays, with the flags that cutting needs."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from spacy.strings import get_string_id

from vitallies.pipeline.rules import rules

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from vitallies.classify.hashing import Hashes


@cache
def hashes(key: str) -> Hashes:
    """Return the NORM hashes of a list of single words in ``rules/speech.json``."""
    return np.array([get_string_id(word) for (word,) in rules("speech")[key]], np.uint64)


class TokenTable:
    """The tokens of a Doc as parallel arrays, read once.

    Parameters
    ----------
    doc : Doc

    Attributes
    ----------
    norm : ndarray of uint64, shape (n_tokens,)
        Hash of each token's NORM.
    space, word, terminal, closer : ndarray of bool, shape (n_tokens,)
        White space; letters or digits; sentence-ending marks; what may follow these.
    spaced : ndarray of bool, shape (n_tokens,)
        White space, or the end of the Doc, follows.
    """

    def __init__(self, doc: Doc) -> None:
        columns = doc.to_array(["NORM", "IS_SPACE", "IS_PUNCT", "SPACY"]).reshape(-1, 4)
        self.norm = columns[:, 0].astype(np.uint64)
        self.space = columns[:, 1].astype(bool)
        self.terminal = np.isin(self.norm, hashes("terminals"))
        self.closer = np.isin(self.norm, hashes("closers"))
        self.word = ~(self.space | columns[:, 2].astype(bool) | self.terminal)
        next_space = np.append(self.space[1:], True)
        self.spaced = columns[:, 3].astype(bool) | next_space
