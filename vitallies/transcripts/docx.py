"""Word documents (.docx): transcripts of Teams and Otter, tables of utterances, minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vitallies.errors import TranscriptError
from vitallies.transcripts import documents, office
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_MAIN = re.compile(r"word/document\d*\.xml")
"""Word for the web counts it on."""
_TAGS = office.Tags(
    paragraph={"p"},
    text={"t"},
    table="tbl",
    row="tr",
    cell={"tc"},
    span="gridSpan",
    marks={"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    # Formats, what was taken out while changes were tracked, readings of characters, and what is there a second time
    # for older programs.
    not_said={"pPr", "rPr", "del", "moveFrom", "rt", "Fallback"},
    box="txbxContent",
)


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield what the tables of the document hold, or its paragraphs."""
    with office.checked(source, ".docx") as archive:
        part = _main(archive.namelist())
        if part is None:
            raise source.error("is no Word document: give a .docx, or name the format with format=", code="document")
        blocks = office.blocks(source, archive, part, _TAGS)
    yield from documents.transcripts(source, blocks)


def _main(names: Iterable[str]) -> str | None:
    return next(filter(_MAIN.fullmatch, names), None)


FORMAT = Format(
    name="docx",
    suffixes=(".docx",),
    description="Word documents: transcripts of Teams and Otter, tables with a column of text, minutes",
    read=read,
    recognises=lambda source: _main(office.names(source)) is not None,
    follows=(
        "https://github.com/trinker/textreadr/tree/master/inst/docs",
        "https://github.com/gerlaxrex/parrot/blob/95e4dda715ed052a460ded111c5e68474d6217bd/parrot/transcript/microsoftstream.py",
    ),
)
