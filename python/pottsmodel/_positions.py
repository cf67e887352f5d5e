"""Positions of the target, as users and tables write them, and the sites of a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence, Set, Tuple, Union

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from ._model import Model

# 24, or "A:24" where there are chains.
Position = Union[int, str]
Positions = Union[str, Sequence[Position]]

_LISTED = re.compile(r"(?:(?P<chain>[A-Za-z0-9]):)?(?P<first>-?\d+)(?:-(?P<last>-?\d+))?")


def labels(model: "Model") -> List[Position]:
    """The position of each site as tables have it: a number, or such as "A:24" in a model of several chains."""
    return [_label(model, site) for site in range(model.sites)]


def _label(model: "Model", site: int) -> Position:
    number = int(model.positions[site])
    return number if model.chains is None else f"{model.chains[site]}:{number}"


def site_of(model: "Model", position: Position) -> int:
    """The site of one position. Raises as `Model.site`, and ValueError for what is no position."""
    if not isinstance(position, str):
        return model.site(int(position))
    chain, first, last = _read(position)
    if last is not None:
        raise ValueError(f"one position is needed, such as {_label(model, 0)!r}, and {position!r} are several")
    if chain is not None and model.chains is None:
        raise KeyError(f"position {position} is not modelled: the model has no chains")
    return model.site(first, chain)


def sites_of(model: "Model", positions: Optional[Positions]) -> List[int]:
    """The sites of some positions, each once, in the order of the model; all of them for None.

    Text is a list such as "68,A:70,75-80". Of a range the positions that are modelled are taken, and one at least must be; a number
    alone is that of every chain.
    """
    if positions is None:
        return list(range(model.sites))
    if not isinstance(positions, str):
        return sorted({site_of(model, position) for position in positions})
    found: Set[int] = set()
    for item in positions.split(","):
        chain, first, last = _read(item.strip())
        sites = _between(model, chain, first, first if last is None else last)
        if len(sites) == 0:
            raise KeyError(f"position {item.strip()} is not modelled")
        found.update(int(site) for site in sites)
    return sorted(found)


def listed(positions: Positions) -> str:
    """Positions as the program's options take them."""
    if isinstance(positions, str):
        return positions
    return ",".join(position if isinstance(position, str) else str(int(position)) for position in positions)


def wild_type(model: "Model") -> npt.NDArray[np.int64]:
    """The states of the target at the L sites; where it has no residue, the gap, or -1 where gaps are missing data.

    Raises ValueError if the model has no target.
    """
    if not set(model.letters) - {"-"}:
        raise ValueError(
            f"the model has no target, so that nothing can be compared with it: {model.path}\n  fit it again with focus=NAME, or with"
            " no_focus=True and target=NAME; to a model of another program add one with `potts convert MODEL MODEL.h5 --alignment MSA`"
        )
    return np.array([model.alphabet.find(letter if letter in model.alphabet else "-") for letter in model.letters], dtype=np.int64)


def substitutions(model: "Model", site: int) -> Iterator[Tuple[int, str]]:
    """The states of the other residues at a site, each with the name of the mutant, in the order of the alphabet.

    Raises ValueError where the target has no residue.
    """
    letter = model.letters[site]
    residues = model.alphabet.replace("-", "")
    label = _label(model, site)
    if letter not in residues:
        raise ValueError(f"the target has no residue at position {label}, so that there are no mutants of it")
    chain, colon, number = label.rpartition(":") if isinstance(label, str) else ("", "", str(label))
    for state, other in enumerate(residues):
        if other != letter:
            yield state, f"{chain}{colon}{letter}{number}{other}"


def _read(item: str) -> Tuple[Optional[str], int, Optional[int]]:
    match = _LISTED.fullmatch(item)
    if match is None:
        raise ValueError(f"{item!r} is no position: 24, or 'A:24' in a model of several chains, or a range such as '24-30' in a list")
    last = match.group("last")
    return match.group("chain"), int(match.group("first")), None if last is None else int(last)


def _between(model: "Model", chain: Optional[str], first: int, last: int) -> npt.NDArray[np.intp]:
    found = (model.positions >= first) & (model.positions <= last)
    if chain is not None:
        found &= np.array(list(model.chains or "-" * model.sites)) == chain
    return np.flatnonzero(found)
