"""Grounds: what a claim could be checked by, found near it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import isnan
from typing import TYPE_CHECKING, Final, Literal, cast

from spacy.matcher import Matcher
from spacy.tokens import Span
from spacy.util import filter_spans

from vitallies.insights.estimates import NO_INTERVAL, Estimate, ratio
from vitallies.insights.turn_text import phrases, read, sentences, word_list
from vitallies.labels import LABELS
from vitallies.pipeline.docs import blank_english

if TYPE_CHECKING:
    import pandas as pd
    from spacy.tokens import Doc, Token

    from vitallies.types import Analysis, AnnotatedSpan

GroundKind = Literal["figure", "source", "test", "rule"]

GROUND_KINDS: Final[tuple[GroundKind, ...]] = ("figure", "source", "test", "rule")
"""A number that counts; a survey, report or the like that says so; something tried or measured; a law or policy."""

EXPERIMENTAL: Final[frozenset[GroundKind]] = frozenset(("figure", "test", "rule"))
"""Kinds with fewer than 25 cases that could be checked by hand, or less than 70% of them right. Two blind readers:
figure right in 52% of 40, source 74% of 40, test 72% of 18, rule 63% of 27."""

_SMALL = frozenset(("half", "quarter", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
_MANY = frozenset(("hundred", "thousand", "million", "billion"))
_ORDINAL = ("first", "second", "third", "st", "nd", "rd", "th")
_OPEN = frozenset(("is", "was", "has", "does", "as", "this", "its", "his", "us"))
"""Words in s that are no plurals."""
_BEFORE = 3
"""Tokens before a ground in which "no", "without" and the like take it away."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Something checkable that stands near a claim.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets of the ground in the text of the turn.
    text : str
        Its words.
    kind : {"figure", "source", "test", "rule"}
        What it is; all but sources are experimental, see `EXPERIMENTAL`.
    claim_start, claim_end : int
        Code-point offsets of the claim, in the same turn.
    label : str
        The claim's label.
    """

    transcript: str
    turn: int
    start: int
    end: int
    text: str
    kind: GroundKind
    claim_start: int
    claim_end: int
    label: str


@dataclass(frozen=True, slots=True)
class GroundedShare:
    """The claims of one label that have grounds of one kind beside them.

    Parameters
    ----------
    label : str
        One of `vitallies.labels.LABELS`.
    kind : str
        One of `GROUND_KINDS`, or ``"any"``.
    claims, grounded : int
        Selected spans of the label, and those of them with such a ground.
    expected : float
        Sum of the calibrated scores of the grounded ones: how many of them are expected to be true.
    share : Estimate
        grounded / claims, with its interval over meetings.
    """

    label: str
    kind: str
    claims: int
    grounded: int
    expected: float
    share: Estimate


@dataclass(frozen=True, slots=True)
class Grounding:
    """How often a claim of a label has grounds beside it.

    Parameters
    ----------
    rows : tuple of GroundedShare
        One a label and kind of ground, and one a label for any kind.
    meetings : int
        Meetings read.
    """

    rows: tuple[GroundedShare, ...]
    meetings: int

    def to_frame(self) -> pd.DataFrame:
        """One row a label and kind of ground, with the share of its claims that have one and the 95% interval."""
        import pandas as pd

        types = {
            "label": "string",
            "kind": "string",
            "experimental": "bool",
            "claims": "int64",
            "grounded": "int64",
            "expected": "float64",
            "share": "float64",
            "share_low": "float64",
            "share_high": "float64",
        }
        values = [
            (
                *(x.label, x.kind, x.kind in (*EXPERIMENTAL, "any"), x.claims, x.grounded, x.expected),
                *(x.share.value, x.share.low, x.share.high),
            )
            for x in self.rows
        ]
        return pd.DataFrame(values, columns=list(types)).astype(types)

    @property
    def reading(self) -> str:
        """What the shares mean, in plain English."""
        lies = next(x for x in self.rows if (x.label, x.kind) == ("VITAL_LIE", "any"))
        if not lies.claims:
            return "No constraining belief was found, so there is nothing for which grounds could be offered."
        said = (
            f"Of {lies.claims} constraining belief{'' if lies.claims == 1 else 's'}, {lies.grounded} "
            f"stand{'s' if lies.grounded == 1 else ''} beside something to check it by: a figure, a source, a test or "
            "a rule (of these only sources are not experimental)."
        )
        if isnan(lies.share.low):
            return f"{said} That is {lies.share.value:.0%} ({NO_INTERVAL})."
        return f"{said} That is {lies.share.value:.0%} (95% interval {_between(lies.share)})."


def _between(share: Estimate) -> str:
    return f"{share.low:.0%} to {share.high:.0%}"


def grounds(analysis: Analysis) -> tuple[Ground, ...]:
    """Find the grounds near the claims of a meeting.

    A ground is near where it stands in a sentence of the claim or in the one before or after it, in the same turn, as
    the codebook has it. One between two claims is given for both. A figure inside the claim is part of what is claimed.

    Parameters
    ----------
    analysis : Analysis
        Its selected spans, whatever their label, are the claims; those in customers' turns are left out.

    Returns
    -------
    tuple of Ground
        In the order of the claims, then of their places.
    """
    turns = analysis.transcript.turns
    by_turn: dict[int, list[AnnotatedSpan]] = {}
    for span in analysis.spans:
        if span.selected and turns[span.turn].side != "customer":
            by_turn.setdefault(span.turn, []).append(span)
    found = []
    for number, claims in sorted(by_turn.items()):
        doc = read(turns[number].text)
        here = find_grounds(doc)
        if not here:
            continue
        cuts = sentences(doc)
        for claim in claims:
            inside = [n for n, s in enumerate(cuts) if s.start_char < claim.end and s.end_char > claim.start]
            first, last = cuts[max(inside[0] - 1, 0)].start, cuts[min(inside[-1] + 1, len(cuts) - 1)].end
            found += [
                Ground(
                    analysis.transcript.id,
                    number,
                    ground.start_char,
                    ground.end_char,
                    ground.text,
                    cast("GroundKind", ground.label_),
                    claim.start,
                    claim.end,
                    claim.label,
                )
                for ground in here
                if first <= ground.start < last
                and not (ground.label_ == "figure" and claim.start <= ground.start_char < claim.end)
            ]
    return tuple(found)


def grounded(analyses: Iterable[Analysis]) -> Grounding:
    r"""Measure which share of the claims has grounds beside it, by label and kind of ground.

    Parameters
    ----------
    analyses : iterable of Analysis
        Read once; a handful of counts is kept of each.

    Returns
    -------
    Grounding
        For each label and kind: :math:`\sum_m g_m / \sum_m c_m` over meetings *m*, with *c* its claims and *g* those of
        them with a ground of the kind near.
    """
    kinds = (*GROUND_KINDS, "any")
    cells = [(label, kind) for label in LABELS for kind in kinds]
    counts: list[list[tuple[int, int, float]]] = []
    for analysis in analyses:
        turns = analysis.transcript.turns
        near: dict[tuple[str, int, int, int], set[str]] = {}
        for x in grounds(analysis):
            near.setdefault((x.label, x.turn, x.claim_start, x.claim_end), set()).update((x.kind, "any"))
        claims = [s for s in analysis.spans if s.selected and turns[s.turn].side != "customer"]
        kept = []
        for label, kind in cells:
            of_label = [s for s in claims if s.label == label]
            with_it = [s for s in of_label if kind in near.get((label, s.turn, s.start, s.end), ())]
            kept.append((len(of_label), len(with_it), sum(s.score for s in with_it)))
        counts.append(kept)
    # Sums of floats depend on their order, and the result must not depend on that of the meetings.
    counts.sort()
    rows = []
    for cell, (label, kind) in enumerate(cells):
        column = [kept[cell] for kept in counts]
        rows.append(
            GroundedShare(
                label,
                kind,
                sum(x[0] for x in column),
                sum(x[1] for x in column),
                float(sum(x[2] for x in column)),
                ratio([x[1] for x in column], [x[0] for x in column]),
            )
        )
    return Grounding(tuple(rows), len(counts))


def find_grounds(doc: Doc) -> list[Span]:
    """Return the grounds of a tokenised text, in order, without overlap, each labelled with its kind."""
    named = [*phrases(doc, "grounds", GROUND_KINDS[1:]), *_patterns()(doc, as_spans=True)]
    return filter_spans([*_figures(doc), *(span for span in named if not _is_absent(span))])


def _is_absent(span: Span) -> bool:
    """Whether the words say that there is no such ground, or only that there could be."""
    absent = word_list("grounds", "absent")
    for token in reversed(span.doc[max(0, span.start - _BEFORE) : span.end]):
        if token.norm_ in absent:
            return True
        if token.i < span.start and token.is_punct:
            return False
    return False


@cache
def _patterns() -> Matcher:
    """A noun with a determiner after "in" or the like, or with a verb of saying or ruling just after it."""
    matcher = Matcher(blank_english().vocab)
    between = {"IS_PUNCT": False, "IS_SPACE": False, "NORM": {"NOT_IN": ["to", "who", "and"]}, "OP": "?"}
    within, the = _one_of("within"), _one_of("determiners")
    for kind, verbs in (("source", "source_verbs"), ("test", "source_verbs"), ("rule", "rule_verbs")):
        there = [within, the, between, _one_of(f"{kind}_within")]
        says = [_one_of(f"{kind}_nouns"), between, _one_of(verbs)]
        matcher.add(kind, [there, says])
    return matcher


def _one_of(key: str) -> dict[str, object]:
    return {"NORM": {"IN": sorted(word_list("grounds", key))}}


def _figures(doc: Doc) -> Iterator[Span]:
    """Numbers with a unit or a sign of money, and those over nine, or with a decimal, before a plural."""
    nothing = {token.i for span in phrases(doc, "grounds", ["no_figure"]) for token in span}
    units = {span.start: span.end for span in phrases(doc, "grounds", ["units"])}
    at = 0
    while at < len(doc):
        if not _is_number(doc[at]) or at in nothing:
            at += 1
            continue
        after = at + 1
        while after < len(doc) and (_is_number(doc[after]) or _joins(doc, after)):
            after += 1
        start, end = at - bool(at and doc[at - 1].is_currency), units.get(after, after)
        if (start, end) != (at, after):
            yield Span(doc, start, end, label="figure")
        elif any(map(_is_exact, doc[at:after])) and (counted := _counted(doc, after)):
            yield Span(doc, at, counted, label="figure")
        at = end


def _joins(doc: Doc, at: int) -> bool:
    """Whether the token joins two numbers to one: "twenty-five", "a hundred and twelve"."""
    return doc[at].text in ("-", "and") and at + 1 < len(doc) and _is_number(doc[at + 1])


def _counted(doc: Doc, after: int) -> int:
    """The end of the plural that a number counts, a word in between at most; 0 where there is none."""
    plurals = word_list("grounds", "plurals")
    for token in doc[after : after + 2]:
        if not token.is_alpha or token.norm_ in _OPEN:
            return 0
        if token.norm_ in plurals or (token.norm_.endswith("s") and not token.norm_.endswith("ss")):
            return token.i + 1
    return 0


def _is_number(token: Token) -> bool:
    return token.norm_ in _MANY or (token.like_num and not token.norm_.endswith(_ORDINAL))


def _is_exact(token: Token) -> bool:
    """Whether a number is large or exact enough to have been counted."""
    word = token.norm_.replace(",", "")
    if word.replace(".", "", 1).isdecimal():
        return float(word) >= 10 or "." in word
    return token.like_num and token.norm_ not in _SMALL
