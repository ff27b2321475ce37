from vitallies.render.frames import spans_frame
from vitallies.render.rows import SPAN_COLUMNS


def test_types_of_columns_do_not_depend_on_what_was_found(analysis, nothing):
    full, empty = spans_frame(analysis), spans_frame(nothing)
    assert list(full.columns) == list(empty.columns) == list(SPAN_COLUMNS)
    assert (len(full), len(empty)) == (4, 0)
    assert full.dtypes.to_dict() == empty.dtypes.to_dict()
    assert [str(full.dtypes[name]) for name in ("text", "turn", "score", "selected", "evidence")] == [
        "string",
        "int64",
        "float64",
        "bool",
        "object",
    ]


def test_values(analysis):
    frame = spans_frame(analysis)
    assert frame["label"].to_list() == ["VITAL_LIE", "CUSTOMER_FOCUSED", "CHALLENGE", "VITAL_LIE"]
    assert frame["kind"].isna().to_list() == [False, True, True, True]
    assert frame["time"].isna().to_list() == [False, True, False, True]
    assert frame["evidence"][0][0]["text"] == "that's"
