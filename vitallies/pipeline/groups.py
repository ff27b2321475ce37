"""What the stages leave on a Doc: span groups with plain lists as attributes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from spacy.tokens import Span, SpanGroup

from vitallies.errors import UsageError

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from vitallies.classify.frame import Ints

TURNS = "turns"
SPANS = "vitallies"
REFERENCES = "vitallies_references"
SENTENCES = "vitallies_sentences"
CANDIDATES = "vitallies_candidates"
CUE_SPANS = "vitallies_cues"
VECTORS = "vitallies_vectors"
STATE_ODDS = "vitallies_state_odds"
READ_BY = "vitallies_read_by"

Bounds = list[tuple[int, int]]
"""First token and the one after the last, for each stretch."""


def keep_bounds(doc: Doc, key: str, bounds: Bounds, **attrs: Sequence[int]) -> None:
    """Write a span group of token bounds, with lists parallel to it as its ``attrs``."""
    spans = [Span(doc, start, end) for start, end in bounds]
    doc.spans[key] = SpanGroup(doc, name=key, spans=spans, attrs={name: list(values) for name, values in attrs.items()})


def kept_bounds(doc: Doc, key: str, stage: str) -> Ints:
    """Return the token bounds of a stage's span group, shape (n, 2).

    Raises
    ------
    UsageError
        Where the stage has not run, naming the component that is missing.
    """
    if key not in doc.spans:
        raise UsageError(f'no span group {key!r} on the Doc: add the component "{stage}" before this one')
    return np.array([(span.start, span.end) for span in doc.spans[key]], np.intp).reshape(-1, 2)
