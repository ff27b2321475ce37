"""Word, OpenDocument and PDF: what is refused, and how a document is told."""

import io
import re
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest

from vitallies.errors import MissingExtraError, TranscriptError
from vitallies.transcripts import read, read_all
from vitallies.transcripts.dates import written_date
from vitallies.transcripts.opening import opened
from vitallies.transcripts.registry import choose

CASES = Path(__file__).parent / "cases"

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body, front=""):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"{front}<w:document {W}><w:body>{body}</w:body></w:document>")
    return stream.getvalue()


def odt(body):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", f"<document><body><text>{body}</text></body></document>")
    return stream.getvalue()


def paragraphs(*texts):
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in texts)


def row(*cells):
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


def pdf(pages=1, password=None):
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, "owner", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def said(content, **options):
    return [(turn.speaker, turn.text) for turn in read(io.BytesIO(content), **options).turns]


def refused(content, format=None, **options):  # noqa: A002
    with pytest.raises(TranscriptError) as raised:
        list(read_all(io.BytesIO(content), format=format, **options))
    return raised.value


@pytest.mark.parametrize("case", ["docx/teams.docx", "docx/transcribe.docx", "odt/minutes.odt", "pdf/minutes.pdf"])
def test_document_is_told_by_its_content_in_a_stream_without_a_name(case):
    content = (CASES / case).read_bytes()
    with opened(io.BytesIO(content), "text") as source:
        assert choose(source, None).name == case.partition("/")[0]
    assert read(io.BytesIO(content)).turns == read(CASES / case).turns


def test_zip_of_other_things_is_no_document():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word.txt", "Ana: Hi.")
        archive.write(CASES / "docx" / "teams.docx", "calls/teams.docx")
    error = refused(stream.getvalue(), "docx")
    assert (error.code, "no Word document" in error.message) == ("document", True)
    stream.seek(0)
    with opened(stream, "text") as source:
        assert choose(source, None).name not in ("docx", "odt", "xlsx")


@pytest.mark.parametrize("format", ["docx", "odt", "xlsx"])
@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"PK\x03\x04 and no more", "document", "cut off or damaged"),
        (b"Ana: Hi.", "document", "save or download it again"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "encrypted", "without a password"),
    ],
    ids=["cut", "text", "encrypted"],
)
def test_what_is_no_document_is_refused(format, content, code, says):  # noqa: A002
    error = refused(content, format)
    assert (error.code, says in error.message) == (code, True)


def test_zip_bomb_is_refused_before_it_is_unpacked():
    error = refused(docx(paragraphs("x" * 100_000)), max_size=10_000)
    assert (error.code, "10,000 bytes" in error.message) == ("too-large", True)


def test_entity_bomb_is_refused():
    bomb = '<!DOCTYPE b [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    error = refused(docx(paragraphs("Ana: &b;"), bomb))
    assert (error.code, "word/document.xml" in error.message) == ("document", True)


def test_tables_without_end_in_each_other_are_refused():
    deep = "<w:tbl><w:tr><w:tc>" * 21 + "</w:tc></w:tr></w:tbl>" * 21
    assert refused(docx(deep)).code == "document"


@pytest.mark.parametrize("content", [docx(paragraphs("", " ")), docx(""), odt("")], ids=["blank", "no body", "odt"])
def test_document_without_words_is_empty(content):
    error = refused(content)
    assert (error.code, "holds no words that anybody says: check the export" in error.message) == ("empty", True)


def test_table_in_a_cell_and_text_around_a_small_table():
    inner = f"<w:tbl>{row(paragraphs('Ana: Hi.'))}{row(paragraphs('Bo: Ho.'))}</w:tbl>"
    assert said(docx(f"<w:tbl>{row(inner)}</w:tbl>")) == [("Ana", "Hi."), ("Bo", "Ho.")]
    people = (
        f"<w:tbl>{row(paragraphs('Speaker'), paragraphs('Text'))}{row(paragraphs('Ana'), paragraphs('cat'))}</w:tbl>"
    )
    spoken = paragraphs("Ana: We never ask the people on the quay.", "Bo: Ask them.")
    assert said(docx(people + spoken)) == [("Ana", "We never ask the people on the quay."), ("Bo", "Ask them.")]


def test_cell_over_two_columns_keeps_the_places_of_those_behind_it():
    span = f'<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{paragraphs("Bo")}'
    header = row(*map(paragraphs, ("Speaker", "Role", "Text")))
    body = f"<w:tbl>{header}{row(span, paragraphs('Hi.'))}</w:tbl>"
    assert said(docx(body)) == [("Bo", "Hi.")]


def test_columns_of_a_table_by_option():
    body = f"<w:tbl>{row(*map(paragraphs, ('Wer', 'Was')))}{row(*map(paragraphs, ('Ana', 'Hi you.')))}</w:tbl>"
    assert said(docx(body), columns={"speaker": "Wer", "text": "Was"}) == [("Ana", "Hi you.")]


def test_transcript_of_another_format_pasted_into_word():
    lines = ("WEBVTT", "", "00:01.000 --&gt; 00:02.000", "&lt;v Ana&gt;Hi.")
    assert said(docx(paragraphs(*lines))) == [("Ana", "Hi.")]


def test_teams_without_speakers_names_nobody():
    assert said(docx(paragraphs("0:0:1.0 --&gt; 0:0:2.5", "Nobody is named here."))) == [
        (None, "Nobody is named here.")
    ]


def test_line_that_ends_with_a_time_makes_no_teams():
    lines = ("Ana: When do we meet?", "Bo: Half past ten it is.", "Room four   11:00", "Ana: Fine.")
    assert [speaker for speaker, _ in said(docx(paragraphs(*lines)))] == ["Ana", "Bo", "Ana"]


def test_teams_says_in_another_language_that_the_transcription_ends():
    lines = ("Ana Berg   0:03", "Hej alla.", "Bo Ek   0:05", "Hej.", "", "Ana Berg stoppade transkriberingen")
    transcript = read(io.BytesIO(docx(paragraphs(*lines))))
    assert [turn.text for turn in transcript.turns] == ["Hej alla.", "Hej."]
    assert transcript.meta["skipped"] == {"system messages": 1}


@pytest.mark.parametrize(("text", "day"), [("2nd March 2026", "2026-03-02"), ("Sept. 9, 2026", "2026-09-09")])
def test_day_that_is_written_out(text, day):
    assert str(written_date(text)) == day


def test_scan_is_refused_and_names_the_remedy():
    error = refused(pdf())
    assert (error.code, "OCR" in error.message) == ("no-text", True)


def test_page_without_text_is_a_doubt():
    writer = pypdf.PdfWriter(clone_from=CASES / "pdf" / "teams.pdf")
    writer.add_blank_page(200, 200)
    stream = io.BytesIO()
    writer.write(stream)
    stream.seek(0)
    (warning,) = read(stream).meta["warnings"]
    assert (warning["code"], warning["message"][:6]) == ("no-text", "1 of 2")


def test_password_of_a_pdf():
    assert refused(pdf(password="secret")).code == "encrypted"  # noqa: S106
    assert refused(pdf(password="")).code == "no-text"  # it opens, and has no text


def test_damaged_pdf_is_refused_or_read_with_a_doubt():
    content = (CASES / "pdf" / "teams.pdf").read_bytes()
    assert refused(content[:100]).code == "document"
    transcript = read(io.BytesIO(re.sub(rb"startxref\s+\d+", b"startxref\n1", content)))
    assert [warning["code"] for warning in transcript.meta["warnings"]] == ["pdf"]


@pytest.mark.parametrize(("package", "case"), [("pypdf", "pdf/teams.pdf"), ("openpyxl", "xlsx/bare.xlsx")])
def test_missing_package_names_the_extra(package, case, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"vitallies\[readers\]"):
        read(CASES / case)
