"""The text of bytes that are not UTF-8, or not all of them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Final

from charset_normalizer import from_bytes

SAVE_AS: Final = "save it as UTF-8 and try again"

_GUESSED_FROM = 1_000_000
"""Bytes from which an encoding is guessed."""
_FEWEST_VALID = 3
"""Characters of UTF-8 beyond ASCII to a byte that is none: other encodings hold hardly any, by chance."""
_STRAY = re.compile("[\udc80-\udcff]")
"""What "surrogateescape" makes of bytes that are not UTF-8."""


def mended(whole: bytes, warn: Callable[..., None]) -> str | None:
    """The text that bytes most likely stand for; None where they are binary or no encoding fits.

    Parameters
    ----------
    whole : bytes
        Not UTF-8 throughout.
    warn : callable
        Takes the doubt: a message, ``code`` and, where known, ``line``.
    """
    if b"\0" in whole:
        return None
    text = _mostly_utf8(whole, warn)
    return _guessed(whole, warn) if text is None else text


def _mostly_utf8(whole: bytes, warn: Callable[..., None]) -> str | None:
    """The text where it is UTF-8 but for a few bytes, which are read as cp1252, or a character cut off at the end."""
    valid, end = codecs.utf_8_decode(whole, "ignore")  # what could go on is left at the end
    text = whole[:end].decode("utf-8", "surrogateescape")
    stray = len(text) - len(valid)
    if len(valid) - len(valid.encode("ascii", "ignore")) < max(1, _FEWEST_VALID * stray):
        return None
    if first := _STRAY.search(text):
        which = f" (1 of {stray} such bytes)" if stray > 1 else ""
        message = f"byte {_byte(first)[0]:#04x} is not UTF-8 and was read as cp1252{which}"
        line = 1 + text.count("\n", 0, first.start())
        warn(f"{message}: look whether that is right, or {SAVE_AS}", line=line, code="encoding-guessed")
    if end < len(whole):
        line = 1 + text.count("\n")
        warn("ends within a character, as if cut off: copy or download it again", line=line, code="cut-off")
    return _STRAY.sub(lambda found: _byte(found).decode("cp1252", "replace"), text)


def _byte(found: re.Match[str]) -> bytes:
    return found[0].encode("utf-8", "surrogateescape")


def _guessed(whole: bytes, warn: Callable[..., None]) -> str | None:
    """The text in the encoding that the bytes suggest."""
    beginning = whole[:_GUESSED_FROM]
    # The likeliest first: a few accents in English could be of many encodings.
    guesses = (from_bytes(beginning, cp_isolation=["cp1252"]), from_bytes(beginning))
    found = next((best for guess in guesses if (best := guess.best())), None)
    if found is None:
        return None
    try:
        text = whole.decode(found.encoding)
    except UnicodeDecodeError:
        return None
    message = f"is not UTF-8 and was read as {found.encoding}: look whether the accents are right, or {SAVE_AS}"
    warn(message, code="encoding-guessed")
    return text
