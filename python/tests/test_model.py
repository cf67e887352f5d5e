"""Arrays, against what the program says of the same file."""

import re
from pathlib import Path

import h5py
import numpy as np
import pytest

import pottsmodel


def zero_sum(block):
    return block - block.mean(0) - block.mean(1, keepdims=True) + block.mean()


def test_arrays_are_those_of_the_file(planted, told):
    assert (planted.sites, planted.states) == (told["sites"], told["states"]) == (76, 20)
    assert planted.fields.shape == planted.independent_fields.shape == (76, 20)
    assert planted.alphabet == told["alphabet"]
    assert planted.neff == told["neff"]
    assert planted.weights.sum() == pytest.approx(told["neff"], rel=1e-12)
    assert planted.kept.sum() == len(planted.weights) == told["sequences"]
    assert np.allclose(planted.frequencies.sum(axis=1), 1)
    modelled = [column for column in told["columns"] if column["modelled"]]
    assert planted.positions.tolist() == [column["position"] for column in modelled]
    assert planted.letters == "".join(column["letter"] for column in modelled)
    assert planted.chains is None
    assert planted.metadata["target"] == "PLANT_DEMO/24-101" and planted.metadata["method"] == "plm"
    assert planted.history["objective"].iloc[-1] == planted.metadata["objective"]
    assert "PLANT_DEMO" in repr(planted)


def test_positions_have_sites(planted):
    assert planted.positions[planted.site(68)] == 68
    with pytest.raises(KeyError, match="45 is not modelled"):
        planted.site(45)


def test_blocks_and_the_dense_array_agree(planted):
    J = planted.couplings
    dense = J.dense()
    assert dense.shape == J.shape == (76, 76, 20, 20)
    assert np.array_equal(dense[3, 17], J[3, 17]) and np.array_equal(dense[17, 3], J[17, 3])
    assert np.array_equal(J[17, 3], J[3, 17].T) and np.array_equal(J[-1, 0], J[0, 75].T)
    assert J[3, 17].any() and not J[5, 5].any() and not dense[range(76), range(76)].any()
    assert np.array_equal(np.asarray(J, dtype=float), dense.astype(float))
    assert np.array_equal(J.packed[J.pair(74, 75)], J[74, 75]) and len(J.packed) == 76 * 75 // 2
    with pytest.raises(IndexError):
        J[0, 76]
    with pytest.raises(TypeError):
        J[0]


def test_norms_of_blocks_are_those_of_the_contacts(planted):
    for row in planted.contacts(top=20).itertuples():
        i, j = planted.site(row.i), planted.site(row.j)
        assert (planted.letters[i], planted.letters[j]) == (row.A_i, row.A_j)
        assert np.linalg.norm(zero_sum(planted.couplings[i, j].astype(float))) == pytest.approx(row.fn, abs=1e-3)


@pytest.mark.parametrize("kind", ["planted", "with_gap_state", "independent"])
def test_differences_of_energies_are_the_scores(kind, request):
    model = request.getfixturevalue(kind)
    mutants = model.single_mutants().iloc[::29]
    wild_type = model.letters
    rows = []
    for mutant in mutants["mutant"]:
        site = model.site(int(mutant[1:-1]))
        rows.append(wild_type[:site] + mutant[-1] + wild_type[site + 1 :])
    scores = model.energy(wild_type) - model.energy(rows)
    assert len(scores) > 40
    assert np.abs(scores - mutants["potts_score"]).max() < 2e-5


def test_energy_by_its_definition(planted):
    dense, states = planted.couplings.dense().astype(float), planted.encode(planted.letters)[0]
    sites = np.arange(planted.sites)
    pairs = dense[sites[:, None], sites, states[:, None], states]
    expected = -(planted.fields.astype(float)[sites, states].sum() + pairs.sum() / 2)
    assert planted.energy(planted.letters) == pytest.approx([expected], rel=1e-12)
    assert planted.energy(states) == planted.energy(planted.letters)


def test_gaps_are_missing_data(planted, with_gap_state):
    gap = "-" + planted.letters[1:]
    change = planted.energy(planted.letters) - planted.energy(gap)
    a = planted.encode(planted.letters)[0]
    told = planted.fields[0, a[0]] + sum(planted.couplings[0, j][a[0], a[j]] for j in range(1, planted.sites))
    assert -change[0] == pytest.approx(float(told), abs=1e-4)
    assert planted.encode("-" * 76).max() == -1
    assert with_gap_state.encode("." * 76).min() == with_gap_state.alphabet.index("-") == 20


def test_sequences_that_do_not_fit_are_refused(planted):
    with pytest.raises(ValueError, match="sequence 1 has 3 letters"):
        planted.energy([planted.letters, "AAA"])
    with pytest.raises(ValueError, match="'X' at site 75"):
        planted.energy(planted.letters[:-1] + "X")
    with pytest.raises(ValueError, match="'é' at site 0"):
        planted.energy("é" + planted.letters[1:])
    with pytest.raises(ValueError, match="states below 20"):
        planted.energy(np.full((1, 76), 20))


def test_thymine_is_uracil_in_rna(tmp_path):
    rows = ["ACGUACGU", "ACGAACGU", "CCGUACGG", "ACUUAGGU", "GCGUACCU"]
    alignment = tmp_path / "rna.fa"
    alignment.write_text("".join(f">s{n}\n{row}\n" for n, row in enumerate(rows)))
    model = pottsmodel.fit(alignment, output=tmp_path / "rna.h5", alphabet="rna", threads=1)
    assert model.alphabet == "ACGU"
    assert model.energy("ACGTACGT") == model.energy("ACGUACGU")


def test_a_model_of_independent_sites_has_no_couplings(independent):
    assert independent.couplings is None
    a = independent.encode(independent.letters)[0]
    expected = -independent.fields[np.arange(76), a].astype(float).sum()
    assert independent.energy(independent.letters) == pytest.approx([expected], rel=1e-12)


def test_a_complex_has_chains(alignment, tmp_path):
    model = pottsmodel.fit(alignment, output=tmp_path / "complex.h5", chains="40,38", method="mean-field", threads=1)
    assert set(model.chains) == {"A", "B"} and len(model.chains) == model.sites
    first = model.chains.index("B")
    assert model.site(int(model.positions[first]), "B") == first
    with pytest.raises(ValueError, match="A, B"):
        model.site(1)
    between = model.contacts(pairs="inter", top=5)
    assert between["i"].str.startswith("A:").all() and between["j"].str.startswith("B:").all()


def test_a_file_that_was_packed_anew_reads_the_same(planted, tmp_path):
    path = tmp_path / "packed.h5"
    with h5py.File(planted.path, "r") as old, h5py.File(path, "w") as new:
        for name in ("model", "columns", "alignment", "fit"):
            old.copy(name, new)
        new.attrs.update(old.attrs)
        del new["model/couplings"]
        new.create_dataset("model/couplings", data=old["model/couplings"][:], chunks=(100, 20, 20), compression="gzip")
    model = pottsmodel.open(path)
    assert np.array_equal(model.couplings.packed, planted.couplings.packed)
    assert model.energy(model.letters) == planted.energy(planted.letters)


def test_other_files_are_refused(planted, tmp_path):
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file.attrs["format"] = "else"
    with pytest.raises(ValueError, match="potts convert"):
        pottsmodel.open(other)
    with h5py.File(other, "w") as file:
        file.attrs["format"], file.attrs["schema_version"] = "potts", 2
    with pytest.raises(ValueError, match="install a newer one"):
        pottsmodel.open(other)
    other.write_bytes(Path(planted.path).read_bytes())
    with h5py.File(other, "r+") as file:
        del file["model"], file.attrs["model_kind"]
        file.attrs["model_kind"] = "rbm"
    with pytest.raises(ValueError, match="the kind 'rbm'"):
        pottsmodel.open(other)
    with pytest.raises(OSError):
        pottsmodel.open(tmp_path / "missing.h5")


def test_a_notebook_shows_a_table(planted, independent, told):
    shown = planted._repr_html_()
    assert shown.startswith("<table>") and shown.endswith("</table>")
    assert "http" not in shown and "src=" not in shown
    cells = dict(re.findall(r"<th[^>]*>([^<]*)</th><td[^>]*>([^<]*)</td>", shown))
    assert cells == {
        "kind": "Potts model",
        "target": "PLANT_DEMO/24-101",
        "L, sites": "76",
        "q, states": "20 (ACDEFGHIKLMNPQRSTVWY)",
        "N, sequences kept": str(told["sequences"]),
        "Neff": f"{told['neff']:.1f}",
        "Neff/L": f"{told['neff_per_site']:.2f}: plenty of data",
        "method": "plm",
        "converged": "yes",
    }
    assert "independent sites" in independent._repr_html_()


def test_the_words_of_the_depth_are_the_programs(planted, printed):
    said = next(line for line in printed("info", planted.path).splitlines() if "Neff/L:" in line).split(":", 1)[1].strip()
    assert f">{said}<" in planted._repr_html_()


def test_names_are_text_in_the_table(planted, tmp_path):
    path = tmp_path / "<i>&.h5"
    path.write_bytes(Path(planted.path).read_bytes())
    with h5py.File(path, "r+") as file:
        del file.attrs["target"]
        file.attrs["target"] = "<script>alert('x')</script>"
        file["fit"].attrs["converged"] = False
        file["fit"].attrs["stop_reason"] = "max-iterations"
        del file.attrs["neff"]
    model = pottsmodel.open(path)
    shown = model._repr_html_()
    assert "<script" not in shown and "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in shown
    assert "<i>" not in shown and "&lt;i&gt;&amp;.h5" in shown
    assert ">NO (max-iterations)<" in shown
    assert shown.count(">unknown<") == 2
