"""Fitting, by the program."""

from __future__ import annotations

from ._model import Model, open
from ._program import PathLike, file_argument, options, run_aloud


def fit(alignment: PathLike, *, output: PathLike, force: bool = False, quiet: bool = False, **chosen: object) -> Model:
    """Fits a model to an alignment, writes it to the file `output`, and opens it.

    Log and progress appear as the fit goes on, unless `quiet`, and stay in ``model.log``. `force` overwrites a file that is there. All
    other keywords are options of `potts fit` with underscores for hyphens, such as ``method="mean-field"``, ``lambda_j="0.01x"``,
    ``no_focus=True``, ``threads=4``; `potts fit --help` lists them.

    Warns of what the program warns of, a fit that has not converged, say. Raises PottsError where it fails.
    """
    log = run_aloud(["fit", file_argument(alignment), *options(output=output, force=force, **chosen)], quiet)
    model = open(output)
    model.log = log
    return model
