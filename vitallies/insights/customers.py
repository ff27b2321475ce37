"""Mentions of the people served: which words refer to them, whom they name, and the role these play for the product."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from spacy.lang.en.stop_words import STOP_WORDS

from vitallies.insights.chains import chains, pronouns_of
from vitallies.insights.customer_roles import role_of
from vitallies.insights.customer_words import OWN, Judge, Noun, NounMatcher, Words, phrases
from vitallies.insights.referring import referring
from vitallies.labels import FRAMING, Role
from vitallies.pipeline.docs import transcript_doc
from vitallies.pipeline.groups import TURNS
from vitallies.pipeline.rules import rules
from vitallies.transcripts.doubts import left_unread

if TYPE_CHECKING:
    import pandas as pd
    from spacy.tokens import Doc, Span

    from vitallies.types import Analysis, Reference

CUSTOMER: Final = "customer"
"""The group of words that name none: "customers", "people", "everyone"."""

_WIDEST = 3
"""Words in front of a noun that may belong to the group's name."""

_DTYPES: Final[dict[str, Any]] = {"turn": "int64", "start": "int64", "end": "int64", "named": "bool", "time": "float64"}


@dataclass(frozen=True, slots=True)
class Mention:
    """An expression that refers to the people served.

    Parameters
    ----------
    transcript : str
        Id of the transcript.
    turn : int
        Number of the turn, from 0.
    start, end : int
        Code-point offsets in the text of the turn: ``text`` is exactly that slice.
    text : str
        The words: a noun with the words in front that say which of them, or a pronoun.
    group : str
        Who they are, in the singular: ``"small business customer"``; ``"customer"`` where the words name no group.
    role : {"end-user", "broker", "fixer", "unclear"}
        What they do with the product, as far as these words tell.
    named : bool
        False for a pronoun, whose group is that of the noun that it stands for, ``"customer"`` where there is none.
    speaker : str, optional
        Who says it.
    time : float, optional
        Seconds from the beginning of the meeting, of the cue in which the mention begins.
    """

    transcript: str
    turn: int
    start: int
    end: int
    text: str
    group: str
    role: Role
    named: bool
    speaker: str | None
    time: float | None


class CustomerFinder:
    """Finds the mentions of the people served in analysed transcripts.

    Parameters
    ----------
    customers : sequence of str
        The caller's own words for them, singular or plural, as `vitallies.load` takes them: "lodger",
        "season-ticket holder", "Acme". They are always meant, and each is a group of its own.

    Raises
    ------
    UsageError
        Where one of the words is empty or no str.

    Notes
    -----
    Which words refer to those served is what the encoder found (``Analysis.references``). A noun there names the group,
    one of the lists in ``rules/customers.json`` or what the expression ends with; a person's name names none. A pronoun
    stands for the last such noun before it that it may stand for, or for whom the pronoun before it stood for; so do
    "two", "the others" and the like. "You" names no group.

    Where no encoder has read the transcript, rules over words decide, and nothing is parsed. A noun that can only mean
    those served ("customer", "passenger") counts unless it is part of a name ("customer service") or of a word for
    something else ("customer base"). Others ("member", "people", "the lady") count where the words around them say so:
    a verb of what customers do behind them, one of what is done for them before them, or a span in which the model
    found that the speaker talks about those served; where most mentions of a plural are meant, all are. So does, in
    such a span, a title with a name that is no speaker's ("Mrs Moore"). A chain of pronouns counts where the noun does
    that it stands for. A chain without a noun counts where most of it stands in such spans, and else the part that
    does. "You", "we" and "who" never count there.

    The role is what the model tells of the expression; without an encoder, and of the caller's own words that the model
    didn't find, rules tell it (`vitallies.insights.customer_roles`).

    On 9,820 sentences of documents on which neither the rules were written nor any part of the model was trained,
    labelled blind (3,021 clear mentions; ``benchmarks/mentions.py``): F1 .73 [.71, .76], nouns .64, pronouns .78; in
    written meetings .75, in public transcripts .59. By rules, with the default's spans, .59 [.56, .62], nouns .48,
    pronouns .66. Roles are experimental: F1 of end-users .75 [.70, .81], brokers .48 [.38, .55], fixers .43 [.24,
    .56]; .59, .51 and .46 in meetings of organisations whose products others pass on and repair; .89 and .33 [.11, .52]
    in meetings as they come, .94 and .21 [0, .75] in public transcripts, in both of which nobody repairs. By rules .72,
    .27 and 0. Of 13 mentions readers could not tell the role; the model gives each of them one. Mentions carry no
    probability, so there is no expected true count beside their number.
    """

    def __init__(self, customers: Sequence[str] = ()) -> None:
        self._nouns = NounMatcher(customers)

    def find(self, analysis: Analysis) -> tuple[Mention, ...]:
        """Return the mentions of a transcript in reading order.

        Parameters
        ----------
        analysis : Analysis
            What the model found: its references, or else its selected spans of the framing layer, are the evidence.

        Returns
        -------
        tuple of Mention
            Turns of the customer's side are left out, and all of a meeting that was left unlabelled for its language.
        """
        return tuple(mention for mention, _ in self.read(analysis).mentions)

    def read(self, analysis: Analysis) -> MarkedTranscript:
        """Find the mentions of a transcript, and return its tokens with them."""
        doc = transcript_doc(analysis.transcript)
        if left_unread(analysis.transcript):
            return MarkedTranscript(doc, Words(doc), ())
        words, framed, names = Words(doc), _framed(doc, analysis), _names(analysis)
        nouns = [
            noun for noun in self._nouns.find(doc) if noun.kind != "titles" or words.lower[noun.end - 1] not in names
        ]
        expressions: list[tuple[Span, Role]] = []
        if analysis.references is None:
            meant, pronouns = Judge(words, framed, nouns).meant(nouns), pronouns_of(words)
        else:
            expressions = list(_expressions(doc, analysis.references))
            named, pronouns = referring(doc, words, nouns, (span for span, _ in expressions))
            meant = dict(sorted((named | {noun.start: noun for noun in nouns if noun.kind == OWN}).items()))
        fronts = {
            one.end: meant.pop(one.start).start
            for one in nouns
            if one.start in meant and one.end in meant and meant[one.end].word != one.word
        }
        ends = [0, *(noun.end for noun in meant.values())]
        found = {
            noun.start: _naming(words, noun, fronts.get(noun.start), since)
            for noun, since in zip(meant.values(), ends, strict=False)
        }
        if analysis.references is None:
            others = {noun.start: noun for noun in nouns if noun.start not in meant}
            linked = chains(words, pronouns, meant, others, names, framed)
            served = [chain.meant(framed) for chain in linked]
        else:
            linked = chains(words, pronouns, meant)
            served = [chain.pronouns for chain in linked]
        inside = {at for one in found.values() for at in range(one.start, one.end)}
        for chain, tokens in zip(linked, served, strict=True):
            antecedent = found[chain.noun.start] if chain.noun and chain.served else None
            by_themselves = [at for at in tokens if at not in inside]
            found |= {one.start: one for one in _standing_for(words, antecedent, by_themselves)}
        told = {token.i: role for span, role in expressions for token in span}
        marked = [_with_role(found[at], told) for at in sorted(found)]
        return MarkedTranscript(doc, words, tuple(_mentions(analysis, doc, marked)))


@dataclass(frozen=True, slots=True)
class MarkedTranscript:
    """The tokens of a transcript and the mentions among them.

    Parameters
    ----------
    doc : Doc
        With the span group ``turns``.
    words : Words
    mentions : tuple of (Mention, int)
        Each with the token after its last.
    """

    doc: Doc
    words: Words
    mentions: tuple[tuple[Mention, int], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A mention in tokens."""

    start: int
    end: int
    group: str
    role: Role
    named: bool


def _mentions(analysis: Analysis, doc: Doc, found: Iterable[_Found]) -> Iterator[tuple[Mention, int]]:
    turns = doc.spans[TURNS]
    starts = [turn.start for turn in turns]
    for one in found:
        at = bisect_right(starts, one.start) - 1
        number, offset = turns.attrs["numbers"][at], turns.attrs["starts"][at]
        turn = analysis.transcript.turns[number]
        if turn.side == "customer":
            continue
        start = max(doc[one.start].idx - offset, 0)
        end = min(doc[one.end - 1].idx + len(doc[one.end - 1]) - offset, len(turn.text))
        mention = Mention(
            transcript=analysis.transcript.id,
            turn=number,
            start=start,
            end=end,
            text=turn.text[start:end],
            group=one.group,
            role=one.role,
            named=one.named,
            speaker=turn.speaker,
            time=turn.time_at(start),
        )
        yield mention, one.end


def _expressions(doc: Doc, references: Iterable[Reference]) -> Iterator[tuple[Span, Role]]:
    """The tokens of the expressions that the model found, with the roles of those meant."""
    starts = dict(zip(doc.spans[TURNS].attrs["numbers"], doc.spans[TURNS].attrs["starts"], strict=True))
    for one in references:
        span = doc.char_span(starts[one.turn] + one.start, starts[one.turn] + one.end, alignment_mode="expand")
        if span is not None:
            yield span, one.role


def _with_role(one: _Found, told: Mapping[int, Role]) -> _Found:
    """A mention with the role of the expression in it, or right before it, whose last noun it is."""
    tokens = range(one.end - 1, one.start - 2, -1)
    return replace(one, role=next((told[at] for at in tokens if at in told), one.role))


def _framed(doc: Doc, analysis: Analysis) -> set[int]:
    """The tokens inside the selected spans of the framing layer, in our talk."""
    turns = doc.spans[TURNS]
    offsets = dict(zip(turns.attrs["numbers"], turns.attrs["starts"], strict=True))
    tokens: set[int] = set()
    for span in analysis.spans:
        ours = analysis.transcript.turns[span.turn].side != "customer"
        if ours and span.selected and span.layer == FRAMING:
            at = offsets[span.turn]
            inside = doc.char_span(at + span.start, at + span.end, alignment_mode="expand")
            tokens.update(range(inside.start, inside.end) if inside is not None else ())
    return tokens


def _names(analysis: Analysis) -> set[str]:
    """The words of the speakers' names, in lower case."""
    speakers = {turn.speaker for turn in analysis.transcript.turns if turn.speaker}
    return {word.strip(".,").lower() for speaker in speakers for word in speaker.split() if len(word) > 2}


def _naming(words: Words, noun: Noun, front: int | None, since: int) -> _Found:
    """The mention that a noun makes, with the words in front that belong to the group's name.

    ``front`` is where such words begin, if they are a noun that would be a mention by itself ("student users");
    ``since`` is where the mention before ends.
    """
    start = noun.start
    if front is not None:
        start = front
    elif noun.kind not in ("own", "story", "titles"):
        start = _widened(words, noun, since)
    before = " ".join(words.lower[start : noun.start])
    head = CUSTOMER if noun.word in phrases("faceless") and not before else _alike().get(noun.word, noun.word)
    return _Found(
        start,
        noun.end,
        f"{before} {head}".strip().replace(" - ", "-"),
        role_of(words, start, noun.end, noun),
        named=True,
    )


@cache
def _alike() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in rules("customers", "vitallies.insights.rules")["alike"]}


def _widened(words: Words, noun: Noun, since: int) -> int:
    """The first token of the words in front of a noun that say which of them: by the list, or between "our" and it."""
    first, _ = words.sentence(noun.start)
    first = max(first, since, noun.start - _WIDEST)
    before = words.lower[first : noun.start]
    for at, word in enumerate(before):
        between = before[at + 1 :]
        if word in phrases("deciding") and all(part.isalpha() and part not in STOP_WORDS for part in between):
            kept = [part not in phrases("counting") for part in between]
            return noun.start - (kept[::-1].index(False) if False in kept else len(kept))
    start = noun.start
    while start > first and (words.lower[start - 1] in phrases("narrowing") or _hyphenated(words, start)):
        start -= 1
    return start + (words.lower[start] == "-")


def _hyphenated(words: Words, start: int) -> bool:
    """Whether the token before belongs to a word with a hyphen in it ("first-time")."""
    return "-" in words.lower[max(start - 2, 0) : start + 1]


def _standing_for(words: Words, antecedent: _Found | None, pronouns: Sequence[int]) -> Iterator[_Found]:
    """The mentions that pronouns make: a role that one of them, or their noun, tells is that of all that tell none."""
    roles = [role_of(words, at, at + 1, None) for at in pronouns]
    told = [role for role in [antecedent.role if antecedent else "unclear", *roles] if role != "unclear"]
    for at, role in zip(pronouns, roles, strict=True):
        shared = told[0] if told and role == "unclear" else role
        yield _Found(at, at + 1, antecedent.group if antecedent else CUSTOMER, shared, named=False)


def mentions_frame(mentions: Iterable[Mention]) -> pd.DataFrame:
    """One row a mention, with the fields of `Mention` as columns.

    Parameters
    ----------
    mentions : iterable of Mention

    Returns
    -------
    pandas.DataFrame
        The types of the columns are the same for a frame without rows.
    """
    import pandas as pd

    rows = list(mentions)
    return pd.DataFrame(
        {
            field.name: pd.Series([getattr(row, field.name) for row in rows], dtype=_DTYPES.get(field.name, "string"))
            for field in fields(Mention)
        }
    )
