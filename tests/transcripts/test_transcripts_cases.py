"""Files that are read: each beside the transcript that is expected of it, in the native format with a comment."""

from pathlib import Path

import pytest

from vitallies.transcripts import read, stem

CASES = Path(__file__).parent / "cases"
FILES = sorted(path for path in CASES.iterdir() if path.suffix != ".json")


def test_every_case_is_found():
    assert len(FILES) == len(list(CASES.glob("*.expected.json"))) == 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_gives_the_expected_turns(path):
    found = read(path)
    expected = read(path.with_name(f"{stem(path)}.expected.json"))
    assert [(turn.speaker, turn.text) for turn in found.turns] == [(turn.speaker, turn.text) for turn in expected.turns]
    assert found.turns == expected.turns
    assert found.meta == {key: value for key, value in expected.meta.items() if key != "comment"}
    assert found.id == stem(path)
    assert (found.title, found.date, found.source, found.language) == (None, None, None, None)
