"""What a model says of whole sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Sequence, Tuple, Union

import numpy as np
import numpy.typing as npt

from ._columns import column_of
from ._mutants import independent_scores, mutant_matrix, single_scores
from ._positions import wild_type

if TYPE_CHECKING:
    from ._model import Model

# Texts, or an array of states.
Sequences = Union[str, Sequence[str], npt.NDArray[np.integer[Any]]]
Floats = npt.NDArray[np.float64]

SCORES = ("potts_score", "independent_score", "additive_score", "epistasis", "effect_score")
_GAPS = "-."
# Terms that are held at a time: 32 MiB.
_AT_ONCE = 1 << 22


def states_of(model: "Model", sequences: Sequences) -> npt.NDArray[np.int64]:
    """Texts or states as N x L states, below 0 where data are missing."""
    is_array = isinstance(sequences, np.ndarray) and sequences.dtype.kind in "iu"
    states: npt.NDArray[np.int64] = (
        np.atleast_2d(sequences).astype(np.int64) if is_array else model.encode(sequences)  # type: ignore[arg-type]
    )
    if states.ndim != 2 or states.shape[1] != model.sites or (states >= model.states).any():
        raise ValueError(f"states below {model.states} in rows of {model.sites} are needed")
    return states


def encode(model: "Model", sequences: Union[str, Sequence[str]]) -> npt.NDArray[np.int64]:
    """As `Model.encode`."""
    rows = [sequences] if isinstance(sequences, str) else list(sequences)
    table = _letters(model.alphabet)
    states = np.empty((len(rows), model.sites), dtype=np.int64)
    for number, row in enumerate(rows):
        row = over_sites(model, number, row)
        codes = np.frombuffer(row.encode("utf-32-le"), dtype="<u4")
        found = np.where(codes < 128, table[np.minimum(codes, 127)], -2)
        if (found == -2).any():
            site = int(np.flatnonzero(found == -2)[0])
            raise ValueError(f"sequence {number} has {row[site]!r} at site {site}; the model knows {model.alphabet}")
        states[number] = found
    return states


def _letters(alphabet: str) -> npt.NDArray[np.int64]:
    """States of the letters by their codes: -1 for missing data, -2 for what is no letter."""
    table = np.full(128, -2, dtype=np.int64)
    for gap in _GAPS:
        table[ord(gap)] = -1
    for state, letter in enumerate(alphabet):
        table[ord(letter)] = state
    # In RNA and DNA T and U are one residue; in proteins U is another.
    for letter, twin in ("TU", "UT"):
        if set(alphabet) - {"-"} == set("ACG" + letter):
            table[ord(twin)] = table[ord(letter)]
    if "-" in alphabet:
        table[ord(".")] = table[ord("-")]
    return table


def over_sites(model: "Model", number: int, row: str) -> str:
    """The letters of a sequence at the L sites: all of it, or, if it is as long as the whole target, those that are modelled.

    Where the target has no residue at a site, a sequence of the target's length has none either.
    """
    if len(row) == model.sites:
        return row
    residues = _residues(model)
    if len(row) != len(residues):
        whole = f", and its target {len(residues)} residues" if residues else ""
        raise ValueError(f"sequence {number} has {len(row)} letters; the model has {model.sites} sites{whole}")
    letters = ["-"] * model.sites
    for letter, (_, site) in zip(row, residues):
        if site >= 0:
            letters[site] = letter
    return "".join(letters)


def _residues(model: "Model") -> Sequence[Tuple[str, int]]:
    """The target's residues, each with its site or -1."""
    sites = np.where(model._modelled, np.cumsum(model._modelled) - 1, -1)
    return [(letter, int(site)) for letter, site in zip(model._target, sites) if letter != "-"]


def energy(model: "Model", sequences: Sequences) -> Floats:
    """As `Model.energy`."""
    states = states_of(model, sequences)
    total = np.empty(len(states))
    for rows in _slices(len(states), model.sites):
        total[rows] = _fields(model, states[rows]).sum(axis=1)
        for _, terms in _pairs(model, states[rows]):
            total[rows] += terms.sum(axis=1)
    return np.negative(total)


def features(model: "Model", sequences: Sequences) -> Floats:
    """As `Model.features`."""
    states = states_of(model, sequences)
    result = np.empty((len(states), model.sites))
    for rows in _slices(len(states), model.sites):
        part = _fields(model, states[rows])
        for i, terms in _pairs(model, states[rows]):
            part[:, i] += terms.sum(axis=1) / 2
            part[:, i + 1 :] += terms / 2
        result[rows] = part
    return result


def scores(model: "Model", sequences: Sequences, score: str) -> Floats:
    """As `Model.score`."""
    score = column_of(score)
    if score not in SCORES:
        raise ValueError(f"{score!r} is no score of whole sequences: they are {', '.join(SCORES)}")
    wild = wild_type(model)
    states = states_of(model, sequences)
    result = _score(model, states, wild, score)
    result[~_comparable(model, sequences, states, wild)] = np.nan
    return result


def _score(model: "Model", states: npt.NDArray[np.int64], wild: npt.NDArray[np.int64], score: str) -> Floats:
    if score == "independent_score":
        return _sums(independent_scores(model, wild), states)
    if score == "effect_score":
        return _sums(_effects(model, wild), states)
    if score == "additive_score":
        return _sums(single_scores(model, wild, range(model.sites)), states)
    potts = energy(model, wild[None, :]) - energy(model, states)
    return potts if score == "potts_score" else potts - _score(model, states, wild, "additive_score")


def _effects(model: "Model", wild: npt.NDArray[np.int64]) -> Floats:
    """L x q effects: 0 of the wild type, missing where the model has none."""
    matrix = mutant_matrix(model, "effect_score").to_numpy()
    table = np.full((model.sites, model.states), np.nan)
    table[:, : matrix.shape[1]] = matrix
    if not np.isnan(matrix).all():
        sites = np.flatnonzero(wild >= 0)
        table[sites, wild[sites]] = 0.0
    return table


def _comparable(model: "Model", sequences: Sequences, states: npt.NDArray[np.int64], wild: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which sequences have data where the target has, and are the target where it is not modelled."""
    result: npt.NDArray[np.bool_] = ((states >= 0) == (wild >= 0)).all(axis=1)
    if isinstance(sequences, np.ndarray) and sequences.dtype.kind in "iu":
        return result
    for number, row in enumerate([sequences] if isinstance(sequences, str) else sequences):
        if len(row) != model.sites:
            result[number] &= all(site >= 0 or letter.upper() == own for letter, (own, site) in zip(row, _residues(model)))
    return result


def _sums(table: Floats, states: npt.NDArray[np.int64]) -> Floats:
    """Sums over the sites of an L x q table, without what is missing."""
    sites = np.arange(len(table))
    result = np.empty(len(states))
    for rows in _slices(len(states), len(table)):
        result[rows] = np.where(states[rows] >= 0, table[sites, states[rows]], 0.0).sum(axis=1)
    return result


def _slices(count: int, sites: int) -> Iterator[slice]:
    """Sequences in portions whose terms fit into memory."""
    step = max(1, _AT_ONCE // max(1, sites))
    return (slice(start, start + step) for start in range(0, count, step))


def _fields(model: "Model", states: npt.NDArray[np.int64]) -> Floats:
    """h_i(x_i), N x L."""
    terms = model.fields[np.arange(model.sites), states].astype(np.float64)
    return np.where(states >= 0, terms, 0.0)


def _pairs(model: "Model", states: npt.NDArray[np.int64]) -> Iterator[Tuple[int, Floats]]:
    """Each site i but the last with J_ij(x_i, x_j) of all j > i: N x (L - 1 - i)."""
    if model.couplings is None:
        return
    present = states >= 0
    filled = np.where(present, states, 0)
    q = model.states
    for i in range(model.sites - 1):
        first = model.couplings.pair(i, i + 1)
        count = model.sites - 1 - i
        blocks = np.asarray(model.couplings.packed[first : first + count]).ravel()
        # One number a term, which is found faster than three.
        places = np.arange(count) * (q * q) + filled[:, i, None] * q + filled[:, i + 1 :]
        terms = blocks.take(places).astype(np.float64)
        yield i, np.where(present[:, i, None] & present[:, i + 1 :], terms, 0.0)
