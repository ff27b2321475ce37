"""How a text was decided, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from vitallies.types import Analysis, AnnotatedSpan

if TYPE_CHECKING:
    from rich.console import RenderableType

_MOST = 5
"""Words and candidates of a label that are shown."""


def explanation_tables(analysis: Analysis, thresholds: Mapping[str, float]) -> Iterator[RenderableType]:
    """Yield for each sentence that has candidates a table of them, and lines of evidence for the spans that have some.

    Parameters
    ----------
    analysis : Analysis
        As `Analyzer.explain` gives it.
    thresholds : mapping of str to float
        Label → probability from which it is given.
    """
    from rich.table import Table
    from rich.text import Text

    if not analysis.spans:
        yield Text("no candidate has a score above 0.005 for any label")
    for (_, _, sentence), group in groupby(analysis.spans, key=_sentence):
        spans = sorted(group, key=lambda span: -span.score)
        table = Table(title=Text(sentence), title_justify="left", title_style="bold")
        for column, justify in (("", "left"), ("label", "left"), ("score", "right"), ("threshold", "right")):
            table.add_column(column, justify=justify)  # type: ignore[arg-type]
        table.add_column("kind, stance")
        table.add_column("candidate", overflow="fold")
        shown: dict[str, int] = {}
        for span in spans:
            shown[span.label] = shown.get(span.label, 0) + 1
            if shown[span.label] <= _MOST:
                mark = "✓" if span.selected else ""
                about = ", ".join(part for part in (span.kind, span.stance) if part)
                score, threshold = f"{span.score:.3f}", f"{thresholds[span.label]:.3f}"
                table.add_row(mark, span.label, score, threshold, about, Text(span.text))
        yield table
        for span in spans:
            yield from _reasons(span)


def _sentence(span: AnnotatedSpan) -> tuple[int, int | None, str]:
    """Turn, beginning and text of the span's sentence."""
    found = next(reason for reason in span.evidence if reason.source == "sentence")
    return span.turn, found.start, found.text


def _reasons(span: AnnotatedSpan) -> Iterator[RenderableType]:
    from rich.text import Text

    by_source: dict[str, list[str]] = {}
    for reason in span.evidence:
        if reason.source != "sentence":
            weight = "" if reason.weight == 1 else f" {reason.weight:+.2f}"
            by_source.setdefault(reason.source, []).append(f"“{reason.text}”{weight}")
    for source, words in by_source.items():
        yield Text(f"  {span.label}: {source}: {', '.join(words[:_MOST])}")
