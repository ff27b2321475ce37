"""Candidate spans: the clauses of a sentence, and runs of them, that could carry a label."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id

from vitallies.pipeline.groups import CANDIDATES, SENTENCES, Bounds, keep_bounds, kept_bounds
from vitallies.pipeline.rules import rules
from vitallies.pipeline.tokens import TokenTable, hashes

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LONGEST_RUN = 4
"""Clauses in a candidate, unless it is the whole sentence."""


def propose(doc: Doc) -> None:
    """Write the candidates of a Doc as a span group, with the list ``sentences``: the sentence of each."""
    marks, bounds, sentences = ClauseMarks(TokenTable(doc)), [], []
    for number, (start, end) in enumerate(kept_bounds(doc, SENTENCES, "vitallies_segment").tolist()):
        found = candidate_bounds(marks, start, end)
        bounds += found
        sentences += [number] * len(found)
    keep_bounds(doc, CANDIDATES, bounds, sentences=sentences)


@cache
def _filler_phrases() -> dict[int, list[tuple[int, ...]]]:
    """First word's hash → the phrases of several words that may be left off in front."""
    phrases: dict[int, list[tuple[int, ...]]] = {}
    for words in rules("speech")["filler_phrases"]:
        ids = tuple(get_string_id(word) for word in words)
        phrases.setdefault(ids[0], []).append(ids)
    return phrases


class ClauseMarks:
    """Per-token flags of a Doc that say where clauses may begin and what is left off at their ends.

    Parameters
    ----------
    tokens : TokenTable

    Attributes
    ----------
    begins : ndarray of int
        The tokens with which a clause may begin: each follows a mark inside the sentence, or is a conjunction with a
        clause after it, or a subject after a verb of saying or thinking.
    """

    def __init__(self, tokens: TokenTable) -> None:
        breaks = np.isin(tokens.norm, hashes("breaks"))
        apart = _shifted(breaks | tokens.space, -1)
        filler = np.isin(tokens.norm, hashes("fillers")) | (np.isin(tokens.norm, hashes("answers")) & apart)
        # Lists, since they are read token by token, and an array gives its items slowly.
        self._norm = tokens.norm.tolist()
        self._filler = (filler | tokens.space).tolist()
        self._ends_off = (tokens.space | tokens.terminal | tokens.closer | breaks).tolist()
        mark = breaks & (tokens.spaced | _shifted(tokens.spaced, 1))
        joint = np.isin(tokens.norm, hashes("conjunctions"))
        subject = np.isin(tokens.norm, hashes("subjects"))
        saying = np.isin(tokens.norm, hashes("reporting"))
        before = _shifted(mark, 1) | (_shifted(saying, 1) & subject)
        self.begins = np.flatnonzero((before & ~mark) | (joint & _shifted(subject | joint, -1)))

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        """Leave off fillers in front and marks at both ends; ``start == end`` where nothing remains."""
        while end > start and self._ends_off[end - 1]:
            end -= 1
        while start < end:
            if self._filler[start]:
                start += 1
                continue
            for phrase in _filler_phrases().get(self._norm[start], ()):
                if start + len(phrase) < end and tuple(self._norm[start : start + len(phrase)]) == phrase:
                    start += len(phrase)
                    break
            else:
                break
        return start, end


def _shifted(flags: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    moved = np.zeros_like(flags)
    if by > 0:
        moved[by:] = flags[:-by]
    else:
        moved[:by] = flags[-by:]
    return moved


def candidate_bounds(marks: ClauseMarks, start: int, end: int) -> Bounds:
    """Return the candidates of the sentence from token ``start`` to ``end``, the whole sentence first.

    Parameters
    ----------
    marks : ClauseMarks
    start, end : int
        A sentence as `sentence_bounds` gives it.

    Returns
    -------
    list of (int, int)
        Token bounds, each once, trimmed of fillers and closing marks; never empty for a sentence (one of fillers and
        marks alone is its own candidate).
    """
    whole = marks.trimmed(start, end)
    if whole[0] == whole[1]:
        return [(start, end)]
    inside = slice(*np.searchsorted(marks.begins, [whole[0] + 1, whole[1]]))
    edges = [whole[0], *marks.begins[inside].tolist(), whole[1]]
    found = {whole: None}
    for i in range(len(edges) - 1):
        for j in range(i + 1, min(i + _LONGEST_RUN, len(edges) - 1) + 1):
            bounds = marks.trimmed(edges[i], edges[j])
            if bounds[0] < bounds[1]:
                found[bounds] = None
    return list(found)
