import json

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitallies.errors import UsageError
from vitallies.render import tables
from vitallies.render.tables import FORMATS, write_table

COLUMNS = {"text": "text", "n": "int", "x": "float", "ok": "bool", "why": "json"}
NASTY = ['say "no",\nthen;', "a\rb", "a\r\nb", " lead", "🙂 ünï", "\u2028", "=1+1", "NA", "'", ",", "\t", "007"]
ROWS = [{"text": text, "n": n, "x": n / 3, "ok": n % 2 == 0, "why": [{"a": text}]} for n, text in enumerate(NASTY)]
ROWS.append({"text": None, "n": -1, "x": None, "ok": True, "why": []})


def from_jsonl(path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def from_csv(path):
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype={"text": str})
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()} | {"why": json.loads(row["why"])}
        for row in frame.to_dict("records")
    ]


def from_parquet(path):
    return [row | {"why": json.loads(row["why"])} for row in pq.read_table(path).to_pylist()]


READERS = {"jsonl": from_jsonl, "csv": from_csv, "parquet": from_parquet}


@pytest.mark.parametrize("name", FORMATS)
def test_round_trip(name, tmp_path):
    path = tmp_path / f"table.{name}"
    write_table(path, iter(ROWS), COLUMNS, name)
    assert READERS[name](path) == ROWS
    assert list(tmp_path.iterdir()) == [path]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), max_size=5))
def test_csv_gives_any_text_back(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    rows = [{"n": n, "text": text} for n, text in enumerate(texts)]
    write_table(path, rows, {"n": "int", "text": "text"}, "csv")
    frame = pd.read_csv(path, keep_default_na=False, dtype={"text": str})
    assert frame["text"].to_list() == texts


@pytest.mark.parametrize("name", FORMATS)
def test_without_rows_the_columns_are_still_there(name, tmp_path):
    path = tmp_path / "table"
    write_table(path, [], COLUMNS, name)
    if name == "jsonl":
        assert path.read_bytes() == b""
    else:
        frame = pd.read_csv(path) if name == "csv" else pd.read_parquet(path)
        assert list(frame.columns) == list(COLUMNS)
        assert len(frame) == 0


@pytest.mark.parametrize("name", FORMATS)
def test_same_rows_same_bytes(name, tmp_path):
    write_table(tmp_path / "a", ROWS, COLUMNS, name)
    write_table(tmp_path / "b", ROWS, COLUMNS, name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_failure_leaves_the_old_file_alone(name, tmp_path):
    path = tmp_path / "table"
    path.write_text("old")

    def rows():
        yield ROWS[0]
        raise RuntimeError("the disk of the input is gone")

    with pytest.raises(RuntimeError):
        write_table(path, rows(), COLUMNS, name)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_parquet_is_written_in_groups_as_rows_come(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_ROW_GROUP", 5)
    write_table(tmp_path / "table", iter(ROWS), COLUMNS, "parquet")
    found = pq.ParquetFile(tmp_path / "table").metadata
    assert [found.row_group(number).num_rows for number in range(found.num_row_groups)] == [5, 5, 3]


def test_an_unknown_format_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"'xlsx': use jsonl, csv, parquet"):
        write_table(tmp_path / "table", [], COLUMNS, "xlsx")
    assert list(tmp_path.iterdir()) == []
