"""The native format is exact: what `to_json` writes is what `read` gives back."""

import datetime
import gzip
import io
import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vitallies.transcripts import read, read_all
from vitallies.types import Transcript, Turn

TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)  # with surrogates
WRITABLE = st.text(max_size=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | WRITABLE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WRITABLE, inner, max_size=3),
    max_leaves=6,
)
META = st.dictionaries(WRITABLE.filter(lambda key: key != "cues"), JSON, max_size=3)
SECONDS = st.none() | st.floats(0, 1e9)
CUES = st.lists(st.tuples(st.integers(0, 99), SECONDS, SECONDS).map(list), max_size=3).map(lambda cues: {"cues": cues})
NAMES = st.none() | TEXTS
TURNS = st.builds(
    Turn, TEXTS, NAMES, SECONDS, SECONDS, NAMES, NAMES, st.sampled_from(["ours", "customer", None]), META | CUES
)
TRANSCRIPTS = st.builds(
    Transcript, TEXTS.filter(bool), st.lists(TURNS, max_size=4), NAMES, st.none() | st.dates(), NAMES, NAMES, META
)
HARD = Transcript(
    "\ud800 é\u0301",
    (Turn("👩‍👩‍👧 שלום e\u0301 \x00\u2028\x85\ufeff\udfff"), Turn(""), Turn(" \r\n two  spaces ", "")),
    meta={"meta": {"meta": 1}, "id": 2, "turns": "none"},
)


@settings(deadline=None)
@given(TRANSCRIPTS)
@example(HARD)
def test_round_trip_of_one(transcript):
    assert read(io.StringIO(transcript.to_json())) == transcript
    assert read(io.BytesIO(transcript.to_json().encode())) == transcript


@settings(deadline=None)
@given(st.lists(TRANSCRIPTS, min_size=2, max_size=3))
@example([HARD, HARD])
def test_round_trip_of_several(transcripts):
    lines = "".join(f"{transcript.to_json()}\r\n" for transcript in transcripts)
    listed = f"[{','.join(transcript.to_json() for transcript in transcripts)}]"
    assert list(read_all(io.BytesIO(gzip.compress(lines.encode())))) == transcripts
    assert list(read_all(io.StringIO(listed))) == transcripts


@settings(deadline=None)
@given(TEXTS)
@example("a\ud800b\udfff")
def test_lone_surrogates_become_the_replacement_character_one_for_one(text):
    row = json.dumps({"turns": [{"text": text, "mood": text}], "note": {text: text}})
    written = json.loads(json.dumps(text))  # which joins halves that happen to stand together
    expected = re.sub("[\ud800-\udfff]", "\ufffd", written)
    found = read(io.StringIO(row))
    assert found.turns[0].text == expected
    assert found.turns[0].meta == {"mood": expected}
    assert found.meta == {"note": {expected: expected}}
    assert len(expected) == len(written)


def test_unknown_keys_go_to_meta():
    row = {
        "id": "S-17", "title": "Standup", "date": "2026-03-02", "language": "en", "source": "zoom", "tenant": 4,
        "meta": {"room": "B", "tenant": 3},
        "turns": [
            {"text": "Hi.", "speaker": "Anna", "start": 0, "end": 4.5, "role": "lead", "team": "ops", "side": "ours",
             "mood": "calm", "meta": {"cues": [[0, 1, None]]}},
            {"text": "Ho.", "speaker": None, "meta": "free"},
        ],
    }  # fmt: skip
    found = read(io.StringIO(json.dumps(row, indent=1)))
    first = Turn("Hi.", "Anna", 0.0, 4.5, "lead", "ops", "ours", {"cues": [[0, 1, None]], "mood": "calm"})
    assert found == Transcript(
        "S-17",
        (first, Turn("Ho.", meta={"meta": "free"})),
        "Standup",
        datetime.date(2026, 3, 2),
        "zoom",
        "en",
        {"room": "B", "tenant": 4},
    )


@pytest.mark.parametrize(
    ("name", "text", "ids"),
    [
        ("day.one.json", '{"turns": []}', ["day.one"]),
        ("day.json", '{\n"turns": []}', ["day"]),
        ("day.json", '{"id": null, "turns": []}\n', ["day"]),
        ("day.JSON", '[{"turns": []}, {"id": "x", "turns": []}]', ["day#1", "x"]),
        ("day.json", '{"turns": []}\n\n{"turns": []}', ["day#1", "day#3"]),
        ("day.jsonl", '{"turns": []}', ["day#1"]),
        ("day.jsonl", '{\n"turns": []\n}', ["day"]),
        ("day.jsonl", '[\n{"turns": []}\n]', ["day#1"]),
    ],
)
@pytest.mark.parametrize("compress", [False, True], ids=["plain", "gzip"])
def test_ids_and_layouts(name, text, ids, compress, tmp_path):
    path = tmp_path / (name + ".gz" * compress)
    path.write_bytes(gzip.compress(text.encode()) if compress else text.encode())
    assert [transcript.id for transcript in read_all(path)] == ids


def test_rows_are_read_as_they_are_asked_for(tmp_path):
    class Endless(io.RawIOBase):
        name = str(tmp_path / "pipe.jsonl")
        given = 0

        def readline(self, *_args):
            self.given += 1
            return b'{"turns": []}\n'

    stream = Endless()
    found = read_all(stream)
    assert [next(found).id for _ in range(3)] == ["pipe#1", "pipe#2", "pipe#3"]
    assert stream.given == 3
