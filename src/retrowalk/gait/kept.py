"""A trunk's movement kept where it may have walked, so that a week of sitting costs nothing.

Columns come as they are done with; they are kept in blocks of a fixed length from the beginning
of the stretch, those with a step in them or in a neighbour. Which are kept does not depend on
the pieces they came in.
"""

import numpy as np
from numpy.typing import NDArray

from retrowalk.tables import Floats

Singles = NDArray[np.float32]

BLOCK = 256  # columns: ten seconds, more than anybody looks around a bout


class Kept:
    """Rows of movement by column, single precision; what nobody walked in is let go."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._blocks: dict[int, Singles] = {}
        self._pieces: list[Singles] = []  # columns after the last whole block
        self._waiting = 0  # how many
        self._whole = 0  # blocks filled
        self._judged = 0  # blocks of which it is known whether they stay
        self._stepped: set[int] = set()  # blocks with a step

    def add(self, movement: Singles, steps: NDArray[np.intp]) -> None:
        """The columns that follow, (rows, n), and in which columns so far there were steps."""
        self._stepped.update((np.unique(steps) // BLOCK).tolist())
        self._pieces.append(movement)
        self._waiting += movement.shape[1]
        if self._waiting >= BLOCK:
            waiting = np.concatenate(self._pieces, axis=1)
            filled = self._waiting // BLOCK
            for k in range(filled):
                self._blocks[self._whole + k] = waiting[:, k * BLOCK : (k + 1) * BLOCK].copy()
            self._whole += filled
            self._pieces = [waiting[:, filled * BLOCK :].copy()]
            self._waiting -= filled * BLOCK
            self._let_go()

    def _let_go(self) -> None:
        """Blocks whose neighbours are known too, and none of which was walked in."""
        for k in range(self._judged, self._whole - 1):
            if self._stepped.isdisjoint((k - 1, k, k + 1)):
                del self._blocks[k]
        self._judged = max(self._judged, self._whole - 1)
        self._stepped = {k for k in self._stepped if k >= self._judged - 1}

    def between(self, first: int, last: int) -> tuple[int, Floats]:
        """The first column and (rows, n) of what is kept without a hole from `first` to `last`."""
        first = max(0, first)
        parts: list[Singles] = []
        for k in range(first // BLOCK, max(last - 1, 0) // BLOCK + 1):
            block = self._block(k)
            if block is None and parts:
                break
            if block is None:
                first = (k + 1) * BLOCK
                continue
            parts.append(block[:, max(0, first - k * BLOCK) : max(0, last - k * BLOCK)])
        if not parts:
            return first, np.empty((self._rows, 0))
        return first, np.concatenate(parts, axis=1).astype(np.float64)

    def _block(self, k: int) -> Singles | None:
        if k == self._whole and self._pieces:
            self._pieces = [np.concatenate(self._pieces, axis=1)]
            return self._pieces[0]
        return self._blocks.get(k)
