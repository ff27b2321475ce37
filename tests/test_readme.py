"""The README is executed: its Python as doctests, its commands as a shell would run them."""

import doctest
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    (lines[0], "\n".join(lines[1:]).strip())
    for kind, block in BLOCKS
    if kind == "console"
    for lines in (part.strip("\n").split("\n") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:])
]


def test_python_blocks(monkeypatch):
    monkeypatch.chdir(ROOT)
    source = "\n".join(block for kind, block in BLOCKS if kind == "python")
    test = doctest.DocTestParser().get_doctest(source, {}, "README", "README.md", 0)
    assert len(test.examples) >= 8
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test)
    assert results.failed == 0


@pytest.mark.parametrize(("command", "expected"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_commands(command, expected, tmp_path):
    words = shlex.split(command)
    assert words[0] == "vitallies"
    words = [str(tmp_path / word) if before == "--out" else word for before, word in pairwise(words)]
    run = subprocess.run(
        [sys.executable, "-m", "vitallies", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    shown = run.stdout.replace(f"{tmp_path}/", "")
    for line in expected.splitlines():
        assert line.strip() in shown


def test_the_readme_opens_with_an_example_and_has_commands():
    assert README.index("```python") < 1200
    assert len(COMMANDS) >= 3
