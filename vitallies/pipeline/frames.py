"""The frame that the classifiers read from a Doc on which the stages have worked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from spacy.strings import get_string_id

from vitallies.classify.frame import Frame, Ints
from vitallies.errors import UsageError
from vitallies.pipeline.context import CUES, words_as_read
from vitallies.pipeline.groups import CANDIDATES, CUE_SPANS, SENTENCES, STATE_ODDS, VECTORS, kept_bounds
from vitallies.pipeline.tokens import TokenTable

if TYPE_CHECKING:
    from spacy.tokens import Doc

MARKS = (*CUES, "question", "number", "negation")
"""The sorts of marks in a frame, in order."""

_QUESTION = get_string_id("?")
_NEGATIONS = np.array(
    [get_string_id(w) for w in ("not", "no", "never", "nobody", "nothing", "none", "nowhere", "without", "nor")],
    np.uint64,
)


def doc_frame(doc: Doc, *, vectors: bool) -> Frame:
    """Read the frame of a Doc that the stages before have worked on.

    Parameters
    ----------
    doc : Doc
    vectors : bool
        Whether to take along what the encoder made of candidates and words.

    Raises
    ------
    UsageError
        Where a stage has not run.
    """
    tokens = TokenTable(doc)
    cue_starts = kept_bounds(doc, CUE_SPANS, "vitallies_context")[:, 0]
    cues = list(doc.spans[CUE_SPANS])
    words, places = words_as_read(tokens, cues)
    sentences = kept_bounds(doc, SENTENCES, "vitallies_segment")
    candidates = kept_bounds(doc, CANDIDATES, "vitallies_phrases")
    if vectors and not {VECTORS, STATE_ODDS} <= doc.user_data.keys():
        raise UsageError('the Doc has no vectors: add the component "vitallies_encode" before this one')
    marks = np.zeros((len(words), len(MARKS)), np.float32)
    marks[_words_of(cue_starts, places), [CUES.index(cue.label_) for cue in cues]] = 1
    marks[:, -3] = words == _QUESTION
    marks[:, -2] = doc.to_array(["LIKE_NUM"])[places] if len(doc) else 0
    marks[:, -1] = np.isin(words, _NEGATIONS)
    return Frame(
        words=words,
        sentences=np.searchsorted(places, sentences),
        turns=np.array(doc.spans[SENTENCES].attrs["turns"], np.intp),
        candidates=np.column_stack([_words_of(candidates[:, 0], places), np.searchsorted(places, candidates[:, 1])]),
        owners=np.array(doc.spans[CANDIDATES].attrs["sentences"], np.intp),
        marks=marks,
        vectors=doc.user_data[VECTORS] if vectors else np.zeros((len(candidates), 0), np.float32),
        state_odds=doc.user_data[STATE_ODDS] if vectors else np.zeros((len(words), 0), np.float32),
    )


def _words_of(tokens: Ints, places: Ints) -> Ints:
    """The word in which each token stands: its own, or that of the mention by the caller's words around it."""
    words: Ints = np.searchsorted(places, tokens, "right") - 1
    return words
