"""Pictures of contacts and mutants; matplotlib is asked for when the first is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, FrozenSet, List, Optional, Sequence, Set, Tuple, Union

import numpy as np
import numpy.typing as npt
import pandas as pd

from ._columns import column_of
from ._positions import Position, Positions, labels, site_of, sites_of
from ._program import PathLike
from ._statistics import FEWEST, spearman

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ._model import Model

Structure = Union[pd.DataFrame, PathLike, Sequence[PathLike]]
Pair = FrozenSet[Position]
Floats = npt.NDArray[np.float64]

_HAVE_SCORES = ("scored", "")
# Columns that say how a measured table came by its scores, and hold no measurement.
_OF_THE_PROGRAM = frozenset(
    "potts_score independent_score additive_score epistasis seen coverage effect_score potts_se calibrated calibrated_low calibrated_high support".split()
)
_TICKS = 12
# Blue of Okabe and Ito, told apart with any colour vision.
_MARK = "#0072B2"


def plot_contacts(
    model: "Model", contacts: Optional[pd.DataFrame], value: Optional[str], structure: Optional[Structure], ax: Optional["Axes"], chosen: Dict[str, Any]
) -> "Axes":
    """As `Model.plot_contacts`."""
    if contacts is not None and chosen:
        raise ValueError(f"the table of contacts is there already: {', '.join(chosen)} would not be looked at")
    table = model.contacts(**chosen) if contacts is None else contacts
    if value is None:
        value = "probability" if table["probability"].notna().any() else "score"
    if len(table) == 0:
        raise ValueError("the table of contacts has no pair to draw")
    if value not in table.columns:
        raise ValueError(f"the table of contacts has no column {value!r}; its columns are {', '.join(table.columns)}")
    if structure is None and "contact" in table.columns:
        structure = table
    predicted = _pairs(table)
    touching, unknown = _known(model, structure, min(map(_separation, predicted), default=0.0))
    ax = _axes(ax, (6.4, 5.4))
    places = _places(model)
    _squares(ax, places, touching, set(predicted))
    kinds = _kinds(predicted, touching, unknown, structure is not None)
    low, high = (0.0, 1.0) if value == "probability" else (table[value].min(), table[value].max())
    # The strongest are drawn last, and lie on top.
    for marker, name, rows in kinds:
        part = table[rows].iloc[::-1]
        x, y = ([places[end] for end in part[column]] for column in ("i", "j"))
        drawn = ax.scatter(x, y, c=part[value], vmin=low, vmax=high, cmap="viridis_r", marker=marker, s=22, label=name, zorder=3)
    ax.figure.colorbar(drawn, ax=ax, label=value)
    _square_axes(ax, model, places)
    if structure is not None:
        ax.legend(loc="lower right", fontsize="small")
    return ax


def _pairs(table: pd.DataFrame) -> List[Pair]:
    return [frozenset(pair) for pair in zip(table["i"].tolist(), table["j"].tolist())]


def _separation(pair: Pair) -> float:
    """How far apart along the chain; without end in two chains."""
    ends = [str(end).rpartition(":") for end in pair]
    (chain, _, first), (other, _, last) = ends[0], ends[-1]
    return float(abs(int(first) - int(last))) if chain == other else np.inf


def _known(model: "Model", structure: Optional[Structure], nearest: float) -> Tuple[Set[Pair], Set[Pair]]:
    """The pairs that touch, of those as far apart as the predicted ones, and those of which a structure does not tell."""
    if structure is None:
        return set(), set()
    if isinstance(structure, pd.DataFrame):
        table = structure
    else:
        table = model.contacts(top="all", min_separation=1, structure=structure)
    pairs = _pairs(table)
    contacts = table["contact"].tolist() if "contact" in table.columns else [1] * len(pairs)
    touching = {pair for pair, contact in zip(pairs, contacts) if contact == 1 and _separation(pair) >= nearest}
    return touching, {pair for pair, contact in zip(pairs, contacts) if np.isnan(contact)}


def _kinds(
    predicted: List[Pair], touching: Set[Pair], unknown: Set[Pair], is_known: bool
) -> List[Tuple[str, str, npt.NDArray[np.bool_]]]:
    """Markers, names and rows of the predicted pairs, by what a structure says of them."""
    if not is_known:
        return [("o", f"predicted ({len(predicted)})", np.ones(len(predicted), dtype=bool))]
    touch = np.array([pair in touching for pair in predicted], dtype=bool)
    untold = np.array([pair in unknown for pair in predicted], dtype=bool)
    kinds = [("o", "predicted, touch", touch), ("x", "predicted, do not touch", ~touch & ~untold), ("+", "predicted, not told", untold)]
    return [(marker, f"{name} ({rows.sum()})", rows) for marker, name, rows in kinds if rows.any()]


def _squares(ax: "Axes", places: Dict[Position, int], touching: Set[Pair], predicted: Set[Pair]) -> None:
    """Pairs that touch, below the diagonal: dark where they were predicted."""
    for colour, found in (("#bbbbbb", False), ("#333333", True)):
        pairs = [sorted(places[end] for end in pair) for pair in touching if (pair in predicted) == found and pair <= places.keys()]
        if pairs:
            low, high = zip(*sorted(pairs))
            name = f"touch, {'predicted' if found else 'not predicted'} ({len(pairs)})"
            ax.scatter(high, low, c=colour, marker="s", s=9, label=name, zorder=2)


def _places(model: "Model") -> Dict[Position, int]:
    """Where each position lies on an axis: at its number, or, with several chains, one behind the other."""
    names = labels(model)
    return {name: name if isinstance(name, int) else site for site, name in enumerate(names)}


def _square_axes(ax: "Axes", model: "Model", places: Dict[Position, int]) -> None:
    low, high = min(places.values()) - 1, max(places.values()) + 1
    ax.plot([low, high], [low, high], color="#999999", linewidth=0.8, zorder=1)
    ax.set(xlim=(low, high), ylim=(low, high), xlabel="position in the target", ylabel="position in the target", aspect="equal")
    if model.chains is not None:
        names = list(places)
        for ticks in (ax.set_xticks, ax.set_yticks):
            ticks(*_ticks(names))
        for site in range(1, model.sites):
            if model.chains[site] != model.chains[site - 1]:
                ax.axhline(site - 0.5, color="#999999", linewidth=0.8)
                ax.axvline(site - 0.5, color="#999999", linewidth=0.8)


def _ticks(names: List[Position]) -> Tuple[List[int], List[str]]:
    """Some places along a list of positions, and their names."""
    step = -(-len(names) // _TICKS)
    at = list(range(0, len(names), step))
    return at, [str(names[place]) for place in at]


def plot_mutants(
    model: "Model", score: Union[str, pd.DataFrame], positions: Optional[Positions], ax: Optional["Axes"], threads: Optional[int]
) -> "Axes":
    """As `Model.plot_mutants`."""
    if isinstance(score, str):
        score = column_of(score)
    matrix = score if isinstance(score, pd.DataFrame) else model.mutant_matrix(score, threads=threads)
    names = labels(model)
    rows = [site for site in sites_of(model, positions) if names[site] in matrix.index]
    if not rows:
        raise ValueError(
            "no row of the matrix is named for a position of the model; they are named as those of mutant_matrix();"
            " for a table of epistasis(i, j) there is plot_epistasis(i, j)"
        )
    matrix = matrix.loc[[names[site] for site in rows]]
    cells = matrix.to_numpy(dtype=float)
    ax = _axes(ax, (max(5.0, 2.0 + 0.13 * len(rows)), 4.4))
    image = ax.imshow(cells.T, aspect="auto", interpolation="nearest", **_colours(cells))
    ax.figure.colorbar(image, ax=ax, label=score if isinstance(score, str) else None, pad=0.02)
    residues = [str(name) for name in matrix.columns]
    own = [(at, residues.index(model.letters[site])) for at, site in enumerate(rows) if model.letters[site] in residues]
    if own:
        ax.plot(*zip(*own), ".", color="black", markersize=4, label="wild type")
    ax.set_xticks(*_ticks([names[site] for site in rows]))
    ax.set_yticks(range(len(residues)), residues)
    ax.set(xlabel="position in the target", ylabel="residue")
    return ax


def plot_epistasis(model: "Model", i: Position, j: Position, ax: Optional["Axes"]) -> "Axes":
    """As `Model.plot_epistasis`."""
    table = model.epistasis(i, j)
    cells = table.to_numpy()
    limit = float(np.abs(cells).max()) or 1.0
    ax = _axes(ax, (5.6, 4.8))
    image = ax.imshow(cells, aspect="equal", interpolation="nearest", cmap="RdBu", vmin=-limit, vmax=limit)
    ax.figure.colorbar(image, ax=ax, label="epistasis, nats", pad=0.02)
    rows, columns = list(table.index), list(table.columns)
    own_i, own_j = (model.letters[site_of(model, position)] for position in (i, j))
    at = (columns.index(own_j), rows.index(own_i))
    ax.axvline(at[0], color="#999999", linewidth=0.8)
    ax.axhline(at[1], color="#999999", linewidth=0.8)
    ax.plot(*at, ".", color="black", markersize=6, label="wild type")
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.set(xlabel=f"residue at {table.columns.name}, {own_j} in the target", ylabel=f"residue at {table.index.name}, {own_i} in the target")
    return ax


def _colours(cells: Floats) -> Dict[str, Any]:
    """Red below 0 and blue above where there are both; shades of one colour elsewhere."""
    finite = cells[np.isfinite(cells)]
    if len(finite) == 0:
        raise ValueError("the matrix has no number: the model does not know this score")
    low, high = float(finite.min()), float(finite.max())
    if low >= 0:
        return {"cmap": "viridis", "vmin": low, "vmax": high}
    if high <= 0:
        return {"cmap": "Reds_r", "vmin": low, "vmax": 0.0}
    # A few extremes should not pale all others.
    limit = float(np.quantile(np.abs(finite), 0.98)) or max(-low, high)
    return {"cmap": "RdBu", "vmin": -limit, "vmax": limit}


def plot_against(
    model: "Model", table: pd.DataFrame, measured: Optional[str], score: str, ax: Optional["Axes"], chosen: Dict[str, Any]
) -> "Axes":
    """As `Model.plot_against`."""
    scored = table
    if score not in table.columns:
        score = column_of(score)
    if score not in table.columns or chosen:
        scored = model.score_mutants(table, **chosen)
        if score not in scored.columns:
            raise ValueError(f"score_mutants() gives no column {score!r}; it gives {', '.join(c for c in scored.columns if c not in table.columns)}")
    measured = _measured(table, measured)
    used = np.isfinite(pd.to_numeric(scored[measured], errors="coerce")) & np.isfinite(scored[score])
    if "status" in scored.columns:
        used &= scored["status"].isin(_HAVE_SCORES)
    values = pd.to_numeric(scored[measured], errors="coerce")[used].to_numpy(dtype=float)
    scores = scored[score][used].to_numpy(dtype=float)
    if len(values) < FEWEST:
        raise ValueError(f"{len(values)} of {len(scored)} rows have a score and a number in {measured!r}; {FEWEST} are needed")
    ax = _axes(ax, (5.0, 4.4))
    ax.scatter(scores, values, s=10, alpha=0.5, color=_MARK, edgecolors="none")
    rho = spearman(values, scores)
    told = "not defined" if rho is None else f"{rho:.3f}"
    ax.set(xlabel=score, ylabel=measured, title=f"Spearman {told}, {len(values)} mutants")
    return ax


def _measured(table: pd.DataFrame, named: Optional[str]) -> str:
    """The column of measurements: the one that is named, or the only one of numbers that is not the program's."""
    if named is not None:
        if named not in table.columns:
            raise ValueError(f"the table has no column {named!r}; its columns are {', '.join(map(str, table.columns))}")
        return named
    numbers = [name for name in table.columns if table[name].dtype.kind in "if" and name not in _OF_THE_PROGRAM]
    if len(numbers) != 1:
        found = f"they are {', '.join(map(str, numbers))}" if numbers else "there are none"
        raise ValueError(f"name the column of measurements, as measured=\"score\": of columns of numbers one is expected, and {found}")
    return str(numbers[0])


def _axes(ax: Optional["Axes"], size: Tuple[float, float]) -> "Axes":
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError as missing:
        raise ImportError("pictures need matplotlib, which is not installed: pip install matplotlib") from missing
    return pyplot.subplots(figsize=size, layout="constrained")[1]
