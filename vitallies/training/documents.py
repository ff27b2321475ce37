"""The labelled documents: transcripts with their gold sentences and their fold."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from vitallies.errors import DataError
from vitallies.evaluation import GoldSentence
from vitallies.labels import Role
from vitallies.training.annotations import read_rows
from vitallies.transcripts import read_all
from vitallies.types import Transcript, Turn


class MarkedMention(NamedTuple):
    """An expression that a reader marked: its code points in the turn, whether careful readers split, the role."""

    start: int
    end: int
    arguable: bool
    role: Role


@dataclass(frozen=True)
class MentionSentence:
    """A sentence in which every expression for the people served was marked.

    Parameters
    ----------
    turn, start, end : int
        Turn and code points in it.
    mentions : tuple of MarkedMention
    """

    turn: int
    start: int
    end: int
    mentions: tuple[MarkedMention, ...]


@dataclass(frozen=True)
class Document:
    """A transcript with the sentences of it that were labelled.

    Parameters
    ----------
    transcript : Transcript
    sentences : tuple of GoldSentence
        What it is scored by, and learned from where its fold is not left out.
    fold : int or None
        The fold that it is scored in; None where it serves for training alone.
    mined : tuple of GoldSentence
        More of its sentences, labelled because a model ranked them high: learned from as the others, never scored.
    alone : bool
        Whether it is a written sentence by itself, made to hold something or nearly so.
    mentions : tuple of MentionSentence
        Its sentences in which the people served were marked.
    """

    transcript: Transcript
    sentences: tuple[GoldSentence, ...]
    fold: int | None
    mined: tuple[GoldSentence, ...] = ()
    alone: bool = False
    mentions: tuple[MentionSentence, ...] = ()


def corpus_transcripts(corpora: Path, wanted: Iterable[str]) -> Iterator[Transcript]:
    """Yield the transcripts of given ids from the ``*.jsonl.gz`` files of a folder, in the order of the files.

    Raises
    ------
    DataError
        Where the folder holds no such file, or lacks some of the documents.
    """
    left = set(wanted)
    files = sorted(corpora.glob("*.jsonl.gz"))
    if not files:
        raise DataError(f"{corpora} holds no corpus (*.jsonl.gz): give the folder with --corpora")
    for path in files:
        for transcript in read_all(path):
            if transcript.id in left:
                left.remove(transcript.id)
                yield transcript
    if left:
        raise DataError(f"{corpora} lacks {len(left)} of the labelled documents, {min(left)!r} among them")


def gold_by_document(path: Path) -> dict[str, list[GoldSentence]]:
    """Return the gold sentences of a stand-off label file, document by document."""
    found: dict[str, list[GoldSentence]] = defaultdict(list)
    for row in read_rows(path):
        sentence = GoldSentence.from_row(row)
        found[sentence.doc].append(sentence)
    return found


def mentions_by_document(path: Path) -> dict[str, tuple[MentionSentence, ...]]:
    """Return the sentences of a file of mentions, document by document."""
    found: dict[str, tuple[MentionSentence, ...]] = defaultdict(tuple)
    for row in read_rows(path):
        marks = tuple(
            MarkedMention(mark["start"], mark["end"], bool(mark.get("arguable")), mark["role"])
            for mark in row["mentions"]
        )
        found[row["doc"]] += (MentionSentence(row["turn"], row["start"], row["end"], marks),)
    return found


def labelled_documents(data: Path, corpora: Path) -> Iterator[Document]:
    """Yield all documents to train on: corpora, written meetings, written examples.

    Parameters
    ----------
    data : Path
        The project's ``data`` folder.
    corpora : Path
        The folder of the corpora's ``*.jsonl.gz`` files.
    """
    folds = json.loads((data / "folds.json").read_text(encoding="utf-8"))
    gold = gold_by_document(data / "annotations" / "train.jsonl.gz")
    mined = gold_by_document(data / "annotations" / "mined.jsonl.gz")
    mentions = mentions_by_document(data / "annotations" / "mentions.jsonl.gz")
    wanted = gold.keys() | mined.keys() | {name for name in mentions if not name.startswith("meetings/")}
    if homeless := wanted - folds.keys():
        raise DataError(
            f"{data / 'folds.json'} has no fold for {len(homeless)} labelled documents, as {min(homeless)!r}"
        )
    for transcript in corpus_transcripts(corpora, wanted):
        name = transcript.id
        yield Document(transcript, tuple(gold[name]), folds[name], tuple(mined[name]), mentions=mentions[name])
    for labels in sorted((data / "meetings").glob("*.labels.jsonl*")):
        gold = gold_by_document(labels)
        for transcript in read_all(labels.with_name(f"{labels.name.split('.')[0]}.jsonl")):
            name = transcript.id
            yield Document(transcript, tuple(gold[name]), folds.get(name), mentions=mentions[name])
    for path in sorted((data / "examples").glob("*.jsonl")):
        for number, row in enumerate(read_rows(path), 1):
            yield _example(f"examples/{path.stem}#{number}", row)


def _example(name: str, row: dict[str, object]) -> Document:
    """A written sentence as a document of its own, what was said before as the turn before."""
    text, context = str(row["text"]), row.get("context")
    turns = ([Turn(str(context), "A")] if context else []) + [Turn(text, "B")]
    place = {"doc": name, "turn": len(turns) - 1, "start": 0, "end": len(text), "sampling": "VL"}
    sentence = GoldSentence.from_row({**place, "spans": row["spans"]})
    return Document(Transcript(name, tuple(turns)), (sentence,), None, alone=True)


def as_recognised(transcript: Transcript, *, apostrophes: bool) -> Transcript:
    """Return the transcript as a speech recogniser might leave it: no capitals and no punctuation.

    Characters are replaced one for one, punctuation by spaces, so that all offsets stay.

    Parameters
    ----------
    transcript : Transcript
    apostrophes : bool
        Whether apostrophes inside words are kept.
    """

    def bare(text: str) -> str:
        plain = "".join(low if len(low := c.lower()) == 1 else c for c in text)
        return "".join(
            c if c.isalnum() or c.isspace() or (c in "'’" and apostrophes and _inside(plain, i)) else " "
            for i, c in enumerate(plain)
        )

    return replace(transcript, turns=tuple(replace(turn, text=bare(turn.text)) for turn in transcript.turns))


def _inside(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()
