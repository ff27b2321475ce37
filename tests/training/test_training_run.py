"""The training run: an encoder for each fold, taken up again where it was left."""

import sys
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

from vitallies.errors import DataError, MissingExtraError
from vitallies.training import run as home
from vitallies.training.documents import Document
from vitallies.training.examples import Examples
from vitallies.training.out_of_fold import OutOfFold
from vitallies.training.run import Prepared, _convolution, _encoder, _Fitting, cross_validate, prepare, train
from vitallies.types import Transcript, Turn


def examples_of(**given):
    """Examples of which a run reads only what says what is labelled."""
    blank = dict.fromkeys((field.name for field in fields(Examples)), ())
    return Examples(**{**blank, **given})


EXAMPLES = examples_of(
    folds=np.array([0, 1, -1, 0, 2], np.int8),
    windows=(("we", "wait"), ("who", "says", "so")),
    places=np.array([[0, 0, 2], [1, 0, 3]]),
    inside=np.zeros((5, 6), np.int8),
    verdicts=np.zeros((5, 6), np.int8),
    kinds=np.array(["", "", "MYTH", "", ""]),
    stances=np.array(["", "", "ASSERTED", "", ""]),
    alone=np.array([False, False, True, False, False]),
    mentions=np.zeros(5, np.int8),
    judged=np.ones(5, bool),
)


@dataclass
class Fitted:
    """What stands for a student."""

    body: list[int]


@pytest.fixture
def runs(monkeypatch):
    """What was fitted on: the run itself is left out, and the file written is the list of sentences."""
    found = []

    def fit(examples, sentences, *, checkpoint, progress):
        checkpoint.touch()
        assert examples.folds is EXAMPLES.folds
        found.append(np.flatnonzero(sentences).tolist())
        progress("fitting")
        return Fitted(found[-1])

    def export(body, folder):
        (folder / "encoder.onnx").write_text(str(body), encoding="utf-8")

    monkeypatch.setattr(home, "_fitting", lambda: _Fitting(fit, export, None))
    return found


@pytest.mark.parametrize(
    ("fold", "wanted"), [(0, [1, 2, 4]), (1, [0, 2, 3, 4]), (2, [0, 1, 2, 3]), (None, [0, 1, 2, 3, 4])]
)
def test_a_folds_encoder_sees_no_sentence_of_the_fold(runs, tmp_path, fold, wanted):
    encoder = _encoder(tmp_path, EXAMPLES, fold, lambda _: None)
    assert runs == [wanted]
    assert (encoder.folder / "encoder.onnx").read_text(encoding="utf-8") == str(wanted)
    assert list(tmp_path.iterdir()) == [encoder.folder]


def test_an_encoder_that_is_there_is_taken_as_it_is(runs, tmp_path):
    told = []
    first = {fold: _encoder(tmp_path, EXAMPLES, fold, told.append) for fold in (0, None)}
    assert [line.split(":")[0] for line in told] == [
        "fitting",
        "encoder trained without fold 0",
        "fitting",
        "encoder trained on everything",
    ]
    again = {fold: _encoder(tmp_path, EXAMPLES, fold, told.append) for fold in (0, None)}
    assert again == first
    assert len(runs) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"windows": (("we", "wait"), ("who", "said", "so"))},
        {"places": np.array([[0, 0, 2], [1, 1, 3]])},
        {"inside": np.ones((5, 6), np.int8)},
        {"verdicts": np.ones((5, 6), np.int8)},
        {"kinds": np.array(["", "", "EXCUSE", "", ""])},
        {"stances": np.array(["", "", "REJECTED", "", ""])},
        {"alone": np.array([False, False, False, False, False])},
        {"mentions": np.ones(5, np.int8)},
        {"judged": np.zeros(5, bool)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_encoder_of_other_labels_is_not_taken(runs, tmp_path, change):
    one = _encoder(tmp_path, EXAMPLES, 0, lambda _: None)
    other = _encoder(tmp_path, replace(EXAMPLES, **change), 0, lambda _: None)
    assert one != other
    assert len(runs) == 2


def test_an_encoder_half_written_is_not_taken_for_one(runs, tmp_path, monkeypatch):
    fit, export, _ = home._fitting()

    def interrupted(body, folder):
        export(body, folder)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(home, "_fitting", lambda: _Fitting(fit, interrupted, None))
        with pytest.raises(KeyboardInterrupt):
            _encoder(tmp_path, EXAMPLES, 1, lambda _: None)
    _encoder(tmp_path, EXAMPLES, 1, lambda _: None)
    assert len(runs) == 2


def test_a_folds_convolution_sees_no_sentence_of_the_fold(monkeypatch):
    def fit(examples, sentences, *, progress):
        assert examples is EXAMPLES
        progress("fitting")
        return np.flatnonzero(sentences).tolist()

    monkeypatch.setattr(home, "_fitting", lambda: _Fitting(None, None, fit))
    told = []
    assert [_convolution(EXAMPLES, fold, told.append) for fold in (0, None)] == [[1, 2, 4], [0, 1, 2, 3, 4]]
    assert told == ["fitting", "convolution trained without fold 0", "fitting", "convolution trained on everything"]


def test_without_the_extra_nothing_is_begun(tmp_path, monkeypatch):
    documents = [Document(Transcript(f"d{fold}", (Turn("We can't."),)), (), fold) for fold in (0, 1)]
    monkeypatch.setattr(home, "labelled_documents", lambda *_: documents)
    monkeypatch.setattr(home, "fit_boundaries", lambda _: pytest.fail("begun"))
    monkeypatch.setitem(sys.modules, "torch", None)  # what an import of it then finds is nothing
    for name in ("student", "encoder", "convolution"):
        monkeypatch.delitem(sys.modules, f"vitallies.training.{name}", raising=False)
    with pytest.raises(MissingExtraError, match=r"pip install 'vitallies\[train\]'"):
        prepare(tmp_path, tmp_path, progress=lambda _: None)


def test_folds_that_are_too_few_are_told_before_anything_is_begun(tmp_path, monkeypatch):
    documents = [Document(Transcript(f"d{fold}", (Turn("We can't."),)), (), fold) for fold in (0, 0, None)]
    monkeypatch.setattr(home, "labelled_documents", lambda *_: documents)
    monkeypatch.setattr(home, "fit_boundaries", lambda _: pytest.fail("begun"))
    with pytest.raises(DataError, match="at least two folds"):
        prepare(tmp_path, tmp_path, progress=lambda _: None)


def scores_in(folder, digest, kinds=("default", "fast")):
    OutOfFold(digest, dict.fromkeys(kinds, np.zeros((2, 6), np.float32)), {kind: [] for kind in kinds}).write(folder)
    return folder


def trained(tmp_path, scores):
    train(tmp_path, tmp_path, scores, tmp_path / "out", tmp_path / "work", progress=lambda _: None)


@pytest.mark.parametrize("digest", ["another", EXAMPLES.digest])
def test_scores_of_other_examples_are_refused_before_an_encoder_is_trained(runs, tmp_path, monkeypatch, digest):
    """Those of two sentences are not of five, whatever they say."""
    monkeypatch.setattr(home, "prepare", lambda *_, **__: Prepared((), None, EXAMPLES))
    with pytest.raises(DataError, match=r"of other labels or folds: run `vitallies evaluate --folds"):
        trained(tmp_path, scores_in(tmp_path / "scores", digest))
    assert not runs


def test_scores_of_the_fast_heads_alone_are_refused(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(home, "prepare", lambda *_, **__: pytest.fail("begun"))
    with pytest.raises(DataError, match="not of both heads: run `vitallies evaluate --folds"):
        trained(tmp_path, scores_in(tmp_path / "scores", EXAMPLES.digest, ["fast"]))
    assert not runs


def test_without_the_encoder_none_is_trained(tmp_path, monkeypatch):
    class BegunError(Exception):
        pass

    def begun(views, convolutions, **_):
        assert views.keys() == convolutions.keys() == {0, 1}
        assert all(view is EXAMPLES for view in views.values())
        raise BegunError

    monkeypatch.setattr(home, "_encoder", lambda *_: pytest.fail("trained"))
    monkeypatch.setattr(home, "_convolution", lambda _, fold, __: fold)
    monkeypatch.setattr(home, "cross_fit", begun)
    documents = tuple(Document(Transcript(f"d{fold}", (Turn("We can't."),)), (), fold) for fold in (0, 1))
    with pytest.raises(BegunError):
        cross_validate(Prepared(documents, None, EXAMPLES), tmp_path, fast=True, progress=lambda _: None)


def test_missing_scores_are_told_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(home, "prepare", lambda *_, **__: pytest.fail("begun"))
    with pytest.raises(DataError, match="holds no out-of-fold scores"):
        trained(tmp_path, tmp_path / "scores")
