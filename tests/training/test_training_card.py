"""The model card keeps the benchmark's section, which the training does not write."""

import json
from dataclasses import replace

import pytest

from vitallies.classify.store import find_model, load_model
from vitallies.errors import DataError
from vitallies.training.card import benchmark_of, model_card, with_benchmark
from vitallies.training.run import write_model

PARTS = {
    "source": {
        "earnings21": {
            "sentences": 12,
            "VITAL_LIE": {"gold": 1, "AP": 0.5, "F1": None},
            "CUSTOMER_FOCUSED": {"gold": 3, "AP": 0.25, "F1": 0.4},
            "CUSTOMER_CENTRIC": {"gold": 0, "AP": None, "F1": None},
        }
    },
    "speaker": {},
}
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


@pytest.fixture
def manifest():
    """The shipped model's, with parts of our own."""
    return json.loads((find_model() / "manifest.json").read_text(encoding="utf-8")) | {"parts": PARTS}


def test_a_new_model_keeps_the_section(tmp_path, manifest):
    model = replace(load_model(find_model()), manifest=manifest)
    write_model(model, tmp_path)
    card = tmp_path / "CARD.md"
    fresh = card.read_text(encoding="utf-8")
    assert benchmark_of(fresh) == ""
    card.write_text(with_benchmark("An older card.\n" + TEXT, "measured\n"), encoding="utf-8")
    write_model(model, tmp_path)
    assert card.read_text(encoding="utf-8") == with_benchmark(fresh, "measured\n")


def test_parts_stand_in_a_table_each(manifest):
    lines = model_card(manifest).splitlines()
    assert "| earnings21 | 12 | 1 | 0.500 | – | 3 | 0.250 | 0.400 | 0 | – | – |" in lines
    assert [line.split(" | ")[0] for line in lines if " | sentences | " in line] == ["| source", "| speaker"]


def test_a_figure_that_nothing_tells_is_left_open(manifest):
    manifest["scores"]["default"]["corpora"]["VITAL_LIE"]["kind_accuracy"] = None
    assert "the kind is right for –" in model_card(manifest)
