"""The corpora made from their repositories' files: small ones of the same shapes, and those of ``../shared``."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from vitallies import read_all
from vitallies.errors import DataError, UsageError
from vitallies.training.annotations import read_rows
from vitallies.training.corpora import build

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "data" / "index.jsonl"
SHARED = ROOT.parent / "shared" / "corpora"
RAW = Path(__file__).parent / "cases" / "raw"
FILES = {
    "toy-product/kiosk": "org/QMSum data/Product/all/kiosk.json",
    "toy-calls/ferries": "org/speech-datasets earnings21/transcripts/nlp_references/ferries.nlp",
    "toy-podcast/orchard-3": "org/transcripts podcast/orchard-3.md",
}
TURNS = {
    "toy-product/kiosk": [
        [
            "Project Manager",
            "Okay, so the LCD screen. We don 't need two TVs, do we? It's a 'deal' they didn't offer. "
            "Right; next: buttons!",
        ],
        ["Designer", "AT&amp;T's are bigger. We'll see, they'd say 'so."],
        ["User Interface", "Noyes then."],
    ],
    "toy-calls/ferries": [
        ["Speaker 0", 'Good morning, "all .'],
        ["Speaker 10", "Thanks. Next slide, ."],
    ],
    "toy-podcast/orchard-3": [
        [
            "Ana Ruiz, PhD",
            "[unintelligible 00:01:02.10] That&#39;s not the **point:** is it? Not at *all*. And here it goes on.",
        ],
        ["Ben", "Twice: **Ana:** no."],
        ["Ben ", "A space."],
        [" Ben", "Another."],
    ],
}


def digest(turns):
    return hashlib.sha256(json.dumps(turns, ensure_ascii=False).encode("utf-8")).hexdigest()


@pytest.fixture
def index(tmp_path):
    """An index of the small files; ``index(id=sha256)`` gives a document another digest."""

    def write(**digests):
        rows = []
        for id_, file in FILES.items():
            repository, path = file.split()
            corpus, doc = id_.split("/")
            sha256 = digests.get(doc, digest(TURNS[id_]))
            row = {"id": id_, "corpus": corpus, "doc": doc, "split": "train", "repository": repository, "path": path}
            rows.append(json.dumps({**row, "sha256": sha256, "turns": 1, "words": 1}))
        path = tmp_path / "index.jsonl"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write


def sorted_by_corpus(folder):
    for id_, file in FILES.items():
        path = RAW / file.split()[0].split("/")[1] / file.split()[1]
        (folder / id_).parent.mkdir(parents=True)
        shutil.copy(path, (folder / id_).parent / path.name)
    return folder


def built_rows(out):
    return {row["id"]: row for path in sorted(out.glob("*.jsonl.gz")) for row in read_rows(path)}


def spoken(row):
    return [[turn["speaker"], turn["text"]] for turn in row["turns"]]


@pytest.mark.parametrize("lie", ["side by side", "by corpus"])
def test_the_files_become_their_turns(lie, index, tmp_path):
    raw = RAW if lie == "side by side" else sorted_by_corpus(tmp_path / "raw")
    built = build(raw, tmp_path / "out", index())
    rows = built_rows(tmp_path / "out")
    assert {id_: spoken(row) for id_, row in rows.items()} == TURNS
    assert (built.corpora, built.documents, built.absent, built.errors, built.exit_code) == (3, 3, 0, 0, 0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "toy-calls.jsonl.gz",
        "toy-podcast.jsonl.gz",
        "toy-product.jsonl.gz",
    ]
    row = rows["toy-calls/ferries"]
    assert list(row) == ["id", "corpus", "doc", "split", "turns"]
    assert (row["corpus"], row["doc"], row["split"]) == ("toy-calls", "ferries", "train")
    (transcript,) = read_all(tmp_path / "out" / "toy-calls.jsonl.gz")
    assert transcript.id == "toy-calls/ferries"
    assert [[turn.speaker, turn.text] for turn in transcript.turns] == TURNS["toy-calls/ferries"]


def test_one_clone_gives_its_corpora_and_the_rest_is_counted(index, tmp_path):
    built = build(RAW / "transcripts", tmp_path / "out", index())
    assert list(built_rows(tmp_path / "out")) == ["toy-podcast/orchard-3"]
    assert (built.corpora, built.documents, built.absent, built.errors, built.exit_code) == (1, 1, 2, 0, 0)


def test_line_ends_of_windows_change_nothing(index, tmp_path):
    raw = sorted_by_corpus(tmp_path / "raw")
    for path in raw.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert build(raw, tmp_path / "out", index()).errors == 0


def test_the_same_files_give_the_same_bytes(index, tmp_path):
    for name in ("one", "other"):
        build(RAW, tmp_path / name, index())
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_a_wrong_digest_is_an_error_row_and_the_others_are_written(index, tmp_path):
    built = build(RAW, tmp_path / "out", index(ferries="0" * 64))
    assert built_rows(tmp_path / "out").keys() == FILES.keys() - {"toy-calls/ferries"}
    assert (built.documents, built.errors, built.exit_code) == (2, 1, 1)
    (row,) = read_rows(tmp_path / "out" / "errors.jsonl")
    assert (row["path"], row["level"], row["code"]) == (
        "speech-datasets/earnings21/transcripts/nlp_references/ferries.nlp",
        "error",
        "digest",
    )
    for words in (digest(TURNS["toy-calls/ferries"]), "0" * 64, "https://github.com/org/speech-datasets"):
        assert words in row["message"]


def test_a_file_that_cannot_be_read_is_an_error_row_with_its_line(index, tmp_path):
    raw = sorted_by_corpus(tmp_path / "raw")
    (raw / "toy-product" / "kiosk.json").write_text('{"meeting_transcripts": [{"speaker": "A"', encoding="utf-8")
    (raw / "toy-calls" / "ferries.nlp").write_text("\nGood|0\n", encoding="utf-8")
    (raw / "toy-podcast" / "orchard-3.md").write_bytes(b"**Ana:** \0")
    built = build(raw, tmp_path / "out", index())
    rows = read_rows(tmp_path / "out" / "errors.jsonl")
    assert [(row["path"], row["code"], row["line"]) for row in rows] == [
        ("toy-calls/ferries.nlp", "columns", 2),
        ("toy-podcast/orchard-3.md", "binary", 1),
        ("toy-product/kiosk.json", "json", 1),
    ]
    assert (built.documents, built.errors, built.exit_code) == (0, 3, 2)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["errors.jsonl"]


def test_nothing_to_build_from_is_said_with_what_to_clone(index, tmp_path):
    (tmp_path / "raw").mkdir()
    with pytest.raises(UsageError, match=r"holds none of the 3 files .* https://github.com/org/QMSum, "):
        build(tmp_path / "raw", tmp_path / "out", index())
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_empty_is_left_alone(index, tmp_path):
    kept = tmp_path / "out" / "toy-calls.jsonl.gz"
    kept.parent.mkdir()
    kept.write_text("dear", encoding="utf-8")
    for out in (kept.parent, kept):
        with pytest.raises(UsageError, match="is not an empty folder: name another"):
            build(RAW, out, index())
    assert kept.read_text(encoding="utf-8") == "dear"


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row[:-1],
        lambda row: "[]",
        lambda row: row.replace('"sha256"', '"sha"'),
        lambda row: row.replace("toy-calls", "../toy-calls"),
        lambda row: row.replace(".nlp", ".doc"),
    ],
    ids=["cut", "list", "without digest", "corpus is no name", "no rules for the suffix"],
)
def test_a_bad_row_of_the_index_is_named(change, index, tmp_path):
    first, second, third = index().read_text(encoding="utf-8").splitlines()
    (tmp_path / "bad.jsonl").write_text("\n".join([first, change(second), third]), encoding="utf-8")
    with pytest.raises(DataError, match=r"bad.jsonl:2: .*restore the file"):
        build(RAW, tmp_path / "out", tmp_path / "bad.jsonl")
    assert not (tmp_path / "out").exists()


def test_a_missing_index_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none.jsonl cannot be read"):
        build(RAW, tmp_path / "out", tmp_path / "none.jsonl")


def test_the_projects_index_names_documents_and_holds_no_words_of_theirs():
    rows = read_rows(INDEX)
    assert len({row["id"] for row in rows}) == len(rows) == 444
    assert INDEX.stat().st_size < 200_000
    for row in rows:
        assert row["id"] == f"{row['corpus']}/{row['doc']}"
        assert row["path"].rpartition("/")[2].rpartition(".")[0] == row["doc"]
        assert row["split"] in ("train", "dev")
        assert int(row["sha256"], 16) >= 0
        named = {"id", "corpus", "doc", "split", "repository", "path", "sha256", "turns", "words"}
        assert row.keys() == named


@pytest.mark.skipif(not (SHARED / "raw").is_dir(), reason="../shared, which holds raw files, is not here")
def test_the_raw_files_of_shared_come_out_with_the_digests_given(tmp_path):
    built = build(SHARED / "raw", tmp_path, INDEX)
    assert (built.corpora, built.documents, built.errors) == (10, 10, 0)
    digests = {row["id"]: row["sha256"] for row in read_rows(INDEX)}
    for path in sorted(tmp_path.iterdir()):
        ((id_, row),) = ((row["id"], row) for row in read_rows(path))
        assert digest(spoken(row)) == digests[id_]
        assert row in read_rows(SHARED / path.name)
