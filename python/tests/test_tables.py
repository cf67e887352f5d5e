"""Columns of the program's tables, those too that this package has never heard of."""

import numpy as np

from pottsmodel._tables import cells, typed


def test_columns_have_their_kinds():
    text = "rank\tposition\tmutant\tpotts_score\tpotts_se\tconfidence\tsupport\tcalibrated_low\tlater\tconfident\n"
    text += "1\t24\tA24V\t-2.37\t0.5\thigh\t12\t-0.25\tyes\t1\n2\t25\tL25A\t\t\t\t\t\t\t\n"
    table = typed(cells(text))
    assert table["rank"].dtype == table["position"].dtype == np.int64
    for name, value in (("potts_score", -2.37), ("potts_se", 0.5), ("support", 12.0), ("calibrated_low", -0.25)):
        assert table[name].dtype == float and table[name].iloc[0] == value and np.isnan(table[name].iloc[1]), name
    assert table["confidence"].tolist() == ["high", ""] and table["later"].tolist() == ["yes", ""]
    # Text that looks like numbers stays text where it is known to be.
    assert table["confident"].tolist() == ["1", ""]


def test_whole_numbers_may_be_missing():
    table = typed(cells("design\tpartner\tproved\n1\tA:3\tyes\n\tB:4\tno\n"))
    assert table["design"].iloc[0] == 1 and np.isnan(table["design"].iloc[1])
    assert table["partner"].tolist() == ["A:3", "B:4"] and table["proved"].tolist() == ["yes", "no"]


def test_positions_of_chains_are_text():
    table = typed(cells("rank\ti\tj\tpotts_score.1\n1\tA:3\tB:4\t0.5\n"))
    assert table["i"].tolist() == ["A:3"] and table["rank"].tolist() == [1]
    assert typed(cells("i\tj\n")).empty
