"""A transcript small enough to read with its labelled sentences, as examples."""

import numpy as np

from vitallies.evaluation import GoldSentence, GoldSpan
from vitallies.pipeline.docs import blank_english
from vitallies.training.documents import Document
from vitallies.training.examples import collect
from vitallies.types import Transcript, Turn

WIDTH = 4


class Stub:
    """An encoder whose state of a word is a hash of its letters; it notes what it was given."""

    width = WIDTH

    def __init__(self):
        self.windows = []

    def encode(self, windows):
        for words in windows:
            self.windows.append(list(words))
            states = [[sum(map(ord, word)) % (7 + i) + 1 for i in range(WIDTH)] + [1] for word in words]
            yield np.vstack([np.zeros(WIDTH + 1), np.cumsum(np.array(states, float).reshape(-1, WIDTH + 1), axis=0)])


class Never:
    def log_odds(self, words):
        return np.full(max(len(words) - 1, 0), -5, np.float32)


SAID = "Morning. They say we can't control that, but customers left. Who says so? Right then."
TRANSCRIPT = Transcript("doc", (Turn("Hello there.", "Ana"), Turn(""), Turn(SAID, "Ben")))


def place(text, within=SAID):
    start = within.index(text)
    return start, start + len(text)


def gold(text, *spans, sampling="random", turn=2, within=SAID):
    marks = tuple(GoldSpan(*place(words, within), label, **rest) for words, label, rest in spans)
    return GoldSentence("doc", turn, *place(text, within), sampling, marks)


LIE_SPAN = ("we can't control that", "VITAL_LIE", {"kind": "EXCUSE", "stance": "REPORTED"})
SENTENCES = (
    gold(
        "They say we can't control that, but customers left.",
        LIE_SPAN,
        ("customers left", "CUSTOMER_FOCUSED", {"arguable": True}),
    ),
    gold("Who says so?", ("Who says so", "CHALLENGE", {}), sampling="VL"),
    gold("Morning."),
)


def collected(sentences=SENTENCES, *, recognised=False, fold=2, boundaries=None, transcript=TRANSCRIPT):
    document = Document(transcript, tuple(sentences), fold)
    return collect(document, boundaries or Never(), recognised=recognised)


def spoken(examples, bounds):
    strings = blank_english().vocab.strings
    return " ".join(strings[word] for word in examples.frame.words[bounds[0] : bounds[1]].tolist())


def reads(examples):
    """What stands in the windows where the candidates are said to be."""
    return [" ".join(examples.windows[window][start:end]) for window, start, end in examples.places.tolist()]
