"""Streams of transcripts, and an analyzer that threads and processes share."""

import pickle
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from api_talk import TALK

import vitallies
from vitallies.errors import UsageError
from vitallies.types import Transcript, Turn

STREAM = [
    TALK,
    "We can't control that.",
    Transcript("empty", ()),
    *(replace(TALK, id=f"t{n}") for n in range(5)),
    "Um.",
]


def test_pipe_gives_what_analyze_gives_in_order(analyzer):
    assert list(analyzer.pipe(STREAM)) == [analyzer.analyze(item) for item in STREAM]


@pytest.mark.parametrize("one", ["We can't.", TALK])
def test_pipe_refuses_a_single_text(analyzer, one):
    with pytest.raises(UsageError, match="for one use analyze"):
        next(analyzer.pipe(one))


def test_pipe_needs_a_process(analyzer):
    with pytest.raises(UsageError, match="n_process"):
        next(analyzer.pipe(["We can't."], n_process=0))


def test_pipe_over_processes_gives_the_same(analyzer):
    assert list(analyzer.pipe(iter(STREAM), n_process=2)) == list(analyzer.pipe(STREAM))


def test_pipe_over_processes_keeps_the_settings():
    analyzer = vitallies.load(fast=True, customers=["lodger"], all_candidates=True, min_score=0.4)
    texts = ["Lodgers only care about price.", "We can't control that."]
    assert list(analyzer.pipe(texts, n_process=2)) == [analyzer.analyze(text) for text in texts]


class Counting:
    """A stream that counts how much of it was read."""

    def __init__(self, n):
        self.n, self.read = n, 0

    def __iter__(self):
        for number in range(self.n):
            self.read += 1
            yield Transcript(f"t{number}", (Turn("We can't control that."),))


def test_pipe_reads_one_at_a_time(fast):
    stream = Counting(50)
    analyses = fast.pipe(stream)
    assert stream.read == 0
    for number in range(1, 6):
        assert next(analyses).transcript.id == f"t{number - 1}"
        assert stream.read == number
    analyses.close()


def test_pipe_over_processes_reads_a_few_ahead(fast):
    stream = Counting(300)
    analyses = fast.pipe(stream, n_process=2)
    assert stream.read == 0
    assert next(analyses).transcript.id == "t0"
    before = 0
    while before < stream.read <= 30:  # until it waits for somebody to take a result
        before = stream.read
        time.sleep(0.5)
    ahead = stream.read
    assert [analysis.transcript.id for analysis in analyses] == [f"t{n}" for n in range(1, 300)]
    assert ahead <= 30


def test_a_stream_over_processes_can_be_left_early(run_python):
    run_python(
        """
import vitallies

if __name__ == "__main__":
    analyses = vitallies.load(fast=True).pipe((f"We can't control that {n}." for n in range(200)), n_process=2)
    next(analyses)
    analyses.close()
"""
    )


def test_an_error_in_the_stream_gets_out(fast):
    with pytest.raises(UsageError, match="not int"):
        list(fast.pipe(["We can't.", 3]))
    with pytest.raises(UsageError, match="not int"):
        list(fast.pipe(["We can't.", 3], n_process=2))


# Shared and sent


def test_eight_threads_share_an_analyzer():
    analyzer = vitallies.load(all_candidates=True)  # its own: nothing has been opened or remembered yet
    texts = [f"We can't control that, number{n}. Customers only care about price{n}." for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(analyzer.analyze, texts))
    alone = vitallies.load(all_candidates=True)
    assert found == [alone.analyze(text) for text in texts]
    assert all(analysis.spans for analysis in found)


@pytest.mark.parametrize(
    "settings", [{}, {"fast": True, "customers": ["lodger"], "all_candidates": True, "min_score": 0.2}]
)
def test_an_analyzer_can_be_pickled(settings):
    analyzer = vitallies.load(**settings)
    sent = pickle.dumps(analyzer)
    assert len(sent) < 10_000  # it is loaded again at the other end
    again = pickle.loads(sent)  # noqa: S301
    text = "Lodgers only care about price. We can't control that."
    assert again.analyze(text) == analyzer.analyze(text)
    assert again.thresholds == analyzer.thresholds
    assert again.model_id == analyzer.model_id


def test_an_analyzer_of_a_model_in_memory_can_be_pickled(analyzer):
    model = replace(analyzer.pipeline.model, folder=None)
    again = pickle.loads(pickle.dumps(vitallies.Analyzer(model)))  # noqa: S301
    assert again.analyze(TALK) == analyzer.analyze(TALK)


def test_an_analyzer_tells_its_model(analyzer):
    manifest = analyzer.manifest
    assert re.fullmatch(f"{manifest['name']} {re.escape(manifest['version'])} [0-9a-f]{{8}}", analyzer.model_id)
    assert analyzer.model_id == analyzer.pipeline.model.id
