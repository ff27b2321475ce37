"""Archives (.zip, .tar, .tar.gz): each transcript in one is read as a file of its own; nothing is unpacked to disk."""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from vitallies.errors import MissingExtraError, TranscriptError
from vitallies.transcripts.format import Format
from vitallies.transcripts.opening import GZIP, opened
from vitallies.transcripts.source import Source
from vitallies.types import Transcript

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENTRY = b"PK\x01\x02"
_MOST_ENTRIES = 100_000
_BLOCK = 512
_ENCRYPTED = 0x1
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
)
"""What Python's modules raise for archives that are cut off, damaged or made to hurt."""


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive: its name, at most so many of its bytes, and why it is not read if it is not."""

    name: str
    unpacked: Callable[[int], bytes]
    refused: str | None = None


def read(source: Source) -> Iterator[Transcript | TranscriptError]:
    """Yield the transcripts of all members in sorted order; one that cannot be read is an error in its place.

    All members together may hold as many bytes as one file. Those that do not look like transcripts are counted in the
    ``meta`` of the first transcript.
    """
    from vitallies.transcripts.registry import is_transcript, stem

    content = source.binary()
    try:
        members = _of_zip(content) if content.startswith(_ZIP) else _of_tar(content, source)
    except _DAMAGED as error:
        message = f"is an archive that is cut off or damaged ({error!s:.100}): copy or download it again"
        raise source.error(message, code="archive") from None
    wanted = sorted(
        (member for member in members if _is_shown(member.name) and is_transcript(member.name)), key=attrgetter("name")
    )
    if not wanted:
        message = f"is an archive of {len(members)} files that do not look like transcripts: give it some"
        raise source.error(message, code="empty")
    source.skipped["members"] += len(members) - len(wanted)
    ids = [member.name[: member.name.rfind("/") + 1] + stem(member.name) for member in wanted]
    clashes = Counter(ids)
    left, noted = source.max_size, False
    for member, id in zip(wanted, ids, strict=True):  # noqa: A001
        try:
            content = _content(member, left)
        except TranscriptError as error:
            yield _placed_error(source, member, error)
            if error.code == "too-large":
                return
            continue
        left -= len(content)
        for found in _scan(source, member, content, f"{source.id}/{member.name if clashes[id] > 1 else id}"):
            if isinstance(found, Transcript) and not noted:
                found, noted = _with_notes(found, source), True
            yield found


def _is_shown(name: str) -> bool:
    """Whether neither a file nor a folder above it is hidden: what a walk through folders passes over too."""
    return not any(part.startswith(".") and part.strip(".") for part in name.split("/"))


def _of_zip(content: bytes) -> list[_Member]:
    if content.count(_ENTRY) > _MOST_ENTRIES:
        raise ValueError(f"more than {_MOST_ENTRIES:,} entries")
    archive = zipfile.ZipFile(io.BytesIO(content))

    def unpacked(info: zipfile.ZipInfo) -> Callable[[int], bytes]:
        def read_most(most: int) -> bytes:
            with archive.open(info) as file:
                return file.read(most)

        return read_most

    return [
        _Member(_written(info.filename).replace("\\", "/"), unpacked(info), _why_not_unzipped(info))
        for info in archive.infolist()
        if info.filename and not info.is_dir()
    ]


def _why_not_unzipped(info: zipfile.ZipInfo) -> str | None:
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted: unpack the archive with its password"
    kind = stat.S_IFMT(info.external_attr >> 16)
    return _why_not(info.filename, is_file=kind in (0, stat.S_IFREG))


def _of_tar(content: bytes, source: Source) -> list[_Member]:
    archive = tarfile.TarFile(fileobj=io.BytesIO(content))

    def unpacked(info: tarfile.TarInfo) -> Callable[[int], bytes]:
        def read_most(most: int) -> bytes:
            file = archive.extractfile(info)
            return b"" if file is None else file.read(most)

        return read_most

    members, offset = [], -1
    for info in archive:
        if archive.offset <= offset:
            raise ValueError("a header that leads back to one before it")
        offset = archive.offset
        if not info.isdir():
            name = _written(info.name).removeprefix("./")
            members.append(_Member(name, unpacked(info), _why_not(name, is_file=info.isreg())))
    # tarfile takes a header that it cannot read for the end.
    end = content[archive.offset : archive.offset + _BLOCK]
    if not end or end.strip(b"\0"):
        source.warn("ends without its mark, as if cut off: copy or download it again", code="archive-cut-off")
    return members


def _written(name: str) -> str:
    """A name that any encoding can write: bytes of it that are not UTF-8 come as surrogates."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _why_not(name: str, *, is_file: bool) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if not parts[0] or ".." in parts or parts[0].endswith(":"):
        return "has a path that leads out of the archive: pack it again with paths below one folder"
    return None if is_file else "is a link or a device, not a file: pack the file itself"


def _content(member: _Member, left: int) -> bytes:
    """The bytes of a member, once more unpacked where it is a ``.gz``; whatever its header says of their number.

    Raises
    ------
    TranscriptError
        Where it is refused, damaged, or more than is ``left`` of the archive's limit.
    """
    if member.refused is not None:
        raise TranscriptError(member.refused, code="refused")
    try:
        content = member.unpacked(left + 1)
        if content.startswith(GZIP) and len(content) <= left:
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(left + 1)
    except _DAMAGED as error:
        message = f"cannot be unpacked ({error!s:.100}): copy or download the archive again"
        raise TranscriptError(message, code="archive") from None
    if content.startswith(GZIP):
        raise TranscriptError(_NESTED, code="refused")
    if len(content) > left:
        message = "makes the archive larger than max_size (--max-size), so it and what follows were left out"
        raise TranscriptError(f"{message}: allow more, or split the archive", code="too-large")
    return content


_NESTED = "is an archive within the archive: unpack it and give its files"


def _scan(source: Source, member: _Member, content: bytes, id: str) -> Iterator[Transcript | TranscriptError]:  # noqa: A002
    """What a member holds; errors and warnings name it."""
    from vitallies.transcripts.registry import choose

    stream = io.BytesIO(content)
    stream.name = member.name
    try:
        with opened(stream, id, max_size=source.max_size, columns=source.columns) as inner:
            chosen = choose(inner, None)
            for found in chosen.read(inner) if chosen is not FORMAT else [inner.error(_NESTED, code="refused")]:
                if isinstance(found, TranscriptError):
                    yield _placed_error(source, member, found)
                else:
                    own = found.meta.get("warnings") is inner.warnings
                    yield _placed(found, member) if own else found
    except TranscriptError as error:
        yield _placed_error(source, member, error)
    except MissingExtraError as error:
        yield source.error(f"{member.name}: {error}", code=error.code)


def _at(member: _Member, line: int | None) -> str:
    return member.name if line is None else f"{member.name}:{line}"


def _placed_error(source: Source, member: _Member, error: TranscriptError) -> TranscriptError:
    return source.error(f"{_at(member, error.line)}: {error.message}", code=error.code)


def _placed(transcript: Transcript, member: _Member) -> Transcript:
    warnings = [
        {"code": doubt["code"], "message": f"{_at(member, doubt.get('line'))}: {doubt['message']}"}
        for doubt in transcript.meta["warnings"]
    ]
    return replace(transcript, meta={**transcript.meta, "warnings": warnings})


def _with_notes(transcript: Transcript, source: Source) -> Transcript:
    """The transcript with what is to be said of its archive; a native one may hold something else of the names."""
    meta: dict[str, Any] = dict(transcript.meta)
    if isinstance(skipped := meta.get("skipped", {}), Mapping) and +source.skipped:
        meta["skipped"] = {**skipped, **+source.skipped}
    if isinstance(warnings := meta.get("warnings", []), list) and source.warnings:
        meta["warnings"] = [*source.warnings, *warnings]
    return replace(transcript, meta=meta)


def _is_archive(source: Source) -> bool:
    if source.head.startswith(_ZIP):
        return True
    if b"\0" not in source.head:  # The names in a tar are filled up with them.
        return False
    beginning = source.sample[:_BLOCK]
    try:
        tarfile.TarInfo.frombuf(beginning, "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


FORMAT = Format(
    name="archive",
    suffixes=(".zip", ".tar", ".tgz"),
    description="zip and tar archives of transcripts in any of these formats",
    read=read,
    recognises=_is_archive,
    follows=(
        "https://libzip.org/specifications/appnote_iz.txt",
        "https://man.archlinux.org/man/tar.5.en.raw",
    ),
)
