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
from vitallies.pipeline.groups import CUE_SPANS, SENTENCES
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
        if not isinstance(customers, list | tuple):
            raise UsageError(f'customers must be a list of words: customers=["guest"], not {customers!r:.60}')
        self._cues = PhraseMatcher(nlp.vocab, attr="NORM")
        for cue in CUES:
            self._cues.add(cue, [Doc(nlp.vocab, words=list(phrase)) for phrase in rules("context")[cue]])
        self._own = PhraseMatcher(nlp.vocab, attr="LOWER")
        for word in customers:
            if not isinstance(word, str) or not word.strip():
                raise UsageError(f"customers: {word!r} is no word for the people served")
            for name, forms in zip((_SINGULAR, _PLURAL), both_forms(word.strip()), strict=True):
                # Both cases, since the tokenizer knows "Ltd." and not "ltd.".
                self._own.add(name, [nlp.tokenizer(cased) for form in sorted(forms) for cased in (form, form.lower())])

    def mark(self, doc: Doc) -> None:
        """Write the cues of a Doc as a span group.

        They come in order of their first token, each labelled with its list; those of one list don't overlap. A mention
        by the caller's own words is labelled ``people`` and carries in its ``id_`` the word it is read as. What crosses
        from one of the Doc's sentences, if it has any yet, to the next is no mention: one word can't be in both.
        """
        own = self._own(doc, as_spans=True)
        if own and SENTENCES in doc.spans:
            begins = {sentence.start for sentence in doc.spans[SENTENCES]}
            own = [span for span in own if begins.isdisjoint(range(span.start + 1, span.end))]
        own = filter_spans(own)
        by_cue: dict[str, list[Span]] = {cue: [] for cue in CUES}
        # The caller's words come first and so win against a common one of the same length.
        by_cue["people"] = [Span(doc, s.start, s.end, label="people", span_id=s.label_) for s in own]
        for span in self._cues(doc, as_spans=True):
            by_cue[span.label_].append(span)
        found = sorted(
            (span for spans in by_cue.values() for span in filter_spans(spans)),
            key=lambda span: (span.start, span.end, CUES.index(span.label_)),
        )
        doc.spans[CUE_SPANS] = SpanGroup(doc, name=CUE_SPANS, spans=found)


def both_forms(word: str) -> tuple[set[str], set[str]]:
    """Singular and plural of a caller's word, whichever was given; more than one where spelling leaves it open."""
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s")):
        if word.endswith("ies"):
            return {word[:-3] + "y"}, {word}
        return {word[:-1], word[:-2]} if word.endswith(("ses", "xes", "ches", "shes")) else {word[:-1]}, {word}
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return {word}, {word[:-1] + "ies"}
    return {word}, {word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")}


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
