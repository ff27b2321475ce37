"""How well beliefs are grouped by meaning, against spans grouped by hand (``data/annotations/beliefs.jsonl``).

    python benchmarks/beliefs.py --corpora ../shared/corpora

prints B-cubed F1, precision and recall [1]_ with 95% bootstrap intervals over the hand-made groups, for each part of
the spans by itself, beside leaving every span alone and beside the similarity of strings: `difflib` and the cosine of
TF-IDF over runs of 3 to 5 characters, by average and by single linkage, cut where F1 on part A is highest. With part A
the constants in `vitallies.insights.grouping` and the ideas in ``rules/beliefs.json`` were chosen. Part B was left out
of that, but whoever wrote down the ideas had read it, so its figure flatters. Part ``fresh`` was grouped when all was
settled, from spans not seen before (such that careful readers split on whether they are vital lies at all).

.. [1] A. Bagga and B. Baldwin, Entity-based cross-document coreferencing using the vector space model, ACL 1998.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

from vitallies.classify.store import Model, load_model
from vitallies.insights.grouping import CLOSE, CLOSE_FAST, Meanings, grouped, wording
from vitallies.training.documents import corpus_transcripts

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

PARTS = ("A", "B", "fresh")
CUTS = np.arange(0.3, 0.97, 0.01)
RESAMPLES = 2000


def read(spans: Path, corpora: Path) -> dict[str, tuple[list[str], Ints]]:
    """Return for each part the texts of its spans and the number of the group of each."""
    rows = [json.loads(line) for line in spans.read_text(encoding="utf-8").splitlines()]
    texts = {transcript.id: transcript.turns for transcript in corpus_transcripts(corpora, _elsewhere(rows))}
    parts: dict[str, tuple[list[str], Ints]] = {}
    for part in PARTS:
        mine = [row for row in rows if row["part"] == part]
        said = [row.get("text") or texts[row["doc"]][row["turn"]].text[row["start"] : row["end"]] for row in mine]
        parts[part] = said, np.unique([row["group"] for row in mine], return_inverse=True)[1]
    return parts


def _elsewhere(rows: Sequence[dict[str, Any]]) -> set[str]:
    return {row["doc"] for row in rows if "text" not in row}


def ours(texts: Sequence[str], model: Model, *, fast: bool) -> Ints:
    """Group texts as `vitallies.insights.beliefs.beliefs` does."""
    wordings = [wording(text) for text in texts]
    distinct = sorted(set(wordings))
    groups = grouped(Meanings.of(distinct, model, fast=fast), CLOSE_FAST if fast else CLOSE)
    return groups[[distinct.index(each) for each in wordings]]


def string_distances(texts: Sequence[str]) -> Floats:
    """1 less the ratio of `difflib`, the mean of both directions."""
    wordings = [wording(text) for text in texts]
    ratios = np.array([[SequenceMatcher(None, a, b, autojunk=False).ratio() for a in wordings] for b in wordings])
    return 1 - (ratios + ratios.T) / 2


def tfidf_distances(texts: Sequence[str]) -> Floats:
    """1 less the cosine of TF-IDF over runs of characters."""
    runs = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    matrix = runs.fit_transform([wording(text) for text in texts])
    return np.clip(1 - (matrix @ matrix.T).toarray(), 0, None)


def cut(distances: Floats, linkage: str, at: float) -> Ints:
    """Group by linkage, cut at a distance."""
    model = AgglomerativeClustering(n_clusters=None, distance_threshold=at, metric="precomputed", linkage=linkage)
    groups: Ints = model.fit_predict(distances)
    return groups


def purity_and_completeness(groups: Ints, gold: Ints) -> Floats:
    """How pure the group of each span is and how complete, shape (n, 2)."""
    together, alike = (np.equal.outer(x, x) for x in (groups, gold))
    both = (together & alike).sum(1)
    return np.column_stack([both / together.sum(1), both / alike.sum(1)])


def f1(sums: Floats) -> Floats:
    """B-cubed F1 from sums of purity, completeness and spans, shape (…, 3)."""
    precision, recall = sums[..., 0] / sums[..., 2], sums[..., 1] / sums[..., 2]
    return 2 * precision * recall / (precision + recall)


def best_cut(distances: Floats, linkage: str, gold: Ints) -> float:
    """Return where F1 is highest."""
    figures = [f1(_sums(purity_and_completeness(cut(distances, linkage, at), gold), gold).sum(0)) for at in CUTS]
    return float(CUTS[int(np.argmax(figures))])


def _sums(items: Floats, gold: Ints) -> Floats:
    """Sums over each hand-made group, shape (n_groups, 3)."""
    return np.column_stack([np.bincount(gold, column) for column in (*items.T, np.ones(len(gold)))])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--spans", type=Path, default=Path("data/annotations/beliefs.jsonl"))
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"))
    arguments = parser.parse_args()
    parts, model = read(arguments.spans, arguments.corpora), load_model()
    found: dict[str, dict[str, Ints]] = defaultdict(dict)
    for part, (texts, _) in parts.items():
        found["vitallies"][part] = ours(texts, model, fast=False)
        found["vitallies, fast"][part] = ours(texts, model, fast=True)
        found["every span alone"][part] = np.arange(len(texts))
    for name, distances in (("difflib", string_distances), ("TF-IDF", tfidf_distances)):
        apart = {part: distances(texts) for part, (texts, _) in parts.items()}
        for linkage in ("average", "single"):
            at = best_cut(apart["A"], linkage, parts["A"][1])
            for part in parts:
                found[f"{name}, {linkage} linkage at {1 - at:.2f}"][part] = cut(apart[part], linkage, at)
    print("| part | grouped by | F1 | 95% | precision | recall | vitallies better by, 95% |")
    print("| --- " * 7 + "|")
    for part, (_, gold) in parts.items():
        n = int(gold.max()) + 1
        draws = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), RESAMPLES)
        first: Floats | None = None
        for name, groups in found.items():
            sums = _sums(purity_and_completeness(groups[part], gold), gold)
            figures = f1(draws @ sums)
            first = figures if first is None else first
            precision, recall, spans = sums.sum(0)
            low, high = np.quantile(figures, [0.025, 0.975])
            below, above = np.quantile(first - figures, [0.025, 0.975])
            print(
                f"| {part} | {name} | {f1(sums.sum(0)):.3f} | {low:.3f} to {high:.3f} | {precision / spans:.3f} "
                f"| {recall / spans:.3f} | {below:+.3f} to {above:+.3f} |"
            )


if __name__ == "__main__":
    main()
