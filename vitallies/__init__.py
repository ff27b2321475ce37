"""Vital lies and customer framing in meeting transcripts, as annotated spans.

>>> import vitallies
>>> analysis = vitallies.analyze("We can't control churn.")  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from vitallies.api import Analyzer, analyze, load
    from vitallies.errors import VitalliesError
    from vitallies.insights.summary import summarize
    from vitallies.transcripts import read, read_all
    from vitallies.types import Analysis, AnnotatedSpan, Evidence, Transcript, Turn

_HOMES = {
    "Analyzer": "api",
    "analyze": "api",
    "load": "api",
    "VitalliesError": "errors",
    "summarize": "insights.summary",
    "read": "transcripts",
    "read_all": "transcripts",
    "Analysis": "types",
    "AnnotatedSpan": "types",
    "Evidence": "types",
    "Transcript": "types",
    "Turn": "types",
}

__all__ = [
    "Analysis",
    "Analyzer",
    "AnnotatedSpan",
    "Evidence",
    "Transcript",
    "Turn",
    "VitalliesError",
    "analyze",
    "load",
    "read",
    "read_all",
    "summarize",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401  (each name has a type of its own)
    if name not in _HOMES:
        raise AttributeError(f"module 'vitallies' has no attribute {name!r}")
    return getattr(importlib.import_module(f"vitallies.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
