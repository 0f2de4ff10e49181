"""Session time: what is due is done in order, however fast the wall's seconds are spent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count


@dataclass(slots=True, order=True)
class Due:
    """Something to do at a time; called off by `cancel`."""

    at_s: float
    nth: int
    callback: Callable[[], object] = field(compare=False)
    off: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.off = True


class SessionClock:
    """A `treadmill.port.Clock` that moves only when `spend` is called."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._due: list[Due] = []
        self._nth = count()

    def time(self) -> float:
        return self._now_s

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Due:
        due = Due(self._now_s + delay, next(self._nth), callback)
        heappush(self._due, due)
        return due

    def spend(self, wall_s: float, rate: Callable[[], float]) -> None:
        """Let `wall_s` pass at `rate()` session seconds each; the rate is asked anew after
        everything done, for a phase may have begun in which nothing is hurried."""
        left_s = wall_s
        while self._due and left_s >= (cost_s := self.wait_s(rate)):
            left_s -= cost_s
            due = heappop(self._due)
            self._now_s = max(self._now_s, due.at_s)
            if not due.off:
                due.callback()
        self._now_s += left_s * rate()

    def wait_s(self, rate: Callable[[], float]) -> float:
        """Wall seconds until something is due; infinite if nothing is."""
        if not self._due:
            return float("inf")
        return max(self._due[0].at_s - self._now_s, 0.0) / rate()
