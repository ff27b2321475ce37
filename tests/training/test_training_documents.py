"""Labelled documents, and what a speech recogniser would leave of them."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import DataError
from vitallies.training.annotations import write_rows
from vitallies.training.documents import (
    MentionSentence,
    as_recognised,
    corpus_transcripts,
    gold_by_document,
    labelled_documents,
)
from vitallies.types import Transcript, Turn

# As recognised


def recognised(text, *, apostrophes=True):
    return as_recognised(Transcript("t", (Turn(text),)), apostrophes=apostrophes).turns[0].text


@pytest.mark.parametrize(
    ("text", "kept", "dropped"),
    [
        ("We can't, Ana. OK?", "we can't  ana  ok ", "we can t  ana  ok "),
        ("It’s 4.5% — “fine”", "it’s 4 5     fine ", "it s 4 5     fine "),
        ("'cause users' app", " cause users  app", " cause users  app"),
        ("rock'n'roll", "rock'n'roll", "rock n roll"),
        ("ÉMIGRÉ ΣΑΣ", "émigré σας"[:7] + "σασ", "émigré σασ"),
        ("a\nb\tc", "a\nb\tc", "a\nb\tc"),
        ("", "", ""),
        ("\U0001f600 x", "  x", "  x"),
        ("İstanbul", "İstanbul", "İstanbul"),  # its lower case is two code points
    ],
)
def test_as_recognised(text, kept, dropped):
    assert recognised(text) == kept
    assert recognised(text, apostrophes=False) == dropped


@given(st.text(st.characters(exclude_categories=())), st.booleans())
def test_as_recognised_keeps_length_and_offsets(text, apostrophes):
    turn = Turn(text)
    found = recognised(text, apostrophes=apostrophes)
    assert len(found) == len(turn.text)
    for before, after in zip(turn.text, found, strict=True):
        if before.isalnum():
            assert after in (before.lower(), before)
        elif before.isspace():
            assert after == before
        else:
            assert after == " " or (apostrophes and after == before and before in "'’")


def test_as_recognised_leaves_the_rest_alone():
    transcript = Transcript("t", (Turn("Hi, Ana.", "Ben", 1.0, 2.0, meta={"cues": [[0, 1.0, 2.0]]}),), title="A, b")
    found = as_recognised(transcript, apostrophes=True)
    assert (found.id, found.title) == ("t", "A, b")
    (turn,) = found.turns
    assert (turn.speaker, turn.start, turn.end, turn.meta) == ("Ben", 1.0, 2.0, {"cues": [[0, 1.0, 2.0]]})
    assert transcript.turns[0].text == "Hi, Ana."


# Documents


def a_row(doc, **changes):
    return {"id": "1", "doc": doc, "turn": 0, "start": 0, "end": 9, "sampling": "random", "spans": [], **changes}


@pytest.fixture
def corpora(tmp_path):
    folder = tmp_path / "corpora"
    folder.mkdir()
    for name, ids in (("b", ["b/1", "b/2"]), ("a", ["a/1"])):
        rows = [Transcript(x, (Turn("We can't. Who says so?", "Ana"),)).to_json() for x in ids]
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("\n".join(rows).encode()))
    return folder


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in ("annotations", "meetings", "examples"):
        (folder / name).mkdir(parents=True)
    span = {"start": 0, "end": 8, "label": "VITAL_LIE", "kind": "EXCUSE", "stance": "ASSERTED"}
    write_rows(
        folder / "annotations" / "train.jsonl.gz",
        [a_row("b/2", spans=[span]), a_row("a/1"), a_row("b/2", start=10, end=22)],
    )
    write_rows(folder / "annotations" / "mined.jsonl.gz", [a_row("b/1"), a_row("b/2", start=30, end=40)])
    mark = {"start": 3, "end": 8, "kind": "noun", "role": "unclear"}
    mentions = [
        {"part": "fresh", "doc": "b/2", "turn": 0, "start": 0, "end": 8, "mentions": [mark | {"arguable": True}]},
        {"part": "fresh", "doc": "meetings/m2", "turn": 0, "start": 0, "end": 9, "mentions": []},
        {"part": "fresh", "doc": "b/2", "turn": 1, "start": 0, "end": 9, "mentions": [mark]},
    ]
    write_rows(folder / "annotations" / "mentions.jsonl.gz", mentions)
    (folder / "folds.json").write_text('{"b/2": 1, "a/1": 0, "b/1": 2, "meetings/m1": 2}', encoding="utf-8")
    meetings = [Transcript(f"meetings/m{n}", (Turn("We can't. So?"),)).to_json() for n in (1, 2)]
    (folder / "meetings" / "train.jsonl").write_text("\n".join(meetings), encoding="utf-8")
    write_rows(folder / "meetings" / "train.labels.jsonl.gz", [a_row("meetings/m1")])
    examples = [
        {"text": "Nobody reads it.", "spans": []},
        {"text": "Who says so?", "context": "We can't.", "spans": [{"start": 0, "end": 11, "label": "CHALLENGE"}]},
    ]
    (folder / "examples" / "written.jsonl").write_text("\n".join(map(json.dumps, examples)), encoding="utf-8")
    return folder


def test_transcripts_are_found_in_the_order_of_the_files(corpora):
    assert [t.id for t in corpus_transcripts(corpora, ["b/2", "a/1"])] == ["a/1", "b/2"]
    assert list(corpus_transcripts(corpora, [])) == []


def test_missing_documents_are_a_data_error(corpora):
    with pytest.raises(DataError) as caught:
        list(corpus_transcripts(corpora, ["b/2", "c/9", "c/8"]))
    assert str(corpora) in str(caught.value)
    assert "lacks 2 of the labelled documents, 'c/8' among them" in str(caught.value)


def test_a_folder_without_a_corpus_is_a_data_error(tmp_path):
    with pytest.raises(DataError, match=r"holds no corpus .* --corpora"):
        list(corpus_transcripts(tmp_path, ["a/1"]))
    with pytest.raises(DataError, match="holds no corpus"):
        list(corpus_transcripts(tmp_path / "nowhere", ["a/1"]))


def test_gold_is_gathered_by_document(data):
    gold = gold_by_document(data / "annotations" / "train.jsonl.gz")
    assert {doc: len(sentences) for doc, sentences in gold.items()} == {"b/2": 2, "a/1": 1}
    assert gold["b/2"][0].spans[0].label == "VITAL_LIE"


def test_all_documents_with_their_folds(data, corpora):
    documents = list(labelled_documents(data, corpora))
    assert [(d.transcript.id, d.fold, len(d.sentences), len(d.mined)) for d in documents] == [
        ("a/1", 0, 1, 0),
        ("b/1", 2, 0, 1),
        ("b/2", 1, 2, 1),
        ("meetings/m1", 2, 1, 0),
        ("meetings/m2", None, 0, 0),
        ("examples/written#1", None, 1, 0),
        ("examples/written#2", None, 1, 0),
    ]
    assert [d.alone for d in documents] == [False] * 5 + [True] * 2
    assert {d.transcript.id: d.mentions for d in documents if d.mentions} == {
        "b/2": (
            MentionSentence(0, 0, 8, ((3, 8, True, "unclear"),)),
            MentionSentence(1, 0, 9, ((3, 8, False, "unclear"),)),
        ),
        "meetings/m2": (MentionSentence(0, 0, 9, ()),),
    }
    alone, after = documents[-2:]
    assert [turn.text for turn in alone.transcript.turns] == ["Nobody reads it."]
    assert [(turn.speaker, turn.text) for turn in after.transcript.turns] == [("A", "We can't."), ("B", "Who says so?")]
    (sentence,) = after.sentences
    assert (sentence.turn, sentence.start, sentence.end, sentence.natural) == (1, 0, 12, False)
    assert after.transcript.turns[1].text[sentence.spans[0].start : sentence.spans[0].end] == "Who says so"


def test_a_document_in_no_corpus_stops_the_run(data, corpora):
    (corpora / "a.jsonl.gz").unlink()
    with pytest.raises(DataError, match="'a/1'"):
        list(labelled_documents(data, corpora))


def test_a_labelled_document_without_a_fold_is_a_data_error(data, corpora):
    (data / "folds.json").write_text('{"b/2": 1}', encoding="utf-8")
    with pytest.raises(DataError, match="a/1"):
        list(labelled_documents(data, corpora))
