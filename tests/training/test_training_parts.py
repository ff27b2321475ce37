"""Scores of parts of the gold."""

import pytest

from vitallies.evaluation import GoldSentence, GoldSpan, Prediction
from vitallies.training.documents import Document
from vitallies.training.parts import parts, speaker_kind
from vitallies.types import Transcript, Turn


@pytest.mark.parametrize(
    ("source", "name", "transcripts", "kind"),
    [
        ("qmsum-product", "Project Manager", 60, "design team: project manager"),
        ("qmsum-academic", "PhD D", 9, "research group: phd"),
        ("qmsum-committee", "The Chair", 4, "committee: chair, minister or member"),
        ("qmsum-committee", "Ann Example AM", 4, "committee: chair, minister or member"),
        ("qmsum-committee", "Mr. Ben Example (Some Riding, Lib.)", 1, "committee: chair, minister or member"),
        ("qmsum-committee", "Hon. Cy Example", 1, "committee: chair, minister or member"),
        ("qmsum-committee", "Dr. Dee Example (Interpretation)", 1, "committee: others, as witnesses"),
        ("qmsum-committee", "Sam Example", 1, "committee: others, as witnesses"),
        ("changelog-podcast", "Eve Example", 4, "podcast: host"),
        ("changelog-podcast", "Guy Example", 3, "podcast: guest"),
        ("earnings21", "Speaker 0", 20, ""),
        ("meetings", "Noor", 3, ""),
    ],
)
def test_the_kind_of_a_speaker(source, name, transcripts, kind):
    assert speaker_kind(source, name, transcripts) == kind


def document(name, speakers, spans):
    """A document with a sentence a turn; ``spans`` are the turns with a clear vital lie."""
    turns = tuple(Turn("We can't change it.", speaker) for speaker in speakers)
    gold = GoldSpan(0, 18, "VITAL_LIE", "EXCUSE", "ASSERTED")
    sentences = tuple(
        GoldSentence(name, number, 0, 19, "random", (gold,) if number in spans else ()) for number in range(len(turns))
    )
    return Document(Transcript(name, turns), sentences, 0)


def test_parts_are_scored_each_by_itself():
    documents = [
        document("qmsum-academic/a", ["PhD A", "Grad B", "PhD C"], {0, 1}),
        document("earnings21/b", ["Speaker 0", "Speaker 1"], {1}),
        document("meetings/c", ["Noor"], set()),
    ]
    scores = [("qmsum-academic/a", 0, 0.9), ("qmsum-academic/a", 1, 0.2), ("qmsum-academic/a", 2, 0.4)]
    scores += [("earnings21/b", 0, 0.8), ("earnings21/b", 1, 0.3)]
    predictions = [
        Prediction(doc, turn, 0, 18, "VITAL_LIE", score, score > 0.5, "EXCUSE", "ASSERTED")
        for doc, turn, score in scores
    ]
    found = parts(documents, predictions)
    assert list(found["source"]) == ["earnings21", "meetings", "qmsum-academic"]
    assert list(found["speaker"]) == ["research group: grad", "research group: phd"]
    research, phds = found["source"]["qmsum-academic"], found["speaker"]["research group: phd"]
    assert (research["sentences"], phds["sentences"]) == (3, 2)
    assert research["VITAL_LIE"] == {"gold": 2, "AP": pytest.approx((1 + 2 / 3) / 2), "F1": pytest.approx(2 / 3)}
    assert phds["VITAL_LIE"] == {"gold": 1, "AP": 1.0, "F1": 1.0}
    assert found["source"]["earnings21"]["VITAL_LIE"]["AP"] == pytest.approx(0.5)
    assert found["source"]["meetings"]["VITAL_LIE"]["gold"] == 0
