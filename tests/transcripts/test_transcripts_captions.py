"""Captions that are refused, read as far as they are sound, or large."""

import io

import pytest

from vitallies.errors import DataError, TranscriptError
from vitallies.transcripts import captioned, formats, read

TTML = '<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{}</div></body></tt>'
BOMB = """<?xml version="1.0"?>
<!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">&b;</p></div></body></tt>"""


def talk(transcript):
    return [(turn.speaker, turn.text) for turn in transcript.turns]


@pytest.mark.parametrize(
    "text",
    [BOMB, BOMB.replace('"ha"', 'SYSTEM "file:///etc/passwd"').replace("&b;", "&a;")],
    ids=["bomb", "file"],
)
def test_entities_are_refused(text):
    with pytest.raises(TranscriptError, match=r"entities.*remove its DOCTYPE") as raised:
        read(io.StringIO(text))
    assert raised.value.code == "entities"


def test_doctype_alone_is_read():
    text = "\n<!DOCTYPE tt>\n" + TTML.format('<p begin="1s" end="2s">We wait.</p>')
    assert talk(read(io.StringIO(text))) == [(None, "We wait.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_declared_encoding_does_not_matter(encoding):
    text = '<?xml version="1.0" encoding="ISO-8859-7"?>\n' + TTML.format("<p>Zoë: Für uns, für Zoë – ja.</p>")
    assert talk(read(io.BytesIO(text.encode(encoding)))) == [("Zoë", "Für uns, für Zoë – ja.")]


def test_cut_xml_names_the_line():
    with pytest.raises(TranscriptError, match="is not XML that can be read") as raised:
        read(io.StringIO('<tt xmlns="http://www.w3.org/ns/ttml">\n<body><p>R&D</p>'))
    assert (raised.value.code, raised.value.line) == ("xml", 2)


def test_captions_that_follow_each_other_in_time_are_read_without_times():
    found = read(
        io.StringIO(TTML.replace("<div", '<div timeContainer="seq"').format('<p dur="2s">One.</p><p>Two.</p>'))
    )
    assert [(turn.text, turn.start) for turn in found.turns] == [("One. Two.", None)]
    assert [warning["code"] for warning in found.meta["warnings"]] == ["sequential-times"]


@pytest.mark.parametrize(
    "given",
    ['ttp:frameRate="0"', 'ttp:frameRate="x" ttp:tickRate="0"', 'ttp:frameRateMultiplier="0 0"'],
)
def test_rates_that_cannot_be_are_the_usual_ones(given):
    root = f'<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" {given}>'
    found = read(io.StringIO(root + '<body><p begin="30f" end="99999h">Now.</p></body></tt>'))
    assert found.turns[0].start == 1.0


def test_frame_rate_of_television():
    root = TTML.replace(
        "<tt ", '<tt xmlns:p="http://www.w3.org/ns/ttml#parameter" p:frameRate="30" p:frameRateMultiplier="1000 1001" '
    )
    found = read(io.StringIO(root.format('<p begin="00:00:10:15" end="600f">Now.</p>')))
    assert (found.turns[0].start, found.turns[0].end) == (10.501, 20.02)


def test_deep_nesting_is_read():
    found = read(io.StringIO(TTML.format("<p>" + "<span>" * 20_000 + "Deep." + "</span>" * 20_000 + "</p>")))
    assert talk(found) == [(None, "Deep.")]


@pytest.mark.parametrize("text", [TTML.format(""), "<tt/>"], ids=["empty", "bare"])
def test_ttml_without_words(text):
    with pytest.raises(TranscriptError, match="no words"):
        read(io.StringIO(text), format="ttml")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("webvtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi."),
        ("subrip", "1\n00:00:01,000 --> 00:00:02,000\nHi."),
        ("subrip", "\n00:01.000 --> 00:02.000\nHi."),
        ("sbv", "0:00:01.000,0:00:02.000\nHi."),
        ("ttml", '<?xml version="1.0"?>\n<!-- x -->\n' + TTML.format("<p>Hi.</p>")),
    ],
)
def test_content_tells_the_format(name, content):
    taken = next(known for known in formats() if known.name == name)
    sources = ["1\n2\n3", "10:30 --> lunch", "0:01, 0:02", "<html>tt</html>", "Anna: 00:01.000 --> 00:02.000"]
    assert talk(read(io.StringIO(content))) == [(None, "Hi.")]
    assert taken.recognises is not None
    for other in sources:
        assert "Hi" not in read(io.StringIO(other)).turns[0].text


def test_numbers_alone_between_captions_are_not_said():
    text = "WEBVTT\n\n1\n\n00:01.000 --> 00:02.000\n\nIt was\n\n2\n\n00:02.000 --> 00:03.000\n\ntwo.\n"
    assert talk(read(io.StringIO(text))) == [(None, "It was two.")]


def test_names_that_begin_fewer_captions_are_told_by_their_looks():
    said = ["Tom: Yes.", "And then.", "the point is: no.", "tom: No.", "And so.", "And on."]
    cues = "\n\n".join(f"00:0{number}.000 --> 00:0{number}.500\n{line}" for number, line in enumerate(said))
    assert talk(read(io.StringIO(f"WEBVTT\n\n{cues}"))) == [
        ("Tom", "Yes. And then. the point is: no."),
        ("tom", "No. And so. And on."),
    ]


def test_word_list_is_checked_when_loaded(monkeypatch):
    monkeypatch.setattr(captioned.json, "loads", lambda _text: ["Music"])
    with pytest.raises(DataError, match=r"sounds\.json"):
        captioned._sounds.__wrapped__()


@pytest.mark.parametrize(
    "line",
    [
        "<v " * 300_000,
        "<v.a" * 300_000,
        "{\\" * 300_000,
        "&lt;" * 300_000,
        "a: " * 300_000,
        "- " * 300_000,
        "(" * 10**6,
    ],
    ids=["voice", "class", "override", "entity", "colon", "dash", "bracket"],
)
def test_long_lines_finish(line):
    """What takes quadratic time would take hours."""
    found = read(io.StringIO(f"WEBVTT\n\n00:01.000 --> 00:02.000\nx {line}\n{line} x"))
    assert found.turns[0].text.startswith("x")
    assert found.turns[-1].text.endswith("x")


def test_many_rows_finish():
    found = read(io.StringIO("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "same\n" * 200_000))
    assert len(found.turns[0].text.split()) == 200_000
