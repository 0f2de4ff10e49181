"""A sensor whose walk is told by its rhythm, heard in pieces: a trunk or a thigh.

What lies further than its reach from a step or a cycle does not change it. So the rows kept are
those within twice the reach, and everything before is done with; what comes after the last sure
column is told too, as it would be if nothing followed.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait import back, cycles
from retrowalk.gait.back import Steps, find_steps
from retrowalk.gait.clock import Stretch
from retrowalk.gait.cycles import Cycles, find_cycles
from retrowalk.gait.kept import Kept
from retrowalk.gait.level import Level, level, rows_of_column
from retrowalk.gait.phase import NOTHING, Carried, Counted
from retrowalk.gait.pieces import chosen, joined
from retrowalk.gait.rhythm import find_rhythm

GRID_S = 0.2  # columns are done with in steps of this: rhythm and harmonics are asked so often

Found = TypeVar("Found", Steps, Cycles)


@dataclass(slots=True)
class Walked(Generic[Found]):
    """One stretch, as far as it is known."""

    empty: Found
    pieces: list[Found] = field(default_factory=list)
    late: Found | None = None  # as it would be if nothing followed

    def sure(self) -> Found:
        """What nothing can change any more, in one table."""
        self.pieces = [joined(self.pieces, self.empty)]
        return self.pieces[0]

    def last(self, rows: int) -> Found:
        """The end of it, the likely rows with the sure ones."""
        pieces: list[Found] = self.pieces[-rows:]
        if self.late is not None:
            pieces.append(self.late)
        return chosen(joined(pieces, self.empty), slice(-rows, None))


class Rhythmic(ABC, Generic[Found]):
    """Rows of even stretches in, steps or cycles out."""

    reach_s: float
    tail_s: float

    def __init__(self, empty: Found) -> None:
        self._empty: Found = empty
        self._rows: Stretch | None = None
        self._done = 0  # columns of this stretch that nothing can change any more
        self._carried: Carried = NOTHING
        self.walked: list[Walked[Found]] = []

    def hear(self, piece: Stretch, *, ends: bool) -> None:
        """Find what these rows complete, and what they make likely."""
        if self._rows is None:
            self._rows, self._done, self._carried = piece, 0, NOTHING
            self.walked.append(Walked(self._empty))
            self._begin()
        else:
            self._rows = self._rows.then(piece)
        block = self._block(piece.rate_hz)
        hop = max(1, round(GRID_S * piece.rate_hz / block))
        reach = -(-round(self.reach_s * piece.rate_hz / block) // hop) * hop
        if len(self._rows) >= block:
            self._find(self._rows, block, hop, reach, ends=ends)
        first = max(0, self._done - reach)
        self._rows = None if ends else self._rows.since(first * block)

    def _find(self, rows: Stretch, block: int, hop: int, reach: int, *, ends: bool) -> None:
        first, every = rows.first // block, (rows.first + len(rows)) // block
        done = every if ends else max(self._done, (every - reach) // hop * hop)
        found, counted = self._search(rows, self._carried, self._done - first)
        sure = found.column + 1 < done
        here = self.walked[-1]
        here.late = chosen(found, ~sure)
        if done > self._done:
            if np.any(sure):
                here.pieces.append(chosen(found, sure))
            self._keep(slice(self._done - first, done - first), found.column[sure])
            tail = round(self.tail_s / GRID_S) * hop
            self._carried = counted.upto(done - self._done, tail)
            self._done = done

    @abstractmethod
    def _block(self, rate_hz: float) -> int:
        """Rows that make a column."""

    @abstractmethod
    def _search(self, rows: Stretch, carried: Carried, new: int) -> tuple[Found, Counted]:
        """What there is in columns from `new` on."""

    def _begin(self) -> None:
        """A new stretch."""

    def _keep(self, columns: slice, found: NDArray[np.intp]) -> None:
        """These columns of what was just searched are done with; in some something was found."""


class Trunk(Rhythmic[Steps]):
    """Steps, and the movement up and ahead they were found in.

    `midline` false hears the vertical alone: for sensors whose heading nobody vouches for.
    """

    reach_s, tail_s = back.REACH_S, back.TAIL_S

    def __init__(self, *, midline: bool = True) -> None:
        super().__init__(Steps())
        self._midline = midline
        self._level: Level
        self._clocks: list[tuple[float, float]] = []  # start and rate of each stretch
        self._moved: list[Kept] = []

    def movement(self, from_s: float, to_s: float) -> tuple[Level, ...]:
        """Vertical and anterior acceleration of that time, as far as somebody walked there."""
        found = []
        for (start_s, rate_hz), kept in zip(self._clocks, self._moved, strict=True):
            first, last = (round((at_s - start_s) * rate_hz) for at_s in (from_s, to_s))
            first, motion = kept.between(first, last)
            if motion.shape[1]:
                found.append(Level(start_s, rate_hz, motion, first=first))
        return tuple(found)

    def _block(self, rate_hz: float) -> int:
        return rows_of_column(rate_hz)

    def _search(self, rows: Stretch, carried: Carried, new: int) -> tuple[Steps, Counted]:
        self._level = level(rows)
        self._clocks[-1] = self._level.start_s, self._level.rate_hz
        rhythm = find_rhythm(self._level, mirrored=self._midline)
        return find_steps(self._level, rhythm, carried, new=new)

    def _begin(self) -> None:
        self._clocks.append((0.0, 1.0))
        self._moved.append(Kept(2))

    def _keep(self, columns: slice, found: NDArray[np.intp]) -> None:
        if self._midline:
            self._moved[-1].add(self._level.motion[:2, columns].astype(np.float32), found)


class Thigh(Rhythmic[Cycles]):
    """Cycles of a thigh."""

    reach_s, tail_s = cycles.REACH_S, cycles.TAIL_S

    def __init__(self) -> None:
        super().__init__(Cycles())

    def _block(self, rate_hz: float) -> int:
        return cycles.rows_of_column(rate_hz)

    def _search(self, rows: Stretch, carried: Carried, new: int) -> tuple[Cycles, Counted]:
        return find_cycles(cycles.swung(rows), carried, new=new)
