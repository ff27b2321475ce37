"""Out-of-fold scores: kept without words, and taken for the examples that they are of alone."""

import gzip
import json

import numpy as np
import pytest

from vitallies.errors import DataError
from vitallies.evaluation import GoldSentence, Prediction
from vitallies.training.out_of_fold import OutOfFold, counted

ODDS = np.array([[-3.25, 0, 1.5, 2, -8.5, 0.125], [0, 0, 0, 0, 0, 0]], np.float32)
SCORES = OutOfFold(
    "3f2a",
    {"default": ODDS, "fast": -ODDS},
    {
        "default": [
            Prediction("meetings/a", 3, 0, 12, "VITAL_LIE", 0.75, True, "MYTH", "ASSERTED"),
            Prediction("b", 0, 4, 9, "CHALLENGE", 0.01, False),
        ],
        "fast": [],
    },
)


def test_they_come_back_as_they_were_written(tmp_path):
    SCORES.write(tmp_path / "scores")
    found = OutOfFold.read(tmp_path / "scores")
    assert found.digest == "3f2a"
    assert found.predictions == SCORES.predictions
    assert list(found.log_odds) == ["default", "fast"]
    for kind, odds in found.log_odds.items():
        assert odds.dtype == np.float32
        np.testing.assert_allclose(odds, SCORES.log_odds[kind], rtol=1e-3)


def test_what_counts_is_selected_or_in_a_labelled_sentence():
    gold = [GoldSentence("a", 0, 10, 20, "random", ()), GoldSentence("a", 2, 0, 5, "random", ())]

    def found(turn, start, end, *, doc="a", selected=False):
        return Prediction(doc, turn, start, end, "CHALLENGE", 0.2, selected)

    inside = [found(0, 5, 11), found(0, 19, 30), found(2, 1, 2), found(1, 0, 5, selected=True)]
    outside = [found(0, 0, 10), found(0, 20, 25), found(1, 0, 5), found(0, 12, 15, doc="b")]
    assert counted([*inside, *outside], gold) == inside


@pytest.mark.parametrize("kept", [0, 15])
@pytest.mark.parametrize("gone", ["log_odds.npz", "default.jsonl.gz"])
def test_what_is_missing_or_broken_is_refused_with_the_cure(tmp_path, gone, kept):
    SCORES.write(tmp_path)
    (tmp_path / gone).write_bytes((tmp_path / gone).read_bytes()[:kept] + b"PK")
    with pytest.raises(DataError, match=r"holds no out-of-fold scores .*: run `vitallies evaluate --folds"):
        OutOfFold.read(tmp_path)
    (tmp_path / gone).unlink()
    with pytest.raises(DataError, match="holds no out-of-fold scores"):
        OutOfFold.read(tmp_path)


def test_no_array_is_unpickled(tmp_path):
    SCORES.write(tmp_path)
    np.savez_compressed(tmp_path / "log_odds.npz", digest=np.array("3f2a"), default=np.array([object()], object))
    with pytest.raises(DataError, match="allow_pickle"):
        OutOfFold.read(tmp_path)


def test_the_files_hold_no_words(tmp_path):
    SCORES.write(tmp_path)
    with gzip.open(tmp_path / "default.jsonl.gz", "rt", encoding="utf-8") as lines:
        keys = {key for line in lines for key in json.loads(line)}
    assert keys == {"doc", "turn", "start", "end", "label", "score", "selected", "kind", "stance"}
