"""OpenDocument texts (.odt), as LibreOffice and Google Docs write them: the rules are those for Word."""

from __future__ import annotations

from collections.abc import Iterator

from vitallies.errors import TranscriptError
from vitallies.transcripts import documents, office
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_MAIN = "content.xml"
_TAGS = office.Tags(
    paragraph={"p", "h"},
    text={"p", "h"},
    table="table",
    row="table-row",
    cell={"table-cell", "covered-table-cell"},
    span=None,
    marks={"tab": "\t", "line-break": "\n", "s": " "},
    not_said={"tracked-changes", "annotation", "note", "ruby-text"},
    box="text-box",
)


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield what the tables of the document hold, or its paragraphs."""
    with office.checked(source, ".odt") as archive:
        blocks = office.blocks(source, archive, _MAIN, _TAGS)
    yield from documents.transcripts(source, blocks)


FORMAT = Format(
    name="odt",
    suffixes=(".odt",),
    description="OpenDocument texts: transcripts, tables with a column of text, minutes",
    read=read,
    recognises=lambda source: {"mimetype", _MAIN}.issubset(office.names(source)),
    follows=("https://github.com/trinker/textreadr/blob/master/inst/docs/trans8.odt",),
)
