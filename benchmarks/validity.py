"""Do the measures show what the theory says? The expectations are those of VALIDITY.md, written before this was run.

    python benchmarks/validity.py --corpora ../shared/corpora

``--ours`` is the folder of out-of-fold predictions that ``vitallies evaluate --folds`` wrote.
What is printed holds figures and no sentence.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vitallies.evaluation import Prediction
from vitallies.insights.comparison import Measure, differ
from vitallies.insights.engagement import SIGNS, engagement_counts
from vitallies.insights.estimates import Estimate, estimate
from vitallies.insights.framing import FRAMES
from vitallies.labels import LAYER_OF
from vitallies.render.measured import measured_rows
from vitallies.training.annotations import read_rows
from vitallies.training.documents import corpus_transcripts
from vitallies.transcripts import read_all
from vitallies.types import Analysis, AnnotatedSpan, Transcript

Row = dict[str, Any]

KINDS_OF_TALK = {
    "earnings calls": ("earnings21/", "earnings22/"),
    "design meetings": ("qmsum-product/",),
    "founder interviews": ("changelog-founderstalk/",),
    "written meetings": ("meetings/",),
}
FOCUSED = Measure("customer-focused share of words", ("CUSTOMER_FOCUSED_words",), ("our_words",))
CENTRICITY = Measure("centricity", ("CUSTOMER_CENTRIC_words",), tuple(f"{frame}_words" for frame in FRAMES))
LIES = Measure("vital lies per 1,000 words", ("VITAL_LIE",), ("our_words",), 1000.0)
SELF_DECEPTION = Measure("self-deception among vital lies", ("SELF_DECEPTION",), ("VITAL_LIE",))
EXCUSE = Measure("excuses among vital lies", ("EXCUSE",), ("VITAL_LIE",))
# Not per lie, since some meetings hold challenges and no lie; the order of meetings and groups is the same.
CHALLENGES = Measure("challenges among challenges and vital lies", ("CHALLENGE",), ("CHALLENGE", "VITAL_LIE"))
UNCHALLENGED = Measure("unchallenged rate", ("lies_unchallenged",), ("lies_asserted",))
CLARITY = Measure("customer clarity", ("customer_clarity",), ("customer_rooms",))
ANSWERS = Measure("answers to who the customer is, a meeting", ("customer_answers",), ("one",))
ASPIRATIONS = Measure("aspirations per 1,000 words", ("ASPIRATION",), ("our_words",), 1000.0)

EXPECTED = (
    (1, FOCUSED, "earnings calls", ("design meetings", "founder interviews", "written meetings")),
    (2, CENTRICITY, "design meetings", ("earnings calls",)),
    (2, CENTRICITY, "founder interviews", ("earnings calls",)),
    (3, CENTRICITY, "design meetings", ("earnings calls", "founder interviews", "written meetings")),
    (4, LIES, "written meetings", ("earnings calls",)),
    (5, SELF_DECEPTION, "earnings calls", ("design meetings", "founder interviews", "written meetings")),
    (6, EXCUSE, "written meetings", ("founder interviews",)),
    (7, CHALLENGES, "written meetings", ("earnings calls",)),
    (7, CHALLENGES, "design meetings", ("earnings calls",)),
    (8, UNCHALLENGED, "earnings calls", ("design meetings",)),
    (10, CLARITY, "design meetings", ("earnings calls",)),
    (11, ANSWERS, "earnings calls", ("design meetings",)),
    (12, ASPIRATIONS, "founder interviews", ("earnings calls",)),
)
"""Number in VALIDITY.md, measure, the kind of talk that should lie above, and those below it."""

RELIABLE = {
    FOCUSED: 0.7,
    Measure("customer share", ("customer_words",), ("our_words",)): 0.7,
    CENTRICITY: 0.7,
    LIES: 0.4,
}
"""Measure → the split-half reliability that expectation 13 asks for."""


def analyses(ours: Path, corpora: Path, data: Path) -> Iterator[Analysis]:
    """Yield the documents of the folds with their out-of-fold spans, those with none too; rules find those served."""
    spans: dict[str, list[Prediction]] = defaultdict(list)
    for found in map(Prediction.from_row, read_rows(ours / "default.jsonl.gz")):
        spans[found.doc] += [found] if found.selected else []
    names = [name for name in spans if not name.startswith("meetings/")]
    written = (x for x in read_all(data / "meetings" / "train.jsonl"))
    for transcript in (*corpus_transcripts(corpora, names), *written):
        yield Analysis(transcript, tuple(_span(found, transcript) for found in spans[transcript.id]), "out of fold")


def _span(found: Prediction, transcript: Transcript) -> AnnotatedSpan:
    turn = transcript.turns[found.turn]
    kept = {key: getattr(found, key) for key in ("turn", "start", "end", "label", "score", "kind", "stance")}
    text = turn.text[found.start : found.end]
    return AnnotatedSpan(**kept, transcript=found.doc, text=text, layer=LAYER_OF[found.label], speaker=turn.speaker)


def measured(analysis: Analysis) -> Row:
    """The meeting's row, with what the expectations need besides."""
    (row,) = measured_rows(analysis)["transcripts"]
    kinds = [span.kind for span in analysis.spans]
    row |= {kind: kinds.count(kind) for kind in ("EXCUSE", "SELF_DECEPTION")}
    return row | {"one": None if row["customer_answers"] is None else 1}


def halves(analysis: Analysis) -> list[Analysis]:
    """The odd and the even turns, each as a meeting."""
    found = []
    for odd in (0, 1):
        numbers = {n: i for i, n in enumerate(range(odd, len(analysis.transcript.turns), 2))}
        turns = tuple(analysis.transcript.turns[n] for n in numbers)
        spans = tuple(replace(s, turn=numbers[s.turn]) for s in analysis.spans if s.turn in numbers)
        found.append(Analysis(replace(analysis.transcript, turns=turns), spans, analysis.model))
    return found


def verdict(found: Estimate) -> str:
    """Hit where the whole interval lies above 0, miss where the figure lies below it."""
    if not found.value > 0:
        return "miss"
    return "hit" if found.low > 0 else "undecided"


def compared(rows: dict[str, list[Row]]) -> Iterator[str]:
    """Yield a line for each expected difference."""
    for number, measure, above, others in EXPECTED:
        for below in others:
            first, second = (measure.counts(rows[name]) for name in (below, above))
            found = differ(first, second, measure=measure.name, scale=measure.scale)
            low, high = found.difference.low, found.difference.high
            yield (
                f"| {number} | {measure.name} | {above}: {found.second.value:.3g} | {below}: {found.first.value:.3g} | "
                f"{found.difference.value:+.3g} [{low:+.3g}, {high:+.3g}] | {verdict(found.difference)} |"
            )


def exchanged(kinds: dict[str, list[Analysis]]) -> Iterator[str]:
    """Yield a line for expectation 9 in each kind of talk."""
    sign, centric, focused = (
        list(SIGNS).index("back_and_forth"),
        FRAMES.index("CUSTOMER_CENTRIC"),
        FRAMES.index("CUSTOMER_FOCUSED"),
    )

    def apart(sums: np.ndarray) -> np.ndarray:
        return np.log(sums[0] / sums[1]) - np.log(sums[2] / sums[3])

    for name in ("design meetings", "written meetings"):
        tables = [engagement_counts(x).reshape(len(FRAMES), len(SIGNS), -1) for x in kinds[name]]
        counts = np.array([np.concatenate([t[centric, sign, 2:4], t[focused, sign, 2:4]]) for t in tables])
        found = estimate(apart, counts)
        yield (
            f"| 9 | log ratio of back-and-forth after centric to after focused talk | {name} | | "
            f"{found.value:+.3g} [{found.low:+.3g}, {found.high:+.3g}] | {verdict(found)} |"
        )


def reliability(pairs: list[tuple[Row, Row]]) -> Iterator[str]:
    """Yield a line for each measure: the correlation of odd and even turns over meetings, by Spearman and Brown."""
    for measure, wanted in RELIABLE.items():
        sides = []
        for rows in zip(*pairs, strict=True):
            above, below = measure.counts(rows)
            with np.errstate(divide="ignore", invalid="ignore"):
                sides.append(above / below)
        known = np.isfinite(sides).all(0)
        r = float(np.corrcoef(sides[0][known], sides[1][known])[0, 1])
        value = 2 * r / (1 + r)
        yield (
            f"| 13 | split-half reliability of {measure.name} | {int(known.sum())} meetings | {wanted} | {value:.2f} | "
            f"{'hit' if value >= wanted else 'miss'} |"
        )


def main() -> None:
    """Print what was found of each expectation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the project's data folder")
    parser.add_argument("--corpora", type=Path, default=Path("../shared/corpora"), help="folder of the transcripts")
    parser.add_argument("--ours", type=Path, default=Path("data/out_of_fold"), help="folder with our predictions")
    args = parser.parse_args()
    kinds: dict[str, list[Analysis]] = defaultdict(list)
    pairs = []
    kind_of: Callable[[str], str | None] = lambda name: next(  # noqa: E731
        (kind for kind, starts in KINDS_OF_TALK.items() if name.startswith(starts)), None
    )
    for analysis in analyses(args.ours, args.corpora, args.data):
        if (kind := kind_of(analysis.transcript.id)) is not None:
            kinds[kind].append(analysis)
        odd, even = map(measured, halves(analysis))
        pairs.append((odd, even))
    rows = {kind: [measured(x) for x in found] for kind, found in kinds.items()}
    print("; ".join(f"{kind}: {len(found)}" for kind, found in rows.items()))
    print("| # | measure | above | below | difference | |\n| --- | --- | --- | --- | --- | --- |")
    for line in (*compared(rows), *exchanged(kinds), *reliability(pairs)):
        print(line)


if __name__ == "__main__":
    main()
