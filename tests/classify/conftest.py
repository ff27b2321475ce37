"""A model in a folder of its own."""

import pytest
from classify_toys import toy_model

from vitallies.classify.store import save_model


@pytest.fixture
def saved(tmp_path):
    """A folder with a model of its own: loading is remembered by folder and content."""
    save_model(toy_model(tmp_path / "source"), tmp_path / "model")
    return tmp_path / "model"
