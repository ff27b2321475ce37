"""Praat and ELAN: what is cut off or made to hurt, and which tiers are speech."""

import io

import pytest

from vitallies.errors import DataError, TranscriptError
from vitallies.transcripts import read, scan, tiers

HEADER = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n9\n<exists>\n1\n'
TIER = '"IntervalTier"\n"{}"\n0\n9\n2\n0 4 "We wait."\n4 9 "For parts."\n'
EAF = '<?xml version="1.0"?>{}<ANNOTATION_DOCUMENT><TIER TIER_ID="Ana">{}</TIER></ANNOTATION_DOCUMENT>'
VALUE = "<ANNOTATION><ALIGNABLE_ANNOTATION><ANNOTATION_VALUE>{}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"


def grid(*names):
    return read(io.StringIO(HEADER + "".join(TIER.format(name) for name in names)), format="textgrid")


def test_labels_are_read_however_they_are_laid_out():
    text = (
        HEADER.replace("\n", " ") + '! a "comment" with 3 numbers\n"IntervalTier" "Ana" 0s 9s 2 0s 4e0 "We ""wait""." '
        '4.0 9 "For\nparts!"'
    )
    (turn,) = read(io.StringIO(text)).turns
    assert (turn.speaker, turn.text) == ("Ana", 'We "wait". For parts!')
    assert turn.meta["cues"] == [[0, 0, 4], [11, 4, 9]]


@pytest.mark.parametrize(
    "cut",
    ['4 9 "For parts', "4 9", '4 "For parts."\n', ""],
    ids=["in a label", "before a label", "a time is missing", "after a label"],
)
def test_a_tier_is_read_as_far_as_it_is_sound_with_a_warning(cut):
    text = HEADER + TIER.format("Ana").replace('4 9 "For parts."\n', cut)
    transcript = read(io.StringIO(text))
    assert [turn.text for turn in transcript.turns] == ["We wait."]
    assert [doubt["code"] for doubt in transcript.meta["warnings"]] == ["tier-cut-off"]


def test_a_broken_tier_does_not_take_the_next_with_it():
    broken = TIER.format("Ana").replace("4 9 ", "4 ")
    transcript = read(io.StringIO(HEADER + broken + TIER.format("Ben")))
    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("Ana", "We wait."),
        ("Ben", "We wait. For parts."),
    ]
    assert transcript.meta["warnings"][0]["line"] == 14


def test_a_binary_textgrid_is_refused():
    with pytest.raises(TranscriptError, match="save it as a text file"):
        read(io.BytesIO(b"ooBinaryFile\x08TextGrid\x00\x00"), format="textgrid")


@pytest.mark.parametrize(
    ("names", "speakers"),
    [
        (["Ana"], ["Ana"]),
        (["utterances"], [None]),
        (["Ana - words", "Ana - phones"], ["Ana"]),
        (["Ana words", "Ana phones"], ["Ana"]),
        (["words", "phones"], [None]),
        (["Ana", "Ana - words"], ["Ana"]),
        (["word - Ana", "utterance - Ana", "word - Ben"], ["Ana", "Ben"]),
        (["turn", "Ana", "Ben"], ["Ana", "Ben"]),
        (["text", "Ana"], ["text", "Ana"]),
        (["orth@Ana", "orth@Ben"], ["orth - Ana", "orth - Ben"]),
        (["Ana", "Comments"], ["Ana"]),
    ],
)
def test_tiers_are_told_by_their_names(names, speakers):
    found = dict.fromkeys(turn.speaker for turn in grid(*names).turns)
    assert list(found) == speakers


def test_a_file_without_speech():
    with pytest.raises(TranscriptError, match="no words"):
        grid("phones")


def test_an_entity_bomb_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    (error,) = scan(io.StringIO(EAF.format(bomb, VALUE.format("&b;"))))
    assert (error.code, "save it again in ELAN" in error.message) == ("entities", True)


@pytest.mark.parametrize("cut", [60, 120, 200])
def test_xml_that_is_cut_off_says_where(cut):
    (error,) = scan(io.StringIO(EAF.format("\n", VALUE.format("We wait.\nFor parts."))[:cut]), format="elan")
    assert (error.code, error.line is not None) == ("xml", True)


def test_an_encoding_that_is_declared_but_not_used():
    text = EAF.format("", VALUE.format("Même.")).replace('"1.0"', '"1.0" encoding="UTF-16"')
    assert read(io.BytesIO(text.encode())).turns[0].text == "Même."


def test_the_word_lists_are_checked_when_loaded(monkeypatch):
    monkeypatch.setattr(tiers, "_LISTS", ("words",))
    with pytest.raises(DataError, match=r"tiers\.json"):
        tiers._lists.__wrapped__()
