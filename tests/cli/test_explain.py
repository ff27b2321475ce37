"""``vitallies explain``, as a user runs it."""

import subprocess
import sys


def explain(*words):
    return subprocess.run(
        [sys.executable, "-m", "vitallies", "explain", *words], capture_output=True, text=True, check=False
    )


def test_candidates_scores_thresholds_and_words():
    run = explain("There's nothing we can do about it. The meeting is on Tuesday.")
    assert run.returncode == 0, run.stderr
    assert "✓" in run.stdout
    assert "VITAL_LIE" in run.stdout
    assert "threshold" in run.stdout
    assert "occlusion: “nothing”" in run.stdout


def test_fast_needs_no_encoder():
    run = explain("--fast", "There's nothing we can do about it.")
    assert run.returncode == 0, run.stderr
    assert "occlusion" in run.stdout


def test_equal_sentences_are_explained_apart():
    run = explain("--fast", "There's nothing we can do about it. There's nothing we can do about it.")
    titles = [line for line in run.stdout.splitlines() if line.strip() == "There's nothing we can do about it."]
    assert len(titles) == 2
