"""How good the spans are: figures against labelled sentences, with intervals over documents.

>>> from vitallies.evaluation import evaluate, read_gold, read_predictions, render
>>> gold, predictions = read_gold("gold.jsonl"), read_predictions("spans.jsonl")  # doctest: +SKIP
>>> print(render(evaluate(gold, predictions, resamples=1000)))  # doctest: +SKIP

Every definition stands where it is computed: `gold` (what a sentence and a prediction are), `matching` (which
prediction belongs where, pairs), `ranking` (average precision), `metrics` (all figures), `resampling` (intervals).
"""

from vitallies.evaluation.files import read_gold, read_predictions
from vitallies.evaluation.gold import GoldSentence, GoldSpan, Prediction, predictions_from
from vitallies.evaluation.ranking import average_precision
from vitallies.evaluation.report import Report, evaluate, render
from vitallies.evaluation.resampling import Comparison, bootstrap, compare

__all__ = [
    "Comparison",
    "GoldSentence",
    "GoldSpan",
    "Prediction",
    "Report",
    "average_precision",
    "bootstrap",
    "compare",
    "evaluate",
    "predictions_from",
    "read_gold",
    "read_predictions",
    "render",
]
