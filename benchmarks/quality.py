"""How good: ours against what somebody would pick instead, trained and scored on the same folds.

    python benchmarks/quality.py --corpora ../shared/corpora

trains ours and the alternatives with each fold left out and scores that fold. ``--ours DIR`` takes the predictions that
``vitallies evaluate --folds data/folds.json --out DIR`` wrote instead of training ours anew. ``--dev`` compares the
model on disk with the alternatives trained on everything, on the dev documents.

The alternatives see what ours sees: the sentences of the other folds and the written examples. They are given the
sentences as the readers had them, where ours has to find its own, and a label's threshold is the one with the highest
F1 on the out-of-fold scores of the other folds. What is printed and written holds figures and no sentence.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from baselines import ARGUABLE, CLEAR, Alternative, Labelled, alternatives, best_threshold, predictions
from numpy.typing import NDArray

import vitallies
from vitallies.evaluation import GoldSentence, Prediction, average_precision, compare, evaluate, predictions_from
from vitallies.labels import LABELS
from vitallies.training.annotations import read_rows
from vitallies.training.documents import Document, corpus_transcripts, gold_by_document, labelled_documents
from vitallies.training.run import cross_validate

Systems = dict[str, list[Prediction]]

OURS = {"default": "vitallies", "fast": "vitallies fast"}
FIGURES = ("AP", "F1", "span_F1")


def say(line: str) -> None:
    """Tell on standard error what has been done."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def out_of_fold(kind: Alternative, items: NDArray[Any], data: Labelled, c: float | None = None) -> NDArray[np.float64]:
    """Return scores by models that have seen nothing of the sentence's fold; 0 for what is in no fold."""
    scores = np.zeros(data.verdicts.shape)
    for fold in data.numbers:
        seen, held_out = data.folds != fold, data.folds == fold
        scores[held_out] = kind.baseline(c).fit(items[seen], data.verdicts[seen]).scores(items[held_out])
    return scores


def thresholds(scores: NDArray[np.float64], data: Labelled, without: int | None = None) -> NDArray[np.float64]:
    """Return each label's best threshold on the out-of-fold scores, those of one fold left out."""
    rows = data.scored & (data.folds != without)
    return np.array([best_threshold(scores[rows, i], data.verdicts[rows, i]) for i in range(len(LABELS))])


def cross_validated(kind: Alternative, items: NDArray[Any], data: Labelled) -> list[Prediction]:
    """Return an alternative's predictions for all folds, each with the thresholds of the others."""
    scores, found = out_of_fold(kind, items, data), []
    for fold in data.numbers:
        rows = np.flatnonzero(data.scored & (data.folds == fold))
        found += predictions([data.gold[i] for i in rows], scores[rows], thresholds(scores, data, fold))
    return found


def try_c(data: Labelled) -> str:
    """Return a table of what each value of C gives: mean average precision over the labels, all documents together."""
    lines = [row(["alternative", "C", "mean AP"]), row(["---"] * 3)]
    for name, kind in alternatives().items():
        items = kind.prepare(data.texts)
        for c in kind.tried:
            scores, found = out_of_fold(kind, items, data, c), []
            for verdicts, column in zip(data.verdicts.T, scores.T, strict=True):
                rows = data.scored & (verdicts != ARGUABLE)
                found.append(average_precision(verdicts[rows] == CLEAR, column[rows]))
            lines.append(row([name, f"{c:g}", f"{np.mean(found):.4f}"]))
            say(lines[-1])
    return "\n".join(lines)


def folds(args: argparse.Namespace, data: Labelled) -> dict[str, Any]:
    """Compare ours with the alternatives out of fold, on corpora and on written meetings."""
    others: Systems = {}
    for name, kind in alternatives().items():
        others[name] = cross_validated(kind, kind.prepare(data.texts), data)
        say(f"{name} scored out of fold")
    if args.ours:
        rows = {kind: read_rows(args.ours / f"{kind}.jsonl.gz") for kind in OURS}
    else:
        with tempfile.TemporaryDirectory() as work:
            rows = cross_validate(args.data, args.corpora, Path(work), jobs=args.jobs, progress=say).predictions
    ours = {name: [Prediction.from_row(x) for x in rows[kind]] for kind, name in OURS.items()}
    scored = [data.gold[i] for i in np.flatnonzero(data.scored).tolist()]
    parts = {"corpora": False, "written meetings": True}
    return {
        title: part([x for x in scored if x.doc.startswith("meetings/") == written], ours, others, args.resamples)
        for title, written in parts.items()
    }


def dev(args: argparse.Namespace, data: Labelled) -> dict[str, Any]:
    """Compare our model on disk with alternatives trained on all of train, on the documents of dev."""
    gold = gold_by_document(args.data / "annotations" / "dev.jsonl.gz")
    documents = [Document(x, tuple(gold[x.id]), None) for x in corpus_transcripts(args.corpora, gold)]
    held_out = Labelled.of(documents)
    others: Systems = {}
    for name, kind in alternatives().items():
        items = kind.prepare(data.texts)
        limits = thresholds(out_of_fold(kind, items, data), data)
        scores = kind.baseline().fit(items, data.verdicts).scores(kind.prepare(held_out.texts))
        others[name] = predictions(held_out.gold, scores, limits)
        say(f"{name} trained on everything")
    ours: Systems = {}
    for kind_of_ours, name in OURS.items():
        analyzer = vitallies.load(args.model, fast=kind_of_ours == "fast", all_candidates=True)
        ours[name] = predictions_from(analyzer.pipe((x.transcript for x in documents), n_process=args.jobs))
        say(f"{name} has scored dev")
    return {"dev": part(held_out.gold, ours, others, args.resamples)}


def part(gold: list[GoldSentence], ours: Systems, others: Systems, resamples: int) -> dict[str, Any]:
    """Measure all systems on some documents and compare ours with each of the others."""
    docs = {sentence.doc for sentence in gold}
    mine, theirs = ({k: [x for x in v if x.doc in docs] for k, v in group.items()} for group in (ours, others))
    reports = {k: evaluate(gold, v, resamples=resamples).to_dict() for k, v in {**mine, **theirs}.items()}
    differences = {
        f"{a} − {b}": compare(gold, first, second, n=resamples).to_dict()
        for a, first in mine.items()
        for b, second in theirs.items()
    }
    say(f"{len(docs)} documents measured")
    return {"systems": reports, "differences": differences}


def markdown(title: str, found: Mapping[str, Any]) -> str:
    """Return the two tables of a part: figures, and differences with their 95% intervals."""
    systems, differences = found["systems"], found["differences"]
    labels = [*LABELS, "core"]
    lines = [f"\n## {title}\n", row(["label", "sentences", "system", *FIGURES]), row(["---"] * (3 + len(FIGURES)))]
    for label in labels:
        for name, report in systems.items():
            figures = [cell(report[label], figure) for figure in FIGURES]
            lines.append(row([label, str(report[label].get("gold", "")), name, *figures]))
    lines += ["", row(["label", "difference", "AP", "F1"]), row(["---"] * 4)]
    for label in labels:
        for name, report in differences.items():
            lines.append(row([label, name, *(cell(report[label], figure, sign="+") for figure in FIGURES[:2])]))
    return "\n".join(lines)


def row(cells: Iterable[str]) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def cell(figures: Mapping[str, Any], name: str, sign: str = "") -> str:
    """Return a figure with its interval."""
    value, (low, high) = figures[name], figures.get("intervals", {}).get(name, (None, None))
    if value is None:
        return "–"
    return f"{value:{sign}.3f}" + ("" if low is None else f" [{low:{sign}.3f}, {high:{sign}.3f}]")


def main() -> None:
    """Run the comparison that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the project's data folder")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the transcripts")
    parser.add_argument("--ours", type=Path, help="folder with our predictions: default.jsonl.gz and fast.jsonl.gz")
    parser.add_argument("--dev", action="store_true", help="score the dev documents with models of all of train")
    parser.add_argument("--model", type=Path, help="our model for --dev, if not the shipped one")
    parser.add_argument("--try-c", action="store_true", help="only show what other values of C would give")
    parser.add_argument("--resamples", type=int, default=1000, help="of documents, for the intervals")
    parser.add_argument("--jobs", type=int, default=2, help="processes for ours")
    parser.add_argument("--json", type=Path, help="write all figures here")
    args = parser.parse_args()

    data = Labelled.of(labelled_documents(args.data, args.corpora))
    say(f"{len(data.gold)} labelled sentences read")
    if args.try_c:
        print(try_c(data))
        return
    parts = (dev if args.dev else folds)(args, data)
    for title, found in parts.items():
        print(markdown(title, found))
    if args.json:
        found = {"version": vitallies.__version__, "resamples": args.resamples, "parts": parts}
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
