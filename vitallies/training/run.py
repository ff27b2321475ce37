"""The training run: from labels and corpora to a model on disk, with honest scores."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from joblib import Parallel, delayed

from vitallies import __version__
from vitallies.api import Analyzer
from vitallies.classify.encoder import Encoder
from vitallies.classify.store import Model, save_model
from vitallies.errors import DataError, MissingExtraError
from vitallies.evaluation import GoldSentence, Prediction, evaluate, predictions_from
from vitallies.labels import LABELS
from vitallies.training.boundaries import fit_boundaries
from vitallies.training.card import benchmark_of, model_card, with_benchmark
from vitallies.training.documents import Document, MentionSentence, labelled_documents, mentions_by_document
from vitallies.training.examples import Examples, collect
from vitallies.training.fit import cross_fit, fit
from vitallies.training.out_of_fold import OutOfFold, counted, cure
from vitallies.training.parts import parts
from vitallies.training.references import fit_references
from vitallies.transcripts import read_all

if TYPE_CHECKING:
    from vitallies.classify.boundaries import BoundaryModel
    from vitallies.classify.convolution import Convolution
    from vitallies.classify.tagger import Tagger
    from vitallies.training.student import Student

Progress = Callable[[str], None]
_MENTIONS = ("mentions", "mentions_more")
"""Files of sentences in which the people served were marked; the encoder has been trained on the first alone."""

_READ_FOR_MENTIONS = "roles/train.jsonl"
"""Meetings in which nothing else was marked, so that nothing but the words for the people served is learned there."""

_PACKAGES = ("numpy", "scikit-learn", "scipy", "spacy", "onnxruntime", "tokenizers")


@dataclass(frozen=True)
class Prepared:
    """What the heads and encoders are fitted on.

    Parameters
    ----------
    documents : tuple of Document
    boundaries : BoundaryModel
        Fitted on all of them.
    examples : Examples
        Of all of them, as transcribed and as a recogniser leaves them.
    """

    documents: tuple[Document, ...]
    boundaries: BoundaryModel
    examples: Examples

    @property
    def scored(self) -> list[Document]:
        """The documents of the folds, by fold."""
        return sorted((d for d in self.documents if d.fold is not None), key=lambda d: d.fold or 0)

    @property
    def gold(self) -> list[GoldSentence]:
        """The sentences of the scored documents."""
        return [sentence for document in self.scored for sentence in document.sentences]


def prepare(
    data: Path, corpora: Path, *, folds: Mapping[str, int] | None = None, jobs: int = 2, progress: Progress
) -> Prepared:
    """Run the first stages of the pipeline on everything that is labelled.

    Parameters
    ----------
    data : Path
        The project's ``data`` folder.
    corpora : Path
        The folder of the corpora's ``*.jsonl.gz`` files.
    folds : mapping of str to int, optional
        Document → fold; ``data/folds.json`` where not given. Documents without a fold serve for training alone.
    jobs : int
        Processes.
    progress : callable
        Is told in a line what has been done.

    Raises
    ------
    DataError
        Where labels or corpora are incomplete, or fewer than two folds have documents.
    MissingExtraError
        Where the packages of the extra ``train`` are not installed.
    """
    documents = tuple(labelled_documents(data, corpora))
    if folds is not None:
        documents = tuple(replace(document, fold=folds.get(document.transcript.id)) for document in documents)
    if len({document.fold for document in documents} - {None}) < 2:
        raise DataError("cross-validation needs at least two folds with labelled documents")
    _fitting()  # what is missing should be said before all that takes long
    boundaries = fit_boundaries(document.transcript for document in documents)
    progress("boundary model fitted")
    tasks = (
        delayed(collect)(document, boundaries, recognised=recognised)
        for document in documents
        for recognised in (False, True)
    )
    parallel = Parallel(n_jobs=jobs, return_as="generator", pre_dispatch="8*n_jobs", batch_size=8)
    examples = Examples.joined([found for found in parallel(tasks) if found is not None])
    progress(f"{len(examples.folds)} sentences collected")
    return Prepared(documents, boundaries, examples)


def cross_validate(
    prepared: Prepared, work: Path, *, fast: bool = False, jobs: int = 2, progress: Progress
) -> OutOfFold:
    """Fit with each fold left out, and score the fold through the public API, whole transcripts in.

    Parameters
    ----------
    prepared : Prepared
    work : Path
        A folder for the encoders' files; one of the same examples that lies there already is taken as it is, so that an
        interrupted run goes on.
    fast : bool
        Leave the encoder out: only the fast heads are fitted and scored.
    jobs : int
        Processes.
    progress : callable
        Is told in a line what has been done.
    """
    numbers = sorted({document.fold for document in prepared.scored if document.fold is not None})
    views, encoders = dict.fromkeys(numbers, prepared.examples), dict.fromkeys(numbers, Encoder(work))
    if not fast:
        encoders = {fold: _encoder(work, prepared.examples, fold, progress) for fold in numbers}
        views = {fold: prepared.examples.encoded(encoder, jobs=jobs) for fold, encoder in encoders.items()}
        progress("sentences encoded")
    convolutions = {fold: _convolution(prepared.examples, fold, progress) for fold in numbers}
    fits = cross_fit(views, convolutions, jobs=jobs, progress=progress)
    predictions: dict[str, list[Prediction]] = {kind: [] for kind in fits.log_odds}
    for kind, rows in predictions.items():
        for fold in numbers:
            model = _model(prepared, encoders[fold], fits.folds[fold])
            analyzer = Analyzer(model, fast=kind == "fast", all_candidates=True)
            transcripts = (document.transcript for document in prepared.scored if document.fold == fold)
            rows += counted(predictions_from(analyzer.pipe(transcripts, n_process=jobs)), prepared.gold)
        progress(f"{kind}: {len(rows)} out-of-fold candidates scored")
    return OutOfFold(prepared.examples.digest, fits.log_odds, predictions)


def train(data: Path, corpora: Path, scores: Path, out: Path, work: Path, *, jobs: int = 2, progress: Progress) -> None:
    """Train a model and write it, with its manifest and card, into a folder.

    Parameters
    ----------
    data, corpora, work, jobs, progress
        As for `prepare` and `cross_validate`.
    scores : Path
        The folder of the out-of-fold scores, by which the model is calibrated and which it is said to reach.
    out : Path
        The folder to write to.

    Raises
    ------
    DataError
        Where labels or corpora are incomplete, or the scores are missing or of other labels.
    MissingExtraError
        Where the packages of the extra ``train`` are not installed.
    """
    known = OutOfFold.read(scores)
    if known.log_odds.keys() != {"default", "fast"}:
        raise DataError(f"the out-of-fold scores in {scores} are not of both heads: {cure(scores)}")
    prepared = prepare(data, corpora, jobs=jobs, progress=progress)
    n_sentences = len(prepared.examples.folds)
    if known.digest != prepared.examples.digest or {len(odds) for odds in known.log_odds.values()} != {n_sentences}:
        raise DataError(f"the out-of-fold scores in {scores} are of other labels or folds: {cure(scores)}")
    encoder = _encoder(work, prepared.examples, None, progress)
    convolution = _convolution(prepared.examples, None, progress)
    taggers = fit(prepared.examples.encoded(encoder, jobs=jobs), convolution, known.log_odds, jobs=jobs)
    progress("heads fitted on everything")
    unlabelled = (Document(transcript, (), None) for transcript in read_all(data / _READ_FOR_MENTIONS))
    marked = [*prepared.documents, *unlabelled]
    references = fit_references(marked, _mentions(data), prepared.boundaries, encoder, jobs=jobs)
    progress("words for the people served fitted")
    manifest = {
        "name": out.name,
        "version": __version__,
        "encoder": "all-MiniLM-L6-v2, fine-tuned",
        "labels": list(LABELS),
        "versions": {package: version(package) for package in _PACKAGES},
        "data": {str(path.relative_to(data)): _sha256(path) for path in _inputs(data)},
        "scores": {kind: _scores(prepared.gold, mine) for kind, mine in known.predictions.items()},
        "parts": parts(prepared.scored, known.predictions["default"]),
    }
    write_model(replace(_model(prepared, encoder, taggers), references=references, manifest=manifest), out)
    progress(f"model written to {out}")


def write_model(model: Model, out: Path) -> None:
    """Write a model and its card into a folder; the benchmark in a card that is there stays."""
    save_model(model, out)
    card, path = model_card(json.loads((out / "manifest.json").read_text(encoding="utf-8"))), out / "CARD.md"
    if path.exists():
        card = with_benchmark(card, benchmark_of(path.read_text(encoding="utf-8")))
    path.write_text(card, encoding="utf-8")


def _model(prepared: Prepared, encoder: Encoder, taggers: Mapping[str, Tagger]) -> Model:
    """A model in memory; without an encoder's tagger only the fast one can be used."""
    manifest = {"name": "default", "version": __version__, "files": {"heads.npz": "0" * 8}}
    fast = taggers["fast"]
    return Model(prepared.boundaries, encoder, taggers.get("default", fast), fast, None, manifest)


class _Fitting(NamedTuple):
    """What needs the extra ``train``."""

    fit_student: Callable[..., Student]
    export_encoder: Callable[..., None]
    fit_convolution: Callable[..., Convolution]


def _fitting() -> _Fitting:
    try:
        from vitallies.training.convolution import fit_convolution
        from vitallies.training.encoder import export_encoder
        from vitallies.training.student import base_model, fit_student

        base_model()
    except ImportError as error:
        raise MissingExtraError("Training", "train") from error
    return _Fitting(fit_student, export_encoder, fit_convolution)


def _convolution(examples: Examples, fold: int | None, progress: Progress) -> Convolution:
    """The network over words trained on all folds but one."""
    found = _fitting().fit_convolution(examples, examples.without(fold), progress=progress)
    progress(f"convolution trained {_on(fold)}")
    return found


def _encoder(work: Path, examples: Examples, fold: int | None, progress: Progress) -> Encoder:
    """The encoder fine-tuned on all folds but one; from the work folder where one of the same examples lies there."""
    fitting = _fitting()
    seen = examples.without(fold)
    recipe = hashlib.sha256(Path(__file__).with_name("student.py").read_bytes())
    recipe.update(examples.digest.encode() + seen.tobytes())
    name = f"encoder-{recipe.hexdigest()[:12]}"
    folder = work / name
    if not folder.exists():
        made = work / f"unfinished-{name}"
        made.mkdir(parents=True, exist_ok=True)
        checkpoint = made / "checkpoint.pt"
        student = fitting.fit_student(examples, seen, checkpoint=checkpoint, progress=progress)
        fitting.export_encoder(student.body, made)
        made.rename(folder)
        (folder / checkpoint.name).unlink(missing_ok=True)
    progress(f"encoder trained {_on(fold)}: {folder}")
    return Encoder(folder)


def _on(fold: int | None) -> str:
    return "on everything" if fold is None else f"without fold {fold}"


def _scores(gold: Sequence[GoldSentence], predictions: Sequence[Prediction]) -> dict[str, Any]:
    """The report on corpora and on written meetings, apart."""
    parts = {}
    for name, written in (("corpora", False), ("meetings", True)):
        mine = [sentence for sentence in gold if sentence.doc.startswith("meetings/") == written]
        docs = {sentence.doc for sentence in mine}
        parts[name] = evaluate(mine, [x for x in predictions if x.doc in docs], resamples=1000).to_dict()
    return parts


def _inputs(data: Path) -> list[Path]:
    annotations = [data / "annotations" / f"{name}.jsonl.gz" for name in ("train", "mined", *_MENTIONS)]
    return sorted(
        [
            *annotations,
            *data.glob("examples/*"),
            *data.glob("meetings/*"),
            data / _READ_FOR_MENTIONS,
            data / "folds.json",
        ]
    )


def _mentions(data: Path) -> dict[str, tuple[MentionSentence, ...]]:
    """The sentences of both files, document by document; no document is in both."""
    found: dict[str, tuple[MentionSentence, ...]] = {}
    for name in _MENTIONS:
        for document, sentences in mentions_by_document(data / "annotations" / f"{name}.jsonl.gz").items():
            found[document] = found.get(document, ()) + sentences
    return found


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
