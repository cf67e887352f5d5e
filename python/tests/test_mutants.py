"""Mutants from the arrays of a model, against the scores of the program."""

import numpy as np
import pandas as pd
import pytest

import pottsmodel

# The program prints six digits behind the point.
PRINTED = 6e-7


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
def test_double_mutants_have_the_programs_scores(kind, positions, request):
    model = request.getfixturevalue(kind)
    doubles = model.double_mutants(positions)
    count = 4 if isinstance(positions, str) else len(positions)
    assert len(doubles) == 361 * count * (count - 1) // 2 and doubles["mutant"].is_unique
    expected = model.score_mutants(doubles["mutant"])
    assert (expected["status"] == "scored").all()
    for name in ("potts_score", "independent_score", "additive_score", "epistasis"):
        assert np.abs(doubles[name] - expected[name]).max() < PRINTED, name
    # The sum of two numbers with six digits.
    assert np.abs(doubles["effect_score"] - expected["effect_score"]).max() < 2 * PRINTED
    for name in ("seen", "coverage"):
        assert doubles[name].tolist() == expected[name].tolist()
    assert (doubles["epistasis"].abs().max() == 0) == (kind == "independent")


def test_double_mutants_are_those_of_all_doubles(planted, printed):
    listed = [line.split("\t")[0] for line in printed("score-mutants", planted.path, "--all-double").splitlines()[1 : 2 * 361 + 1]]
    doubles = planted.double_mutants([24, 25, 26])
    assert doubles["mutant"].iloc[: 2 * 361].tolist() == listed


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
