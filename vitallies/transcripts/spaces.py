"""White space between words and around lines, in texts of any length."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPACE = re.compile(r"\s")
_BLOCK = 2**16
"""Code points that are taken at a time: a list of all words takes many times the memory of the text."""
_MARKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Of no width, and of direction."""


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


def filled(lines: Iterable[str]) -> list[str]:
    """The lines that are not blank, without marks that cannot be seen and spaces around them."""
    return [line for raw in lines if (line := _MARKS.sub("", raw).replace("\xa0", " ").strip())]
