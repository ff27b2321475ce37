"""Sentences and predictions check themselves, and files are read with errors that say where and what to do."""

import json
import math

import pytest
from evaluation_cases import LIE, guess, span, told

from vitallies.errors import DataError
from vitallies.evaluation import GoldSpan, Prediction, evaluate, predictions_from, read_gold, read_predictions
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

SPAN = {"start": 10, "end": 20, "label": "ASPIRATION"}
GOLD = {"doc": "a/1", "turn": 0, "start": 0, "end": 100, "sampling": "random", "spans": [SPAN | LIE]}
GUESS = {"transcript": "a/1", "turn": 0, "start": 0, "end": 50, "label": "VITAL_LIE"}


@pytest.fixture
def write(tmp_path):
    def to_file(*rows):
        path = tmp_path / "rows.jsonl"
        lines = [row if isinstance(row, bytes | str) else json.dumps(row) for row in rows]
        path.write_bytes(b"".join((x.encode() if isinstance(x, str) else x) + b"\n" for x in lines))
        return path

    return to_file


def without(row, key):
    return {name: value for name, value in row.items() if name != key}


def test_gold_is_read_with_its_spans(write):
    arguable = SPAN | {"arguable": True, "kind": None, "note": "other keys are ignored"}
    path = write("\ufeff" + json.dumps(GOLD | {"text": "ignored"}), "", GOLD | {"turn": 1, "spans": [arguable, SPAN]})
    assert read_gold(path) == [
        told(GoldSpan(10, 20, "VITAL_LIE", "MYTH", "ASSERTED")),
        told(span(10, 20, "ASPIRATION", arguable=True), span(10, 20, "ASPIRATION"), turn=1),
    ]
    assert [x.where for x in read_gold(path)] == [f"{path}:1", f"{path}:3"]


@pytest.mark.parametrize(("sampling", "natural"), [("random", True), ("document", True), ("VL", False)])
def test_natural_is_what_was_not_mined(sampling, natural):
    assert told(sampling=sampling).natural is natural


def test_predictions_are_read_with_defaults(write):
    full = GUESS | {"score": 0.25, "selected": False, "kind": "DENIAL", "stance": "REPORTED", "speaker": "x"}
    named = {**without(GUESS, "transcript"), "doc": "a/2", "score": None, "selected": None, "kind": None}
    assert read_predictions(write(full, GUESS, named)) == [
        Prediction("a/1", 0, 0, 50, "VITAL_LIE", 0.25, False, "DENIAL", "REPORTED"),
        Prediction("a/1", 0, 0, 50, "VITAL_LIE", 1.0, True, None, None),
        Prediction("a/2", 0, 0, 50, "VITAL_LIE"),
    ]
    assert read_predictions(write()) == []


def test_separator_stands_for_a_slash(write):
    path = write(GUESS | {"transcript": "a__b__1"}, {**GUESS, "transcript": None, "doc": "a__2"})
    assert [x.doc for x in read_predictions(path, separator="__")] == ["a/b/1", "a/2"]
    assert [x.doc for x in read_predictions(path)] == ["a__b__1", "a__2"]


def test_predictions_come_from_analyses():
    text = "we can't control churn"
    lie = AnnotatedSpan("a/1", 1, 0, 8, text[:8], "VITAL_LIE", "assumption", 0.75, False, "EXCUSE", "REPORTED")
    framing = AnnotatedSpan("a/1", 0, 3, 8, text[3:8], "CUSTOMER_FOCUSED", "framing", 0.5)
    analysis = Analysis(Transcript("a/1", [Turn(text), Turn(text)]), [framing, lie], "model")
    assert predictions_from([analysis, analysis]) == 2 * [
        guess(3, 8, "CUSTOMER_FOCUSED", score=0.5),
        guess(0, 8, "VITAL_LIE", turn=1, score=0.75, selected=False, kind="EXCUSE", stance="REPORTED"),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "a line must hold one JSON object in UTF-8"),
        ("[1]", "a line must hold one JSON object, {...}, not [1]"),
        ("[" * 100_000, "a line must hold one JSON object"),
        (b"\xff", "a line must hold one JSON object in UTF-8"),
        (without(GUESS, "transcript"), 'missing key "doc": give a document id'),
        (without(GUESS, "turn"), 'missing key "turn": give a whole number'),
        (without(GUESS, "start"), 'missing key "start": give a whole number'),
        (without(GUESS, "end"), 'missing key "end": give a whole number'),
        (GUESS | {"label": None}, 'missing key "label": give one of VITAL_LIE, ASPIRATION'),
        (GUESS | {"label": "LIE"}, '"label" must be one of VITAL_LIE, ASPIRATION, CHALLENGE'),
        (GUESS | {"label": ["VITAL_LIE"]}, '"label" must be one of'),
        (GUESS | {"kind": "LIE"}, '"kind" must be one of EXCUSE'),
        (GUESS | {"stance": "asserted"}, '"stance" must be one of ASSERTED'),
        (GUESS | {"start": -1}, '"start" must be a whole number, 0 or more (and below 2**31), not -1'),
        (GUESS | {"start": False}, '"start" must be a whole number'),
        (GUESS | {"end": 50.0}, '"end" must be a whole number'),
        (GUESS | {"end": 2**31}, '"end" must be a whole number'),
        (GUESS | {"start": 50}, '"end" (50) must be greater than "start" (50)'),
        (GUESS | {"score": 1.01}, '"score" must be a number from 0 to 1, not 1.01'),
        (GUESS | {"score": -0.1}, '"score" must be'),
        (GUESS | {"score": math.nan}, '"score" must be'),
        (GUESS | {"score": True}, '"score" must be'),
        (GUESS | {"score": "0.5"}, "\"score\" must be a number from 0 to 1, not '0.5'"),
        (GUESS | {"selected": 1}, '"selected" must be true or false, not 1'),
        (GUESS | {"transcript": ""}, '"doc" must be a document id'),
        (GUESS | {"doc": 7}, '"doc" must be a document id'),
    ],
)
def test_bad_predictions_name_file_line_and_remedy(row, message, write):
    path = write(GUESS, "", row)
    with pytest.raises(DataError) as caught:
        read_predictions(path)
    assert str(caught.value).startswith(f"{path}:3: {message}")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (without(GOLD, "spans"), 'missing key "spans": give a list of'),
        (GOLD | {"spans": {}}, '"spans" must be a list of objects, not {}'),
        (GOLD | {"spans": [1]}, '"spans" must be a list of objects, not [1]'),
        (GOLD | {"sampling": "Random"}, '"sampling" must be one of random, document, VL'),
        (GOLD | {"spans": [SPAN | {"end": 101}]}, "span 10-101 must lie in its sentence, 0-100"),
        (GOLD | {"start": 11}, "span 10-20 must lie in its sentence, 11-100"),
        (GOLD | {"spans": [SPAN | {"label": "VITAL_LIE"}]}, "span 10-20: in the gold a VITAL_LIE needs a kind and a"),
        (GOLD | {"spans": [SPAN | LIE | {"stance": None}]}, "span 10-20: in the gold a VITAL_LIE needs a kind and a"),
        (GOLD | {"spans": [SPAN | {"arguable": "yes"}]}, "\"arguable\" must be true or false, not 'yes'"),
        (GOLD | {"spans": [without(SPAN, "end")]}, 'missing key "end"'),
    ],
)
def test_bad_gold_names_file_line_and_remedy(row, message, write):
    path = write(GOLD, row)
    with pytest.raises(DataError) as caught:
        read_gold(path)
    assert str(caught.value).startswith(f"{path}:2: {message}")


def test_a_missing_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(DataError, match=r"none\.jsonl: cannot be read \(No such file or directory\)"):
        read_gold(tmp_path / "none.jsonl")


def test_sentences_made_by_hand_are_checked_too():
    assert told().spans == ()
    with pytest.raises(DataError, match='"spans" must be a list of GoldSpan'):
        told({"start": 0, "end": 1, "label": "ASPIRATION"})
    with pytest.raises(DataError, match='"turn" must be a whole number'):
        guess(turn=None)


def test_gold_without_sentences():
    with pytest.raises(DataError, match="the gold holds no sentences"):
        evaluate([], [guess()])


def test_predictions_of_other_documents_name_both_and_the_remedy(write):
    theirs = read_predictions(write(GUESS | {"transcript": "a__1"}))
    with pytest.raises(DataError, match=r"rows\.jsonl:1: no document .*'a__1'.* the gold 'a/1'.*separator"):
        evaluate([told()], theirs)
    # one document in common is enough
    assert evaluate([told()], [*theirs, guess()]).data["predictions_that_belong"] == 1
