"""Every case spoilt in many ways: a reader gives transcripts that can be written or a TranscriptError, and no more."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import HOSTILE, SORTS, VALUES, Change, changed
from test_transcripts_cases import CASES, FILES, expected

from vitallies.errors import TranscriptError
from vitallies.transcripts import formats, read_all

CHANGES = st.lists(
    st.builds(
        Change,
        st.sampled_from(SORTS),
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 8 * max(len(HOSTILE), len(VALUES))),
    ),
    min_size=1,
    max_size=3,
)
REGRESSIONS = sorted(path for path in (Path(__file__).parent / "regressions").glob("*") if path.is_file())


def check(content, name, told=None):
    """Read a file, as what it seems to be or as a format that is told: nothing but a TranscriptError may come of it."""
    stream = content if isinstance(content, io.StringIO) else io.BytesIO(content)
    stream.name = name
    try:
        for transcript in read_all(stream, told):
            transcript.to_json().encode()
    except TranscriptError as error:
        message = str(error)
        assert message.startswith(name)
        message.encode()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CASES).as_posix())
@settings(max_examples=40, derandomize=True)
@given(changes=CHANGES, other=st.sampled_from(FILES), told=st.booleans())
def test_spoilt_files_are_read_or_refused(path, changes, other, told):
    content = changed(path.read_bytes(), changes, other.read_bytes())
    cases = json.loads(expected(path).read_text(encoding="utf-8"))
    said = cases[0] if isinstance(cases, list) else cases
    check(content, path.name, said["format"] if told else None)


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.name)
def test_what_fuzzing_found_stays_mended(path):
    """Called ``<format>.<what was wrong>.<suffix>``."""
    check(path.read_bytes(), path.name, path.name.split(".")[0])


@pytest.mark.parametrize("item", formats(), ids=lambda item: item.name)
def test_what_is_no_file_of_a_format_is_refused_by_it(item):
    for content in (
        b"\0",
        b"\0" * 600,
        b"{",
        b"[[[[",
        b"<a>",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"%PDF-1.7",
        b"WEBVTT",
    ):
        for suffix in item.suffixes or ("",):
            check(content, f"x{suffix}", item.name)
            check(content, f"x{suffix}")
    for text in ("Ana: \ud800 we wait.\nBen: \udfff\n" * 3, '{"turns": [{"text": "\ud83d"}]}', "\0"):
        check(io.StringIO(text), "x.txt", item.name)
