"""The benchmark of a whole source left out: which documents are of which, and what is compared with what."""

import json
from pathlib import Path

from sources import SOURCES, table

from vitallies.evaluation import GoldSentence, GoldSpan, Prediction
from vitallies.training.annotations import read_rows

DATA = Path(__file__).parents[2] / "data"
OF = {"earnings": "earnings calls", "qmsum-committee": "committees", "qmsum-product": "design teams"}


def test_every_document_of_a_source_is_left_out_with_it():
    numbers = json.loads((DATA / "sources.json").read_text(encoding="utf-8"))
    folds = json.loads((DATA / "folds.json").read_text(encoding="utf-8"))
    wanted = {}
    for doc in folds:
        source = next((name for start, name in OF.items() if doc.startswith(start)), None)
        source = source or ("podcasts" if doc.startswith("changelog-") else None)
        if source:
            wanted[doc] = SOURCES.index(source)
    for name in ("train", "more", "further"):
        wanted |= {meeting["id"]: 4 for meeting in read_rows(DATA / "meetings" / f"{name}.jsonl")}
    assert numbers == wanted
    assert set(wanted.values()) == {0, 1, 2, 3, 4}


def sentences(doc, found):
    """Sentences of which some carry a vital lie, as readers marked them."""
    spans = (GoldSpan(0, 10, "VITAL_LIE", kind="EXCUSE", stance="ASSERTED"),)
    return [GoldSentence(doc, turn, 0, 10, "random", spans if yes else ()) for turn, yes in enumerate(found)]


def scored(gold, scores):
    return [
        Prediction(s.doc, s.turn, s.start, s.end, "VITAL_LIE", score, selected=False)
        for s, score in zip(gold, scores, strict=True)
    ]


def test_the_table_gives_what_is_lost_without_the_source():
    gold = sentences("a/one", [1, 0, 1, 0]) + sentences("a/two", [1, 0, 0, 0])
    right, half = [0.9, 0.1, 0.8, 0.2] * 2, [0.9, 0.8, 0.1, 0.2] * 2
    found = table({"calls": gold}, {"ours": scored(gold, right)}, {"ours": scored(gold, half)}, 50)
    headings, _, lie, *others = found.splitlines()
    assert [cell.strip() for cell in headings.strip("|").split("|")][-3:] == ["AP with it", "AP without", "difference"]
    cells = [cell.strip() for cell in lie.strip("|").split("|")]
    assert cells[:4] == ["calls", "VITAL_LIE", "3", "ours"]
    # Two of the three stand first; the third among four, or among all eight.
    before, after = 2 / 3 + 1 / 3 * 3 / 4, 2 / 3 + 1 / 3 * 3 / 8
    assert cells[4:6] == [f"{before:.3f}", f"{after:.3f}"]
    assert cells[6].startswith(f"{after - before:+.3f} [")
    assert len(others) == 2
