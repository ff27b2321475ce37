"""How well mentions of the people served are found, against sentences read by hand that nothing was learned from.

    python benchmarks/mentions.py --corpora ../shared/corpora

analyses the documents of ``annotations/mentions_held_out.jsonl.gz`` with the shipped model and prints precision, recall
and F1 of the mentions, and F1 of their roles, with 95% bootstrap intervals over documents: as the default finds them,
and by rules, as without an encoder. The rules were not written on these documents, and no part of the model has seen
them.

A mention is found where one of ours overlaps it, and one of ours is right where it overlaps a mention; what careful
readers would split on counts neither way. A role counts among the mentions found. The mean F1 of roles is that of
end-users, brokers and fixers (one of these given where readers could tell none is wrong); below it that with "unclear"
as a fourth, which readers give to few mentions and the model to none.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import vitallies
from vitallies.insights.customers import CustomerFinder, Mention
from vitallies.training.annotations import read_rows
from vitallies.training.documents import corpus_transcripts
from vitallies.types import Transcript

Row = dict[str, Any]

KINDS = ("noun", "pronoun")
ROLES = ("end-user", "broker", "fixer", "unclear")
RESAMPLES = 2000


def counted(row: Row, ours: Iterable[Mention]) -> Counter[str]:
    """Count what is found, missed and wrong in a sentence."""
    counts: Counter[str] = Counter()
    marked = [(mark, [mine for mine in ours if _overlap(mark, mine)]) for mark in row["mentions"]]
    for mark, hits in marked:
        if mark.get("arguable"):
            continue
        counts[f"{mark['kind']} {'found' if hits else 'missed'}"] += 1
        if hits:
            counts.update({f"{mark['role']} wanted", f"{hits[0].role} given"})
            counts[f"{mark['role']} right"] += hits[0].role == mark["role"]
    for mine in ours:
        over = [mark for mark, hits in marked if mine in hits]
        kind = KINDS[not mine.named]
        counts[f"{kind} right"] += any(not mark.get("arguable") for mark in over)
        counts[f"{kind} wrong"] += not over
    return counts


def _overlap(mark: Row, mine: Mention) -> bool:
    return bool(mark["start"] < mine.end and mine.start < mark["end"])


def figures(counts: Counter[str]) -> dict[str, float]:
    """Return precision, recall and F1 by kind and of all, and F1 by role."""
    found: dict[str, float] = {}
    for name, kinds in (("nouns", KINDS[:1]), ("pronouns", KINDS[1:]), ("all", KINDS)):
        right, wrong, hit, missed = (
            sum(counts[f"{kind} {what}"] for kind in kinds) for what in ("right", "wrong", "found", "missed")
        )
        precision, recall = _share(right, right + wrong), _share(hit, hit + missed)
        found |= {f"{name} P": precision, f"{name} R": recall}
        found[f"{name} F1"] = _share(2 * precision * recall, precision + recall)
    roles = {
        role: 2 * counts[f"{role} right"] / (counts[f"{role} wanted"] + counts[f"{role} given"] or 1) for role in ROLES
    }
    told = [value for role, value in roles.items() if role != "unclear"]
    means = {"roles macro F1": float(np.mean(told)), "unclear as well": float(np.mean(list(roles.values())))}
    return found | roles | means


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def held_out(data: Path, corpora: Path, wanted: Iterable[str]) -> Iterator[Transcript]:
    """Yield the transcripts of some documents: written meetings from ``data``, the others from the corpora."""
    wanted = set(wanted)
    for name in ("held_out/meetings.jsonl", "roles/held_out.jsonl"):
        for transcript in vitallies.read_all(data / name):
            if transcript.id in wanted:
                wanted.remove(transcript.id)
                yield transcript
    yield from corpus_transcripts(corpora, wanted)


def show(title: str, documents: Sequence[Counter[str]]) -> None:
    """Print the figures of some documents."""
    draws = np.random.default_rng(0).integers(len(documents), size=(RESAMPLES, len(documents)))
    resampled = [figures(sum((documents[i] for i in draw), Counter())) for draw in draws.tolist()]
    total = sum(documents, Counter())
    n = sum(total[f"{kind} {what}"] for kind in KINDS for what in ("found", "missed"))
    print(f"\n{title}: {len(documents)} documents, {n} mentions")
    for name, value in figures(total).items():
        low, high = np.percentile([each[name] for each in resampled], [2.5, 97.5])
        print(f"{name:16} {value:.2f} [{low:.2f}, {high:.2f}]")


def main() -> None:
    """Print the figures of each part, and of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the transcripts")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the project's data folder")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    args = parser.parse_args()
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in read_rows(args.data / "annotations" / "mentions_held_out.jsonl.gz"):
        rows[row["doc"]].append(row)
    finder = CustomerFinder()
    parts: defaultdict[tuple[str, str], list[Counter[str]]] = defaultdict(list)
    transcripts = held_out(args.data, args.corpora, rows)
    for analysis in vitallies.load().pipe(transcripts, n_process=args.jobs):
        mine = rows[analysis.transcript.id]
        for way, read in (("default", analysis), ("rules", replace(analysis, references=None))):
            counts: Counter[str] = Counter()
            mentions = finder.find(read)
            for row in mine:
                here = [x for x in mentions if x.turn == row["turn"] and row["start"] <= x.start < row["end"]]
                counts += counted(row, here)
            for part in (mine[0]["part"], "all"):
                parts[way, part].append(counts)
    for (way, part), documents in sorted(parts.items()):
        show(f"{way}, {part}", documents)


if __name__ == "__main__":
    main()
