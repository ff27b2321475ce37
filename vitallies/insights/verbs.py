"""The forms of English verbs, as far as a question needs them."""

from __future__ import annotations

from functools import cache
from typing import Final

from vitallies.insights.wording import rows, words_of

_VOWELS: Final = frozenset("aeiou")
_HISSING: Final = ("s", "x", "z", "ch", "sh", "o")


@cache
def _forms() -> dict[str, tuple[str, str]]:
    """Form of a verb we know → its base form, and "base", "s" or "past"; the base where two forms are alike."""
    forms: dict[str, tuple[str, str]] = {}
    for base in sorted(words_of("verbs") | set(_irregular())):
        forms.setdefault(base, (base, "base"))
        forms[with_s(base)] = (base, "s")
        forms.setdefault(with_ed(base), (base, "past"))
    return forms


@cache
def _irregular() -> dict[str, str]:
    return {entry[0]: entry[1] for entry in rows("irregular")}


def verb_form(word: str) -> str:
    """Return "base", "s" or "past" for a form of a verb that we know, "" for other words."""
    return _forms().get(word, ("", ""))[1]


def base_of(form: str) -> str:
    """Return the base form of a verb in the present or past; by rule where we don't know it, then of the present."""
    if form in _forms():
        return _forms()[form][0]
    if form.endswith("ies") and len(form) > 4:
        return form[:-3] + "y"
    if form.endswith(("ches", "shes", "sses", "xes", "zes")):
        return form[:-2]
    return form[:-1] if form.endswith("s") and not form.endswith("ss") else form


@cache
def is_participle(word: str) -> bool:
    """Whether a word may be a past participle: one of an irregular verb, or in -ed."""
    return word in {entry[2] for entry in rows("irregular")} or (word.endswith("ed") and word != "need")


def with_s(base: str) -> str:
    """Return the third person of a verb: "go" → "goes"."""
    if base == "have":
        return "has"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(_HISSING) else "s")


def with_ed(base: str) -> str:
    """Return the past of a verb: "go" → "went"."""
    if base in _irregular():
        return _irregular()[base]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ied"
    return base + (base[-1] if base in words_of("doubling") else "") + "ed"


def gerund(base: str) -> str:
    """Return the -ing form of a verb: "set" → "setting"."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be":
        return base[:-1] + "ing"
    return base + (base[-1] if base in words_of("doubling") else "") + "ing"


def base_of_gerund(form: str) -> str:
    """Return the base form of a verb that we know in its -ing form, "" for other words."""
    stem = form.removesuffix("ing")
    candidates = (stem, stem + "e", stem[:-1], stem[:-1] + "ie")
    return next((base for base in candidates if verb_form(base) == "base" and gerund(base) == form), "")
