"""Numbers of whole sequences, against the scores of the program and against the definition."""

import numpy as np
import pandas as pd
import pytest

import pottsmodel
from pottsmodel import _sequences

WHOLE = "ALFGDCPVNTVELYVKTSDDAGSRIKGENDMAYRWRLTLTTKSKQIFETETLVISVEYSMLLMVIGDIAIFVVGNAGV"


def variants(model, count, changes):
    """Sequences over the sites with some substitutions each, and the names of the mutants that they are."""
    random = np.random.default_rng(7)
    sequences, names = [], []
    for _ in range(count):
        letters, substituted = list(model.letters), []
        for site in sorted(random.choice(model.sites, changes, replace=False)):
            new = random.choice([letter for letter in model.alphabet.replace("-", "") if letter != letters[site]])
            chain = "" if model.chains is None else f"{model.chains[site]}:"
            substituted.append(f"{chain}{letters[site]}{model.positions[site]}{new}")
            letters[site] = new
        sequences.append("".join(letters))
        names.append(":".join(substituted))
    return sequences, names


@pytest.mark.parametrize("kind", ["planted", "with_gap_state", "independent"])
@pytest.mark.parametrize("score", ["potts_score", "independent_score", "additive_score", "epistasis", "effect_score"])
def test_scores_of_sequences_are_those_of_the_mutants(kind, score, request):
    model = request.getfixturevalue(kind)
    sequences, names = variants(model, 30, 5)
    expected = model.score_mutants(names)[score]
    found = model.score(sequences, score=score)
    # Of effects, five numbers with six digits are added.
    assert found.shape == (30,) and np.abs(found - expected).max() < (6e-7 if score != "effect_score" else 3e-6)
    assert model.score(model.letters, score=score).tolist() == [0]


def test_sequences_may_be_as_long_as_the_target(planted, tmp_path):
    assert planted.score([WHOLE, planted.letters]).tolist() == [0, 0]
    assert planted.energy(WHOLE) == planted.energy(planted.letters)
    assert np.array_equal(planted.encode(WHOLE), planted.encode(planted.letters))
    rows = [WHOLE[:21] + "g" + WHOLE[22:], WHOLE[:21] + "V" + WHOLE[22:], "V" + WHOLE[1:], WHOLE[:40] + "W" + WHOLE[41:]]
    path = tmp_path / "whole.fa"
    path.write_text("".join(f">v{number}\n{row.upper()}\n" for number, row in enumerate(rows)))
    expected = pottsmodel._tables.typed(
        pottsmodel._tables.cells(pottsmodel._program.run(["score-mutants", planted.path, "--quiet", f"--file={path}"]))
    )
    assert expected["status"].tolist() == ["wild_type", "position_not_modelled", "scored", "scored"]
    assert np.allclose(planted.score(rows), expected["potts_score"], atol=6e-7, rtol=0, equal_nan=True)
    # What is not modelled has no part in energies.
    assert planted.energy(rows[1]) == planted.energy(WHOLE)
    with pytest.raises(ValueError, match="sequence 1 has 77 letters; the model has 76 sites, and its target 78 residues"):
        planted.score([WHOLE, WHOLE[1:]])


def test_sequences_with_missing_data_do_not_compare(planted, with_gap_state):
    gap = "-" + planted.letters[1:]
    assert np.isnan(planted.score([gap, planted.letters])).tolist() == [True, False]
    assert np.isnan(planted.score(gap, score="effect_score")).all()
    # Where gaps are a state they are a letter like others, but no substitution, which effects are of.
    expected = with_gap_state.energy(planted.letters) - with_gap_state.energy(gap)
    assert with_gap_state.score(gap).tolist() == expected.tolist()
    assert np.isnan(with_gap_state.score(gap, score="effect_score")).all()


def test_scores_have_names(planted):
    with pytest.raises(ValueError, match="'seen' is no score of whole sequences: they are potts_score, "):
        planted.score(planted.letters, score="seen")


@pytest.mark.parametrize("kind", ["planted", "with_gap_state", "independent"])
def test_features_sum_to_the_energy(kind, request):
    model = request.getfixturevalue(kind)
    sequences, _ = variants(model, 20, 30)
    sequences.append("--" + model.letters[2:])
    features = model.features(sequences)
    assert features.shape == (21, 76) and features.dtype == np.float64
    assert features.sum(axis=1) == pytest.approx(-model.energy(sequences), rel=1e-12)
    states = model.encode(sequences)
    assert np.array_equal(model.features(states), features)


def test_a_feature_by_its_definition(planted):
    sequences, _ = variants(planted, 2, 40)
    states = planted.encode(sequences)
    for row, x in zip(planted.features(sequences), states):
        for i in (0, 33, 75):
            pairs = sum(float(planted.couplings[i, j][x[i], x[j]]) for j in range(76) if j != i)
            assert row[i] == pytest.approx(float(planted.fields[i, x[i]]) + pairs / 2, abs=1e-6)
    missing = planted.features("-" * 76)
    assert not missing.any()


def test_portions_do_not_matter(planted, monkeypatch):
    sequences, _ = variants(planted, 9, 20)
    energies, features, scores = planted.energy(sequences), planted.features(sequences), planted.score(sequences, score="epistasis")
    monkeypatch.setattr(_sequences, "_AT_ONCE", 200)
    assert np.array_equal(planted.energy(sequences), energies) and np.array_equal(planted.features(sequences), features)
    assert np.array_equal(planted.score(sequences, score="epistasis"), scores)
    assert planted.energy([]).shape == (0,) and planted.features([]).shape == (0, 76)


def test_sequences_are_compared_chain_by_chain(alignment, tmp_path):
    model = pottsmodel.fit(alignment, output=tmp_path / "complex.h5", chains="40,38", method="mean-field", threads=1)
    sequences, names = variants(model, 10, 4)
    assert np.abs(model.score(sequences) - model.score_mutants(names)["potts_score"]).max() < 6e-7


def test_a_target_may_have_gaps(alignment, tmp_path):
    path = tmp_path / "all_columns.h5"
    model = pottsmodel.fit(alignment, output=path, no_focus=True, target="PLANT_DEMO/24-101", method="mean-field", threads=1)
    assert model.sites == 82 and model.letters.replace("-", "") == WHOLE
    mutant = model.letters[:30] + "W" + model.letters[31:]
    expected = model.score_mutants(f"{model.letters[30]}31W")["potts_score"].iloc[0]
    for sequence in (mutant, mutant.replace("-", "")):
        assert model.score(sequence) == pytest.approx([expected], abs=6e-7)
    # A residue where the target has none is another length of a protein, which log P does not compare.
    assert np.isnan(model.score(model.letters.replace("-", "A"))).all()
    gap = model.letters.index("-")
    assert np.isnan(model.mutant_matrix().iloc[gap]).all()
    with pytest.raises(ValueError, match=f"no residue at position {gap + 1}"):
        model.double_mutants([1, gap + 1])


def test_the_table_of_energies_is_that_of_the_model(planted, tmp_path):
    sequences, _ = variants(planted, 5, 3)
    named = {f"v{k}": sequence for k, sequence in enumerate(sequences)}
    table = planted.energies(named, aligned=True)
    assert list(table["name"]) == list(named)
    np.testing.assert_allclose(table["energy"], planted.energy(sequences), atol=1e-5)
    assert table["log_probability"].isna().all() and (table["percentile"] <= 100).all()
    pd.testing.assert_frame_equal(planted.energies(sequences).drop(columns="name"), table.drop(columns="name"))
    path = tmp_path / "raw.fa"
    path.write_text(f">whole\nGSHMG{planted.letters}GS\n")
    raw = planted.energies(path, temperature=2)
    assert list(raw["aligned"]) == ["profile"] and raw["outside"][0] == 7
    np.testing.assert_allclose(2 * raw["energy"], planted.energy(planted.letters), atol=1e-5)
    with pytest.raises(pottsmodel.PottsError, match="76"):
        planted.energies(["ACD"], aligned=True)


def test_samples_are_those_of_the_program(planted, printed):
    table = planted.sample(40, seed=3, temperature=0.9)
    assert len(table) == 40 and set(table["temperature"]) == {0.9}
    np.testing.assert_allclose(planted.energy(list(table["sequence"])), table["energy"], atol=1e-5)
    lines = printed("sample", planted.path, "-n", 40, "--seed", 3, "--temperature", 0.9, "--format", "tsv").splitlines()
    assert [line.split("\t")[-1] for line in lines[1:]] == list(table["sequence"])
    made = planted.sample(10, max_mutations=2, mutate="60-80")
    assert (made["mutations"] <= 2).all()


def test_log_z_of_independent_positions_is_a_sum(request):
    model = request.getfixturevalue("independent")
    expected = np.log(np.exp(model.fields.astype(float)).sum(axis=1)).sum()
    assert model.log_z() == pytest.approx(expected, abs=1e-6)
    hot = model.partition(temperature=2)
    expected = np.log(np.exp(model.fields.astype(float) / 2).sum(axis=1)).sum()
    assert hot["log_z"][0] == pytest.approx(expected, abs=1e-6) and hot["standing"][0] == "exact"


def test_log_z_of_couplings_is_an_estimate(planted):
    table = planted.partition(steps=40, chains=32, seed=2)
    assert list(table["estimator"]) == ["annealing"] and table["standard_error"][0] > 0
