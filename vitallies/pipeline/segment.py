"""Cut turns into sentences of speech, with and without punctuation."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vitallies.classify.boundaries import BoundaryModel
from vitallies.pipeline.groups import SENTENCES, TURNS, Bounds, keep_bounds
from vitallies.pipeline.tokens import TokenTable

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LONGEST = 60
"""Words of a sentence beyond which it is cut, punctuated or not."""

_FEWEST_WORDS = 8
"""A stretch without a closing mark is not cut if it has fewer words than this."""

_LIKELY = -2.5
"""Log-odds from which a gap ends a sentence: rather two pieces of one sentence, each of which the encoder reads with
the other in sight, than two sentences in one piece."""


def segment(doc: Doc, model: BoundaryModel) -> None:
    """Write the sentences of a Doc as a span group, with the list ``turns``: the turn of each.

    A turn is a span of the group ``turns``; without that group the whole Doc is one.
    """
    tokens, bounds, turns = TokenTable(doc), [], []
    stretches = [(turn.start, turn.end) for turn in doc.spans[TURNS]] if TURNS in doc.spans else [(0, len(doc))]
    for turn, (start, end) in enumerate(stretches):
        found = sentence_bounds(tokens, start, end, model)
        bounds += found
        turns += [turn] * len(found)
    keep_bounds(doc, SENTENCES, bounds, turns=turns)


def sentence_bounds(tokens: TokenTable, start: int, end: int, model: BoundaryModel) -> Bounds:
    """Cut the tokens ``start`` to ``end`` of one turn into sentences.

    A sentence ends after closing punctuation that white space follows. A stretch that no such mark closes, as a speech
    recogniser leaves it, is cut where the boundary model finds an end likely; where that leaves over 60 words, and in
    any sentence of over 60, at the likeliest gap among them. Time is linear in the number of tokens.

    Returns
    -------
    list of (int, int)
        Without white space at either end; stretches of white space alone are left out.
    """
    found: Bounds = []
    first = start
    for mark in (np.flatnonzero(tokens.terminal[start:end]) + start).tolist():
        after = mark + 1
        while after < end and tokens.closer[after] and not tokens.spaced[after - 1]:
            after += 1
        if after > first and (after == end or tokens.spaced[after - 1]) and not _goes_on(tokens, after, end):
            found += _split(tokens, first, after, model, closed=True)
            first = after
    found += _split(tokens, first, end, model, closed=False)
    return found


def _goes_on(tokens: TokenTable, at: int, end: int) -> bool:
    """Whether the next token is another closing mark, so that the sentence has not ended yet."""
    while at < end and tokens.space[at]:
        at += 1
    return at < end and bool(tokens.terminal[at])


def _split(tokens: TokenTable, start: int, end: int, model: BoundaryModel, *, closed: bool) -> Bounds:
    start, end = _trimmed(tokens, start, end)
    if start == end:
        return []
    if closed and end - start <= _LONGEST:
        return [(start, end)]
    words = np.flatnonzero(tokens.word[start:end]) + start
    if len(words) <= _LONGEST if closed else len(words) < _FEWEST_WORDS:
        return [(start, end)]
    odds = model.log_odds(tokens.norm[words])
    cuts = _likely_gaps(odds, only_forced=closed)
    edges = [start, *(_after_marks(tokens, int(words[gap]), int(words[gap + 1])) for gap in cuts), end]
    return [_trimmed(tokens, a, b) for a, b in pairwise(edges)]


def _likely_gaps(odds: NDArray[np.float32], *, only_forced: bool) -> list[int]:
    """Gaps at which to cut: every likely one, and the likeliest of each 60 words that have none."""
    likely = [] if only_forced else np.flatnonzero(odds > _LIKELY).tolist()
    cuts: list[int] = []
    for gap in [*likely, len(odds)]:
        last = cuts[-1] if cuts else -1
        while gap - last > _LONGEST:
            window = odds[last + _FEWEST_WORDS : last + 1 + _LONGEST]
            last += _FEWEST_WORDS + int(window.argmax())
            cuts.append(last)
        if gap < len(odds):
            cuts.append(gap)
    return cuts


def _after_marks(tokens: TokenTable, word: int, next_word: int) -> int:
    """The cut between two words comes after the marks that cling to the first."""
    after = word + 1
    while after < next_word and not tokens.spaced[after - 1]:
        after += 1
    return after


def _trimmed(tokens: TokenTable, start: int, end: int) -> tuple[int, int]:
    while end > start and tokens.space[end - 1]:
        end -= 1
    while start < end and tokens.space[start]:
        start += 1
    return start, end
