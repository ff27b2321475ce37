"""What the encoder reads at once: some sentences with the words around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]

MOST = 140
"""Words of the sentences that share a window, unless one has more by itself."""

BEFORE, AFTER = 60, 20
"""Words of context around them."""

BREAK = "[SEP]"
"""Stands between two turns, as it stands between two segments in the encoder's training."""


@dataclass(frozen=True)
class Window:
    """Some sentences of a text with the words before and after them, whoever spoke these.

    Parameters
    ----------
    start, end : int
        First word of the text in the window and the one after the last, context included.
    breaks : ndarray of int
        Words in it that begin a turn, but for its first.
    """

    start: int
    end: int
    breaks: Ints

    @classmethod
    def around(cls, sentences: Ints, turns: Ints, first: int, last: int) -> Window:
        """Return the window of the sentences ``first`` to ``last``.

        Parameters
        ----------
        sentences : ndarray of int, shape (n_sentences, 2)
            First word of each sentence of the text and the one after the last, in order and without gaps.
        turns : ndarray of int, shape (n_sentences,)
            The turn of each.
        first, last : int
            Sentences.
        """
        start = max(int(sentences[first, 0]) - BEFORE, 0)
        end = min(int(sentences[last, 1]) + AFTER, int(sentences[-1, 1]))
        nearby = np.arange(np.searchsorted(sentences[:, 1], start, "right"), np.searchsorted(sentences[:, 0], end))
        begins = sentences[nearby, 0]
        new = np.append(True, turns[1:] != turns[:-1])[nearby] & (begins > start)
        return cls(start, end, begins[new])

    def words(self, words: list[str]) -> list[str]:
        """The window's words, with the breaks between turns, from those of ``start`` to ``end``."""
        return np.insert(np.array(words, object), self.breaks - self.start, BREAK).tolist()

    def places(self, bounds: Ints) -> Ints:
        """Where stretches of the text, each inside one sentence and not empty, stand among `words`.

        Parameters
        ----------
        bounds : ndarray of int, shape (n, 2)
            First word of each stretch and the one after the last.

        Returns
        -------
        ndarray of int, shape (n, 2)
        """
        shift = np.searchsorted(self.breaks, bounds[:, 0], "right")
        return bounds - self.start + shift[:, None]


def runs(sentences: Ints, only: Ints | None = None, *, apart: int | None = None) -> Iterator[tuple[int, int]]:
    """Group sentences into runs of up to `MOST` words, in order.

    Parameters
    ----------
    sentences : ndarray of int, shape (n_sentences, 2)
        As for `Window.around`.
    only : ndarray of int, optional
        The sentences that must be in some run; all where not given.
    apart : int, optional
        Words between two sentences beyond which they share no run.

    Yields
    ------
    int, int
        First and last sentence of a run.
    """
    wanted = range(len(sentences)) if only is None else only.tolist()
    first = last = -1
    for number in wanted:
        if first >= 0 and (
            sentences[number, 1] - sentences[first, 0] > MOST
            or (apart is not None and sentences[number, 0] - sentences[last, 1] > apart)
        ):
            yield first, last
            first = -1
        first, last = number if first < 0 else first, number
    if first >= 0:
        yield first, last
