"""All measures at once."""

from dataclasses import fields, replace

import pandas as pd
import pytest

import vitallies
from vitallies.errors import UsageError
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn


def meeting(name, lie="We can't control that"):
    turns = (Turn(f"{lie}.", "Ana"), Turn("Who says so? Our patients wait.", "Ben"))
    span = AnnotatedSpan(
        name, 0, 0, len(lie), lie, "VITAL_LIE", "assumption", 0.5, kind="EXCUSE", stance="ASSERTED", speaker="Ana"
    )
    return Analysis(Transcript(name, turns), (span,), "fake 1")


MEETINGS = [meeting("a"), meeting("b", "There is no budget for it"), meeting("c")]


def test_every_measure_has_a_table_and_a_reading():
    found = vitallies.summarize(iter(MEETINGS))
    for field in fields(found):
        measure = getattr(found, field.name)
        assert isinstance(measure.to_frame(), pd.DataFrame), field.name
        assert measure.reading in found.reading
    assert [question.belief for question in found.questions.questions] == [
        "We can't control that",
        "There is no budget for it",
        "We can't control that",
    ]
    assert sum(x.asserted for x in found.dialogue.meetings) == 3
    (belief,) = found.beliefs.found
    assert (belief.wording, belief.meetings, belief.expected) == ("We can't control that", 2, 1.0)


def test_the_order_of_the_meetings_does_not_matter():
    one, other = vitallies.summarize(MEETINGS), vitallies.summarize(MEETINGS[::-1])
    assert one.reading == other.reading
    for field in fields(one):
        pd.testing.assert_frame_equal(getattr(one, field.name).to_frame(), getattr(other, field.name).to_frame())


def test_no_meeting_at_all():
    assert vitallies.summarize([]).reading


def test_two_models_are_refused():
    with pytest.raises(UsageError, match=r"come from 2 models \(fake 1, fake 2\): analyse all transcripts with one"):
        vitallies.summarize([MEETINGS[0], replace(MEETINGS[1], model="fake 2")])


def test_the_callers_words_count():
    talk = Transcript("x", (Turn("The lodgers want a key.", "Ana"), Turn("The lodgers do.", "Ben")))
    found = vitallies.summarize([Analysis(talk, (), "fake 1")], customers=["lodger"])
    assert [answer.group for answer in found.clarity.table] == ["lodger"]


def test_meetings_of_one_id_are_refused():
    with pytest.raises(UsageError, match="2 meetings have the id 'a': give each a Transcript with an id of its own"):
        vitallies.summarize([MEETINGS[0], MEETINGS[1], MEETINGS[0]])
