"""What the measures add to the tables of meetings and speakers."""

import json
from dataclasses import replace

import numpy as np
import pytest

from vitallies.insights.products import product_gaps
from vitallies.insights.tables import MEASURES, MEETING_COLUMNS, SPEAKER_MEASURE_COLUMNS
from vitallies.labels import LABELS, LAYER_OF
from vitallies.render.measured import (
    CUSTOMER_COLUMNS,
    MEASURED_SPEAKER_COLUMNS,
    MEASURED_TRANSCRIPT_COLUMNS,
    customer_rows,
    measured_rows,
)
from vitallies.transcripts.doubts import UNREAD, doubted
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

TURNS = (
    Turn("Morning. We can't control that.", "Ana"),
    Turn("Who says so? Our patients wait for hours because nobody tells them.", "Ben"),
    Turn("The patients never complain.", "Ana"),
    Turn("I can't control that either, and I pay for it.", "Cy", side="customer"),
)


def span(turn, text, label, score, **keys):
    start = TURNS[turn].text.index(text)
    return AnnotatedSpan(
        "m", turn, start, start + len(text), text, label, LAYER_OF[label], score, speaker=TURNS[turn].speaker, **keys
    )


LIE = {"kind": "EXCUSE", "stance": "ASSERTED"}
ANALYSIS = Analysis(
    Transcript("m", TURNS),
    (
        span(0, "We can't control that", "VITAL_LIE", 0.5, **LIE),
        span(1, "Who says so", "CHALLENGE", 0.25),
        span(1, "Our patients wait for hours because nobody tells them", "CUSTOMER_CENTRIC", 0.75),
        span(2, "The patients never complain", "CUSTOMER_FOCUSED", 0.5),
        span(3, "I can't control that either", "VITAL_LIE", 0.9, **LIE),
    ),
    "fake 1",
)


def test_a_meeting():
    tables = measured_rows(ANALYSIS)
    (row,) = tables["transcripts"]
    assert list(row) == list(MEASURED_TRANSCRIPT_COLUMNS)
    # All spans are counted; measures leave out what the customer's side says.
    assert (row["VITAL_LIE"], row["VITAL_LIE_spans"], row["VITAL_LIE_expected"]) == (2, 1, 0.5)
    assert (row["CHALLENGE_spans"], row["ASPIRATION_spans"]) == (1, 0)
    assert (row["CHALLENGE_expected"], row["ASPIRATION_expected"]) == (0.25, 0.0)
    assert (row["lies_asserted"], row["lies_challenged"], row["lies_unchallenged"]) == (1, 1, 0)
    assert (row["our_words"], row["centricity"]) == (21, pytest.approx(9 / 13))
    # Ana and Ben both mean patients.
    assert (row["customer_rooms"], row["customer_clarity"], row["customer_answers"]) == (1, 1.0, 1.0)


def test_speakers_add_up_to_the_meeting():
    tables = measured_rows(ANALYSIS)
    (meeting,) = tables["transcripts"]
    assert [list(row) for row in tables["speakers"]] == [list(MEASURED_SPEAKER_COLUMNS)] * 3
    for name, holds in SPEAKER_MEASURE_COLUMNS.items():
        if holds == "int":
            assert sum(row[name] for row in tables["speakers"]) == meeting[name], name


def test_rows_are_json():
    assert json.loads(json.dumps(measured_rows(ANALYSIS), allow_nan=False)) == measured_rows(ANALYSIS)
    nothing = Analysis(Transcript("empty", ()), (), "fake 1")
    (row,) = measured_rows(nothing)["transcripts"]
    assert (row["centricity"], row["customer_clarity"], row["lies_asserted"]) == (None, None, 0)
    json.dumps(row, allow_nan=False)


def test_what_needs_labels_that_were_not_asked_for_is_unknown():
    kept = replace(ANALYSIS, spans=tuple(s for s in ANALYSIS.spans if s.label == "VITAL_LIE"))
    tables = measured_rows(kept, ["VITAL_LIE"])
    (row,) = tables["transcripts"]
    assert (row["VITAL_LIE"], row["CHALLENGE"], row["n_words"]) == (2, None, 31)
    known = {name: row[name] for name in MEETING_COLUMNS if row[name] is not None}
    assert known == {"our_words": 21, "VITAL_LIE_spans": 1}
    assert {speaker[name] for speaker in tables["speakers"] for name in SPEAKER_MEASURE_COLUMNS} == {None}


def test_the_callers_words_count():
    other = replace(ANALYSIS.transcript, turns=(Turn("The lodgers want a key.", "Ana"), Turn("Lodgers do.", "Ben")))
    rows = measured_rows(Analysis(other, (), "fake 1"), customers=["lodger"])
    assert [mention["text"] for mention in rows["mentions"]] == ["lodgers", "Lodgers"]


def test_customers_over_meetings():
    mentions = measured_rows(ANALYSIS)["mentions"]
    rows = customer_rows([("m", mentions), ("n", mentions)])
    assert [list(row) for row in rows] == [list(CUSTOMER_COLUMNS)]
    assert (rows[0]["group"], rows[0]["meetings"], rows[0]["share"]) == ("patient", 2, 1.0)
    assert customer_rows([]) == []


def test_customers_of_speakers_without_a_name():
    unnamed = replace(ANALYSIS.transcript, turns=tuple(replace(turn, speaker=None) for turn in TURNS))
    (row,) = customer_rows([("m", measured_rows(Analysis(unnamed, (), "fake 1"))["mentions"])])
    assert (row["group"], row["mentions"], row["speakers"], row["share"]) == ("patient", 2, 0, None)
    json.dumps(row, allow_nan=False)


def test_every_measure_is_made_of_columns_of_the_table():
    for measure in MEASURES:
        for column in (*measure.numerator, *measure.denominator):
            assert MEASURED_TRANSCRIPT_COLUMNS[column] in ("int", "float"), (measure.name, column)
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)


def test_no_measure_that_is_compared_counts_the_customers_turns():
    ours = replace(ANALYSIS, transcript=Transcript("m", TURNS[:3]), spans=ANALYSIS.spans[:4])
    more = replace(ANALYSIS, spans=(*ANALYSIS.spans, span(3, "I pay for it", "CUSTOMER_FOCUSED", 0.9)))
    (mine,), (both,) = (measured_rows(one)["transcripts"] for one in (ours, more))
    for measure in MEASURES:
        for one, other in zip(measure.counts([mine]), measure.counts([both]), strict=True):
            np.testing.assert_array_equal(one, other, err_msg=measure.name)


def test_an_unnamed_customer_does_not_silence_those_of_ours_without_a_name():
    turns = (Turn("We can't control that."), Turn("We can't control that.", side="customer"))
    lies = [
        AnnotatedSpan("m", n, 0, 21, "We can't control that", "VITAL_LIE", "assumption", 0.5, **LIE) for n in range(2)
    ]
    rows = measured_rows(Analysis(Transcript("m", turns), tuple(lies), "fake 1"))["lies"]
    assert [(row["turn"], row["speaker"]) for row in rows] == [(0, None)]


def test_who_is_served_does_not_hang_on_the_labels_that_are_asked_for():
    """A lad counts where a span frames him, whatever is kept of the spans."""
    text = "The lad can't find the bell."
    frame = AnnotatedSpan("m", 0, 0, len(text) - 1, text[:-1], "CUSTOMER_CENTRIC", "framing", 0.8, selected=True)
    analysis = Analysis(Transcript("m", (Turn(text, "Ana"),)), (frame,), "fake 1")
    every, few = (measured_rows(analysis, labels) for labels in (LABELS, ["VITAL_LIE"]))
    assert [row["text"] for row in every["mentions"]] == ["lad"]
    assert few["mentions"] == every["mentions"]
    assert few["transcripts"][0]["CUSTOMER_CENTRIC"] is None


def test_a_meeting_in_another_language_tells_nothing_of_those_served_and_is_no_meeting_of_beliefs():
    turns = (Turn("Patient und Client warten auf die Users.", "Ana"),)
    foreign = doubted(Transcript("m", turns), UNREAD, "it is German")
    rows, others = (measured_rows(Analysis(one, (), "fake 1")) for one in (foreign, Transcript("m", turns)))
    assert (rows["mentions"], rows["dated"]) == ([], [])
    assert others["mentions"]
    assert others["dated"] == [{"transcript": "m", "date": None}]
    assert product_gaps([Analysis(foreign, (), "fake 1")]).products == ()
