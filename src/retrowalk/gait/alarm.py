"""Is the wearer standing still, and did they stumble?  From one sensor on a thigh or the trunk.

The readings are looked at in blocks of a quarter second by the sensor's own clock, so that the
pieces they come in change nothing.  No axis has to be known.

    still      the block hardly shakes nor turns; a gap ends a stillness, it never makes one
    stumbled   a knock and a turn, both far beyond this walker's usual ones of the last seconds

Sizes of the wearer's own walking are what counts, because a phone in a loose pocket knocks more
than a belt does.  Thresholds were chosen on the simulator.  Turning about the vertical was left
out of a stumble after looking at real forward walks; the ipol recordings evaluate and decided
nothing (see validation/phone.py).  Nobody's real stumble was there to try any of it on.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

BLOCK_S = 0.25
FEWEST_ROWS = 4  # in a block: slower sensors and torn blocks tell nothing
STILL_MPS2 = 0.35  # shaking, root mean square: the slowest walk keeps above, standing below
STILL_RADPS = 0.20  # turning, likewise
STANDS_S = 2.0  # the shortest stillness that no walk has, however slow
USUAL_BLOCKS = 40  # ten seconds of walking tell what is usual
FEWEST_BLOCKS = 16  # four seconds: before that nothing is unusual
KNOCK_RATIO, TURN_RATIO = 1.8, 1.5  # beyond the walker's own largest
KNOCK_MPS2, TURN_RADPS = 9.0, 2.0  # and never less than this: a careful walker shakes little
SAID_S = 2.0  # a stumble and the step that saves are one
NEAR_BLOCKS = 3  # a knock and its turn lie within three quarters of a second


@dataclass(frozen=True, slots=True)
class _Block:
    number: int
    shake_mps2: float
    turning_radps: float
    knock_mps2: float
    turn_radps: float

    @property
    def still(self) -> bool:
        return self.shake_mps2 < STILL_MPS2 and self.turning_radps < STILL_RADPS


class Alarm:
    """Hears one sensor in order.  `at_s` is how far it has judged, on the sensor's clock."""

    def __init__(self) -> None:
        self._rest = np.empty((0, 7))
        self._usual: deque[_Block] = deque(maxlen=USUAL_BLOCKS)
        self._near: deque[_Block] = deque(maxlen=NEAR_BLOCKS)
        self._still_since = -1  # a block's number
        self._moving_since = -1
        self._said_until = -np.inf
        self.at_s = float("nan")

    def hear(self, time_s: Floats, acc_mps2: Floats, gyr_radps: Floats) -> tuple[float, ...]:
        """The times of stumbles just found; (n,), (n, 3), (n, 3) after all heard before."""
        new = np.column_stack([time_s, acc_mps2, gyr_radps])
        rows = np.concatenate([self._rest, new])
        numbers = np.floor(rows[:, 0] / BLOCK_S).astype(np.int64)
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        *whole, self._rest = np.split(rows, cuts)
        found = [self._judge(int(np.floor(part[0, 0] / BLOCK_S)), part) for part in whole]
        return tuple(at_s for at_s in found if at_s is not None)

    @property
    def still_s(self) -> float:
        """How long the wearer has been still, as far as judged; 0 while moving or unheard."""
        if self._still_since < 0 or not self._near:
            return 0.0
        return (self._near[-1].number + 1 - self._still_since) * BLOCK_S

    @property
    def moves_s(self) -> float:
        """How long the wearer has been moving, likewise."""
        if self._moving_since < 0 or not self._near:
            return 0.0
        return (self._near[-1].number + 1 - self._moving_since) * BLOCK_S

    @property
    def stands(self) -> bool:
        return self.still_s >= STANDS_S

    def _judge(self, number: int, rows: Floats) -> float | None:
        self.at_s = (number + 1) * BLOCK_S
        if len(rows) < FEWEST_ROWS:
            self._forget()
            return None
        block = _block(number, rows[:, 1:4], rows[:, 4:7])
        if self._near and number != self._near[-1].number + 1:
            self._forget()
        self._near.append(block)
        if not block.still:
            self._still_since = -1
        elif self._still_since < 0:
            self._still_since = number
        if block.still:
            self._moving_since = -1
        elif self._moving_since < 0:
            self._moving_since = number
        return self._unusual(block)

    def _forget(self) -> None:
        self._near.clear()
        self._still_since = self._moving_since = -1

    def _unusual(self, block: _Block) -> float | None:
        """The time of a stumble that this block completes.  What is unusual is not learned."""
        if len(self._usual) < FEWEST_BLOCKS:
            self._learn(block)
            return None
        most_knock = max(KNOCK_MPS2, KNOCK_RATIO * max(one.knock_mps2 for one in self._usual))
        most_turn = max(TURN_RADPS, TURN_RATIO * max(one.turn_radps for one in self._usual))
        knocks = [one for one in self._near if one.knock_mps2 > most_knock]
        turns = [one for one in self._near if one.turn_radps > most_turn]
        if block.knock_mps2 <= most_knock and block.turn_radps <= most_turn:
            self._learn(block)
        if not (knocks and turns):
            return None
        at_s = min(knocks[0].number, turns[0].number) * BLOCK_S
        said, self._said_until = at_s >= self._said_until, block.number * BLOCK_S + SAID_S
        return at_s if said else None

    def _learn(self, block: _Block) -> None:
        if not block.still:
            self._usual.append(block)


def _block(number: int, acc_mps2: Floats, gyr_radps: Floats) -> _Block:
    shake = acc_mps2 - acc_mps2.mean(axis=0)
    up = acc_mps2.mean(axis=0)
    up = up / max(float(np.linalg.norm(up)), 1.0)
    tips = gyr_radps - np.outer(gyr_radps @ up, up)  # turning round is no fall
    turn = np.linalg.norm(gyr_radps, axis=1)
    knock = np.abs(np.linalg.norm(acc_mps2, axis=1) - STANDARD_GRAVITY_MPS2)
    return _Block(
        number,
        float(np.sqrt((shake**2).sum(axis=1).mean())),
        float(np.sqrt((turn**2).mean())),
        float(knock.max()),
        float(np.linalg.norm(tips, axis=1).max()),
    )
