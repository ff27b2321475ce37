"""Keyword rules as an analyst writes them in an afternoon, from the codebook alone: ``keywords.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from vitallies.evaluation import GoldSentence, Prediction
from vitallies.labels import LABELS

PATTERNS = Path(__file__).with_name("keywords.json")
BREAK = re.compile(r"[,;:.?!…](?=\s|$)|\s[-–—]\s")


@dataclass(frozen=True)
class Rules:
    """A list of regular expressions a label; a clause in which one of them matches gets the label.

    Parameters
    ----------
    patterns : mapping of str to re.Pattern
        Label → the alternatives of its list.
    """

    patterns: Mapping[str, re.Pattern[str]]

    @classmethod
    def read(cls, path: Path = PATTERNS) -> Self:
        """Read the rules; each begins at the beginning of a word, in whatever case."""
        lists = json.loads(path.read_text(encoding="utf-8"))
        return cls({label: re.compile(rf"\b(?:{'|'.join(lists[label])})", re.IGNORECASE) for label in LABELS})

    def spans(self, sentence: str) -> Iterator[tuple[str, int, int]]:
        """Yield label and offsets of each clause with a match; a match across commas takes all it touches."""
        plain = sentence.replace("’", "'")
        breaks = list(BREAK.finditer(plain))
        for label, pattern in self.patterns.items():
            done = 0
            for match in pattern.finditer(plain):
                if match.start() >= done:
                    start = max((x.end() for x in breaks if x.end() <= match.start()), default=0)
                    done = min((x.start() for x in breaks if x.end() >= match.end()), default=len(plain))
                    clause = plain[start:done]
                    yield label, start + len(clause) - len(clause.lstrip()), start + len(clause.rstrip())

    def predictions(self, gold: Iterable[GoldSentence], texts: Iterable[str]) -> list[Prediction]:
        """Return a selected span of score 1 for each match in some sentences."""
        return [
            Prediction(x.doc, x.turn, x.start + start, x.start + end, label, 1.0)
            for x, text in zip(gold, texts, strict=True)
            for label, start, end in self.spans(text)
        ]
