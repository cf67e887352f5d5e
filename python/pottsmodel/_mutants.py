"""Mutants of the target, from the arrays of a model and the program's table of singles."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Dict, List, Optional, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ._borrowed import CalibrationLike
from ._columns import column_of
from ._positions import Position, Positions, labels, site_of, sites_of, substitutions, wild_type
from ._program import PathLike

if TYPE_CHECKING:
    from ._model import Model

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.int64]

_NAME = r"^((?:[^:]+:)?)[^\d:-](-?\d+)(.)$"
# Pairs of positions of which the program is asked at a time: as text their mutants take 100 MB.
_PAIRS_AT_ONCE = 500


def mutant_matrix(
    model: "Model", score: str, calibration: Optional[CalibrationLike] = None, threads: Optional[int] = None
) -> pd.DataFrame:
    """As `Model.mutant_matrix`."""
    table = model.single_mutants(calibration=calibration, threads=threads)
    score = column_of(score)
    numbers = [name for name in table.columns if table[name].dtype.kind in "if"]
    if score not in numbers:
        raise ValueError(f"{score!r} is no column of numbers of single_mutants(): they are {', '.join(numbers)}")
    index = labels(model)
    residues = list(model.alphabet.replace("-", ""))
    matrix = np.full((len(index), len(residues)), np.nan)
    places = table["mutant"].str.extract(_NAME)
    # A chain and its number again, as the index has them.
    rows = pd.Index([str(label) for label in index]).get_indexer(places[0] + places[1])
    columns = pd.Index(residues).get_indexer(places[2])
    matrix[rows, columns] = table[score]
    return pd.DataFrame(matrix, index=pd.Index(index, name="position"), columns=pd.Index(residues, name="residue"))


def epistasis(model: "Model", i: Position, j: Position) -> pd.DataFrame:
    """As `Model.epistasis`."""
    first, second = site_of(model, i), site_of(model, j)
    if first == second:
        raise ValueError(f"epistasis is of two positions, and {i} and {j} are one")
    wild = wild_type(model)
    for site in (first, second):
        # Raises where the target has no residue.
        next(substitutions(model, site))
    residues = list(model.alphabet.replace("-", ""))
    index = labels(model)
    block = _interactions(model, wild, first, second)[: len(residues), : len(residues)]
    return pd.DataFrame(
        block, index=pd.Index(residues, name=str(index[first])), columns=pd.Index(residues, name=str(index[second]))
    )


def double_mutants(
    model: "Model",
    positions: Positions,
    background: Optional[PathLike] = None,
    calibration: Optional[CalibrationLike] = None,
    threads: Optional[int] = None,
) -> pd.DataFrame:
    """As `Model.double_mutants`."""
    sites = sites_of(model, positions)
    pairs = list(itertools.combinations(range(len(sites)), 2))
    if not pairs:
        raise ValueError(f"double mutants are of two positions or more, and {positions!r} are {len(sites)}")
    # A model without a target has none.
    wild_type(model)
    if background is None:
        singles = [[name for _, name in substitutions(model, site)] for site in sites]
    else:
        singles = _singles_in(model, sites, background, threads)
    parts = []
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        names = [f"{one}:{other}" for a, b in pairs[start : start + _PAIRS_AT_ONCE] for one in singles[a] for other in singles[b]]
        # The sum of two effects as they are printed is not the effect of both as it is printed: the program adds before it rounds.
        parts.append(model.score_mutants(names, background=background, calibration=calibration, threads=threads))
    return pd.concat(parts, ignore_index=True)


def _singles_in(model: "Model", sites: Sequence[int], background: PathLike, threads: Optional[int]) -> List[List[str]]:
    """The substitutions at some sites of a background, as the program writes them.

    Raises ValueError where the background has no residue.
    """
    names = model.single_mutants(background=background, threads=threads)["mutant"]
    places = names.str.extract(_NAME)
    of_label: Dict[str, List[str]] = {}
    for label, name in zip(places[0] + places[1], names):
        of_label.setdefault(label, []).append(name)
    wanted = labels(model)
    missing = [wanted[site] for site in sites if str(wanted[site]) not in of_label]
    if missing:
        raise ValueError(f"the background has no residue at position {missing[0]}, so that there are no mutants of it")
    return [of_label[str(wanted[site])] for site in sites]


def single_scores(model: "Model", wild: States, sites: Sequence[int]) -> Floats:
    """log P(mutant) - log P(target) of each state at some sites, sites x q; zeros where the target has no residue."""
    rows = np.zeros((len(sites), model.states))
    present = np.flatnonzero(wild >= 0)
    for row, site in zip(rows, sites):
        if wild[site] < 0:
            continue
        row += model.fields[site]
        if model.couplings is not None:
            others = present[present != site]
            low, high = np.minimum(others, site), np.maximum(others, site)
            blocks = np.asarray(model.couplings.packed[model.couplings.pair(low, high)], dtype=np.float64)
            before = blocks[np.arange(len(others)), wild[others], :][others < site]
            after = blocks[np.arange(len(others)), :, wild[others]][others > site]
            row += before.sum(axis=0) + after.sum(axis=0)
        row -= row[wild[site]]
    return rows


def independent_scores(model: "Model", wild: States) -> Floats:
    """The same in the model of independent sites: L x q, missing if the file has none."""
    if model.independent_fields is None:
        return np.full(model.fields.shape, np.nan)
    fields = model.independent_fields.astype(np.float64)
    own = fields[np.arange(model.sites), wild]
    return np.where(wild[:, None] >= 0, fields - own[:, None], 0.0)


def _interactions(model: "Model", wild: States, i: int, j: int) -> Floats:
    """J_ij(a, b) - J_ij(a, wt) - J_ij(wt, b) + J_ij(wt, wt), q x q; zeros of a model without couplings."""
    if model.couplings is None:
        return np.zeros((model.states, model.states))
    block = model.couplings[i, j].astype(np.float64)
    result: Floats = block - block[:, wild[j], None] - block[wild[i]] + block[wild[i], wild[j]]
    return result
