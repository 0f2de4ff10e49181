"""A clock that runs at the pace of the walk, and how often the walk's phase comes round.

Turns are counted in whole numbers of 2**-32 turn: sums of whole numbers are exact, so a count
carried from one piece of a recording to the next is the count of the recording heard whole.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrowalk.tables import Floats

Counts = NDArray[np.int64]
Waves = NDArray[np.complex128]

TURN = 1 << 32


def _none() -> Counts:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the columns before a piece leave to it.

    `clock` of the last columns before; `angle` and `highest` of the very last, in 2**-32 turn.
    """

    clock: Counts = field(default_factory=_none)
    angle: int = 0
    highest: int | None = None  # None: nothing came before


NOTHING = Carried()


@dataclass(frozen=True, slots=True)
class Counted:
    """The clock and the phase of columns that were counted; the first `new` only of the clock."""

    clock: Counts
    angle: Counts
    highest: Counts
    new: int

    def upto(self, columns: int, tail: int) -> Carried:
        """What is carried on, `tail` columns of the clock, once so many new ones are done with."""
        end = self.new + columns
        return Carried(
            clock=self.clock[max(0, end - tail) : end].copy(),
            angle=int(self.angle[columns - 1]),
            highest=int(self.highest[columns - 1]),
        )


def clock_of(period_s: Floats, rate_hz: float, carried: Carried) -> Counts:
    """The clock at each carried column, and on through these, each a turn per `period_s`."""
    before = carried.clock[-1] if len(carried.clock) else np.int64(0)
    gained = np.cumsum(np.rint(TURN / (period_s * rate_hz)).astype(np.int64))
    return np.concatenate([carried.clock, before + gained])


def against(clock: Counts, halves: int) -> Waves:
    """What unwinds a signal by half turns of the clock: exp(-i π · halves · turns)."""
    angle = (clock * halves) % (2 * TURN) * (np.pi / TURN)
    wave: Waves = np.exp(-1j * angle)
    return wave


@dataclass(frozen=True, slots=True)
class Passes:
    """Columns after which the phase came round, and how far on to the next; state to carry."""

    at: NDArray[np.intp]
    share: Floats
    angle: Counts
    highest: Counts


def passes(clock: Counts, unwound: Waves, new: int, carried: Carried) -> Passes:
    """Where the phase of what the clock unwound passes a whole turn, in columns from `new` on.

    A phase that falls back and rises again does not pass a second time.  `angle` and `highest`
    are of the columns from `new` on.
    """
    afresh = carried.highest is None
    seen = np.angle(unwound[new if afresh else new - 1 :])
    angle = np.rint(seen * (TURN / (2 * np.pi))).astype(np.int64)
    moved = (np.diff(angle) + TURN // 2) % TURN - TURN // 2
    begun = angle[:1] if afresh else np.array([carried.angle + moved[0]] if len(moved) else [])
    rest = moved if afresh else moved[1:]
    angle = np.cumsum(np.concatenate([begun, rest]).astype(np.int64))
    before = [] if carried.highest is None else [carried.highest]
    phase = clock[new:] + angle
    highest = np.maximum.accumulate(np.concatenate([np.array(before, dtype=np.int64), phase]))
    rise = np.diff(highest)
    turns = highest >> 32
    at = np.flatnonzero(np.diff(turns) > 0)
    share = ((turns[at + 1] << 32) - highest[at]) / np.maximum(rise[at], 1)
    first = new if afresh else new - 1
    return Passes(at + first, share, angle, highest[len(before) :])
