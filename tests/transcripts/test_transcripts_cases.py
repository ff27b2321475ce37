"""Files that are read: each beside what is expected of it, in the native format (of several transcripts, a list).

``comment`` says what the case is about, ``follows`` whose shape it has, ``format`` which reader takes it.
"""

import json
from pathlib import Path

import pytest

from vitallies.transcripts import read_all, stem
from vitallies.transcripts.opening import opened
from vitallies.transcripts.registry import choose

CASES = Path(__file__).parent / "cases"
EXPECTED = ".expected.json"
FILES = sorted(path for path in CASES.rglob("*") if path.is_file() and not path.name.endswith((EXPECTED, "bad.json")))
SAID_OF_THE_CASE = {"comment", "follows", "format"}


def expected(path):
    return path.with_name(f"{stem(path)}{EXPECTED}")


def test_every_case_is_found():
    assert {expected(path) for path in FILES} == set(CASES.rglob(f"*{EXPECTED}"))
    assert len(FILES) >= 8


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CASES).as_posix())
def test_file_gives_the_expected_turns(path):
    found = list(read_all(path))
    cases = json.loads(expected(path).read_text(encoding="utf-8"))
    said = cases[0] if isinstance(cases, list) else cases
    wanted = list(read_all(expected(path)))
    assert [[(turn.speaker, turn.text) for turn in transcript.turns] for transcript in found] == [
        [(turn.speaker, turn.text) for turn in transcript.turns] for transcript in wanted
    ]
    for transcript, other in zip(found, wanted, strict=True):
        assert transcript.turns == other.turns
        assert transcript.meta == {key: value for key, value in other.meta.items() if key not in SAID_OF_THE_CASE}
        assert (transcript.title, transcript.date, transcript.language) == (other.title, other.date, other.language)
        if not isinstance(cases, list):
            assert transcript.id == stem(path)
    with opened(path, "case") as source:
        assert choose(source, None).name == said["format"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CASES).as_posix())
def test_what_was_read_is_read_back_unchanged(path, tmp_path):
    for transcript in read_all(path):
        back = tmp_path / "back.json"
        back.write_text(transcript.to_json(), encoding="utf-8")
        assert list(read_all(back)) == [transcript]
