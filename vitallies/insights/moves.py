"""What each sentence of a turn does to what was said before it: objects, asks, agrees, denies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from vitallies.insights.grounds import find_grounds
from vitallies.insights.turn_text import RULES, matter, phrases, read, sentences, word_list
from vitallies.pipeline.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Span, Token

_ANYWHERE = ("disagree", "question", "named", "named_own", "welcome", "brush_off")
_OPENING = (
    "way_round",
    "opening_disagree",
    "opening_question",
    "opening_agree",
    "opening_but",
    "opening_no",
    "opening_yes",
)
_ALONE = ("agree_alone",)
_AGREEING = ("opening_agree", "agree_alone")
_Placed = TypeVar("_Placed")

_SHORT = 10
"""Words of a short sentence."""


class Echo(NamedTuple):
    """A subject and an auxiliary, and nothing more: "they do", "it isn't"."""

    auxiliary: str
    negative: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a turn.

    Parameters
    ----------
    number : int
        From 0.
    span : Span
        Its tokens.
    cues : mapping of str to Span
        List of ``rules/dialogue.json`` → the first of its phrases that counts here.
    openings : sequence of int
        Tokens at which it may be said to begin: its first, and the one after each of its fillers, as which a "no" by
        itself counts too ("No, you're right").
    words : frozenset of str
        The stems that carry its matter.
    """

    number: int
    span: Span
    cues: Mapping[str, Span]
    openings: Sequence[int]
    words: frozenset[str]

    @property
    def start(self) -> int:
        """Code-point offset in the text of the turn."""
        return self.span.start_char

    @property
    def end(self) -> int:
        """Code-point offset in the text of the turn."""
        return self.span.end_char

    @property
    def content(self) -> Span:
        """The sentence without the fillers in front."""
        return self.span.doc[self.openings[-1] : self.span.end]

    @property
    def size(self) -> int:
        """Number of words without the fillers in front."""
        return sum(token.is_alpha for token in self.content)

    @property
    def is_question(self) -> bool:
        """Whether a question mark closes it."""
        return any(token.text == "?" for token in self.span[-2:])

    @property
    def is_negative(self) -> bool:
        """Whether it holds a negation."""
        return negative(self.span)

    @property
    def is_short_question(self) -> bool:
        """Whether it is, fillers and marks apart, one of the short questions that ask for grounds."""
        return tuple(token.norm_ for token in self.content if not token.is_punct) in _short_questions()

    @property
    def asks_yes_or_no(self) -> bool:
        """Whether it begins as a question that yes or no answers."""
        return self.is_question and self.content[:1].text.lower() in word_list("dialogue", "auxiliaries")

    @property
    def objects_last(self) -> bool:
        """Whether it is short and ends in "though" or "actually"; of questions only those that ask whether."""
        words = [token.norm_ for token in self.span if token.is_alpha]
        objects = 1 < len(words) <= _SHORT and words[-1] in word_list("dialogue", "objecting_last")
        return objects and (self.asks_yes_or_no or not self.is_question)

    @property
    def echo(self) -> Echo | None:
        """The echo that it begins with, or that it is: "they do, you know", "my sister does"."""
        auxiliaries = word_list("dialogue", "auxiliaries")
        doc, end = self.span.doc, self.span.end
        for at in self.openings:
            if at + 1 < end and doc[at].norm_ in word_list("dialogue", "pronouns") and doc[at + 1].norm_ in auxiliaries:
                no = at + 2 < end and doc[at + 2].norm_ == "not"
                if at + 2 + no == end or _closes(doc[at + 2 + no]):
                    return Echo(doc[at + 1].norm_, no)
        words = [token.norm_ for token in self.content if not token.is_punct]
        no = words[-1:] == ["not"]
        auxiliary = words[-2] if no and len(words) > 2 else words[-1] if not no and len(words) > 1 else ""
        if auxiliary in auxiliaries and len(words) <= _SHORT // 2 and not self.is_question:
            return Echo(auxiliary, no or _is_denied(words))
        return None


class Turn:
    """A turn as the rules read it.

    Parameters
    ----------
    text : str
        Its words.

    Attributes
    ----------
    doc : Doc
    sentences : list of Sentence
    is_backchannel : bool
        Whether it holds nothing but signs of listening.
    is_punctuated : bool
        Whether it has closing marks, so that a question would show.
    """

    def __init__(self, text: str) -> None:
        self.doc = read(text)
        fillers = {span.start: span.end for span in phrases(self.doc, "dialogue", ["fillers"])}
        found = phrases(self.doc, "dialogue", (*_ANYWHERE, *_OPENING, *_ALONE))
        agreeing = {cue.start for cue in found if cue.label_ in _AGREEING}
        nos = (cue.end for cue in found if cue.label_ == "opening_no" and cue.end < len(self.doc))
        fillers |= {end - 1: end for end in nos if end in fillers or end in agreeing or _begins_anew(self.doc[end])}
        self.sentences = [
            _sentence(number, span, within(found, span.start, span.end, attrgetter("start")), fillers)
            for number, span in enumerate(sentences(self.doc))
        ]
        signs = {token.i for span in phrases(self.doc, "dialogue", ["backchannel"]) for token in span}
        self.is_backchannel = all(token.i in signs or token.is_space for token in self.doc)
        self.is_punctuated = any(mark in text for mark in ".?!")

    def at(self, offset: int) -> Sentence:
        """Return the sentence that holds a code-point offset."""
        return self.sentences[max(bisect_right(self.sentences, offset, key=attrgetter("start")) - 1, 0)]

    def after(self, sentence: Sentence) -> Sentence | None:
        """Return the sentence after another."""
        return self.sentences[sentence.number + 1] if sentence.number + 1 < len(self.sentences) else None

    @cached_property
    def grounds(self) -> list[Span]:
        """The grounds in the turn."""
        return find_grounds(self.doc)


def within(items: Sequence[_Placed], start: int, end: int, key: Callable[[_Placed], int]) -> Sequence[_Placed]:
    """Those of some items, sorted by where they begin, that begin in a stretch: a turn may hold thousands."""
    return items[bisect_left(items, start, key=key) : bisect_left(items, end, key=key)]


def negative(tokens: Iterable[Token]) -> bool:
    """Whether there is a negation among the tokens."""
    return any(token.norm_ in word_list("dialogue", "negations") for token in tokens)


@cache
def _short_questions() -> frozenset[tuple[str, ...]]:
    return frozenset(rules("dialogue", RULES)["short_questions"])


def _is_denied(words: Sequence[str]) -> bool:
    """Whether words deny what they echo: "nobody does", "they never do", but not "no, my sister does"."""
    denials = word_list("dialogue", "negations") - {"no", "never", "without"}
    return words[:2] == ["no", "one"] or not denials.isdisjoint(words) or "never" in words[1:]


def _begins_anew(token: Token) -> bool:
    """Whether what is said after a "no" begins with a token, and the "no" doesn't belong to it ("no one")."""
    return token.is_punct or token.norm_ in word_list("dialogue", "pronouns") | word_list("dialogue", "auxiliaries")


def _closes(token: Token) -> bool:
    return token.is_punct or token.is_space or token.norm_ in word_list("dialogue", "echo_after")


def _sentence(number: int, span: Span, found: Sequence[Span], fillers: Mapping[int, int]) -> Sentence:
    openings = [span.start]
    while fillers.get(openings[-1], span.end) < span.end:
        openings.append(fillers[openings[-1]])
    cues: dict[str, Span] = {}
    for cue in found:
        if cue.label_ not in _ANYWHERE and cue.start not in openings:
            continue
        if cue.label_ in _ALONE and cue.end < span.end and not _closes(span.doc[cue.end]):
            continue
        cues.setdefault(cue.label_, cue)
    return Sentence(number, span, cues, openings, matter(span.text))
