"""``vitallies corpora build``: what it says and its exit codes."""

import shutil
from pathlib import Path

RAW = Path(__file__).parents[1] / "training" / "cases" / "raw"
REPOSITORY = Path(__file__).parents[2]


def test_a_document_that_is_not_the_index_s_is_counted_and_ends_in_2_where_it_is_the_only_one(invoke, tmp_path):
    toy = tmp_path / "raw" / "changelog-podcast" / "the-changelog-477.md"
    toy.parent.mkdir(parents=True)
    shutil.copy(RAW / "transcripts" / "podcast" / "orchard-3.md", toy)
    data = REPOSITORY / "data"
    code, out, err, _ = invoke("corpora", "build", tmp_path / "raw", "--out", tmp_path / "out", "--data", data)
    assert (code, err) == (2, "")
    assert "0 documents of 0 corpora, 1 errors (see errors.jsonl)" in out
    assert "lacks 443 more of the index" in out


def test_no_files_are_one_line_and_exit_code_2(invoke, tmp_path):
    data = REPOSITORY / "data"
    code, out, err, _ = invoke("corpora", "build", tmp_path, "--out", tmp_path / "out", "--data", data)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "https://github.com/thechangelog/transcripts" in err


def test_help_shows_the_verb(command):
    shown = command("corpora", "--help")
    assert shown.returncode == 0
    assert "build" in shown.stdout
