"""PDF, through pypdf: the text layer alone."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from vitallies.errors import MissingExtraError, TranscriptError
from vitallies.transcripts import documents
from vitallies.transcripts.format import Format
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_MAGIC = b"%PDF-"
_EDGE = 2
"""Lines at the top and at the bottom of a page that may be a header or a footer."""
_FEWEST = 3


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield what the readers of plain text make of the lines; headers and footers of pages are counted."""
    pages = _pages(source)
    blank = sum(not any(map(str.strip, page)) for page in pages)
    if blank == len(pages):
        message = "has no text layer, as scans have none: run text recognition (OCR) over it and give its output"
        raise source.error(message, code="no-text")
    if blank:
        source.warn(f"{blank} of {len(pages)} pages have no text layer: pictures or scans", code="no-text")
    repeated = _repeated(pages)
    lines = []
    for page in pages:
        edge = _edges(page)
        left_out = {place for place in edge if _shape(page[place]) in repeated}
        source.skipped["page headers"] += len(left_out)
        lines += [line for place, line in enumerate(page) if place not in left_out]
    yield from documents.of_lines(source, lines)


def _pages(source: Source) -> list[list[str]]:
    try:
        import pypdf
    except ImportError:
        raise MissingExtraError("Reading PDF", "readers") from None
    locked = source.error("has a password: save it without one", code="encrypted")
    try:
        with _complaints() as complaints:
            reader = pypdf.PdfReader(io.BytesIO(source.binary()))
            # A file that may be read and not be changed has a password for its owner and none for others.
            is_open = not reader.is_encrypted or bool(reader.decrypt(""))
            pages = [page.extract_text().split("\n") for page in reader.pages] if is_open else None
    except pypdf.errors.DependencyError:  # for a cipher that pypdf leaves to another package
        raise locked from None
    except Exception as error:  # of a damaged file pypdf raises whatever its objects run into
        message = f"is no PDF, or is damaged ({type(error).__name__}: {error!s:.100}): save or download it again"
        raise source.error(message, code="document") from None
    if pages is None:
        raise locked
    if complaints:
        message = f"faults that were passed over: {len(complaints)}, the first of them {complaints[0][:100]!r}"
        source.warn(message, code="pdf")
    return pages


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What pypdf logs of a file meanwhile, instead of on the standard error stream."""
    logger, found = logging.getLogger("pypdf"), list[str]()
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def _edges(page: Sequence[str]) -> list[int]:
    """The places of the first and last lines of a page that hold anything."""
    filled = [place for place, line in enumerate(page) if line.strip()]
    return sorted({*filled[:_EDGE], *filled[-_EDGE:]})


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """What stands at the edges of half of the pages or more, numbers apart."""
    seen = Counter(shape for page in pages for shape in {_shape(page[place]) for place in _edges(page)})
    return {shape for shape, count in seen.items() if count >= max(_FEWEST, len(pages) / 2)}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


FORMAT = Format(
    name="pdf",
    suffixes=(".pdf",),
    description="PDF with a text layer; scans are refused",
    read=read,
    recognises=lambda source: source.head.lstrip().startswith(_MAGIC),
    follows=("https://github.com/trinker/textreadr/blob/master/inst/docs/rl10075oralhistoryst002.pdf",),
)
