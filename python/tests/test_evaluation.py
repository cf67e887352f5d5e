"""Samples held against natural sequences."""

import pytest

import pottsmodel


def test_numbers_are_those_of_the_program(planted, printed):
    settings = {"number": 300, "triples": 50, "word_sets": 5, "no_temperature": True}
    table = planted.evaluate(**settings)
    arguments = ["-n", 300, "--triples", 50, "--word-sets", 5, "--no-temperature"]
    lines = [line.split("\t") for line in printed("evaluate", planted.path, *arguments).splitlines()]
    assert lines[0] == ["quantity", *table.columns] and [line[0] for line in lines[1:]] == list(table.index)
    for name, value, natural, _ in lines[1:]:
        assert table.loc[name, "value"] == pytest.approx(float(value), abs=1e-6), name
        assert (natural == "") == (table.loc[name, "natural"] != table.loc[name, "natural"]), name
    assert table.attrs["samples"] == 300 and "statistics" in table.attrs["verdict"][0]


def test_sequences_may_be_given(planted):
    target = planted.letters
    table = planted.evaluate(samples=[target] * 3 + [target[:-1] + "A"] * 3, no_temperature=True)
    assert table.loc["sequences", "value"] == 6 and table.loc["nearest_identity_95", "value"] == 1
    with pytest.raises(pottsmodel.PottsError, match="have 3 columns"):
        planted.evaluate(samples=["ACD", "ACE"], no_temperature=True)


def test_scores_at_a_temperature(planted):
    one, two = (planted.score_mutants("A24V", temperature=t)["potts_score"][0] for t in (None, 2))
    assert one == pytest.approx(2 * two, abs=2e-6)
