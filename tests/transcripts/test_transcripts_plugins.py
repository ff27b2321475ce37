"""Formats that other packages register by entry point."""

import io
import sys

import pytest

from vitallies.errors import UsageError
from vitallies.transcripts import formats, is_transcript, read, registry, stem

READER = """
from vitallies.transcripts import Format
from vitallies.types import Transcript, Turn


def read(source):
    for number, line in enumerate(source.text().splitlines(), 1):
        if number > 1:
            speaker, text = line.split("|")
            yield Transcript(f"{source.id}#{number}", (Turn(text, speaker),))


FORMAT = Format("bars", (".bars",), "a line a turn", read, lambda source: source.head.startswith(b"BARS"))
NO_FORMAT = {}
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install a package that registers a name of its module; returns a function that does so."""

    def install(name):
        (tmp_path / "bars_reader.py").write_text(READER, encoding="utf-8")
        info = tmp_path / "bars_reader-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bars-reader\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[vitallies.formats]\nbars = bars_reader:{name}\n", encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        registry.formats.cache_clear()

    yield install
    monkeypatch.undo()
    registry.formats.cache_clear()
    sys.modules.pop("bars_reader", None)


def test_it_is_listed_recognised_and_walked_like_ours(installed, tmp_path):
    assert not is_transcript("call.bars")
    installed("FORMAT")
    assert [item.name for item in formats()][:1] == ["bars"]
    assert (is_transcript("call.bars"), stem("call.bars.gz")) == (True, "call")
    path = tmp_path / "call.txt"
    path.write_text("BARS\nAna|We wait.\n", encoding="utf-8")
    for found in (read(path), read(io.StringIO("BARS\nAna|We wait.\n")), read(path, format="bars")):
        assert [(turn.speaker, turn.text) for turn in found.turns] == [("Ana", "We wait.")]
    assert read(path).id == "call#2"


def test_what_is_no_format_is_an_error_of_use(installed):
    installed("NO_FORMAT")
    with pytest.raises(UsageError, match="must name a Format"):
        formats()
