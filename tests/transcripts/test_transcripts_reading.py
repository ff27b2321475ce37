"""How a file is opened, named and recognised."""

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from vitallies.transcripts import formats, is_own_id, is_transcript, read, scan, stem
from vitallies.types import Transcript

TEXT = "Anna: Für uns?\nBen: Nein.\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nAnna: Für uns?\n\n00:02.000 --> 00:03.000\nBen: Nein.\n"
JSON = json.dumps({"turns": [{"speaker": "Anna", "text": "Für uns?"}, {"speaker": "Ben", "text": "Nein."}]})
TALK = [("Anna", "Für uns?"), ("Ben", "Nein.")]


def talk(transcript):
    return [(turn.speaker, turn.text) for turn in transcript.turns]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("text", [TEXT, VTT, JSON], ids=["text", "webvtt", "native"])
@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gzip"])
def test_encodings_line_ends_and_compression(encoding, line_end, text, compress, tmp_path):
    text = text.replace("\n", line_end)
    data = ("\ufeff" + text).encode("utf-16-be") if encoding == "utf-16-be-bom" else text.encode(encoding)
    path = tmp_path / "call"
    path.write_bytes(gzip.compress(data) if compress else data)
    assert talk(read(path)) == talk(read(io.BytesIO(path.read_bytes()))) == TALK


@pytest.mark.parametrize("name", ["call.vtt", "call.txt", "call.json", "call.jsonl", "call.xyz", "call", "call.VTT.GZ"])
@pytest.mark.parametrize("text", [VTT, JSON + "\n"], ids=["webvtt", "native"])
def test_content_comes_before_suffix(name, text, tmp_path):
    path = tmp_path / name
    path.write_text("\n" + text, encoding="utf-8")
    assert talk(read(path)) == TALK


def test_format_comes_before_content(tmp_path):
    path = tmp_path / "call.vtt"
    path.write_text('{"a": 1}\n\nWEBVTT', encoding="utf-8")
    assert talk(read(path, format="text")) == [(None, '{"a": 1}'), (None, "WEBVTT")]


def test_brackets_and_braces_of_talk_are_not_json():
    assert talk(read(io.StringIO("[00:00:05] Anna: Hi."))) == [("Anna", "Hi.")]
    assert talk(read(io.StringIO("{laughs} Hi."))) == [(None, "{laughs} Hi.")]


def test_stream_is_named_by_its_file_and_stays_open(tmp_path):
    path = tmp_path / "call.one.txt"
    path.write_text(TEXT, encoding="utf-8")
    with path.open("rb") as stream:
        assert read(stream).id == "call.one"
        assert not stream.closed
    with path.open(encoding="utf-8") as stream:
        assert read(stream).id == "call.one"
        assert not stream.closed
    assert read(io.StringIO(TEXT)).id == "text"
    assert next(scan(io.StringIO(TEXT), id="given")).id == "given"


def test_standard_input_has_no_name():
    stream = io.StringIO(TEXT)
    stream.name = "<stdin>"
    assert read(stream).id == "text"


@pytest.mark.parametrize(
    ("path", "name", "wanted"),
    [
        ("a/call.vtt", "call", True),
        ("call.en.TXT", "call.en", True),
        ("call.jsonl.gz", "call", True),
        ("call.json.GZ", "call", True),
        ("2026.03.02.json", "2026.03.02", True),
        ("call.gz", "call.gz", False),
        ("notes.bin", "notes.bin", False),
        ("vtt", "vtt", False),
        (".vtt", ".vtt", False),
        ("._call.vtt", "._call", False),
    ],
)
def test_stem_and_is_transcript(path, name, wanted):
    assert (stem(path), stem(Path(path))) == (name, name)
    assert (is_transcript(path), is_transcript(Path(path))) == (wanted, wanted)


@pytest.mark.parametrize(
    ("found", "default", "own"),
    [
        ("a", "a", False),
        ("a#12", "a", False),
        ("a#b", "a", True),
        ("b", "a", True),
        ("12", "a", True),
        ("a#", "a", True),
    ],
)
def test_is_own_id(found, default, own):
    assert is_own_id(Transcript(found, ()), default) is own


def test_formats_are_listed():
    listed = {item.name: item.suffixes for item in formats()}
    assert listed["native"] == (".jsonl", ".json")
    assert ".txt" in listed["text"]
    assert len(listed) == len(formats())
    assert all(item.description for item in formats())


def test_import_is_light():
    code = "import sys, vitallies.transcripts; print(*{'spacy', 'pandas', 'numpy', 'webvtt'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
