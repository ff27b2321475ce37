"""The codebook as data: layers, labels, kinds and stances, with their one-line definitions."""

from types import MappingProxyType
from typing import Final, Literal

ASSUMPTION: Final = "assumption"
FRAMING: Final = "framing"

LAYERS: Final = MappingProxyType(
    {
        ASSUMPTION: ("VITAL_LIE", "ASPIRATION", "CHALLENGE"),
        FRAMING: ("CUSTOMER_FOCUSED", "CUSTOMER_CENTRIC", "PRODUCT_CENTRIC"),
    }
)
"""Layer → its labels. Spans of one layer never overlap; spans of different layers may."""

LABELS: Final = tuple(label for labels in LAYERS.values() for label in labels)
"""All labels, in the order of every table."""

CORE_LABELS: Final = ("VITAL_LIE", "CUSTOMER_FOCUSED", "CUSTOMER_CENTRIC")
"""The labels whose means are reported as ``core``."""

LAYER_OF: Final = MappingProxyType({label: layer for layer, labels in LAYERS.items() for label in labels})

DEFINITIONS: Final = MappingProxyType(
    {
        "VITAL_LIE": "a belief stated as given, without evidence, that rules out acting, changing or improving",
        "ASPIRATION": "states or paints as possible something well beyond what is done today",
        "CHALLENGE": "asks for the evidence behind a constraint, or for the way round it",
        "CUSTOMER_FOCUSED": "looks at the people served from outside: counts, segments, sells to, delivers to them",
        "CUSTOMER_CENTRIC": "looks out through their eyes: what they think, feel, do, need or struggle with, and why",
        "PRODUCT_CENTRIC": "puts our rules, process, technology or product ahead of what they need",
    }
)

KINDS: Final = MappingProxyType(
    {
        "EXCUSE": "puts the cause outside our control, remit or means, so that nobody here has to act",
        "RATIONALIZATION": "gives a reason why present practice, or not acting, is right",
        "DENIAL": "waves away a problem, a need or a fact",
        "MYTH": "states a sweeping generalisation as a truth about people, the market or how things work",
        "SELF_DECEPTION": "flatters ourselves or our knowledge",
    }
)
"""Kind of a vital lie → the work that the sentence does."""

STANCES: Final = MappingProxyType(
    {
        "ASSERTED": "the speaker holds it, hedged or not",
        "REPORTED": "the speaker attributes it to others, quotes or recalls it, without taking it on",
        "REJECTED": "the speaker disputes it",
    }
)
"""Stance of a vital lie → how the speaker stands to it."""

Role = Literal["end-user", "broker", "fixer", "unclear"]

ROLES: Final[tuple[Role, ...]] = ("end-user", "broker", "fixer", "unclear")
"""What those served do with the product, in the order of every table: use it for a result, pass it on or act for
others, repair or adapt it (R. L. Lawton, Creating a Customer-Centered Culture, ASQC Quality Press, 1993)."""
