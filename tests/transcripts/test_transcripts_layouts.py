"""Text formats are told apart by their content, and each gives every word to whom the file gives it."""

import io
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitallies.errors import TranscriptError
from vitallies.transcripts import read
from vitallies.transcripts.opening import opened
from vitallies.transcripts.registry import choose

NAMES = ["Anna", "Ben Okri", "🦊", "marc | two", "Ops: Ana", "Lena [she] (Kiosk)", "李雷", "A / V", "guest 1"]
NICKS = ["anna", "ben_okri", "|fox|", "zoe-2"]
LINES = st.lists(
    st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=6), min_size=1, max_size=4)
    .map(" ".join)
    .filter(lambda line: line != "Edited"),  # above the words of a pasted message, it is of two minds
    min_size=1,
    max_size=3,
)


def talk(names):
    # Twice, since somebody who is not named again could be the title of a chapter.
    return st.lists(st.tuples(st.sampled_from(names), LINES), min_size=2, max_size=6).map(lambda turns: turns * 2)


WRITERS = {
    "otter": lambda number, name, lines: "\n".join([f"{name}  0:{number:02}", *lines]),
    "rev, below": lambda number, name, lines: "\n".join([f"{name} (00:{number:02}):", "", *lines]),
    "rev, on the line": lambda number, name, lines: f"{name} [0:00:{number:02}]: " + "\n".join(lines),
    "rev, columns": lambda number, name, lines: "\n".join(f"{name}    00:00:{number:02}    {line}" for line in lines),
    "fathom": lambda number, name, lines: "\n  ".join([f"0:{number:02} - {name}", *lines]),
    "zoom-chat, saved": lambda number, name, lines: "\n\t".join(
        [f"10:00:{number:02} From {name} to Everyone:", *lines]
    ),
    "zoom-chat, cloud": lambda number, name, lines: f"00:00:{number:02}\t{name}:\t" + "\n".join(lines) + "\r",
    "zoom-captions": lambda number, name, lines: "\n".join([f"[{name}] 10:00:{number:02}", *lines, ""]),
    "dated-chat": lambda number, name, lines: f"2/3/26, 10:{number:02} - {name}: " + "\n".join(lines),
    "pasted-chat, one line": lambda number, name, lines: f"[10:{number:02} AM] {name}: " + " ".join(lines),
    "pasted-chat, same line": lambda number, name, lines: "\n".join([f"{name}8/30 10:{number:02} AM", *lines]),
    "pasted-chat, brackets": lambda number, name, lines: "\n".join([f"[10:{number:02} AM] {name}", *lines]),
    "pasted-chat, elapsed": lambda number, name, lines: "\n".join([f"{name} {7 * number}:30", *lines]),
    "irc": lambda number, name, lines: "\n".join(f"[10:{number:02}] <{name}> {line}" for line in lines),
}


@pytest.mark.parametrize("layout", WRITERS)
@settings(deadline=None, max_examples=25)
@given(st.data())
def test_every_word_goes_to_whom_the_layout_gives_it(layout, data):
    # "guest 18/30" is of two minds, and where no day or half of it is told, a name must look like one.
    plain = ["Anna", "Ben Okri", "李雷"]
    few = {"irc": NICKS, "pasted-chat, same line": NAMES[:-1], "pasted-chat, elapsed": plain}
    names = few.get(layout, NAMES)
    turns = data.draw(talk(names))
    text = "\n".join(WRITERS[layout](number, *turn) for number, turn in enumerate(turns))
    with opened(io.StringIO(text), "x") as source:
        assert choose(source, None).name == layout.split(",")[0]
    found = read(io.StringIO(text, newline=""))
    groups = ((name, list(said)) for name, said in groupby(turns, key=lambda turn: turn[0]))
    assert [(turn.speaker, turn.text) for turn in found.turns] == [
        (name, " ".join(line for _, lines in said for line in lines)) for name, said in groups
    ]
    assert all(turn.start is not None for turn in found.turns)
    assert "skipped" not in found.meta


MINUTES = "\n".join(f"We spoke of point {number} at some length." for number in range(40))


@pytest.mark.parametrize(
    "text",
    [
        "Anna: See you at 10:02 AM\nBen: Not at 10:02 AM\nAnna: Lunch at 12:30 PM",
        "0:00 - Welcome\n0:40 - Money\n1:20 - Questions\nAnna: Welcome.\nBen: Hello.",
        "Agenda\nWelcome  10:00\nMoney  10:15\nQuestions  10:45\nAnna: Welcome.",
        f"{MINUTES}\n\n10:00:01 From Anna to Everyone:\n\thello\n10:00:09 From Ben to Everyone:\n\tbye",
        f"{MINUTES}\n\nAnna10:02 AM\nhello\nBen10:04 AM\nbye\nAnna10:05 AM\nsee you",
        "Song: [04:47]\nAnna: Nice.\nSong: [05:47]\nBen: Was it?",
        "<p> We meet </p>\n<b> at ten </b>\nAnna: and leave\nBen: when?\nAnna: at one\nBen: o'clock",
        "Attendees: Anna, Ben\nAnna: I read the Transcript\nBen: Which?",
        "Anna said (00:05) so.\nBen said (00:09) no.\nNobody said more.",
        "[10:02] Anna: hello\n[10:04] Ben: hi\n[10:05] Anna: bye",
        "2.3.2026 10:00 Welcome: all\n2.3.2026 11:00 Money: Ben\nAnna: hello\nBen: hi\nAnna: bye",
    ],
    ids=[
        "times",
        "chapters",
        "agenda",
        "minutes and chat",
        "minutes and copy",
        "notes",
        "markup",
        "a word",
        "said",
        "times in front",
        "agenda of days",
    ],
)
def test_what_is_no_such_layout_is_plain_text(text):
    with opened(io.StringIO(text), "x") as source:
        assert choose(source, None).name == "text"


@pytest.mark.parametrize("name", ["rev", "pasted-chat", "dated-chat"])
def test_layout_that_is_not_there_is_refused(name):
    with pytest.raises(TranscriptError, match=r"say who .*: give another format="):
        read(io.StringIO("Anna: hello\nBen: hi"), format=name)


def test_message_that_quotes_another_is_kept_where_somebody_could_have_typed_it():
    chat = "".join(
        f"00:00:0{number}\t{name}:\t{words}\n"
        for number, (name, words) in enumerate(
            [
                ("Anna", "ship it"),
                ("Ben", '"ship it"'),
                ("Ben", 'he said "ship it"'),
                ("Cleo", 'so "ship it" then 👍 or not, I ask myself again'),
            ]
        )
    )
    found = read(io.StringIO(chat))
    assert [turn.text for turn in found.turns] == [
        "ship it",
        '"ship it" he said "ship it"',
        'so "ship it" then 👍 or not, I ask myself again',
    ]


def test_chat_of_one_message():
    found = read(io.StringIO("10:00:01 From Anna to Everyone:\n\tis anybody here?"))
    assert [(turn.speaker, turn.text) for turn in found.turns] == [("Anna", "is anybody here?")]


@pytest.mark.parametrize("layout", ["{} {}\n", "{}\u00a0{}\n", "{}\n{}\n"], ids=["blank", "no-break", "two lines"])
@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (["0:04", "1:04", "27:04", "1:03:04"], [4, 64, 1624, 3784]),
        (["00:04", "01:04", "02:04", "03:04"], [4, 64, 124, 184]),
        (["3:04", "4:04", "61:04", "62:04"], [184, 244, 3664, 3724]),
        (["9:04", "9:30", "10:04", "10:05"], [0, 26 * 60, 3600, 3660]),  # times of day
    ],
)
def test_times_from_the_beginning_are_no_times_of_day(layout, written, seconds):
    said = ["One.", "The ratio was 16:9.", "Three.", "It closes at 4:30"]
    turns = zip(["Anna Berg", "Ben Okri"] * 2, written, said, strict=True)
    found = read(io.StringIO("\n".join(layout.format(name, time) + words + "\n" for name, time, words in turns)))
    assert [(turn.speaker, turn.text, turn.start) for turn in found.turns] == [
        (name, words, second) for name, words, second in zip(["Anna Berg", "Ben Okri"] * 2, said, seconds, strict=True)
    ]


def test_pace_tells_times_of_a_night_from_times_from_the_beginning():
    chat = "Ana Berg\n1:05\n{}\nBen Okri\n1:07\nGo to bed.\nAna Berg\n1:08\nSoon."
    few, many = (read(io.StringIO(chat.format("The pump is dry. " * often))) for often in (1, 10))
    assert [turn.start for turn in few.turns] == [65, 67, 68]
    assert [turn.start for turn in many.turns] == [0, 120, 180]


def test_scribes_come_and_go():
    log = "\n".join(
        f"<{nick}> {words}"
        for nick, words in [
            ("zakim", "scribe: nobody"),
            ("anna", "scribe: Anna_"),
            ("anna", "Mike: one"),
            ("ben", "Mike: two"),
            ("ben", "scribe+"),
            ("ben", "Mike: three"),
            ("ben", "scribe- anna"),
            ("anna", "Mike: four"),
        ]
    )
    assert [(turn.speaker, turn.text) for turn in read(io.StringIO(log)).turns] == [
        ("Mike", "one"),
        ("ben", "Mike: two"),
        ("Mike", "three"),
        ("anna", "Mike: four"),
    ]


def test_speakers_in_brackets():
    text = "[SPEAKER_00]: We can't.\n[SPEAKER_01]: Why not?\n[SPEAKER_00]: Head office.\n"
    wanted = [("SPEAKER_00", "We can't."), ("SPEAKER_01", "Why not?"), ("SPEAKER_00", "Head office.")]
    found = read(io.StringIO(text))
    assert [(turn.speaker, turn.text) for turn in found.turns] == wanted
    timed = "".join(f"[00:00:0{second}] {line}\n" for second, line in enumerate(text.splitlines()))
    found = read(io.StringIO(timed))
    assert [(turn.speaker, turn.text, turn.start) for turn in found.turns] == [(*x, n) for n, x in enumerate(wanted)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("2 March 2026 09:15 | ana | The gate is shut.\n2 March 2026 09:16 | bo | By whom?", ["no-speaker"]),
        ("[Mon 09:15] ana The gate is shut.\nAs ever.\n\n[Tue 09:16] bo By whom?", ["no-speaker"]),
        ("3/2/26 The gate is shut.\n3/3/26 By whom?\nAna: By us.", []),
        ("10:30 was too late.\nThe gate was shut.\nMay we ask by whom?\nNobody knew.", []),
    ],
    ids=["days", "times", "somebody is named", "sentences"],
)
def test_text_of_days_or_times_without_names_is_doubted(text, codes):
    assert [doubt["code"] for doubt in read(io.StringIO(text)).meta.get("warnings", [])] == codes


LONG = ["Joe Doe | Senior Product Manager, Acme Corp UK", "Maria del Carmen Fernández de la Vega y Rodríguez"]


@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize(
    "layout",
    [
        "Ann: Hi.\n{0}: We can't do that.\nAnn: Why?\n{0}: It's policy.\n",
        "[00:00:01] Ann: Hi.\n[00:00:02] {0}: We can't do that.\n[00:00:03] Ann: Why?\n",
        "**Ann:** Hi.\n\n**{0}:** We can't do that.\n\n**Ann:** Why?\n",
        "Weekly sync: Transcript\nAttendees\nAnn, {0}, Ben Okri\n\nAnn: Hi.\n{0}: We can't do that.\nAnn: Why?\n",
        "0:01 - Ann\nHi.\n0:05 - {0}\nWe can't do that.\n0:09 - Ann\nWhy?\n",
    ],
    ids=["twice", "after times", "bold", "attendees", "fathom"],
)
def test_long_name_that_comes_again_or_is_marked(layout, name):
    turns = [(turn.speaker, turn.text) for turn in read(io.StringIO(layout.format(name))).turns]
    assert turns[:3] == [("Ann", "Hi."), (name, "We can't do that."), ("Ann", "Why?")]


@pytest.mark.parametrize(
    ("line", "times"),
    [
        (f"{LONG[0]}: We can't do that.", 1),
        ("My colleague from the Leeds office asked: who pays?", 2),
        ("The Only Thing That We Want To Know: who pays?", 2),
        ("Questions, Comments, Notes And Wishes Of All: none.", 2),
    ],
)
def test_long_beginning_of_a_sentence_is_no_name(line, times):
    text = "Ann: Hi.\n" + f"{line}\nBen: Why?\n" * times
    assert {turn.speaker for turn in read(io.StringIO(text)).turns} == {"Ann", "Ben"}


def test_long_sentences_in_bold_or_after_times_are_no_names():
    sentence = "Three risks that nobody at the depot mentioned: heat"
    for text in (f"**Ann:** Hi.\n\n**{sentence.replace(':', ':**')}\n", f"[00:01] Ann: Hi.\n[00:02] {sentence}\n"):
        assert {turn.speaker for turn in read(io.StringIO(text)).turns} == {"Ann"}


@pytest.mark.parametrize(
    "text",
    [
        "Minutes of the garden group\n\nWe looked at the figures.\nNobody knew them.\n\nNext meetings\n"
        "2024-05-17 10:00 Review: all\n2024-05-24 10:00 Planning: leads only\n",
        "2024-05-10 09:00 Arrival: coffee\n2024-05-10 12:00 Lunch: canteen\n" + "Then we walked round the beds.\n" * 9,
    ],
    ids=["at the end", "on top"],
)
def test_matters_with_days_are_nobodys_messages(text):
    found = read(io.StringIO(text))
    assert {turn.speaker for turn in found.turns} <= {None}
    assert found.meta.get("format") != "dated-chat"


def test_a_slow_chat_at_night_keeps_its_hours():
    text = "Anna Berg 1:05\nHello all\nTom Ash 1:20\nHi there\nAnna Berg 2:10\nWhat is next?\nTom Ash 2:30\nGo.\n"
    assert [turn.start for turn in read(io.StringIO(text)).turns] == [0, 900, 3900, 5100]


def test_words_that_begin_as_months_do_are_no_days():
    text = "Decision 1 we ship on time\nThe team agreed.\nDecision 2 we hire\nWe like it.\nMarketing 3 we spend more\n"
    assert not read(io.StringIO(text)).meta.get("warnings")
