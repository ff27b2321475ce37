"""Long input: no quadratic work, no upper limit, offsets that add up. Counted, not timed."""

from collections import Counter

import pytest

from vitallies.classify.boundaries import BoundaryModel
from vitallies.classify.encoder import Encoder
from vitallies.pipeline import components
from vitallies.pipeline.docs import blank_english, tokenise
from vitallies.pipeline.groups import CANDIDATES, SENTENCES
from vitallies.pipeline.phrases import ClauseMarks
from vitallies.types import Transcript, Turn

TALK = (
    "yeah so i think we looked at the numbers again and nobody has complained about it so far but the thing is we "
    "can't really control what they do with it on the day and they say it works for them so i don't know "
)


def words(n):
    said = TALK.split()
    return " ".join(said[i % len(said)] for i in range(n))


@pytest.fixture
def work(monkeypatch):
    """Counts of calls, and of what they were given."""
    counts = Counter()

    def counting(owner, name, size):
        inner = getattr(owner, name)

        def counted(*args, **kwargs):
            counts[name] += 1
            counts[f"{name} size"] += size(*args)
            return inner(*args, **kwargs)

        monkeypatch.setattr(owner, name, counted)

    counting(BoundaryModel, "log_odds", lambda model, hashes: len(hashes))
    counting(ClauseMarks, "trimmed", lambda marks, start, end: end - start)
    counting(Encoder, "encode", lambda encoder, windows: sum(map(len, windows)))
    counting(components, "doc_frame", lambda doc: len(doc))
    return counts


def prepared(analyzer, text, *, encode=False):
    doc = analyzer.doc(Transcript("t", (Turn(text),)))
    stages = [analyzer.pipeline.segment, analyzer.pipeline.phrases, analyzer.pipeline.context]
    for stage in [*stages, analyzer.pipeline.encode] if encode else stages:
        doc = stage(doc)
    return doc


def test_a_turn_of_20000_words_without_punctuation_is_cut_linearly(fast, work):
    found = {}
    for n in (2_000, 20_000):
        work.clear()
        doc = prepared(fast, words(n))
        found[n] = {"sentences": len(doc.spans[SENTENCES]), "candidates": len(doc.spans[CANDIDATES]), **work}
        tokens_in_words = [sum(token.is_alpha or "'" in token.text for token in span) for span in doc.spans[SENTENCES]]
        assert max(tokens_in_words) <= 60
        assert sum(tokens_in_words) == len(doc)
    small, large = found[2_000], found[20_000]
    assert small["sentences"] >= 2_000 / 60
    for what in ("sentences", "candidates", "trimmed", "trimmed size"):
        assert 8 * small[what] < large[what] < 12 * small[what], what
    assert large["log_odds"] == 1
    assert large["log_odds size"] == len(tokenise(blank_english(), words(20_000)))


def test_the_encoder_reads_a_long_turn_linearly(analyzer, work):
    sizes = {}
    for n in (1_000, 3_000):
        work.clear()
        doc = prepared(analyzer, words(n), encode=True)
        assert len(doc.user_data["vitallies_vectors"]) == len(doc.spans[CANDIDATES])
        sizes[n] = work["encode size"]
        # Once as one of a window's own words, and the words around each window once more.
        assert len(doc) < sizes[n] < 2 * len(doc)
    assert 2.7 * sizes[1_000] < sizes[3_000] < 3.3 * sizes[1_000]


def test_a_turn_of_over_a_million_characters(fast):
    planted = "We can't control that."
    neutral = "The desk stands by the window. "
    before = neutral * (1_050_000 // len(neutral))
    text = f"{planted} {before}{planted} {neutral}"
    assert len(text) > 1_000_000  # spaCy's max_length
    analysis = fast.analyze(Transcript("t", (Turn("Hello."), Turn(text, start=1.0))))
    lies = [span for span in analysis.spans if span.label == "VITAL_LIE" and "control" in span.text]
    places = [text.index(planted), text.rindex(planted)]
    assert sorted({next(r.start for r in span.evidence if r.source == "sentence") for span in lies}) == places
    for span in analysis.spans:
        assert span.text == analysis.transcript.turns[span.turn].text[span.start : span.end]


ODD = {
    "marks": "!" * 1_000_000,
    "letters": "x" * 1_000_000,
    "accents": "\u0301" * 200_000,
    "emoji": "\U0001f600" * 200_000,
    "addresses": "ab." * 100_000,
    "lines": "\n" * 1_000_000,
    "stops": ". " * 50_000,
    "um": "um " * 50_000,
    "you know": "you know " * 20_000,
    # Sentences of many marks and few words; shorter, for the reason that the test below gives.
    "commas": ", " * 2_000,
    "stars": "* , " * 1_000,
    "stops and quotation marks": '."' * 2_000,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_of_great_length_finishes(fast, text):
    analysis = fast.analyze(text)
    for span in analysis.spans:
        assert span.text == text[span.start : span.end]


def test_a_long_run_is_tokenised_in_pieces_whose_offsets_add_up():
    text = "We can't, " + "!" * 2_345 + "a" * 3_001 + " they won't."
    doc = tokenise(blank_english(), text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)
    assert [token.text for token in doc[:4]] == ["We", "ca", "n't", ","]
    assert [token.text for token in doc[-4:]] == ["they", "wo", "n't", "."]
    assert max(len(token) for token in doc) <= 1_000


def test_a_run_of_a_thousand_is_left_to_spacy():
    nlp = blank_english()
    for text in ("a" * 1_000, "We can't. " * 300, "x" * 999 + "."):
        assert [token.text for token in tokenise(nlp, text)] == [token.text for token in nlp.tokenizer(text)]
