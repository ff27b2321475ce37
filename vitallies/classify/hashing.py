"""Word n-grams as 64-bit numbers: exact enough to tell them apart, and no word of a training text is kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio (Knuth, TAOCP 3, 6.4)
_SHIFT = np.uint64(29)


def mix(*parts: Hashes | int) -> Hashes:
    """Hash several parallel arrays of hashes into one; order counts.

    Parameters
    ----------
    *parts : ndarray of uint64, shape (n,), or int
        Word hashes (spaCy's 64-bit StringStore hashes); an int salts the whole.

    Returns
    -------
    ndarray of uint64, shape (n,)
    """
    mixed: Hashes = np.zeros((), np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            mixed = (mixed ^ np.asarray(part, np.uint64)) * _MULTIPLIER
            mixed ^= mixed >> _SHIFT
    return mixed
