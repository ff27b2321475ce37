"""Fixtures that every folder shares, and the settings of hypothesis."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import vitallies

ROOT = Path(__file__).parents[1]

settings.register_profile("vitallies", deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("vitallies")


@pytest.fixture(scope="session")
def analyzer():
    """The shipped model as a user loads it."""
    return vitallies.load()


@pytest.fixture(scope="session")
def everything():
    """The shipped model, with a span for every candidate and label."""
    return vitallies.load(all_candidates=True)


@pytest.fixture(scope="session")
def fast():
    """The heads that need no encoder, with a span for every candidate and label."""
    return vitallies.load(fast=True, all_candidates=True)


@pytest.fixture(scope="session")
def run_python(tmp_path_factory):
    """Run a script in a process of its own, outside the repository; return what it printed."""

    def run(script: str, *args: object, check: bool = True, **env: str) -> str:
        path = tmp_path_factory.mktemp("script") / "script.py"
        path.write_text(script, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-W", "error", str(path), *map(str, args)],
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=path.parent,
            env={**os.environ, "PYTHONPATH": _absolute(os.environ.get("PYTHONPATH")), "PYTHONUTF8": "1", **env},
        )
        if check and done.returncode:
            pytest.fail(f"the script ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    return run


def _absolute(places: str | None) -> str:
    return os.pathsep.join(str(Path(place).resolve()) for place in (places or "").split(os.pathsep) if place)
