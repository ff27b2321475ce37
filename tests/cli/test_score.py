import json

import pytest

NATIVE = json.dumps({"turns": [{"text": "we can't"}]})


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder to work in, with transcripts in ``in``."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.json").write_text(NATIVE)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("x")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing"], "does not exist"),
        (["empty"], "no transcripts in"),
        (["in", "--out", "full"], "full is not empty: resume what was begun there, overwrite it, or name another"),
        (["in", "--labels", "vital_lie,lie"], "no such label: LIE; the labels are VITAL_LIE, "),
        (["in", "--min-score", "1.5"], "--min-score must be a probability from 0 to 1, not 1.5"),
        (["in", "--min-score", "nan"], "--min-score must be a probability"),
        (["in", "--jobs", "0"], "jobs must be 1 or more, not 0"),
        (["in", "--resume", "--overwrite"], "choose one"),
        (["in", "--speakers", "missing.csv"], "missing.csv cannot be read as the CSV of speakers"),
        (["in", "--columns", "speaker"], "--columns must be like speaker=who,text=what, not 'speaker'"),
        (["in", "--columns", "words=what"], "not 'words'"),
        (["in", "--max-size", "much"], "--max-size must be bytes or like 500MB, 1.5GB or 2GiB, not 'much'"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(command, here, arguments, message):
    if "--out" not in arguments:
        arguments = [*arguments, "--out", "out"]
    done = command("score", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("vitallies: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr
    assert not (here / "out").exists()


@pytest.mark.parametrize("arguments", [[], ["in"], ["in", "--out", "out", "--format", "xml"]])
def test_bad_arguments_are_exit_code_2(command, here, arguments):
    done = command("score", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_all_scored_is_exit_code_0(invoke, here, caplog):
    code, out, _, loaded = invoke(
        "score", "in", "--out", "out", "--customers", "guest, Acme", "--min-score", "0.5", "--fast"
    )
    assert (code, out) == (0, "out: 1 files, 1 transcripts, 1 spans, 0 errors, 0 warnings\n")
    assert caplog.messages == ["0 of 1 files done", "1 of 1 files done"]
    assert loaded == [{"fast": True, "customers": ["guest", "Acme"], "all_candidates": False, "min_score": 0.5}]
    options = json.loads((here / "out/manifest.json").read_text())["options"]
    how_read = {"speakers": None, "columns": {}, "max_size": 200_000_000}
    assert {**loaded[0], "labels": options["labels"], **how_read} == options
    assert len((here / "out/spans.jsonl").read_text().splitlines()) == 1


def test_some_unreadable_is_exit_code_1(invoke, here):
    (here / "in/b.json").write_text("{")
    code, out, _, _ = invoke("score", "in", "--out", "out", "--format", "csv", "--labels", "challenge")
    assert code == 1
    assert out == "out: 2 files, 1 transcripts, 0 spans, 1 errors, 0 warnings (see errors.jsonl)\n"
    assert (here / "out/spans.csv").exists()


def test_an_interruption_says_how_to_go_on(invoke, here, monkeypatch):
    from vitallies import batch

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "score", interrupted)
    code, out, err, _ = invoke("score", "in", "--out", "out")
    assert (code, out) == (130, "")
    assert "--resume" in err


def test_speakers_columns_and_the_largest_file(invoke, here):
    (here / "in/b.csv").write_text("Sprecher,Gesagt\nana,we can't\nBen,who says\n")
    (here / "in/c.txt").write_text("Ana: " + "we can't " * 200)
    (here / "people.csv").write_text("name,display,team\nANA,Ana Ruiz,Sales\n")
    options = ["--speakers", "people.csv", "--columns", "speaker=Sprecher,text=Gesagt", "--max-size", "1kB"]
    code, out, _, _ = invoke("score", "in", "--out", "out", *options)
    assert (code, out) == (1, "out: 3 files, 2 transcripts, 2 spans, 1 errors, 0 warnings (see errors.jsonl)\n")
    (error,) = map(json.loads, (here / "out/errors.jsonl").read_text().splitlines())
    assert (error["path"], error["code"]) == ("c.txt", "too-large")
    people = [json.loads(line)["speaker"] for line in (here / "out/speakers.jsonl").read_text().splitlines()]
    assert people == [None, "Ana Ruiz", "Ben"]


@pytest.mark.parametrize(
    ("size", "number"),
    [("1000", 1000), ("500MB", 500_000_000), ("1.5 GB", 1_500_000_000), ("2GiB", 2**31), ("3k", 3000), ("700b", 700)],
)
def test_sizes(invoke, here, size, number):
    assert invoke("score", "in", "--out", "out", "--max-size", size)[0] == 0
    assert json.loads((here / "out/manifest.json").read_text())["options"]["max_size"] == number


def test_what_the_system_refuses_is_one_line_and_exit_code_2(command, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.json").write_text('{"turns": [{"text": "we can\'t"}]}')
    (tmp_path / "file").write_text("x")
    done = command("score", "in", "--out", "file/below", "--fast", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("vitallies: file")
    assert done.stderr.count("\n") == 1
