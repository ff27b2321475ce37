"""What stands around a claim: stance cues, grounds offered, and mentions of the people served."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans

from vitallies.classify.hashing import Hashes
from vitallies.errors import UsageError
from vitallies.pipeline.groups import CUE_SPANS
from vitallies.pipeline.rules import rules
from vitallies.pipeline.tokens import TokenTable

if TYPE_CHECKING:
    from spacy.language import Language

CUES = ("reported", "rejected", "questioned", "supposed", "endorsed", "grounds", "people")
"""The lists of ``rules/context.json``, in the order of the features made of them."""

STANCE_CUES = CUES[:5]

_SINGULAR, _PLURAL = "customer", "customers"
"""What the caller's own words are read as, so that a model trained on the common word knows them."""


class CueMatcher:
    """Finds cues in a Doc.

    Parameters
    ----------
    nlp : Language
        Its tokenizer cuts the caller's words as it cuts the text.
    customers : sequence of str
        The caller's own words for the people served, singular or plural: "lodger", "season-ticket holder", "Acme".

    Raises
    ------
    UsageError
        Where one of the words is empty or no str.
    """

    def __init__(self, nlp: Language, customers: Sequence[str] = ()) -> None:
        if isinstance(customers, str):
            raise UsageError(f'customers must be a list of words: customers=["{customers}"]')
        self._cues = PhraseMatcher(nlp.vocab, attr="NORM")
        for cue in CUES:
            self._cues.add(cue, [Doc(nlp.vocab, words=list(phrase)) for phrase in rules("context")[cue]])
        self._own = PhraseMatcher(nlp.vocab, attr="LOWER")
        for word in customers:
            if not isinstance(word, str) or not word.strip():
                raise UsageError(f"customers: {word!r} is no word for the people served")
            singular, plural = _forms(word.strip())
            self._own.add(_SINGULAR, [nlp.tokenizer(form) for form in singular])
            self._own.add(_PLURAL, [nlp.tokenizer(form) for form in plural])

    def mark(self, doc: Doc) -> None:
        """Write the cues of a Doc as a span group.

        They come in order of their first token, each labelled with its list; those of one list don't overlap. A mention
        by the caller's own words is labelled ``people`` and carries in its ``id_`` the word it is read as.
        """
        by_cue: dict[str, list[Span]] = {cue: [] for cue in CUES}
        for span in self._cues(doc, as_spans=True):
            by_cue[span.label_].append(span)
        own = filter_spans(self._own(doc, as_spans=True))
        by_cue["people"] += [Span(doc, s.start, s.end, label="people", span_id=s.label_) for s in own]
        found = sorted(
            (span for spans in by_cue.values() for span in filter_spans(spans)),
            key=lambda span: (span.start, span.end, CUES.index(span.label_)),
        )
        doc.spans[CUE_SPANS] = SpanGroup(doc, name=CUE_SPANS, spans=found)


def _forms(word: str) -> tuple[set[str], set[str]]:
    """Singular and plural of a caller's word, whichever was given."""
    lower = word.lower()
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        singular = lower[:-3] + "y" if lower.endswith("ies") else lower[:-1]
        return {singular}, {lower}
    if lower.endswith("y") and lower[-2:-1] not in "aeiou":
        return {lower}, {lower[:-1] + "ies"}
    return {lower}, {lower + ("es" if lower.endswith(("s", "x", "ch", "sh")) else "s")}


def words_as_read(tokens: TokenTable, cues: Iterable[Span]) -> tuple[Hashes, NDArray[np.intp]]:
    """Return the words as the classifiers read them.

    White space is left out, each token is its NORM, and a mention by the caller's own words is the common one.

    Returns
    -------
    hashes : ndarray of uint64, shape (n_words,)
        spaCy's StringStore hashes.
    places : ndarray of int, shape (n_words,)
        The token of each.
    """
    norm, kept = tokens.norm.copy(), ~tokens.space
    for cue in cues:
        if cue.id:
            norm[cue.start] = cue.id
            kept[cue.start + 1 : cue.end] = False
    return norm[kept], np.flatnonzero(kept)
