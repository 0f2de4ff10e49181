"""asyncio in virtual time: waiting costs nothing, the order of things stays the same.

For tests, measurements and demonstrations: the same code runs as on the real clock.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from time import perf_counter
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Ts = TypeVarTuple("Ts")
POLL_S = 0.005  # of the wall: sockets and threads are looked at this often while leaping


class _Leaping(selectors.SelectSelector):
    """Instead of waiting for the next timer, leaps to it.

    With no timer, or while a thread works for us, it really waits: time stands still then.
    """

    leapt_s = 0.0
    threads = 0
    _polled_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return []  # something is ready to run already; files and threads wait their turn
        if timeout is None or self.threads:
            return super().select(None)
        if perf_counter() - self._polled_s > POLL_S:
            self._polled_s = perf_counter()
            if ready := super().select(0):
                return ready
        self.leapt_s += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.leapt_s

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], Result], *args: *Ts
    ) -> asyncio.Future[Result]:
        future = super().run_in_executor(executor, func, *args)
        self._leaping.threads += 1
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _: asyncio.Future[Any]) -> None:
        self._leaping.threads -= 1


def run_virtually(main: Coroutine[Any, Any, Result]) -> Result:
    """`asyncio.run`, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
