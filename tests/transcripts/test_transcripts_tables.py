"""Tables of utterances: how their columns are found, what their times mean, and what is refused."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vitallies.errors import DataError, TranscriptError, UsageError
from vitallies.transcripts import columns, read, read_all, times
from vitallies.transcripts.opening import opened
from vitallies.transcripts.registry import choose

CASES = Path(__file__).parent / "cases"


def table(text, name="calls.csv", **options):
    stream = io.BytesIO(text.encode())
    stream.name = name
    return list(read_all(stream, **options))


def turns(text, **options):
    (transcript,) = table(text, **options)
    return [(turn.speaker, turn.text, turn.start, turn.end) for turn in transcript.turns]


def codes(text, **options):
    (transcript,) = table(text, **options)
    return [warning["code"] for warning in transcript.meta.get("warnings", ())]


def workbook(*rows, format=None):  # noqa: A002
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for cell in book.active["A"] if format else ():
        cell.number_format = format
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("case", ["csv/whisper.tsv", "csv/grouped.csv", "xlsx/sheets.xlsx", "parquet/calls.parquet"])
def test_table_is_told_by_its_content_in_a_stream_without_a_name(case):
    content = (CASES / case).read_bytes()
    with opened(io.BytesIO(content), "text") as source:
        assert choose(source, None).name == case.partition("/")[0]
    assert [found.turns for found in read_all(io.BytesIO(content))] == [found.turns for found in read_all(CASES / case)]


@pytest.mark.parametrize("text", ["text\nHi.\n", "Well, who knows\n", "| Speaker | Text |\n|---|---|\n| Ana | Hi. |\n"])
def test_text_is_not_taken_for_a_table(text):
    with opened(io.StringIO(text), "text") as source:
        assert choose(source, None).name == "text"


def test_ids_are_the_files_own_and_a_blank_one_is_that_above():
    text = "text,speaker,Meeting ID\nHi.,Ana,m-2\nHo.,Bo,\nBye.,Ana,m-1\n"
    assert [(found.id, len(found.turns)) for found in table(text)] == [("m-2", 2), ("m-1", 1)]


def test_doubts_of_one_transcript_are_not_those_of_the_other():
    text = "call_id,text,start,end\na,Hi.,5.5,4.5\nb,Ho.,1.5,2.5\n"
    assert [found.meta.get("timing") for found in table(text)] == [{"end before start": 1}, None]


def test_columns_by_option():
    text = "who,what,when\nAna,Hi.,0:05\n"
    assert turns(text, columns={"start": "when"}) == [("Ana", "Hi.", 5.0, None)]
    assert turns("a,text,b\nx,y,Hi.\n", columns={"text": "b", "speaker": "a"}) == [("x", "Hi.", None, None)]
    with pytest.raises(UsageError, match="text, speaker, start, end, id, not 'words'"):
        table(text, columns={"words": "what"})


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("Wer,Was\nAna,Hallo\n", {}, "no column of text, but 'Wer', 'Was'"),
        ("speaker,text\nAna,Hi.\n", {"columns": {"text": "what"}}, "no column named 'what', but 'speaker', 'text'"),
        ("a,b,c\n", {}, "columns={'speaker'"),
    ],
)
def test_table_without_text_names_its_columns_and_the_option(text, options, says):
    with pytest.raises(TranscriptError, match=r"calls\.csv") as raised:
        table(text, **options)
    assert (raised.value.code, says in raised.value.message) == ("columns", True)


def test_columns_that_may_hold_the_speakers_are_a_doubt():
    assert codes("text,agentName\nHi.,Ana\n") == ["no-speaker"]
    assert codes("text,start\nHi.,0.5\n") == []


def test_rows_without_a_header_are_told_by_what_they_hold():
    text = "0:05,Ana,Is it the tide?\n0:09,Bo,It is always the tide.\n0:12,Ana,Then ask the tide.\n"
    assert turns(text)[1] == ("Bo", "It is always the tide.", 9.0, None)
    assert codes(text) == ["no-header"]


def test_words_in_a_row_are_no_header():
    text = "1,Ana,Is it the tide?\n2,Bo,What?\n3,Ana,Message\n4,Bo,What\n"
    assert [(speaker, words) for speaker, words, _, _ in turns(text)] == [
        ("Ana", "Is it the tide?"),
        ("Bo", "What?"),
        ("Ana", "Message"),
        ("Bo", "What"),
    ]


def test_row_with_too_many_cells_is_refused_where_the_text_is_not_last():
    with pytest.raises(TranscriptError, match="double quotes") as raised:
        table("text,speaker\nWell, no,Ana\n")
    assert raised.value.code == "csv"


def test_long_cell():
    assert len(turns(f"speaker,text\nAna,{'word ' * 50_000}\n")[0][1]) == 249_999


def test_carriage_returns_alone_end_rows():
    assert turns("speaker,text\rAna,Hi.\rBo,Ho.\r", name="x") == [("Ana", "Hi.", None, None), ("Bo", "Ho.", None, None)]


@pytest.mark.parametrize(
    ("header", "cells", "seconds"),
    [
        ("start", ("0", "2480"), (0, 2.48)),  # a word in two thousand seconds is one in two
        ("start", ("0", "4"), (0, 4)),
        ("start", ("0.0", "2480.5"), (0, 2480.5)),
        ("start (s)", ("0", "2480"), (0, 2480)),
        ("StartMs", ("500", "1500"), (0.5, 1.5)),
        ("start", ("1767254400", "1767254460"), (0, 60)),
        ("start", ("1767254400000", "1767254460000"), (0, 60)),
        ("timestamp", ("10:00:05 AM", "10:01:05 AM"), (0, 60)),
        ("timestamp", ("2026-03-02T10:00:05Z", "2026-03-02T10:00:06.25Z"), (0, 1.25)),
        ("time", ("0:05", "75:10"), (5, 4510)),
        ("Timestamp", ("[0.50 - 2.25]", "0:03 --> 0:04"), (0.5, 3)),
    ],
)
def test_times_are_seconds_from_the_beginning(header, cells, seconds):
    text = f"speaker,text,{header}\nAna,Hi.,{cells[0]}\nBo,Ho.,{cells[1]}\n"
    assert tuple(start for _, _, start, _ in turns(text)) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (datetime.time(0, 1, 5, 500_000), 65.5),
        (datetime.timedelta(minutes=2), 120),
        (datetime.datetime(1970, 1, 2), 86400),
        ("12:30 AM", 1800),
        ("١٢", None),
        (float("nan"), None),
        (True, None),
        ("", None),
    ],
)
def test_what_a_cell_stands_for(value, seconds):
    assert times.seconds(value) == seconds


@pytest.mark.parametrize(("format", "start"), [("h:mm", 65), ("h:mm:ss", 3900), ("h:mm AM/PM", 3900)])
def test_time_of_excel_is_what_it_shows(format, start):  # noqa: A002
    content = workbook(("Start", "Text", "Speaker"), (datetime.time(1, 5), "Hi.", "Ana"), format=format)
    assert [turn.start for turn in read(io.BytesIO(content)).turns] == [start]


def test_workbook_that_numbers_its_rows_and_its_size_wrong():
    stream = io.BytesIO(workbook(("Speaker", "Text"), ("Ana", "Hi.")))
    lying = io.BytesIO()
    with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(lying, "w") as other:
        for name in archive.namelist():
            part = archive.read(name).replace(b"A1:B2", b"A1:XFD1048576")
            other.writestr(name, part.replace(b'<row r="2"', b'<row r="99999999999"'))
    lying.seek(0)
    with pytest.raises(TranscriptError, match="no words") as raised:
        read(lying)
    assert raised.value.code == "empty"


def test_workbook_without_rows():
    with pytest.raises(TranscriptError, match="no rows"):
        read(io.BytesIO(workbook()))


def test_small_file_with_rows_without_end_is_refused():
    stream = io.BytesIO()
    rows = 200_000
    pq.write_table(
        pa.table({"text": pa.array(["the tide"] * rows).dictionary_encode(), "speaker": ["Ana"] * rows}), stream
    )
    assert len(stream.getvalue()) < 10_000
    stream.seek(0)
    with pytest.raises(TranscriptError, match="1,000,000 bytes") as raised:
        read(stream, max_size=1_000_000)
    assert raised.value.code == "too-large"


def test_word_lists_of_columns_are_checked_when_loaded(monkeypatch):
    monkeypatch.setattr(columns, "_LISTS", ("text",))
    with pytest.raises(DataError, match=r"columns\.json"):
        columns._lists.__wrapped__()
