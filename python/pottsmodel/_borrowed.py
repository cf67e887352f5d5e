"""Calibrations where the program wants a file."""

from __future__ import annotations

import contextlib
import os
import tempfile
from typing import Iterator, Optional, Protocol, Union

from ._program import PathLike, PottsError


class Saved(Protocol):
    """What can be written to a file: `Calibration`, which this module must not import."""

    def save(self, path: PathLike, *, force: bool = False) -> None: ...


CalibrationLike = Union[PathLike, Saved]


@contextlib.contextmanager
def calibration_file(calibration: Optional[CalibrationLike]) -> Iterator[Optional[PathLike]]:
    """The file of a calibration, which is there already or for as long as it is used.

    Raises TypeError for what is neither a path nor a Calibration, ValueError for one that was not fitted.
    """
    if calibration is None or isinstance(calibration, (str, os.PathLike)):
        yield calibration
        return
    if not hasattr(calibration, "save"):
        raise TypeError(f"a calibration is a file of `potts calibrate` or a pottsmodel.Calibration, and not {calibration!r}")
    with tempfile.TemporaryDirectory(prefix="pottsmodel-") as folder:
        path = os.path.join(folder, "calibration.h5")
        calibration.save(path)
        try:
            yield path
        except PottsError as failure:
            # Whoever gave no file is told of none.
            if path not in str(failure):
                raise
            raise PottsError(str(failure).replace(path, repr(calibration)), failure.exit_code) from None
