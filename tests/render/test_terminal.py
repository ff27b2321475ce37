import io

from rich.console import Console

from vitallies.render.terminal import analysis_text
from vitallies.types import Analysis, Transcript, Turn


def test_without_colour_the_labels_stand_in_the_text(analysis):
    out = io.StringIO()
    Console(file=out, width=200).print(analysis_text(analysis))
    assert out.getvalue().splitlines() == [
        "Ana: We can't control <b>churn[vital lie (excuse, asserted) 0.67]</b> & that's[customer focused 0.50] that.",
        "Ben: Says who?[challenge 0.75] 🙂 Ask them.",
        "Ana: Fine.",
        "",
        " vital lie  a belief stated as given, without evidence, that rules out acting, changing or improving",
        " challenge  asks for the evidence behind a constraint, or for the way round it",
        " customer focused  looks at the people served from outside: counts, segments, sells to, delivers to them",
    ]


def test_both_layers_show_where_they_overlap(analysis):
    text = analysis_text(analysis)
    styles = [
        (text.plain[part.start : part.end], bool(part.style.underline), part.style.bgcolor is not None)
        for part in text.spans
        if not isinstance(part.style, str)
    ]
    assert styles[0] == ("We can't control ", False, True)
    assert styles[1] == ("<b>churn", True, True)
    assert ("</b> & that's", True, False) in styles


def test_nothing_found_has_no_legend(nothing):
    assert analysis_text(nothing).plain == ""


def test_a_transcript_cannot_steer_the_terminal():
    turn = Turn("red\x1b[31m\x9b2J\ttab\nline", "\x1b]0;title\x07Ana")
    text = analysis_text(Analysis(Transcript("demo", (turn,)), (), "fake 1"))
    assert text.plain == "\ufffd]0;title\ufffdAna: red\ufffd[31m\ufffd2J\ttab\nline"
