"""A first look at rows however many: few of them spread evenly, and the liveliest stretch.

Both are the same whether all rows are at hand or they come in pieces.
"""

from dataclasses import dataclass

import numpy as np

from retrowalk.tables import Floats

LOOKED_AT = 3 << 15  # rows tell a unit as well as a week of them: a quarter of an hour


def spread(rows: int) -> int:
    """Every so many-th row is looked at: a power of two, which pieces can keep to."""
    return 1 << (max(1, rows // LOOKED_AT).bit_length() - 1)


def liveliest(gyr: Floats) -> slice:
    """The stretch of LOOKED_AT rows, of those laid end to end, that holds the fastest turning."""
    firsts = range(0, max(1, len(gyr)), LOOKED_AT)
    parts = [_stretch(first, len(gyr)) for first in firsts]
    return max(parts, key=lambda part: _fastest(gyr[part])) if len(parts) > 1 else parts[0]


def _stretch(first: int, rows: int) -> slice:
    """The last one reaches back, so that it is as long as the others."""
    end = min(first + LOOKED_AT, rows)
    return slice(max(0, end - LOOKED_AT), end)


def _fastest(gyr: Floats) -> float:
    return float(np.where(np.isfinite(gyr), np.abs(gyr), 0.0).sum(axis=1).max(initial=-1.0))


@dataclass(frozen=True, slots=True)
class Look:
    """Raw rows: `few_acc` (k, 3) of everywhere, and time, acceleration, rate of one stretch."""

    few_acc: Floats
    time_s: Floats
    acc: Floats
    gyr: Floats


class Looking:
    """Hears rows in pieces, and keeps what `Look` shows."""

    def __init__(self) -> None:
        self._n, self._step = 0, 1
        self._few: list[Floats] = []
        self._best: tuple[float, Floats] = (-2.0, np.empty((0, 7)))
        self._now = np.empty((LOOKED_AT, 7))
        self._filled = 0
        self._before = np.empty((0, 7))

    def hear(self, time_s: Floats, acc: Floats, gyr: Floats) -> None:
        self._few.append(acc[-self._n % self._step :: self._step].copy())
        self._n += len(time_s)
        if spread(self._n) > self._step:
            self._few = [np.concatenate(self._few)[::2]]
            self._step *= 2
        rows = np.column_stack((time_s, acc, gyr))
        while len(rows):
            taken = rows[: len(self._now) - self._filled]
            self._now[self._filled : self._filled + len(taken)] = taken
            self._filled, rows = self._filled + len(taken), rows[len(taken) :]
            if self._filled == len(self._now):
                self._compare(self._now)
                self._before, self._now = self._now, np.empty((LOOKED_AT, 7))
                self._filled = 0

    def _compare(self, stretch: Floats) -> None:
        fastest = _fastest(stretch[:, 4:])
        if fastest > self._best[0]:
            self._best = (fastest, stretch)

    def look(self) -> Look:
        """Once all is heard."""
        if self._filled:
            rest = (self._before[self._filled :], self._now[: self._filled])
            self._compare(np.concatenate(rest))
        stretch = self._best[1]
        few = np.concatenate([np.empty((0, 3)), *self._few])
        return Look(few, stretch[:, 0], stretch[:, 1:4], stretch[:, 4:])
