"""A sensor on the trunk, heard in pieces: its steps, and the movement they were found in."""

from dataclasses import dataclass, field

import numpy as np

from retrowalk.gait.back import NOTHING, REACH_S, Steps, find_steps
from retrowalk.gait.clock import Stretch
from retrowalk.gait.level import Level, level, rows_of_column
from retrowalk.gait.phase import Carried
from retrowalk.gait.rhythm import ANEW_S, find_rhythm


@dataclass(slots=True)
class Walked:
    """One stretch of a trunk, as far as it is known: steps of all kinds, movement up and ahead."""

    start_s: float = 0.0
    rate_hz: float = 1.0
    steps: list[Steps] = field(default_factory=list)
    late: Steps = field(default_factory=Steps)  # as they would be if nothing followed
    moved: list[np.ndarray] = field(default_factory=list)

    def motion(self) -> Level:
        """Vertical and anterior acceleration of the whole stretch."""
        if len(self.moved) > 1:
            self.moved = [np.concatenate(self.moved, axis=1)]
        moved = self.moved[0] if self.moved else np.empty((2, 0))
        return Level(self.start_s, self.rate_hz, moved)

    def all_steps(self) -> Steps:
        """What is sure, in one table."""
        if len(self.steps) > 1:
            self.steps = [joined(self.steps)]
        return self.steps[0] if self.steps else Steps()


class Trunk:
    """Steps from the pieces of one sensor's stretches.

    `midline` false hears the vertical alone: for sensors whose heading nobody vouches for.
    """

    def __init__(self, *, midline: bool = True) -> None:
        self._midline = midline
        self._rows: Stretch | None = None
        self._done = 0  # columns of this stretch that nothing can change any more
        self._carried: Carried = NOTHING
        self.walked: list[Walked] = []

    def hear(self, piece: Stretch, *, ends: bool) -> None:
        """Find the steps these rows complete, and those they make likely."""
        if self._rows is None:
            self._rows, self._done, self._carried = piece.since(piece.first), 0, NOTHING
            self.walked.append(Walked())
        else:
            self._rows = self._rows.then(piece)
        block = rows_of_column(piece.rate_hz)
        if len(self._rows) >= block:
            self._columns(level(self._rows), ends=ends)
        if ends:
            self._rows = None
            return
        hop, reach = self._grid(piece.rate_hz / block)
        first = max(0, self._done - reach) // hop * hop
        self._rows = self._rows.since(first * block)

    def _columns(self, walk: Level, *, ends: bool) -> None:
        here = self.walked[-1]
        here.start_s, here.rate_hz = walk.start_s, walk.rate_hz
        hop, reach = self._grid(walk.rate_hz)
        every = walk.first + len(walk)
        done = every if ends else max(self._done, (every - reach) // hop * hop)
        new = self._done - walk.first
        rhythm = find_rhythm(walk, mirrored=self._midline)
        steps, counted = find_steps(walk, rhythm, self._carried, new=new)
        sure = steps.column + 1 < done
        here.late = steps.where(~sure)
        if done > self._done:
            here.steps.append(steps.where(sure))
            if self._midline:
                part = slice(new, done - walk.first)
                here.moved.append(walk.motion[:2, part].astype(np.float32))
            self._carried = counted.upto(done - self._done, walk.rate_hz)
            self._done = done

    @staticmethod
    def _grid(rate_hz: float) -> tuple[int, int]:
        """Columns after which the step time is asked anew, and how far anything reaches."""
        return max(1, round(ANEW_S * rate_hz)), int(np.ceil(REACH_S * rate_hz))


def joined(parts: list[Steps]) -> Steps:
    """Steps of pieces that follow each other."""
    if not parts:
        return Steps()
    names = Steps.__dataclass_fields__
    return Steps(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in names})
