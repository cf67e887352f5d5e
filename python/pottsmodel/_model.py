"""Models as arrays."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Optional, Sequence, Union

import h5py
import numpy as np
import numpy.typing as npt
import pandas as pd

from ._asked import Tables
from ._borrowed import CalibrationLike
from ._couplings import Couplings
from ._mutants import double_mutants, epistasis, mutant_matrix
from ._plots import Structure, plot_against, plot_contacts, plot_epistasis, plot_mutants
from ._positions import Position, Positions
from ._program import PathLike
from ._sequences import Sequences, encode, energy, features, scores
from ._summary import KINDS, as_html

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SCHEMA = 1


def open(path: PathLike) -> "Model":
    """Opens a model file that `potts fit` or `potts convert` wrote.

    Raises OSError if it cannot be read, and ValueError if it is no model of potts, or one of a later layout or of a kind that is not known.
    """
    return Model(path)


class Model(Tables):
    """A model file. Arrays are in memory, except couplings, which are read when asked for."""

    path: str
    """The file, absolute."""
    fields: npt.NDArray[np.float32]
    """h_i(a): L x q, sites by states in the order of `alphabet`."""
    independent_fields: Optional[npt.NDArray[np.float32]]
    """The fields of the model of the same data without couplings: L x q."""
    couplings: Optional[Couplings]
    """J_ij(a, b); None in a model of independent sites."""
    alphabet: str
    """The letters of the q states."""
    positions: npt.NDArray[np.int64]
    """The position of each site in the target's own numbering."""
    chains: Optional[str]
    """The chain of each site, a letter each; None where there is one protein."""
    letters: str
    """The target's residue at each site; '-' without a target."""
    neff: Optional[float]
    """The effective number of sequences; None where a converted file does not tell, as for the next three."""
    weights: Optional[npt.NDArray[np.float64]]
    """Weights of the kept sequences, in the order of the alignment."""
    kept: Optional[npt.NDArray[np.bool_]]
    """Which rows of the alignment were kept."""
    frequencies: Optional[npt.NDArray[np.float64]]
    """Weighted frequencies without pseudocount: L x (residues + 1), the gap last."""
    metadata: Dict[str, Any]
    """All that the file says about itself: `target`, `method`, `gaps`, `gauge`, `command_line`, `input_sha256`, ..."""
    history: Optional[pd.DataFrame]
    """The fit, a row an iteration."""
    log: Optional[str]
    """What the fit said, line by line; None where the model was opened from a file."""

    def __init__(self, path: PathLike) -> None:
        self.path = os.path.abspath(os.fspath(path))
        self.log = None
        with h5py.File(self.path, "r") as file:
            self.metadata = _attributes(file)
            _check(self.path, self.metadata)
            if "fit" in file:
                self.metadata.update(_attributes(file["fit"]))
            self.fields = file["model/fields"][:]
            self.independent_fields = _array(file, "model/independent_fields")
            self.alphabet = self.metadata["alphabet"]
            modelled = file["columns/modelled"][:].astype(bool)
            self.positions = file["columns/position"][:][modelled].astype(np.int64)
            # The whole target, and which of its columns have a site.
            self._target = _letters(file["columns/letter"][:])
            self._modelled = modelled
            self.letters = _letters(file["columns/letter"][:][modelled])
            self.chains = _letters(file["columns/chain"][:][modelled]) if "columns/chain" in file else None
            self.neff = self.metadata.get("neff")
            self.weights = _array(file, "alignment/weights")
            kept = _array(file, "alignment/kept")
            self.kept = None if kept is None else kept.astype(bool)
            self.frequencies = _array(file, "alignment/frequencies")
            self.history = _history(file)
            self.couplings = _couplings(self.path, file, self.sites)

    @property
    def sites(self) -> int:
        """L."""
        return int(self.fields.shape[0])

    @property
    def states(self) -> int:
        """q."""
        return int(self.fields.shape[1])

    def __repr__(self) -> str:
        kind = "independent sites" if self.couplings is None else "Potts model"
        return f"<{kind} of {self.metadata.get('target', 'no target')}, {self.sites} sites, {self.states} states: {self.path}>"

    def _repr_html_(self) -> str:
        return as_html(self)

    def site(self, position: int, chain: Optional[str] = None) -> int:
        """The site of a position of the target, for indexing arrays.

        Raises KeyError if it is not modelled, ValueError if the model has chains and none is named.
        """
        found = self.positions == position
        if self.chains is not None:
            if chain is None:
                raise ValueError(f"the model has chains: name one of {', '.join(sorted(set(self.chains)))}")
            found &= np.array(list(self.chains)) == chain
        sites = np.flatnonzero(found)
        if len(sites) == 0:
            raise KeyError(f"position {position if chain is None else f'{chain}:{position}'} is not modelled")
        return int(sites[0])

    def encode(self, sequences: Union[str, Sequence[str]]) -> npt.NDArray[np.int64]:
        """Sequences as states, N x L; -1 is a gap that the model takes for missing data.

        A sequence has L letters, one for each site, or as many as the whole target has residues, of which those that are modelled are
        taken. Raises ValueError for another length, or a letter that the model does not know.
        """
        return encode(self, sequences)

    def energy(self, sequences: Sequences) -> npt.NDArray[np.float64]:
        """E(x) = -[sum_i h_i(x_i) + sum_{i<j} J_ij(x_i, x_j)] of each sequence, in nats; lower is more probable.

        `sequences` are texts as `encode` reads them, or an N x L array of states; a state below 0 is missing data and adds nothing.
        """
        return energy(self, sequences)

    def score(self, sequences: Sequences, *, score: str = "potts_score") -> npt.NDArray[np.float64]:
        """log P(sequence) - log P(target) of each sequence, in nats: N numbers; higher is better, the target has 0.

        `sequences` are as `energy` takes them. `score` is "potts_score" or another that `score_mutants` has: "independent_score",
        "additive_score" (the sum of the single substitutions'), "epistasis" (what is left of the first), or "effect_score", the sum of the
        effects, which the program is asked for.

        NaN of a sequence that cannot be compared with the target: where gaps are missing data one has a gap and the other none; or one of
        the target's whole length differs from it where nothing is modelled. Raises ValueError as `encode`, for another `score`, and if the
        model has no target.
        """
        return scores(self, sequences, score)

    def features(self, sequences: Sequences) -> npt.NDArray[np.float64]:
        """What each site adds to -E: h_i(x_i) + 1/2 sum_j J_ij(x_i, x_j), N x L, in nats; rows sum to -E.

        Numbers for regressions, of scikit-learn say: log P up to a constant, told by site. `sequences` are as `energy` takes them;
        missing data add nothing. How a sum is shared out among sites depends on the gauge of the model: a site's number alone has
        no meaning, and those of two models do not compare.
        """
        return features(self, sequences)

    def mutant_matrix(
        self, score: str = "effect_score", *, calibration: Optional[CalibrationLike] = None, threads: Optional[int] = None
    ) -> pd.DataFrame:
        """A column of `single_mutants()` as a table: positions (L rows) x residues (20 columns in proteins).

        `score` is "effect_score" or "effect", "potts_score" or "potts", "calibrated" with a `calibration`, or any other of its columns of
        numbers.

        The cell of the wild type is NaN, since it is no mutant: means over a row are of the other residues, and ``fillna(0)`` gives the
        wild type its score. So are positions where the target has no residue. Rows are named 24, or "A:24" in a model of several
        chains. Raises ValueError if the program's table has no such column of numbers.
        """
        return mutant_matrix(self, score, calibration, threads)

    def double_mutants(
        self,
        positions: Positions,
        *,
        background: Optional[PathLike] = None,
        calibration: Optional[CalibrationLike] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """All double mutants of some positions, 361 a pair of positions in proteins: rows of `potts score-mutants --all-double`.

        `positions` are two or more, ``[24, 30, 52]``, ``["A:24", "B:7"]`` or "24,30,75-80"; `background` and `calibration` are as for
        `score_mutants`. The program gives the columns and the numbers. A row takes some 300 bytes, and 100 000 of them some seconds;
        all pairs of 100 positions are 1.8 million rows. Raises KeyError for a position that is not modelled, ValueError where the target
        (or the background) has no residue.
        """
        return double_mutants(self, positions, background, calibration, threads)

    def epistasis(self, i: Position, j: Position) -> pd.DataFrame:
        """What each pair of residues at two positions adds to the sum of the two substitutions, in nats: 20 x 20 in proteins.

        J_ij(a, b) - J_ij(a, wt) - J_ij(wt, b) + J_ij(wt, wt), the `epistasis` of the double mutant: rows are the residues a at position i,
        columns those b at j; zeros in the row and the column of the wild type. A position is 24, or "A:24" in a model of several chains.
        """
        return epistasis(self, i, j)

    def plot_contacts(
        self,
        contacts: Optional[pd.DataFrame] = None,
        *,
        value: Optional[str] = None,
        structure: Optional[Structure] = None,
        ax: Optional["Axes"] = None,
        **chosen: Any,
    ) -> "Axes":
        """A contact map: predicted pairs above the diagonal, coloured by `value`; those that touch in a structure below it.

        `contacts` is a table of `contacts()`, which is asked for if there is none; all other keywords are its own. `value` is a column of
        the table, "probability" if it has any, else "score". `structure` is a PDB or mmCIF file or several, or a table of pairs that
        touch, with columns `i` and `j` (and `contact`, 0 or 1, as `contacts(structure=...)` has it): predicted pairs that do not touch
        are then crosses, and pairs nearer along the chain than the predicted ones are not shown. In a model of several chains the axes
        have one chain behind the other.

        Draws into `ax` or a new figure, and returns the Axes. Raises ImportError without matplotlib.
        """
        return plot_contacts(self, contacts, value, structure, ax, chosen)

    def plot_mutants(
        self,
        score: Union[str, pd.DataFrame] = "effect_score",
        *,
        positions: Optional[Positions] = None,
        ax: Optional["Axes"] = None,
        threads: Optional[int] = None,
    ) -> "Axes":
        """A heat map of all single mutants, residues by positions, with a dot at each wild type.

        `score` is as for `mutant_matrix`, or a matrix such as `mutant_matrix()` gives, of measured values say. `positions` are
        those to show, all if None. Draws into `ax` or a new figure, and returns the Axes. Raises ImportError without matplotlib.
        """
        return plot_mutants(self, score, positions, ax, threads)

    def plot_epistasis(self, i: Position, j: Position, *, ax: Optional["Axes"] = None) -> "Axes":
        """A heat map of `epistasis(i, j)`: residues at j along x, those at i along y; blue where two help one another, red where they hurt.

        Colours are symmetric around 0. Lines and a dot mark the wild types, where it is 0. Draws into `ax` or a new figure, and returns the
        Axes. Raises as `epistasis`, and ImportError without matplotlib.
        """
        return plot_epistasis(self, i, j, ax)

    def plot_against(
        self,
        table: pd.DataFrame,
        measured: Optional[str] = None,
        *,
        score: str = "effect_score",
        ax: Optional["Axes"] = None,
        **chosen: Any,
    ) -> "Axes":
        """Measured values against scores, a dot a mutant, with Spearman's rank correlation in the title.

        `table` has a column of numbers named `measured`, which need not be told if it is the only one, and a column `score` ("effect" is
        "effect_score"); without it
        its mutants are scored, and other keywords are those of `score_mutants`. The correlation is that of `potts score-mutants
        --against`: over the mutants with a score and a number, without wild types and synonymous ones. Draws into `ax` or a new figure,
        and returns the Axes. Raises ValueError if there are fewer than three such mutants, ImportError without matplotlib.
        """
        return plot_against(self, table, measured, score, ax, chosen)


def _check(path: str, attributes: Dict[str, Any]) -> None:
    if attributes.get("format") != "potts":
        raise ValueError(f"{path} is no model file of potts; `potts convert` makes one from those of other programs")
    if attributes["schema_version"] > _SCHEMA:
        raise ValueError(
            f"{path} has layout {attributes['schema_version']}, and this package reads {_SCHEMA}: install a newer one"
        )
    kind = attributes.get("model_kind")
    if kind not in KINDS:
        raise ValueError(f"{path} is a model of the kind {kind!r}, which this package does not know: a newer one may")


def _attributes(place: Any) -> Dict[str, Any]:
    return {name: _plain(value) for name, value in place.attrs.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if isinstance(value, np.generic) else value


def _array(file: Any, name: str) -> Any:
    return file[name][:] if name in file else None


def _letters(stored: npt.NDArray[np.bytes_]) -> str:
    return b"".join(stored.tolist()).decode()


def _history(file: Any) -> Optional[pd.DataFrame]:
    if "fit/history" not in file:
        return None
    columns = ("iteration", "evaluations", "objective", "gradient_norm", "seconds")
    return pd.DataFrame({name: file["fit/history"][name][:] for name in columns})


def _couplings(path: str, file: Any, sites: int) -> Optional[Couplings]:
    if "model/couplings" not in file:
        return None
    stored = file["model/couplings"]
    offset = stored.id.get_offset()
    # Other tools may have packed the file anew, in chunks that cannot be mapped; a model of one site has nothing to map.
    if offset is None or stored.size == 0:
        return Couplings(stored[:], sites)
    return Couplings(np.memmap(path, dtype=stored.dtype, mode="r", offset=offset, shape=stored.shape), sites)
