"""Models as arrays."""

from __future__ import annotations

import io
import os
from typing import Any, Dict, Optional, Sequence, Union

import h5py
import numpy as np
import numpy.typing as npt
import pandas as pd

from ._couplings import Couplings
from ._program import PathLike, options, run
from ._summary import KINDS, as_html

_SCHEMA = 1
_GAPS = "-."
# Columns of text; all others of the program's tables are numbers.
_TEXTS = ["mutant", "A_i", "A_j", "status", "note", "likes", "dislikes", "verdict", "confident", "touches_in", "residue", "tolerated", "partners"]
# Positions are text where they name a chain.
_COUNTS = ["rank", "i", "j", "position"]


def open(path: PathLike) -> "Model":
    """Opens a model file that `potts fit` or `potts convert` wrote.

    Raises OSError if it cannot be read, and ValueError if it is no model of potts, or one of a later layout or of a kind that is not known.
    """
    return Model(path)


class Model:
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
        """Sequences over the L sites as states, N x L; -1 is a gap that the model takes for missing data.

        Raises ValueError for another length, or a letter that the model does not know.
        """
        rows = [sequences] if isinstance(sequences, str) else list(sequences)
        table = np.full(128, -2, dtype=np.int64)
        for gap in _GAPS:
            table[ord(gap)] = -1
        for state, letter in enumerate(self.alphabet):
            table[ord(letter)] = state
        # In RNA and DNA T and U are one residue; in proteins U is another.
        for letter, twin in ("TU", "UT"):
            if set(self.alphabet) - {"-"} == set("ACG" + letter):
                table[ord(twin)] = table[ord(letter)]
        if "-" in self.alphabet:
            table[ord(".")] = table[ord("-")]
        states = np.empty((len(rows), self.sites), dtype=np.int64)
        for number, row in enumerate(rows):
            if len(row) != self.sites:
                raise ValueError(f"sequence {number} has {len(row)} letters; the model has {self.sites} sites")
            codes = np.frombuffer(row.encode("utf-32-le"), dtype="<u4")
            found = np.where(codes < 128, table[np.minimum(codes, 127)], -2)
            if (found == -2).any():
                site = int(np.flatnonzero(found == -2)[0])
                raise ValueError(f"sequence {number} has {row[site]!r} at site {site}; the model knows {self.alphabet}")
            states[number] = found
        return states

    def energy(self, sequences: Union[str, Sequence[str], npt.NDArray[np.integer[Any]]]) -> npt.NDArray[np.float64]:
        """E(x) = -[sum_i h_i(x_i) + sum_{i<j} J_ij(x_i, x_j)] of each sequence, in nats; lower is more probable.

        `sequences` are texts over the L sites, or an N x L array of states; a state below 0 is missing data and adds nothing.
        """
        is_array = isinstance(sequences, np.ndarray) and sequences.dtype.kind in "iu"
        states = np.atleast_2d(sequences).astype(np.int64) if is_array else self.encode(sequences)  # type: ignore[arg-type]
        if states.ndim != 2 or states.shape[1] != self.sites or (states >= self.states).any():
            raise ValueError(f"states below {self.states} in rows of {self.sites} are needed")
        present = states >= 0
        states = np.where(present, states, 0)
        sites = np.arange(self.sites)
        total: npt.NDArray[np.float64] = (self.fields[sites, states].astype(np.float64) * present).sum(axis=1)
        if self.couplings is not None:
            for i in range(self.sites - 1):
                first = self.couplings.pair(i, i + 1)
                blocks = np.asarray(self.couplings.packed[first : first + self.sites - 1 - i])
                terms = blocks[np.arange(len(blocks)), states[:, i, None], states[:, i + 1 :]].astype(np.float64)
                total += (terms * present[:, i + 1 :]).sum(axis=1) * present[:, i]
        return np.negative(total)

    def contacts(
        self,
        *,
        top: Union[int, str, None] = None,
        min_separation: Optional[int] = None,
        pairs: Optional[str] = None,
        score: Optional[str] = None,
        apc: Optional[float] = None,
        like: Optional[str] = None,
        positions: Union[str, Sequence[int], None] = None,
        min_probability: Optional[float] = None,
        min_z: Optional[float] = None,
        spread: Union[int, str, None] = None,
        structure: Union[PathLike, Sequence[PathLike], None] = None,
        structure_chain: Optional[str] = None,
        distance: Optional[str] = None,
        cutoff: Optional[float] = None,
        assembly: Optional[str] = None,
        plddt: bool = False,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """The table of `potts contacts`, which takes the same options and says what its columns mean.

        `top` is a number of pairs, a multiple of L such as "2L" (the default), or "all"; `score` "pattern", "apc", "fn", "mi" or "di".
        `positions` are numbers, or text such as "68,A:70,75-80": the pairs of these alone. `structure` is a PDB or mmCIF file, or several:
        the table then says which pairs touch, within a chain or between chains.
        """
        if positions is not None and not isinstance(positions, str):
            positions = ",".join(str(int(position)) for position in positions)
        if structure is None or isinstance(structure, (str, bytes)) or hasattr(structure, "__fspath__"):
            structures = [] if structure is None else [structure]
        else:
            structures = list(structure)
        chosen = options(
            top=top,
            min_separation=min_separation,
            pairs=pairs,
            score=score,
            apc=apc,
            like=like,
            positions=positions,
            min_probability=min_probability,
            min_z=min_z,
            spread=spread,
            structure_chain=structure_chain,
            distance=distance,
            cutoff=cutoff,
            assembly=assembly,
            plddt=plddt,
            threads=threads,
        )
        for path in structures:
            chosen += options(structure=os.fsdecode(path))
        return _typed(_cells(run(["contacts", self.path, "--quiet", *chosen])))

    def position_table(self, *, threads: Optional[int] = None) -> pd.DataFrame:
        """What `potts positions` says of each position: conservation, rate, burial, mean effect, tolerated residues, coupling, partners."""
        return _typed(_cells(run(["positions", self.path, "--quiet", *options(threads=threads)])))

    def score_mutants(
        self,
        mutants: Union[str, Sequence[str], pd.DataFrame],
        *,
        column: Optional[str] = None,
        offset: Union[int, str, None] = None,
        chain: Optional[str] = None,
        chain_column: Optional[str] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """Scores of mutants such as "A24V" or "A24V:R57I" as `potts score-mutants` gives them, which takes the same options.

        A table comes back as a copy with the added columns `potts_score`, ..., `status`, `note`; its mutants are in `column`, else in
        one named mutant, mutation, variant, ... Rows keep their order and their index; one without a score says why.
        """
        chosen = options(offset=offset, chain=chain, threads=threads)
        if not isinstance(mutants, pd.DataFrame):
            names = [mutants] if isinstance(mutants, str) else list(mutants)
            mutants = pd.DataFrame({"mutant": pd.Series(names, dtype=object)})
            column = "mutant"
        chosen += options(column=column, chain_column=chain_column)
        table = mutants.to_csv(index=False, sep="\t")
        scored = _cells(run(["score-mutants", self.path, "--quiet", "--file=-", *chosen], table))
        added = _typed(scored.loc[:, "potts_score":])
        result = mutants.drop(columns=[name for name in mutants.columns if name in added.columns])
        return result.assign(**{name: added[name].to_numpy() for name in added.columns})

    def single_mutants(self, *, threads: Optional[int] = None) -> pd.DataFrame:
        """Scores of all single substitutions of the target, as `potts score-mutants --all-single`."""
        return _typed(_cells(run(["score-mutants", self.path, "--quiet", "--all-single", *options(threads=threads)])))


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


def _cells(text: str) -> pd.DataFrame:
    """A table of the program, all cells as text."""
    return pd.read_csv(io.StringIO(text), sep="\t", dtype=str, keep_default_na=False)


def _typed(cells: pd.DataFrame) -> pd.DataFrame:
    """The program's own columns: numbers just as they are printed, empty cells of numbers missing."""
    return cells.assign(**{name: _column(name, cells[name]) for name in cells.columns})


def _column(name: str, cells: Any) -> Any:
    # Where two columns have the same name pandas puts a point and a number behind that of the second.
    name = name.partition(".")[0]
    if name in _TEXTS or (name in _COUNTS and cells.str.contains(":", regex=False).any()):
        return cells
    if name in _COUNTS:
        return cells.astype(np.int64)
    return np.array([float(cell or "nan") for cell in cells])
