"""Potts models of protein families, in numpy and pandas.

::

    import pottsmodel

    model = pottsmodel.fit("family.a2m", output="family.h5")    # or pottsmodel.open("family.h5")
    model.fields                    # h, L x q
    model.couplings[3, 17]          # J of two sites, q x q
    model.contacts(top=20)          # a DataFrame, as `potts contacts` prints it
    model.score_mutants(["A24V", "A24V:R57I"])
    model.report("family.html")     # all that it says, on one page

Sites count from 0, as arrays do; ``model.positions`` gives each its number in the target. Fits, contacts and scores of mutants are
those of the program ``potts`` that lies in this package, whatever ``potts`` is on PATH; arrays and energies are read from the model file.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, List

if TYPE_CHECKING:
    from ._calibration import Calibration
    from ._couplings import Couplings
    from ._fit import fit
    from ._model import Model, open
    from ._pictures import Picture
    from ._program import PottsError, program, version

__all__ = ["Calibration", "Couplings", "Model", "Picture", "PottsError", "fit", "open", "program", "version"]

# Looked up when first asked for, so that `python -m pottsmodel` starts the program without loading numpy, pandas and h5py.
_PLACES = {
    "Calibration": "_calibration",
    "Couplings": "_couplings",
    "Model": "_model",
    "Picture": "_pictures",
    "PottsError": "_program",
    "fit": "_fit",
    "open": "_model",
    "program": "_program",
    "version": "_program",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f".{_PLACES[name]}", __name__), name)
    globals()[name] = found
    return found


def __dir__() -> List[str]:
    return sorted({*globals(), *__all__})
