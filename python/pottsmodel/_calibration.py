"""Scores of mutants in the units of an assay."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Union

import numpy as np
import numpy.typing as npt
import pandas as pd

from ._model import Model, open
from ._program import PathLike, file_argument, options, run_aloud

Mutants = Union[str, Sequence[str], "pd.Series[str]", pd.DataFrame, npt.NDArray[Any]]
Floats = npt.NDArray[np.float64]

_ENDS = ["calibrated_low", "calibrated_high"]


class Calibration:
    """An estimator as those of scikit-learn, which need not be installed: learns from measured mutants what others would measure.

    ::

        calibration = pottsmodel.Calibration(model).fit(assay["mutant"], assay["DMS_score"])
        calibration.predict(["A24V", "A24V:R57I"])            # in the units of DMS_score

    The program does the work, in `potts calibrate` and `potts score-mutants --calibration`, whose help says how. `model` is a Model or
    the name of its file; `threads` as the program's.

    Attributes of what is fitted: `file_`, the bytes of the calibration file, which `save` writes; `log_`, what the program said.
    """

    _estimator_type = "regressor"

    file_: bytes
    log_: str

    def __init__(self, model: Union[Model, PathLike], *, threads: Optional[int] = None) -> None:
        self.model = model
        self.threads = threads

    def fit(self, X: Mutants, y: Any) -> "Calibration":
        """Learns from mutants such as "A24V:R57I" and what was measured of each: N texts (or a table with one column, or a column
        `mutant`), and N numbers, of which those that are NaN are left out. Returns itself.

        Raises ValueError if the lengths differ, PottsError where the program fails: if too few mutants have a score, say.
        """
        names = _names(X)
        measured = np.asarray(y, dtype=np.float64).ravel()
        if len(names) != len(measured):
            raise ValueError(f"{len(names)} mutants, and {len(measured)} measured values: one of each is needed")
        with tempfile.TemporaryDirectory(prefix="pottsmodel-") as folder:
            assay, output = os.path.join(folder, "assay.csv"), os.path.join(folder, "calibration.h5")
            pd.DataFrame({"mutant": names, "measured": measured}).to_csv(assay, index=False)
            chosen = options(assay=assay, column="mutant", against="measured", output=output, threads=self.threads)
            self.log_ = run_aloud(["calibrate", file_argument(self._opened().path), *chosen], quiet=True)
            self.file_ = Path(output).read_bytes()
        return self

    def predict(self, X: Mutants) -> Floats:
        """What an assay of these mutants would measure: N numbers, NaN of a mutant that has no score.

        Raises ValueError if nothing was fitted, PottsError where the program fails.
        """
        return np.asarray(self.table(X)["calibrated"], dtype=np.float64)

    def predict_interval(self, X: Mutants) -> Floats:
        """The lower and the upper end of the interval that holds 80 % of measured values, of each mutant: N x 2."""
        return np.asarray(self.table(X)[_ENDS], dtype=np.float64)

    def table(self, X: Mutants) -> pd.DataFrame:
        """All that `score_mutants` says of these mutants, with `calibrated`, `calibrated_low` and `calibrated_high`."""
        self._check()
        with tempfile.TemporaryDirectory(prefix="pottsmodel-") as folder:
            return self._opened().score_mutants(_names(X), calibration=self._written(folder), threads=self.threads)

    def mutant_matrix(self, score: str = "calibrated") -> pd.DataFrame:
        """Predictions of all single mutants: positions x residues, as `Model.mutant_matrix`."""
        self._check()
        with tempfile.TemporaryDirectory(prefix="pottsmodel-") as folder:
            return self._opened().mutant_matrix(score, calibration=self._written(folder), threads=self.threads)

    def score(self, X: Mutants, y: Any) -> float:
        """R^2 of the predictions, as regressors of scikit-learn have it, over the mutants with a prediction and a number."""
        measured, predicted = np.asarray(y, dtype=np.float64).ravel(), self.predict(X)
        used = np.isfinite(measured) & np.isfinite(predicted)
        measured, predicted = measured[used], predicted[used]
        spread = ((measured - measured.mean()) ** 2).sum() if used.any() else 0.0
        return float(1 - ((measured - predicted) ** 2).sum() / spread) if spread > 0 else float("nan")

    def save(self, path: PathLike, *, force: bool = False) -> None:
        """Writes the calibration, for `potts score-mutants --calibration` and `Model.score_mutants(calibration=...)`.

        Raises FileExistsError if the file is there, unless `force`.
        """
        self._check()
        with Path(path).open("wb" if force else "xb") as file:
            file.write(self.file_)

    def get_params(self, deep: bool = True) -> Dict[str, Any]:
        """The arguments that it was made with."""
        return {"model": self.model, "threads": self.threads}

    def set_params(self, **params: Any) -> "Calibration":
        """Changes arguments. Raises ValueError for one that there is not."""
        for name, value in params.items():
            if name not in self.get_params():
                raise ValueError(f"there is no parameter {name!r}: they are {', '.join(self.get_params())}")
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        return f"Calibration({self.model!r})"

    def __sklearn_clone__(self) -> "Calibration":
        # The model is not copied: its couplings may be large.
        return type(self)(**self.get_params())

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "file_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type="regressor",
            target_tags=TargetTags(required=True),
            regressor_tags=RegressorTags(),
            input_tags=InputTags(two_d_array=False, string=True),
        )

    def _opened(self) -> Model:
        return self.model if isinstance(self.model, Model) else open(self.model)

    def _check(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise ValueError("the calibration has learnt nothing yet: call fit(mutants, measured) first")

    def _written(self, folder: str) -> str:
        path = os.path.join(folder, "calibration.h5")
        Path(path).write_bytes(self.file_)
        return path


def _names(X: Mutants) -> List[str]:
    """Mutants in whatever they come."""
    if isinstance(X, str):
        return [X]
    if isinstance(X, pd.DataFrame):
        if "mutant" not in X.columns and X.shape[1] != 1:
            raise ValueError(f"a table of mutants has one column, or one named mutant; this has {', '.join(map(str, X.columns))}")
        return list(X["mutant"] if "mutant" in X.columns else X.iloc[:, 0])
    return list(np.ravel(X)) if isinstance(X, np.ndarray) else list(X)
