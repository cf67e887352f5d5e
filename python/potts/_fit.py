"""Fitting, by the program."""

from __future__ import annotations

from ._model import Model, open
from ._program import PathLike, file_argument, options, run


def fit(alignment: PathLike, *, output: PathLike, force: bool = False, **chosen: object) -> Model:
    """Fits a model to an alignment, writes it to the file `output`, and opens it.

    `force` overwrites a file that is there. All other keywords are options of `potts fit` with underscores for hyphens, such as
    ``method="mean-field"``, ``lambda_j="0.01x"``, ``no_focus=True``, ``threads=4``; `potts fit --help` lists them.

    Warns of what the program warns of, a fit that has not converged, say. Raises PottsError where it fails.
    """
    run(["fit", file_argument(alignment), "--quiet", *options(output=output, force=force, **chosen)])
    return open(output)
