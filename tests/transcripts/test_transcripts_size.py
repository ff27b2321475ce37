"""Large files: little memory, no hang, and a limit that holds."""

import gzip
import io
import json
import tracemalloc
from itertools import groupby
from operator import itemgetter

import pytest

from vitallies.errors import TranscriptError
from vitallies.transcripts import formats, read, read_all, scan

SAID = (
    "So the delivery came at six and nobody was there to open the gate for him, which we could have known.",
    "Then the school has no bread tomorrow, and I would rather tell them tonight than at eight in the morning.",
    "We could ask the mill whether they lend us a van for the morning, they did so in the spring.",
)
PEOPLE = ("Ana Ruiz", "Ben", "Chi Nguyen")


def utterances(number):
    """When, who and what: somebody speaks three or four times before another does, as people do."""
    for place in range(number):
        yield place, PEOPLE[place * 2 // 7 % 3], SAID[place % 3]


def clock(seconds, mark="."):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}000"


def text(number):
    turns = groupby(utterances(number), key=itemgetter(1))
    return "".join(f"{name}: {' '.join(said for _, _, said in turn)}\n" for name, turn in turns)


def webvtt(number):
    cues = (f"{clock(at)} --> {clock(at + 1)}\n<v {name}>{said}</v>\n\n" for at, name, said in utterances(number))
    return "WEBVTT\n\n" + "".join(cues)


def subrip(number):
    cues = (
        f"{at + 1}\n{clock(at, ',')} --> {clock(at + 1, ',')}\n{name}: {said}\n\n"
        for at, name, said in utterances(number)
    )
    return "".join(cues)


def native(number):
    turns = [
        {"speaker": name, "text": " ".join(said for _, _, said in turn)}
        for name, turn in groupby(utterances(number), key=itemgetter(1))
    ]
    return json.dumps({"turns": turns}, indent=1)


def native_lines(number):
    return f"{native(30).replace(chr(10), '')}\n" * (number // 30)


def table(number):
    rows = (f'{at},{at + 1},{name},"{said}"\n' for at, name, said in utterances(number))
    return "start,end,speaker,text\n" + "".join(rows)


def textgrid(number):
    header = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
    labels = "".join(
        f'intervals [{at + 1}]:\n    xmin = {at} \n    xmax = {at + 1} \n    text = "{said}" \n'
        for at, _, said in utterances(number)
    )
    tier = f'item [1]:\nclass = "IntervalTier"\nname = "Ana"\nxmin = 0\nxmax = {number}\nintervals: size = {number}\n'
    return f"{header}xmin = 0\nxmax = {number}\ntiers? <exists>\nsize = 1\nitem []:\n{tier}{labels}"


def elan(number):
    slots = "".join(f'<TIME_SLOT TIME_SLOT_ID="ts{at}" TIME_VALUE="{at}000"/>\n' for at in range(number + 1))
    labels = "".join(
        f'<ANNOTATION>\n<ALIGNABLE_ANNOTATION TIME_SLOT_REF1="ts{at}" TIME_SLOT_REF2="ts{at + 1}">\n'
        f"<ANNOTATION_VALUE>{said}</ANNOTATION_VALUE>\n</ALIGNABLE_ANNOTATION>\n</ANNOTATION>\n"
        for at, _, said in utterances(number)
    )
    order = f"<TIME_ORDER>{slots}</TIME_ORDER>"
    return f'<ANNOTATION_DOCUMENT>{order}<TIER TIER_ID="Ana">{labels}</TIER></ANNOTATION_DOCUMENT>'


def turn_by_turn(number):
    """Somebody else each time."""
    return "".join(f"{PEOPLE[at % 3]}: {said}\n" for at, _, said in utterances(number))


def google(number):
    """Each word twice: in the results, and with its speaker in the last."""

    def word(at, said, **speaker):
        return {"startTime": f"{at / 3:.3f}s", "endTime": f"{(at + 1) / 3:.3f}s", "word": said} | speaker

    said = [(name, word) for _, name, text in utterances(number) for word in text.split()]
    plain = [
        {"alternatives": [{"transcript": " ".join(w for _, w in said[at : at + 50]), "words": words}]}
        for at in range(0, len(said), 50)
        if (words := [word(at + i, w) for i, (_, w) in enumerate(said[at : at + 50])])
    ]
    tagged = [word(at, w, speakerTag=PEOPLE.index(name) + 1) for at, (name, w) in enumerate(said)]
    return json.dumps({"results": [*plain, {"alternatives": [{"words": tagged}]}]}, separators=(",", ":"))


def words(transcripts):
    """How many there are, without a list of them."""
    return sum(turn.text.count(" ") + 1 for transcript in transcripts for turn in transcript.turns)


@pytest.mark.parametrize(
    "make", [text, turn_by_turn, webvtt, subrip, native, native_lines, table, textgrid, elan, google]
)
def test_memory_stays_under_five_times_the_file(make, tmp_path):
    number, path = 15_000, tmp_path / "large"
    path.write_text(make(300), encoding="utf-8")
    assert words(read_all(path)) > 300  # what is loaded once is not the file's
    path.write_text(make(number), encoding="utf-8")
    size = path.stat().st_size
    assert size > 1_000_000
    tracemalloc.start()
    try:
        found = words(read_all(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == sum(len(said.split()) for _, _, said in utterances(number))
    assert peak < 5 * size


LONG = " ".join(SAID) * 15_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", f"Ana: {LONG}\nBen: Why?"),
        ("x.vtt", f"WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ana>{LONG}</v>\n\n00:01.000 --> 00:02.000\n<v Ben>Why?"),
        ("x.json", json.dumps({"turns": [{"speaker": "Ana", "text": LONG}, {"speaker": "Ben", "text": "Why?"}]})),
        ("x.csv", f'speaker,text\nAna,"{LONG}"\nBen,Why?\n'),
    ],
)
def test_a_line_of_megabytes_is_read_whole(name, content, tmp_path):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert path.stat().st_size > 3_000_000
    assert [(turn.speaker, turn.text) for turn in read(path).turns] == [("Ana", LONG), ("Ben", "Why?")]


LINE = " ".join(SAID) * 4_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", LINE),
        ("x.txt", "a: " * 300_000),
        ("x.vtt", f"WEBVTT\n\n00:00.000 --> 00:01.000\n{LINE}"),
        ("x.json", json.dumps({"turns": [{"text": LINE}]})),
        ("x.csv", f"speaker,text\nAna,{LONG} {LONG}"),
        ("x.html", f"<cite>Ana:</cite><time>0:01</time><p>{LINE}</p>"),
        ("x.ttml", f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s">{LINE}</p></div></body></tt>'),
    ],
)
def test_a_line_of_megabytes_takes_less_than_five_times_its_memory(name, content, tmp_path):
    path = tmp_path / name
    path.write_text(content.replace(LINE, "So it is").replace(LONG, "so"), encoding="utf-8")
    read(path)  # what is loaded once is not the file's
    path.write_text(content, encoding="utf-8")
    size = path.stat().st_size
    tracemalloc.start()
    try:
        (turn,) = read(path).turns
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert turn.text
    assert peak < 5 * size


PATTERNS = [
    *("a", " ", "\n", "\t", ":", "-", "(", "[", '"', "<", "&", "|", "*", "#", "0", "0:", "1 ", "\\", "{\n", "a:", "\r"),
    *("A: b\n", "\n\nA", "[0:00] ", "(00:00) A: ", "A  0:05\nb\n\n", "10:02 AM ", "A (0:00):\n", "**A:** ", "** "),
    *("<v A>", "<c>", "</", "<p>", "<A> ", "> ", "&amp;", "-->\n", "00:00.000 --> ", "WEBVTT\n\n", "\u2028", "é"),
    *('"a",', '{"a":', "[0,", '{"turns":['),
]
"""Each again and again: what makes a regular expression try everything."""


@pytest.mark.parametrize("name", [None, *(item.name for item in formats())])
def test_patterns_of_great_length_finish(name):
    """What tries every way to match them would take hours."""
    for pattern in PATTERNS:
        stream = io.BytesIO((pattern * (100_000 // len(pattern))).encode())
        try:
            assert all(item.turns for item in read_all(stream, name))
        except TranscriptError as error:
            assert error.code  # noqa: PT017


def test_a_file_over_the_limit_is_refused_unless_it_is_raised(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(text(1000), encoding="utf-8")
    (error,) = scan(path, max_size=50_000)
    assert (error.code, "--max-size" in error.message) == ("too-large", True)
    assert words(read_all(path, max_size=200_000)) > 10_000


def test_a_file_that_unpacks_to_gigabytes_is_refused_soon(tmp_path):
    path = tmp_path / "x.txt.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(300):
            file.write(b"a" * 1_000_000)
    tracemalloc.start()
    try:
        (error,) = scan(path, max_size=10_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.code == "too-large"
    assert peak < 50_000_000
