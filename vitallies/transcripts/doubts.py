"""The doubts of readers and of the analyzer, which stand as warnings in the ``meta`` of a transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from vitallies.types import Transcript

UNREAD: Final = "language"
"""Code of the analyzer's warning that a transcript is in another language than English, and was not labelled."""


def warnings_of(transcript: Transcript) -> list[dict[str, Any]]:
    """Return the warnings: ``code``, ``message`` and, where it is known, ``line``.

    A native file may hold something else of that name, which is left out.
    """
    told = transcript.meta.get("warnings")
    return [
        {"code": str(doubt["code"]), "message": str(doubt["message"])}
        | ({"line": doubt["line"]} if type(doubt.get("line")) is int else {})
        for doubt in (told if isinstance(told, list | tuple) else ())
        if isinstance(doubt, Mapping) and {"code", "message"} <= doubt.keys()
    ]


def doubted(transcript: Transcript, code: str, message: str) -> Transcript:
    """Return the transcript with a warning more."""
    told = transcript.meta.get("warnings")
    doubts = [*(told if isinstance(told, list | tuple) else ()), {"code": code, "message": message}]
    return replace(transcript, meta={**transcript.meta, "warnings": doubts})


def undoubted(transcript: Transcript, code: str) -> Transcript:
    """Return the transcript without the warnings of a code."""
    told = [doubt for doubt in warnings_of(transcript) if doubt["code"] != code]
    return replace(transcript, meta={**transcript.meta, "warnings": told})


def left_unread(transcript: Transcript) -> bool:
    """Whether nothing was labelled in it for its language, so that it is no part of what figures are shares of."""
    return any(doubt["code"] == UNREAD for doubt in warnings_of(transcript))
