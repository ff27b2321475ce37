"""Which words carried a decision: each is left out in turn, and the one whose absence costs most carried it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vitallies.classify.encoder import Encoder, pooled
from vitallies.classify.frame import Frame
from vitallies.classify.tagger import Tag, Tagger
from vitallies.classify.windows import Window, runs
from vitallies.labels import LABELS
from vitallies.pipeline.context import words_as_read
from vitallies.pipeline.groups import CANDIDATES, CUE_SPANS
from vitallies.pipeline.tokens import TokenTable

if TYPE_CHECKING:
    from spacy.tokens import Doc

_WORD = re.compile(r"\S*\w\S*")


def occluded(doc: Doc, frame: Frame, tagger: Tagger, encoder: Encoder | None, tag: Tag) -> list[list[Any]]:
    """Return the words of a tagged candidate as evidence, those whose absence lowers the label's log-odds most first.

    Words are what white space parts in the text, so that "can't" is left out as a whole. Each is taken out of its
    sentence, its window is encoded again, and the weight is what its log-odds for the label lose (Zeiler and Fergus
    2014, for words Li, Monroe and Jurafsky 2016).

    Parameters
    ----------
    doc : Doc
        On which the stages before the last have left their groups.
    frame : Frame
        Of the Doc.
    tagger : Tagger
    encoder : Encoder or None
        None where the tagger uses no vectors.
    tag : Tag

    Returns
    -------
    list of [source, text, weight, start, end]
        As in `vitallies.pipeline.evidence.spans_with_reasons`; words whose absence lowers nothing are left out.
    """
    _, places = words_as_read(TokenTable(doc), doc.spans[CUE_SPANS])
    offsets = np.array([doc[int(place)].idx for place in places] + [len(doc.text)])
    span = doc.spans[CANDIDATES][tag.candidate]
    row = int(frame.wholes[frame.owners[tag.candidate]])
    label = LABELS.index(tag.label)
    full = _log_odds(frame, tagger, row, label)
    run = next((first, last) for first, last in runs(frame.sentences) if last >= frame.owners[row])
    found = []
    for match in _WORD.finditer(doc.text, span.start_char, span.end_char):
        first, last = np.searchsorted(offsets, [match.start(), match.end()]).tolist()
        if 0 < last - first < frame.candidates[row, 1] - frame.candidates[row, 0]:
            rest = _without(frame, first, last)
            if encoder is not None:
                rest = _encoded(rest, encoder, row, run, doc)
            lost = full - _log_odds(rest, tagger, row, label)
            if lost > 0:
                found.append(["occlusion", match.group(), round(lost, 4), match.start(), match.end()])
    return sorted(found, key=lambda reason: -reason[2])


def tags_to_explain(frame: Frame, tags: list[Tag]) -> Iterator[Tag]:
    """Yield the selected tags; of a sentence that has none, the likeliest."""
    by_sentence: dict[int, list[Tag]] = {}
    for tag in tags:
        by_sentence.setdefault(int(frame.owners[tag.candidate]), []).append(tag)
    for mine in by_sentence.values():
        selected = [tag for tag in mine if tag.selected]
        yield from selected or [max(mine, key=lambda tag: tag.score)]


def _log_odds(frame: Frame, tagger: Tagger, row: int, label: int) -> float:
    return float(tagger.log_odds(frame, np.array([row]))[0, label])


def _without(frame: Frame, first: int, last: int) -> Frame:
    """The frame with the words ``first`` to ``last`` taken out."""
    taken = slice(first, last)
    return replace(
        frame,
        words=np.delete(frame.words, taken),
        marks=np.delete(frame.marks, taken, axis=0),
        state_odds=np.delete(frame.state_odds, taken, axis=0),
        sentences=frame.sentences - np.clip(frame.sentences - first, 0, last - first),
        candidates=frame.candidates - np.clip(frame.candidates - first, 0, last - first),
    )


def _encoded(frame: Frame, encoder: Encoder, row: int, run: tuple[int, int], doc: Doc) -> Frame:
    """The frame with the vector of one whole sentence made anew, in the window of a run of sentences."""
    window = Window.around(frame.sentences, frame.turns, *run)
    words = [doc.vocab.strings[word] for word in frame.words[window.start : window.end].tolist()]
    (sums,) = encoder.encode([window.words(words)])
    vectors = frame.vectors.copy()
    vectors[row] = pooled(sums, window.places(frame.candidates[[row]]))[0]
    return replace(frame, vectors=vectors)
