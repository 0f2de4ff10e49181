"""The strap of a live session: followed for as long as the session lasts.

Whatever becomes of it, the session goes on: what a silence means is judged by `live.heart`.
"""

import asyncio
import logging
from collections.abc import Callable

from retrowalk.app.driving import Drive
from retrowalk.live.events import HeartHeard
from retrowalk.live.heart_say import HeartSeen, heart_seen, heart_warning
from retrowalk.treadmill.heart import Beat
from retrowalk.treadmill.strap import Strap

GOODBYE_S = 3.0  # a link that does not close in order closes without
NO_STRAP = "retrowalk was started without a strap: end it, and start it with --strap."
__all__ = ["Beating", "HeartSeen"]
logger = logging.getLogger(__name__)


class Beating:
    """The heart of this session.  `do` runs what it is given between two ticks, and publishes."""

    def __init__(
        self, drive: Drive, strap: Strap | None, do: Callable[[Callable[[], None]], None]
    ) -> None:
        self._drive = drive
        self._do = do
        self._strap = strap
        self._task = (
            None if strap is None else asyncio.get_running_loop().create_task(self._follow(strap))
        )

    async def _follow(self, strap: Strap) -> None:
        try:
            await strap.follow(self._heard, self._effort_mps)
        except Exception:
            logger.exception("the strap %s is not followed any more", strap.name)

    def _effort_mps(self) -> float:
        """How fast one walks, as far as it is known: a virtual heart follows it."""
        session = self._drive.session
        return session.heard_mps if self._drive.plan.driven else session.asked_mps

    def _heard(self, beat: Beat) -> None:
        at = self._drive
        self._do(lambda: at.take(HeartHeard(at.at_s, beat.heart_bpm, beat.contact)))

    @property
    def seen(self) -> HeartSeen | None:
        """What pages show; None where nobody wears a strap and no ceiling asks for one."""
        plan = self._drive.plan
        if self._strap is None and plan.limits.heart_ceiling_bpm is None:
            return None
        return heart_seen(plan, self._drive.session)

    @property
    def warning(self) -> str:
        """One sentence to show, or empty."""
        needed = self._drive.plan.limits.heart_needed and not self._drive.over
        if self._strap is None and needed:
            return NO_STRAP
        return heart_warning(self._drive.plan, self._drive.session)

    async def close(self) -> None:
        """Let the strap go; never raises, never waits long."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=GOODBYE_S)
