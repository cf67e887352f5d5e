"""What the program is called for, against what it prints itself."""

import csv
import io
import os

import numpy as np
import pandas as pd
import pytest

import pottsmodel


def cells(text, separator="\t"):
    return list(csv.DictReader(io.StringIO(text), delimiter=separator))


def assert_same(frame, rows):
    """A table of the program, cell by cell: texts as they are, numbers equal, empty cells missing."""
    assert frame.columns.tolist() == list(rows[0]) and len(frame) == len(rows)
    for name in frame.columns:
        texts = [row[name] for row in rows]
        if frame[name].dtype.kind in "if":
            assert np.array_equal(frame[name].to_numpy(float), [float(text or "nan") for text in texts], equal_nan=True)
        else:
            assert frame[name].tolist() == texts


def test_contacts_are_the_programs_table(planted, printed):
    assert_same(planted.contacts(), cells(printed("contacts", planted.path)))
    near = planted.contacts(top=30, min_separation=1, apc=1)
    assert_same(near, cells(printed("contacts", planted.path, "--top", 30, "--min-separation", 1, "--apc", 1)))
    assert near["probability"].isna().any() and near["fn"].dtype == float
    assert len(planted.contacts(top="all", min_separation=1)) == 76 * 75 // 2
    chosen = planted.contacts(positions=[68, 28], score="apc", min_z=2, spread="1:2")
    options = ["--positions", "68,28", "--score", "apc", "--min-z", 2, "--spread", "1:2"]
    assert_same(chosen, cells(printed("contacts", planted.path, *options)))
    assert chosen["likes"].str.contains(r"\+").all()


def test_contacts_are_held_against_structures(planted, printed, data):
    fold = data / "planted.pdb"
    one = planted.contacts(structure=fold, top="L")
    assert_same(one, cells(printed("contacts", planted.path, "--structure", fold, "--top", "L")))
    assert set(one["verdict"]) <= {"within", "between", "neither", "unknown"} and one["contact"].isin([0, 1]).mean() > 0.9
    two = planted.contacts(structure=[fold, str(data / "planted.cif")], top=5)
    assert "touches_in" in two.columns and "touches_in" not in one.columns


def test_mutants_are_the_programs_scores(planted, printed):
    names = ["A24V", "A24V:R57I", "A25G", "G45A", "nonsense"]
    scored = planted.score_mutants(names)
    assert_same(scored, cells(printed("score-mutants", planted.path, *names[:2], *names[2:])))
    assert scored["mutant"].tolist() == names
    assert scored["status"].tolist() == ["scored", "scored", "wt_mismatch", "position_not_modelled", "unparsable"]
    assert scored["potts_score"].isna().tolist() == [False, False, True, True, True]
    assert planted.score_mutants("A24V")["potts_score"].iloc[0] == scored["potts_score"].iloc[0]


def test_a_table_keeps_its_rows_index_and_columns(planted):
    table = pd.DataFrame(
        {"measured": [1.5, None, 0.25], "variant": ["A24V", "L25G", "A24V:L25G"], "label": ["NA", 'a "b", c', "d\ne"]},
        index=["x", "y", "z"],
    )
    before = table.copy()
    scored = planted.score_mutants(table)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(scored[table.columns.tolist()], table)
    assert scored.columns.tolist()[3:5] == ["potts_score", "independent_score"]
    assert scored["potts_score"].tolist() == planted.score_mutants(table["variant"])["potts_score"].tolist()
    again = planted.score_mutants(scored, column="variant")
    assert sorted(again.columns) == sorted(scored.columns)
    assert again["potts_score"].equals(scored["potts_score"])
    of_status = planted.score_mutants(pd.DataFrame({"status": table["variant"]}), column="status")
    assert of_status["status"].tolist() == table["variant"].tolist()
    assert of_status["potts_score"].tolist() == scored["potts_score"].tolist()


def test_numberings_may_be_shifted(planted):
    shifted = planted.score_mutants(["A1V"], offset=23)
    assert shifted["potts_score"].iloc[0] == planted.score_mutants(["A24V"])["potts_score"].iloc[0]


def test_all_singles(planted, printed):
    positions = planted.position_table()
    assert list(positions["position"]) == list(planted.positions) and positions["mean_effect"].between(-1, 0).all()
    singles = planted.single_mutants()
    assert len(singles) == 76 * 19
    assert_same(singles, cells(printed("score-mutants", planted.path, "--all-single")))


def test_failures_are_the_programs(planted, alignment, tmp_path):
    with pytest.raises(pottsmodel.PottsError, match="missing.a2m") as failure:
        pottsmodel.fit(tmp_path / "missing.a2m", output=tmp_path / "m.h5")
    assert failure.value.exit_code == 1
    with pytest.raises(pottsmodel.PottsError) as failure:
        planted.contacts(top="some")
    assert failure.value.exit_code == 2
    with pytest.raises(pottsmodel.PottsError) as failure:
        planted.score_mutants(["nonsense"])
    assert failure.value.exit_code == 3
    with pytest.raises(pottsmodel.PottsError, match="exists already"):
        pottsmodel.fit(alignment, output=planted.path)


def test_warnings_are_pythons(alignment, tmp_path):
    with pytest.warns(UserWarning, match="(?i)converged"):
        model = pottsmodel.fit(alignment, output=tmp_path / "short.h5", max_iterations=1)
    assert model.metadata["converged"] in (0, False)


def test_files_may_begin_with_a_hyphen(alignment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.symlink(alignment, "-family.a2m")
    model = pottsmodel.fit("-family.a2m", output="-model.h5", method="mean-field")
    assert model.sites == 76 and os.path.isfile("-model.h5")
    assert len(model.contacts(top=3, score="di")) == 3
