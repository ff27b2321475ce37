"""``vitallies compare``: two scored folders side by side."""

import json
import shutil

import pytest

from vitallies.render.measured import MEASURED_TRANSCRIPT_COLUMNS
from vitallies.render.tables import FORMATS, write_table


@pytest.fixture
def folders(tmp_path, monkeypatch, invoke):
    """Folders ``a`` and ``b``, scored; in those of b people say "can't" more often."""
    monkeypatch.chdir(tmp_path)
    for name, texts in (("a", "we can go/we can/we can't/they can"), ("b", "can't/we can't/I can't go/can't see")):
        (tmp_path / f"in-{name}").mkdir()
        for number, text in enumerate(texts.split("/")):
            (tmp_path / f"in-{name}/{number}.json").write_text(json.dumps({"turns": [{"text": f"{text} {number}"}]}))
        assert invoke("score", f"in-{name}", "--out", name)[0] == 0
    return tmp_path


def edited(path, **changes):
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, **changes}))


def test_a_table_with_values_difference_interval_and_p(invoke, folders):
    code, out, err, loaded = invoke("compare", "a", "b")
    assert (code, err, len(loaded)) == (0, "", 2)
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[:2] == ["A: a, 4 meetings", "B: b, 4 meetings"]
    assert lines[3].split() == ["measure", "A", "B", "B", "−", "A", "95%", "interval", "p"]
    # 1 span in 13 words, and 4 in 12
    (lies,) = [line.split() for line in lines if line.startswith(" VITAL_LIE")]
    assert lies[:7] == ["VITAL_LIE", "per", "1,000", "words", "76.9", "333", "+256"]
    assert lies[8] == "to"
    (challenges,) = [line.split() for line in lines if line.startswith(" CHALLENGE")]
    assert challenges[4:7] == ["0", "0", "+0"]
    assert challenges[-1] == "–"
    assert lines[-1].endswith("Of 1 measure compared, 0.05 would differ so by chance alone.")


@pytest.mark.parametrize("table_format", FORMATS)
def test_any_format_of_the_tables(invoke, folders, table_format):
    expected = invoke("compare", "a", "b")[1]
    rows = [json.loads(line) for line in (folders / "b/transcripts.jsonl").read_text().splitlines()]
    rows[0]["title"] = 'a "title", 7\nof two lines'
    (folders / "b/transcripts.jsonl").unlink()
    write_table(folders / f"b/transcripts.{table_format}", rows, MEASURED_TRANSCRIPT_COLUMNS, table_format)
    assert invoke("compare", "a", "b")[:2] == (0, expected)


def test_labels_that_one_folder_did_not_count_are_left_out(invoke, folders):
    assert invoke("score", "in-b", "--out", "b", "--overwrite", "--format", "csv", "--labels", "challenge")[0] == 0
    code, out, _, _ = invoke("compare", "a", "b")
    assert code == 0
    assert ["CHALLENGE" in out, "VITAL_LIE" in out] == [True, False]


def test_names_of_folders_are_no_markup(invoke, folders):
    shutil.move("b", "[red]b")
    assert "B: [red]b, 4 meetings" in invoke("compare", "a", "[red]b")[1]


def refused(invoke, *arguments):
    code, out, err, _ = invoke("compare", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("vitallies: ")
    assert err.count("\n") == 1
    return err


def test_a_meeting_that_stands_in_both_is_refused_whatever_its_name(invoke, folders):
    shutil.copy(folders / "in-a/2.json", folders / "in-b/again.json")
    assert invoke("score", "in-b", "--out", "b", "--overwrite")[0] == 0
    told = refused(invoke, "a", "b")
    assert "a and b share meetings: 'again.json' is '2.json' there, the first of 1." in told
    assert "share no file" in told


def test_another_model_is_refused_with_the_cure(invoke, folders):
    edited(folders / "b/manifest.json", model={"id": "fake 2", "manifest_sha256": "0" * 64})
    told = refused(invoke, "a", "b")
    assert "a and b were not scored in the same way: model fake 1 (" in told
    assert "against fake 2 (00000000)" in told
    assert "score both again with one model and the same options" in told


def test_other_options_are_refused(invoke, folders):
    assert invoke("score", "in-b", "--out", "b", "--overwrite", "--customers", "guest")[0] == 0
    assert 'customers [] against ["guest"]' in refused(invoke, "a", "b")


def test_what_is_no_scored_folder(invoke, folders):
    for folder in ("in-a", "missing", "in-a/0.json"):
        assert f"{folder} is no folder that vitallies score has finished" in refused(invoke, "a", folder)
    (folders / "b/transcripts.jsonl").unlink()
    assert "b is no folder that" in refused(invoke, "a", "b")


@pytest.mark.parametrize("content", ["{", "[]", '{"model": 1}'])
def test_a_manifest_that_is_none(invoke, folders, content):
    (folders / "b/manifest.json").write_text(content)
    assert "manifest.json: " in refused(invoke, "a", "b")


@pytest.mark.parametrize(("name", "content"), [("jsonl", "{\n"), ("parquet", "PAR1"), ("csv", "n_words\n\udc80")])
def test_a_table_that_cannot_be_read(invoke, folders, name, content):
    (folders / "b/transcripts.jsonl").unlink()
    (folders / f"b/transcripts.{name}").write_text(content, "utf-8", "surrogateescape")
    told = refused(invoke, "a", "b")
    assert f"transcripts.{name} cannot be read: " in told
    assert told.endswith("score the folder again\n")


@pytest.mark.parametrize("arguments", [[], ["a"], ["a", "b", "c"]])
def test_bad_arguments_are_exit_code_2(command, arguments):
    done = command("compare", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_table_with_something_else_than_rows_is_refused(invoke, folders):
    (folders / "a" / "transcripts.jsonl").write_text("[1]\n")
    assert "holds [1], which is no row; score the folder again" in refused(invoke, "a", "b")
