import subprocess
import sys

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
