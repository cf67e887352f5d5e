"""Samples of a model held against natural sequences."""

from __future__ import annotations

import json
import os
from typing import List, Optional, Sequence, Union

import pandas as pd

from ._program import PathLike, options, run

# A file, or the sequences themselves.
Given = Union[PathLike, Sequence[str]]


def evaluate(path: str, samples: Optional[Given], natural: Optional[PathLike], chosen: List[str]) -> pd.DataFrame:
    """As `Tables.evaluate`."""
    text = None
    arguments = options(natural=None if natural is None else os.fspath(natural))
    if samples is not None:
        if isinstance(samples, (str, os.PathLike)):
            arguments += options(samples=os.fspath(samples))
        else:
            text = "".join(f">sample_{number}\n{row}\n" for number, row in enumerate(samples, 1))
            arguments += options(samples="-")
    found = json.loads(run(["evaluate", path, "--quiet", "--json", *arguments, *chosen], text))
    columns = ["quantity", "value", "natural", "ceiling"]
    table = pd.DataFrame(found.pop("measures"), columns=columns).set_index("quantity").astype(float)
    table.attrs.update(found)
    return table
