"""What is kept of a run, in how many processes, and what is left of the folder that it writes to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from batch_toys import OUTPUTS, Fake, contents, ids, native, write, written_meetings

from vitallies import batch, intake
from vitallies.batch import score
from vitallies.errors import UsageError, VitalliesError


@pytest.fixture
def meetings(tmp_path):
    return written_meetings(tmp_path / "meetings")


@pytest.mark.parametrize("table_format", ["jsonl", "csv", "parquet"])
def test_two_jobs_write_the_bytes_of_one(meetings, tmp_path, table_format):
    for jobs in (1, 2):
        score([meetings], tmp_path / f"out{jobs}", analyzer=Fake(), table_format=table_format, jobs=jobs)
    one, two = contents(tmp_path / "out1"), contents(tmp_path / "out2")
    assert len(one) == len(OUTPUTS)
    assert one == two


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_goes_on_where_it_was(meetings, tmp_path, jobs):
    log, out = tmp_path / "log", tmp_path / "out"

    def interrupt(done, total):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score([meetings], out, analyzer=Fake(log), jobs=jobs, progress=interrupt)
    assert [path.name for path in out.iterdir()] == [".parts"]
    kept = {path.name for path in (out / ".parts").glob("*.json")}
    assert len(kept) >= 5

    first = log.read_text().splitlines()
    log.unlink()
    score([meetings], out, analyzer=Fake(log), jobs=jobs, resume=True)
    again = log.read_text().splitlines()
    assert len(again) == 13 - len(kept)
    assert set(first) | set(again) == {*ids(out), "b break"}
    score([meetings], tmp_path / "straight", analyzer=Fake())
    assert contents(out) == contents(tmp_path / "straight")


def test_a_shard_is_not_reused_where_anything_else_differs(meetings, tmp_path):
    log, out = tmp_path / "log", tmp_path / "out"

    def begin(analyzer, **rest):
        def interrupt(done, total):
            if done == total - 1:
                raise KeyboardInterrupt

        log.unlink(missing_ok=True)
        with pytest.raises(KeyboardInterrupt):
            score([meetings], out, analyzer=analyzer, progress=interrupt, resume=True, **rest)
        return len(log.read_text().splitlines()) - 1  # One breaks every time.

    assert begin(Fake(log)) == 12
    assert begin(Fake(log)) == 0
    assert begin(Fake(log, model_id="fake 2")) == 12
    assert begin(Fake(log, fast=True)) == 12
    assert begin(Fake(log), labels=["VITAL_LIE"]) == 12
    write(meetings, {"team/03.json": native("something new")})
    assert begin(Fake(log)) == 1


SLOW = """
import signal, sys, batch_toys, vitallies.batch
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits that it is ignored
meetings, out, log, jobs = sys.argv[1:]
vitallies.batch.score([meetings], out, analyzer=batch_toys.Fake(Path(log), seconds=0.3), jobs=int(jobs))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_leaves_what_is_done(meetings, tmp_path, jobs):
    log, out = tmp_path / "log", tmp_path / "out"
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(batch.__file__).parents[1])])
    run = subprocess.Popen(
        [sys.executable, "-c", SLOW, meetings, out, log, str(jobs)],
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 300
    while len(list((out / ".parts").glob("*.json"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGINT)  # As a terminal does: to the workers too.
    assert run.wait(300) != 0
    kept = len(list((out / ".parts").glob("*.json")))
    assert 3 <= kept < 12
    log.unlink()
    score([meetings], out, analyzer=Fake(log, seconds=0.3), resume=True)
    assert len(log.read_text().splitlines()) == 13 - kept
    score([meetings], tmp_path / "straight", analyzer=Fake())
    assert contents(out) == contents(tmp_path / "straight")


def test_a_worker_that_dies_stops_the_run_and_keeps_what_is_done(tmp_path):
    files = {f"{number}.json": native() for number in range(8)} | {"9.json": native("die")}
    folder = write(tmp_path / "in", files)
    with pytest.raises(VitalliesError, match="resume with fewer jobs"):
        score([folder], tmp_path / "out", analyzer=Fake(), jobs=2)
    assert len(list((tmp_path / "out/.parts").glob("*.json"))) >= 4


def test_a_run_goes_on_with_other_speakers_and_scores_what_they_change(tmp_path):
    folder = write(
        tmp_path / "in", {"a.txt": "Ana: we can't\n", "b.txt": "Ben: who\n", "c.json": native("please break")}
    )
    people, log, out = tmp_path / "people.csv", tmp_path / "log", tmp_path / "out"

    def interrupt(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score([folder], out, analyzer=Fake(log), progress=interrupt)
    people.write_text("name,display\nBen,Benno\n")
    log.unlink()
    score([folder], out, analyzer=Fake(log), resume=True, speakers=people, max_size=10**6)
    assert log.read_text().splitlines() == ["b", "c"]
    score([folder], tmp_path / "straight", analyzer=Fake(), speakers=people, max_size=10**6)
    assert contents(out) == contents(tmp_path / "straight")


def test_a_damaged_shard_is_made_again(meetings, tmp_path):
    out = tmp_path / "out"

    def interrupt(done, total):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score([meetings], out, analyzer=Fake(), progress=interrupt)
    shards = [path for path in sorted((out / ".parts").iterdir()) if path.name != "journal.jsonl"]
    shards[0].write_text(shards[0].read_text(encoding="utf-8")[:20], encoding="utf-8")
    score([meetings], out, analyzer=Fake(), resume=True)
    score([meetings], tmp_path / "straight", analyzer=Fake())
    assert contents(out) == contents(tmp_path / "straight")


def test_the_folder_is_read_only_a_little_ahead(tmp_path, monkeypatch):
    meetings = write(tmp_path / "meetings", {f"{number:03}.json": native() for number in range(60)})
    opened, ahead = [], []
    scan = intake.scan

    def counting(path, **rest):
        opened.append(path)
        return scan(path, **rest)

    def progress(done, total):
        if done < total:
            ahead.append(len(opened) - done)

    monkeypatch.setattr(intake, "scan", counting)
    for jobs, most in ((1, 1), (2, 30)):  # what is done waits for nobody, so a busy machine reads further
        opened.clear(), ahead.clear()
        score([meetings], tmp_path / f"out{jobs}", analyzer=Fake(seconds=0.03), jobs=jobs, progress=progress)
        assert len(ahead) == len(opened) == 60
        assert max(ahead) <= most


def test_overwrite_replaces_our_tables_and_nothing_else(meetings, tmp_path):
    out = write(tmp_path / "out", {"mine.txt": "mine"})
    score([meetings], out, analyzer=Fake(), overwrite=True)
    write(meetings, {"team/00.json": native("nothing here")})
    score([meetings], out, analyzer=Fake(), overwrite=True, table_format="csv")
    assert sorted(path.name for path in out.iterdir()) == sorted(
        ["mine.txt", *(name if "." in name else f"{name}.csv" for name in OUTPUTS)]
    )
    assert len(pd.read_csv(out / "spans.csv")) == 21


def test_results_below_the_folder_are_not_scored_again(tmp_path):
    folder = write(tmp_path / "meetings", {"one.json": native()})
    for name in ("out", "out", "other", "elsewhere"):
        assert score([folder], folder / name, analyzer=Fake(), overwrite=True).files == 1


def test_what_is_read_is_never_written_over(tmp_path):
    folder = write(tmp_path / "in", {"transcripts.jsonl": native("we can't"), "one.json": native("who")})
    people = tmp_path / "out" / "speakers.csv"
    write(tmp_path / "out", {"speakers.csv": "name\nAna\n"})
    for paths, out, more in (
        ([folder / "transcripts.jsonl"], folder, {}),
        ([folder / "one.json"], tmp_path / "out", {"speakers": people, "table_format": "parquet"}),
    ):
        with pytest.raises(UsageError, match="would be written over: name another folder"):
            score(paths, out, analyzer=Fake(), overwrite=True, **more)
    assert people.read_text(encoding="utf-8") == "name\nAna\n"


def test_tables_of_other_formats_that_no_run_wrote_are_left(tmp_path):
    folder = write(tmp_path / "in", {"one.json": native("we can't")})
    out = write(tmp_path / "out", {"customers.csv": "mine"})
    with pytest.raises(UsageError, match="holds nothing that was begun"):
        score([folder], out, analyzer=Fake(), resume=True)
    score([folder], out, analyzer=Fake(), overwrite=True)
    assert (out / "customers.csv").read_text(encoding="utf-8") == "mine"
    score([folder], out, analyzer=Fake(), overwrite=True, table_format="csv")
    assert not (out / "customers.jsonl").exists()
