"""Bytes that are not UTF-8: a few of them leave a file what it is, many make it one of another encoding."""

import io
import json

import pytest

from vitallies.transcripts import read

SAID = "Zoë: We can’t — it’s “policy”.\nBen: Whose, then?\n"


def text_and_warnings(content):
    found = read(io.BytesIO(content))
    turns = "\n".join(f"{turn.speaker}: {turn.text}" for turn in found.turns)
    return turns, [(doubt["code"], doubt.get("line"), doubt["message"]) for doubt in found.meta.get("warnings", ())]


@pytest.mark.parametrize(
    ("stray", "read_as", "says"),
    [
        (b"At the caf\xe9.", "At the café.", "byte 0xe9 is not UTF-8 and was read as cp1252:"),
        (b"It\x92s late.", "It’s late.", "byte 0x92"),
        (b"A hole: \x81.", "A hole: \ufffd.", "byte 0x81"),
        (b"caf\xe9, na\xefve", "café, naïve", "cp1252 (1 of 2 such bytes):"),
    ],
)
def test_stray_bytes_are_read_alone(stray, read_as, says):
    text, ((code, line, message),) = text_and_warnings(SAID.encode() + b"Ben: " + stray + b"\n" + b"Zo\xc3\xab: Yes.\n")
    assert text == f"{SAID}Ben: {read_as}\nZoë: Yes.".replace("then?\nBen:", "then?")
    assert (code, line) == ("encoding-guessed", 3)
    assert says in message
    assert "save it as UTF-8" in message


@pytest.mark.parametrize("cut", [b"\xe2", b"\xe2\x80", b"\xc3"])
def test_character_that_is_cut_off_at_the_end_is_dropped(cut):
    text, ((code, line, message),) = text_and_warnings(SAID.encode() + b"Zo\xc3\xab: We can" + cut)
    assert text == f"{SAID}Zoë: We can"
    assert (code, line, "download it again" in message) == ("cut-off", 3, True)


def test_stray_byte_and_cut_character():
    text, warnings = text_and_warnings(SAID.encode() + b"Zo\xc3\xab: At the caf\xe9, it\xe2\x80")
    assert text == f"{SAID}Zoë: At the café, it"
    assert [(code, line) for code, line, _ in warnings] == [("encoding-guessed", 3), ("cut-off", 3)]


def test_stray_byte_in_json():
    turns = [{"speaker": "Zoë", "text": "We can’t — it’s “policy” at the caf#."}]
    content = json.dumps({"turns": turns}, ensure_ascii=False).encode().replace(b"#", b"\xe9")
    assert text_and_warnings(content)[0] == "Zoë: We can’t — it’s “policy” at the café."


@pytest.mark.parametrize(
    "said",
    [
        "Zoë: We can’t — it’s “policy”.",
        "Zoë: À bientôt, voilà\xa0» … É’s café.",  # two of them happen to be UTF-8
        "Zoë: We meet at the café",
        "Ben: It ends in a café",
        "Ben: Ship it to São Paulo, à la carte.\nZoë: Für Åsa.",
    ],
)
def test_all_of_another_encoding_is_read_as_that(said):
    text, ((code, line, message),) = text_and_warnings(said.encode("cp1252"))
    assert text == said
    assert (code, line, "read as cp1252: look" in message) == ("encoding-guessed", None, True)


def test_utf16_is_read_as_before():
    assert text_and_warnings(SAID.encode("utf-16")) == (SAID.strip(), [])
