import os
import subprocess
import sys
from pathlib import Path

import pytest

import vitallies


def test_help_names_the_verbs(command):
    done = command("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert [verb in done.stdout for verb in ("score", "analyze")] == [True, True]


def test_version(command):
    done = command("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"vitallies {vitallies.__version__}\n", "")


@pytest.mark.parametrize("verb", ["score", "analyze"])
def test_help_of_a_verb(command, verb):
    assert command(verb, "--help").returncode == 0


def test_help_loads_nothing_heavy():
    code = """
import sys
sys.argv = ["vitallies", "score", "--help"]
from vitallies.cli import main
try:
    main()
except SystemExit:
    pass
heavy = {"spacy", "sklearn", "numpy", "pandas", "pyarrow", "joblib", "onnxruntime"} & set(sys.modules)
sys.exit(f"loaded {heavy}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_verb_is_exit_code_2(command):
    assert command("scroe", "x").returncode == 2


def test_signs_that_the_output_does_not_know_are_replaced():
    text = "Łukasz says we can't \N{GRINNING FACE}."
    done = subprocess.run(
        [sys.executable, "-m", "vitallies", "analyze", text],
        capture_output=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(vitallies.__file__).parents[1]), "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?ukasz says we can't" in done.stdout
