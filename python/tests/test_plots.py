"""What pictures show."""

import json
import re
import sys

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot

import pottsmodel


@pytest.fixture(autouse=True)
def pictures_are_closed():
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def assay(data):
    return pd.read_csv(data / "planted_mutants.csv")


def points(drawn):
    return {(int(x), int(y)) for x, y in np.asarray(drawn.get_offsets())}


def drawn_by_name(ax):
    return {re.sub(r" \(\d+\)$", "", drawn.get_label()): drawn for drawn in ax.collections if not drawn.get_label().startswith("_")}


def test_predicted_pairs_are_above_the_diagonal(planted):
    contacts = planted.contacts(top=30)
    ax = planted.plot_contacts(contacts)
    (drawn,) = drawn_by_name(ax).values()
    assert points(drawn) == set(zip(contacts["i"], contacts["j"])) and all(x < y for x, y in points(drawn))
    assert sorted(drawn.get_array()) == sorted(contacts["probability"])
    assert ax.get_xlim() == (23, 102) and ax.get_legend() is None
    ax = planted.plot_contacts(top=5, min_separation=12, value="fn")
    (drawn,) = drawn_by_name(ax).values()
    assert sorted(drawn.get_array()) == sorted(planted.contacts(top=5, min_separation=12)["fn"])
    # Pairs near each other have no probability.
    near = planted.plot_contacts(planted.contacts(top="all", min_separation=1).query("j - i < 3"))
    assert near.figure.axes[-1].get_ylabel() == "score"


@pytest.mark.parametrize("kind", ["file", "table", "its own"])
def test_contacts_are_held_against_a_structure(planted, data, kind):
    told = planted.contacts(top="all", structure=data / "planted.pdb")
    contacts = told.head(76) if kind == "its own" else planted.contacts(top=76)
    structure = {"file": data / "planted.pdb", "table": told[told["contact"] == 1][["i", "j"]], "its own": None}[kind]
    drawn = drawn_by_name(planted.plot_contacts(contacts, structure=structure))
    first = told.head(76)
    hits, misses = (set(zip(part["i"], part["j"])) for part in (first[first["contact"] == 1], first[first["contact"] == 0]))
    assert len(hits) > 40 and len(misses) > 5
    assert points(drawn["predicted, touch"]) == hits and points(drawn["predicted, do not touch"]) == misses
    assert points(drawn["touch, predicted"]) == {(j, i) for i, j in hits}
    if kind != "its own":
        others = told[76:][told["contact"][76:] == 1]
        assert points(drawn["touch, not predicted"]) == set(zip(others["j"], others["i"]))


def test_pairs_that_a_structure_lacks_are_not_misses(planted):
    contacts = planted.contacts(top=10).assign(contact=[1.0, 0.0, np.nan] + [1.0] * 7)
    drawn = drawn_by_name(planted.plot_contacts(contacts))
    third = contacts.iloc[2]
    assert points(drawn["predicted, not told"]) == {(third["i"], third["j"])}
    assert len(points(drawn["predicted, touch"])) == 8


def test_chains_lie_one_behind_the_other(alignment, tmp_path):
    model = pottsmodel.fit(alignment, output=tmp_path / "complex.h5", chains="40,38", method="mean-field", threads=1)
    contacts = model.contacts(pairs="inter", top=10)
    ax = model.plot_contacts(contacts)
    (drawn,) = drawn_by_name(ax).values()
    expected = {tuple(model.site(int(end.split(":")[1]), end[0]) for end in pair) for pair in zip(contacts["i"], contacts["j"])}
    assert points(drawn) == expected
    assert ax.get_xticklabels()[0].get_text() == "A:1"
    heat = model.plot_mutants(positions="A:1-3,B:1-2")
    assert [label.get_text() for label in heat.get_xticklabels()] == ["A:1", "A:2", "A:3", "B:1", "B:2"]


def test_wild_types_are_marked_in_a_heat_map(planted):
    ax = planted.plot_mutants("potts_score", positions="24-26,101")
    shown = np.ma.filled(ax.images[0].get_array(), np.nan)
    matrix = planted.mutant_matrix("potts_score").loc[[24, 25, 26, 101]]
    assert np.array_equal(shown, matrix.to_numpy().T, equal_nan=True)
    assert [label.get_text() for label in ax.get_yticklabels()] == list(planted.alphabet)
    x, y = ax.lines[0].get_data()
    assert [planted.alphabet[row] for row in y] == list("ALFV") and list(x) == [0, 1, 2, 3]
    assert np.isnan(shown[list(y), list(x)]).all()
    # A matrix of one's own, with fewer positions.
    own = planted.plot_mutants(matrix.drop(25))
    assert own.images[0].get_array().shape == (20, 3)
    with pytest.raises(ValueError, match="no row of the matrix"):
        planted.plot_mutants(matrix.reset_index(drop=True))
    with pytest.raises(ValueError, match=r"for a table of epistasis\(i, j\) there is plot_epistasis\(i, j\)"):
        planted.plot_mutants(planted.epistasis(69, 75))
    assert planted.plot_mutants("potts", positions="24-26").figure.axes[-1].get_ylabel() == "potts_score"
    with pytest.raises(ValueError, match="no number"):
        planted.plot_mutants(matrix * np.nan)


@pytest.mark.parametrize(("i", "j"), [(69, 75), ("75", 69)])
def test_a_heat_map_of_epistasis_is_symmetric_around_nothing(planted, i, j):
    ax = planted.plot_epistasis(i, j)
    (image,) = ax.images
    table = planted.epistasis(i, j)
    assert np.array_equal(image.get_array(), table.to_numpy())
    low, high = image.get_clim()
    assert low == -high and high == table.abs().to_numpy().max() > 0.1
    # White in the middle, and other colours on its sides.
    assert min(image.cmap(0.5)[:3]) > 0.9 and image.cmap(0.0)[0] > image.cmap(0.0)[2] and image.cmap(1.0)[0] < image.cmap(1.0)[2]
    own = [planted.letters[planted.site(int(position))] for position in (i, j)]
    assert ax.get_ylabel() == f"residue at {i}, {own[0]} in the target" and ax.get_xlabel() == f"residue at {j}, {own[1]} in the target"
    assert [label.get_text() for label in ax.get_yticklabels()] == [label.get_text() for label in ax.get_xticklabels()] == list(table.index)
    (dot,) = [line for line in ax.lines if line.get_label() == "wild type"]
    (x,), (y,) = dot.get_data()
    assert [table.index[y], table.columns[x]] == own and image.get_array()[y, x] == 0


def test_epistasis_of_two_chains_or_none_is_drawn(alignment, independent, tmp_path):
    model = pottsmodel.fit(alignment, output=tmp_path / "complex.h5", chains="40,38", method="mean-field", threads=1)
    assert model.plot_epistasis("A:40", "B:1").get_xlabel().startswith("residue at B:1, ")
    ax = independent.plot_epistasis(24, 25)
    assert ax.images[0].get_clim() == (-1, 1) and not ax.images[0].get_array().any()
    with pytest.raises(ValueError, match="are one"):
        model.plot_epistasis("A:3", "A:3")


def test_the_correlation_is_the_programs(planted, printed, assay, data):
    told = json.loads(printed("score-mutants", planted.path, "--file", data / "planted_mutants.csv", "--against", "score", "--json"))
    for score in ("effect_score", "potts_score", "independent_score"):
        ax = planted.plot_against(assay, score=score)
        assert ax.get_title() == f"Spearman {told['against'][score]:.3f}, 2944 mutants"
        assert (ax.get_xlabel(), ax.get_ylabel()) == (score, "score")
    scored = planted.score_mutants(assay)
    rho = pottsmodel._statistics.spearman(scored["score"].to_numpy(), scored["potts_score"].to_numpy())
    assert rho == pytest.approx(told["against"]["potts_score"], abs=1e-6)
    assert len(planted.plot_against(scored, "score").collections[0].get_offsets()) == 2944


def test_only_measured_mutants_are_shown(planted):
    table = pd.DataFrame({"mutant": ["A24V", "A24A", "wt", "L25G", "F26A", "G45A", "P30A"], "y": [1.0, 9, 9, 2, 3, 9, np.nan]})
    ax = planted.plot_against(table)
    assert sorted(np.asarray(ax.collections[0].get_offsets())[:, 1]) == [1, 2, 3]
    with pytest.raises(ValueError, match="2 of 2 rows have a score.*3 are needed"):
        planted.plot_against(table.iloc[[0, 3]])
    with pytest.raises(ValueError, match="no column 'z'"):
        planted.plot_against(table, "z")
    with pytest.raises(ValueError, match="name the column of measurements.*they are y, z"):
        planted.plot_against(table.assign(z=1.0))
    assert planted.plot_against(table, score="effect").get_xlabel() == "effect_score"
    # A column of one's own goes before a score's short name.
    assert planted.plot_against(table.assign(effect=range(7)), "y", score="effect").get_xlabel() == "effect"
    with pytest.raises(ValueError, match="gives no column 'fitness'"):
        planted.plot_against(table, score="fitness")


def test_the_correlation_ties_what_the_fit_does_not_tell_apart():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    spearman = pottsmodel._statistics.spearman
    assert spearman(values, np.array([0.0, 0.00001, 1.0, 2.0])) == spearman(values, np.array([0.0, 0.0, 1.0, 2.0])) < 1
    assert spearman(values, -values) == -1 and spearman(values, values * 0) is None and spearman(values[:2], values[:2]) is None


def test_axes_may_be_given(planted, assay):
    _, axes = pyplot.subplots(1, 4)
    count = len(pyplot.get_fignums())
    assert planted.plot_contacts(ax=axes[0], top=5) is axes[0]
    assert planted.plot_mutants(ax=axes[1]) is axes[1]
    assert planted.plot_against(assay.head(20), ax=axes[2]) is axes[2]
    assert planted.plot_epistasis(69, 75, ax=axes[3]) is axes[3]
    assert len(pyplot.get_fignums()) == count


def test_what_cannot_be_drawn_is_told(planted, monkeypatch):
    contacts = planted.contacts(top=5)
    with pytest.raises(ValueError, match="top would not be looked at"):
        planted.plot_contacts(contacts, top=3)
    with pytest.raises(ValueError, match="no column 'p'; its columns are rank"):
        planted.plot_contacts(contacts, value="p")
    with pytest.raises(ValueError, match="no pair"):
        planted.plot_contacts(contacts.head(0))
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for draw in (planted.plot_contacts, planted.plot_mutants, lambda: planted.plot_epistasis(69, 75)):
        with pytest.raises(ImportError, match="pip install matplotlib"):
            draw()
