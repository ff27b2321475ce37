"""The public transcripts that models learn from, made from their repositories' files: ``vitallies corpora build``.

An index names the documents, where each lies in its repository, and the sha256 of the turns that must come out.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import msgspec

from vitallies.errors import DataError, TranscriptError, UsageError
from vitallies.render.files import replacing
from vitallies.training.annotations import write_rows
from vitallies.transcripts import nlp, qmsum
from vitallies.transcripts.opening import opened
from vitallies.transcripts.source import Source

_Turns = Iterator[tuple[str, str]]
"""Speakers with what they say."""

_NAMED = re.compile(r"\*\*(.+?):\*\*(.*)")
_NO_SPEECH = (re.compile(r"\\\[[\d:.]+\\\]"), re.compile(r"<[a-z_]+>"), re.compile(r"\\"))


class _Listed(msgspec.Struct):
    """A line of the index."""

    id: str
    corpus: Annotated[str, msgspec.Meta(pattern=r"^[\w-]+$")]
    doc: str
    split: str
    repository: str
    path: Annotated[str, msgspec.Meta(pattern=r"\.(json|md|nlp)$")]
    sha256: str


@dataclass(frozen=True, slots=True)
class Built:
    """What `build` came to.

    Parameters
    ----------
    out : Path
        The folder of the corpora.
    corpora, documents : int
        How many were written.
    absent : int
        Documents of the index whose files are not there.
    errors : int
        The rows of ``errors.jsonl``: documents that could not be read, or are not those of the index.
    """

    out: Path
    corpora: int
    documents: int
    absent: int
    errors: int

    @property
    def exit_code(self) -> int:
        """0: each document whose file is there is written; 1: not all; 2: none."""
        if not self.documents:
            return 2
        return 1 if self.errors else 0


def build(raw: Path, out: Path, index: Path) -> Built:
    """Write a corpus ``<corpus>.jsonl.gz`` for each of which there are files, in the native transcript format.

    Parameters
    ----------
    raw : Path
        One of the repositories, a folder of them side by side, or one with files as ``<corpus>/<doc>.<suffix>``.
    out : Path
        An empty or new folder. What could not be written goes to an ``errors.jsonl`` in it.
    index : Path
        The ``index.jsonl`` of the corpora.

    Raises
    ------
    UsageError
        Where nothing could be done: ``raw`` holds none of the files, ``out`` something, or there is no index.
    DataError
        Where the index cannot be read.
    """
    listed = _index(index)
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise UsageError(f"{out} is not an empty folder: name another for the corpora")
    files = {item.id: file for item in listed if (file := _file(raw, item)) is not None}
    if not files:
        addresses = ", ".join(sorted({f"https://github.com/{item.repository}" for item in listed}))
        raise UsageError(f"{raw} holds none of the {len(listed)} files of {index}: clone into it {addresses}")
    out.mkdir(parents=True, exist_ok=True)
    errors: list[dict[str, Any]] = []
    corpora = documents = 0
    for corpus, items in groupby(listed, key=lambda item: item.corpus):
        rows = []
        for item in items:
            if item.id not in files:
                continue
            try:
                rows.append(_row(item, files[item.id]))
            except TranscriptError as error:
                place = {} if error.line is None else {"line": error.line}
                path = files[item.id].relative_to(raw).as_posix()
                errors.append({"path": path, "level": "error", "code": error.code, "message": error.message} | place)
        if rows:
            with replacing(out / f"{corpus}.jsonl.gz") as new:
                write_rows(new, rows)
            corpora, documents = corpora + 1, documents + len(rows)
    if errors:
        with replacing(out / "errors.jsonl") as new:
            new.write_text(
                "".join(json.dumps(error, ensure_ascii=False) + "\n" for error in errors), "utf-8", newline="\n"
            )
    return Built(out, corpora, documents, len(listed) - len(files), len(errors))


def _index(path: Path) -> list[_Listed]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): give the folder of index.jsonl") from None
    listed = []
    for number, line in enumerate(lines, 1):
        try:
            listed.append(msgspec.json.decode(line, type=_Listed))
        except msgspec.DecodeError as error:
            raise DataError(f"{path}:{number}: is no row of the index ({error}): restore the file") from None
    return sorted(listed, key=lambda item: item.corpus)


def _file(raw: Path, item: _Listed) -> Path | None:
    """Where the file of a document lies: in a clone among others, in the one clone, or sorted by corpus."""
    places = (
        raw / item.repository.rpartition("/")[2] / item.path,
        raw / item.path,
        raw / item.corpus / item.path.rpartition("/")[2],
    )
    return next((place for place in places if place.is_file()), None)


def _row(item: _Listed, file: Path) -> dict[str, Any]:
    with opened(file, item.id) as source:
        turns = _merged(_TURNS[file.suffix](source))
    digest = hashlib.sha256(json.dumps(turns, ensure_ascii=False).encode()).hexdigest()
    if digest != item.sha256:
        message = (
            f"gives turns whose sha256 is {digest}, not {item.sha256} as the index has it: "
            f"take {item.path} unchanged from https://github.com/{item.repository} as it was when the index was made"
        )
        raise TranscriptError(message, path=file, code="digest")
    spoken = [{"speaker": speaker, "text": text} for speaker, text in turns]
    return {"id": item.id, "corpus": item.corpus, "doc": item.doc, "split": item.split, "turns": spoken}


def _merged(turns: _Turns) -> list[tuple[str, str]]:
    """The turns cleaned, those of one speaker that follow each other joined, and none empty."""
    cleaned = ((speaker, _cleaned(text)) for speaker, text in turns)
    kept = ((speaker, text) for speaker, text in cleaned if text)
    return [
        (speaker, " ".join(text for _, text in spoken)) for speaker, spoken in groupby(kept, key=lambda turn: turn[0])
    ]


def _cleaned(text: str) -> str:
    for pattern in _NO_SPEECH:
        text = pattern.sub("", text)
    return " ".join(text.split())


def _qmsum(source: Source) -> _Turns:
    for utterance in source.json(qmsum.Meeting).meeting_transcripts:
        yield utterance.speaker or "", qmsum.words(utterance.content)


def _nlp(source: Source) -> _Turns:
    for speaker, spoken in groupby(nlp.words(source), key=lambda word: word.speaker):
        yield speaker or "", " ".join(word.text for word in spoken)


def _markdown(source: Source) -> _Turns:
    speaker = None
    for paragraph in re.split(r"\n\s*\n", source.text()):
        text = " ".join(paragraph.split())
        if match := _NAMED.match(text):
            speaker, text = match.groups()
        if speaker is not None:
            yield speaker, text


_TURNS: Mapping[str, Callable[[Source], _Turns]] = {".json": _qmsum, ".nlp": _nlp, ".md": _markdown}
