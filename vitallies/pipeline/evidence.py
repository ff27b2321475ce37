"""Why a span: the sentence, the cues around it and the words that weighed most, as plain lists on the Doc."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from spacy.tokens import Span, SpanGroup

from vitallies.labels import LAYER_OF
from vitallies.pipeline.context import STANCE_CUES, words_as_read
from vitallies.pipeline.groups import CANDIDATES, CUE_SPANS, SENTENCES, SPANS
from vitallies.pipeline.tokens import TokenTable

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from vitallies.classify.frame import Frame
    from vitallies.classify.tagger import Tag, Tagger

_MOST_WORDS = 3
"""Linear contributions told for each span."""


def spans_with_reasons(doc: Doc, frame: Frame, tagger: Tagger, tags: Sequence[Tag]) -> SpanGroup:
    """Return the tagged candidates as a span group.

    Its ``attrs`` are plain lists parallel to the spans: ``scores``, ``kinds``, ``stances``, ``selected`` and
    ``evidence``, each item of which is ``[source, text, weight, start, end]`` with offsets in the Doc's text
    (see `vitallies.Evidence`). Spans that are not selected carry their sentence alone.
    """
    bounds = [doc.spans[CANDIDATES][tag.candidate] for tag in tags]
    spans = [Span(doc, span.start, span.end, label=tag.label) for span, tag in zip(bounds, tags, strict=True)]
    _, places = words_as_read(TokenTable(doc), doc.spans[CUE_SPANS]) if tags else ((), ())
    cues = list(doc.spans[CUE_SPANS])
    selected = [tag for tag in tags if tag.selected]
    weighty = iter(
        tagger.contributions(frame, [tag.candidate for tag in selected], [tag.label for tag in selected], _MOST_WORDS)
    )
    evidence = []
    for tag in tags:
        reasons = [_sentence(doc, frame, tag)]
        if tag.selected:
            reasons += _cues(doc, cues, frame, tag)
            for first, last, weight in next(weighty):
                reasons.append(_reason("words", doc[places[first] : places[last - 1] + 1], weight))
        evidence.append(reasons)
    attrs = {
        "scores": [tag.score for tag in tags],
        "kinds": [tag.kind for tag in tags],
        "stances": [tag.stance for tag in tags],
        "selected": [tag.selected for tag in tags],
        "evidence": evidence,
    }
    return SpanGroup(doc, name=SPANS, spans=spans, attrs=attrs)


def _reason(source: str, span: Span, weight: float) -> list[Any]:
    return [source, span.text, round(weight, 4), span.start_char, span.end_char]


def _sentence(doc: Doc, frame: Frame, tag: Tag) -> list[Any]:
    return _reason("sentence", doc.spans[SENTENCES][int(frame.owners[tag.candidate])], tag.score)


def _start(span: Span) -> int:
    return span.start


def _cues(doc: Doc, cues: list[Span], frame: Frame, tag: Tag) -> list[list[Any]]:
    """The cues in the sentence and the ones beside it in the turn that bear on the label's layer."""
    sentence = int(frame.owners[tag.candidate])
    near = [n for n in (sentence - 1, sentence, sentence + 1) if 0 <= n < len(frame.turns)]
    near = [n for n in near if frame.turns[n] == frame.turns[sentence]]
    first, last = doc.spans[SENTENCES][near[0]].start, doc.spans[SENTENCES][near[-1]].end
    own = doc.spans[SENTENCES][sentence]
    reasons = []
    for cue in cues[bisect_left(cues, first, key=_start) : bisect_left(cues, last, key=_start)]:
        if cue.end <= last:
            if LAYER_OF[tag.label] == "framing":
                if cue.label_ == "people" and own.start <= cue.start < own.end:
                    reasons.append(_reason("people", cue, 1))
            elif cue.label_ in STANCE_CUES:
                reasons.append(_reason(f"cue:{cue.label_}", cue, 1))
            elif cue.label_ == "grounds":
                reasons.append(_reason("grounds", cue, 1))
    return reasons
