"""The language of whole transcripts: guessed where nobody says it, and only where enough is said."""

import pytest

from vitallies.transcripts import language
from vitallies.transcripts.language import guess
from vitallies.types import Transcript, Turn

ENGLISH = [
    "So the delivery came at six and nobody was there to open the gate.",
    "I rang the driver twice, he said the next slot is on Thursday.",
    "Then the school has no bread tomorrow, and we still bill them for it.",
    "We could ask the mill whether they lend us a van for the morning.",
]
GERMAN = [
    "Die Lieferung kam um sechs, und niemand war da, um das Tor zu öffnen.",
    "Ich habe den Fahrer zweimal angerufen, er sagt, der nächste Termin ist am Donnerstag.",
    "Dann hat die Schule morgen kein Brot, und wir stellen es ihr trotzdem in Rechnung.",
    "Wir könnten die Mühle fragen, ob sie uns für den Morgen einen Wagen leiht.",
]
DANISH = [
    "Leveringen kom klokken seks, og der var ingen til at åbne porten for chaufføren.",
    "Jeg ringede to gange, og han sagde, at den næste tid først er på torsdag.",
    "Så har skolen ikke noget brød i morgen, og vi sender dem alligevel en regning.",
    "Vi kunne spørge møllen, om de kan låne os en bil om morgenen.",
]
CHINESE = ["我们周五之前必须解决这个问题，否则客户无法继续使用。", "司机说下一个时间是星期四，学校明天没有面包。"] * 8


def transcript(lines, **rest):
    return Transcript("x", tuple(Turn(line, "Ana") for line in lines), **rest)


@pytest.mark.parametrize(
    ("lines", "language"), [(ENGLISH, "en"), (GERMAN, "de"), (DANISH, "da"), (CHINESE, "zh"), (GERMAN * 50, "de")]
)
def test_languages(lines, language):
    found = guess(transcript(lines))
    assert (found.language, found.confidence) == (language, 1.0)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        GERMAN[:2],
        ["Okay.", "Yeah.", "Mm-hmm.", "Right, uh, okay."] * 20,
        ["[inaudible]", "(laughs)", "10:00", "…"] * 30,
        GERMAN * 6 + ENGLISH * 6,
    ],
    ids=["nothing", "too short", "fillers", "no words", "two languages"],
)
def test_where_nothing_can_be_said(lines):
    assert guess(transcript(lines)) is None


def test_english_as_recognisers_write_it_and_with_words_of_others():
    spoken = [line.lower().replace(",", "").replace(".", "") for line in ENGLISH]
    assert guess(transcript(spoken * 3)).language == "en"
    assert guess(transcript(line.upper() for line in ENGLISH)).language == "en"
    assert guess(transcript([*ENGLISH * 6, "Das war der Wagen von der Mühle."])).language == "en"


def test_plain_english_needs_no_model_and_other_languages_do(monkeypatch):
    def asked():
        raise LookupError

    monkeypatch.setattr(language, "_identifier", asked)
    assert guess(transcript([*ENGLISH * 10, *GERMAN])).language == "en"
    for lines in (GERMAN * 5, DANISH * 5, CHINESE, GERMAN * 6 + ENGLISH * 6):
        with pytest.raises(LookupError):
            guess(transcript(lines))
