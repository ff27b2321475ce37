import copy
import json
import math
import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import DataError, UsageError
from vitallies.insights import tagging
from vitallies.insights.estimates import NO_INTERVAL, SHARE, ratio
from vitallies.insights.language import language, language_columns, language_row, speaker_language_rows
from vitallies.insights.tagging import ENOUGH, TagRules, find_tags, tag_rules
from vitallies.types import Analysis, Transcript, Turn

CONTENT = json.loads(files("vitallies.insights.rules").joinpath("language.json").read_text(encoding="utf-8"))
POINTS = 16

TOY = {
    "about": "A toy.",
    "fillers": ["uh"],
    "words": {"served": ["customer", "customers"], "help": ["help", "helps"]},
    "tags": {
        "HELP": {
            "point": "helping",
            "definition": "Helps somebody.",
            "examples": ["We help the customer."],
            "patterns": ["@help *2 @served", "lend a? hand"],
            "excludes": ["helping oneself"],
            "unless": ["not help"],
            "judged": [36, 40],
        },
        "WHEN": {
            "point": "before or after",
            "definition": "Tells when one acts.",
            "poles": {
                "BEFORE": {"definition": "Beforehand.", "examples": ["Plan ahead."], "patterns": ["ahead|beforehand"]},
                "AFTER": {"definition": "Too late.", "examples": ["Too late."], "patterns": ["too late"]},
            },
            "excludes": [],
            "unless": [],
            "judged": None,
        },
    },
}


@pytest.fixture
def toy(monkeypatch):
    """The tags of TOY in place of the shipped ones."""
    book = TagRules(TOY)
    for module in ("tagging", "language"):
        monkeypatch.setattr(f"vitallies.insights.{module}.tag_rules", lambda: book)
    language_columns.cache_clear()
    yield book
    language_columns.cache_clear()


def meeting(name, *turns):
    return Analysis(
        Transcript(name, [Turn(text, speaker, **rest) for speaker, text, rest in map(whole, turns)]), [], "m"
    )


def whole(turn):
    return (*turn, {}) if len(turn) == 2 else turn


def said(text, **options):
    return [(hit.tag, hit.pole, hit.text) for hit in find_tags(meeting("a", (None, text)), **options)]


def test_every_point_has_its_tag_with_examples_and_limits():
    assert len(CONTENT["tags"]) == POINTS
    for tag in tag_rules().tags.values():
        assert tag.definition
        assert tag.excludes
        assert all(2 <= len(pole.examples) <= 3 for pole in tag.poles)
        assert len(tag.poles) == (2 if tag.name in {"FORESIGHT", "CHANGE", "MEASURES"} else 1)


@pytest.mark.parametrize(
    ("tag", "pole", "sentence"),
    [
        (tag.name, pole.name, sentence)
        for tag in TagRules(CONTENT).tags.values()
        if tag.used
        for pole in tag.poles
        for sentence in pole.examples
    ],
)
def test_the_examples_of_a_tag_carry_it(tag, pole, sentence):
    assert (tag, pole) in {(found, side) for found, side, _ in said(sentence)}


def test_no_word_list_lies_idle():
    used = set(re.findall(r"@\w+", json.dumps(CONTENT["tags"])))
    assert used == {f"@{name}" for name in CONTENT["words"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We help the new customer.", ["help the new customer"]),
        ("We help, uh, the customers!", ["help, uh, the customers"]),  # commas and fillers are read over
        ("We help one of the customers.", []),  # three words between
        ("We help. Customers wait.", []),  # over the end of a sentence
        ("We help -- customers wait.", []),
        ("He didn't help customers.", []),  # "not help" overlaps it
        ("Lend a hand, lend hand.", ["Lend a hand", "lend hand"]),
        ("HELP  the\ncustomer", ["HELP  the\ncustomer"]),  # white space as it stands
        ("help help customers", ["help help customers"]),  # the longest of those that overlap
        ("", []),
    ],
)
def test_how_a_pattern_reads(toy, text, found):
    assert [hit for _, _, hit in said(text)] == found


def test_hits_are_slices_of_their_turn(toy):
    analysis = meeting(
        "kiosk",
        ("Ana", "Plan ahead."),
        ("Cy", "You help customers.", {"side": "customer"}),
        ("Ben", "🙂 It helps my customer, too late!"),
    )
    hits = find_tags(analysis)
    assert [(hit.turn, hit.start, hit.end, hit.tag, hit.pole, hit.speaker) for hit in hits] == [
        (0, 5, 10, "WHEN", "BEFORE", "Ana"),
        (2, 5, 22, "HELP", None, "Ben"),
        (2, 24, 32, "WHEN", "AFTER", "Ben"),
    ]
    assert all(hit.text == analysis.transcript.turns[hit.turn].text[hit.start : hit.end] for hit in hits)


def test_the_callers_own_words_are_customers(toy):
    assert said("We help season-ticket holders.") == []
    assert said("We help season-ticket holders.", customers=["season-ticket holder"]) == [
        ("HELP", None, "help season-ticket holders")
    ]
    with pytest.raises(UsageError, match="must be a list of words"):
        find_tags(meeting("a", (None, "We help guests.")), customers="guest")


def broken(change):
    content = copy.deepcopy(TOY)
    change(content)
    return content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["tags"]["HELP"]["patterns"].append("@nobody waits"), "HELP: '@nobody waits': there is no list"),
        (
            lambda c: c["tags"]["HELP"]["patterns"].append("don't wait"),
            "HELP: .* can never match: its tokens' NORMs are 'do not'",
        ),
        (lambda c: c["tags"]["HELP"]["unless"].append("Wait here"), r"HELP: 'Wait here': 'Wait' can never match"),
        (lambda c: c["tags"]["HELP"]["patterns"].append("wait|wait here"), "HELP: 'wait|wait here': stands twice"),
        (lambda c: c["tags"]["HELP"]["patterns"].append("lend a? hand"), "HELP: stands twice: .'lend a. hand'"),
        (lambda c: c["tags"]["HELP"]["patterns"].append("*3 wait"), "must begin and end with a word"),
        (lambda c: c["tags"]["HELP"]["patterns"].append("wait here?"), "must begin and end with a word"),
        (lambda c: c["tags"]["HELP"]["patterns"].append(""), "must begin and end with a word"),
        (lambda c: c["tags"]["HELP"]["patterns"].append("wait *x here"), r"'\*x' must be \* with a number"),
        (lambda c: c["tags"]["HELP"]["patterns"].append("wait  here"), "single spaces"),
        (lambda c: c["words"]["help"].append("help"), 'the list "help": stands twice'),
        (lambda c: c["words"]["help"].append("Help"), "the list \"help\": 'Help' can never match"),
        (lambda c: c["tags"]["HELP"].pop("definition"), "HELP: needs the keys"),
        (lambda c: c["tags"]["WHEN"]["poles"]["AFTER"].pop("examples"), "WHEN, AFTER: needs the keys"),
        (lambda c: c["tags"]["WHEN"].update(patterns=[]), "WHEN: needs the keys"),
        (lambda c: c["tags"]["HELP"].update(judged=[41, 40]), "HELP: judged must be null or"),
        (lambda c: c.pop("fillers"), "rules/language.json: needs the keys"),
    ],
)
def test_a_broken_file_is_refused_naming_the_entry(change, message):
    with pytest.raises(DataError, match=message):
        TagRules(broken(change))


def test_a_tag_judged_too_often_wrong_is_listed_and_not_used():
    book = TagRules(broken(lambda c: c["tags"]["HELP"].update(judged=[27, 40])))
    assert ENOUGH == 28 / 40
    assert not book.tags["HELP"].used
    assert book.keys == (("WHEN", "BEFORE"), ("WHEN", "AFTER"))
    assert book.find(["help", "customers", "too", "late"]) == [(2, 4, "WHEN", "AFTER")]
    assert TagRules(broken(lambda c: c["tags"]["HELP"].update(judged=[28, 40]))).tags["HELP"].used


SHOP = meeting(
    "shop",
    ("Ana", "We help customers and we plan ahead."),
    ("Ben", "They help a customer. Too late, far too late."),
    ("Cy", "Plan ahead, I beg you.", {"side": "customer"}),
)
YARD = meeting("yard", ("Ana", "We plan ahead and then we wait."), (None, "So we do."))
HUSH = meeting("hush", ("Cy", "Too late.", {"side": "customer"}))


def group(found, by, name=None):
    (one,) = (group for group in found.groups if (group.by, group.group) == (by, name))
    return one


def same(found, expected, times=1):
    ends = [times * end for end in (expected.value, expected.low, expected.high)]
    return found.n == expected.n and [found.value, found.low, found.high] == pytest.approx(ends, nan_ok=True)


def test_rates_and_shares_worked_out_by_hand(toy):
    found = language([YARD, HUSH, SHOP])
    every = group(found, "all")
    assert every.words == 7 + 9 + 7 + 3
    assert every.found == {("HELP", None): 2, ("WHEN", "BEFORE"): 2, ("WHEN", "AFTER"): 2}
    assert every.expected["HELP", None] == 2 * 36 / 40
    assert math.isnan(every.expected["WHEN", "AFTER"])
    assert same(every.rates["WHEN", "AFTER"], ratio([2, 0], [16, 10]), 1000)
    assert every.rates["HELP", None].value == pytest.approx(2000 / 26)
    assert every.rates["HELP", None].n == 2
    assert same(every.shares["WHEN", "BEFORE"], ratio([1, 1], [3, 1], within=SHARE))
    assert same(every.shares["WHEN", "AFTER"], ratio([2, 0], [3, 1], within=SHARE))
    assert ("HELP", None) not in every.shares
    ana = group(found, "speaker", "Ana")
    assert (ana.words, ana.rates["WHEN", "BEFORE"].n) == (14, 2)
    assert ana.rates["WHEN", "BEFORE"].value == pytest.approx(2000 / 14)
    assert ana.shares["WHEN", "AFTER"].value == 0
    yard = group(found, "meeting", "yard")
    assert (yard.words, yard.rates["HELP", None].value, yard.rates["HELP", None].n) == (10, 0, 1)
    assert [(each.by, each.group) for each in found.groups] == [
        ("all", None),
        ("meeting", "shop"),
        ("meeting", "yard"),
        ("speaker", "Ana"),
        ("speaker", "Ben"),
        ("speaker", None),
    ]


def test_the_frame_has_a_row_for_each_group_and_tag(toy):
    frame = language([SHOP, YARD]).to_frame()
    assert len(frame) == 6 * 3
    row = frame[(frame.by == "speaker") & (frame.group == "Ben") & (frame.pole == "AFTER")].iloc[0]
    assert (row.tag, row.found, row.words, row.n, row.share) == ("WHEN", 2, 9, 1, 1)
    assert row.rate == pytest.approx(2000 / 9)
    assert frame[frame.tag == "HELP"].share.isna().all()
    assert (language([]).to_frame().dtypes == frame.dtypes).all()
    assert len(language([]).to_frame()) == 0


def test_the_rows_of_the_tables(toy):
    assert dict(language_columns()) == {
        "HELP_hits": "int",
        "WHEN_BEFORE_hits": "int",
        "WHEN_AFTER_hits": "int",
        "WHEN_BEFORE_share": "float",
    }
    assert language_row(SHOP) == {
        "HELP_hits": 2,
        "WHEN_BEFORE_hits": 1,
        "WHEN_AFTER_hits": 2,
        "WHEN_BEFORE_share": 0.333333,
    }
    ana, ben, customer = speaker_language_rows(SHOP)
    assert list(ana.values()) == [1, 1, 0, 1.0]
    assert list(ben.values()) == [1, 0, 2, 0.0]
    assert list(customer.values()) == [0, 0, 0, None]
    assert list(language_row(HUSH).values()) == [0, 0, 0, None]


def test_what_is_read_out(toy):
    assert "no talk of our own" in language([]).reading
    assert language([HUSH]).reading == language([]).reading
    assert "None of the tagged wordings" in language([meeting("a", ("Ana", "Right."))]).reading
    one = language([SHOP]).reading
    assert "in one meeting, most is said of" in one
    assert f"helping: 125.00 times in a thousand words ({NO_INTERVAL});" in one
    assert "33% of the when talk is before." in one
    assert "of the 5 hits how many are right has not been judged" in one
    assert (
        "95% interval"
        in language([SHOP, YARD, *(meeting(f"m{n}", ("Ana", "We help customers.")) for n in range(4))]).reading
    )


def test_the_expected_number_is_read_out_where_every_tag_is_judged(monkeypatch):
    book = TagRules(broken(lambda c: c["tags"]["WHEN"].update(judged=[40, 40])))
    monkeypatch.setattr(tagging, "tag_rules", lambda: book)
    monkeypatch.setattr("vitallies.insights.language.tag_rules", lambda: book)
    assert "of the 5 hits about 5 can be expected right" in language([SHOP]).reading  # 2 × 0.9 + 3


WORDS = ["help", "customers", "ahead", "too", "late", "not", "we", ".", "a", "uh"]


@given(
    texts=st.lists(
        st.lists(st.tuples(st.sampled_from(["Ana", "Ben", None]), st.lists(st.sampled_from(WORDS))), max_size=4),
        max_size=4,
    ),
    order=st.randoms(use_true_random=False),
)
def test_order_does_not_matter_and_parts_add_up(texts, order):
    book = TagRules(TOY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vitallies.insights.language.tag_rules", lambda: book)
        patch.setattr(tagging, "tag_rules", lambda: book)
        analyses = [
            meeting(f"m{number}", *((speaker, " ".join(words)) for speaker, words in turns))
            for number, turns in enumerate(texts)
        ]
        frame = language(analyses).to_frame()
        shuffled = analyses[:]
        order.shuffle(shuffled)
        assert frame.equals(language(shuffled).to_frame())
    if len(frame):
        sums = frame.groupby("by")[["found", "words"]].sum()
        assert (sums.loc["meeting"] == sums.loc["all"]).all()
        assert (sums.loc["speaker"] == sums.loc["all"]).all()
