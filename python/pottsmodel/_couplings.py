"""Couplings as they lie in a model file."""

from __future__ import annotations

import operator
from typing import Any, Iterator, Optional, Tuple

import numpy as np
import numpy.typing as npt


class Couplings:
    """J of all pairs of sites; read from the file block by block, when asked for.

    ``J[i, j]`` is a q x q array (float32), its rows the states of site i and its columns those of site j, whichever is larger; zeros
    for i = j. Sites count from 0, negative ones from the end.
    """

    def __init__(self, packed: npt.NDArray[np.float32], sites: int) -> None:
        self._packed = packed
        self._sites = sites

    @property
    def packed(self) -> npt.NDArray[np.float32]:
        """L(L-1)/2 x q x q: the pairs (0, 1), (0, 2), ..., (1, 2), ..., as `numpy.triu_indices(L, 1)` has them."""
        return self._packed

    @property
    def shape(self) -> Tuple[int, int, int, int]:
        """(L, L, q, q)."""
        states = self._packed.shape[1]
        return (self._sites, self._sites, states, states)

    def __len__(self) -> int:
        return self._sites

    def __repr__(self) -> str:
        return f"<potts couplings of {self._sites} sites, {self._packed.shape[1]} states>"

    def pair(self, i: Any, j: Any) -> Any:
        """The index in `packed` of the pair i < j."""
        return i * (2 * self._sites - i - 1) // 2 + j - i - 1

    def _site(self, index: int) -> int:
        site = operator.index(index)
        if not -self._sites <= site < self._sites:
            raise IndexError(f"site {site} of {self._sites}")
        return site % self._sites

    def __getitem__(self, sites: Tuple[int, int]) -> npt.NDArray[np.float32]:
        if not isinstance(sites, tuple) or len(sites) != 2:
            raise TypeError("couplings belong to two sites: J[i, j]")
        i, j = (self._site(index) for index in sites)
        if i == j:
            return np.zeros(self._packed.shape[1:], dtype=self._packed.dtype)
        block = self._packed[self.pair(min(i, j), max(i, j))]
        return np.array(block if i < j else block.T)

    # Without it Python would iterate by J[0], which is no block.
    def __iter__(self) -> Iterator[Any]:
        raise TypeError("couplings belong to two sites: go over J[i, j], or over J.packed")

    def dense(self) -> npt.NDArray[np.float32]:
        """All of them as an L x L x q x q array, [i, j, a, b] equal to [j, i, b, a], zeros for i = j; twice the memory of the file."""
        dense = np.zeros(self.shape, dtype=np.float32)
        first, second = np.triu_indices(self._sites, 1)
        dense[first, second] = self._packed
        dense[second, first] = np.swapaxes(self._packed, 1, 2)
        return dense

    def __array__(self, dtype: Optional[npt.DTypeLike] = None, copy: Optional[bool] = None) -> npt.NDArray[Any]:
        if copy is False:
            raise ValueError("a dense array of couplings is always a copy")
        return self.dense() if dtype is None else self.dense().astype(dtype, copy=False)
