"""A short meeting in which there is something to find."""

from vitallies.types import Transcript, Turn

TALK = Transcript(
    "standup",
    (
        Turn("Morning. The desk stands by the window.", "Ana", 0.0, 3.0),
        Turn(
            "We can't control that. Customers only care about price.",
            "Ben",
            3.0,
            9.0,
            meta={"cues": [[0, 3.0, 5.5], [23, 5.5, 9.0]]},
        ),
        Turn("Who says we can't?", "Ana", 9.0),
        Turn("She checks the app while she feeds the baby, so she has one hand."),
        Turn(""),
        Turn("They say it can't be done, but that's not true.", "Cem", side="ours"),
    ),
    title="Stand-up",
)
