"""Mutants from the arrays of a model, against the scores of the program."""

import re

import numpy as np
import pandas as pd
import pytest

import pottsmodel
from pottsmodel import _mutants
from pottsmodel._positions import labels, site_of, substitutions
from test_program import assert_same, cells

# The program prints six digits behind the point.
PRINTED = 6e-7
# The substitutions of a double mutant, with or without chains, and of one its position and its residue.
SUBSTITUTION = re.compile(r"(?:[AB]:)?[A-Z]\d+[A-Z](?=:|$)")
LAST = re.compile(r"((?:[AB]:)?)[A-Z](\d+)([A-Z])")
HALVES = "^((?:[AB]:)?[A-Z][0-9]+[A-Z]):(.*)$"
FITS = {
    "plm": {},
    "bootstrap": {"bootstrap": 3},
    "gaps": {"gaps": "state"},
    "alone": {"method": "independent"},
    "chains": {"chains": "4,4"},
}


@pytest.fixture(scope="session", params=list(FITS))
def short(request, alignment, tmp_path_factory):
    """The first eight columns: all of their double mutants are few."""
    folder = tmp_path_factory.mktemp(request.param)
    rows = alignment.read_text().split(">")[1:]
    names, sequences = zip(*((row.split("\n", 1)[0], row.split("\n", 1)[1].replace("\n", "")) for row in rows))
    names = [names[0].replace("24-101", "24-31"), *names[1:]]
    (folder / "short.a2m").write_text("".join(f">{name}\n{sequence[:8]}\n" for name, sequence in zip(names, sequences)))
    return pottsmodel.fit(folder / "short.a2m", output=folder / "short.h5", threads=1, quiet=True, **FITS[request.param])


@pytest.fixture(scope="session")
def of_chains(alignment, tmp_path_factory):
    path = tmp_path_factory.mktemp("complex") / "complex.h5"
    return pottsmodel.fit(alignment, output=path, chains="40,38", method="mean-field", threads=1)


@pytest.fixture(scope="session")
def without_target(alignment, tmp_path_factory):
    path = tmp_path_factory.mktemp("targetless") / "m.h5"
    return pottsmodel.fit(alignment, output=path, no_focus=True, method="mean-field", threads=1)


def test_a_matrix_has_the_singles_in_its_cells(planted, of_chains):
    singles = planted.single_mutants().set_index("mutant")
    matrix = planted.mutant_matrix("potts_score")
    assert matrix.shape == (76, 20) and matrix.index.tolist() == planted.positions.tolist()
    assert "".join(matrix.columns) == planted.alphabet
    assert (matrix.index.name, matrix.columns.name) == ("position", "residue")
    for mutant in ("A24V", "L25A", "V101Y"):
        assert matrix.loc[int(mutant[1:-1]), mutant[-1]] == singles.loc[mutant, "potts_score"]
    assert np.isnan(matrix.to_numpy()).sum() == 76
    assert all(np.isnan(matrix.loc[p, a]) for p, a in zip(planted.positions, planted.letters))
    assert np.nansum(matrix.to_numpy()) == pytest.approx(singles["potts_score"].sum(), rel=1e-12)
    assert of_chains.mutant_matrix().loc["B:3", "A"] == of_chains.score_mutants(["B:S3A"])["effect_score"].iloc[0]


def test_means_of_a_row_are_those_of_the_positions(planted):
    table = planted.position_table()
    assert planted.mutant_matrix().mean(axis=1).to_numpy() == pytest.approx(table["mean_effect"].to_numpy(), abs=6e-5)
    assert planted.mutant_matrix("potts_score").mean(axis=1).to_numpy() == pytest.approx(table["mean_score"].to_numpy(), abs=2e-6)


def test_other_columns_have_matrices_and_texts_have_none(planted, with_gap_state):
    assert planted.mutant_matrix("seen").loc[24, "V"] == planted.score_mutants("A24V")["seen"].iloc[0]
    assert with_gap_state.mutant_matrix().shape == (76, 20)
    with pytest.raises(ValueError, match="'status' is no column of numbers.*potts_score.*effect_score"):
        planted.mutant_matrix("status")


@pytest.mark.parametrize(
    ("kind", "positions"),
    [
        ("planted", [52, 24, 30]),
        ("planted", "24,74-76"),
        ("with_gap_state", [44, 46]),
        ("independent", [24, 101]),
        ("of_chains", ["A:40", "B:1", "A:12"]),
    ],
)
def test_double_mutants_go_with_the_arrays(kind, positions, request):
    model = request.getfixturevalue(kind)
    doubles = model.double_mutants(positions)
    count = 4 if isinstance(positions, str) else len(positions)
    assert len(doubles) == 361 * count * (count - 1) // 2 and doubles["mutant"].is_unique
    assert (doubles["status"] == "scored").all()
    assert np.abs(doubles["additive_score"] + doubles["epistasis"] - doubles["potts_score"]).max() < 3 * PRINTED
    assert (doubles["epistasis"].abs().max() == 0) == (kind == "independent")
    for row in doubles.iloc[::97].itertuples():
        (i, a), (j, b) = (LAST.match(one).expand(r"\1\2 \3").split() for one in SUBSTITUTION.findall(row.mutant))
        assert abs(model.epistasis(i, j).loc[a, b] - row.epistasis) < PRINTED
        letters = list(model.letters)
        for position, residue in ((i, a), (j, b)):
            letters[site_of(model, position)] = residue
        assert abs(model.score("".join(letters))[0] - row.potts_score) < PRINTED


def test_double_mutants_are_those_of_all_doubles(short, printed, monkeypatch):
    monkeypatch.setattr(_mutants, "_PAIRS_AT_ONCE", 7)
    doubles = short.double_mutants(labels(short))
    # Every column, to the last digit.
    assert_same(doubles, cells(printed("score-mutants", short.path, "--all-double")))
    assert len(doubles) == 361 * 8 * 7 // 2
    assert doubles["potts_se"].notna().all() == ("bootstrap" in short.metadata["command_line"])
    # Effects that are printed do not add up to printed effects, which is why the program is asked.
    effects = short.single_mutants().set_index("mutant")["effect_score"]
    halves = doubles["mutant"].str.extract(HALVES)
    added = (effects[halves[0]].to_numpy() + effects[halves[1]].to_numpy()).round(6)
    assert 0 < (added != doubles["effect_score"]).mean() < 1 and np.abs(added - doubles["effect_score"]).max() < 2e-6


def test_double_mutants_are_those_of_epistasis(planted, printed):
    positions = [24, 27, 30, 38, 52, 58, 66, 75, 98, 101]
    doubles = planted.double_mutants(positions)
    rows = cells(printed("epistasis", planted.path, "--positions", ",".join(map(str, positions))))
    assert len(rows) == len(doubles) == 361 * 45
    for name, other in (("mutant", "mutant"), ("potts_score", "joint"), ("epistasis", "interaction"), ("effect_score", "effect_score")):
        assert doubles[name].tolist() == [row[other] if name == "mutant" else float(row[other]) for row in rows], name


def test_mutants_are_made_in_a_background(planted, printed):
    there = planted.score_mutants(["I57K", "A24V:I57K", "R57K"], background="R57I")
    assert_same(there, cells(printed("score-mutants", planted.path, "I57K", "A24V:I57K", "R57K", "--background", "R57I")))
    assert there["status"].tolist() == ["scored", "scored", "wt_mismatch"]
    here = planted.score_mutants(["R57I", "R57K", "A24V:R57K"]).set_index("mutant")["potts_score"]
    assert there["potts_score"].iloc[0] == pytest.approx(here["R57K"] - here["R57I"], abs=2 * PRINTED)
    assert there["potts_score"].iloc[1] == pytest.approx(here["A24V:R57K"] - here["R57I"], abs=2 * PRINTED)
    singles = planted.single_mutants(background="R57I")
    assert_same(singles, cells(printed("score-mutants", planted.path, "--all-single", "--background", "R57I")))
    assert "I57R" in set(singles["mutant"]) and "R57I" not in set(singles["mutant"])
    with pytest.raises(pottsmodel.PottsError, match="background") as failure:
        planted.single_mutants(background="A1V")
    assert failure.value.exit_code in (2, 3)
    with pytest.raises(pottsmodel.PottsError, match="background cannot be used with calibration"):
        planted.score_mutants("A24V", background="R57I", calibration="c.h5")


@pytest.mark.parametrize("short", ["plm", "chains", "gaps"], indirect=True)
def test_double_mutants_in_a_background(short, printed):
    first, last = (labels(short)[at] for at in (1, -1))
    background = ":".join(next(substitutions(short, at))[1] for at in (1, 7))
    doubles = short.double_mutants(labels(short), background=background)
    assert_same(doubles, cells(printed("score-mutants", short.path, "--all-double", "--background", background)))
    some = short.double_mutants([last, first, labels(short)[4]], background=background)
    assert len(some) == 3 * 361
    expected = doubles[doubles["mutant"].isin(some["mutant"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, expected)


def test_a_background_may_lack_a_residue(with_gap_state):
    # Of the whole target's length: it has residues that are not modelled.
    whole = with_gap_state._target
    gone = whole[:3] + "-" + whole[4:]
    with pytest.raises(ValueError, match="background has no residue at position 27"):
        with_gap_state.double_mutants([24, 27], background=gone)


def test_scores_have_short_names(planted):
    for short, long in (("potts", "potts_score"), ("effect", "effect_score"), ("independent", "independent_score")):
        pd.testing.assert_frame_equal(planted.mutant_matrix(short), planted.mutant_matrix(long))
        assert planted.score(planted.letters[:-1] + "W", score=short) == planted.score(planted.letters[:-1] + "W", score=long) != 0
    pd.testing.assert_frame_equal(planted.mutant_matrix("additive"), planted.mutant_matrix("potts"))
    with pytest.raises(ValueError, match="'pots' is no column of numbers"):
        planted.mutant_matrix("pots")
    with pytest.raises(ValueError, match="'pots' is no score of whole sequences"):
        planted.score(planted.letters, score="pots")
    assert planted.design(2, max_mutations=2, score="effect_score").equals(planted.design(2, max_mutations=2, score="effect"))


def test_positions_of_doubles_are_two_that_are_modelled(planted, of_chains):
    with pytest.raises(ValueError, match="two positions or more, and .* are 1"):
        planted.double_mutants([24, "24"])
    with pytest.raises(KeyError, match="45 is not modelled"):
        planted.double_mutants([24, 45])
    with pytest.raises(KeyError, match="45 is not modelled"):
        planted.double_mutants("24,45")
    with pytest.raises(ValueError, match="'x' is no position"):
        planted.double_mutants("24,x")
    with pytest.raises(KeyError, match="A:24 is not modelled: the model has no chains"):
        planted.double_mutants([24, "A:24"])
    with pytest.raises(ValueError, match="A, B"):
        of_chains.double_mutants([1, 2])
    # In text a number alone is that of every chain.
    assert of_chains.double_mutants("3")["mutant"].str.match(r"A:F3.:B:S3.").all()


def substitution(model, position, residue):
    chain, colon, number = str(position).rpartition(":")
    return f"{chain}{colon}{model.letters[model.site(int(number), chain or None)]}{number}{residue}"


@pytest.mark.parametrize(
    ("kind", "i", "j"), [("planted", 69, 75), ("planted", 75, 69), ("of_chains", "B:5", "B:25"), ("of_chains", "B:1", "A:40")]
)
def test_epistasis_is_the_programs(kind, i, j, request):
    model = request.getfixturevalue(kind)
    table = model.epistasis(i, j)
    assert table.shape == (20, 20) and (table.index.name, table.columns.name) == (str(i), str(j))
    pairs = [(a, b) for a in model.alphabet for b in model.alphabet[::3]]
    scored = model.score_mutants([f"{substitution(model, i, a)}:{substitution(model, j, b)}" for a, b in pairs])
    assert set(scored["status"]) <= {"scored", "synonymous"}
    assert np.abs([table.loc[a, b] for a, b in pairs] - scored["epistasis"]).max() < PRINTED
    assert scored["epistasis"].std() > 0.1


def test_epistasis_with_the_wild_type_is_nothing(planted, independent):
    table = planted.epistasis(66, 98)
    i, j = planted.site(66), planted.site(98)
    assert not table.loc[planted.letters[i]].any() and not table[planted.letters[j]].any()
    assert table.to_numpy().std() > 0.1
    pd.testing.assert_frame_equal(planted.epistasis(98, 66), table.T)
    assert not independent.epistasis(66, 98).to_numpy().any()
    with pytest.raises(ValueError, match="are one"):
        planted.epistasis(66, "66")
    with pytest.raises(ValueError, match="are several"):
        planted.epistasis(66, "70-72")


def test_models_without_a_target_have_no_mutants(without_target):
    for asked in (
        lambda: without_target.epistasis(1, 2),
        lambda: without_target.double_mutants([1, 2]),
        lambda: without_target.score("-" * without_target.sites),
    ):
        with pytest.raises(ValueError, match="no target"):
            asked()
    with pytest.raises(pottsmodel.PottsError, match="letters of a target"):
        without_target.mutant_matrix()
