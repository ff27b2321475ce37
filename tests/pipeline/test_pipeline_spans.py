"""What holds for every span of every text: whatever Unicode is thrown at the pipeline."""

import json
from bisect import bisect_left
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vitallies.labels import LABELS, LAYER_OF
from vitallies.types import Transcript, Turn

SENTENCES = (
    "We can't control that.",
    "Customers only care about price.",
    "She checks the app while she feeds the baby, so she has one hand.",
    "Nobody has complained.",
    "They say it can't be done, but that's not true",
    "Who says we can't?",
    "Imagine you could check for an infection with your phone!",
    "policy is thirty days, they'll have to live with it",
    "we've always done it like this and it works",
    "According to the survey 40% of our users left in Q3.",
    "Um, so, you know, I mean,",
    "“We already know what they want,” she said…",
)
NASTY = (
    "\U0001f469\U0001f3fd\u200d\U0001f680",  # woman astronaut: four code points
    "\U0001f1e9\U0001f1ea",  # a flag
    "e\u0301",  # a letter and its accent
    "\u0301",  # an accent without a letter
    "שלום לכם.",
    "\u202eمرحبا\u202c",
    "\ud800",  # lone surrogates
    "\udfff\ud83d",
    "\0",
    "\ufeff",
    "\u200b",
    "\u00ad",
    "\n",
    "\r\n",
    "\t",
    "\x0b\x0c\x1c\x1f\x85",
    "\u00a0",
    "\u2028\u2029",
    "\u3000",
    "   ",
    "...",
    "?!)”",
    "''",
    "ﬁ",
    "İ",
    "ß",
    "行く。",
    "<b>&amp;",
    ":-)",
    "https://example.com/a?b=c.",
)
SPLICED = st.lists(st.sampled_from(SENTENCES) | st.sampled_from(NASTY) | st.text(max_size=5), max_size=8).flatmap(
    lambda parts: st.sampled_from(["", " ", "\n"]).map(lambda joint: joint.join(parts))
)
RANDOM = st.text(st.characters(exclude_categories=()), max_size=60)
SPACES = st.text(st.sampled_from(" \n\r\t\x0b\x0c\x1c\x85\u00a0\u2003\u2028\u3000"), max_size=5)
TRANSCRIPTS = st.lists(SPLICED | RANDOM | SPACES, max_size=4).map(
    lambda texts: Transcript("t", tuple(map(Turn, texts)), title=None)
)


def check(analysis, analyzer):
    """Assert all that must hold for an analysis; return its spans."""
    transcript, spans = analysis.transcript, analysis.spans
    doc = analyzer.doc(transcript)
    begins, ends = [token.idx for token in doc], [token.idx + len(token) for token in doc]
    origins = [0]
    for turn in transcript.turns:
        origins.append(origins[-1] + len(turn.text) + 1)
    for span in spans:
        text = transcript.turns[span.turn].text
        assert span.text == text[span.start : span.end]
        assert span.text
        assert not span.text[0].isspace()
        assert not span.text[-1].isspace()
        assert 0 <= span.score <= 1
        assert span.layer == LAYER_OF[span.label]
        assert (span.kind is not None) == (span.stance is not None) == (span.label == "VITAL_LIE")
        assert is_in(origins[span.turn] + span.start, begins)
        assert is_in(origins[span.turn] + span.end, ends)
        for reason in span.evidence:
            assert reason.text == text[reason.start : reason.end]
        (sentence,) = (reason for reason in span.evidence if reason.source == "sentence")
        assert sentence.start <= span.start < span.end <= sentence.end
    places = [(span.turn, span.start) for span in spans]
    assert places == sorted(places)
    keys = [(span.turn, span.start, span.end, span.label) for span in spans]
    assert len(set(keys)) == len(keys)
    for one, other in combinations([span for span in spans if span.selected], 2):
        if one.layer == other.layer and one.turn == other.turn:
            assert one.end <= other.start or other.end <= one.start
    return spans


def is_in(value, ordered):
    at = bisect_left(ordered, value)
    return at < len(ordered) and ordered[at] == value


def nasty_examples(test):
    """Add to a property the texts that a random search would find late."""
    for texts in (
        [],
        [""],
        ["", " \n ", "\u3000"],
        ["We can't control that.\n", "\nWe can't control that."],
        ["We can't control that ", " \ud83d", "\ud83d\ude00 We can't control that."],
        ["\0We can't control that.\0\0", "\r\nWe can't control that.\r\n"],
        ["We can't\u2028control that.\x85Who says\u00a0we can't?"],
        ["e\u0301" * 30, "we ca\u0301n't control that"],
        ["https://" + "a" * 2500 + " We can't control that."],
        ["(" * 1500 + "We can't control that." + ")" * 1500],
    ):
        test = example(Transcript("t", tuple(map(Turn, texts))))(test)
    return test


@nasty_examples
@given(TRANSCRIPTS)
@settings(max_examples=100)
def test_every_span_holds_without_the_encoder(fast, transcript):
    check(fast.analyze(transcript), fast)


@nasty_examples
@given(TRANSCRIPTS)
@settings(max_examples=60)
def test_every_span_holds_with_the_encoder(everything, transcript):
    check(everything.analyze(transcript), everything)


@given(TRANSCRIPTS)
@settings(max_examples=30)
def test_every_span_of_an_explanation_holds(fast, transcript):
    check(fast.explain(transcript), fast)


@given(TRANSCRIPTS)
@settings(max_examples=60)
def test_every_rendering_bears_any_text(fast, transcript):
    analysis = fast.analyze(transcript)
    json.dumps(analysis.to_dicts(), ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert len(analysis.to_frame()) == len(analysis.spans)
    analysis.to_html().encode("utf-8")
    doc = analysis.to_doc()
    assert doc.text == "\n".join(turn.text for turn in transcript.turns)
    assert [span.label_ for span in doc.spans["vitallies"]] == [span.label for span in analysis.spans]
    assert [span.text for span in doc.spans["vitallies"]] == [span.text for span in analysis.spans]


@given(st.lists(st.sampled_from(SENTENCES), max_size=6), st.sampled_from(["fast", "everything"]))
def test_real_sentences_give_spans(fast, everything, sentences, kind):
    analyzer = {"fast": fast, "everything": everything}[kind]
    assert check(analyzer.analyze(" ".join([*sentences, "We can't control that."])), analyzer)


@pytest.mark.parametrize("kind", ["analyzer", "everything"])
def test_the_sentences_are_found_among_anything(request, kind):
    """The properties above would hold for an empty result; this one would not."""
    analyzer = request.getfixturevalue(kind)
    for nasty in NASTY:
        analysis = analyzer.analyze(
            f"{nasty} We can't control that. {nasty} We sell more to our existing customers. {nasty}"
        )
        spans = check(analysis, analyzer)
        assert {"VITAL_LIE", "CUSTOMER_FOCUSED"} <= {span.label for span in spans}, nasty
        assert any("control" in span.text for span in spans), nasty
        assert any("existing" in span.text for span in spans), nasty


def test_a_selected_span_comes_with_every_label_of_its_candidate_in_all_candidates(analyzer, everything):
    transcript = Transcript("t", tuple(map(Turn, SENTENCES)))
    shown = analyzer.analyze(transcript).spans
    scored = everything.analyze(transcript).spans
    assert len(shown) >= 4
    assert [span for span in scored if span.selected] == list(shown)
    assert len(scored) > len(shown)
    assert {span.label for span in scored} <= set(LABELS)
