"""A turn as the rules read it: its sentences, the words that carry its matter, and the phrases of a rule file in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from vitallies.pipeline.docs import blank_english, tokenise
from vitallies.pipeline.rules import rules

if TYPE_CHECKING:
    from spacy.tokens import Span

RULES: Final = "vitallies.insights.rules"

_ENDS = frozenset(".?!…")
_LONGEST = 60
"""Tokens of a sentence beyond which it is cut: a recogniser may leave no marks at all."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NOT = ("n't", "n’t")
_ENDINGS = ("ing", "ed", "es", "s")


def read(text: str) -> Doc:
    """Tokenise the text of a turn."""
    return tokenise(blank_english(), text)


def sentences(doc: Doc) -> list[Span]:
    """Cut a turn after closing marks that white space follows, and after every 60 tokens without one.

    Returns
    -------
    list of Span
        They cover the Doc; none is empty.
    """
    cuts, start = [], 0
    for token in doc:
        after = token.i + 1
        # White space but a single blank is a token of its own, and belongs to the sentence before it.
        goes_on = after < len(doc) and doc[after].is_space
        last = doc[token.i - 1] if token.is_space and token.i > start else token
        closed = last.text[-1] in _ENDS and (token.is_space or bool(token.whitespace_)) and not goes_on
        if closed or after - start >= _LONGEST or after == len(doc):
            cuts.append(doc[start:after])
            start = after
    return cuts


def word_list(name: str, key: str) -> frozenset[str]:
    """Return a list of a rule file whose entries are single words."""
    return frozenset(word for (word,) in rules(name, RULES)[key])


@cache
def _matcher(name: str, lists: tuple[str, ...]) -> PhraseMatcher:
    vocab = blank_english().vocab
    matcher = PhraseMatcher(vocab, attr="NORM")
    for key in lists:
        matcher.add(key, [Doc(vocab, words=list(phrase)) for phrase in rules(name, RULES)[key]])
    return matcher


def phrases(doc: Doc, name: str, lists: Sequence[str]) -> list[Span]:
    """Return the phrases of some lists of a rule file that stand in a Doc, in order, each labelled with its list.

    Those of one list don't overlap: the longest wins.
    """
    by_list: dict[str, list[Span]] = {key: [] for key in lists}
    for span in _matcher(name, tuple(lists))(doc, as_spans=True):
        by_list[span.label_].append(span)
    found = [span for spans in by_list.values() for span in filter_spans(spans)]
    return sorted(found, key=lambda span: (span.start, span.end, lists.index(span.label_)))


def matter(text: str) -> frozenset[str]:
    """Return the stems of the words that carry the matter of a text: no stop words, no words of every meeting.

    >>> sorted(matter("Nobody watches the videos, and that's the customer's choice."))
    ['choic', 'customer', 'video', 'watch']
    """
    return frozenset(stem for word in _WORD.findall(text.lower()) if (stem := _stem(word)))


@cache
def _left_out() -> frozenset[str]:
    return word_list("dialogue", "plain") | STOP_WORDS


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """Cut the ending of a word, so that "watches" meets "watched"; an empty string where it carries no matter."""
    if word.endswith(_NOT):
        return ""
    word = re.split(r"['’]", word)[0]
    if len(word) < 3 or word in _left_out():
        return ""
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= 3), "")
    cut = word.removesuffix(ending)
    if ending in ("ing", "ed") and cut[-1] == cut[-2] and cut[-1] not in "ls":
        cut = cut[:-1]
    return cut.rstrip("eiy") if len(cut) > 3 else cut
