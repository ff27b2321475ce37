"""What `import vitallies` brings, and what it leaves for later."""

import json
import re
from importlib.metadata import version

import pytest

import vitallies

HEAVY = (
    "spacy",
    "sklearn",
    "scipy",
    "numpy",
    "pandas",
    "pyarrow",
    "onnxruntime",
    "tokenizers",
    "joblib",
    "torch",
    "typer",
)


def test_the_public_names():
    assert sorted(vitallies.__all__) == [
        "Analysis",
        "Analyzer",
        "AnnotatedSpan",
        "Evidence",
        "Transcript",
        "Turn",
        "VitalliesError",
        "analyze",
        "load",
        "read",
        "read_all",
        "summarize",
    ]
    for name in vitallies.__all__:
        assert getattr(vitallies, name).__name__ == name
    assert set(vitallies.__all__) <= set(dir(vitallies))


def test_star_import_gives_them():
    names = {}
    exec("from vitallies import *", names)  # noqa: S102
    assert set(vitallies.__all__) <= set(names)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'vitallies' has no attribute 'analyse'"):
        _ = vitallies.analyse
    assert not hasattr(vitallies, "__wrapped__")


def test_the_version_is_that_of_the_package():
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", vitallies.__version__)
    assert version("vitallies") == vitallies.__version__


@pytest.mark.parametrize(
    ("statement", "without"),
    [
        ("import vitallies", HEAVY),
        ("import vitallies; vitallies.Turn; vitallies.Transcript; vitallies.VitalliesError", HEAVY),
        ("import vitallies; vitallies.read", ("spacy", "sklearn", "scipy", "pandas", "onnxruntime", "torch")),
    ],
)
def test_heavy_imports_wait_until_they_are_needed(run_python, statement, without):
    printed = run_python(f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))")
    loaded = set(json.loads(printed))
    assert "vitallies" in loaded
    assert not loaded & set(without)


@pytest.mark.parametrize("settings", ["", "fast=True"])
def test_analysing_needs_neither_scikit_learn_nor_pandas(run_python, settings):
    printed = run_python(
        f"""
import json, sys
import spacy, onnxruntime  # bring what they please
before = set(sys.modules)
import vitallies
vitallies.load({settings}).analyze("We can't control that.")
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    )
    loaded = set(json.loads(printed))
    assert "vitallies.api" in loaded
    assert not loaded & {"sklearn", "pandas", "pyarrow", "torch", "joblib", "vitallies.training", "vitallies.cli"}


def test_importing_changes_neither_warnings_nor_logging_nor_the_environment(run_python):
    run_python(
        """
import logging, os, warnings


def state():
    logger = logging.getLogger()
    return list(warnings.filters), list(logger.handlers), logger.level, dict(os.environ)


before = state()
import vitallies

vitallies.Turn("Hi.")
assert state() == before
"""
    )
