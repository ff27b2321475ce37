"""The dataclasses that every part exchanges."""

import copy
import datetime
import gzip
import json
import math
import pickle
import re
import tempfile
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vitallies
from vitallies.errors import (
    DataError,
    ManyTranscriptsError,
    MissingExtraError,
    ModelError,
    TranscriptError,
    UsageError,
    VitalliesError,
)
from vitallies.labels import CORE_LABELS, DEFINITIONS, KINDS, LABELS, LAYER_OF, LAYERS, STANCES
from vitallies.types import Analysis, AnnotatedSpan, Evidence, Transcript, Turn

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""With lone surrogates, which hypothesis leaves out of its own accord."""


def a_span(**changes):
    given = {
        "transcript": "t",
        "turn": 0,
        "start": 3,
        "end": 8,
        "text": "can't",
        "label": "VITAL_LIE",
        "layer": "assumption",
        "score": 0.5,
    }
    return AnnotatedSpan(**{**given, **changes})


# Lone surrogates


def test_lone_surrogates_become_the_replacement_character_one_for_one():
    turn = Turn("a\ud800b\udfff\udc00\U0001f600", "\udabc", role="x\ud801", team="\udfffy")
    assert turn.text == "a\ufffdb\ufffd\ufffd\U0001f600"
    assert (turn.speaker, turn.role, turn.team) == ("\ufffd", "x\ufffd", "\ufffdy")
    transcript = Transcript("i\ud800", (turn,), title="\ud800t", source="s\ud800", language="e\ud800")
    assert (transcript.id, transcript.title, transcript.source, transcript.language) == (
        "i\ufffd",
        "\ufffdt",
        "s\ufffd",
        "e\ufffd",
    )


@given(ANY_TEXT)
def test_cleaning_changes_surrogates_alone(text):
    cleaned = Turn(text).text
    assert len(cleaned) == len(text)
    cleaned.encode("utf-8")
    for before, after in zip(text, cleaned, strict=True):
        assert after == ("\ufffd" if 0xD800 <= ord(before) <= 0xDFFF else before)


# Bad values


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"text": None}, "text of a turn must be a str, not None"),
        ({"text": b"bytes"}, "text of a turn must be a str, not bytes"),
        ({"text": 7}, "text of a turn must be a str, not int"),
        ({"text": "", "speaker": 3}, "speaker of a turn must be a str, not int"),
        ({"text": "", "role": ["a"]}, "role of a turn must be a str, not list"),
        ({"text": "", "team": 0}, "team of a turn must be a str, not int"),
        ({"text": "", "start": -1}, "start of a turn must be seconds"),
        ({"text": "", "start": math.nan}, "start of a turn must be seconds"),
        ({"text": "", "end": math.inf}, "end of a turn must be seconds"),
        ({"text": "", "end": True}, "end of a turn must be seconds"),
        ({"text": "", "end": "4.2"}, "end of a turn must be seconds"),
        ({"text": "", "end": 10**400}, "end of a turn must be seconds"),
        ({"text": "", "side": "theirs"}, 'must be "ours", "customer" or None, not \'theirs\''),
        ({"text": "", "side": ""}, 'must be "ours", "customer" or None'),
    ],
)
def test_a_turn_refuses_what_it_cannot_use(values, says):
    with pytest.raises(UsageError, match=re.escape(says)):
        Turn(**values)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"id": ""}, "needs an id"),
        ({"id": None}, "needs an id"),
        ({"id": 7}, "id of a transcript must be a str, not int"),
        ({"title": 7}, "title of a transcript must be a str"),
        ({"source": Path("a")}, "source of a transcript must be a str"),
        ({"language": 1}, "language of a transcript must be a str"),
        ({"date": "2026-03-02"}, "must be a datetime.date, not '2026-03-02'"),
        ({"turns": ["Hello."]}, "turn 0 of transcript 't' must be a Turn, not str"),
        ({"turns": [Turn("a"), {"text": "b"}]}, "turn 1 of transcript 't' must be a Turn, not dict"),
    ],
)
def test_a_transcript_refuses_what_it_cannot_use(values, says):
    with pytest.raises(UsageError, match=re.escape(says)):
        Transcript(**{"id": "t", "turns": (), **values})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"label": "LIE"}, "no label 'LIE'"),
        ({"layer": "framing"}, "no label 'VITAL_LIE' in layer 'framing'"),
        ({"kind": "EXCUSES"}, "no such kind or stance"),
        ({"stance": "asserted"}, "no such kind or stance"),
        ({"start": -2, "end": 3}, "a span of 5 code points cannot reach from -2 to 3"),
        ({"end": 7}, "a span of 5 code points cannot reach from 3 to 7"),
        ({"start": 3, "end": 3, "text": ""}, "cannot reach from 3 to 3"),
    ],
)
def test_a_span_refuses_what_it_cannot_use(values, says):
    with pytest.raises(UsageError, match=re.escape(says)):
        a_span(**values)


def test_what_is_given_is_kept_in_plain_types():
    turn = Turn("Hi.", start=1, end=2)
    assert (turn.start, turn.end) == (1.0, 2.0)
    assert isinstance(turn.start, float)
    transcript = Transcript("t", [turn], date=datetime.datetime(2026, 3, 2, 9, 30))
    assert transcript.turns == (turn,)
    assert transcript.date == datetime.date(2026, 3, 2)
    assert type(transcript.date) is datetime.date
    assert Transcript("t", (turn for _ in range(2))).turns == (turn, turn)
    assert Analysis(transcript, [a_span()], "m").spans == (a_span(),)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (Turn("a"), "text"),
        (Transcript("t", ()), "id"),
        (Evidence("words", "a", 1.0), "text"),
        (a_span(), "score"),
        (Analysis(Transcript("t", ()), (), "m"), "spans"),
    ],
)
def test_everything_is_frozen_and_can_be_sent(thing, name):
    with pytest.raises(FrozenInstanceError):
        setattr(thing, name, "other")
    assert pickle.loads(pickle.dumps(thing)) == thing  # noqa: S301
    assert copy.deepcopy(thing) == thing
    assert replace(thing) == thing


# Times


@pytest.mark.parametrize(
    ("cues", "offset", "time"),
    [
        ([], 5, 9.0),  # no cues: the turn's own
        (None, 5, 9.0),
        ([[0, 1.0, 2.0], [10, 2.0, 3.0]], 0, 1.0),
        ([[0, 1.0, 2.0], [10, 2.0, 3.0]], 9, 1.0),
        ([[0, 1.0, 2.0], [10, 2.0, 3.0]], 10, 2.0),
        ([[0, 1.0, 2.0], [10, 2.0, 3.0]], 10_000, 2.0),
        ([[0, 1.0, 2.0], [10, None, None]], 12, 1.0),  # a cue without a time: that of the one before
        ([[4, 1.0, 2.0]], 3, 9.0),  # before the first cue
        ([[0, 0.0, 2.0]], 3, 0.0),  # the meeting's first second is a time
    ],
)
def test_time_at_is_the_start_of_the_cue_around_an_offset(cues, offset, time):
    assert Turn("x" * 20, start=9.0, meta={"cues": cues}).time_at(offset) == time


def test_time_at_of_a_turn_without_any_time():
    assert Turn("x").time_at(0) is None


# The native format

TIMES = st.none() | st.floats(0, 1e6, allow_nan=False)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
METAS = st.dictionaries(st.text().filter(lambda key: key != "cues"), JSON_VALUES, max_size=3)
TURNS = st.builds(
    Turn,
    ANY_TEXT,
    st.none() | ANY_TEXT,
    TIMES,
    TIMES,
    st.none() | ANY_TEXT,
    st.none() | ANY_TEXT,
    st.sampled_from([None, "ours", "customer"]),
    METAS,
)
TRANSCRIPTS = st.builds(
    Transcript,
    st.text(min_size=1),
    st.lists(TURNS, max_size=4),
    st.none() | ANY_TEXT,
    st.none() | st.dates(),
    st.none() | ANY_TEXT,
    st.none() | ANY_TEXT,
    METAS,
)


@given(TRANSCRIPTS, st.sampled_from(["x.json", "x.jsonl", "x.json.gz", "x.jsonl.gz"]))
def test_what_to_json_writes_is_read_back_unchanged(transcript, name):
    row = transcript.to_json().encode("utf-8")
    assert row.count(b"\n") == 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(gzip.compress(row) if name.endswith(".gz") else row + b"\n")
        assert vitallies.read(path) == transcript


def test_several_rows_of_to_json_are_a_file_of_transcripts(tmp_path):
    transcripts = [Transcript(f"t{n}", (Turn(f"a\u2028b\r\n\x85{n}"),)) for n in range(3)]
    path = tmp_path / "all.jsonl"
    path.write_text("\n".join(t.to_json() for t in transcripts), encoding="utf-8", newline="")
    assert list(vitallies.read_all(path)) == transcripts


def test_a_blank_name_is_none():
    assert Turn("Yes.", " ", role="", team="\t") == Turn("Yes.")


def test_to_json_leaves_out_what_is_empty_and_keeps_what_is_not():
    bare = json.loads(Transcript("t", (Turn(""),)).to_json())
    assert bare == {"id": "t", "turns": [{"text": ""}]}
    full = Transcript(
        "t",
        (Turn("a", "Ana", 0, 0, "r", "m", "ours", {"cues": [[0, 0.0, 1.0]]}),),
        "T",
        datetime.date(2026, 3, 2),
        "s",
        "en",
        {"k": [1]},
    )
    assert json.loads(full.to_json()) == {
        "id": "t",
        "turns": [
            {
                "text": "a",
                "speaker": "Ana",
                "start": 0.0,
                "end": 0.0,
                "role": "r",
                "team": "m",
                "side": "ours",
                "meta": {"cues": [[0, 0.0, 1.0]]},
            }
        ],
        "title": "T",
        "date": "2026-03-02",
        "source": "s",
        "language": "en",
        "meta": {"k": [1]},
    }


# Labels and errors


def test_the_labels_are_the_codebooks():
    assert dict(LAYERS) == {
        "assumption": ("VITAL_LIE", "ASPIRATION", "CHALLENGE"),
        "framing": ("CUSTOMER_FOCUSED", "CUSTOMER_CENTRIC", "PRODUCT_CENTRIC"),
    }
    assert tuple(label for labels in LAYERS.values() for label in labels) == LABELS
    assert set(DEFINITIONS) == set(LABELS) == set(LAYER_OF)
    assert set(CORE_LABELS) < set(LABELS)
    assert tuple(KINDS) == ("EXCUSE", "RATIONALIZATION", "DENIAL", "MYTH", "SELF_DECEPTION")
    assert tuple(STANCES) == ("ASSERTED", "REPORTED", "REJECTED")
    with pytest.raises(TypeError):
        LAYERS["other"] = ()


def test_every_error_is_one_of_ours_and_has_a_code():
    errors = (UsageError, TranscriptError, ManyTranscriptsError, ModelError, DataError, MissingExtraError)
    assert all(issubclass(error, VitalliesError) for error in errors)
    assert [error.code for error in errors] == [
        "usage",
        "unreadable",
        "many-transcripts",
        "model",
        "data",
        "missing-extra",
    ]
    assert issubclass(UsageError, ValueError)
    assert issubclass(MissingExtraError, ImportError)
    assert "pip install 'vitallies[train]'" in str(MissingExtraError("Training", "train"))


def test_a_transcript_error_names_the_place_and_survives_a_process_boundary():
    error = ManyTranscriptsError("holds several", path=Path("a.jsonl"), line=3, code="odd")
    assert str(error) == "a.jsonl:3: holds several"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is ManyTranscriptsError
    assert (again.message, again.path, again.line, again.code, str(again)) == (
        "holds several",
        "a.jsonl",
        3,
        "odd",
        str(error),
    )
