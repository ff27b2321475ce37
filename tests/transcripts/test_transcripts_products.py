"""Exports of products: what is refused, what tells them apart, and that no word is lost between segments."""

import html
import io
import json
import sys
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitallies.errors import MissingExtraError, TranscriptError
from vitallies.transcripts import formats, read, read_all, scan
from vitallies.transcripts.opening import opened

CASES = Path(__file__).parent / "cases"
PRODUCTS = (
    *("amberscript", "convokit", "fathom-api", "fireflies", "gong", "grain", "meet-api", "otter-api", "podcast"),
    *("podcast-html", "qmsum", "recall", "rev-ai", "slack", "teams-json", "tldv", "zoom-json"),
)
FILES = [
    path for name in PRODUCTS for path in sorted((CASES / name).iterdir()) if not path.name.endswith(".expected.json")
]
SPEAKERS = ["Anna", "Ben Okri", "Zoë van Dam"]
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6)
TALK = st.lists(
    st.tuples(st.sampled_from(SPEAKERS), st.lists(WORDS, min_size=1, max_size=4)), min_size=1, max_size=6
).map(
    lambda talk: [(name, [w for _, ws in said for w in ws]) for name, said in groupby(talk, key=lambda turn: turn[0])]
)


def stream(value):
    return io.StringIO(json.dumps(value))


def said(transcript):
    return [(turn.speaker, turn.text.split(" ")) for turn in transcript.turns]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CASES).as_posix())
def test_no_other_format_takes_the_content(path):
    with opened(path, "case") as source:
        taken = {item.name for item in formats() if item.recognises is not None and item.recognises(source)}
    assert taken - {"native", "whisper"} == {path.parent.name}  # which take any JSON and any list of timed texts, last


def test_timeline_without_words_says_what_to_give():
    timeline = {
        "timeline": [{"ts": "00:00:01.000", "users": [{"username": "Ana"}]}, {"ts": "00:00:02.000", "users": []}]
    }
    (error,) = scan(stream(timeline))
    assert error.code == "no-words"
    assert ".vtt" in error.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fireflies", {"data": {"transcripts": []}}),
        ("fireflies", {"data": {"transcript": None}}),
        ("fireflies", {"sentences": None}),
        ("gong", {"callTranscripts": []}),
        ("fathom-api", {"items": []}),
        ("convokit", []),
        ("slack", []),
        ("rev-ai", {"monologues": []}),
        ("zoom-json", {"timeline": []}),
    ],
)
def test_response_without_a_transcript(name, value):
    with pytest.raises(TranscriptError) as raised:
        list(read_all(stream(value), format=name))
    assert raised.value.code == "empty"


def test_one_bad_call_does_not_hide_the_others():
    def monologue(*texts):
        return [{"speakerId": "7", "sentences": [{"text": text} for text in texts]}]

    calls = [{"callId": "a", "transcript": monologue("Yes.")}, {"callId": "b", "transcript": monologue("")}]
    found = list(scan(stream({"callTranscripts": [*calls, {"callId": "c", "transcript": monologue("No.")}]})))
    assert [getattr(item, "id", None) or item.code for item in found] == ["a", "empty", "c"]


def test_bad_line_of_a_corpus_is_named():
    lines = '{"id": "1", "conversation_id": "1", "text": "Hi.", "speaker": "a", "reply_to": null}\n\n{"id": \n'
    (error,) = scan(io.StringIO(lines))
    assert (error.code, error.line) == ("json", 3)


def test_html_that_is_no_transcript(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<html><body><h1>Lunch</h1><p>Soup, they say.</p></body></html>", encoding="utf-8")
    (error,) = scan(path)
    assert (error.code, error.path) == ("html", str(path))
    assert "Name: text" in error.message


def test_html_needs_an_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "lxml", None)
    with pytest.raises(MissingExtraError, match=r"vitallies\[readers\]"):
        read(io.StringIO("<cite>Ana:</cite><p>Hi.</p>"))


def test_entities_of_a_document_are_not_resolved():
    bomb = '<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b SYSTEM "file:///etc/hostname">]><cite>Ana:</cite><p>&a; &b;</p>'
    assert said(read(io.StringIO(bomb))) == [("Ana", ["&a;", "&b;"])]


@settings(deadline=None)
@given(TALK, st.sampled_from(["apart", "spaces", "leading", "lines"]))
def test_podcast_segments(talk, style):
    bodies = {
        "apart": lambda word: [word],
        "spaces": lambda word: [word, " "],
        "leading": lambda word: [f" {word}"],
        "lines": lambda word: [f"{word}\n"],
    }[style]
    segments = [
        {"speaker": name, "startTime": at, "body": body}
        for name, words in talk
        for at, word in enumerate(words)
        for body in bodies(word)
    ]
    assert said(read(stream({"version": "1.0.0", "segments": segments}))) == talk


@settings(deadline=None)
@given(TALK, st.booleans())
def test_rev_ai_elements(talk, punctuated):
    def elements(words):
        for place, word in enumerate(words):
            if punctuated and place:
                yield {"type": "punct", "value": " "}
            yield {"type": "text", "value": word, "ts": place, "end_ts": place + 0.5}
        if punctuated:
            yield {"type": "punct", "value": "."}

    monologues = [
        {"speaker": SPEAKERS.index(name), "speaker_info": {"display_name": name}, "elements": list(elements(words))}
        for name, words in talk
    ]
    wanted = [(name, [*words[:-1], f"{words[-1]}."] if punctuated else words) for name, words in talk]
    assert said(read(stream({"monologues": monologues}))) == wanted


@settings(deadline=None)
@given(TALK, st.booleans(), st.sampled_from(["\n", "", "<br>"]))
def test_podcast_html(talk, closed, between):
    blocks = (
        f"<cite>{name}:</cite>{between}<time>0:{at:02}</time><p>{html.escape(' '.join(words))}{'</p>' * closed}"
        for at, (name, words) in enumerate(talk)
    )
    found = read(io.StringIO(between.join(blocks)))
    assert said(found) == talk
    assert [turn.start for turn in found.turns] == list(range(len(talk)))
