"""Labels brought into the project: stand-off, without the authors' words."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest

from vitallies.errors import UsageError
from vitallies.evaluation import GoldSentence
from vitallies.labels import ROLES
from vitallies.training.annotations import import_labels, read_rows, write_rows
from vitallies.transcripts import read_all

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"

WORDS = "Nobody's words but the author's"
ROW = {
    "id": "x1",
    "doc": "corpus/a",
    "turn": 3,
    "start": 10,
    "end": 42,
    "text": WORDS,
    "before": WORDS,
    "speaker": "Ana",
    "sampling": "random",
    "spans": [{"start": 12, "end": 20, "label": "CHALLENGE"}],
}


@pytest.fixture
def shared(tmp_path):
    files = {
        "labels/train.jsonl": json.dumps(ROW) + "\n" + json.dumps({**ROW, "id": "x2", "turn": 4, "spans": []}) + "\n",
        "labels/dev.jsonl": json.dumps({**ROW, "id": "d1"}) + "\n",
        "labels/written.jsonl": '{"text": "Who says so?", "spans": []}\n',
        "labels/written_context.jsonl": "",
        "labels/meetings/train.jsonl": '{"id": "m1", "turns": []}\n',
        "labels/meetings/train.labels.jsonl": "",
        "eval/folds.json": '{"corpus/a": 1}',
        "corpora/index.jsonl": '{"id": "corpus/a"}\n',
    }
    for name, content in files.items():
        path = tmp_path / "shared" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "shared"


def test_labels_come_without_text_and_written_examples_whole(shared, tmp_path):
    data = tmp_path / "data"
    import_labels(shared, data)
    rows = read_rows(data / "annotations" / "train.jsonl.gz")
    assert [list(row) for row in rows] == [["id", "doc", "turn", "start", "end", "sampling", "spans"]] * 2
    assert rows[0]["spans"] == ROW["spans"]
    assert (rows[0]["start"], rows[0]["end"], rows[1]["turn"]) == (10, 42, 4)
    for name in ("train", "dev"):
        content = gzip.decompress((data / "annotations" / f"{name}.jsonl.gz").read_bytes()).decode()
        assert WORDS not in content
        assert "Ana" not in content
    for name in ("labels/written.jsonl", "labels/written_context.jsonl"):
        assert (data / "examples" / Path(name).name).read_bytes() == (shared / name).read_bytes()
    for name in ("train.jsonl", "train.labels.jsonl"):
        assert (data / "meetings" / name).read_bytes() == (shared / "labels" / "meetings" / name).read_bytes()
    assert json.loads((data / "folds.json").read_text()) == {"corpus/a": 1}
    assert json.loads((data / "index.jsonl").read_text()) == {"id": "corpus/a"}


def test_the_same_labels_give_the_same_bytes(shared, tmp_path):
    for name in ("one", "other"):
        import_labels(shared, tmp_path / name)
    for path in ("annotations/train.jsonl.gz", "annotations/dev.jsonl.gz"):
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "other" / path).read_bytes()


@pytest.mark.parametrize("name", ["labels/train.jsonl", "labels/dev.jsonl", "eval/folds.json", "corpora/index.jsonl"])
def test_a_missing_file_is_named(shared, tmp_path, name):
    (shared / name).unlink()
    with pytest.raises(UsageError) as caught:
        import_labels(shared, tmp_path / "data")
    assert str(shared / name) in str(caught.value)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "name", ["labels/written.jsonl", "labels/written_context.jsonl", "labels/meetings/train.labels.jsonl"]
)
def test_a_missing_file_of_written_examples_is_named(shared, tmp_path, name):
    (shared / name).unlink()
    with pytest.raises(UsageError, match=Path(name).name):
        import_labels(shared, tmp_path / "data")


def test_rows_survive_gzip(tmp_path):
    rows = [{"text": "é\u2028\U0001f600"}, {}, {"spans": [1, None]}]
    write_rows(tmp_path / "rows.jsonl.gz", rows)
    assert read_rows(tmp_path / "rows.jsonl.gz") == rows
    plain = tmp_path / "rows.jsonl"
    plain.write_bytes(gzip.decompress((tmp_path / "rows.jsonl.gz").read_bytes()))
    assert read_rows(plain) == rows


@pytest.mark.parametrize("name", ["train", "dev", "mined"])
def test_the_projects_annotations_are_stand_off_and_sound(name):
    path = ROOT / "data" / "annotations" / f"{name}.jsonl.gz"
    rows = read_rows(path)
    assert len(rows) > 1000
    for row in rows:
        assert set(row) == {"id", "doc", "turn", "start", "end", "sampling", "spans"}
        assert all("text" not in span for span in row["spans"])
        GoldSentence.from_row(row)


def test_no_mined_sentence_overlaps_a_labelled_one():
    places = {}
    for name in ("train", "mined"):
        for row in read_rows(ROOT / "data" / "annotations" / f"{name}.jsonl.gz"):
            places.setdefault((row["doc"], row["turn"]), []).append((row["start"], row["end"], name))
    for found in places.values():
        for (_, end, first), (start, _, second) in pairwise(sorted(found)):
            assert end <= start or "mined" not in (first, second)


@pytest.mark.skipif(not (SHARED / "labels").is_dir(), reason="../shared, which holds the labels, is not here")
def test_the_projects_annotations_are_those_of_shared(tmp_path):
    import_labels(SHARED, tmp_path)
    for name in ("annotations/train.jsonl.gz", "annotations/dev.jsonl.gz", "folds.json", "index.jsonl"):
        assert (tmp_path / name).read_bytes() == (ROOT / "data" / name).read_bytes(), name


def test_the_marked_mentions_stand_in_known_documents_and_none_is_both_learned_from_and_measured_on():
    """By id alone, since the public transcripts' words are not here."""
    parts = {}
    for name in ("mentions", "mentions_more", "mentions_held_out"):
        rows = read_rows(ROOT / "data" / "annotations" / f"{name}.jsonl.gz")
        parts[name] = {row["doc"] for row in rows}
        places = [(row["doc"], row["turn"], row["start"]) for row in rows]
        assert len(places) == len(set(places))
        for row in rows:
            assert set(row) == {"part", "doc", "turn", "start", "end", "mentions"}
            for mark in row["mentions"]:
                assert row["start"] <= mark["start"] < mark["end"] <= row["end"]
                assert mark["role"] in ROLES
    learned, more, held_out = parts.values()
    assert learned.isdisjoint(more)
    assert held_out.isdisjoint(learned | more)
    written = {
        name: {transcript.id for transcript in read_all(ROOT / "data" / name)}
        for name in (
            *("meetings/train.jsonl", "meetings/more.jsonl", "meetings/further.jsonl"),
            *("roles/train.jsonl", "roles/held_out.jsonl", "held_out/meetings.jsonl"),
        )
    }
    kept = written["held_out/meetings.jsonl"] | written["roles/held_out.jsonl"]
    assert {doc for doc in held_out if doc.startswith("meetings/")} <= kept
    assert {doc for doc in learned | more if doc.startswith("meetings/")} <= set().union(*written.values()) - kept
    assert sum(map(len, written.values())) == len(set().union(*written.values()))
