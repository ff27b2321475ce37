"""Candidates: clauses and runs of them, without what a reader would leave off."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import UsageError
from vitallies.pipeline.docs import blank_english, transcript_doc
from vitallies.pipeline.groups import CANDIDATES, SENTENCES
from vitallies.pipeline.phrases import propose
from vitallies.pipeline.segment import segment
from vitallies.types import Transcript, Turn

CASES = json.loads(Path(__file__).with_name("cases").joinpath("clauses.json").read_text(encoding="utf-8"))


class Never:
    """A boundary model that finds no end."""

    def log_odds(self, words):
        return np.full(max(len(words) - 1, 0), -5, np.float32)


def proposed(text):
    doc = transcript_doc(Transcript("t", (Turn(text),)))
    segment(doc, Never())
    propose(doc)
    return doc


def test_there_are_cases():
    assert len(CASES) >= 25
    assert sum(bool(case["parts"]) for case in CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=[case["comment"] for case in CASES])
def test_candidates(case):
    doc = proposed(case["text"])
    assert len(doc.spans[SENTENCES]) == 1
    found = [span.text for span in doc.spans[CANDIDATES]]
    assert found[0] == case["whole"]
    assert len(set(found)) == len(found)
    assert set(case["parts"]) <= set(found)
    assert not set(case["never"]) & set(found)


@pytest.mark.parametrize(
    "text", ["No customer has complained.", "No one reads it.", "No management moves that number."]
)
def test_no_before_a_noun_is_a_negation_and_kept(text):
    doc = proposed(text)
    assert doc.spans[CANDIDATES][0].text == text[:-1]


def test_maybe_is_a_hedge_and_kept():
    doc = proposed("Maybe we can't change that.")
    assert doc.spans[CANDIDATES][0].text == "Maybe we can't change that"


CLAUSES = [
    "we can't",
    "um",
    ",",
    "and",
    "they say",
    "you know",
    ".",
    "so",
    "-",
    "if",
    '"',
    "the users left",
    "no",
    "(",
    ")",
]


@given(st.lists(st.sampled_from(CLAUSES), max_size=25).map(" ".join))
def test_candidates_lie_in_their_sentence_and_the_first_is_the_widest(text):
    doc = proposed(text)
    candidates, owners = list(doc.spans[CANDIDATES]), doc.spans[CANDIDATES].attrs["sentences"]
    assert owners == sorted(owners)
    assert set(owners) == set(range(len(doc.spans[SENTENCES])))
    bounds = [(span.start, span.end) for span in candidates]
    assert len(set(bounds)) == len(bounds)
    first = {}
    for span, owner in zip(candidates, owners, strict=True):
        sentence = doc.spans[SENTENCES][owner]
        whole = first.setdefault(owner, span)
        assert sentence.start <= whole.start <= span.start < span.end <= whole.end <= sentence.end


def test_work_grows_with_the_clauses_and_not_with_their_square():
    counts = [len(proposed(", and we can't do it" * n).spans[CANDIDATES]) for n in (10, 100, 1000)]
    assert counts[1] <= 11 * counts[0]
    assert counts[2] <= 11 * counts[1]


def test_a_candidate_has_at_most_four_clauses_or_is_the_whole_sentence():
    doc = proposed("we go" + ", and we go" * 14)
    found = [span.text for span in doc.spans[CANDIDATES]]
    assert sorted({text.count("we go") for text in found}) == [1, 2, 3, 4, 15]
    assert len(found) == 15 + 14 + 13 + 12 + 1


def test_a_missing_stage_is_named():
    with pytest.raises(UsageError, match='add the component "vitallies_segment" before'):
        propose(blank_english()("We can't."))
