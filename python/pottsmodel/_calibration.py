"""Scores of mutants in the units of an assay."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt
import pandas as pd

from ._model import Model, open
from ._positions import Positions, listed
from ._program import PathLike, file_argument, options, run, run_aloud
from ._tables import cells, typed

Mutants = Union[str, Sequence[str], "pd.Series[str]", pd.DataFrame, npt.NDArray[Any]]
Floats = npt.NDArray[np.float64]

_MUTANT = "mutant"


class Calibration:
    """An estimator as those of scikit-learn, which need not be installed: learns from measured mutants what others would measure.

    ::

        calibration = pottsmodel.Calibration(model).fit(assay["mutant"], assay["DMS_score"])
        calibration.predict(["A24V", "A24V:R57I"])            # in the units of DMS_score

    The program does the work, in `potts calibrate` and `potts score-mutants --calibration`, whose help says how. `model` is a Model or
    the name of its file; `columns` are the names of further columns to predict from, such as scores of other programs, which all tables of
    mutants must then have; `threads` as the program's.

    Attributes of what is fitted: `file_`, the bytes of the calibration file, which `save` writes; `log_`, what the program said;
    `assay_`, the table that it learnt from.
    """

    _estimator_type = "regressor"

    file_: bytes
    log_: str
    assay_: pd.DataFrame

    def __init__(
        self, model: Union[Model, PathLike], *, columns: Union[str, Sequence[str], None] = None, threads: Optional[int] = None
    ) -> None:
        self.model = model
        self.columns = columns
        self.threads = threads

    def fit(self, X: Mutants, y: Any) -> "Calibration":
        """Learns from mutants such as "A24V:R57I" and what was measured of each: N texts (or a table with one column, or a column
        `mutant`, and the further `columns`), and N numbers. Rows without a number in `y` or in a further column are left out. Returns
        itself.

        Raises ValueError if the lengths differ or a column is missing, PottsError where the program fails: if too few mutants have a
        score, say.
        """
        table = self._table(X)
        measured = np.asarray(y, dtype=np.float64).ravel()
        if len(table) != len(measured):
            raise ValueError(f"{len(table)} mutants, and {len(measured)} measured values: one of each is needed")
        assay = table.assign(**{_unused("measured", table): measured})
        with tempfile.TemporaryDirectory(prefix="pottsmodel-") as folder:
            arguments, output = self._calibrate(folder, assay, table.columns[1:])
            self.log_ = run_aloud(arguments, quiet=True)
            self.file_ = Path(output).read_bytes()
        self.assay_ = assay
        return self

    def suggest(
        self,
        number: int,
        *,
        keep: Optional[Positions] = None,
        mutate: Optional[Positions] = None,
        allow: Optional[PathLike] = None,
        only_seen: Optional[float] = None,
        min_coverage: Optional[float] = None,
    ) -> pd.DataFrame:
        """What to measure next: so many single mutants that were not measured, by `potts calibrate --suggest`.

        The columns are `mutant`, `calibrated`, `calibrated_low`, `calibrated_high`, `expected_improvement` and `sequence`, the numbers in the units
        of the assay: by how much a mutant is expected to be better than the best predicted of the measured ones, once those above it are
        measured. At most three are at one position; `keep` and the others say which may change, and to what, as for `Model.design`. Takes as long
        as `fit`.

        Raises ValueError if nothing was fitted, or with further `columns`: of mutants that were not measured they are not known.
        """
        self._check()
        further = list(self.assay_.columns[1:-1])
        if further:
            raise ValueError(
                f"suggestions are of mutants in no table, which have no {', '.join(further)}: fit a Calibration without `columns` to the same values"
            )
        if number < 1:
            raise ValueError(f"a number of mutants from 1 on is needed, and not {number}")
        with tempfile.TemporaryDirectory(prefix="pottsmodel-") as folder:
            arguments, _ = self._calibrate(folder, self.assay_, further)
            chosen = options(
                suggest=number,
                keep=None if keep is None else listed(keep),
                mutate=None if mutate is None else listed(mutate),
                allow=allow,
                only_seen=only_seen,
                min_coverage=min_coverage,
            )
            return typed(cells(run([*arguments, "--quiet", *chosen])))

    def predict(self, X: Mutants) -> Floats:
        """What an assay of these mutants would measure: N numbers, NaN of a mutant that has no score or no number in one of `columns`.

        Raises ValueError if nothing was fitted or a column is missing, PottsError where the program fails.
        """
        return np.asarray(self.table(X)["calibrated"], dtype=np.float64)

    def predict_interval(self, X: Mutants) -> Tuple[Floats, Floats]:
        """The ends of the interval that holds 80 % of measured values, ``low, high = calibration.predict_interval(mutants)``.

        Two arrays of N numbers each in the units of the assay, NaN where `predict` has it.
        """
        table = self.table(X)
        return table["calibrated_low"].to_numpy(dtype=np.float64), table["calibrated_high"].to_numpy(dtype=np.float64)

    def table(self, X: Mutants) -> pd.DataFrame:
        """All that `score_mutants` says of these mutants, with `calibrated`, `calibrated_low` and `calibrated_high`."""
        self._check()
        return self._opened().score_mutants(self._table(X), column=_MUTANT, calibration=self, threads=self.threads)

    def mutant_matrix(self, score: str = "calibrated") -> pd.DataFrame:
        """Predictions of all single mutants: positions x residues, as `Model.mutant_matrix`.

        Raises ValueError if nothing was fitted, PottsError with further `columns`, which a table must give.
        """
        self._check()
        return self._opened().mutant_matrix(score, calibration=self, threads=self.threads)

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
        return {"model": self.model, "columns": self.columns, "threads": self.threads}

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

    def _table(self, X: Mutants) -> pd.DataFrame:
        """A column of mutants, and the further columns."""
        further = [self.columns] if isinstance(self.columns, str) else list(self.columns or [])
        if not further:
            return pd.DataFrame({_MUTANT: pd.Series(_names(X), dtype=object)})
        if not isinstance(X, pd.DataFrame):
            raise ValueError(f"a table (a DataFrame) with the mutants and the column{_plural(further)} {', '.join(further)} is needed")
        missing = [name for name in further if name not in X.columns]
        if missing:
            raise ValueError(f"the table has no column {missing[0]!r}; its columns are {', '.join(map(str, X.columns))}")
        if any("," in name for name in further) or _MUTANT in further:
            raise ValueError(f"no column of numbers may have a comma in its name, or be named {_MUTANT!r}: {further}")
        others = X.drop(columns=[name for name in further])
        return pd.DataFrame({_MUTANT: pd.Series(_names(others), dtype=object), **{name: X[name].to_numpy() for name in further}})

    def _calibrate(self, folder: str, assay: pd.DataFrame, further: Sequence[str]) -> Tuple[List[str], str]:
        """Writes the assay, and says how the program is called for it and where it puts the calibration."""
        path, output = os.path.join(folder, "assay.csv"), os.path.join(folder, "calibration.h5")
        assay.to_csv(path, index=False)
        # `with` is a word of Python's own.
        chosen = options(assay=path, column=_MUTANT, against=assay.columns[-1], output=output, threads=self.threads)
        chosen += options(**{"with": ",".join(further) or None})
        return ["calibrate", file_argument(self._opened().path), *chosen], output


def _plural(names: Sequence[str]) -> str:
    return "" if len(names) == 1 else "s"


def _unused(name: str, table: pd.DataFrame) -> str:
    """A name that no column of a table has."""
    while name in table.columns:
        name += "_"
    return name


def _names(X: Mutants) -> List[str]:
    """Mutants in whatever they come."""
    if isinstance(X, str):
        return [X]
    if isinstance(X, pd.DataFrame):
        if _MUTANT not in X.columns and X.shape[1] != 1:
            raise ValueError(f"a table of mutants has one column, or one named mutant; this has {', '.join(map(str, X.columns))}")
        return list(X[_MUTANT] if _MUTANT in X.columns else X.iloc[:, 0])
    return list(np.ravel(X)) if isinstance(X, np.ndarray) else list(X)
