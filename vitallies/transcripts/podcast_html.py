"""Podcasting 2.0 in HTML: ``<cite>`` for who speaks, ``<time>`` for when, ``<p>`` for the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vitallies.errors import MissingExtraError
from vitallies.transcripts import cues, times
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.types import Transcript

_MARKED = re.compile(
    rb"<cite\b[^<>]*>[^<>]*</cite\s*>\s*<(?:time|p)\b|<time\b[^<>]*>\s*\d[\d:.,]*\s*</time\s*>\s*<(?:cite|p)\b",
    re.IGNORECASE,
)
_PIECE = 2**16
_BLOCKS = frozenset({"p", "div", "li", "td", "blockquote", "section", "article", "body"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "nav"})
_NOT_SAID = _HEADINGS | {"script", "style", "template"}


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a paragraph; those without a name of their own go on with the one before."""
    target = _Target(source.skipped)
    found = cues.transcript(source, _cues(source, target))
    yield replace(found, title=" ".join(target.title) or None)


def _cues(source: Source, target: _Target) -> Iterator[cues.Cue]:
    # The standard library's parser takes quadratic time for tags that never end.
    try:
        from lxml import etree
    except ImportError:
        raise MissingExtraError("Reading HTML", "readers") from None
    parser = etree.HTMLParser(target=target, encoding="utf-8")
    pieces = _pieces(source.text())
    try:
        while pieces:
            parser.feed(pieces.pop().encode())
            yield from target.taken()
        parser.close()
    except etree.LxmlError as error:
        raise source.error(f"is HTML that cannot be read ({error!s:.100}): save it again", code="html") from None
    yield from target.taken()
    if not target.marked:
        message = "is HTML without the <cite> and <time> of a podcast's transcript: save its text as lines  Name: text"
        raise source.error(message, code="html")


def _pieces(text: str) -> list[str]:
    """The text in pieces, the last first, so that each can be let go once it is read."""
    return [text[place : place + _PIECE] for place in range(0, len(text), _PIECE)][::-1]


@dataclass(slots=True)
class _Target:
    """Takes the elements as they come, so that no tree of them is kept."""

    skipped: Counter[str]
    said: list[cues.Cue] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    marked: bool = False
    speaker: str | None = None
    begin: float | None = None
    words: list[str] = field(default_factory=list)
    """Of the element that is open: a name, a time or a paragraph."""
    within: str = ""
    """Which it is: cite, time, title, or none of them."""
    silent: list[str] = field(default_factory=list)
    """The elements from one on that is not said."""

    def start(self, tag: str, _attributes: object) -> None:
        """Take the beginning of an element."""
        if self.silent or tag in _NOT_SAID:
            self.silent.append(tag)
        elif tag in ("cite", "time", "title"):
            self._finish()
            self.within = tag
        elif tag in _BLOCKS:
            self._finish()
        elif tag == "br":
            self.words.append("\n")

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        if self.silent:
            self.silent.pop()
            self.skipped["headings"] += not self.silent and tag in _HEADINGS
        elif tag == self.within or tag in _BLOCKS:
            self._finish()

    def data(self, text: str) -> None:
        """Take text, entities resolved."""
        if not self.silent:
            self.words.append(text)

    def close(self) -> None:
        """Take the end of the file."""
        self._finish()

    def taken(self) -> list[cues.Cue]:
        """The paragraphs that have come to their end since the last time."""
        said, self.said = self.said, []
        return said

    def _finish(self) -> None:
        said = "".join(self.words)
        self.words.clear()
        text = one_spaced(said)
        within, self.within = self.within, ""
        if within == "title":
            self.title.append(text)
        elif within == "cite":
            self.marked, self.speaker, self.begin = True, text.removesuffix(":").rstrip() or None, None
        elif within == "time":
            self.marked, self.begin = True, times.seconds(text)
        elif text and not self.marked:
            self.skipped["headers"] += 1
        elif text:
            self.said.append(cues.Cue(text, self.speaker, self.begin, paragraph=True, unnamed=True))
            self.begin = None


FORMAT = Format(
    name="podcast-html",
    suffixes=(".html", ".htm"),
    description="Podcasting 2.0 transcripts in HTML: <cite>, <time> and <p>",
    read=read,
    recognises=lambda source: source.head.lstrip().startswith(b"<") and _MARKED.search(source.sample) is not None,
    follows=(
        "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/transcripts/transcripts.md",
        "https://github.com/stevencrader/transcriptator/blob/main/test/test_files/buzzcast.html",
        "https://github.com/stevencrader/transcriptator/blob/main/test/test_files/podnews_weekly_review_2023-03-17.html",
    ),
)
