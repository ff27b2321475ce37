import io
import json
import sys
import zipfile
from types import SimpleNamespace

import pytest

VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ana>we can't\n"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("", "nothing to analyze"),
        ("folder", "folder is a folder: use vitallies score"),
        ("standup.vtt", "there is no file standup.vtt"),
        ("Weekly sync 2026-03-02.vtt", "there is no file Weekly sync 2026-03-02.vtt: check the path"),
        ("weekly sync.TXT.gz", "there is no file weekly sync.TXT.gz"),
        ("notes/standup.doc", "there is no file notes/standup.doc"),
        ("cut.json", "cut.json:1: ends too early"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_code_2(command, tmp_path, argument, message):
    (tmp_path / "folder").mkdir()
    (tmp_path / "cut.json").write_text("{")
    done = command("analyze", argument, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("vitallies: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


@pytest.mark.parametrize(
    "text", ["We can't do that in notes.txt.", "We can't do that and/or this", "can't", "We can't.\nIt's in notes.txt"]
)
def test_a_text(invoke, text):
    code, out, err, _ = invoke("analyze", text)
    assert (code, err) == (0, "")
    assert " ".join(out.splitlines()).startswith(" ".join(text.replace("can't", "can't[vital lie 0.90]").split()))


def test_a_text_longer_than_any_file_name(invoke):
    code, out, _, _ = invoke("analyze", "we can't " * 1000)
    assert code == 0
    assert out.startswith("we can't[vital lie 0.90] we can't")


def test_a_file_as_json(invoke, tmp_path):
    (tmp_path / "standup.vtt").write_text(VTT)
    code, out, _, _ = invoke("analyze", tmp_path / "standup.vtt", "--json")
    assert code == 0
    (row,) = map(json.loads, out.splitlines())
    assert (row["transcript"], row["text"], row["start"], row["label"]) == ("standup", "can't", 3, "VITAL_LIE")


@pytest.mark.parametrize("arguments", [["-"], []])
def test_standard_input_in_whatever_format(invoke, monkeypatch, arguments):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(VTT.encode()), isatty=lambda: False))
    code, out, _, _ = invoke("analyze", *arguments)
    assert code == 0
    assert out.splitlines()[0] == "Ana: we can't[vital lie 0.90]"


def test_every_transcript_of_a_file(invoke, tmp_path):
    row = json.dumps({"turns": [{"text": "we can't"}]})
    (tmp_path / "rows.jsonl").write_text(f"{row}\n{row}\n")
    code, out, _, loaded = invoke("analyze", tmp_path / "rows.jsonl", "--json")
    assert (code, len(out.splitlines()), len(loaded)) == (0, 2, 1)


def zipped():
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("a.vtt", VTT)
        archive.writestr("b.txt", "Ben: we can't")
    return raw.getvalue()


def test_an_archive_as_a_file_and_on_standard_input(invoke, monkeypatch, tmp_path):
    (tmp_path / "calls.zip").write_bytes(zipped())
    _, out, _, _ = invoke("analyze", tmp_path / "calls.zip", "--json")
    assert [json.loads(line)["transcript"] for line in out.splitlines()] == ["calls/a", "calls/b"]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(zipped()), isatty=lambda: False))
    _, out, _, _ = invoke("analyze", "-", "--json")
    assert [json.loads(line)["transcript"] for line in out.splitlines()] == ["text/a", "text/b"]


def test_warnings_are_told_on_standard_error(invoke, tmp_path):
    told = {"warnings": [{"code": "x", "message": "half of it is missing"}], "turns": [{"text": "we can't"}]}
    (tmp_path / "one.json").write_text(json.dumps(told))
    for arguments in ([], ["--json"]):
        code, out, err, _ = invoke("analyze", tmp_path / "one.json", *arguments)
        assert (code, err) == (0, "vitallies: half of it is missing\n")
        assert "can't" in out
