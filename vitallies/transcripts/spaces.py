"""White space between words, in texts of any length."""

from __future__ import annotations

import re

_SPACE = re.compile(r"\s")
_BLOCK = 2**16
"""Code points that are taken at a time: a list of all words takes many times the memory of the text."""


def one_spaced(text: str) -> str:
    r"""The text with each run of white space as one space, and none at its ends.

    >>> one_spaced(" a\tb \n c ")
    'a b c'
    """
    blocks = []
    start = 0
    while start < len(text):
        space = _SPACE.search(text, start + _BLOCK)
        end = space.start() if space else len(text)
        blocks.append(" ".join(text[start:end].split()))
        start = end
    return " ".join(filter(None, blocks))
