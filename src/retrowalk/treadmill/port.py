"""What the app needs of a belt, whatever it is made of.

The contract, held for every belt by tests/contract/test_belt.py:

* `ask` returns at once and never raises; what became of it is heard, not returned.
* a stop overtakes everything asked before it, and calls off what has not been sent;
* nothing moves before StartBelt, and Start on a moving belt does nothing;
* a speed is rounded to the belt's step toward slower, and never above its top;
* an incline is rounded toward flatter, never below 0; it rises only under a moving belt and goes
  back to 0 by itself when a stop is seen to have worked;
* the belt's speed is reported about once a second, moving or not, until `close`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import Protocol

from retrowalk.live.events import Request, StopReason

EXACT = 1e-9  # in steps: 1.3 km/h must not become 1.2 for the sake of binary fractions


@dataclass(frozen=True, slots=True)
class Capability:
    """What a belt can do.  It cannot creep: a moving belt moves at `min_mps` or more.

    `max_incline_ratio` is 0 where no incline can be asked for.
    """

    min_mps: float
    max_mps: float
    step_mps: float
    simulated: bool = False
    max_incline_ratio: float = 0.0
    incline_step_ratio: float = 0.005

    def toward_slower(self, belt_mps: float) -> float:
        """The nearest speed of this belt that is not above `belt_mps`.

        A moving belt has nothing slower than `min_mps`: that is the answer below it.
        """
        steps = floor((min(belt_mps, self.max_mps) - self.min_mps) / self.step_mps + EXACT)
        return min(self.min_mps + max(steps, 0) * self.step_mps, self.max_mps)

    def toward_flatter(self, incline_ratio: float) -> float:
        """The nearest incline of this belt that is not above `incline_ratio`, never down."""
        steps = floor(min(incline_ratio, self.max_incline_ratio) / self.incline_step_ratio + EXACT)
        return max(steps, 0) * self.incline_step_ratio


@dataclass(frozen=True, slots=True)
class SpeedHeard:
    """The belt says how fast it runs, and how steep it is where it knows."""

    belt_mps: float
    incline_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class TroubleHeard:
    """The belt cannot go on as asked: link or control lost, key pulled, console."""

    reason: StopReason


Report = SpeedHeard | TroubleHeard


class Belt(Protocol):
    """A belt one can ask and hear.  One at a time is open; `close` asks a last stop."""

    @property
    def capability(self) -> Capability: ...

    def listen(self, heard: Callable[[Report], None]) -> None:
        """Call `heard` with every report from now on, on the caller's thread."""
        ...

    def ask(self, request: Request) -> None: ...

    async def close(self) -> None: ...


class Timer(Protocol):
    """Something set for later that can be called off."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Time for a belt made of software.  An asyncio loop is one; so is a session's clock."""

    def time(self) -> float: ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer: ...


MakeBelt = Callable[[Clock], Belt]


@dataclass(frozen=True, slots=True)
class Treadmill:
    """A machine that can be opened: what it can do, and how to get its belt.

    `capped`, where there is one, makes belts that themselves refuse to go faster than told.
    """

    capability: Capability
    make_belt: MakeBelt
    name: str = "simulated"
    capped: Callable[[float], MakeBelt] | None = None

    def maker(self, top_mps: float) -> MakeBelt:
        """How to get its belt for a session that never goes faster than `top_mps`."""
        return self.capped(top_mps) if self.capped else self.make_belt
