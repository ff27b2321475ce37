"""Mark the expressions that refer to the people served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from spacy.strings import get_string_id
from spacy.tokens import Span, SpanGroup

from vitallies.classify.frame import Floats, Frame, Ints
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

_HOLLOW = _hashes("the a an of in on at to and or this that these those my our 's ’s s")
"""Words that refer to nobody without another one."""

_HYPHENS = _hashes("- ‐ ‑")


@dataclass(frozen=True)
class Joints:
    """How words may make an expression together; all of shape (n_words,) and bool.

    Parameters
    ----------
    first : ndarray of bool
        Whether a word begins a sentence.
    alone : ndarray of bool
        Pronouns.
    solid : ndarray of bool
        Words that can refer to somebody without another one.
    hyphen : ndarray of bool
        Hyphens inside a word.
    """

    first: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    solid: NDArray[np.bool_]
    hyphen: NDArray[np.bool_]

    @classmethod
    def of(cls, doc: Doc, frame: Frame) -> Joints:
        """Return the joints of a Doc's words, as its frame has them."""
        tokens = TokenTable(doc)
        _, places = words_as_read(tokens, doc.spans[CUE_SPANS])
        first = np.zeros(len(places), bool)
        first[frame.sentences[:, 0]] = True
        close = ~tokens.spaced
        inside = close[places] & np.insert(close, 0, False)[places]
        return cls(
            first=first,
            alone=np.isin(frame.words, _PRONOUNS),
            solid=tokens.word[places] & ~np.isin(frame.words, _HOLLOW),
            hyphen=np.isin(frame.words, _HYPHENS) & inside & ~first,
        )

    def __getitem__(self, words: Ints) -> Joints:
        """The joints of some of the words, whole sentences."""
        return Joints(self.first[words], self.alone[words], self.solid[words], self.hyphen[words])


def expressions(joints: Joints, probabilities: NDArray[np.float64], threshold: float) -> Ints:
    """Put the words that refer to the people served together: neighbours in a sentence make one expression.

    Parameters
    ----------
    joints : Joints
    probabilities : ndarray of float64, shape (n_words,)
    threshold : float
        The probability from which a word counts; with it counts what hyphens join it to.

    Returns
    -------
    ndarray of int, shape (n, 2)
        First word of each and the one after the last. A pronoun is one by itself.
    """
    hyphen = joints.hyphen
    compound = np.cumsum(~(hyphen | np.insert(hyphen, 0, False)[:-1]))
    counts = np.append(np.bincount(compound, probabilities >= threshold)[compound] > 0, False)
    alone = np.append(joints.alone, True)
    apart = alone | np.insert(alone[:-1], 0, True) | np.append(joints.first, True)
    begins = counts & (apart | ~np.insert(counts[:-1], 0, False))
    ends = np.insert(counts[:-1] & (begins | ~counts)[1:], 0, False)
    first, end = np.flatnonzero(begins), np.flatnonzero(ends)
    # What is hollow at the end is cut off: "one of" before "them".
    until = np.insert(np.maximum.accumulate(np.where(joints.solid, np.arange(1, len(joints.solid) + 1), 0)), 0, 0)
    found = np.column_stack([first, until[end]])
    kept: Ints = found[found[:, 1] > found[:, 0]]
    return kept


def mark_references(doc: Doc, head: ReferenceHead, state_odds: Floats) -> None:
    """Write the expressions that refer to the people served as the span group ``vitallies_references``.

    Its ``attrs`` hold ``scores``, the highest probability of the words of each, and ``roles``.

    Parameters
    ----------
    doc : Doc
        On which the stages before the encoder have worked.
    head : ReferenceHead
    state_odds : ndarray of float32, shape (n_words, n)
        What the encoder's state of each word of the Doc's frame gives by each row of the head's ``states``.
    """
    frame = doc_frame(doc, vectors=False)
    probabilities = head.probabilities(frame, state_odds[:, :1])
    bounds = expressions(Joints.of(doc, frame), probabilities, head.threshold)
    found = bounds.tolist()
    tokens = TokenTable(doc)
    _, places = words_as_read(tokens, doc.spans[CUE_SPANS])
    # A word reaches to the next, but for white space: a mention by the caller's own words is one of several tokens.
    reach = np.maximum.accumulate(np.where(tokens.space, 0, np.arange(1, len(doc) + 1)))
    starts = np.append(places, len(doc))
    doc.spans[REFERENCES] = SpanGroup(
        doc,
        name=REFERENCES,
        spans=[Span(doc, int(starts[first]), int(reach[starts[end] - 1])) for first, end in found],
        attrs={
            "scores": [float(probabilities[first:end].max()) for first, end in found],
            "roles": head.roles.roles_of(state_odds[:, 1:], bounds),
        },
    )
