"""How fast: words a second on one core, whole transcripts in, spans out, side by side in one run.

    python benchmarks/speed.py --corpora ../shared/corpora

Ours goes through the public API. Beside it: spaCy's blank English tokenisation of the same text, the least that anything
built on spaCy costs; MiniLM in PyTorch as sentence-transformers runs it (batches of 64 sentences) with a logistic head;
TF-IDF with logistic regression. These two cut sentences by a regular expression, the cheapest way there is. One round
of all to warm up, then rounds in turn; medians over the rounds. Without corpora the text is the project's own: sample
transcripts and written meetings.
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

TOKENISER, MINILM = "spaCy tokeniser", "MiniLM + logistic"
SENTENCE = re.compile(r"\S.*?(?:[.?!…](?=\s)|$)", re.DOTALL)

Span = tuple[str, int, int, int, int]
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


def baseline(fitted: Any) -> Run:  # noqa: ANN401  (a Baseline, whose module is imported late)
    """Return an alternative as a contestant: sentences of a transcript, their scores, spans from 0.5."""
    from vitallies.labels import LABELS

    def spans(transcript: Transcript) -> Iterator[Span]:
        places = [
            (number, *found.span())
            for number, turn in enumerate(transcript.turns)
            for found in SENTENCE.finditer(turn.text)
        ]
        scores = fitted.scores([transcript.turns[turn].text[start:end] for turn, start, end in places])
        for at, label in zip(*(scores >= 0.5).nonzero(), strict=True):
            yield LABELS[label], at, *places[at]

    return lambda transcripts: sum(len(list(spans(transcript))) for transcript in transcripts if transcript.turns)


def contestants(args: argparse.Namespace) -> dict[str, Contestant]:
    """Return everything to be timed, loaded and fitted."""
    import numpy as np
    import torch
    from baselines import Baseline, Labelled, MiniLM, alternatives, tfidf

    from vitallies.training.annotations import read_rows
    from vitallies.training.documents import example_documents

    torch.set_num_threads(1)
    raise NotImplementedError


def peak_memory(args: argparse.Namespace, kind: str) -> float | None:
    """Return the peak resident memory in MiB of a fresh process that loads ours and scores the text; Linux alone."""
    command = [sys.executable, __file__, "--memory-of", kind, "--data", str(args.data)]
    for name in ("corpora", "model"):
        if value := getattr(args, name):
            command += [f"--{name}", str(value)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  (ourselves)
    return json.loads(found)


def own_peak() -> float | None:
    """Return this process's peak resident memory in MiB, where the system tells it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
