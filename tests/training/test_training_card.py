"""The model card keeps the benchmark's section, which the training does not write."""

import json

import pytest

from vitallies.classify.store import find_model, load_model
from vitallies.errors import DataError
from vitallies.training.card import benchmark_of, model_card, with_benchmark
from vitallies.training.run import write_model

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


def test_a_new_model_keeps_the_section(tmp_path):
    model = load_model(find_model())
    write_model(model, tmp_path)
    card = tmp_path / "CARD.md"
    fresh = card.read_text(encoding="utf-8")
    assert benchmark_of(fresh) == ""
    card.write_text(with_benchmark("An older card.\n" + TEXT, "measured\n"), encoding="utf-8")
    write_model(model, tmp_path)
    assert card.read_text(encoding="utf-8") == with_benchmark(fresh, "measured\n")


def test_a_figure_that_nothing_tells_is_left_open():
    manifest = json.loads((find_model() / "manifest.json").read_text(encoding="utf-8"))
    manifest["scores"]["default"]["corpora"]["VITAL_LIE"]["kind_accuracy"] = None
    assert "the kind is right for –" in model_card(manifest)
