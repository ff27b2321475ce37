"""Between transcripts and spaCy Docs: one Doc a transcript, its turns joined by a line feed."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import spacy
from spacy.tokens import Doc, Span, SpanGroup

from vitallies.pipeline.groups import SPANS, TURNS
from vitallies.types import Analysis, Transcript

if TYPE_CHECKING:
    from spacy.language import Language

_LONGEST_RUN = 1_000
_LONG_RUN = re.compile(rf"\S{{{_LONGEST_RUN + 1},}}")


@cache
def blank_english() -> Language:
    """Return spaCy's blank English, which tokenises and nothing else; one is enough for all."""
    return spacy.blank("en")


def tokenise(nlp: Language, text: str) -> Doc:
    """Tokenise a text of any length in linear time.

    spaCy's tokenizer strips affixes one by one, which is quadratic in a run without white space ("!!!!…"): runs of over
    a thousand code points are cut before it sees them. Its ``max_length`` guards parsers and is of no concern here.
    """
    cuts = [at for run in _LONG_RUN.finditer(text) for at in range(run.start() + _LONGEST_RUN, run.end(), _LONGEST_RUN)]
    if not cuts:
        return nlp.tokenizer(text)
    edges = zip([0, *cuts], [*cuts, len(text)], strict=True)
    return Doc.from_docs([nlp.tokenizer(text[a:b]) for a, b in edges], ensure_whitespace=False)


def transcript_doc(transcript: Transcript, nlp: Language | None = None) -> Doc:
    """Return the Doc of a transcript, with a span group ``turns``.

    The group's ``attrs`` hold plain lists parallel to the spans: ``numbers`` (of the turn, from 0; turns without a
    token have no span), ``speakers`` and ``starts`` (offset of the turn's text in the Doc's, in code points).
    """
    nlp = nlp or blank_english()
    starts, texts, at = [], [], 0
    for turn in transcript.turns:
        starts.append(at)
        texts.append(turn.text)
        at += len(turn.text) + 1
    doc = tokenise(nlp, "\n".join(texts))
    spans, numbers = [], []
    for number, (start, text) in enumerate(zip(starts, texts, strict=True)):
        if text.strip():
            spans.append(_widened(doc, start, start + len(text)))
            numbers.append(number)
    doc.spans[TURNS] = SpanGroup(
        doc,
        name=TURNS,
        spans=spans,
        attrs={
            "numbers": numbers,
            "speakers": [transcript.turns[n].speaker for n in numbers],
            "starts": [starts[n] for n in numbers],
        },
    )
    return doc


def _widened(doc: Doc, start: int, end: int, label: str = "") -> Span:
    """The tokens that a stretch of the text touches."""
    span = doc.char_span(start, end, label=label, alignment_mode="expand")
    assert span is not None  # noqa: S101  (offsets inside the text always give one)
    return span


def analysis_doc(analysis: Analysis) -> Doc:
    """Return the Doc of an analysed transcript with the span groups ``turns`` and ``vitallies``.

    A span of the Doc is widened to whole tokens where the analysis's own offsets fall inside one.
    """
    doc = transcript_doc(analysis.transcript)
    starts = dict(zip(doc.spans[TURNS].attrs["numbers"], doc.spans[TURNS].attrs["starts"], strict=True))
    spans = [_widened(doc, starts[s.turn] + s.start, starts[s.turn] + s.end, s.label) for s in analysis.spans]
    doc.spans[SPANS] = SpanGroup(
        doc,
        name=SPANS,
        spans=spans,
        attrs={
            "scores": [span.score for span in analysis.spans],
            "kinds": [span.kind for span in analysis.spans],
            "stances": [span.stance for span in analysis.spans],
        },
    )
    return doc
