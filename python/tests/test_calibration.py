"""The estimator, as scikit-learn takes one."""

import copy
import pickle
import subprocess

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_regressor
from sklearn.model_selection import cross_val_score

import pottsmodel
from test_program import assert_same, cells

HELP = subprocess.run([pottsmodel.program(), "--help"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
calibrates = pytest.mark.skipif("\n  calibrate " not in HELP, reason="THE PROGRAM HAS NO COMMAND calibrate: pottsmodel.Calibration IS NOT TESTED AGAINST IT")


@pytest.fixture(scope="module")
def assay(data):
    return pd.read_csv(data / "planted_mutants.csv").sample(800, random_state=3)


@pytest.fixture(scope="module")
def halves(assay):
    return assay.head(400), assay.tail(400)


@pytest.fixture(scope="module")
def fitted(planted, halves):
    return pottsmodel.Calibration(planted).fit(halves[0]["mutant"], halves[0]["score"])


def test_parameters_are_those_of_an_estimator(planted):
    calibration = pottsmodel.Calibration(planted, threads=1)
    assert calibration.get_params() == {"model": planted, "columns": None, "threads": 1}
    assert calibration.set_params(threads=2) is calibration and calibration.threads == 2
    with pytest.raises(ValueError, match="no parameter 'depth'.*model, columns, threads"):
        calibration.set_params(depth=3)
    again = clone(calibration)
    assert again is not calibration and again.model is planted and again.threads == 2
    assert is_regressor(calibration) and "Potts model" in repr(calibration)


def test_nothing_is_predicted_before_it_is_fitted(planted, tmp_path):
    calibration = pottsmodel.Calibration(planted.path)
    for asked in (lambda: calibration.predict(["A24V"]), calibration.mutant_matrix, lambda: calibration.save(tmp_path / "c.h5")):
        with pytest.raises(ValueError, match="has learnt nothing yet"):
            asked()
    with pytest.raises(ValueError, match="2 mutants, and 1 measured"):
        calibration.fit(["A24V", "L25G"], [1.0])
    with pytest.raises(ValueError, match="one column, or one named mutant; this has a, b"):
        calibration.fit(pd.DataFrame({"a": ["A24V"], "b": [1]}), [1.0])


@calibrates
def test_what_was_not_measured_is_predicted(fitted, halves):
    measured, others = halves
    predicted = fitted.predict(others["mutant"])
    assert predicted.shape == (400,) and np.isfinite(predicted).all()
    # In the units of the assay.
    assert abs(predicted.mean() - others["score"].mean()) < 1 and fitted.score(others["mutant"], others["score"]) > 0.4
    low, high = fitted.predict_interval(others["mutant"])
    assert low.shape == high.shape == (400,) and (low <= predicted).all() and (predicted <= high).all()
    inside = ((low <= others["score"]) & (others["score"] <= high)).mean()
    assert 0.5 < inside < 1
    assert fitted.log_ and np.isnan(fitted.predict(["A24V", "A25G"])).tolist() == [False, True]


@calibrates
def test_predictions_are_the_programs(planted, fitted, halves, printed, tmp_path):
    path = tmp_path / "assay.csv"
    halves[0].to_csv(path, index=False)
    calibration = tmp_path / "own.h5"
    printed("calibrate", planted.path, "--assay", path, "-o", calibration)
    names = halves[1]["mutant"].tolist()[:20]
    expected = planted.score_mutants(names, calibration=calibration)
    pd.testing.assert_frame_equal(fitted.table(names), expected)
    assert fitted.predict(names).tolist() == expected["calibrated"].tolist()
    saved = tmp_path / "saved.h5"
    fitted.save(saved)
    with pytest.raises(FileExistsError):
        fitted.save(saved)
    fitted.save(saved, force=True)
    pd.testing.assert_frame_equal(planted.score_mutants(names, calibration=saved), expected)
    matrix = fitted.mutant_matrix()
    pd.testing.assert_frame_equal(matrix, planted.mutant_matrix("calibrated", calibration=saved))
    assert matrix.loc[24, "V"] == fitted.predict("A24V")[0]


@calibrates
def test_an_interval_of_two_mutants_is_a_pair_of_ends(fitted):
    names = ["A24V", "A24V:R57I"]
    low, high = fitted.predict_interval(names)
    table = fitted.table(names)
    assert low.tolist() == table["calibrated_low"].tolist() and high.tolist() == table["calibrated_high"].tolist()
    assert (low < fitted.predict(names)).all() and (fitted.predict(names) < high).all()
    low, high = fitted.predict_interval(["A24V", "A25G"])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [False, True]


@calibrates
def test_what_to_measure_next(planted, fitted, halves, printed, tmp_path):
    table = fitted.suggest(5)
    halves[0].to_csv(tmp_path / "assay.csv", index=False)
    assert_same(table, cells(printed("calibrate", planted.path, "--assay", tmp_path / "assay.csv", "-o", tmp_path / "c.h5", "--suggest", 5)))
    assert len(table) == 5 and not table["mutant"].isin(halves[0]["mutant"]).any()
    assert table["calibrated"].tolist() == fitted.predict(table["mutant"]).tolist()
    with pytest.raises(ValueError, match="from 1 on is needed, and not 0"):
        fitted.suggest(0)
    with pytest.raises(ValueError, match="has learnt nothing yet"):
        pottsmodel.Calibration(planted).suggest(3)


@calibrates
def test_scores_and_designs_take_a_calibration_as_it_is(planted, fitted, tmp_path):
    saved = tmp_path / "saved.h5"
    fitted.save(saved)
    names = ["A24V", "A24V:R57I"]
    scored = planted.score_mutants(names, calibration=fitted)
    pd.testing.assert_frame_equal(scored, planted.score_mutants(names, calibration=saved))
    assert scored["calibrated"].tolist() == fitted.predict(names).tolist()
    designs = planted.design(3, max_mutations=2, score="calibrated", calibration=fitted)
    pd.testing.assert_frame_equal(designs, planted.design(3, max_mutations=2, score="calibrated", calibration=str(saved)))
    assert designs["calibrated"].to_numpy() == pytest.approx(fitted.predict(designs["mutant"]), abs=2e-6)
    doubles = planted.double_mutants([24, 57], calibration=fitted)
    assert doubles["calibrated"].tolist() == fitted.predict(doubles["mutant"]).tolist()
    pd.testing.assert_frame_equal(planted.mutant_matrix("calibrated", calibration=fitted), fitted.mutant_matrix())
    with pytest.raises(ValueError, match="has learnt nothing yet"):
        planted.design(2, calibration=pottsmodel.Calibration(planted))
    with pytest.raises(TypeError, match="a file of `potts calibrate` or a pottsmodel.Calibration, and not 3"):
        planted.score_mutants(names, calibration=3)
    ordered = planted.design(calibration=fitted, singles=5)
    assert ordered["calibrated"].tolist() == sorted(ordered["calibrated"], reverse=True)
    made = tmp_path / "made.csv"
    ordered[["mutant"]].to_csv(made, index=False)
    others = planted.design(calibration=fitted, singles=5, exclude=made)
    assert not set(others["mutant"]) & set(ordered["mutant"])
    suggested = fitted.suggest(4, mutate="40-50")
    assert suggested["mutant"].str[1:-1].astype(int).between(40, 50).all()


def test_designs_in_a_background_are_of_it(planted):
    designs = planted.design(2, max_mutations=2, background="A24V")
    scored = planted.score_mutants(designs["mutant"].tolist(), background="A24V")
    assert designs["potts_score"].tolist() == scored["potts_score"].tolist()


@calibrates
def test_calibrations_of_other_models_are_refused(fitted, independent):
    for asked in (
        lambda: independent.score_mutants("A24V", calibration=fitted),
        lambda: independent.single_mutants(calibration=fitted),
        lambda: independent.design(2, calibration=fitted),
    ):
        with pytest.raises(pottsmodel.PottsError, match="^Calibration.<Potts model of PLANT_DEMO.*: a calibration of another model") as failure:
            asked()
        assert failure.value.exit_code == 3 and "pottsmodel-" not in str(failure.value)


@calibrates
def test_further_columns_are_learnt_from(planted, halves, printed, tmp_path):
    measured, others = (half.assign(ddg=half["score"] + 0.1 * np.arange(400) % 3, rank=np.arange(400)) for half in halves)
    calibration = pottsmodel.Calibration(planted, columns=["ddg", "rank"], threads=1).fit(measured, measured["score"])
    assert clone(calibration).columns == ["ddg", "rank"]
    measured.to_csv(tmp_path / "assay.csv", index=False)
    others.to_csv(tmp_path / "others.csv", index=False)
    printed("calibrate", planted.path, "--assay", tmp_path / "assay.csv", "-o", tmp_path / "c.h5", "--with", "ddg,rank")
    told = cells(printed("score-mutants", planted.path, "--file", tmp_path / "others.csv", "--calibration", tmp_path / "c.h5"), ",")
    assert calibration.predict(others).tolist() == [float(row["calibrated"]) for row in told]
    alone = pottsmodel.Calibration(planted, threads=1).fit(measured[["mutant"]], measured["score"])
    assert calibration.score(others, others["score"]) > alone.score(others["mutant"], others["score"]) + 0.05
    pd.testing.assert_series_equal(
        planted.score_mutants(others, calibration=calibration)["calibrated"].reset_index(drop=True), calibration.table(others)["calibrated"]
    )
    assert np.isnan(calibration.predict(others.head(2).assign(ddg=[1.0, np.nan]))).tolist() == [False, True]
    by_name = pottsmodel.Calibration(planted, columns="ddg").fit(measured.rename(columns={"mutant": "variant"})[["variant", "ddg"]], measured["score"])
    assert len(by_name.predict(others)) == 400
    with pytest.raises(ValueError, match="no ddg, rank: fit a Calibration without `columns`"):
        calibration.suggest(3)
    with pytest.raises(ValueError, match="a table .a DataFrame. with the mutants and the columns ddg, rank"):
        calibration.predict(["A24V"])
    with pytest.raises(ValueError, match="no column 'rank'; its columns are mutant, ddg"):
        calibration.predict(others[["mutant", "ddg"]])
    with pytest.raises(ValueError, match="comma"):
        pottsmodel.Calibration(planted, columns=["a,b"]).fit(pd.DataFrame({"mutant": ["A24V"], "a,b": [1.0]}), [1.0])
    with pytest.raises(pottsmodel.PottsError, match="ddg"):
        calibration.mutant_matrix()


@calibrates
def test_scikit_learn_takes_it(planted, assay):
    calibration = pottsmodel.Calibration(planted.path)
    scores = cross_val_score(calibration, assay["mutant"].to_numpy(), assay["score"].to_numpy(), cv=3)
    assert (scores > 0.4).all() and len(scores) == 3
    # Tables, too.
    table = assay.assign(ddg=assay["score"])[["mutant", "ddg"]]
    assert (cross_val_score(pottsmodel.Calibration(planted.path, columns=["ddg"]), table, assay["score"], cv=2) > scores.max()).all()


@calibrates
def test_what_is_fitted_goes_elsewhere(fitted, halves):
    names = halves[1]["mutant"].tolist()[:5]
    kept = copy.copy(fitted).set_params(model=fitted.model.path)
    again = pickle.loads(pickle.dumps(kept))
    assert again.predict(names).tolist() == fitted.predict(pd.DataFrame({"mutant": names})).tolist()
    # Rows without a measurement teach nothing.
    more = pd.concat([halves[0], pd.DataFrame({"mutant": ["A24V"], "score": [np.nan]})])
    assert fitted.predict(names) == pytest.approx(pottsmodel.Calibration(fitted.model).fit(more["mutant"], more["score"]).predict(names))
