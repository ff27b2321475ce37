"""What is lost on a source that nothing was learned from: ours and TF-IDF, trained with and without it.

    vitallies evaluate --folds data/sources.json --fast --out out/sources
    python benchmarks/sources.py out/sources --corpora ../shared/corpora

compares the predictions of models that have seen no document of a source with those in ``data/out_of_fold``, whose
models have seen its other documents; without ``--fast`` the first command trains an encoder for each source too, in
hours. What is printed holds figures and no sentence.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from baselines import Logistic, tfidf
from labelled import Labelled, predictions
from numpy.typing import NDArray
from quality import cell, row
from systems import OURS, TFIDF

from vitallies.evaluation import GoldSentence, Prediction, compare, evaluate
from vitallies.labels import CORE_LABELS
from vitallies.training.annotations import read_rows
from vitallies.training.documents import labelled_documents

SOURCES = ("earnings calls", "committees", "design teams", "podcasts", "written meetings")
"""By their numbers in ``data/sources.json``."""

C = 10.0


def tfidf_scores(data: Labelled, left_out: NDArray[np.int64]) -> list[Prediction]:
    """Score the sentences of each group by a model that has seen none of it; -1 is in no group."""
    found: list[Prediction] = []
    for group in sorted(set(left_out.tolist()) - {-1}):
        seen, rows = left_out != group, np.flatnonzero((left_out == group) & data.scored)
        scores = Logistic(tfidf(), C).fit(data.texts[seen], data.verdicts[seen]).scores(data.texts[rows])
        # Its threshold is of no matter: only how it ranks is compared.
        found += predictions([data.gold[i] for i in rows], scores, np.full(scores.shape[1], 0.5))
    return found


def kept(folder: Path) -> dict[str, list[Prediction]]:
    """Return the predictions of ours in a folder, by system."""
    files = {name: folder / f"{kind}.jsonl.gz" for kind, name in OURS.items()}
    if not any(file.exists() for file in files.values()):
        raise SystemExit(f"{folder} holds no predictions: run vitallies evaluate --folds … --out {folder} first")
    return {name: list(map(Prediction.from_row, read_rows(file))) for name, file in files.items() if file.exists()}


def table(
    gold: Mapping[str, list[GoldSentence]],
    with_it: Mapping[str, list[Prediction]],
    without: Mapping[str, list[Prediction]],
    resamples: int,
) -> str:
    """Return average precision on each source by what was trained with it and without it, and the difference."""
    lines = [
        row(["source", "label", "sentences", "system", "AP with it", "AP without", "difference"]),
        row(["---"] * 7),
    ]
    for source, sentences in gold.items():
        docs = {sentence.doc for sentence in sentences}
        for system in without:
            one, other = ([x for x in group[system] if x.doc in docs] for group in (without, with_it))
            figures = [evaluate(sentences, each, resamples=0).to_dict() for each in (other, one)]
            differences = compare(sentences, one, other, n=resamples).to_dict()
            for label in CORE_LABELS:
                cells = [cell(each[label], "AP") for each in figures] + [cell(differences[label], "AP", sign="+")]
                lines.append(row([source, label, str(figures[0][label]["gold"]), system, *cells]))
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("without", type=Path, help="folder of predictions by models that have not seen the source")
    parser.add_argument(
        "--with", dest="known", type=Path, default=Path("data/out_of_fold"), help="folder of the others"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="the project's data folder")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the transcripts")
    parser.add_argument("--resamples", type=int, default=1000, help="of documents, for the intervals")
    args = parser.parse_args()

    numbers = json.loads((args.data / "sources.json").read_text(encoding="utf-8"))
    with_it, without = kept(args.known), kept(args.without)
    if missing := without.keys() - with_it.keys():
        raise SystemExit(f"{args.known} has no predictions of {' and '.join(sorted(missing))}")
    data = Labelled.of(labelled_documents(args.data, args.corpora))
    source = np.array([numbers.get(sentence.doc, -1) for sentence in data.gold])
    gold: dict[str, list[GoldSentence]] = {name: [] for name in SOURCES}
    for i in np.flatnonzero(data.scored & (source >= 0)).tolist():
        gold[SOURCES[source[i]]].append(data.gold[i])
    with_it[TFIDF], without[TFIDF] = tfidf_scores(data, data.folds), tfidf_scores(data, source)
    print(table(gold, with_it, without, args.resamples))


if __name__ == "__main__":
    main()
