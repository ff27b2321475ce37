"""How a label looks and is put in words, on a page and in a terminal alike."""

from types import MappingProxyType
from typing import Final

from vitallies.types import AnnotatedSpan

COLOURS: Final = MappingProxyType(
    {
        "VITAL_LIE": "#b3261e",
        "ASPIRATION": "#1b7f4b",
        "CHALLENGE": "#6b4fbb",
        "CUSTOMER_FOCUSED": "#b26a00",
        "CUSTOMER_CENTRIC": "#00707a",
        "PRODUCT_CENTRIC": "#5f6368",
    }
)
"""Label → its colour, dark enough to be read under white letters and on white paper."""


def name(label: str) -> str:
    """A label in words."""
    return label.replace("_", " ").lower()


def tag(span: AnnotatedSpan) -> str:
    """The label of a span in words, with its kind and stance where it has them."""
    details = ", ".join(name(value) for value in (span.kind, span.stance) if value)
    return name(span.label) + (f" ({details})" if details else "")
