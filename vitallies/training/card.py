"""The model card, written anew whenever a model is saved; the section of the benchmark has another author."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from vitallies.errors import DataError
from vitallies.labels import CORE_LABELS, LABELS
from vitallies.training.parts import FIGURES

_OPEN, _CLOSE = "<!-- benchmark -->\n", "<!-- /benchmark -->"

_FIGURES = ("gold", "P", "R", "F1", "span_F1", "AP")
_NATURAL = (
    "natural_gold",
    "random_P",
    "natural_recall",
    "false_alarms_per_1000",
    "brier_skill",
    "score_minus_precision",
)


def model_card(manifest: Mapping[str, Any]) -> str:
    """Return the card of a model as Markdown: the template beside this module with the manifest's figures.

    Parameters
    ----------
    manifest : mapping
        As in ``manifest.json``; every part of the template must find its figures there.
    """
    template = files("vitallies.training").joinpath("card_template.md").read_text(encoding="utf-8")
    tables = {
        f"{kind}_{part}": _table(report, _FIGURES) + "\n\n" + _table(report, _NATURAL)
        for kind, parts in manifest["scores"].items()
        for part, report in parts.items()
    }
    lies = manifest["scores"]["default"]["corpora"]["VITAL_LIE"]
    kinds = [manifest["calibration"][kind] for kind in ("heads", "fast")]
    thresholds = "\n".join(
        f"| {label} | {' | '.join(format(kind[label]['threshold'], '.3f') for kind in kinds)} |" for label in LABELS
    )
    return template.format(
        name=manifest["name"],
        version=manifest["version"],
        encoder=manifest["encoder"],
        versions=", ".join(f"{package} {number}" for package, number in manifest["versions"].items()),
        data="\n".join(f"| `{path}` | `{digest[:16]}…` |" for path, digest in manifest["data"].items()),
        thresholds=thresholds,
        pairs=_cell(lies, "pairs"),
        kind_accuracy=_cell(lies, "kind_accuracy"),
        stance_accuracy=_cell(lies, "stance_accuracy"),
        stance_macro_f1=_cell(lies, "stance_macro_F1"),
        **tables,
        **{f"by_{what}": _parts_table(what, found) for what, found in manifest["parts"].items()},
    )


def benchmark_of(text: str) -> str:
    """Return the section that ``benchmarks/table.py`` wrote into a card or README; empty where there is none."""
    parts = _parts(text)
    return "" if parts is None else parts[1]


def with_benchmark(text: str, section: str) -> str:
    """Return a card or README with that section in place of the one that it has.

    Raises
    ------
    DataError
        Where the text does not have the two marks of it, once each and in order.
    """
    parts = _parts(text)
    if parts is None:
        marks = f"{_OPEN.strip()} and {_CLOSE}"
        raise DataError(f"no place for the benchmark: write the lines {marks} where it is to stand")
    return f"{parts[0]}{_OPEN}{section}{_CLOSE}{parts[2]}"


def _parts(text: str) -> tuple[str, str, str] | None:
    """What stands before, in and after the section."""
    if (text.count(_OPEN), text.count(_CLOSE)) == (1, 1):
        before, rest = text.split(_OPEN)
        if _CLOSE in rest:
            section, after = rest.split(_CLOSE)
            return before, section, after
    return None


def _table(report: Mapping[str, Any], figures: tuple[str, ...]) -> str:
    lines = ["| label | " + " | ".join(figures) + " |", "| --- |" + " ---: |" * len(figures)]
    for label in LABELS:
        cells = [_cell(report[label], figure) for figure in figures]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _parts_table(what: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    names = [f"{label} {figure}" for label in CORE_LABELS for figure in FIGURES]
    lines = [f"| {what} | sentences | {' | '.join(names)} |", "| --- |" + " ---: |" * (len(names) + 1)]
    for part, figures in found.items():
        cells = [_cell(figures[label], figure) for label in CORE_LABELS for figure in FIGURES]
        lines.append(f"| {part} | {figures['sentences']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figures: Mapping[str, Any], name: str) -> str:
    value = figures[name]
    if value is None:
        return "–"
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    interval = figures.get("intervals", {}).get(name)
    return text if interval is None or None in interval else f"{text} ({interval[0]:.2f}–{interval[1]:.2f})"
