"""Short ways to write gold sentences and predictions; a sentence has 100 characters where not said."""

from vitallies.evaluation import GoldSentence, GoldSpan, Prediction, evaluate

LIE = {"label": "VITAL_LIE", "kind": "MYTH", "stance": "ASSERTED"}


def span(start=0, end=50, label="CHALLENGE", **more):
    return GoldSpan(start, end, label, **more)


def told(*spans, doc="a/1", turn=0, start=0, end=100, sampling="random"):
    return GoldSentence(doc, turn, start, end, sampling, spans)


def guess(start=0, end=50, label="CHALLENGE", doc="a/1", turn=0, **more):
    return Prediction(doc, turn, start, end, label, **more)


def figures(gold, predictions, *names, label="CHALLENGE"):
    """The named figures of a label, in a list."""
    found = evaluate(gold, predictions)[label]
    return [found[name] for name in names]
