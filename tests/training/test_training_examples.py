"""Gold and candidates lined up on documents small enough to read."""

import numpy as np
import pytest
from example_talk import LIE_SPAN, SENTENCES, TRANSCRIPT, WIDTH, Never, Stub, collected, gold, place, reads, spoken
from spacy.strings import get_string_id

from vitallies.classify.frame import dense_features
from vitallies.classify.inside import word_features, words_in
from vitallies.evaluation import GoldSentence
from vitallies.labels import LABELS
from vitallies.pipeline.context import CueMatcher
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.encode import encode
from vitallies.pipeline.frames import doc_frame
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.segment import segment
from vitallies.training.alignment import ARGUABLE, CLEAR, NOTHING, UNREAD
from vitallies.training.documents import Document, MarkedMention, MentionSentence
from vitallies.training.examples import Examples, collect
from vitallies.types import Transcript, Turn

LIE, CHALLENGE, FOCUSED = (LABELS.index(x) for x in ("VITAL_LIE", "CHALLENGE", "CUSTOMER_FOCUSED"))


class After:
    """Finds an end after the words "that" and "no"."""

    def log_odds(self, words):
        ends = [get_string_id("that"), get_string_id("no")]
        return np.where(np.isin(words[:-1], np.array(ends, np.uint64)), 5, -5).astype(np.float32)


@pytest.fixture(scope="module")
def examples():
    return collected()


def marked(examples, label, verdict):
    strings = blank_english().vocab.strings
    return " ".join(strings[word] for word in examples.frame.words[examples.inside[:, label] == verdict].tolist())


def test_labelled_sentences_are_kept_with_their_verdicts(examples):
    assert [spoken(examples, bounds) for bounds in examples.frame.sentences.tolist()] == [
        "morning .",
        "they say we can not control that , but customers left .",
        "who says so ?",
    ]
    wanted = np.zeros((3, len(LABELS)), int)
    wanted[1, LIE], wanted[1, FOCUSED], wanted[2, CHALLENGE] = CLEAR, ARGUABLE, CLEAR
    assert examples.verdicts.tolist() == wanted.tolist()
    assert (NOTHING, ARGUABLE, CLEAR) == (0, 1, 2)
    assert examples.kinds.tolist() == ["", "EXCUSE", ""]
    assert examples.stances.tolist() == ["", "REPORTED", ""]
    assert examples.folds.tolist() == [2, 2, 2]
    assert examples.natural.tolist() == [True, True, False]
    assert examples.plain.all()
    assert not examples.alone.any()


def test_mined_sentences_are_learned_from_as_the_others(examples):
    mined = collect(Document(TRANSCRIPT, SENTENCES[:1], 2, SENTENCES[1:]), Never(), recognised=False)
    assert mined.verdicts.tolist() == examples.verdicts.tolist()
    assert mined.folds.tolist() == examples.folds.tolist()


def test_sentences_read_for_mentions_alone_teach_no_label(examples):
    start, end = place("They say we can't control that, but customers left.")
    morning = place("Morning.")
    read = (
        MentionSentence(
            2,
            start,
            end,
            (MarkedMention(*place("customers"), False, "broker"), MarkedMention(*place("They"), True, "unclear")),
        ),
        MentionSentence(2, *morning, ()),
    )
    document = Document(TRANSCRIPT, (gold("Who says so?"), gold("Morning.")), 2, mentions=read)
    found = collect(document, Never(), recognised=False)
    assert [spoken(found, bounds) for bounds in found.frame.sentences.tolist()] == [
        spoken(examples, bounds) for bounds in examples.frame.sentences.tolist()
    ]
    assert found.judged.tolist() == [True, False, True]
    assert found.natural.tolist() == [True, False, True]
    assert found.teaches.tolist() == [[True] * len(LABELS), [False] * len(LABELS), [True] * len(LABELS)]
    strings = blank_english().vocab.strings
    by_verdict = {
        verdict: [strings[word] for word in found.frame.words[found.mentions == verdict].tolist()]
        for verdict in (UNREAD, ARGUABLE, CLEAR)
    }
    assert by_verdict == {UNREAD: ["who", "says", "so", "?"], ARGUABLE: ["they"], CLEAR: ["customers"]}


def test_a_document_read_for_mentions_alone_gives_examples():
    only = Document(TRANSCRIPT, (), 1, mentions=(MentionSentence(2, *place("Right then."), ()),))
    found = collect(only, Never(), recognised=False)
    assert len(found.judged) == 1
    assert not found.judged.any()
    assert (found.mentions == NOTHING).all()


def test_the_candidate_that_is_the_span_overlaps_it_wholly(examples):
    frame = examples.frame
    by_words = {
        spoken(examples, bounds): examples.overlaps[row] for row, bounds in enumerate(frame.candidates.tolist())
    }
    assert by_words["we can not control that"][LIE] == 1
    assert by_words["customers left"][FOCUSED] == 1
    assert by_words["customers left"][LIE] == 0
    whole = by_words["they say we can not control that , but customers left"]
    length = len("They say we can't control that, but customers left")
    assert whole[LIE] == pytest.approx(len(LIE_SPAN[0]) / length)
    assert whole[FOCUSED] == pytest.approx(len("customers left") / length)
    assert by_words["who says so"][CHALLENGE] == 1
    assert by_words["morning"].tolist() == [0] * len(LABELS)


def test_of_a_sentence_with_nothing_in_it_only_the_whole_is_a_candidate():
    found = collected([gold("They say we can't control that, but customers left.")])
    assert [spoken(found, bounds) for bounds in found.frame.candidates.tolist()] == [
        "they say we can not control that , but customers left"
    ]


def test_owners_and_candidates_point_into_the_kept_words(examples):
    frame = examples.frame
    assert len(frame.words) == frame.sentences[-1, 1]
    assert sorted(set(frame.owners.tolist())) == [0, 1, 2]
    for (start, end), owner in zip(frame.candidates.tolist(), frame.owners.tolist(), strict=True):
        first, last = frame.sentences[owner].tolist()
        assert first <= start < end <= last
    assert len(examples.overlaps) == len(frame.candidates) == len(frame.owners)
    assert len(examples.context) == len(examples.vectors) == len(examples.places) == len(frame.owners)
    assert len(examples.inside) == len(frame.words)


def test_features_are_those_of_the_pipeline():
    """What the heads are fitted on is what they see when they are used: context and all."""
    doc = transcript_doc(TRANSCRIPT)
    segment(doc, Never())
    propose(doc)
    CueMatcher(blank_english()).mark(doc)
    weights = np.arange(2 * WIDTH, dtype=np.float32).reshape(2, WIDTH)
    encode(doc, Stub(), weights)
    frame = doc_frame(doc, vectors=True)
    rows = [row for row, owner in enumerate(frame.owners.tolist()) if owner in (2, 3)]
    wanted = dense_features(frame, np.array(rows))
    found = collected().encoded(Stub(), jobs=1)
    kept = np.flatnonzero(found.frame.owners > 0)
    np.testing.assert_allclose(found.dense(kept), wanted, rtol=1e-6)
    assert wanted[:, :WIDTH].any(axis=0).all()
    words = words_in(frame.candidates[frame.wholes[[2, 3]]])
    np.testing.assert_allclose(found.states @ weights.T, frame.state_odds[words], rtol=1e-2)
    np.testing.assert_array_equal(
        word_features(found.frame, found.frame.candidates[found.frame.wholes[found.marked]])[1],
        word_features(frame, frame.candidates[frame.wholes[[2, 3]]])[1],
    )


# Words marked


def test_the_words_of_a_span_are_marked(examples):
    assert marked(examples, LIE, CLEAR) == "we can not control that"
    assert marked(examples, FOCUSED, ARGUABLE) == "customers left"
    assert marked(examples, CHALLENGE, CLEAR) == "who says so"
    assert (examples.inside != NOTHING).sum() == 5 + 2 + 3


def test_a_word_in_a_clear_and_an_arguable_span_is_marked_as_clear():
    arguable = ("control that, but customers", "VITAL_LIE", {"kind": "MYTH", "stance": "ASSERTED", "arguable": True})
    for order in ([arguable, LIE_SPAN], [LIE_SPAN, arguable]):
        found = collected([gold("They say we can't control that, but customers left.", *order)])
        assert marked(found, LIE, CLEAR) == "we can not control that"
        assert marked(found, LIE, ARGUABLE) == ", but customers"


def test_the_words_of_a_span_over_two_sentences_are_marked_in_both():
    text = "One two three. Four five six seven eight."
    sentence = gold(text, ("three. Four five six", "CHALLENGE", {}), turn=0, within=text)
    found = collected([sentence], transcript=Transcript("doc", (Turn(text),)))
    assert marked(found, CHALLENGE, CLEAR) == "three . four five six"


def test_marks_are_of_the_words_that_are_kept():
    """The words of sentences that nobody labelled are left out, and do not shift the marks."""
    found = collected(SENTENCES[1:2])
    assert spoken(found, (0, len(found.frame.words))) == "who says so ?"
    assert found.inside[:, CHALLENGE].tolist() == [CLEAR, CLEAR, CLEAR, NOTHING]


# Recognised speech


def test_recognised_speech_has_the_same_verdicts():
    found = collected(recognised=True, boundaries=After())
    texts = [spoken(found, bounds) for bounds in found.frame.sentences.tolist()]
    assert texts[0].startswith("morning they say we can")
    assert not found.plain.any()
    (window,) = found.windows
    assert " ".join(window).startswith("hello there [SEP] morning they say we can")
    assert marked(found, CHALLENGE, CLEAR) == "who says so"
    assert found.verdicts[0, LIE] == CLEAR
    at = int(found.overlaps[found.frame.owners == 0][:, LIE].argmax())
    assert spoken(found, found.frame.candidates[at].tolist()).startswith("we can")


def test_every_second_document_loses_its_apostrophes_too():
    words = set()
    for name in ("doc", "dod"):
        moved = [GoldSentence(name, s.turn, s.start, s.end, s.sampling, s.spans) for s in SENTENCES]
        transcript = Transcript(name, TRANSCRIPT.turns)
        found = collected(moved, recognised=True, transcript=transcript, boundaries=After())
        words.add("can not" in " ".join(spoken(found, bounds) for bounds in found.frame.sentences.tolist()))
    assert words == {True, False}


# Cut otherwise


def test_a_sentence_cut_otherwise_than_the_readers_counts_where_half_of_it_was_read():
    half = gold("They say we can't control that,")
    assert len(collected([half]).folds) == 1
    assert collected([gold("They say we can't control")]) is None


def test_a_span_belongs_to_the_sentence_that_holds_half_of_it():
    text = "One two three. Four five six seven eight."
    transcript = Transcript("doc", (Turn(text),))
    sentence = gold(
        text, ("three. Four five six", "CHALLENGE", {}), turn=0, within=text
    )  # the readers' one sentence is two of ours
    found = collected([sentence], transcript=transcript)
    assert found.verdicts[:, CHALLENGE].tolist() == [NOTHING, CLEAR]


def test_a_span_belongs_to_the_sentences_that_it_fills_by_half():
    """A span over several short sentences is in each, though the most of it lies elsewhere."""
    text = "Who says? Yes, so. Who are these people at all anyway?"
    transcript = Transcript("doc", (Turn(text),))
    for span, wanted in (
        ("Who says? Yes, so. Who are these people", [CLEAR, CLEAR, CLEAR]),
        ("says? Yes, so. Who are these people at", [CLEAR, CLEAR, CLEAR]),
        ("ys? Yes, so. Who are these people at", [NOTHING, CLEAR, CLEAR]),
    ):
        sentence = gold(text, (span, "CHALLENGE", {}), turn=0, within=text)
        assert collected([sentence], transcript=transcript).verdicts[:, CHALLENGE].tolist() == wanted


def test_a_clear_span_outweighs_an_arguable_one():
    spans = [("we can't", "VITAL_LIE", {"kind": "MYTH", "stance": "ASSERTED", "arguable": True}), LIE_SPAN]
    for order in (spans, spans[::-1]):
        found = collected([gold("They say we can't control that, but customers left.", *order)])
        assert found.verdicts[0, LIE] == CLEAR
        assert (found.kinds[0], found.stances[0]) == ("EXCUSE", "REPORTED")


def test_nothing_labelled_gives_no_examples():
    assert collected([]) is None
    assert collected([GoldSentence("doc", 1, 0, 5, "random", ())]) is None  # the turn has no words


def test_joined_parts_are_as_they_were(examples):
    other = collected([SENTENCES[1]], fold=None)
    joined = Examples.joined([examples, other, examples])
    assert joined.folds.tolist() == [2, 2, 2, -1, 2, 2, 2]
    assert joined.verdicts.tolist() == [
        *examples.verdicts.tolist(),
        *other.verdicts.tolist(),
        *examples.verdicts.tolist(),
    ]
    texts = [spoken(joined, bounds) for bounds in joined.frame.sentences.tolist()]
    assert texts[:3] == texts[4:]
    assert texts[3] == texts[2] == "who says so ?"
    ngrams = joined.ngrams(np.arange(7))
    n = len(examples.frame.candidates)
    found = joined.features(np.arange(len(joined.frame.candidates)), ngrams)
    alone = examples.features(np.arange(n), ngrams)
    np.testing.assert_array_equal(found.sparse.toarray()[:n], alone.sparse.toarray())
    np.testing.assert_array_equal(found.sparse.toarray()[-n:], alone.sparse.toarray())
    np.testing.assert_array_equal(found.dense[-n:], alone.dense)
    assert len(joined.windows) == 3
    assert sorted(set(joined.places[:, 0].tolist())) == [0, 1, 2]
    assert reads(joined) == [spoken(joined, bounds) for bounds in joined.frame.candidates.tolist()]
    np.testing.assert_array_equal(joined.inside, np.vstack([examples.inside, other.inside, examples.inside]))
    assert (np.diff(joined.frame.owners) >= 0).all()
    assert joined.frame.wholes.tolist() == np.searchsorted(joined.frame.owners, np.arange(7)).tolist()
