"""Pictures and pages that the program makes of a model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Optional, Sequence, Tuple, Union

import pandas as pd

from ._columns import option_of
from ._positions import Position, Positions, listed
from ._program import PathLike, options, run, structure_options

WHAT = ("contacts", "mutants", "convergence", "logo", "arcs", "precision", "epistasis", "correlations", "energies", "components")
"""What can be drawn."""

Pairs = Union[str, Sequence[Tuple[Position, Position]]]

_ENDINGS = (".svg", ".pdf", ".png")
_DOTTED = ".png"


class Picture:
    """A picture of `Model.plot`, which a notebook shows at the end of a cell. ``str(picture)`` is its text, as is ``picture.svg``."""

    what: str
    """What it is of: "contacts", "mutants", ..."""
    svg: str
    """The picture, as SVG."""

    def __init__(self, what: str, arguments: Sequence[str], dpi: Optional[float]) -> None:
        self.what = what
        self._arguments = list(arguments)
        self._dpi = dpi
        self.svg = run(self._arguments)

    def save(self, path: PathLike, *, dpi: Optional[float] = None, force: bool = False) -> Path:
        """Writes it as the name's ending says, .svg, .pdf or .png, and returns the path. `dpi` is of a .png: dots an inch, 300 if None,
        or as `Model.plot` was told.

        The program draws it again, from the same files: raises ValueError if they give another picture by now, or for another ending, and
        PottsError where the program fails, if the file is there and not to be overwritten (`force`), say.
        """
        ending = _ending(path)
        if run(self._arguments) != self.svg:
            raise ValueError(
                f"what this picture of {self.what} was drawn from has changed: draw it again with plot({self.what!r}); what is shown is in .svg"
            )
        if dpi is None and ending == _DOTTED:
            dpi = self._dpi
        return _write(self._arguments, path, dpi, force)

    def _repr_svg_(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Picture of {self.what}: .svg is its text, .save(path) writes .svg, .pdf or .png>"


def plot_arguments(path: str, what: str, score: Optional[str], positions: Optional[Positions], title: Union[str, bool, None], **chosen: Any) -> Sequence[str]:
    """How the program is called for a picture, but for where it goes. Raises ValueError for what it does not draw."""
    if what not in WHAT:
        raise ValueError(f"{what!r} is nothing that is drawn: choose one of {', '.join(WHAT)}")
    structure = chosen.pop("structure")
    arguments = options(
        score=None if score is None else option_of(score),
        positions=None if positions is None else listed(positions),
        # True is the program's own.
        title=title if isinstance(title, str) else None,
        no_title=title is False,
        **chosen,
    )
    return ["plot", what, path, "--quiet", *arguments, *structure_options(structure)]


def picture(arguments: Sequence[str], path: Optional[PathLike], dpi: Optional[float], force: bool) -> Union[Picture, Path]:
    """Draws, into a file if there is a path."""
    if path is None:
        return Picture(arguments[1], arguments, dpi)
    _ending(path)
    return _write(arguments, path, dpi, force)


def _write(arguments: Sequence[str], path: PathLike, dpi: Optional[float], force: bool) -> Path:
    run([*arguments, *options(output=path, dpi=dpi, force=force)])
    return Path(path)


def _ending(path: PathLike) -> str:
    """What a picture is written as. Raises ValueError for an ending of other files."""
    ending = os.path.splitext(os.fspath(path))[1].lower()
    if ending not in _ENDINGS:
        raise ValueError(f"{os.fspath(path)}: the name of a picture ends in {', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}")
    return ending


def report(path: str, output: PathLike, mutants: Union[PathLike, pd.DataFrame, None], interactions: Optional[Pairs], **chosen: Any) -> Path:
    """As `Model.report`, of the model in the file `path`."""
    table = None
    if isinstance(mutants, pd.DataFrame):
        # The table is read from standard input, and no file of it is left behind or named on the page.
        table, mutants = mutants.to_csv(index=False, sep="\t"), "-"
    elif mutants is not None and not isinstance(mutants, (str, os.PathLike)):
        raise TypeError(f"measured mutants are a file or a DataFrame, and not {type(mutants).__name__}")
    structure, keep, mutate = (chosen.pop(name) for name in ("structure", "keep", "mutate"))
    arguments = options(
        output=output,
        mutants=mutants,
        interactions=None if interactions is None else _paired(interactions),
        keep=None if keep is None else listed(keep),
        mutate=None if mutate is None else listed(mutate),
        **chosen,
    )
    run(["report", path, "--quiet", *arguments, *structure_options(structure)], table)
    return Path(output)


def _paired(pairs: Pairs) -> Optional[str]:
    """Pairs of positions as the program takes them, "24:57,69:75"; None if there are none."""
    if isinstance(pairs, str):
        return pairs
    found = []
    for pair in pairs:
        # A text such as "24" has two letters, and is no pair.
        ends = [] if isinstance(pair, str) or not hasattr(pair, "__iter__") else list(pair)
        if len(ends) != 2:
            raise ValueError(f"interactions are of pairs of positions, such as [(24, 57)] or [('A:24', 'B:57')], and {pair!r} is none")
        found.append(listed(ends).replace(",", ":"))
    return ",".join(found) or None
