import datetime

import pytest

from vitallies.types import Analysis, AnnotatedSpan, Evidence, Transcript, Turn

TURNS = (
    Turn("We can't control <b>churn</b> & that's that.", "Ana", 0.0, 4.2, role="lead", team="Ops", side="ours"),
    Turn("Says who? 🙂 Ask them.", "Ben", 4.2, 6.0),
    Turn("Fine.", "Ana", 6.0, 6.5),
)


def span(turn: int, text: str, label: str, layer: str, **rest) -> AnnotatedSpan:
    start = TURNS[turn].text.index(text)
    return AnnotatedSpan(
        "demo", turn, start, start + len(text), text, label, layer, speaker=TURNS[turn].speaker, **rest
    )


@pytest.fixture
def analysis() -> Analysis:
    """Two layers that overlap without either holding the other, and a candidate that was not selected."""
    transcript = Transcript("demo", TURNS, title="Stand-up", date=datetime.date(2026, 3, 2), language="en")
    evidence = (
        Evidence("sentence", TURNS[0].text, 0.9, 0, len(TURNS[0].text)),
        Evidence("cue:reported", "that's", 1 / 3, 30, 36),
    )
    spans = (
        span(
            0,
            "We can't control <b>churn",
            "VITAL_LIE",
            "assumption",
            score=2 / 3,
            kind="EXCUSE",
            stance="ASSERTED",
            time=0.0,
            evidence=evidence,
        ),
        span(0, "<b>churn</b> & that's", "CUSTOMER_FOCUSED", "framing", score=0.5),
        span(1, "Says who?", "CHALLENGE", "assumption", score=0.75, time=4.2),
        span(2, "Fine", "VITAL_LIE", "assumption", score=0.1, selected=False),
    )
    return Analysis(transcript, spans, "fake 1")


@pytest.fixture
def nothing() -> Analysis:
    return Analysis(Transcript("empty", ()), (), "fake 1")
