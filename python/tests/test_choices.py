"""What to make and what makes up for a mutant: the program's tables."""

import subprocess

import pytest

import pottsmodel
from test_program import assert_same, cells

HELP = subprocess.run([pottsmodel.program(), "--help"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


def has(command):
    return pytest.mark.skipif(f"\n  {command} " not in HELP, reason=f"THE PROGRAM HAS NO COMMAND {command}, WHICH Python CALLS")


@has("epistasis")
def test_what_rescues_a_mutant(planted, printed, data):
    table = planted.rescue("I69D")
    assert_same(table, cells(printed("epistasis", planted.path, "--rescue", "I69D")))
    assert len(table) > 1 and (table["interaction"] > 0).all() and len(planted.rescue("I69D", top=1)) == 1
    near = planted.rescue("I69D", structure=data / "planted.pdb")
    assert near["distance"].notna().any()
    # The same numbers from the arrays.
    second = table["second"].iloc[0]
    expected = planted.epistasis(69, int(second[1:-1])).loc["D", second[-1]]
    assert table["interaction"].iloc[0] == pytest.approx(expected, abs=1e-6)


@has("epistasis")
def test_what_a_position_and_a_substitution_depend_on(planted, printed, data):
    table = planted.partners(69)
    assert_same(table, cells(printed("epistasis", planted.path, "--partners", 69)))
    assert len(table) == 20 and (table["rms"].diff().dropna() <= 0).all()
    # The same numbers from the arrays.
    first = planted.epistasis(69, table["partner"].iloc[0])
    own, other = planted.letters[planted.site(69)], table["residue"].iloc[0]
    cells_of = first.drop(index=own, columns=other).to_numpy()
    assert table["rms"].iloc[0] == pytest.approx(float((cells_of**2).mean() ** 0.5), abs=1e-6)
    assert table["highest"].iloc[0] == pytest.approx(cells_of.max(), abs=1e-6)
    assert table["highest_pair"].str.fullmatch(r"[A-Z]\d+[A-Z]:[A-Z]\d+[A-Z]").all()
    largest = planted.partners("69", by="largest", top=5, structure=data / "planted.pdb")
    options = ["--by", "largest", "--top", 5, "--structure", data / "planted.pdb"]
    assert_same(largest, cells(printed("epistasis", planted.path, "--partners", 69, *options)))
    assert largest["distance"].notna().all()
    of_mutant = planted.partners("A24V", background="R57I", top=4)
    assert_same(of_mutant, cells(printed("epistasis", planted.path, "--partners", "A24V", "--background", "R57I", "--top", 4)))
    assert set(of_mutant["first"]) == {"A24V"} and (of_mutant["interaction"].abs().diff().dropna() <= 0).all()
    assert_same(
        planted.rescue("I69D", background="A24V", top=3),
        cells(printed("epistasis", planted.path, "--rescue", "I69D", "--background", "A24V", "--top", 3)),
    )
    with pytest.raises(pottsmodel.PottsError, match="45"):
        planted.partners(45)


@has("epistasis")
def test_the_best_of_all_combinations(planted, printed):
    table = planted.combine(["A24V", "A24L", 57, "66-67"], order="2-3", top=6)
    options = ["--combine", "A24V,A24L,57,66-67", "--order", "2-3", "--top", 6]
    assert_same(table, cells(printed("epistasis", planted.path, *options)))
    assert len(table) == 6 and (table["joint"].diff().dropna() <= 0).all()
    assert planted.combine("A24V,A24L,57,66-67", order="2-3", top=6).equals(table)
    assert len(planted.combine(["A24V", "R57I"])) == 1
    there = planted.combine(["A24V", 66], background="R57I", top=2)
    assert_same(there, cells(printed("epistasis", planted.path, "--combine", "A24V,66", "--background", "R57I", "--top", 2)))


@has("design")
def test_what_to_make(planted, printed):
    order = planted.design(singles=5, doubles=3)
    assert_same(order, cells(printed("design", planted.path, "--singles", 5, "--doubles", 3)))
    assert len(order) == 8 and order["kind"].value_counts().to_dict() == {"single": 5, "double": 3}
    scored = planted.score_mutants(order["mutant"])
    assert order["potts_score"].to_numpy() == pytest.approx(scored["potts_score"].to_numpy(), abs=1e-6)
    designs = planted.design(4, max_mutations=3, distance=2, mutate=[69, 75, 66, 98], keep="98", score="potts", only_seen=0)
    assert designs["design"].tolist() == [1, 2, 3, 4] and (designs["mutations"] <= 3).all()
    assert not designs["mutant"].str.contains("98").any()
    # Whole sequences score what their mutants do.
    assert planted.score(designs["sequence"]) == pytest.approx(designs["potts_score"].to_numpy(), abs=1e-6)
    with pytest.raises(pottsmodel.PottsError, match="number") as failure:
        planted.design(3, singles=4)
    assert failure.value.exit_code == 2
