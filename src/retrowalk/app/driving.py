"""One session's machine, belt, log and clock, wired together; no pages, no tasks.

`live.machine` decides; here its requests reach the belt before anything else is done,
and its events the log.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from retrowalk.app.clock import SessionClock
from retrowalk.live.ahead import change_due_s
from retrowalk.live.cues import Cue, cues
from retrowalk.live.events import (
    BeltReported,
    Event,
    Request,
    StopBelt,
    StopReason,
    StopWanted,
    Ticked,
)
from retrowalk.live.heart_say import heart_cues
from retrowalk.live.machine import REST_MPS, RESTS_NEEDED, advance
from retrowalk.live.states import (
    Countdown,
    Resting,
    Session,
    Slowing,
    Starting,
    Stopping,
    Walking,
)
from retrowalk.treadmill.port import MakeBelt, Report, SpeedHeard, TroubleHeard
from retrowalk.words import SessionPlan

TICK_S = 0.2  # of session time; a planned change gets a tick of its own
MOST_AT_ONCE_S = 10.0  # of the wall: enough for a stop; longer, as after a sleep, delays its bytes
SHORTEST_TICK_S = 0.002  # the log's microseconds round; no two ticks for one moment
HURRIED = (Countdown, Starting, Walking, Slowing, Resting, Stopping)  # no hand is waited for

logger = logging.getLogger(__name__)


class Log(Protocol):
    """Where entries go as they pass; adding never waits."""

    def add(self, at_s: float, entry: Event | Request, /) -> None: ...


class Drive:
    """A session under way.  `wall` is a monotonic clock; `catch_up` lets its time pass here."""

    def __init__(
        self,
        plan: SessionPlan,
        *,
        make_belt: MakeBelt,
        log: Log,
        wall: Callable[[], float],
        speed_up: float = 1.0,
    ) -> None:
        self.plan = plan
        self.session = Session()
        self.cues: list[Cue] = []  # since somebody last took them
        self.broken = False  # a fault of ours: nothing but stopping from here on
        self._log = log
        self._wall = wall
        self._wall_s = wall()
        self._speed_up = speed_up
        self._rests = 0
        self.clock = SessionClock()
        self.belt = make_belt(self.clock) if plan.driven else None
        if self.belt is not None:
            self.belt.listen(self._heard)
        self.clock.call_later(TICK_S, self._tick)

    # --- time ------------------------------------------------------------------------

    def catch_up(self) -> None:
        """Do all that the wall's time since last time has made due."""
        now_s = self._wall()
        spent_s, self._wall_s = max(now_s - self._wall_s, 0.0), now_s
        spent_s = min(spent_s, MOST_AT_ONCE_S)
        self.clock.spend(spent_s, lambda: self.rate)

    def nap_s(self) -> float:
        """How long nothing will be due."""
        return self.clock.wait_s(lambda: self.rate)

    @property
    def rate(self) -> float:
        """Session seconds to one of the wall's, in this phase."""
        return self._speed_up if isinstance(self.session.phase, HURRIED) else 1.0

    @property
    def at_s(self) -> float:
        """Session time; the log keeps microseconds."""
        return round(self.clock.time(), 6)

    # --- events ----------------------------------------------------------------------

    def take(self, event: Event) -> None:
        """Judge one event.  A stop it calls for is asked of the belt before we return."""
        if self.broken:
            self._ask(StopBelt(StopReason.SHUTDOWN))
            return
        try:
            self._take(event)
        except Exception:
            logger.exception("the session's own code failed: stopping the belt")
            self.fail()

    def fail(self) -> None:
        """A fault of ours: from here on only stopping is asked, until the belt is at rest."""
        self.broken = True
        self._ask(StopBelt(StopReason.SHUTDOWN))

    def _take(self, event: Event) -> None:
        before = self.session
        self.session, request = advance(self.plan, before, event)
        if request is not None:
            self._ask(request)
        self._log.add(event.at_s, event)
        if request is not None:
            self._log.add(event.at_s, request)
        self.cues += cues(self.plan, before, self.session)
        self.cues += heart_cues(self.plan, before, self.session)

    def _ask(self, request: Request) -> None:
        if self.belt is not None:
            self.belt.ask(request)

    def _tick(self) -> None:
        if not self.over:
            self.take(Ticked(self.at_s))
            self.clock.call_later(self._until_tick_s(), self._tick)

    def _until_tick_s(self) -> float:
        """A planned change is not a tick late: what was foretold of it holds."""
        until_s = change_due_s(self.plan, self.session) - self.clock.time()
        return min(TICK_S, max(until_s, SHORTEST_TICK_S))

    def _heard(self, report: Report) -> None:
        match report:
            case SpeedHeard(belt_mps, incline_ratio):
                self._rests = self._rests + 1 if belt_mps < REST_MPS else 0
                self.take(BeltReported(self.at_s, belt_mps, incline_ratio))
            case TroubleHeard(reason):
                self.take(StopWanted(self.at_s, reason))

    # --- what is known ---------------------------------------------------------------

    @property
    def over(self) -> bool:
        """Ended; or broken, and the belt seen at rest."""
        seen_at_rest = self.belt is None or self._rests >= RESTS_NEEDED
        return self.session.ended or (self.broken and seen_at_rest)

    @property
    def needs_a_page(self) -> bool:
        """Whether the walker must have a Stop button in reach: the belt moves or is about to."""
        return isinstance(self.session.phase, Countdown | Starting | Walking | Slowing)
