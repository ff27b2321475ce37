"""The language of a whole transcript, guessed where nobody says it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from vitallies.types import Transcript

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

CONFIDENCE = 0.8
"""Share of the pieces that must agree; all pieces of the English corpora do."""
_LEAST = 250
"""Characters from which a language is guessed: about 50 words."""
_PIECE = 300
_MOST_PIECES = 20
_SURE = 0.5
"""Probability from which a piece has a language; fillers and lists of names have none."""
_ENGLISH = ("en", "pcm")
"""What py3langid may call English: slang looks like Nigerian Pidgin."""

_EVERYDAY = re.compile(
    r"\b(?:the|and|of|to|that|you|it|we|have|has|been|this|they|what|are|is|but|not|for|our|your|with|would|will|can|be|"
    r"just|know|think|there|about|when|because|from|more|who|which|really|going|don't)\b"
)
"""Words that English has more of than any other language."""
_PLAIN = 0.08
"""Share of a piece's characters in such words from which it is English: most speech has 0.2, other languages 0.01."""


class Guess(NamedTuple):
    """An ISO 639 code, and the share of the transcript's pieces that speak for it."""

    language: str
    confidence: float


def guess(transcript: Transcript) -> Guess | None:
    """The language that most of a transcript is in, from pieces spread over it; None where it is short or mixed."""
    text = " ".join(turn.text for turn in transcript.turns)
    if len(text) < _LEAST:
        return None
    step = max(_PIECE, len(text) // _MOST_PIECES)
    pieces = [text[start : start + _PIECE] for start in range(0, len(text) - _LEAST + 1, step)]
    # Most transcripts are plainly English, and py3langid's model fills 70 MB.
    plain = sum(map(_plainly_english, pieces))
    if plain >= CONFIDENCE * len(pieces):
        return Guess("en", plain / len(pieces))
    found = Counter(filter(None, map(_language, pieces)))
    english = found.pop("en", 0)
    others = sum(found.values())
    if english >= CONFIDENCE * len(pieces):
        return Guess("en", english / len(pieces))
    if others >= CONFIDENCE * len(pieces):
        # Neighbours such as Danish and Norwegian may share the pieces.
        return Guess(found.most_common(1)[0][0], others / len(pieces))
    return None


def _plainly_english(piece: str) -> bool:
    return sum(map(len, _EVERYDAY.findall(piece.lower()))) >= _PLAIN * len(piece)


def _language(piece: str) -> str | None:
    language, probability = _identifier().classify(piece)
    if language in _ENGLISH:
        return "en"
    return language if probability >= _SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
