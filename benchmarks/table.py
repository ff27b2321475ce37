"""The benchmark: ours against the alternatives, how good and how fast, in one run, written into README and model card.

    python benchmarks/table.py --corpora ../shared/corpora

does what `speed.py` and `quality.py` do and writes their figures between the lines ``<!-- benchmark -->`` and
``<!-- /benchmark -->`` of both files: in the README those on public transcripts, in the card also those by label and on
written meetings. Speed is measured in a process of its own, which has one thread.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quality import FIGURES, arguments, by_label, cell, folds, labelled, row
from systems import TOKENISER

import vitallies
from vitallies.classify.store import load_model
from vitallies.labels import CORE_LABELS
from vitallies.training.card import with_benchmark

PUBLIC = "corpora"
TITLES = {PUBLIC: "public transcripts", "written meetings": "written meetings"}
"""Part as `quality.folds` names it → title."""


def timed(args: argparse.Namespace) -> dict[str, Any]:
    """Return the figures of `speed.py`."""
    with tempfile.TemporaryDirectory() as work:
        figures = Path(work) / "speed.json"
        command = [sys.executable, str(Path(__file__).with_name("speed.py")), "--json", str(figures)]
        for option in ("data", "corpora", "model", "rounds"):
            if (value := getattr(args, option)) is not None:
                command += [f"--{option}", str(value)]
        subprocess.run(command, check=True)  # noqa: S603  (our own script)
        found: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    return found


def summary(found: Mapping[str, Any]) -> str:
    """Return one row a system: means over the core labels on public transcripts, and words a second."""
    speeds, vnni = found["speed"]["systems"], "with" if found["speed"]["bytes_multiplied"] else "without"
    tokeniser = f"{speeds[TOKENISER]['words_per_second']:,.0f}"
    lines = [
        f"Against the alternatives on {TITLES[PUBLIC]}, whatever is trained on the same folds: means over"
        f" {', '.join(CORE_LABELS[:-1])} and {CORE_LABELS[-1]} with 95% bootstrap intervals over documents, and words a"
        f" second on one core {vnni} VNNI (spaCy's tokeniser alone: {tokeniser}). Model"
        f" {found['model']}; `python benchmarks/table.py`.\n",
        row(["", *FIGURES.values(), "words a second"]),
        row(["---", *["---:"] * (1 + len(FIGURES))]),
    ]
    for name, report in found["parts"][PUBLIC]["systems"].items():
        speed = f"{speeds[name]['words_per_second']:,.0f}" if name in speeds else "–"
        lines.append(row([name, *(cell(report["core"], figure) for figure in FIGURES), speed]))
    return "\n".join(lines) + "\n"


def details(found: Mapping[str, Any]) -> str:
    """Return the card's section: the summary, and the figures by label."""
    parts = (f"\n### By label, {TITLES[name]}\n{by_label(part['systems'])}\n" for name, part in found["parts"].items())
    return f"## Against the alternatives\n{summary(found)}{''.join(parts)}"


def main() -> None:
    """Measure everything and write both sections."""
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of all systems, for the speed")
    parser.add_argument("--readme", type=Path, default=Path("README.md"), help="file to write the summary into")
    parser.add_argument("--card", type=Path, default=Path("models/default/CARD.md"), help="file to write all into")
    args = parser.parse_args()
    sections = {args.readme: summary, args.card: details}
    for path in sections:
        with_benchmark(path.read_text(encoding="utf-8"), "")  # a missing place should be told at once

    found = {
        "version": vitallies.__version__,
        "model": load_model(args.model).id,
        "resamples": args.resamples,
        "speed": timed(args),
        "parts": folds(args, labelled(args)),
    }
    for path, section in sections.items():
        text = with_benchmark(path.read_text(encoding="utf-8"), section(found))
        path.write_text(text, encoding="utf-8")
    print(details(found))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
