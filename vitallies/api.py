"""Transcripts in, analyses out: wires the parts together and holds no rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import spacy

from vitallies.errors import UsageError
from vitallies.labels import LAYER_OF
from vitallies.pipeline.components import Vitallies
from vitallies.pipeline.docs import transcript_doc
from vitallies.pipeline.groups import REFERENCES, SPANS, TURNS
from vitallies.types import Analysis, AnnotatedSpan, Evidence, Reference, Transcript, Turn

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

    from vitallies.classify.store import Model

_AHEAD = 8
"""Transcripts that each process is given at a time, so that a stream of any length fits in memory."""

_ENGLISH: Final = re.compile(r"(en|eng|english)(?![a-z])")
_NOT_SAID: Final = frozenset({"", "und", "auto", "unknown"})
"""What stands for a language that is not known."""


class Analyzer:
    """Finds annotated spans in transcripts. Made by `vitallies.load`; may be shared by threads and sent to processes.

    Parameters
    ----------
    model : str, Path or Model, optional
        A model's folder or a loaded model; else ``VITALLIES_MODEL``, else the shipped one.
    fast : bool, default False
        Leave the encoder out: faster and less accurate.
    customers : sequence of str
        Your own words for the people served, beside the common ones: ``["guest", "tenant", "Acme"]``.
    all_candidates : bool, default False
        Return a span for each candidate and label with a score above 0.005, for evaluation.
    min_score : float, optional
        Raises the label's thresholds to at least this probability; never lowers them.

    Raises
    ------
    ModelError
        Where the model is missing, incomplete, changed or of another version.
    UsageError
        Where a setting cannot be used.
    """

    def __init__(
        self,
        model: str | Path | Model | None = None,
        *,
        fast: bool = False,
        customers: Sequence[str] = (),
        all_candidates: bool = False,
        min_score: float | None = None,
    ) -> None:
        from vitallies.classify.store import Model, load_model

        self._settings = {
            "fast": fast,
            "customers": _in_order(customers),
            "all_candidates": all_candidates,
            "min_score": min_score,
        }
        self._model = model if isinstance(model, Model) else load_model(model)
        self._nlp = spacy.blank("en")
        self.pipeline = Vitallies(self._nlp, self._model, **self._settings)  # type: ignore[arg-type]

    def __reduce__(self) -> tuple[Any, ...]:
        if self._model.folder is None:
            return _rebuilt, (self._model, self._settings)
        return _reloaded, (self._model.folder, tuple(self._settings.items()))

    @property
    def model_id(self) -> str:
        """Name and version of the model."""
        return self._model.id

    @property
    def model(self) -> Model:
        """The model."""
        return self._model

    @property
    def settings(self) -> Mapping[str, Any]:
        """``fast``, ``customers``, ``all_candidates`` and ``min_score``, as they were given."""
        return MappingProxyType(self._settings)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """The model's manifest."""
        return self._model.manifest

    def doc(self, transcript: Transcript) -> Doc:
        """Return the transcript's Doc before any component has worked on it."""
        return transcript_doc(transcript, self._nlp)

    def analyze(self, item: str | Transcript) -> Analysis:
        """Find the spans of a transcript, or of a bare text (which becomes one turn of a transcript called ``text``).

        A transcript in another language than English is left unlabelled, with a warning in its ``meta``: by its
        ``language``, or where it gives none by a guess from about 50 words on. A bare text is never guessed.

        Raises
        ------
        UsageError
            Where the item is neither a str nor a Transcript.
        """
        return self._analysis(item, self.pipeline)

    def explain(self, item: str | Transcript) -> Analysis:
        """Analyse as `analyze` does, and show what decided.

        Every candidate and label with a score above 0.005 is a span; those selected carry among their evidence, with
        the source ``"occlusion"``, the words whose removal lowers the label's log-odds, the weightiest first. Where a
        sentence has no selected span, its likeliest candidate carries them.
        """
        return self._analysis(item, self.pipeline.explain)

    @property
    def thresholds(self) -> dict[str, float]:
        """Label → the probability from which it is given."""
        return {label: calibration.threshold for label, calibration in self.pipeline.tag.tagger.calibrations.items()}

    def _analysis(self, item: str | Transcript, component: Callable[[Doc], Doc]) -> Analysis:
        transcript = Transcript("text", (Turn(item),)) if isinstance(item, str) else item
        if not isinstance(transcript, Transcript):
            raise UsageError(
                f"analyze takes a str or a Transcript, not {type(item).__name__}: read files with vitallies.read"
            )
        if not isinstance(item, str) and (foreign := _in_other_language(transcript)) is not None:
            return Analysis(foreign, (), self.model_id)
        transcript = _labelled(transcript)
        doc = component(self.doc(transcript))
        return Analysis(transcript, tuple(_spans(doc, transcript)), self.model_id, _references(doc))

    def pipe(self, transcripts: Iterable[str | Transcript], *, n_process: int = 1) -> Iterator[Analysis]:
        """Analyse a stream, in order.

        Parameters
        ----------
        transcripts : iterable of str or Transcript
            Read lazily, a few ahead.
        n_process : int, default 1
            Processes to share the work among; -1 for one a core.

        Raises
        ------
        UsageError
            Where it is given a single text or transcript, or no process.
        """
        if isinstance(transcripts, str | Transcript):
            raise UsageError("pipe takes many texts or transcripts: for one use analyze")
        if n_process == 0:
            raise UsageError("n_process is a number of processes, or -1 for one a core, not 0")
        if n_process == 1:
            yield from map(self.analyze, transcripts)
            return
        from joblib import Parallel, delayed, effective_n_jobs

        coming, ahead = iter(transcripts), _AHEAD * effective_n_jobs(n_process)
        # By lots, since joblib's own generators read on while nobody takes the results.
        with Parallel(n_jobs=n_process, batch_size=1) as parallel:
            while lot := list(islice(coming, ahead)):
                yield from parallel(delayed(self.analyze)(transcript) for transcript in lot)


def load(
    model: str | Path | None = None,
    *,
    fast: bool = False,
    customers: Sequence[str] = (),
    all_candidates: bool = False,
    min_score: float | None = None,
) -> Analyzer:
    """Load a model once, for many transcripts; see `Analyzer` for the settings.

    Examples
    --------
    >>> analyzer = vitallies.load(customers=["guest"])  # doctest: +SKIP
    """
    return Analyzer(model, fast=fast, customers=customers, all_candidates=all_candidates, min_score=min_score)


def analyze(item: str | Transcript) -> Analysis:
    """Find the spans of one text or transcript with the shipped model; for many, `load` once."""
    return load().analyze(item)


def _in_order(customers: Sequence[str]) -> Sequence[str]:
    """The words as a tuple; what is no list of words is left for the pipeline to refuse."""
    if isinstance(customers, set | frozenset):
        return tuple(sorted(customers, key=str))
    return tuple(customers) if isinstance(customers, list | tuple) else customers


def _rebuilt(model: Model, settings: dict[str, Any]) -> Analyzer:
    return Analyzer(model, **settings)


@lru_cache(maxsize=4)
def _reloaded(folder: Path, settings: tuple[tuple[str, Any], ...]) -> Analyzer:
    """Build an analyzer once in each process, however many tasks bring it along."""
    return Analyzer(folder, **dict(settings))


def _said(language: str | None) -> str | None:
    """The language as a transcript gives it; None where it says that it doesn't know."""
    return None if language is None or language.strip().lower() in _NOT_SAID else language.strip()


def _in_other_language(transcript: Transcript) -> Transcript | None:
    """The transcript with its language and a warning where that is not English; None where it is to be labelled."""
    from vitallies.transcripts.doubts import UNREAD, doubted
    from vitallies.transcripts.language import guess

    language, told = _said(transcript.language), "is"
    if language is None and (guessed := guess(transcript)) is not None:
        language, told = guessed.language, f"seems to be ({guessed.confidence:.0%} of the pieces looked at)"
    if language is None or _ENGLISH.match(language.lower()):
        return None
    message = (
        f"the language {told} {language!r}; vitallies reads English, so nothing was labelled: give the transcript "
        'language="en" where it is English'
    )
    return doubted(replace(transcript, language=language), UNREAD, message)


def _labelled(transcript: Transcript) -> Transcript:
    """The transcript without the warning that it was left unlabelled, which an analysis before may have put there."""
    from vitallies.transcripts.doubts import UNREAD, left_unread, undoubted

    return undoubted(transcript, UNREAD) if left_unread(transcript) else transcript


def _spans(doc: Doc, transcript: Transcript) -> Iterator[AnnotatedSpan]:
    group, turns = doc.spans[SPANS], doc.spans[TURNS].attrs
    attrs = [group.attrs[name] for name in ("scores", "selected", "kinds", "stances", "evidence")]
    for span, score, selected, kind, stance, reasons in zip(group, *attrs, strict=True):
        number, origin = _turn_of(turns, span)
        turn = transcript.turns[number]
        start, end = span.start_char - origin, span.end_char - origin
        yield AnnotatedSpan(
            transcript=transcript.id,
            turn=number,
            start=start,
            end=end,
            text=turn.text[start:end],
            label=span.label_,
            layer=LAYER_OF[span.label_],
            score=score,
            selected=selected,
            kind=kind,
            stance=stance,
            speaker=turn.speaker,
            time=turn.time_at(start),
            evidence=tuple(
                Evidence(source, words, weight, first - origin, last - origin)
                for source, words, weight, first, last in reasons
            ),
        )


def _turn_of(turns: Mapping[str, Any], span: Span) -> tuple[int, int]:
    """Number of the turn in which a span begins, and where that turn begins."""
    at = bisect_right(turns["starts"], span.start_char) - 1
    return turns["numbers"][at], turns["starts"][at]


def _references(doc: Doc) -> tuple[Reference, ...] | None:
    """The expressions for the people served; None where no encoder read the Doc."""
    if REFERENCES not in doc.spans:
        return None
    group, turns = doc.spans[REFERENCES], doc.spans[TURNS].attrs
    found = []
    for span, score, role in zip(group, group.attrs["scores"], group.attrs["roles"], strict=True):
        number, origin = _turn_of(turns, span)
        found.append(Reference(number, span.start_char - origin, span.end_char - origin, score, role))
    return tuple(found)
