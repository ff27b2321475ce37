"""Files and folders scored into tables."""

import hashlib
import json
import os
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from batch_toys import OUTPUTS, Fake, contents, ids, lines, native, write, written_meetings

from vitallies import batch, intake
from vitallies.assembly import TABLES
from vitallies.batch import Summary, score
from vitallies.errors import UsageError


@pytest.fixture
def meetings(tmp_path):
    return written_meetings(tmp_path / "meetings")


def test_tables_errors_and_manifest(meetings, tmp_path):
    out = tmp_path / "out"
    summary = score([meetings], out, analyzer=Fake(fast=True))
    assert summary == Summary(out, files=13, transcripts=12, spans=23, errors=3, warnings=1)
    assert summary.exit_code == 1
    assert sorted(path.name for path in out.iterdir()) == sorted(
        name if "." in name else f"{name}.jsonl" for name in OUTPUTS
    )
    assert ids(out) == ["calls#1", "named", *(f"team/{number:02}" for number in range(9)), "z hola"]
    assert lines(out / "transcripts.jsonl")[-1]["language"] == "es"
    assert len(lines(out / "speakers.jsonl")) == 12
    spans = lines(out / "spans.jsonl")
    assert len(spans) == 23
    assert [spans[0][key] for key in ("transcript", "text", "label", "score", "sentence")] == [
        "calls#1",
        "who",
        "CHALLENGE",
        0.333333,
        "who says",
    ]
    rows = lines(out / "errors.jsonl")
    assert [(row["path"], row["level"], row["code"], row.get("line")) for row in rows] == [
        ("a broken.json", "error", "json", 1),
        ("b break.json", "error", "analysis", None),
        ("calls.jsonl", "error", "json", 2),
        ("z hola.json", "warning", "language", None),
    ]
    assert rows[1]["message"] == "ValueError: the model broke"
    manifest = json.loads((out / "manifest.json").read_text())
    assert list(manifest) == ["schema_version", "versions", "model", "options", "inputs"]
    assert list(manifest["versions"]) == ["vitallies", "spacy", "scikit-learn", "numpy", "onnxruntime", "python"]
    assert manifest["schema_version"] == 2
    assert manifest["model"]["id"] == "fake 1"
    assert manifest["options"]["fast"] is True
    assert len(manifest["inputs"]) == 13
    assert manifest["inputs"]["a broken.json"] == hashlib.sha256(b"{").hexdigest()
    assert str(tmp_path) not in "".join(path.read_text() for path in out.iterdir())


def test_formats_agree(meetings, tmp_path):
    frames = {}
    for table_format in ("jsonl", "csv", "parquet"):
        out = tmp_path / table_format
        score([meetings], out, analyzer=Fake(), table_format=table_format)
        frames[table_format] = [
            {
                "jsonl": lambda path: pd.DataFrame(lines(path)),
                "csv": lambda path: pd.read_csv(path),
                "parquet": lambda path: pd.read_parquet(path),
            }[table_format](out / f"{table}.{table_format}")
            for table in TABLES
        ]
    assert [len(frame) for frame in frames["jsonl"]] == [23, 12, 12, 1, 1]
    for frame, column in (
        (frames["jsonl"][0], "evidence"),
        (frames["jsonl"][3], "matches"),
        (frames["jsonl"][4], "wordings"),
    ):
        frame[column] = frame[column].map(lambda value: json.dumps(value))
    for other in ("csv", "parquet"):
        for frame, same in zip(frames["jsonl"], frames[other], strict=True):
            assert list(frame.columns) == list(same.columns)
            assert frame.astype(object).where(frame.notna(), None).to_dict("records") == same.astype(object).where(
                same.notna(), None
            ).to_dict("records")


def test_ids(tmp_path):
    folder = write(
        tmp_path / "meetings",
        {
            "2026.03.02 stand-up.json": native(),
            "a/call.txt": "Ana: we can't",
            "a/call.vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ana>we can't",
            "a/one.json": native(id="S-17"),
            "b/call.txt": "Ana: we can't",
            "rows.jsonl": f"{native()}\n\n{native(id='r')}\n{native()}\n",
            ".git/x.json": native(),
            "._one.json": native(),
            "readme.md": "no transcript",
        },
    )
    out = tmp_path / "out"
    assert score([folder], out, analyzer=Fake()).exit_code == 0
    assert ids(out) == ["2026.03.02 stand-up", "a/call.txt", "a/call.vtt", "S-17", "b/call", "rows#1", "r", "rows#4"]


def test_of_several_paths_the_folder_comes_first(tmp_path):
    write(tmp_path, {"x/k.json": native(), "y/k.json": native(), "z.json": native(), "p/x/k.json": native()})

    def named(*paths):
        return [
            (source.id, source.name)
            for source in batch.discover([tmp_path / path for path in paths], tmp_path / "o").sources
        ]

    assert named("y", "x") == [("y/k", "y/k.json"), ("x/k", "x/k.json")]
    assert named("x", "z.json") == [("x/k", "x/k.json"), ("z", "z.json")]
    assert named("x", "x/k.json", "x") == [("x/k", "x/k.json")], "each file once"
    assert named("x/k.json", "y/k.json") == [("x/k", "x/k.json"), ("y/k", "y/k.json")]
    here = tmp_path.name
    assert named("x", "p/x") == [(f"{here}/x/k", f"{here}/x/k.json"), ("p/x/k", "p/x/k.json")]
    assert named("z.json") == [("z", "z.json")]


def test_a_relative_path_and_its_absolute_one_give_the_same_bytes(meetings, tmp_path, monkeypatch):
    monkeypatch.chdir(meetings)
    score(["."], tmp_path / "relative", analyzer=Fake())
    score([meetings], tmp_path / "absolute", analyzer=Fake())
    assert contents(tmp_path / "relative") == contents(tmp_path / "absolute")


def test_of_two_that_name_one_id_the_first_is_scored(tmp_path):
    folder = write(
        tmp_path / "in", {"a.json": native("who", id="S"), "b.json": native("guests", id="S"), "c.json": native()}
    )
    out = tmp_path / "out"
    assert score([folder], out, analyzer=Fake()).exit_code == 1
    assert ids(out) == ["S", "c"]
    assert [row["text"] for row in lines(out / "spans.jsonl")] == ["who", "can't"]
    (row,) = lines(out / "errors.jsonl")
    assert (row["path"], row["code"]) == ("b.json", "duplicate-id")
    assert "a.json" in row["message"]


def test_the_same_words_under_two_ids_are_scored_with_a_warning(tmp_path):
    folder = write(tmp_path / "in", {"a.json": native("who"), "b.json": native("guests"), "c.json": native("who")})
    out = tmp_path / "out"
    assert score([folder], out, analyzer=Fake()).exit_code == 0
    assert ids(out) == ["a", "b", "c"]
    (row,) = lines(out / "errors.jsonl")
    assert (row["path"], row["level"], row["code"]) == ("c.json", "warning", "duplicate-content")
    assert "'a' too, word for word" in row["message"]


def test_warnings_do_not_change_the_exit_code_and_any_native_key_is_borne(tmp_path):
    doubt = {"code": "overlap", "message": "two cues overlap", "line": 7}
    folder = write(tmp_path / "in", {"a.json": native(warnings=["mine", 3, {"code": 1}, doubt])})
    summary = score([folder], tmp_path / "out", analyzer=Fake())
    assert (summary.exit_code, summary.warnings) == (0, 1)
    assert lines(tmp_path / "out/errors.jsonl") == [{"path": "a.json", "level": "warning", **doubt}]


def test_nothing_readable_is_exit_code_2_with_the_reasons(tmp_path):
    folder = write(tmp_path / "in", {"a.json": "{", "b.json": b""})
    summary = score([folder], tmp_path / "out", analyzer=Fake())
    assert (summary.exit_code, summary.errors, summary.transcripts) == (2, 2, 0)
    assert [row["path"] for row in lines(tmp_path / "out/errors.jsonl")] == ["a.json", "b.json"]


def test_a_reader_that_breaks_costs_one_file(meetings, tmp_path, monkeypatch):
    scan = intake.scan

    def breaking(path, **rest):
        if path.name == "03.json":
            raise LookupError("a bug")
        return scan(path, **rest)

    monkeypatch.setattr(intake, "scan", breaking)
    for jobs in (1, 2):
        summary = score([meetings], tmp_path / f"out{jobs}", analyzer=Fake(), jobs=jobs)
        assert (summary.transcripts, summary.errors) == (11, 4)
        assert lines(tmp_path / f"out{jobs}/errors.jsonl")[3]["message"] == "LookupError: a bug"


def test_labels(meetings, tmp_path):
    score([meetings], tmp_path / "out", analyzer=Fake(), labels=["CHALLENGE"])
    assert {row["label"] for row in lines(tmp_path / "out/spans.jsonl")} == {"CHALLENGE"}
    row = lines(tmp_path / "out/transcripts.jsonl")[0]
    assert (row["CHALLENGE"], row["VITAL_LIE"]) == (1, None)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["options"]["labels"] == ["CHALLENGE"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"paths": ["missing"]}, "missing does not exist"),
        ({"paths": []}, "no transcripts"),
        ({"paths": ["empty"]}, r"no transcripts in .*empty: name .*\.vtt"),
        ({"out": "full"}, "full is not empty: resume"),
        ({"out": "in", "overwrite": True}, "in holds the transcripts"),
        ({"out": "in/a.json"}, "is a file"),
        ({"jobs": 0}, "jobs must be 1 or more"),
        ({"labels": ["LIE"]}, "no such label: LIE; the labels are VITAL_LIE"),
        ({"labels": []}, "no such label"),
        ({"table_format": "xml"}, "no table format 'xml'"),
        ({"resume": True, "overwrite": True}, "choose one"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_written(tmp_path, monkeypatch, change, message):
    write(tmp_path, {"in/a.json": native(), "full/x": "x", "empty/readme.md": ""})
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    arguments = {"paths": ["in"], "out": "out", "analyzer": Fake(), **change}
    with pytest.raises(UsageError, match=message):
        score(**arguments)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system that takes any bytes")
def test_a_file_name_that_is_not_utf8(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    Path(os.fsdecode(bytes(folder) + b"/caf\xe9.json")).write_text(native())
    score([folder], tmp_path / "out", analyzer=Fake())
    assert ids(tmp_path / "out") == ["caf\ufffd"]


def test_speakers_are_introduced_before_anything_is_scored(tmp_path):
    said = ["<v Ana Ruiz>we can't", "<v Ruiz, Ana>guests", "<v Ben>who"]
    cues = "\n\n".join(f"00:0{second}.000 --> 00:0{second + 1}.000\n{words}" for second, words in enumerate(said))
    folder = write(tmp_path / "in", {"a.vtt": f"WEBVTT\n\n{cues}\n"})
    people = tmp_path / "people.csv"
    out = tmp_path / "out"
    score([folder], out, analyzer=Fake())
    assert [row["code"] for row in lines(out / "errors.jsonl")] == ["similar-speakers"]
    people.write_text('name,display,role,team,side\n"ruiz, ana",Ana Ruiz,,,\nBen,Ben,buyer,Acme,customer\n')
    score([folder], out, analyzer=Fake(), speakers=people, overwrite=True)
    assert lines(out / "errors.jsonl") == []
    rows = lines(out / "speakers.jsonl")
    assert [row["speaker"] for row in rows] == ["Ana Ruiz", "Ben"]
    options = json.loads((out / "manifest.json").read_text())["options"]
    assert options["speakers"] == hashlib.sha256(people.read_bytes()).hexdigest()


def test_a_speaker_named_twice_in_other_case_is_refused(tmp_path):
    folder = write(tmp_path / "in", {"one.json": native(), "people.csv": "name,display\nAna,Annie\nana,Bob\n"})
    with pytest.raises(UsageError, match=r"people.csv:3 names nobody, or a speaker again"):
        score([folder / "one.json"], tmp_path / "out", analyzer=Fake(), speakers=folder / "people.csv")


def test_an_archive_in_a_folder_is_scored_member_by_member(tmp_path):
    folder = write(tmp_path / "in", {"a.txt": "Ana: who\n"})
    with zipfile.ZipFile(folder / "team.zip", "w") as archive:
        for name, text in {
            "x/b.txt": "Ana: we can't\n",
            "x/c.json": "{",
            "logo.png": "",
            "x/d.json": native("guests", id="S-1"),
        }.items():
            archive.writestr(name, text)
    for jobs in (1, 2):
        score([folder], tmp_path / f"out{jobs}", analyzer=Fake(), jobs=jobs)
    out = tmp_path / "out1"
    assert contents(out) == contents(tmp_path / "out2")
    assert ids(out) == ["a", "team/x/b", "S-1"]
    (row,) = lines(out / "errors.jsonl")
    assert (row["path"], row["code"]) == ("team.zip", "json")
    assert row["message"].startswith("x/c.json:1: ends too early")


def test_a_pattern_is_expanded_where_no_shell_does(tmp_path):
    folder = write(
        tmp_path / "in", {"b/y.txt": "Ana: who", "a/x.txt": "Ana: who", "a/z.json": native(), "[1].txt": "Ana: who"}
    )
    paths = [str(folder / "*/*.txt"), str(folder / "**/*.txt"), str(folder / "[1].txt")]
    found = [[source.name for source in batch.discover([path], tmp_path / "out").sources] for path in paths]
    assert found == [["a/x.txt", "b/y.txt"], ["[1].txt", "a/x.txt", "b/y.txt"], ["[1].txt"]] or found == [
        ["x.txt", "y.txt"],
        ["[1].txt", "x.txt", "y.txt"],
        ["[1].txt"],
    ]
    with pytest.raises(UsageError, match="does not exist"):
        batch.discover([folder / "*.vtt"], tmp_path / "out")


def test_a_link_to_itself_is_an_error_row(tmp_path):
    folder = write(tmp_path / "in", {"a.json": native()})
    folder.joinpath("loop.json").symlink_to("loop.json")
    assert score([folder], tmp_path / "out", analyzer=Fake()).exit_code == 1
    (row,) = lines(tmp_path / "out/errors.jsonl")
    assert row["path"] == "loop.json"
    assert ids(tmp_path / "out") == ["a"]


@pytest.mark.parametrize(("bad", "says"), [({"paths": "in"}, "paths is"), ({"labels": "CHALLENGE"}, "labels is")])
def test_a_string_is_no_list(tmp_path, bad, says):
    with pytest.raises(UsageError, match=says):
        score(**{"paths": [tmp_path], "out": tmp_path / "out", "analyzer": Fake()} | bad)


def test_a_warning_whose_line_is_no_number_is_told_without_it(tmp_path):
    said = '{"warnings": [{"code": "c", "message": "m", "line": NaN}], "turns": [{"text": "we can\'t"}]}'
    folder = write(tmp_path / "in", {"one.json": said, "two.json": native("who")})
    score([folder], tmp_path / "out", analyzer=Fake())
    assert lines(tmp_path / "out" / "errors.jsonl") == [
        {"path": "one.json", "level": "warning", "code": "c", "message": "m"}
    ]
    assert len(ids(tmp_path / "out")) == 2


def test_what_is_passed_over_though_it_may_hold_a_transcript_is_a_warning(tmp_path):
    names = ["b/two.doc", "a.DOC", "call", "notes.rtf.gz", "logo.png", "run.py", ".hidden.doc", "README", "given.log"]
    folder = write(tmp_path / "in", {**dict.fromkeys(names, "Ana: we can't"), "one.json": native(), "b/x.xls": ""})
    given = [folder, folder / "given.log"]
    out = tmp_path / "out"
    assert [source.name for source in batch.discover(given[:1], out).sources] == ["one.json"]
    assert "in/given.log" not in batch.discover(given, out).passed_over
    (folder / "given.log").unlink()
    summary = score([folder], out, analyzer=Fake())
    assert (summary.exit_code, summary.files, summary.warnings) == (0, 1, 4)
    rows = lines(out / "errors.jsonl")
    assert {(row["level"], row["code"]) for row in rows} == {("warning", "passed-over")}
    assert [(row["path"], row["message"]) for row in rows] == [
        ("a.DOC", ".doc files are passed over (2 found): save as .docx those that hold transcripts"),
        ("b/x.xls", ".xls files are passed over (1 found): save as .xlsx those that hold transcripts"),
        ("call", "files without a suffix are passed over (1 found): save as .txt those that hold transcripts"),
        ("notes.rtf.gz", ".rtf files are passed over (1 found): save as .docx those that hold transcripts"),
    ]


def test_a_suffix_that_another_package_reads_is_not_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr("vitallies.discovery.is_transcript", lambda path: path.suffix == ".doc")
    found = batch.discover([write(tmp_path / "in", {"a.doc": "", "b.rtf": ""})], tmp_path / "out")
    assert ([source.name for source in found.sources], found.passed_over) == (["a.doc"], ["b.rtf"])
