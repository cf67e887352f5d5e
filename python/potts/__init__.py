"""Potts models of protein families, in numpy and pandas.

::

    import potts

    model = potts.fit("family.a2m", output="family.h5")    # or potts.open("family.h5")
    model.fields                    # h, L x q
    model.couplings[3, 17]          # J of two sites, q x q
    model.contacts(top=20)          # a DataFrame, as `potts contacts` prints it
    model.score_mutants(["A24V", "A24V:R57I"])

Sites count from 0, as arrays do; ``model.positions`` gives each its number in the target. Fits, contacts and scores of mutants are
those of the program ``potts``, which comes with this package; arrays and energies are read from the model file.
"""

from ._couplings import Couplings
from ._fit import fit
from ._model import Model, open
from ._program import PottsError, program, version

__all__ = ["Couplings", "Model", "PottsError", "fit", "open", "program", "version"]
