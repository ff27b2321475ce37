"""What cannot be read: the message names the file, the place and the remedy."""

import gzip
import io
import json
import os
from pathlib import Path

import pytest

from vitallies.errors import DataError, ManyTranscriptsError, TranscriptError, UsageError
from vitallies.transcripts import read, read_all, scan, speakers

BAD = json.loads((Path(__file__).parent / "cases" / "bad.json").read_text(encoding="utf-8"))
GOOD_ROW = '{"id": "x", "turns": [{"text": "Hi."}]}\n'


@pytest.mark.parametrize("case", BAD, ids=[case["comment"] for case in BAD])
def test_bad_file_is_one_error_with_place_and_remedy(case, tmp_path):
    path = tmp_path / case["name"]
    path.write_bytes(bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode())
    (error,) = scan(path)
    assert isinstance(error, TranscriptError)
    assert (error.code, error.path, error.line) == (case["code"], str(path), case["line"])
    assert [words for words in case["says"] if words not in error.message] == []
    with pytest.raises(TranscriptError) as raised:
        read(path)
    assert str(raised.value) == str(error)
    with pytest.raises(TranscriptError) as raised:
        list(read_all(path))
    assert str(raised.value) == str(error)


@pytest.mark.parametrize(
    ("name", "code", "remedy"),
    [("missing.vtt", "missing", "check the path"), (".", "folder", "vitallies score"), ("a\0b", "unreadable", "check")],
)
def test_path_that_cannot_be_opened(name, code, remedy, tmp_path):
    with pytest.raises(TranscriptError, match=remedy) as raised:
        read(os.path.join(tmp_path, name))  # noqa: PTH118  (a Path drops the dot)
    assert raised.value.code == code
    assert tmp_path.name in raised.value.path


def test_text_in_place_of_a_path_says_where_texts_go():
    with pytest.raises(TranscriptError, match="check the path") as raised:
        read("We can't control that. " * 500)
    assert len(str(raised.value)) < 400


def test_file_without_permission(tmp_path, monkeypatch):
    path = tmp_path / "locked.txt"
    path.write_text("Anna: Hi.", encoding="utf-8")

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root, who may run the tests, may read everything
    with pytest.raises(TranscriptError, match="permission to read") as raised:
        read(path)
    assert (raised.value.code, raised.value.path) == ("permission", str(path))


def test_file_that_fails_while_it_is_read():
    class Failing(io.BytesIO):
        name = "net/share.txt"

        def readline(self, *_args):
            raise OSError(5, "Input/output error")

    (error,) = scan(Failing())
    assert (error.path, "Input/output error" in error.message, "copy" in error.message) == ("net/share.txt", True, True)


def test_text_stream_of_another_encoding(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes(b"Anna: caf\xe9")
    with path.open(encoding="utf-8") as stream:
        (error,) = scan(stream)
    assert (error.code, error.path) == ("encoding", str(path))
    assert "save it as UTF-8" in error.message


@pytest.mark.parametrize("text", ["[" * 100_000, '{"turns": [], "x": ' + "[" * 100_000], ids=["list", "value"])
def test_deep_nesting(text, tmp_path):
    path = tmp_path / "deep.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TranscriptError, match=r"flatter|cut off") as raised:
        read(path, format="native")
    assert raised.value.line == 1


def test_nesting_that_json_bears_and_python_does_not(tmp_path, monkeypatch):
    path = tmp_path / "deep.json"
    path.write_text('{"turns": [], "x": 1}', encoding="utf-8")
    nested = []
    for _ in range(5000):
        nested = [nested]
    monkeypatch.setattr(json, "loads", lambda _text: {"turns": [], "x": nested})
    with pytest.raises(TranscriptError, match="flatter") as raised:
        read(path)
    assert (raised.value.code, raised.value.path) == ("json", str(path))


@pytest.mark.parametrize(("digits", "says"), [(400, "from 0 to 1e\\+12"), (5000, "digits")])
def test_number_too_long(digits, says):
    text = f'{{"turns": [{{"text": "a", "start": 1{"0" * digits}}}]}}'
    with pytest.raises(TranscriptError, match=says) as raised:
        read(io.StringIO(text))
    assert raised.value.line == 1


@pytest.mark.parametrize("time", ["1" + "0" * 400, "-1", "2e12"])
def test_cue_at_no_time_is_refused(time):
    with pytest.raises(TranscriptError, match='"cues" must be a list') as raised:
        read(io.StringIO(f'{{"turns": [{{"text": "a", "cues": [[0, {time}, null]]}}]}}'))
    assert raised.value.line == 1


def test_bad_line_is_an_error_in_its_place_and_the_others_come(tmp_path):
    path = tmp_path / "calls.jsonl"
    rows = [
        GOOD_ROW.encode(),
        b"\n",
        b"{oops}\n",
        b'{"id": "\xff"}\n',
        b'{"turns": []}\n',
        b'{"id": "y"}\n',
        b'{"turns"',
    ]
    path.write_bytes(b"".join(rows))
    found = list(scan(path, id="folder/calls"))
    assert [getattr(item, "id", None) for item in found] == ["x", None, None, "folder/calls#5", None, None]
    errors = [item for item in found if isinstance(item, TranscriptError)]
    assert [(error.code, error.line) for error in errors] == [("json", 3), ("encoding", 4), ("schema", 6), ("json", 7)]
    assert {error.path for error in errors} == {str(path)}


def test_bad_item_of_a_list_is_an_error_and_the_others_come(tmp_path):
    path = tmp_path / "calls.json"
    path.write_text('[{"turns": []},\n{"turns": 1},\n{"id": "z", "turns": []}]', encoding="utf-8")
    first, error, last = scan(path)
    assert (first.id, last.id) == ("calls#1", "z")
    assert error.message.startswith("transcript 2 of the list: ")


def test_read_all_raises_at_the_first_bad_line():
    found = read_all(io.StringIO(GOOD_ROW + "{oops}\n" + GOOD_ROW))
    assert next(found).id == "x"
    with pytest.raises(TranscriptError, match="is not JSON") as raised:
        next(found)
    assert raised.value.line == 2


def test_cut_gzip_gives_what_came_before(tmp_path):
    path = tmp_path / "calls.jsonl.gz"
    rows = "".join(f'{{"turns": [{{"text": "{os.urandom(2000).hex()}"}}]}}\n' for _ in range(50))
    path.write_bytes(gzip.compress(rows.encode())[:-3000])
    *transcripts, error = scan(path)
    assert [item.id for item in transcripts] == [f"calls#{number}" for number in range(1, len(transcripts) + 1)]
    assert len(transcripts) > 20
    assert (error.code, error.path) == ("gzip", str(path))
    assert "copy or download it again" in error.message


@pytest.mark.parametrize(("name", "text"), [("a.jsonl", GOOD_ROW * 2), ("a.json", GOOD_ROW * 2), ("a.json", "[{},{}]")])
def test_read_refuses_several_and_names_read_all(name, text, tmp_path):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManyTranscriptsError, match=r"read_all") as raised:
        read(path)
    assert raised.value.path == str(path)


def test_wrong_use_is_an_error_of_use():
    with pytest.raises(UsageError, match=r"give one of .*webvtt, .*native, .*text"):
        read(io.StringIO("Anna: Hi."), format="word")
    with pytest.raises(UsageError, match="a path or an open file, not bytes"):
        read(b"Anna: Hi.")


def test_word_lists_are_checked_when_loaded(monkeypatch):
    monkeypatch.setattr(speakers, "_LISTS", ("headers",))
    with pytest.raises(DataError, match=r"names\.json"):
        speakers._words.__wrapped__()
