"""Rows as pandas frames whose column types don't depend on what was found."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from vitallies.render.rows import SPAN_COLUMNS, span_rows

if TYPE_CHECKING:
    import pandas as pd

    from vitallies.types import Analysis

_DTYPES: Final[MappingProxyType[str, Any]] = MappingProxyType(
    {"text": "string", "int": "int64", "float": "float64", "bool": "bool", "json": "object"}
)


def spans_frame(analysis: Analysis) -> pd.DataFrame:
    """One row a span, with the columns of the ``spans`` table.

    Parameters
    ----------
    analysis : Analysis
        What the model found.

    Returns
    -------
    pandas.DataFrame
        ``evidence`` holds lists of dicts; the types of the columns are the same for a frame without rows.
    """
    import pandas as pd

    rows = span_rows(analysis)
    return pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], dtype=_DTYPES[holds], name=name)
            for name, holds in SPAN_COLUMNS.items()
        }
    )
