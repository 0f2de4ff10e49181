"""A guard's life: claim the folder, open the door, hold one link, stop before leaving.

It opens the link when it starts and when a client wants the treadmill; by itself it opens one again
only to stop: after its own death, and for a minute after a link lost while the belt may be moving.
"""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from retrowalk.errors import RetrowalkError, Uncertain
from retrowalk.live.events import StopReason
from retrowalk.treadmill.guard import NO_LINK, Guard
from retrowalk.treadmill.guard_door import Door
from retrowalk.treadmill.guard_keep import Keep
from retrowalk.treadmill.guard_words import State
from retrowalk.treadmill.port import Belt

OpenBelt = Callable[[asyncio.AbstractEventLoop], Awaitable[Belt]]
LOOK_S = 0.1
AGAIN_S = 3.0  # between two tries to reach a belt that must stop
LOST_S = 60.0  # by then the walker has pulled the key; who starts it by hand is left alone
REST_S = 12.0  # the fastest belt rests by then, if it hears
ALONE_S = 5.0  # a guard whose app is gone goes too, when the belt rests
BEGIN_S = 30.0  # an app needs a while to begin
logger = logging.getLogger(__name__)


def awake_s() -> float:
    """Seconds on a clock that also counts while the computer sleeps, where there is one."""
    which = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(which)


@dataclass(slots=True)
class Life:
    """One guard, from its folder's claim to its end."""

    keep: Keep
    open_belt: OpenBelt
    leave_with_app: bool = False
    guard: Guard = field(init=False)
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _urgent_until_s: float = float("-inf")
    _alone_s: float = 0.0

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.guard = Guard(loop, self.keep.treadmill, self.keep, awake_s, self._wanted.set)
        self._alone_s = loop.time() + BEGIN_S

    async def live(self) -> None:
        """Until told to end.  Uncertain if the belt was not seen at rest by then."""
        if self.keep.left_open():
            logger.warning("the guard before this one died: %s is stopped first",
                           self.keep.treadmill)  # fmt: skip
            self.guard.stop(StopReason.SHUTDOWN)
            self._urgent_until_s = float("inf")
        door = Door(self.guard)
        await door.open(self.keep.socket)
        link = asyncio.create_task(self._hold_link())
        try:
            await self._until_ending(link)
            door.close()
            await self._come_to_rest()
        finally:
            self.keep.tidy()
            link.cancel()
            with suppress(asyncio.CancelledError):
                await link  # a fault of its own ends the guard, and the next begins with a stop

    async def _until_ending(self, link: asyncio.Task[None]) -> None:
        while not self.ending.is_set() and not link.done():
            await asyncio.sleep(LOOK_S)
            if self.leave_with_app and self._alone():
                break

    def _alone(self) -> bool:
        now_s = asyncio.get_running_loop().time()
        if self.guard.seats or self.guard.stopping:
            self._alone_s = now_s + ALONE_S
        return now_s > self._alone_s

    async def _come_to_rest(self) -> None:
        loop = asyncio.get_running_loop()
        if self.guard.driver is not None:
            self.guard.leave(self.guard.driver)
        until_s = loop.time() + REST_S
        while self.guard.stopping and loop.time() < until_s:
            await asyncio.sleep(LOOK_S)
        if self.guard.stopping:
            raise Uncertain("The treadmill was asked to stop and was not seen at rest: "
                            "pull the safety key.")  # fmt: skip

    # --- the link --------------------------------------------------------------------

    async def _hold_link(self) -> None:
        while True:
            self._wanted.clear()
            try:
                belt = await self.open_belt(asyncio.get_running_loop())
            except RetrowalkError as wrong:
                logger.warning("%s", wrong)
                self.guard.away(str(wrong))
            except Exception:  # a radio's own fault: the door stays open for whoever asks why
                logger.exception("the radio failed")
                self.guard.away(NO_LINK)
            else:
                await self._while_linked(belt)
                if self.guard.stopping:
                    continue  # it may be moving: at once
            await self._until_wanted()

    async def _while_linked(self, belt: Belt) -> None:
        self.guard.opened(belt)
        try:
            while self.guard.state is not State.AWAY:
                await asyncio.sleep(LOOK_S)
            if self.guard.stopping:
                urgent_s = asyncio.get_running_loop().time() + LOST_S
                self._urgent_until_s = max(self._urgent_until_s, urgent_s)
        finally:
            await _let_go(belt)

    async def _until_wanted(self) -> None:
        """Until a client wants the treadmill, or a belt that must stop is to be tried again."""
        urgent = asyncio.get_running_loop().time() < self._urgent_until_s
        try:
            async with asyncio.timeout(AGAIN_S if urgent and self.guard.stopping else None):
                await self._wanted.wait()
        except TimeoutError:
            return


async def _let_go(belt: Belt) -> None:
    try:
        await belt.close()
    except RetrowalkError as wrong:
        logger.warning("%s", wrong)


async def guard_treadmill(
    folder: Path, treadmill: str, open_belt: OpenBelt, *, leave_with_app: bool = False
) -> None:
    """Be the guard of this treadmill until a signal ends it.

    Conflict, NotAllowed, NotFound or Unwritable where it cannot begin; Uncertain where it had to
    end before the belt was seen at rest.
    """
    keep = Keep(folder, treadmill)
    with os.fdopen(keep.claim()):
        life = Life(keep, open_belt, leave_with_app)
        for ending in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(ending, life.ending.set)
        await life.live()
