"""Mark the expressions that refer to the people served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id
from spacy.tokens import Span, SpanGroup

from vitallies.classify.frame import Floats, Ints
from vitallies.classify.hashing import Hashes
from vitallies.classify.references import ReferenceHead
from vitallies.pipeline.context import words_as_read
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.groups import CUE_SPANS, REFERENCES
from vitallies.pipeline.tokens import TokenTable

if TYPE_CHECKING:
    from spacy.tokens import Doc


def _hashes(words: str) -> NDArray[np.uint64]:
    return np.array([get_string_id(word) for word in words.split()], np.uint64)


_PRONOUNS = _hashes(
    "they them their theirs themselves em 'em he him his himself she her hers herself you your yours yourself"
)
"""Words that are an expression by themselves, whatever stands beside them."""

_HOLLOW = _hashes("the a an of in on at to and or this that these those my our , . - ' ’ 's ’s s")
"""Words that refer to nobody without another one."""


def expressions(words: Hashes, sentences: Ints, probabilities: NDArray[np.float64], threshold: float) -> Ints:
    """Put the words that refer to the people served together: neighbours in a sentence make one expression.

    Parameters
    ----------
    words : ndarray of uint64, shape (n_words,)
    sentences : ndarray of int, shape (n_sentences, 2)
        As in `Frame`; they hold all of the words.
    probabilities : ndarray of float64, shape (n_words,)
    threshold : float
        The probability from which a word counts.

    Returns
    -------
    ndarray of int, shape (n, 2)
        First word of each and the one after the last. A pronoun is one by itself.
    """
    counts = np.append(probabilities >= threshold, False)
    alone = np.append(np.isin(words, _PRONOUNS), True)
    apart = alone | np.insert(alone[:-1], 0, True)
    apart[sentences[:, 0]] = True
    begins = counts & (apart | ~np.insert(counts[:-1], 0, False))
    ends = np.insert(counts[:-1] & (begins | ~counts)[1:], 0, False)
    found = np.column_stack([np.flatnonzero(begins), np.flatnonzero(ends)])
    content = np.insert(np.cumsum(~np.isin(words, _HOLLOW)), 0, 0)
    kept: Ints = found[content[found[:, 1]] > content[found[:, 0]]]
    return kept


def mark_references(doc: Doc, head: ReferenceHead, state_odds: Floats) -> None:
    """Write the expressions that refer to the people served as the span group ``vitallies_references``.

    Its ``attrs`` hold ``scores``, the highest probability of the words of each.

    Parameters
    ----------
    doc : Doc
        On which the stages before the encoder have worked.
    head : ReferenceHead
    state_odds : ndarray of float32, shape (n_words, 1)
        What the encoder's state of each word of the Doc's frame adds to the log-odds.
    """
    frame = doc_frame(doc, vectors=False)
    probabilities = head.probabilities(frame, state_odds)
    found = expressions(frame.words, frame.sentences, probabilities, head.threshold).tolist()
    tokens = TokenTable(doc)
    _, places = words_as_read(tokens, doc.spans[CUE_SPANS])
    # A word reaches to the next, but for white space: a mention by the caller's own words is one of several tokens.
    reach = np.maximum.accumulate(np.where(tokens.space, 0, np.arange(1, len(doc) + 1)))
    starts = np.append(places, len(doc))
    doc.spans[REFERENCES] = SpanGroup(
        doc,
        name=REFERENCES,
        spans=[Span(doc, int(starts[first]), int(reach[starts[end] - 1])) for first, end in found],
        attrs={"scores": [float(probabilities[first:end].max()) for first, end in found]},
    )
