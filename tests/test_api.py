"""The public interface: one analyzer, whatever it is given."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from api_talk import TALK

import vitallies
from vitallies.classify.store import save_model
from vitallies.errors import ModelError, UsageError
from vitallies.labels import LABELS
from vitallies.types import Analysis, AnnotatedSpan, Evidence, Transcript, Turn

SPAN_KEYS = [
    "transcript",
    "turn",
    "speaker",
    "start",
    "end",
    "text",
    "layer",
    "label",
    "kind",
    "stance",
    "score",
    "selected",
    "time",
    "sentence",
    "evidence",
]


@pytest.fixture(scope="module")
def analysis(analyzer):
    found = analyzer.analyze(TALK)
    assert len(found.spans) >= 3
    return found


# One text, one transcript


def test_a_text_is_a_transcript_of_one_turn_called_text(analyzer):
    found = analyzer.analyze("We can't control that.")
    assert found.transcript == Transcript("text", (Turn("We can't control that."),))
    (span,) = found.spans
    assert (span.transcript, span.turn, span.speaker, span.time) == ("text", 0, None, None)
    assert (span.start, span.end, span.text) == (0, 21, "We can't control that")
    assert (span.label, span.layer, span.kind, span.stance) == ("VITAL_LIE", "assumption", "EXCUSE", "ASSERTED")
    assert analyzer.thresholds[span.label] <= span.score <= 1
    assert span.selected
    assert found.model == analyzer.model_id


def test_the_module_has_analyze_of_its_own(analyzer):
    assert vitallies.analyze("We can't control that.") == analyzer.analyze("We can't control that.")
    assert vitallies.analyze(TALK) == analyzer.analyze(TALK)


def test_nothing_to_find_gives_no_span(analyzer):
    for text in ("", " \n", "The desk stands by the window.", "Um."):
        assert analyzer.analyze(text).spans == ()
    assert analyzer.analyze(Transcript("t", ())).spans == ()


def test_spans_carry_what_the_transcript_knows(analysis):
    assert isinstance(analysis, Analysis)
    assert analysis.transcript is TALK
    assert all(isinstance(span, AnnotatedSpan) for span in analysis.spans)
    for span in analysis.spans:
        turn = TALK.turns[span.turn]
        assert span.transcript == "standup"
        assert span.speaker == turn.speaker
        assert span.time == turn.time_at(span.start)
    times = {span.time for span in analysis.spans if span.turn == 1}
    assert times == {3.0, 5.5}


def test_the_evidence_is_of_the_sources_that_are_documented(analysis):
    sources = {reason.source for span in analysis.spans for reason in span.evidence}
    assert {"sentence", "words"} <= sources
    assert all(source in ("sentence", "grounds", "people", "words") or source.startswith("cue:") for source in sources)
    for span in analysis.spans:
        assert all(isinstance(reason, Evidence) for reason in span.evidence)
        weights = [reason.weight for reason in span.evidence if reason.source == "words"]
        assert len(weights) <= 3
        assert weights == sorted(weights, reverse=True)
        (sentence,) = [reason for reason in span.evidence if reason.source == "sentence"]
        assert sentence.weight == pytest.approx(span.score, abs=1e-4)


def test_the_words_for_the_people_served_are_told(analysis):
    words = [analysis.transcript.turns[one.turn].text[one.start : one.end] for one in analysis.references]
    assert words[:4] == ["Customers", "She", "she", "she"]
    places = [(one.turn, one.start, one.end) for one in analysis.references]
    assert places == sorted(places)
    assert all(0 < one.score <= 1 for one in analysis.references)
    assert {one.role for one in analysis.references} <= {"end-user", "broker", "fixer"}


def test_analysing_twice_gives_the_same(analyzer, analysis):
    assert analyzer.analyze(TALK) == analysis
    assert vitallies.load().analyze(TALK) == analysis


@pytest.mark.parametrize("item", [None, 3, b"We can't.", ["We can't."], Turn("We can't."), {"text": "We can't."}])
def test_anything_else_is_refused(analyzer, item):
    with pytest.raises(UsageError, match=f"not {type(item).__name__}: read files with vitallies.read"):
        analyzer.analyze(item)
    with pytest.raises(UsageError):
        analyzer.explain(item)


# Settings


@pytest.mark.parametrize("min_score", [-0.1, 1.1, float("nan"), float("inf")])
def test_min_score_is_a_probability(min_score):
    with pytest.raises(UsageError, match="min_score is a probability"):
        vitallies.load(fast=True, min_score=min_score)


@pytest.mark.parametrize("setting", [{"min_score": "0.5"}, {"customers": None}, {"customers": 3}])
def test_a_setting_of_another_type_is_refused(setting):
    with pytest.raises(UsageError):
        vitallies.load(fast=True, **setting)


def test_a_model_that_is_not_there():
    with pytest.raises(ModelError, match="/nowhere"):
        vitallies.load("/nowhere")


def test_the_settings_are_as_given():
    settings = vitallies.load(fast=True, customers=["guest"], min_score=0.5).settings
    assert dict(settings) == {"fast": True, "customers": ("guest",), "all_candidates": False, "min_score": 0.5}


def test_a_set_of_words_is_taken_in_order():
    assert vitallies.load(fast=True, customers={"guest", "tenant", "Acme"}).settings["customers"] == (
        "Acme",
        "guest",
        "tenant",
    )


def test_min_score_only_raises(analyzer, analysis):
    assert vitallies.load(min_score=0).analyze(TALK).spans == analysis.spans
    assert vitallies.load(min_score=0).thresholds == analyzer.thresholds
    scores = sorted(span.score for span in analysis.spans)
    between = (scores[0] + scores[-1]) / 2
    fewer = vitallies.load(min_score=between).analyze(TALK).spans
    assert fewer == tuple(span for span in analysis.spans if span.score >= between)
    assert 0 < len(fewer) < len(scores)
    assert vitallies.load(min_score=1).analyze(TALK).spans == ()
    raised = vitallies.load(min_score=0.3).thresholds
    assert raised == {label: max(0.3, threshold) for label, threshold in analyzer.thresholds.items()}


def test_thresholds_are_one_a_label(analyzer):
    assert list(analyzer.thresholds) == list(LABELS)
    assert all(0 < threshold < 1 for threshold in analyzer.thresholds.values())
    assert analyzer.thresholds != vitallies.load(fast=True).thresholds
    calibration = analyzer.manifest["calibration"]["heads"]
    assert analyzer.thresholds == {label: calibration[label]["threshold"] for label in LABELS}


def test_a_span_reaches_its_threshold(analyzer, analysis):
    assert all(span.score >= analyzer.thresholds[span.label] for span in analysis.spans)


def test_all_candidates_have_a_score_above_the_floor(everything, analysis):
    spans = everything.analyze(TALK).spans
    assert all(span.score > 0.005 for span in spans)
    assert min(span.score for span in spans) < 0.1
    assert tuple(span for span in spans if span.selected) == analysis.spans
    assert any(not span.selected for span in spans)
    assert all((span.kind is not None) == (span.label == "VITAL_LIE") for span in spans)


def test_fast_needs_no_encoder(tmp_path, analyzer):
    """The files of the encoder are there (the manifest names them), and nobody looks into them."""
    fast = vitallies.load(fast=True)
    assert fast.pipeline.encode is None
    assert fast.analyze(TALK).spans
    assert fast.analyze(TALK).references is None
    save_model(analyzer.pipeline.model, tmp_path)
    copied = vitallies.load(tmp_path, fast=True)
    (tmp_path / "encoder.onnx").unlink()
    assert copied.analyze(TALK).spans == fast.analyze(TALK).spans


# The caller's words for the people served


def test_the_callers_words_are_read_as_customers():
    theirs = vitallies.load(customers=["lodger", "season-ticket holder"], all_candidates=True)
    common = vitallies.load(all_candidates=True)
    for said, read_as in (
        ("Lodgers only care about price.", "Customers only care about price."),
        ("The lodger hates it.", "The customer hates it."),
        ("Season-ticket holders only care about price.", "Customers only care about price."),
    ):
        found = theirs.analyze(said).spans
        wanted = common.analyze(read_as).spans
        assert [(s.label, s.score, s.selected, s.kind, s.stance) for s in found] == [
            (s.label, s.score, s.selected, s.kind, s.stance) for s in wanted
        ]
        assert wanted
        assert all(said[span.start : span.end] == span.text for span in found)
        people = [
            reason.text for span in found if span.selected for reason in span.evidence if reason.source == "people"
        ]
        assert all(word.lower() in said.lower() for word in people)
        assert [s.score for s in common.analyze(said).spans] != [s.score for s in found]


def test_the_callers_words_change_nothing_elsewhere(analysis):
    assert vitallies.load(customers=["lodger"]).analyze(TALK).spans == analysis.spans


# Explanations


def test_explain_shows_every_candidate_and_what_carried_the_selected_ones(analyzer, everything, analysis):
    found = analyzer.explain(TALK)
    plain = everything.analyze(TALK)
    bare = [replace(s, evidence=tuple(e for e in s.evidence if e.source != "occlusion")) for s in found.spans]
    assert bare == list(plain.spans)
    for span in found.spans:
        words = [reason for reason in span.evidence if reason.source == "occlusion"]
        assert [w.weight for w in words] == sorted((w.weight for w in words), reverse=True)
        for word in words:
            assert TALK.turns[span.turn].text[word.start : word.end] == word.text
            assert span.start <= word.start < word.end <= span.end
            assert word.weight > 0
    explained = [span for span in found.spans if any(reason.source == "occlusion" for reason in span.evidence)]
    selected = [span for span in found.spans if span.selected]
    assert len(selected) == len(analysis.spans)
    assert sum(span in explained for span in selected) == len(selected)


def test_a_sentence_without_a_selected_span_has_its_likeliest_explained():
    found = vitallies.load(min_score=1).explain("We can't control that. Customers only care about price.").spans
    assert not any(span.selected for span in found)
    sentences = {}
    for span in found:
        (sentence,) = [reason.text for reason in span.evidence if reason.source == "sentence"]
        sentences.setdefault(sentence, []).append(span)
    assert list(sentences) == ["We can't control that.", "Customers only care about price."]
    for mine in sentences.values():
        explained = [span for span in mine if any(reason.source == "occlusion" for reason in span.evidence)]
        assert explained == [max(mine, key=lambda span: span.score)]


# Renderings


def test_to_dicts(analysis):
    rows = analysis.to_dicts()
    assert len(rows) == len(analysis.spans)
    for row, span in zip(rows, analysis.spans, strict=True):
        assert list(row) == SPAN_KEYS
        assert row["text"] == span.text
        assert row["score"] == round(span.score, 6)
        assert row["text"] in row["sentence"]
        assert all(list(item) == ["source", "text", "weight", "start", "end"] for item in row["evidence"])
        assert "sentence" not in {item["source"] for item in row["evidence"]}
    assert json.loads(json.dumps(rows)) == rows
    rows[0]["evidence"].clear()
    assert analysis.to_dicts() != rows or not analysis.spans[0].evidence


def test_to_frame(analysis, analyzer):
    frame = analysis.to_frame()
    assert list(frame.columns) == SPAN_KEYS
    assert frame["text"].tolist() == [span.text for span in analysis.spans]
    empty = analyzer.analyze("Um.").to_frame()
    assert len(empty) == 0
    assert list(empty.columns) == SPAN_KEYS
    assert empty.dtypes.equals(frame.dtypes)
    assert len(pd.concat([frame, empty])) == len(frame)


def test_to_doc(analysis):
    doc = analysis.to_doc()
    assert doc.text == "\n".join(turn.text for turn in TALK.turns)
    turns = doc.spans["turns"]
    assert [span.text.strip() for span in turns] == [turn.text for turn in TALK.turns if turn.text]
    assert turns.attrs["numbers"] == [0, 1, 2, 3, 5]
    assert turns.attrs["speakers"] == ["Ana", "Ben", "Ana", None, "Cem"]
    group = doc.spans["vitallies"]
    assert [(span.text, span.label_) for span in group] == [(span.text, span.label) for span in analysis.spans]
    assert group.attrs["scores"] == [span.score for span in analysis.spans]
    assert group.attrs["kinds"] == [span.kind for span in analysis.spans]
    assert group.attrs["stances"] == [span.stance for span in analysis.spans]


def test_to_html(analysis):
    html = analysis.to_html()
    for span in analysis.spans:
        assert span.label in html
    assert "<script" not in html


def test_summary(analysis):
    summary = analysis.summary()
    assert list(summary)[:9] == [
        "transcript",
        "title",
        "date",
        "source",
        "language",
        "n_turns",
        "n_words",
        "n_speakers",
        "duration",
    ]
    assert list(summary)[9 : 9 + len(LABELS)] == list(LABELS)
    assert (summary["transcript"], summary["title"], summary["n_turns"], summary["n_speakers"]) == (
        "standup",
        "Stand-up",
        6,
        3,
    )
    assert summary["n_words"] == sum(len(turn.text.split()) for turn in TALK.turns)
    for label in LABELS:
        assert summary[label] == sum(span.label == label for span in analysis.spans)


def test_a_summary_takes_the_callers_words():
    talk = Transcript("x", (Turn("The womblers want a key.", "Ana"), Turn("The womblers do.", "Ben")))
    found = vitallies.load(fast=True, customers=["wombler"]).analyze(talk)
    assert found.summary(customers=["wombler"])["customer_mentions"] > found.summary()["customer_mentions"]


def test_a_transcript_that_was_read_is_analysed_as_it_was_written(tmp_path, analyzer, analysis):
    path = tmp_path / "standup.json"
    path.write_text(TALK.to_json(), encoding="utf-8")
    assert analyzer.analyze(vitallies.read(path)).spans == analysis.spans
