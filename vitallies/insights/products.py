"""Products named, who uses them, what these want most, and whether closing that gap is talked of."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import PhraseMatcher
from spacy.util import filter_spans

from vitallies.errors import UsageError
from vitallies.insights.customer_words import phrases, plurals_of
from vitallies.insights.customers import CustomerFinder, MarkedTranscript, Mention
from vitallies.insights.estimates import NO_INTERVAL, Estimate, ratio
from vitallies.pipeline.docs import blank_english
from vitallies.pipeline.groups import TURNS
from vitallies.transcripts.doubts import left_unread

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis

_RULES = "products"

_WIDEST = 3
"""Words between "our" and a product's noun."""

_REACH = 150
"""Tokens behind a product's name in which a want may be of it."""

_NEAR, _LONGEST = 5, 16
"""Words between a mention and what they want; words of a want."""

_LATER_TURNS = 5
"""Turns after a want in which closing the gap counts as talked of."""

_AT_ONCE = 2
"""Sentences after a want in which "they" means those who want it."""

_THEM: Final = frozenset({"they", "them", "customer", "user"})

_ALIKE = 0.5
"""Share of content words in common (Jaccard's) from which two wants are one."""

UNNAMED: Final = ""
"""The product of a want before which none was named."""

_DTYPES: Final[dict[str, Any]] = {
    "product": "string",
    "mentions": "int64",
    "meetings": "int64",
    "users": "object",
    "want": "string",
    "said": "int64",
    "speakers": "int64",
    "closing": "int64",
}


@dataclass(frozen=True, slots=True)
class Want:
    """What those served want of a product, alike wordings together.

    Parameters
    ----------
    text : str
        The shortest of the wordings, verbatim, from the verb on.
    said : int
        How often it is said that they want it.
    speakers : int
        By how many people (one who speaks in two meetings counts in each).
    closing : int
        How often getting them there is talked of in the same turn or the five after it.
    """

    text: str
    said: int
    speakers: int
    closing: int


@dataclass(frozen=True, slots=True)
class Product:
    """A product as the talk has it.

    Parameters
    ----------
    name : str
        In the singular, lower case; ``""`` for wants before which no product was named.
    mentions, meetings : int
        How often it is named, and in how many meetings.
    users : tuple of (str, int)
        The groups said to use it or want something of it, with how often, the commonest first.
    wants : tuple of Want
        What is wanted most comes first.
    """

    name: str
    mentions: int
    meetings: int
    users: tuple[tuple[str, int], ...]
    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class ProductGaps:
    """The products of some meetings.

    Parameters
    ----------
    products : tuple of Product
        Those with most wants first, then those named most.
    closing : Estimate
        Of all times that a want is told, the share after which closing the gap is talked of.
    """

    products: tuple[Product, ...]
    closing: Estimate

    def to_frame(self) -> pd.DataFrame:
        """One row a product and want; a product of which nothing is wanted has one row without.

        Columns and types are the same for a frame without rows; ``users`` holds lists of groups.
        """
        import pandas as pd

        rows: list[tuple[Any, ...]] = []
        for product in self.products:
            users = [group for group, _ in product.users]
            known = (product.name, product.mentions, product.meetings, users)
            rows += [(*known, want.text, want.said, want.speakers, want.closing) for want in product.wants]
            rows += [] if product.wants else [(*known, None, 0, 0, 0)]
        columns = zip(_DTYPES.items(), zip(*rows, strict=True) if rows else [()] * len(_DTYPES), strict=True)
        return pd.DataFrame({name: pd.Series(list(values), dtype=dtype) for (name, dtype), values in columns})

    @property
    def reading(self) -> str:
        """What the figures say, in plain words."""
        wants = [(product, want) for product in self.products for want in product.wants]
        if not wants:
            return "Nobody said in these meetings what those served want, so there is no gap to speak of yet."
        product, want = max(wants, key=lambda pair: pair[1].said)
        n = sum(want.said for _, want in wants)
        of = f' of "{product.name}"' if product.name else ""
        often = "once" if n == 1 else f"{n} times"
        share = f"getting them there is talked of after {self.closing.value:.0%} of these"
        if math.isnan(self.closing.low):
            share += f" ({NO_INTERVAL})"
        else:
            share += f" (95% interval {self.closing.low:.0%} to {self.closing.high:.0%})"
        told = f'What those served want (experimental) is told {often}; first among it{of}: "{want.text}"'
        return f"{told}. Then {share}."


@dataclass(frozen=True, slots=True)
class _Told:
    """A want told once."""

    transcript: str
    speaker: str | None
    text: str
    content: frozenset[str]
    closing: bool


def product_gaps(
    analyses: Iterable[Analysis], *, products: Sequence[str] = (), customers: Sequence[str] = ()
) -> ProductGaps:
    """Find products, who uses them, what these want most and whether closing the gap is talked of.

    Parameters
    ----------
    analyses : iterable of Analysis
        Read once; kept are counts, and the words of each want.
    products : sequence of str
        Names of the caller's products, singular or as they are: "Anchor", "night bus".
    customers : sequence of str
        The caller's own words for those served: see `CustomerFinder`.

    Returns
    -------
    ProductGaps
        The same whatever the order of the transcripts.

    Raises
    ------
    UsageError
        Where one of the words is empty or no str.

    Notes
    -----
    Rules over words. A product is a noun of a list behind "our", "the" or "this", with the words between; a want is
    what follows "want", "need", "prefer" and the like behind a mention of those served, and belongs to the product
    named last. Closing the gap counts as talked of if, in the rest of the turn or the five turns after it, the model
    found an aspiration, or a sentence says what we could or will do and shares a word with the want, or speaks of them
    at once.

    Experimental: read by hand on development transcripts, 28 of 34 wants drawn at random were right, but only 13 of 25
    decisions that closing the gap was talked of.

    References
    ----------
    R. L. Lawton, Creating a Customer-Centered Culture, ASQC Quality Press, 1993: name the product, its end-users and
    the outcome they want from it, then close the gap; his modeling lever asks whether leaders are heard doing so.
    """
    finder, matcher = CustomerFinder(customers), _ProductMatcher(products)
    named: Counter[str] = Counter()
    meetings: defaultdict[str, set[str]] = defaultdict(set)
    users: defaultdict[str, Counter[str]] = defaultdict(Counter)
    told: defaultdict[str, list[_Told]] = defaultdict(list)
    by_meeting: dict[str, list[bool]] = {}
    for analysis in analyses:
        if left_unread(analysis.transcript):
            continue
        marked = finder.read(analysis)
        places = list(matcher.find(marked, analysis))
        for _, name in places:
            named[name] += 1
            meetings[name].add(analysis.transcript.id)
        closings = by_meeting.setdefault(analysis.transcript.id, [])
        for mention, end in marked.mentions:
            product = _product_of(marked, places, end)
            want = _want(marked, analysis, mention, end)
            if want is not None:
                told[product].append(want)
                closings.append(want.closing)
            if want is not None or (product and mention.role == "end-user"):
                users[product][mention.group] += 1
    found = [
        Product(
            name=name,
            mentions=named[name],
            meetings=len(meetings[name]),
            users=tuple(sorted(users[name].items(), key=lambda item: (-item[1], item[0]))),
            wants=_grouped(told[name]),
        )
        for name in {*named, *told}
    ]
    closings_of = [by_meeting[name] for name in sorted(by_meeting) if by_meeting[name]]
    return ProductGaps(
        products=tuple(sorted(found, key=lambda one: (-sum(w.said for w in one.wants), -one.mentions, one.name))),
        closing=ratio([sum(closings) for closings in closings_of], [len(closings) for closings in closings_of]),
    )


class _ProductMatcher:
    """Finds names of products."""

    def __init__(self, products: Sequence[str]) -> None:
        if not isinstance(products, list | tuple):
            raise UsageError(f'products must be a list of names: products=["night bus"], not {products!r:.60}')
        nlp = blank_english()
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        self._own: dict[int, str] = {}
        for name in products:
            if not isinstance(name, str) or not name.strip():
                raise UsageError(f"products: {name!r} is no name of a product")
            self._own[nlp.vocab.strings.add(f"own {name.strip()}")] = name.strip()
            self._matcher.add(f"own {name.strip()}", [nlp.tokenizer(name.strip().lower())])
        for word in sorted(phrases("products", _RULES)):
            self._matcher.add(word, [nlp.tokenizer(form) for form in {word, *plurals_of(word)}])

    def find(self, marked: MarkedTranscript, analysis: Analysis) -> Iterator[tuple[int, str]]:
        """Yield the last token and the name of each product."""
        turns = marked.doc.spans[TURNS]
        starts = [turn.start for turn in turns]
        for span in filter_spans(self._matcher(marked.doc, as_spans=True)):
            number = turns.attrs["numbers"][bisect_right(starts, span.start) - 1]
            if analysis.transcript.turns[number].side == "customer":
                continue
            if span.label in self._own:
                yield span.end - 1, self._own[span.label]
            elif (front := self._front(marked, span.start)) is not None:
                yield span.end - 1, f"{front} {span.label_}".strip()

    @staticmethod
    def _front(marked: MarkedTranscript, start: int) -> str | None:
        """The words between "our" and a product's noun; None where it is not one of ours."""
        first, _ = marked.words.sentence(start)
        before = marked.words.lower[max(first, start - _WIDEST - 1) : start]
        for size, word in enumerate(reversed(before)):
            if word in phrases("pointing", _RULES):
                between = before[len(before) - size :]
                return " ".join(part for part in between if part not in phrases("counting"))
            if not word.isalpha() or word in STOP_WORDS:
                return None
        return None


def _product_of(marked: MarkedTranscript, places: Sequence[tuple[int, str]], end: int) -> str:
    """The product that a mention ending before a token is about: named in its sentence, or last before it."""
    _, last = marked.words.sentence(end - 1)
    at = bisect_right(places, (last, "")) - 1
    return places[at][1] if at >= 0 and end - places[at][0] <= _REACH else UNNAMED


def _want(marked: MarkedTranscript, analysis: Analysis, mention: Mention, end: int) -> _Told | None:
    """What a mention is said to want, right behind it."""
    words = marked.words
    first, last = words.sentence(end - 1)
    if not phrases("supposing", _RULES).isdisjoint(words.norm[first:end]) or "?" in words.norm[end:last]:
        return None
    begin = end
    while begin < min(end + _NEAR, last) and not words.follows(begin, last, phrases("wants", _RULES)):
        if words.norm[begin] not in phrases("between", _RULES):
            return None
        begin += 1
    if begin >= min(end + _NEAR, last):
        return None
    until = begin + 1
    while until < min(begin + _LONGEST, last) and not _ends(words.norm[until]):
        until += 1
    verbs = {part for want in phrases("wants", _RULES) for part in want.split()}
    said = {word.removesuffix("s") for word in words.lower[begin:until] if word.isalpha() and word not in STOP_WORDS}
    content = said - verbs - phrases("empty", _RULES)
    if not content:
        return None
    closing = _closing(marked, analysis, mention.turn, until, content)
    if not {"not", "never"}.isdisjoint(words.norm[end:begin]):
        if words.norm[begin] not in phrases("refused", _RULES):  # "they don't need a card"
            return None
        content = {f"not {word}" for word in content}  # to want something and not to want it are not alike
        begin = next(at for at in range(end, begin) if words.norm[at] in phrases("negated", _RULES))
    text = marked.doc[begin:until].text
    return _Told(mention.transcript, mention.speaker, text, frozenset(content), closing)


def _ends(norm: str) -> bool:
    return norm in phrases("ends", _RULES) or not (any(char.isalnum() for char in norm) or norm in ("-", "'", "'s"))


def _closing(marked: MarkedTranscript, analysis: Analysis, turn: int, at: int, content: set[str]) -> bool:
    """Whether getting them there is talked of in the rest of the turn or the turns after it."""
    turns = marked.doc.spans[TURNS]
    offsets = dict(zip(turns.attrs["numbers"], turns.attrs["starts"], strict=True))
    here = marked.doc[at - 1].idx
    customers = {number for number, one in enumerate(analysis.transcript.turns) if one.side == "customer"}
    for span in analysis.spans:
        near = turn <= span.turn <= turn + _LATER_TURNS and span.turn not in customers
        if span.selected and span.label == "ASPIRATION" and near and offsets[span.turn] + span.start > here:
            return True
    ends = [
        span.end for span, number in zip(turns, turns.attrs["numbers"], strict=True) if number <= turn + _LATER_TURNS
    ]
    theirs = [span for span, number in zip(turns, turns.attrs["numbers"], strict=True) if number in customers]
    words = marked.words
    _, last = words.sentence(at - 1)
    sentences = 0
    while last < ends[-1]:
        first, last = words.sentence(last)
        if any(span.start <= first < span.end for span in theirs):
            continue
        sentences += 1
        if any(words.follows(token, last, phrases("closing", _RULES)) for token in range(first, last)):
            about = {word.removesuffix("s") for word in words.lower[first:last]}
            if not content.isdisjoint(about) or (sentences <= _AT_ONCE and not _THEM.isdisjoint(about)):
                return True
    return False


def _grouped(told: Sequence[_Told]) -> tuple[Want, ...]:
    """Put alike wants together: those linked by a chain of wordings that share enough content words."""
    group = list(range(len(told)))

    def root(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    sharing: defaultdict[str, list[int]] = defaultdict(list)
    for at, want in enumerate(told):
        for other in {other for word in want.content for other in sharing[word]}:
            both = want.content & told[other].content
            if len(both) >= _ALIKE * len(want.content | told[other].content):
                group[root(at)] = root(other)
        for word in want.content:
            sharing[word].append(at)
    together: defaultdict[int, list[_Told]] = defaultdict(list)
    for at, want in enumerate(told):
        together[root(at)].append(want)
    wants = [
        Want(
            text=min((one.text for one in alike), key=lambda text: (len(text), text)),
            said=len(alike),
            speakers=len({(one.transcript, one.speaker) for one in alike}),
            closing=sum(one.closing for one in alike),
        )
        for alike in together.values()
    ]
    return tuple(sorted(wants, key=lambda want: (-want.said, -want.speakers, want.text)))
