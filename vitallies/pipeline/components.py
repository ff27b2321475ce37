"""The stages as spaCy components, and ``vitallies``, which runs them all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from vitallies.classify.store import Model, load_model, save_model
from vitallies.classify.tagger import Tagger
from vitallies.errors import UsageError
from vitallies.pipeline.context import CueMatcher
from vitallies.pipeline.encode import encode
from vitallies.pipeline.evidence import spans_with_reasons
from vitallies.pipeline.explanation import occluded, tags_to_explain
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.groups import CANDIDATES, CUE_SPANS, READ_BY, REFERENCES, SENTENCES, SPANS, STATE_ODDS, VECTORS
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.references import mark_references
from vitallies.pipeline.segment import segment


class Stage:
    """A component that needs a model: it carries the model through ``to_disk`` and ``from_disk``."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def to_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> None:
        """Write the model into the folder ``path``."""
        save_model(self.model, Path(path))

    def from_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> Stage:
        """Read the model from the folder ``path``; ModelError where it is not what was written."""
        self.model = load_model(Path(path))
        return self


class Segment(Stage):
    """Cut the turns of a Doc into sentences of speech: see `segment`."""

    def __call__(self, doc: Doc) -> Doc:
        segment(doc, self.model.boundaries)
        return doc


class Phrases:
    """Propose the clauses of each sentence, and runs of them, as candidates: see `propose`."""

    def __call__(self, doc: Doc) -> Doc:
        propose(doc)
        return doc


class Context:
    """Find stance cues, grounds and mentions of the people served.

    Parameters
    ----------
    nlp : Language
    customers : sequence of str
        The caller's own words for them.
    """

    def __init__(self, nlp: Language, customers: Sequence[str] = ()) -> None:
        self._matcher = CueMatcher(nlp, customers)

    def __call__(self, doc: Doc) -> Doc:
        self._matcher.mark(doc)
        return doc


class Encode(Stage):
    """Let the encoder read: see `encode` for what it leaves for the heads, and `mark_references` for the rest."""

    def __call__(self, doc: Doc) -> Doc:
        weights, head = self.model.tagger.inside.states, self.model.references
        encode(doc, self.model.encoder, weights if head is None else np.concatenate([weights, head.states]))
        if head is not None:
            doc.user_data[STATE_ODDS], odds = np.split(doc.user_data[STATE_ODDS], [len(weights)], axis=1)
            mark_references(doc, head, odds)
        doc.user_data[READ_BY] = self.model.id
        return doc


class Tag(Stage):
    """Write the labelled spans: the span group ``vitallies``, whose ``attrs`` hold plain lists parallel to it.

    Parameters
    ----------
    model : Model
    fast : bool
        Use the heads that need no encoder.
    all_candidates : bool
        Every candidate and label with a probability above 0.005, not only the selected ones.
    min_score : float or None
        Raises the thresholds to at least this probability.
    """

    def __init__(self, model: Model, *, fast: bool, all_candidates: bool, min_score: float | None) -> None:
        super().__init__(model)
        if min_score is not None and not (isinstance(min_score, int | float) and 0 <= min_score <= 1):
            raise UsageError(f"min_score is a probability, from 0 to 1, not {min_score!r}")
        self._fast, self._all, self._min_score = fast, all_candidates, min_score

    @property
    def tagger(self) -> Tagger:
        """The heads in use, with their thresholds."""
        tagger = self.model.fast_tagger if self._fast else self.model.tagger
        return tagger.raised(self._min_score)

    def __call__(self, doc: Doc) -> Doc:
        frame, tagger = doc_frame(doc, vectors=not self._fast), self.tagger
        if not self._fast and (by := doc.user_data.get(READ_BY)) != self.model.id:
            raise UsageError(
                f"the Doc was read by the model {by!r} and is to be tagged by {self.model.id!r}: give "
                '"vitallies_encode" and "vitallies_tag" the same'
            )
        tags = tagger.tag(frame, all_candidates=self._all)
        doc.spans[SPANS] = spans_with_reasons(doc, frame, tagger, tags)
        return doc


class Vitallies:
    """All stages in order; of theirs the span groups ``vitallies`` and ``vitallies_references`` stay on the Doc."""

    def __init__(
        self,
        nlp: Language,
        model: Model,
        *,
        fast: bool = False,
        customers: Sequence[str] = (),
        all_candidates: bool = False,
        min_score: float | None = None,
    ) -> None:
        self.segment, self.phrases, self.context = Segment(model), Phrases(), Context(nlp, customers)
        self.encode = None if fast else Encode(model)
        self.tag = Tag(model, fast=fast, all_candidates=all_candidates, min_score=min_score)

    @property
    def model(self) -> Model:
        """The model in use."""
        return self.tag.model

    def prepare(self, doc: Doc) -> Doc:
        """Run the stages before the last, which leave on the Doc all that it reads."""
        if REFERENCES in doc.spans:  # of a pipeline that has read it before
            del doc.spans[REFERENCES]
        for stage in (self.segment, self.phrases, self.context, self.encode):
            doc = stage(doc) if stage is not None else doc
        return doc

    def explain(self, doc: Doc) -> Doc:
        """Write every candidate as a span, and among the evidence of the surest the words that carried it."""
        frame = doc_frame(self.prepare(doc), vectors=self.encode is not None)
        tagger = self.tag.tagger
        tags = tagger.tag(frame, all_candidates=True)
        group = spans_with_reasons(doc, frame, tagger, tags)
        encoder = None if self.encode is None else self.model.encoder
        for tag in tags_to_explain(frame, tags):
            words = occluded(doc, frame, tagger, encoder, tag)
            group.attrs["evidence"][tags.index(tag)] += words
        doc.spans[SPANS] = group
        return self._cleared(doc)

    def __call__(self, doc: Doc) -> Doc:
        return self._cleared(self.tag(self.prepare(doc)))

    @staticmethod
    def _cleared(doc: Doc) -> Doc:
        for key in (SENTENCES, CANDIDATES, CUE_SPANS):
            del doc.spans[key]
        for key in (VECTORS, STATE_ODDS, READ_BY):
            doc.user_data.pop(key, None)
        return doc

    def to_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> None:
        """Write the model into the folder ``path``."""
        self.tag.to_disk(path, exclude=exclude)

    def from_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> Vitallies:
        """Read the model from the folder ``path``; ModelError where it is not what was written."""
        self.tag.from_disk(path, exclude=exclude)
        self.segment.model = self.model
        if self.encode is not None:
            self.encode.model = self.model
        return self


@Language.factory("vitallies_segment", default_config={"model": None}, assigns=["doc.spans"])
def make_segment(nlp: Language, name: str, model: str | None) -> Segment:
    """Build the first stage; ``model`` is a folder, None the shipped one."""
    return Segment(load_model(model))


@Language.factory("vitallies_phrases", default_config={}, assigns=["doc.spans"])
def make_phrases(nlp: Language, name: str) -> Phrases:
    """Build the second stage."""
    return Phrases()


@Language.factory("vitallies_context", default_config={"customers": []}, assigns=["doc.spans"])
def make_context(nlp: Language, name: str, customers: list[str]) -> Context:
    """Build the third stage; ``customers`` are the caller's own words for the people served."""
    return Context(nlp, customers)


@Language.factory("vitallies_encode", default_config={"model": None}, assigns=["doc.user_data", "doc.spans"])
def make_encode(nlp: Language, name: str, model: str | None) -> Encode:
    """Build the fourth stage; ``model`` is a folder, None the shipped one."""
    return Encode(load_model(model))


@Language.factory(
    "vitallies_tag",
    default_config={"model": None, "fast": False, "all_candidates": False, "min_score": None},
    assigns=["doc.spans"],
)
def make_tag(
    nlp: Language, name: str, model: str | None, fast: bool, all_candidates: bool, min_score: float | None
) -> Tag:
    """Build the last stage; see `Tag` for the settings."""
    return Tag(load_model(model), fast=fast, all_candidates=all_candidates, min_score=min_score)


@Language.factory(
    "vitallies",
    default_config={"model": None, "fast": False, "customers": [], "all_candidates": False, "min_score": None},
    assigns=["doc.spans"],
)
def make_vitallies(
    nlp: Language,
    name: str,
    model: str | None,
    fast: bool,
    customers: list[str],
    all_candidates: bool,
    min_score: float | None,
) -> Vitallies:
    """Build the whole pipeline as one component; see `vitallies.load` for the settings."""
    return Vitallies(
        nlp, load_model(model), fast=fast, customers=customers, all_candidates=all_candidates, min_score=min_score
    )
