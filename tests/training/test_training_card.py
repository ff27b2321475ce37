"""The model card keeps the benchmark's section, which the training does not write."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from vitallies.classify.store import find_model
from vitallies.errors import DataError
from vitallies.training import run as home
from vitallies.training.card import benchmark_of, with_benchmark

TEXT = "# Title\n\n<!-- benchmark -->\n| a | b |\n<!-- /benchmark -->\n\nEnd\n"


def test_the_section_is_read_and_replaced():
    assert benchmark_of(TEXT) == "| a | b |\n"
    assert benchmark_of(with_benchmark(TEXT, "")) == ""
    assert with_benchmark(with_benchmark(TEXT, "{x}\n"), benchmark_of(TEXT)) == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!-- benchmark -->\n",
        "<!-- /benchmark -->\n",
        "<!-- /benchmark -->\n<!-- benchmark -->\n",
        TEXT + TEXT,
    ],
)
def test_a_text_without_a_place_is_refused(text):
    with pytest.raises(DataError, match="write the lines <!-- benchmark --> and <!-- /benchmark -->"):
        with_benchmark(text, "new\n")


def test_a_new_model_keeps_the_section(tmp_path, monkeypatch):
    manifest = find_model() / "manifest.json"
    monkeypatch.setattr(home, "save_model", lambda model, out: shutil.copy(manifest, out / "manifest.json"))
    monkeypatch.setattr(home, "replace", lambda model, **_: model)
    found = SimpleNamespace(model=SimpleNamespace(tagger=SimpleNamespace(heads=np.array([]))), predictions={})
    home.write_model(found, tmp_path, tmp_path)
    card = tmp_path / "CARD.md"
    fresh = card.read_text(encoding="utf-8")
    assert benchmark_of(fresh) == ""
    card.write_text(with_benchmark("An older card.\n" + TEXT, "measured\n"), encoding="utf-8")
    home.write_model(found, tmp_path, tmp_path)
    assert card.read_text(encoding="utf-8") == with_benchmark(fresh, "measured\n")
