"""Every word that somebody says in a text or caption file lands in exactly one turn, under the right name."""

import html
import io
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from vitallies.transcripts import read

NAMES = ["Anna", "Ben Okri", "SPEAKER_02", "Zoë van Dam", "李雷"]
# No colon, which could name a speaker, and no bracket, which could be a time or a tag.
WORDS = st.text(
    st.characters(categories=["L", "M", "N", "P", "S"], exclude_characters=":：[(<"), min_size=1, max_size=6
)
LINES = st.lists(WORDS, min_size=1, max_size=4)
TALK = st.lists(st.tuples(st.sampled_from(NAMES), st.lists(LINES, min_size=1, max_size=3)), min_size=1, max_size=6)


def expected_turns(talk):
    groups = ((name, list(said)) for name, said in groupby(talk, key=lambda item: item[0]))
    return [(name, [word for _, lines in said for line in lines for word in line]) for name, said in groups]


def found_turns(transcript):
    return [(turn.speaker, turn.text.split(" ")) for turn in transcript.turns]


@settings(deadline=None)
@given(TALK, st.booleans(), st.sampled_from(["\n", "\r\n", "\n\n", "\r"]))
def test_plain_text(talk, timed, line_end):
    times = (f"[00:{number // 60:02}:{number % 60:02}] " if timed else "" for number in range(60))
    rows = [f"{next(times)}{name}: {line_end.join(map(' '.join, lines))}" for name, lines in talk]
    found = read(io.StringIO(line_end.join(rows), newline=""))
    assert found_turns(found) == expected_turns(talk)
    assert [turn.start is not None for turn in found.turns] == [timed] * len(found.turns)


@settings(deadline=None)
@given(st.lists(st.lists(LINES, min_size=1, max_size=3), min_size=1, max_size=5))
def test_plain_text_of_nobody(paragraphs):
    text = "\n\n".join("\n".join(map(" ".join, lines)) for lines in paragraphs)
    found = read(io.StringIO(text), format="text")
    assert found_turns(found) == [(None, [word for line in lines for word in line]) for lines in paragraphs]


@settings(deadline=None)
@given(TALK, st.sampled_from(["zoom", "teams"]), st.booleans())
def test_captions(talk, style, noted):
    blocks, cues, clock = ["WEBVTT"], [], 0
    for name, lines in talk:
        for number, line in enumerate(lines):
            words = html.escape(" ".join(line), quote=False)
            marked = f"<v {name}>{words}</v>" if style == "teams" else f"{name}: {words}" if number == 0 else words
            blocks.append(f"00:00:{clock:02}.250 --> 00:00:{clock + 1:02}.000\n{marked}")
            cues.append((" ".join(line), clock + 0.25, clock + 1.0))
            clock += 1
        blocks += ["NOTE nobody: says this"] * noted
    found = read(io.StringIO("\n\n".join(blocks)))
    assert found_turns(found) == expected_turns(talk)
    assert [
        (turn.text[at : at + len(words)], start, end)
        for turn in found.turns
        for (at, start, end), words in zip(cues_of(turn), cue_words(turn, cues), strict=True)
    ] == cues
    assert all((turn.start, turn.end) == (cues_of(turn)[0][1], cues_of(turn)[-1][2]) for turn in found.turns)
    assert all(len(turn.meta.get("cues", [0, 0])) > 1 for turn in found.turns)
    assert found.meta == ({"skipped": {"notes": len(talk)}} if noted else {})


def cues_of(turn):
    """A turn of a single cue has the cue's times and says no more of it."""
    return turn.meta.get("cues", [[0, turn.start, turn.end]])


def cue_words(turn, cues):
    return [words for words, start, _ in cues if turn.start <= start < turn.end]
