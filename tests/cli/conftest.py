import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

import vitallies
from vitallies.classify.store import load_model
from vitallies.cli import main
from vitallies.types import Analysis, AnnotatedSpan, Transcript, Turn

ROOT = Path(vitallies.__file__).parents[1]


@cache
def shipped():
    return load_model(None)


class Fake:
    """Labels "can't"; stands in where the model is not the point."""

    model_id = "fake 1"
    manifest = MappingProxyType({})

    def __init__(self, settings):
        self.settings = {"fast": False, "customers": [], "all_candidates": False, "min_score": None, **settings}

    @property
    def model(self):
        return shipped()

    def analyze(self, what):
        transcript = Transcript("text", (Turn(what),)) if isinstance(what, str) else what
        spans = [
            AnnotatedSpan(transcript.id, number, at, at + 5, "can't", "VITAL_LIE", "assumption", 0.9)
            for number, turn in enumerate(transcript.turns)
            if (at := turn.text.find("can't")) >= 0
        ]
        return Analysis(transcript, spans, self.model_id)


@pytest.fixture
def command():
    """Run the command line as a user does, in a process of its own; returns what subprocess.run does."""

    def run(*arguments, **rest):
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "vitallies", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
            **rest,
        )

    return run


@pytest.fixture
def invoke(monkeypatch, capfd):
    """Run the command line with a model that labels "can't"; returns exit code, stdout, stderr and load's options."""
    loaded = []

    def load(**options):
        loaded.append(options)
        return Fake(options)

    monkeypatch.setitem(vars(vitallies), "load", load)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["vitallies", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_info:
            main()
        return exit_info.value.code, *capfd.readouterr(), loaded

    return run
