"""How good: ours against what somebody would pick instead, trained and scored on the same folds.

    python benchmarks/quality.py --corpora ../shared/corpora

trains the alternatives with each fold left out and scores that fold; ours are the predictions in ``data/out_of_fold``,
which ``make scores`` makes anew. ``--teacher FILE`` adds a row of a large model's predictions, out of fold like ours.
``--dev`` compares the model on disk with the alternatives trained on everything, on the dev documents.

The alternatives that are trained see what ours sees: the sentences of the other folds and the written examples. They
are given the sentences as the readers had them, where ours has to find its own, and a label's threshold is the one with
the highest F1 on the out-of-fold scores of the other folds. Keyword rules see no label: they are told by their matches.
What is printed and written holds figures and no sentence.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from baselines import TRIED, Alternative, alternatives
from labelled import ARGUABLE, CLEAR, Labelled, best_threshold, predictions
from numpy.typing import NDArray
from rules import Rules
from systems import OURS, RULES, TEACHER

import vitallies
from vitallies.evaluation import GoldSentence, Prediction, average_precision, compare, evaluate, predictions_from
from vitallies.labels import LABELS
from vitallies.training.annotations import read_rows
from vitallies.training.documents import Document, corpus_transcripts, gold_by_document, labelled_documents

Systems = dict[str, list[Prediction]]

FIGURES = {"F1": "F1", "AP": "AP", "span_F1": "span F1"}
"""Figure of a report → heading."""

ROWS = (*LABELS, "core")


def say(line: str) -> None:
    """Tell on standard error what has been done."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def labelled(args: argparse.Namespace) -> Labelled:
    """Read the labelled sentences."""
    found = Labelled.of(labelled_documents(args.data, args.corpora))
    say(f"{len(found.gold)} labelled sentences read")
    return found


def out_of_fold(kind: Alternative, items: NDArray[Any], data: Labelled, **settings: float) -> NDArray[np.float64]:
    """Return scores by models that have seen nothing of the sentence's fold; 0 for what is in no fold."""
    scores = np.zeros(data.verdicts.shape)
    for fold in data.numbers:
        seen, held_out = data.folds != fold, data.folds == fold
        scores[held_out] = kind.classifier(**settings).fit(items[seen], data.verdicts[seen]).scores(items[held_out])
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


def try_settings(data: Labelled) -> str:
    """Return a table of what each value gives: mean average precision over the labels, all documents together."""
    lines = [row(["alternative", "setting", "mean AP"]), row(["---"] * 3)]
    kinds = alternatives()
    for name, (setting, values) in TRIED.items():
        items = kinds[name].prepare(data.texts)
        for value in values:
            scores, found = out_of_fold(kinds[name], items, data, **{setting: value}), []
            for verdicts, column in zip(data.verdicts.T, scores.T, strict=True):
                rows = data.scored & (verdicts != ARGUABLE)
                found.append(average_precision(verdicts[rows] == CLEAR, column[rows]))
            lines.append(row([name, f"{setting} = {value:g}", f"{np.mean(found):.4f}"]))
            say(lines[-1])
    return "\n".join(lines)


def folds(args: argparse.Namespace, data: Labelled) -> dict[str, Any]:
    """Compare ours with the alternatives out of fold, on corpora and on written meetings."""
    others: Systems = {}
    for name, kind in alternatives().items():
        others[name] = cross_validated(kind, kind.prepare(data.texts), data)
        say(f"{name} scored out of fold")
    others |= unlearned(args, data)
    ours = {
        name: list(map(Prediction.from_row, read_rows(args.ours / f"{kind}.jsonl.gz"))) for kind, name in OURS.items()
    }
    scored = [data.gold[i] for i in np.flatnonzero(data.scored).tolist()]
    parts = {"corpora": False, "written meetings": True}
    return {
        title: part([x for x in scored if x.doc.startswith("meetings/") == written], ours, others, args.resamples)
        for title, written in parts.items()
    }


def unlearned(args: argparse.Namespace, data: Labelled) -> Systems:
    """Return what is not trained here: the predictions of keyword rules, and those of the teacher where given."""
    found = {RULES: Rules.read().predictions(data.gold, data.texts)}
    if args.teacher:
        found[TEACHER] = list(map(Prediction.from_row, read_rows(args.teacher)))
    return found


def dev(args: argparse.Namespace, data: Labelled) -> dict[str, Any]:
    """Compare our model on disk with alternatives trained on all of train, on the documents of dev."""
    gold = gold_by_document(args.data / "annotations" / "dev.jsonl.gz")
    documents = [Document(x, tuple(gold[x.id]), None) for x in corpus_transcripts(args.corpora, gold)]
    held_out = Labelled.of(documents)
    others: Systems = {}
    for name, kind in alternatives().items():
        items = kind.prepare(data.texts)
        limits = thresholds(out_of_fold(kind, items, data), data)
        scores = kind.classifier().fit(items, data.verdicts).scores(kind.prepare(held_out.texts))
        others[name] = predictions(held_out.gold, scores, limits)
        say(f"{name} trained on everything")
    others |= unlearned(args, held_out)
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
    """Return the two tables of a part: figures, and differences."""
    return f"\n## {title}\n\n{by_label(found['systems'])}\n\n{differences(found['differences'])}"


def by_label(systems: Mapping[str, Any]) -> str:
    """Return the figures of all systems as a table, with their 95% intervals."""
    lines = [row(["label", "sentences", "system", *FIGURES.values()]), row(["---"] * (3 + len(FIGURES)))]
    for label in ROWS:
        for name, report in systems.items():
            figures = [cell(report[label], figure) for figure in FIGURES]
            lines.append(row([label, str(report[label].get("gold", "")), name, *figures]))
    return "\n".join(lines)


def differences(pairs: Mapping[str, Any]) -> str:
    """Return the differences of ours from the others as a table, with their 95% intervals."""
    lines = [row(["label", "difference", "AP", "F1"]), row(["---"] * 4)]
    for label in ROWS:
        for name, report in pairs.items():
            lines.append(row([label, name, *(cell(report[label], figure, sign="+") for figure in ("AP", "F1"))]))
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


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Return the options that the benchmarks of quality share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the project's data folder")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the transcripts")
    parser.add_argument("--ours", type=Path, default=Path("data/out_of_fold"), help="folder with our predictions")
    parser.add_argument("--teacher", type=Path, help="predictions of a large model: rows of spans, gzipped or not")
    parser.add_argument("--model", type=Path, help="our model to load, if not the shipped one")
    parser.add_argument("--resamples", type=int, default=1000, help="of documents, for the intervals")
    parser.add_argument("--jobs", type=int, default=2, help="processes for ours")
    parser.add_argument("--json", type=Path, help="write all figures here")
    return parser


def main() -> None:
    """Run the comparison that the arguments ask for."""
    parser = arguments(__doc__)
    parser.add_argument("--dev", action="store_true", help="score the dev documents with models of all of train")
    parser.add_argument("--try-settings", action="store_true", help="only show what other settings would give")
    args = parser.parse_args()

    data = labelled(args)
    if args.try_settings:
        print(try_settings(data))
        return
    parts = (dev if args.dev else folds)(args, data)
    for title, found in parts.items():
        print(markdown(title, found))
    if args.json:
        found = {"version": vitallies.__version__, "resamples": args.resamples, "parts": parts}
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
