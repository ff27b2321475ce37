"""``vitallies evaluate`` and ``train``, as a user runs them."""

import gzip
import json
import subprocess
import sys

import numpy as np
import pytest

from vitallies.training.out_of_fold import OutOfFold

TURNS = ["There's nothing we can do about it.", "The parcel is on the table."]


def vitallies(*words):
    return subprocess.run([sys.executable, "-m", "vitallies", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def files(tmp_path):
    transcript = {"id": "talk/1", "turns": [{"speaker": "A", "text": text} for text in TURNS]}
    (tmp_path / "talk.jsonl").write_text(json.dumps(transcript) + "\n", encoding="utf-8")
    lie = {"start": 0, "end": len(TURNS[0]) - 1, "label": "VITAL_LIE", "kind": "EXCUSE", "stance": "ASSERTED"}
    rows = [
        {"doc": "talk/1", "turn": turn, "start": 0, "end": len(text), "sampling": "random", "spans": [lie][turn:]}
        for turn, text in enumerate(TURNS)
    ]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path


def test_figures_and_kept_predictions(files):
    run = vitallies(
        "evaluate", str(files / "gold.jsonl"), "--corpora", str(files / "talk.jsonl"), "--json", "--jobs", "1",
        "--resamples", "0", "--out", str(files / "out"),
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)["VITAL_LIE"]
    assert (found["gold"], found["predicted"], found["F1"], found["span_F1"]) == (1, 1, 1.0, 1.0)
    with gzip.open(files / "out" / "default.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    best = max(rows, key=lambda row: row["score"])
    assert (best["turn"], best["label"], best["kind"], best["selected"]) == (0, "VITAL_LIE", "EXCUSE", True)
    assert not {"text", "sentence", "evidence"} & best.keys()


def test_a_document_without_a_transcript_is_named(files):
    (files / "talk.jsonl").write_text('{"id": "other", "turns": []}\n', encoding="utf-8")
    run = vitallies("evaluate", str(files / "gold.jsonl"), "--corpora", str(files / "talk.jsonl"))
    assert run.returncode == 2
    assert "'talk/1'" in run.stderr
    assert "--corpora" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("content", ["[1, 2]", "{", '{"a": "x"}'])
def test_folds_that_are_none_are_refused(files, content):
    (files / "folds.json").write_text(content, encoding="utf-8")
    run = vitallies("evaluate", "--folds", str(files / "folds.json"))
    assert run.returncode == 2
    assert "folds.json must hold a JSON object" in run.stderr


def test_scores_of_both_heads_are_not_written_over_by_those_of_one(files):
    (files / "scores").mkdir()
    (files / "scores" / "default.jsonl.gz").touch()
    (files / "folds.json").write_text('{"a": 0}', encoding="utf-8")
    run = vitallies("evaluate", "--folds", str(files / "folds.json"), "--fast", "--out", str(files / "scores"))
    assert run.returncode == 2
    assert "name another folder with --out" in run.stderr
    assert (files / "scores" / "default.jsonl.gz").stat().st_size == 0


def test_training_without_corpora_says_what_to_give(tmp_path):
    odds = np.zeros((1, 6), np.float32)
    OutOfFold("", {"default": odds, "fast": odds}, {"default": [], "fast": []}).write(tmp_path / "scores")
    places = [
        "--scores",
        str(tmp_path / "scores"),
        "--corpora",
        str(tmp_path),
        "--out",
        str(tmp_path / "model"),
        "--work",
        str(tmp_path / "work"),
    ]
    run = vitallies("train", *places)
    assert run.returncode == 2
    assert "--corpora" in run.stderr
    assert not (tmp_path / "model").exists()
