"""Tables of the program as DataFrames."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd

# Columns of text, whatever their cells look like.
_TEXTS = frozenset(
    "mutant A_i A_j status note likes dislikes verdict confident touches_in residue tolerated partners confidence"
    " first second kind proved sequence pairs highest_pair lowest_pair".split()
)
# Whole numbers, if no cell is empty; positions are text where they name a chain.
_COUNTS = frozenset("rank i j position partner design mutations".split())


def cells(text: str) -> pd.DataFrame:
    """A table of the program, all cells as text."""
    return pd.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """The program's own columns: numbers just as they are printed, empty cells of numbers missing.

    A column that this package does not know is one of numbers if all its cells are numbers or empty, and else text.
    """
    return table.assign(**{name: _column(name, table[name]) for name in table.columns})


def _column(name: str, column: Any) -> Any:
    # Where two columns have the same name pandas puts a point and a number behind that of the second.
    name = name.partition(".")[0]
    if name in _TEXTS or (name in _COUNTS and column.str.contains(":", regex=False).any()):
        return column
    if name in _COUNTS and (column != "").all():
        return column.astype(np.int64)
    try:
        return np.array([float(cell or "nan") for cell in column.tolist()])
    except ValueError:
        return column
