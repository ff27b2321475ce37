"""TTML and its older name DFXP: captions in XML, with the agents that say them; Apple Podcasts' transcripts too."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from vitallies.transcripts import cues, recognised, times
from vitallies.transcripts.captioned import said_in
from vitallies.transcripts.captions import Caption
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.transcripts.spaces import one_spaced
from vitallies.types import Transcript

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOT = re.compile(rb"<(?:\w+:)?tt\s[^<>]*http://www\.w3\.org/(?:ns/ttml|20\d\d/\d\d/ttaf1)")
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_FRAMES = re.compile(r"(\d{1,4}:\d\d:\d\d):(\d{1,9})(?:\.\d{1,9})?")
_RATIO = re.compile(r"(\d{1,9})[\s:](\d{1,9})")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_FRAME_RATE = 30.0


def read(source: Source) -> Iterator[Transcript]:
    """Yield the one transcript: a cue a paragraph, or a part of it that another agent says."""
    document = _document(source)
    captions = list(document.finished())
    yield cues.transcript(
        source,
        said_in(source, lambda _: captions),
        title=document.title,
        language=recognised.language(document.language),
    )


@dataclass(slots=True)
class _Scope:
    """What an element and those around it say of the words inside."""

    offset: float = 0.0
    start: float | None = None
    end: float | None = None
    agent: str | None = None


@dataclass(slots=True)
class _Document:
    captions: list[Caption] = field(default_factory=list)
    """Each with the ids of its agents as its speaker."""
    names: dict[str, str] = field(default_factory=dict)
    namespace: str = ""
    title: str | None = None
    language: str | None = None
    frame: float = 1 / _FRAME_RATE
    tick: float = 1.0
    untimed: bool = False
    """An element follows the one before in time, which is not read."""

    def finished(self) -> Iterator[Caption]:
        """The captions with the names of their agents, which may stand anywhere."""
        agents = any(caption.speaker for caption in self.captions)
        for caption in self.captions:
            if self.untimed:
                caption.start = caption.end = None
            ids = (caption.speaker or "").split()
            caption.speaker = " & ".join(self.names.get(id) or id for id in ids) if agents else None  # noqa: A001
            yield caption

    def inside(self, scope: _Scope, element: Element) -> _Scope:
        """The scope of an element within another's."""
        given = _attributes(element)
        begin, end, duration = (self._seconds(given.get(key)) for key in ("begin", "end", "dur"))
        offset = scope.offset if begin is None else scope.offset + begin
        found = _Scope(offset, agent=given.get("agent", scope.agent))
        if _local(element.tag) in ("p", "span"):
            found.start = scope.start if begin is None else round(offset, 3)
            found.end = scope.end
            if end is not None:
                found.end = round(scope.offset + end, 3)
            elif duration is not None:
                found.end = round(offset + duration, 3)
        return found

    def begin(self, root: Element) -> None:
        """Take what the root says of language and times."""
        given = _attributes(root)
        self.namespace = root.tag.rpartition("}")[0]
        self.language = given.get("lang")
        rate = times.seconds(given.get("frameRate", "")) or _FRAME_RATE
        ratio = _RATIO.fullmatch(given.get("frameRateMultiplier", ""))
        if ratio is not None and int(ratio[1]) and int(ratio[2]):
            rate *= int(ratio[1]) / int(ratio[2])
        self.frame = 1 / rate
        self.tick = 1 / (times.seconds(given.get("tickRate", "")) or (rate if "frameRate" in given else 1.0))

    def _seconds(self, time: str | None) -> float | None:
        offset = _OFFSET.fullmatch(time or "")
        if offset is not None:
            return float(offset[1]) * (_SECONDS | {"f": self.frame, "t": self.tick})[offset[2]]
        frames = _FRAMES.fullmatch(time or "")
        if frames is not None:
            return (times.seconds(frames[1]) or 0.0) + int(frames[2]) * self.frame
        return times.seconds(time or "")


def _document(source: Source) -> _Document:
    from xml.etree.ElementTree import TreeBuilder

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError, iterparse

    document = _Document()
    scopes = [_Scope()]
    # Whatever encoding the document declares, it is decoded already.
    content = io.BytesIO(source.text().lstrip().encode("utf-8", "replace"))
    parser = DefusedXMLParser(target=TreeBuilder(), encoding="utf-8")
    try:
        for event, element in iterparse(content, ("start", "end"), parser):
            name = _local(element.tag)
            if event == "start":
                document.untimed = document.untimed or element.get("timeContainer") == "seq"
                if name == "tt":
                    document.begin(element)
                scopes.append(document.inside(scopes[-1], element))
                continue
            scope = scopes.pop()
            if name == "p" and element.tag.startswith(document.namespace):
                parts = list(_captions(document, element, scope))
                # Nobody says the spaces between the parts.
                document.captions += [part for part in parts if any(map(str.strip, part.lines))] or parts[:1]
                element.clear()
            elif name == "agent":
                names = [child for child in element if _local(child.tag) == "name"]
                document.names[_attributes(element).get("id", "")] = _words(names[0] if names else element)
            elif name == "title":
                document.title = document.title or _words(element) or None
    except DefusedXmlException:
        message = "declares entities, which captions have no need of and bombs are made of: remove its DOCTYPE"
        raise source.error(message, code="entities") from None
    except ParseError as error:
        message = f"is not XML that can be read ({error}): mend that place, or export it again"
        raise source.error(message, line=error.position[0], code="xml") from None
    if document.untimed:
        message = "its captions begin where others end (timeContainer), which is not read: they were left without times"
        source.warn(message, code="sequential-times")
    return document


def _captions(document: _Document, paragraph: Element, scope: _Scope) -> Iterator[Caption]:
    """A paragraph as a caption for each agent who says some of it."""
    for agent, pieces in groupby(_pieces(document, paragraph, scope), key=lambda piece: piece[0].agent):
        scopes, texts = zip(*pieces, strict=True)
        start, end = scope.start, scope.end
        if start is None:
            # Some give times to the parts alone. Where the whole has some, those of the parts may count from elsewhere.
            start = next((part.start for part in scopes if part.start is not None), None)
            end = next((part.end for part in reversed(scopes) if part.end is not None), end)
        yield Caption(html.escape("".join(texts), quote=False).split("\n"), start, end, speaker=agent)


def _pieces(document: _Document, paragraph: Element, scope: _Scope) -> Iterator[tuple[_Scope, str]]:
    """The texts of a paragraph in their order, a line feed where a line is broken, without recursion."""
    waiting: list[tuple[_Scope, Element | str]] = [(scope, paragraph)]
    while waiting:
        around, node = waiting.pop()
        if isinstance(node, str):
            yield around, node
            continue
        parts: list[tuple[_Scope, Element | str]] = [(around, _flat(node.text))]
        for child in node:
            name = _local(child.tag)
            if name == "br":
                parts.append((around, "\n"))
            elif name == "span":
                inner = document.inside(around, child)
                # Apple's words stand in elements of their own without a space between.
                parts += [(inner, " " if _attributes(child).get("unit") == "word" else ""), (inner, child)]
            parts.append((around, _flat(child.tail)))
        waiting += [(within, part) for within, part in reversed(parts) if part != ""]


def _flat(text: str | None) -> str:
    return (text or "").replace("\n", " ")


def _words(element: Element) -> str:
    return one_spaced("".join(element.itertext()))


def _attributes(element: Element) -> dict[str, str]:
    return {_local(key): value for key, value in element.items()}


def _local(name: str) -> str:
    """A name without its namespace, of which the editions of TTML have several."""
    return name.rpartition("}")[2]


FORMAT = Format(
    name="ttml",
    suffixes=(".ttml", ".dfxp"),
    description="TTML and DFXP captions, Apple Podcasts' transcripts among them",
    read=read,
    recognises=lambda source: source.head.lstrip().startswith(b"<") and _ROOT.search(source.sample) is not None,
    follows=(
        "https://www.w3.org/TR/2010/REC-ttaf1-dfxp-20101118/",
        "https://github.com/w3c/imsc-tests",
        "https://github.com/pbs/pycaption/blob/main/tests/fixtures/dfxp.py",
        "https://github.com/Rosoe/Apple-Transcripts-to-Text/blob/main/index.html",
    ),
)
