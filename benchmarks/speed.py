"""How fast: words a second on one core, whole transcripts in, spans out, side by side in one run.

    python benchmarks/speed.py --corpora ../shared/corpora

Ours goes through the public API. Beside it: spaCy's blank English tokenisation of the same text, the least that
anything built on spaCy costs; MiniLM in PyTorch as sentence-transformers runs it (batches of 64 sentences) with a
logistic head; TF-IDF with logistic regression; spaCy's `textcat`; keyword rules. All of these but the first cut
sentences by a regular expression, the cheapest way there is. One round of all to warm up, then rounds in turn; medians
over the rounds. Without corpora the text is the project's own: sample transcripts and written meetings.
"""

from __future__ import annotations

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from systems import MINILM, OURS, RULES, TEXTCAT, TFIDF, TOKENISER

import vitallies
from vitallies.types import Transcript

CORPUS_DOCUMENTS = (
    "changelog-backstage/backstage-24",
    "changelog-brainscience/brain-science-2",
    "changelog-podcast/the-changelog-477",
    "earnings21/4392809",
    "earnings22/4483623",
    "qmsum-academic/Bro007",
    "qmsum-committee/education_19",
    "qmsum-product/TS3010c",
)
"""About 37,000 words of meetings, calls and podcasts."""

OWN_WORDS = 40_000
"""Of samples and written meetings, where there are no corpora."""

SENTENCE = re.compile(r"\S.*?(?:[.?!…](?=\s)|$)", re.DOTALL)

Span = tuple[str, int, int, int]
Run = Callable[[list[Transcript]], int]


@dataclass
class Contestant:
    """Something to be timed.

    Parameters
    ----------
    run : callable
        Transcripts → how many spans (or tokens) came out.
    seconds, cpu : list of float
        Of each round: on the clock, and of all threads together.
    produced : int
        What came out of the last round.
    """

    run: Run
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    produced: int = 0

    def time(self, transcripts: list[Transcript]) -> None:
        """Run one round."""
        cpu, clock = time.process_time(), time.perf_counter()
        self.produced = self.run(transcripts)
        self.seconds.append(time.perf_counter() - clock)
        self.cpu.append(time.process_time() - cpu)


def texts(corpora: Path | None, data: Path) -> list[Transcript]:
    """Return the transcripts to time with."""
    if corpora:
        from vitallies.training.documents import corpus_transcripts

        return list(corpus_transcripts(corpora, CORPUS_DOCUMENTS))
    files = sorted(x for x in (data / "samples").iterdir() if x.suffix != ".md")
    found: list[Transcript] = []
    for path in [*files, data / "meetings" / "train.jsonl"]:
        for transcript in vitallies.read_all(path):
            if words(found) < OWN_WORDS:
                found.append(transcript)
    return found


def words(transcripts: list[Transcript]) -> int:
    """Count the words between white space."""
    return sum(len(turn.text.split()) for transcript in transcripts for turn in transcript.turns)


def ours(model: Path | None, *, fast: bool) -> Run:
    """Return our analyzer as a contestant."""
    analyzer = vitallies.load(model, fast=fast)
    return lambda transcripts: sum(len(analysis.spans) for analysis in analyzer.pipe(transcripts))


def tokeniser() -> Run:
    """Return spaCy's tokeniser as a contestant."""
    import spacy

    nlp = spacy.blank("en")
    return lambda transcripts: sum(len(nlp.tokenizer("\n".join(x.text for x in t.turns))) for t in transcripts)


def places(transcript: Transcript) -> list[tuple[int, int, int]]:
    """Return turn, start and end of each sentence."""
    return [
        (number, *found.span())
        for number, turn in enumerate(transcript.turns)
        for found in SENTENCE.finditer(turn.text)
    ]


def classifier(fitted: Any) -> Run:  # noqa: ANN401  (a Classifier, whose module is imported late)
    """Return an alternative as a contestant: sentences of a transcript, their scores, spans from 0.5."""
    from vitallies.labels import LABELS

    def spans(transcript: Transcript) -> Iterator[Span]:
        sentences = places(transcript)
        scores = fitted.scores([transcript.turns[turn].text[start:end] for turn, start, end in sentences])
        for at, label in zip(*(scores >= 0.5).nonzero(), strict=True):
            yield LABELS[label], *sentences[at]

    return lambda transcripts: sum(len(list(spans(transcript))) for transcript in transcripts if transcript.turns)


def rules() -> Run:
    """Return the keyword rules as a contestant."""
    from rules import Rules

    known = Rules.read()

    def spans(transcript: Transcript) -> Iterator[Span]:
        for turn, start, end in places(transcript):
            for label, first, last in known.spans(transcript.turns[turn].text[start:end]):
                yield label, turn, start + first, start + last

    return lambda transcripts: sum(len(list(spans(transcript))) for transcript in transcripts)


def contestants(args: argparse.Namespace) -> dict[str, Contestant]:
    """Return everything to be timed, loaded and fitted, on the written examples: speed is all that counts."""
    import numpy as np
    import torch
    from baselines import Logistic, MiniLM, tfidf
    from labelled import CLEAR
    from textcat import TextCat

    from vitallies.labels import LABELS
    from vitallies.training.annotations import read_rows

    torch.set_num_threads(1)
    rows = [row for path in sorted((args.data / "examples").glob("*.jsonl")) for row in read_rows(path)]
    sentences = np.array([row["text"] for row in rows], object)
    marked = [{span["label"] for span in row["spans"]} for row in rows]
    verdicts = np.array([[CLEAR * (label in labels) for label in LABELS] for labels in marked], np.int8)
    fitted = {MINILM: Logistic(MiniLM(), c=1), TFIDF: Logistic(tfidf(), c=10), TEXTCAT: TextCat(epochs=1)}
    return {
        **{name: Contestant(ours(args.model, fast=kind == "fast")) for kind, name in OURS.items()},
        TOKENISER: Contestant(tokeniser()),
        **{name: Contestant(classifier(each.fit(sentences, verdicts))) for name, each in fitted.items()},
        RULES: Contestant(rules()),
    }


def multiplies_bytes() -> bool:
    """Whether the processor has the instructions for products of bytes (VNNI), by which an 8-bit encoder gains most."""
    import torch

    able = torch.cpu.get_capabilities()
    return any(able.get(name) for name in ("avx_vnni", "avx512_vnni", "amx_int8"))


def peak_memory(args: argparse.Namespace, name: str) -> float | None:
    """Return the peak resident memory in MiB of a fresh process that loads ours and scores the text."""
    command = [sys.executable, __file__, "--memory-of", name, "--data", str(args.data)]
    for option in ("corpora", "model"):
        if value := getattr(args, option):
            command += [f"--{option}", str(value)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  (ourselves)
    peak: float | None = json.loads(printed)
    return peak


def own_peak() -> float | None:
    """Return this process's peak resident memory in MiB; None where the system has no /proc to tell it."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else None


def measured(args: argparse.Namespace) -> dict[str, Any]:
    """Time all in turn and return the figures."""
    transcripts = texts(args.corpora, args.data)
    n_words, field_of = words(transcripts), contestants(args)
    for number in range(args.rounds + 1):
        for contestant in field_of.values():
            contestant.time(transcripts)
        print(f"round {number} of {args.rounds}" + " (warming up)" * (number == 0), file=sys.stderr, flush=True)
    speeds = {name: n_words / median(x.seconds[1:]) for name, x in field_of.items()}
    rows = {
        name: {
            "words_per_second": speeds[name],
            "to_tokeniser": speeds[name] / speeds[TOKENISER],
            "to_minilm": speeds[name] / speeds[MINILM],
            "slowest": n_words / max(x.seconds[1:]),
            "fastest": n_words / min(x.seconds[1:]),
            "cores": sum(x.cpu[1:]) / sum(x.seconds[1:]),
            "produced": x.produced,
            "peak_mib": peak_memory(args, name) if name in OURS.values() else None,
        }
        for name, x in field_of.items()
    }
    found = {"transcripts": len(transcripts), "words": n_words, "rounds": args.rounds, "systems": rows}
    return found | {"bytes_multiplied": multiplies_bytes()}


def markdown(found: dict[str, Any]) -> str:
    """Return the figures as a table."""
    size = f"{found['words']:,} words in {found['transcripts']} transcripts"
    lines = [
        f"{size}, one core, medians of {found['rounds']} rounds\n",
        "| | words a second | slowest to fastest round | × spaCy tokeniser | × MiniLM | cores used | peak MiB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, x in found["systems"].items():
        memory = "" if x["peak_mib"] is None else f"{x['peak_mib']:.0f}"
        lines.append(
            f"| {name} | {x['words_per_second']:,.0f} | {x['slowest']:,.0f} to {x['fastest']:,.0f} "
            f"| {x['to_tokeniser']:.3f} | {x['to_minilm']:.2f} | {x['cores']:.2f} | {memory} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Time everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, help="folder of the transcripts, else samples and written meetings")
    parser.add_argument("--data", type=Path, default=Path("data"), help="the project's data folder")
    parser.add_argument("--model", type=Path, help="our model, if not the shipped one")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--memory-of", choices=OURS.values(), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.memory_of:
        sys.modules["torch"] = None  # type: ignore[assignment]  # spaCy loads it where it is; ours does without
        ours(args.model, fast=args.memory_of == OURS["fast"])(texts(args.corpora, args.data))
        print(json.dumps(own_peak()))
        return
    found = measured(args)
    print(markdown(found))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
