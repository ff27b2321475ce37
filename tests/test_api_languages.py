"""What is done with talk that is not English."""

import json
from dataclasses import replace

import pytest
from api_talk import TALK

from vitallies.insights.customers import CustomerFinder
from vitallies.insights.engagement import engagement
from vitallies.insights.framing import framing
from vitallies.insights.language import language as tags_of
from vitallies.render.measured import measured_rows
from vitallies.types import Transcript, Turn


@pytest.mark.parametrize("language", ["fr", "de-CH", "ENGADINE", "e", "zh"])
def test_another_language_is_left_unlabelled_with_a_warning(analyzer, language):
    earlier = {"code": "speaker", "message": "a doubt"}
    transcript = replace(TALK, language=language, meta={"warnings": [earlier], "kept": 1})
    found = analyzer.analyze(transcript)
    assert found.spans == ()
    assert found.transcript.turns == transcript.turns
    assert found.transcript.meta["kept"] == 1
    first, second = found.transcript.meta["warnings"]
    assert first == earlier
    assert second["code"] == "language"
    assert repr(language) in second["message"]
    assert transcript.meta == {"warnings": [earlier], "kept": 1}  # the caller's own is as it was
    assert json.dumps(found.transcript.meta)
    assert analyzer.explain(transcript).spans == ()


@pytest.mark.parametrize(
    "language",
    [None, "en", "EN", " en", "en-GB", "en_US", "eng", "English", "English (US)", "", " ", "und", "Auto"],
)
def test_english_is_labelled(analyzer, language):
    found = analyzer.analyze(replace(TALK, language=language))
    assert found.spans
    assert found.spans == analyzer.analyze(TALK).spans
    assert "warnings" not in found.transcript.meta


GERMAN = (
    "Die Lieferung kam um sechs, und niemand war da, um das Tor zu öffnen. Ich habe den Fahrer zweimal angerufen, er "
    "sagt, der nächste Termin ist am Donnerstag. Dann hat die Schule morgen kein Brot, und wir stellen es ihr trotzdem "
    "in Rechnung. Wir könnten die Mühle fragen, ob sie uns für den Morgen einen Wagen leiht."
)


def test_a_language_that_nobody_gives_is_guessed_for_a_transcript_alone(analyzer, everything):
    transcript = Transcript("x", (Turn(GERMAN, "Ana"),), meta={"kept": 1})
    found = analyzer.analyze(transcript)
    assert (found.spans, found.transcript.language, found.transcript.turns) == ((), "de", transcript.turns)
    (doubt,) = found.transcript.meta["warnings"]
    assert (doubt["code"], "seems to be (100% of" in doubt["message"]) == ("language", True)
    assert next(iter(analyzer.pipe([transcript]))) == found
    planted = f"{GERMAN} We can't control that."
    assert everything.analyze(Transcript("x", (Turn(planted),))).transcript.language == "de"
    assert everything.analyze(Transcript("x", (Turn(planted),), language="en")).spans, "the caller's word counts"
    assert everything.analyze(planted).spans, "a bare text is never guessed"
    short = everything.analyze(replace(transcript, turns=(Turn(GERMAN[:120], "Ana"),)))
    assert (short.transcript.language, "warnings" in short.transcript.meta) == (None, False)


def test_warnings_of_another_shape_do_no_harm(analyzer):
    found = analyzer.analyze(replace(TALK, language="fr", meta={"warnings": 3}))
    assert [doubt["code"] for doubt in found.transcript.meta["warnings"]] == ["language"]


def test_a_meeting_left_unlabelled_is_no_part_of_what_figures_are_shares_of(analyzer):
    read = [analyzer.analyze(replace(TALK, id=name)) for name in "ab"]
    foreign = analyzer.analyze(Transcript("c", (Turn(GERMAN, "Ana", 0.0, 20.0), Turn(GERMAN, "Ben", 20.0, 40.0))))
    for measure in (framing, tags_of):
        one, other = (
            next(group for group in measure(meetings).groups if group.by == "all")
            for meetings in (read, [*read, foreign])
        )
        assert one.words > 0
        assert repr(one) == repr(other)  # NaN differs from itself
    assert engagement([*read, foreign]).to_frame().equals(engagement(read).to_frame())
    (row,) = measured_rows(foreign)["transcripts"]
    assert (row["our_words"], row["our_turns"], row["customer_share"]) == (0, 0, None)
    assert row["n_words"] == 2 * len(GERMAN.split())


def test_what_is_labelled_after_all_is_no_longer_left_unread(analyzer):
    text = "Our customers never read the leaflet. They can't find the number on it."
    foreign = analyzer.analyze(Transcript("t", (Turn(text, "Ana"),), language="de"))
    again = analyzer.analyze(replace(foreign.transcript, language="en"))
    assert foreign.transcript.meta["warnings"]
    assert again.transcript.meta["warnings"] == []
    assert CustomerFinder().find(again)
