"""Labelled sentences and candidates as arrays: what the encoder and the heads are fitted on."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from vitallies.classify.boundaries import BoundaryModel
from vitallies.classify.encoder import Encoder, pooled
from vitallies.classify.frame import Features, Floats, Frame, Ints, context_features
from vitallies.classify.inside import words_in
from vitallies.classify.ngrams import NgramIndex
from vitallies.classify.windows import Window, runs
from vitallies.evaluation import GoldSpan
from vitallies.labels import LABELS
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.groups import CANDIDATES, SENTENCES, TURNS
from vitallies.training.alignment import (
    ARGUABLE,
    CLEAR,
    NOTHING,
    covered,
    shared,
    staged,
    word_offsets,
    words_of_mentions,
)
from vitallies.training.documents import Document

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LOT = 256
"""Windows that a process encodes at a time."""

APART = 24
"""Words between labelled sentences beyond which each is read in a window of its own."""

_FROM_TALK = ("VITAL_LIE",)
"""Labels that written sentences by themselves don't teach: most clear vital lies are such sentences, and a model that
learns from them looks for their manner."""


@dataclass(frozen=True)
class Examples:
    """Sentences with their candidates, features and verdicts.

    Of a sentence in which a reader marked nothing only the whole is kept as a candidate.

    Parameters
    ----------
    frame : Frame
        Words, sentences and candidates of all; without marks and what an encoder adds.
    context : ndarray of float32, shape (n_candidates, n_context)
        As `context_features` gives them.
    vectors : ndarray of float32, shape (n_candidates, width)
        The encoder's view of each candidate; width 0 before it has been asked, and without one.
    states : ndarray of float16, shape (n_states, width)
        Its view of each word of the `marked` sentences, fillers and closing marks at their ends left off; empty before
        it has been asked.
    windows : tuple of tuple of str
        What the encoder reads: runs of labelled sentences with the words around them.
    places : ndarray of int, shape (n_candidates, 3)
        Window of each candidate, its first word in there and the one after the last.
    inside : ndarray of int8, shape (n_words, n_labels)
        CLEAR or ARGUABLE where a word of ``frame.words`` is in a span that a reader marked.
    mentions : ndarray of int8, shape (n_words,)
        CLEAR or ARGUABLE where a word belongs to a mention of the people served; UNREAD where nobody looked for them.
    verdicts : ndarray of int8, shape (n_sentences, n_labels)
        NOTHING, ARGUABLE or CLEAR.
    overlaps : ndarray of float32, shape (n_candidates, n_labels)
        Intersection over union with the reader's span, in code points.
    kinds, stances : ndarray of str, shape (n_sentences,)
        Of the sentence's vital lie; empty where there is none.
    folds : ndarray of int8, shape (n_sentences,)
        -1 for training alone.
    natural, plain, alone, judged : ndarray of bool, shape (n_sentences,)
        Not mined for a label; as transcribed, not stripped to what a recogniser gives; a written sentence by itself;
        read for labels, not for mentions alone.
    """

    frame: Frame
    context: Floats
    vectors: Floats
    states: NDArray[np.float16]
    windows: tuple[tuple[str, ...], ...]
    places: Ints
    inside: NDArray[np.int8]
    mentions: NDArray[np.int8]
    verdicts: NDArray[np.int8]
    overlaps: Floats
    kinds: NDArray[np.str_]
    stances: NDArray[np.str_]
    folds: NDArray[np.int8]
    natural: NDArray[np.bool_]
    plain: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    judged: NDArray[np.bool_]

    @property
    def width(self) -> int:
        """Length of a vector."""
        return int(self.vectors.shape[1])

    @property
    def digest(self) -> str:
        """A name for what was labelled and how, which tells other examples from these."""
        words = "\n".join(word for window in self.windows for word in window)
        content = hashlib.sha256(words.encode("utf-8", "replace"))
        for name in ("places", "inside", "mentions", "verdicts", "kinds", "stances", "folds", "alone", "judged"):
            content.update(np.ascontiguousarray(getattr(self, name)).tobytes())
        return content.hexdigest()[:12]

    @cached_property
    def marked(self) -> Ints:
        """The sentences in which a reader marked something."""
        return np.flatnonzero((self.verdicts != NOTHING).any(axis=1))

    @cached_property
    def teaches(self) -> NDArray[np.bool_]:
        """Whether a label is learned from a sentence, of shape (n_sentences, n_labels)."""
        from_talk = np.array([label in _FROM_TALK for label in LABELS])
        taught: NDArray[np.bool_] = self.judged[:, None] & ~(self.alone[:, None] & from_talk)
        return taught

    def without(self, fold: int | None) -> NDArray[np.bool_]:
        """Return which sentences may be seen by what is scored on a fold; all of them for None."""
        seen: NDArray[np.bool_] = self.folds != (-2 if fold is None else fold)
        return seen

    def dense(self, rows: Ints) -> Floats:
        """Return the dense features of some candidates."""
        return np.hstack([self.vectors[rows], self.context[rows]])

    def features(self, rows: Ints, ngrams: NgramIndex) -> Features:
        """Return the features of some candidates."""
        return Features(self.dense(rows), ngrams.matrix(self.frame.words, self.frame.candidates[rows]))

    def ngrams(self, sentences: Ints) -> NgramIndex:
        """Index the n-grams of some sentences."""
        return NgramIndex.fit([self.frame.words[a:b] for a, b in self.frame.sentences[sentences].tolist()])

    def encoded(self, encoder: Encoder, *, jobs: int) -> Examples:
        """Return the examples with the vectors of an encoder."""
        lots = [range(a, min(a + _LOT, len(self.windows))) for a in range(0, len(self.windows), _LOT)]
        candidates = self._by_window(self.places)
        wholes = self._by_window(self.places[self.frame.wholes[self.marked]])
        found = Parallel(n_jobs=jobs)(
            delayed(_read)(encoder, *([items[i] for i in lot] for items in (self.windows, candidates, wholes)))
            for lot in lots
        )
        vectors, states = zip(*found, strict=True)
        return replace(self, vectors=np.concatenate(vectors), states=np.concatenate(states))

    def _by_window(self, places: Ints) -> list[Ints]:
        """Part places by their windows."""
        edges = np.searchsorted(places[:, 0], np.arange(len(self.windows) + 1))
        return [places[a:b, 1:] for a, b in itertools.pairwise(edges.tolist())]

    @classmethod
    def joined(cls, parts: Sequence[Examples]) -> Examples:
        """Return the examples of several parts as one."""
        frames = [part.frame for part in parts]
        at_word = np.cumsum([0, *(len(frame.words) for frame in frames)])
        at_sentence = np.cumsum([0, *(len(frame.sentences) for frame in frames)])

        def shifted(arrays: Iterable[Ints], by: Ints) -> Ints:
            return np.concatenate([array + shift for array, shift in zip(arrays, by, strict=False)])

        def column(name: str) -> NDArray[np.generic]:
            return np.concatenate([getattr(part, name) for part in parts])

        frame = Frame(
            words=np.concatenate([f.words for f in frames]),
            sentences=shifted((f.sentences for f in frames), at_word),
            turns=shifted((f.turns for f in frames), at_sentence),
            candidates=shifted((f.candidates for f in frames), at_word),
            owners=shifted((f.owners for f in frames), at_sentence),
            marks=np.zeros((at_word[-1], 0), np.float32),
            vectors=np.zeros((sum(len(f.candidates) for f in frames), 0), np.float32),
            state_odds=np.zeros((at_word[-1], 0), np.float32),
        )
        at_window = np.cumsum([0, *(len(part.windows) for part in parts)])
        words, rows = ("inside", "mentions"), ("folds", "natural", "plain", "alone", "judged")
        names = (*words, "verdicts", "overlaps", "kinds", "stances", *rows)
        return cls(
            frame,
            column("context"),  # type: ignore[arg-type]
            column("vectors"),  # type: ignore[arg-type]
            column("states"),  # type: ignore[arg-type]
            tuple(window for part in parts for window in part.windows),
            shifted((part.places for part in parts), at_window[:, None] * np.array([1, 0, 0])),
            *(column(name) for name in names),  # type: ignore[arg-type]
        )


def _read(
    encoder: Encoder, windows: Sequence[Sequence[str]], candidates: Sequence[Ints], wholes: Sequence[Ints]
) -> tuple[Floats, NDArray[np.float16]]:
    """The vectors of the candidates in some windows, and the states of the words of some whole ones."""
    vectors, states = [], []
    for sums, bounds, marked in zip(encoder.encode(windows), candidates, wholes, strict=True):
        words = words_in(marked)
        vectors.append(pooled(sums, bounds))
        states.append(pooled(sums, np.column_stack([words, words + 1])).astype(np.float16))
    return np.concatenate(vectors), np.concatenate(states)


def collect(document: Document, boundaries: BoundaryModel, *, recognised: bool) -> Examples | None:
    """Run the first stages of the pipeline on a document and line its sentences up with what readers marked.

    A sentence of the pipeline counts as labelled where labelled sentences cover at least half of it; a marked span
    belongs to it where they share at least half of the span or half of the sentence. So too for mentions.

    Parameters
    ----------
    document : Document
    boundaries : BoundaryModel
    recognised : bool
        Take punctuation and capitals away first (apostrophes too in every second document, by its name).

    Returns
    -------
    Examples or None
        None where no sentence of the pipeline counts as labelled.
    """
    doc = staged(document.transcript, boundaries, recognised=recognised)
    sentences = [(s.start_char, s.end_char) for s in doc.spans[SENTENCES]]
    starts = dict(zip(doc.spans[TURNS].attrs["numbers"], doc.spans[TURNS].attrs["starts"], strict=True))
    labelled = sorted(
        (
            (starts[g.turn] + g.start, starts[g.turn] + g.end, g)
            for g in document.sentences + document.mined
            if g.turn in starts
        ),
        key=lambda item: item[:2],
    )
    frame = doc_frame(doc, vectors=False)
    near, judged = covered(sentences, [(a, b) for a, b, _ in labelled])
    read, mentions, _ = words_of_mentions(doc, frame, document.mentions)
    chosen = np.flatnonzero(judged | read).tolist()
    if not chosen:
        return None
    candidates = [(s.start_char, s.end_char) for s in doc.spans[CANDIDATES]]
    edges = np.searchsorted(frame.owners, np.arange(len(sentences) + 1))
    offsets = word_offsets(doc)
    inside = np.zeros((len(frame.words), len(LABELS)), np.int8)
    rows: list[int] = []
    verdicts, overlaps, kinds, stances, owners, natural = [], [], [], [], [], []
    for number, sentence in enumerate(chosen):
        a, b = sentences[sentence]
        spans = [
            (labelled[i][0] - labelled[i][2].start + x.start, labelled[i][0] - labelled[i][2].start + x.end, x)
            for i in near[sentence]
            for x in labelled[i][2].spans
        ]
        at = slice(*frame.sentences[sentence].tolist())
        for start, end, x in spans:
            marked = (offsets[at] >= start) & (offsets[at] < end)
            column = inside[at, LABELS.index(x.label)]
            column[marked] = np.maximum(column[marked], ARGUABLE if x.arguable else CLEAR)
        spans = [
            (start, end, x) for start, end, x in spans if 2 * shared((a, b), (start, end)) >= min(end - start, b - a)
        ]
        verdicts.append(_verdicts([x for _, _, x in spans]))
        lies = sorted((x for _, _, x in spans if x.label == "VITAL_LIE"), key=lambda x: x.arguable)
        kinds.append(lies[0].kind if lies else "")
        stances.append(lies[0].stance if lies else "")
        natural.append(bool(judged[sentence]) and any(labelled[i][2].natural for i in near[sentence]))
        for row in range(edges[sentence], edges[sentence + 1] if spans else edges[sentence] + 1):
            rows.append(row)
            owners.append(number)
            ious = [(_iou(candidates[row], (start, end)), x.label) for start, end, x in spans]
            overlaps.append([max((iou for iou, name in ious if name == label), default=0) for label in LABELS])
    kept, owned = np.array(rows), np.array(owners, np.intp)
    bounds = frame.sentences[chosen]
    mine = words_in(bounds)
    lengths = np.diff(bounds).ravel()
    moved = np.cumsum(lengths) - lengths - bounds[:, 0]
    windows, places = _windows(doc, frame, np.array(chosen), kept)
    return Examples(
        frame=Frame(
            words=frame.words[mine],
            sentences=bounds + moved[:, None],
            turns=frame.turns[chosen],
            candidates=frame.candidates[kept] + moved[owned][:, None],
            owners=owned,
            marks=np.zeros((len(mine), 0), np.float32),
            vectors=np.zeros((len(kept), 0), np.float32),
            state_odds=np.zeros((len(mine), 0), np.float32),
        ),
        context=context_features(frame, kept),
        vectors=np.zeros((len(kept), 0), np.float32),
        states=np.zeros((0, 0), np.float16),
        windows=windows,
        places=places,
        inside=inside[mine],
        mentions=mentions[mine],
        verdicts=np.array(verdicts, np.int8),
        overlaps=np.array(overlaps, np.float32),
        kinds=np.array(kinds, "U20"),
        stances=np.array(stances, "U20"),
        folds=np.full(len(chosen), -1 if document.fold is None else document.fold, np.int8),
        natural=np.array(natural),
        plain=np.full(len(chosen), not recognised),
        alone=np.full(len(chosen), document.alone),
        judged=judged[chosen],
    )


def _windows(doc: Doc, frame: Frame, chosen: Ints, rows: Ints) -> tuple[tuple[tuple[str, ...], ...], Ints]:
    """The windows of the labelled sentences, and where the candidates stand in them."""
    windows, places = [], []
    for number, (first, last) in enumerate(runs(frame.sentences, chosen, apart=APART)):
        window = Window.around(frame.sentences, frame.turns, first, last)
        words = [doc.vocab.strings[word] for word in frame.words[window.start : window.end].tolist()]
        windows.append(tuple(window.words(words)))
        mine = rows[(frame.owners[rows] >= first) & (frame.owners[rows] <= last)]
        found = window.places(frame.candidates[mine])
        places.append(np.column_stack([np.full(len(mine), number), found]))
    return tuple(windows), np.concatenate(places)


def _iou(a: tuple[int, int], b: tuple[int, int]) -> float:
    both = shared(a, b)
    return both / (a[1] - a[0] + b[1] - b[0] - both)


def _verdicts(spans: Sequence[GoldSpan]) -> list[int]:
    best = {x.label: CLEAR if not x.arguable else ARGUABLE for x in sorted(spans, key=lambda x: not x.arguable)}
    return [best.get(label, NOTHING) for label in LABELS]
