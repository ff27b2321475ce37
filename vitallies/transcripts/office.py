"""Office documents (Word, OpenDocument, Excel): zip files of XML parts, and the paragraphs and tables in a part."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from vitallies.transcripts.documents import Block, lines
from vitallies.transcripts.source import Source

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What documents of Office before 2007 and those with a password begin with."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError)
_PIECE = 2**16
_LINE_END = re.compile(r"\s*\n\s*")
"""Within text it is but a space: those that are meant have an element of their own."""
_DEEPEST = 20
"""Tables in cells of tables."""
_WIDEST = 63
"""Columns of the widest cell that Word allows."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What the elements of a format mean, by their names without namespace."""

    paragraph: Set[str]
    text: Set[str]
    table: str
    row: str
    cell: Set[str]
    span: str | None
    """Tells over how many columns a cell reaches, where what it covers is not there."""
    marks: Mapping[str, str]
    not_said: Set[str]
    box: str
    """What is not said either, but counted."""


def names(source: Source) -> list[str]:
    """The names of the parts, none where a source is no zip file."""
    if not source.head.startswith(_ZIP):
        return []
    content = source.binary()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except _DAMAGE:
        return []


def checked(source: Source, kind: str) -> zipfile.ZipFile:
    """The parts of a document.

    Raises
    ------
    TranscriptError
        Where it is no zip file, is locked by a password, or unpacks to more than the caller allows.
    """
    content = source.binary()
    if content.startswith(_OLE):
        message = f"has a password or is of Office before 2007: save it as {kind} without a password"
        raise source.error(message, code="encrypted")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGE as error:
        message = f"is no {kind} document, or is cut off or damaged ({error}): save or download it again"
        raise source.error(message, code="document") from None
    size = sum(part.file_size for part in archive.infolist())
    if size > source.max_size:
        message = f"unpacks to more than {source.max_size:,} bytes: split it, or allow more with max_size (--max-size)"
        raise source.error(message, code="too-large")
    return archive


def blocks(source: Source, archive: zipfile.ZipFile, part: str, tags: Tags) -> list[Block]:
    """The paragraphs and tables of a part, in order.

    Raises
    ------
    TranscriptError
        Where the part is missing, or is no XML that is safe to read.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    builder = _Builder(tags, source.skipped)
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        with archive.open(part) as file:
            while piece := file.read(_PIECE):
                parser.feed(piece)
        parser.close()
    except (*_DAMAGE, KeyError, ParseError, DefusedXmlException, LookupError) as error:
        message = f"is damaged ({part}: {error!s:.100}): save it again"
        raise source.error(message, code="document") from None
    return builder.found


@dataclass(slots=True)
class _Builder:
    """Takes the elements as they come, so that no tree of them is kept.

    python-docx has a tree of twenty times the part, and leaves out paragraphs in content controls and words that were
    put in while changes were tracked.
    """

    tags: Tags
    skipped: Counter[str]
    found: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    """Those that are open, each in a cell of the one before."""
    cells: list[list[str]] = field(default_factory=list)
    """The lines of the cells that are open."""
    spans: list[int] = field(default_factory=list)
    """The columns over which they reach."""
    texts: int = 0
    """Elements of text that are open."""
    silent: int = 0
    """Elements that are open from one on that is not said."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _local(tag)
        if self.silent or name in self.tags.not_said:
            self.silent += 1
        elif name == self.tags.box:
            self.silent += 1
            self.skipped["text boxes"] += 1
        elif name in self.tags.marks:
            self.words.append(self.tags.marks[name])
        elif name in self.tags.text:
            self.texts += 1
        elif name == self.tags.table:
            self.tables.append([])
            if len(self.tables) > _DEEPEST:
                raise ValueError(f"more than {_DEEPEST} tables, each in the one before")
        elif name == self.tags.row and self.tables:
            self.tables[-1].append([])
        elif name in self.tags.cell:
            self.cells.append([])
            self.spans.append(1)
        elif name == self.tags.span and self.spans:
            width = next((int(value) for key, value in attributes.items() if _local(key) == "val"), 1)
            self.spans[-1] = min(width, _WIDEST)

    def data(self, text: str) -> None:
        if self.texts and not self.silent:
            self.words.append(_LINE_END.sub(" ", text))

    def end(self, tag: str) -> None:
        name = _local(tag)
        if self.silent:
            self.silent -= 1
            return
        self.texts -= name in self.tags.text
        if name in self.tags.paragraph:
            self._add("".join(self.words))
            self.words.clear()
        elif name == self.tags.table:
            self._add(self.tables.pop())
        elif name in self.tags.cell:
            words, width = "\n".join(self.cells.pop()).strip(), self.spans.pop()
            if self.tables and self.tables[-1]:
                self.tables[-1][-1].extend([words, *[""] * (width - 1)])

    def _add(self, block: Block) -> None:
        if self.cells:
            self.cells[-1].extend(lines(block))
        else:
            self.found.append(block)


def _local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]
