from dataclasses import replace

from vitallies.render.rows import (
    SPAN_COLUMNS,
    SPEAKER_COLUMNS,
    TRANSCRIPT_COLUMNS,
    span_rows,
    speaker_rows,
    transcript_row,
)
from vitallies.types import Transcript, Turn

ORDER = "transcript turn speaker start end text layer label kind stance score selected time sentence evidence"


def test_span_rows_hold_the_contract_in_its_order(analysis):
    rows = span_rows(analysis)
    assert len(rows) == 4
    assert [" ".join(row) for row in rows] == [ORDER] * 4 == [" ".join(SPAN_COLUMNS)] * 4
    assert rows[0] == {
        "transcript": "demo",
        "turn": 0,
        "speaker": "Ana",
        "start": 0,
        "end": 25,
        "text": "We can't control <b>churn",
        "layer": "assumption",
        "label": "VITAL_LIE",
        "kind": "EXCUSE",
        "stance": "ASSERTED",
        "score": 0.666667,
        "selected": True,
        "time": 0.0,
        "sentence": "We can't control <b>churn</b> & that's that.",
        "evidence": [{"source": "cue:reported", "text": "that's", "weight": 0.333333, "start": 30, "end": 36}],
    }
    assert (rows[2]["sentence"], rows[2]["evidence"]) == (None, [])


def test_transcript_row_counts_selected_spans_only(analysis):
    row = transcript_row(analysis)
    assert list(row) == list(TRANSCRIPT_COLUMNS)
    assert row == {
        "transcript": "demo",
        "title": "Stand-up",
        "date": "2026-03-02",
        "source": None,
        "language": "en",
        "n_turns": 3,
        "n_words": 13,
        "n_speakers": 2,
        "duration": 6.5,
        "VITAL_LIE": 1,
        "ASPIRATION": 0,
        "CHALLENGE": 1,
        "CUSTOMER_FOCUSED": 1,
        "CUSTOMER_CENTRIC": 0,
        "PRODUCT_CENTRIC": 0,
    }


def test_speaker_rows_add_up_to_the_transcript(analysis):
    rows = speaker_rows(analysis)
    assert [list(row) for row in rows] == [list(SPEAKER_COLUMNS)] * 2
    ana, ben = rows
    assert (ana["speaker"], ana["role"], ana["team"], ana["side"]) == ("Ana", "lead", "Ops", "ours")
    assert (ben["speaker"], ben["role"], ben["team"], ben["side"]) == ("Ben", None, None, None)
    assert (ana["duration"], ben["duration"]) == (4.7, 1.8)
    total = transcript_row(analysis)
    for key in ("n_turns", "n_words", "VITAL_LIE", "CHALLENGE", "CUSTOMER_FOCUSED"):
        assert ana[key] + ben[key] == total[key]


def test_turns_without_a_speaker_or_a_time(analysis):
    turns = (*analysis.transcript.turns[:2], Turn("Who said that?", start=7.0))
    found = replace(analysis, transcript=replace(analysis.transcript, turns=turns), spans=analysis.spans[:3])
    assert transcript_row(found)["n_speakers"] == 2
    assert [(row["speaker"], row["duration"]) for row in speaker_rows(found)] == [
        ("Ana", 4.2),
        ("Ben", 1.8),
        (None, None),
    ]
    timeless = replace(found, transcript=Transcript("demo", tuple(replace(turn, start=None) for turn in turns)))
    assert transcript_row(timeless)["duration"] is None


def test_an_empty_transcript(nothing):
    assert span_rows(nothing) == speaker_rows(nothing) == []
    row = transcript_row(nothing)
    assert (row["n_turns"], row["n_words"], row["duration"], row["VITAL_LIE"]) == (0, 0, None, 0)
