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
    ends = fitted.predict_interval(others["mutant"])
    assert ends.shape == (400, 2) and (ends[:, 0] <= predicted).all() and (predicted <= ends[:, 1]).all()
    inside = ((ends[:, 0] <= others["score"]) & (others["score"] <= ends[:, 1])).mean()
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
def test_scikit_learn_takes_it(planted, assay):
    calibration = pottsmodel.Calibration(planted.path)
    scores = cross_val_score(calibration, assay["mutant"].to_numpy(), assay["score"].to_numpy(), cv=3)
    assert (scores > 0.4).all() and len(scores) == 3


@calibrates
def test_what_is_fitted_goes_elsewhere(fitted, halves):
    names = halves[1]["mutant"].tolist()[:5]
    kept = copy.copy(fitted).set_params(model=fitted.model.path)
    again = pickle.loads(pickle.dumps(kept))
    assert again.predict(names).tolist() == fitted.predict(pd.DataFrame({"mutant": names})).tolist()
    # Rows without a measurement teach nothing.
    more = pd.concat([halves[0], pd.DataFrame({"mutant": ["A24V"], "score": [np.nan]})])
    assert fitted.predict(names) == pytest.approx(pottsmodel.Calibration(fitted.model).fit(more["mutant"], more["score"]).predict(names))
