"""The same figures as the reference implementation, ../shared/eval/score.py, wherever that is at hand."""

import importlib.util
import json
import random
from math import isnan, nan
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vitallies.evaluation import GoldSentence, Prediction, evaluate, read_gold, read_predictions, render
from vitallies.evaluation.gold import SAMPLINGS
from vitallies.labels import KINDS, LABELS, STANCES

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="module")
def score():
    path = SHARED / "eval" / "score.py"
    if not path.exists():
        pytest.skip(f"the reference {path} is not there")
    spec = importlib.util.spec_from_file_location("reference_score", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def differing(mine, theirs, at="report"):
    """Places where two reports differ by more than 1e-9."""
    if isinstance(theirs, dict):
        if list(mine) != list(theirs):
            return [f"{at}: {list(mine)} for {list(theirs)}"]
        return [x for key in theirs for x in differing(mine[key], theirs[key], f"{at}.{key}")]
    if isinstance(theirs, list | tuple):
        if len(mine) != len(theirs):
            return [f"{at}: {mine} for {theirs}"]
        return [x for i, (a, b) in enumerate(zip(mine, theirs, strict=True)) for x in differing(a, b, f"{at}.{i}")]
    if isinstance(theirs, float) and isnan(theirs):
        return [] if mine is None else [f"{at}: {mine} for nan"]
    same = mine == theirs if isinstance(theirs, str) else mine is not None and abs(mine - theirs) <= 1e-9
    return [] if same and (isinstance(mine, int) == isinstance(theirs, int)) else [f"{at}: {mine} for {theirs}"]


def undefined(plain):
    """A report with nan for None."""
    if isinstance(plain, dict):
        return {key: undefined(x) for key, x in plain.items()}
    if isinstance(plain, list):
        return [undefined(x) for x in plain]
    return nan if plain is None else plain


def assert_agree(score, gold, predictions, other, n, seed=0):
    """Rows of gold and predictions measured by both: all figures, intervals, differences and the text of the tables."""
    told = [score.sentence(row) for row in gold]
    said, also = ([score.prediction(row) for row in rows] for rows in (predictions, other))
    theirs = score.evaluate(told, said)
    for row, intervals in score.bootstrap(told, said, n, seed).items():
        theirs[row]["intervals"] = intervals
    theirs["differences"] = score.compare(told, said, also, n, seed)
    report = evaluate(
        [GoldSentence.from_row(row) for row in gold],
        [Prediction.from_row(row) for row in predictions],
        other=[Prediction.from_row(row) for row in other],
        resamples=n,
        seed=seed,
    )
    assert differing(report.to_dict(), theirs) == []
    # the tables of our figures, since theirs may round otherwise
    assert render(report) == score.render(undefined(report.to_dict()))


def random_predictions(gold, n, draw):
    """Predictions near and far from gold spans, with ties, some unselected, some without a kind."""
    rows = []
    for _ in range(n):
        sentence = draw.choice(gold)
        span = draw.choice(sentence["spans"] or [sentence])
        start = max(0, span["start"] + draw.randint(-15, 15))
        rows.append(
            {
                "transcript": sentence["doc"],
                "turn": sentence["turn"],
                "start": start,
                "end": max(start + 1, span["end"] + draw.randint(-15, 15)),
                "label": span["label"] if "label" in span and draw.random() < 0.8 else draw.choice(LABELS),
                "score": draw.choice([draw.random(), round(draw.random(), 1)]),
                "selected": draw.random() < 0.4,
                "kind": draw.choice([None, *KINDS]),
                "stance": draw.choice([None, *STANCES]),
            }
        )
    return rows


def random_gold(n, draw):
    """Sentences of 40 documents that follow, overlap or repeat each other, with up to three spans."""
    rows = []
    for _ in range(n):
        start = draw.randrange(0, 300)
        end = start + draw.randint(5, 80)
        spans = []
        for _ in range(draw.choice([0, 0, 1, 2, 3])):
            begin = draw.randrange(start, end)
            spans.append(
                {
                    "start": begin,
                    "end": draw.randint(begin + 1, end),
                    "label": draw.choice(LABELS),
                    "kind": draw.choice(list(KINDS)),
                    "stance": draw.choice(list(STANCES)),
                    "arguable": draw.random() < 0.3,
                }
            )
        rows.append(
            {
                "doc": f"d/{draw.randrange(40)}",
                "turn": draw.randrange(5),
                "start": start,
                "end": end,
                "sampling": draw.choice(SAMPLINGS[:4]),
                "spans": spans,
            }
        )
    return rows


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_agrees_on_thousands_of_random_predictions(score, seed):
    draw = random.Random(seed)  # noqa: S311
    gold = random_gold(1500, draw)
    said, other = (random_predictions(gold, n, draw) for n in (4000, 1000))
    assert_agree(score, gold, said, other, n=260, seed=seed)


def _spans(start, end):
    return st.tuples(st.integers(start, end - 1), st.integers(start, end - 1)).map(
        lambda x: {"start": min(x), "end": max(x) + 1}
    )


@st.composite
def _gold(draw):
    place = draw(_spans(0, 12))
    values = {
        "label": st.sampled_from(LABELS[:2]),
        "kind": st.sampled_from(list(KINDS)[:2]),
        "stance": st.sampled_from(list(STANCES)[:2]),
        "arguable": st.booleans(),
    }
    span = st.builds(
        lambda place, rest: place | rest, _spans(place["start"], place["end"]), st.fixed_dictionaries(values)
    )
    return {
        "doc": draw(st.sampled_from("ab")),
        "turn": draw(st.integers(0, 1)),
        **place,
        "sampling": draw(st.sampled_from(["random", "VL"])),
        "spans": draw(st.lists(span, max_size=3)),
    }


_PREDICTION = st.builds(
    lambda place, rest: place | rest,
    _spans(0, 14),
    st.fixed_dictionaries(
        {
            "doc": st.sampled_from("ab"),
            "turn": st.integers(0, 2),
            "label": st.sampled_from(LABELS[:2]),
            "score": st.sampled_from([0, 0.25, 0.5, 1]),
            "selected": st.booleans(),
            "kind": st.sampled_from([None, *list(KINDS)[:2]]),
            "stance": st.sampled_from([None, *list(STANCES)[:2]]),
        }
    ),
)


@given(gold=st.lists(_gold(), min_size=1, max_size=8), said=st.lists(_PREDICTION, max_size=12))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_agrees_on_crowded_sentences(score, gold, said):
    # both documents are always there, so that no answer is refused for want of a common one
    gold = [*gold, *({"doc": x, "turn": 9, "start": 0, "end": 4, "sampling": "random", "spans": []} for x in "ab")]
    assert_agree(score, gold, said, said[::2], n=12)


def test_agrees_on_the_labelled_sentences(score, tmp_path):
    path = SHARED / "labels" / "dev.jsonl"
    if not path.exists():
        pytest.skip(f"the labelled sentences {path} are not there")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    guesses = tmp_path / "guesses.jsonl"
    said = random_predictions(rows, 5000, random.Random(0))  # noqa: S311
    guesses.write_text("".join(json.dumps(x) + "\n" for x in said), encoding="utf-8")
    assert_agree(score, rows, said, said[:3000], n=40)
    # and the files are read alike
    told, found = score.read(str(path), score.sentence), score.read(str(guesses), score.prediction)
    report = evaluate(read_gold(path), read_predictions(guesses))
    assert differing(report.to_dict(), score.evaluate(told, found)) == []
