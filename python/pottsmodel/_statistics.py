"""Spearman's rank correlation, as the program works it out."""

from __future__ import annotations

from typing import Optional

import numpy as np
import numpy.typing as npt
import pandas as pd

# Scores that differ by less are equal: residues that were never seen share one score, but for how far a fit went.
_RESOLUTION = 1e-4
FEWEST = 3


def spearman(values: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]) -> Optional[float]:
    """Of measured values and scores; None with fewer than three, or where one side is constant."""
    if len(values) < FEWEST:
        return None
    ranks = [pd.Series(side).rank().to_numpy() for side in (values, np.round(scores / _RESOLUTION))]
    one, other = (side - side.mean() for side in ranks)
    scale = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / scale if scale > 0 else None
