"""asyncio in virtual time: waiting costs nothing, the order of things stays the same.

For tests, measurements and demonstrations: the same code runs as on the real clock.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Leaping(selectors.SelectSelector):
    """Instead of waiting for the next timer, leaps to it.  With no timer it really waits."""

    leapt_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        if timeout <= 0:
            return []  # something is ready to run already; files and threads wait their turn
        ready = super().select(0)
        if not ready:
            self.leapt_s += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.leapt_s


def run_virtually(main: Coroutine[Any, Any, Result]) -> Result:
    """`asyncio.run`, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
