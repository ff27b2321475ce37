"""The benchmark's table in README and model card."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import table
from systems import OURS, RULES, TEACHER, TOKENISER

from vitallies.errors import DataError
from vitallies.labels import LABELS
from vitallies.training.card import with_benchmark

ROOT = Path(__file__).parents[2]
MARKED = "# Title\n\n<!-- benchmark -->\nstale\n<!-- /benchmark -->\n\nEnd\n"


def report(value: float) -> dict[str, dict[str, object]]:
    intervals = dict.fromkeys(("F1", "AP", "span_F1"), (value - 0.1, value + 0.1))
    figures = {"F1": value, "AP": value, "span_F1": value, "intervals": intervals}
    return {**{label: {**figures, "gold": 3} for label in LABELS}, "core": figures}


@pytest.fixture
def parts():
    values = {OURS["default"]: 0.5, RULES: 0.25, TEACHER: 0.75}
    return {name: {"systems": {k: report(v) for k, v in values.items()}, "differences": {}} for name in table.TITLES}


@pytest.fixture
def bench(tmp_path, monkeypatch, parts):
    """The command with nothing measured, writing into two files."""
    words = {OURS["default"]: 4321.0, RULES: 987654.3, TOKENISER: 250000.0}
    speeds = {"systems": {name: {"words_per_second": value} for name, value in words.items()}, "bytes_multiplied": True}
    monkeypatch.setattr(table, "timed", lambda args: speeds)
    monkeypatch.setattr(table, "labelled", lambda args: None)
    monkeypatch.setattr(table, "folds", lambda args, data: parts)
    monkeypatch.setattr(table, "load_model", lambda model: SimpleNamespace(id="toy 1.0 abcd"))
    readme, card = tmp_path / "README.md", tmp_path / "CARD.md"
    for path in (readme, card):
        path.write_text(MARKED, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["table.py", "--readme", str(readme), "--card", str(card)])
    return readme, card


def test_both_files_are_written_between_their_marks(bench):
    table.main()
    readme, card = (path.read_text(encoding="utf-8") for path in bench)
    for text in (readme, card):
        assert text.startswith("# Title\n\n<!-- benchmark -->\n")
        assert text.endswith("|\n<!-- /benchmark -->\n\nEnd\n")
        assert "stale" not in text
        assert "toy 1.0 abcd" in text
        assert "250,000" in text
        span = "0.500 [0.400, 0.600]"
        assert f"| {OURS['default']} | {span} | {span} | {span} | 4,321 |\n" in text
        assert "0.350] | 987,654 |\n" in text
        assert f"| {TEACHER} |" in text
        assert "0.850] | – |\n" in text
    assert "CHALLENGE" not in readme
    assert card.count("| CHALLENGE | 3 | keyword rules |") == 2
    table.main()
    assert [path.read_text(encoding="utf-8") for path in bench] == [readme, card]


def test_without_a_teacher_it_has_no_row(bench, parts):
    for part in parts.values():
        del part["systems"][TEACHER]
    table.main()
    assert all(TEACHER not in path.read_text(encoding="utf-8") for path in bench)


def test_nothing_is_measured_where_a_file_has_no_place(bench, monkeypatch):
    bench[1].write_text("# Title\n", encoding="utf-8")
    monkeypatch.setattr(table, "timed", lambda args: pytest.fail("measured"))
    with pytest.raises(DataError, match="no place for the benchmark"):
        table.main()
    assert bench[0].read_text(encoding="utf-8") == MARKED


@pytest.mark.parametrize("path", ["README.md", "models/default/CARD.md"])
def test_the_files_of_the_project_have_a_place(path):
    with_benchmark((ROOT / path).read_text(encoding="utf-8"), "")
