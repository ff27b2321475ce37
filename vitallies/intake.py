"""Read the files of a run, one after the other, whatever is wrong with one of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vitallies.discovery import Source
from vitallies.errors import TranscriptError, VitalliesError
from vitallies.transcripts import scan
from vitallies.transcripts.doubts import doubted
from vitallies.transcripts.people import Person, introduced
from vitallies.types import Transcript

_TWICE: Final = (
    "what is said in {!r} is said in {!r} too, word for word: figures over meetings count it twice, so leave one of "
    "them out if they are the same meeting"
)


@dataclass(frozen=True, slots=True)
class Item:
    """What was read: a transcript, or why there is none; ``done`` counts the files that were read to their end."""

    done: int
    name: str
    found: Transcript | TranscriptError


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read, and what the caller knows of the people in them."""

    people: Mapping[str, Person]
    columns: Mapping[str, str]
    max_size: int

    def scan(self, source: Source) -> Iterator[Transcript | TranscriptError]:
        """What a file holds, with its people introduced."""
        try:
            for found in scan(source.path, id=source.id, columns=self.columns, max_size=self.max_size):
                yield introduced(found, self.people) if isinstance(found, Transcript) else found
        except VitalliesError as error:
            yield TranscriptError(str(error), code=error.code)
        except Exception as error:  # One file that upsets a reader must not stop a night's work.
            yield TranscriptError(said(error), code="reader")


def items(sources: Sequence[Source], inputs: dict[str, str | None], reading: Reading) -> Iterator[Item]:
    """Read the files as they are asked for, note their hashes in ``inputs``, and let nobody take an id twice.

    What was said in an earlier transcript word for word is doubted.
    """
    first: dict[str, str] = {}
    said_in: dict[bytes, str] = {}
    for done, source in enumerate(sources):
        inputs[source.name] = file_hash(source.path)
        for found in reading.scan(source):
            if isinstance(found, Transcript):
                if found.id in first:
                    message = f"the id {found.id!r} is taken by a transcript in {first[found.id]}, which is scored: "
                    found = TranscriptError(message + "give this one another id", code="duplicate-id")
                else:
                    first[found.id] = source.name
                    words = hashlib.sha256("\0".join(turn.text for turn in found.turns).encode()).digest()
                    if (other := said_in.setdefault(words, found.id)) != found.id and found.turns:
                        found = doubted(found, "duplicate-content", _TWICE.format(found.id, other))
            yield Item(done, source.name, found)


def file_hash(path: Path) -> str | None:
    """The SHA-256 of a file; None of one that cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def said(error: Exception) -> str:
    """An error that is not one of ours, on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
