"""The guard: who may ask the belt for what, and when it stops by itself.  No radio, no sockets.

    app ──drive, start, speed──▶ ┌───────┐ ──start, speed ≤ caps, in a ramp──▶ belt
        ──beat, twice a second─▶ │ Guard │ ──stop, until seen at rest────────▶
    anyone ──stop──────────────▶ └───────┘ ◀──speed, trouble───────────────────

It knows caps, a ramp, stop and a heartbeat; of sessions, walkers and plans it knows nothing.
The belt is stopped when its driver leaves, says nonsense or is silent for two seconds, and when the
guard itself was not let run for as long: whoever drove must take the wheel anew, at rest.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from retrowalk.errors import Unwritable
from retrowalk.live.events import SetIncline, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.live.machine import REST_MPS, RESTS_NEEDED, START_WAIT_S
from retrowalk.treadmill.guard_words import (
    Alive,
    Asked,
    Bye,
    Drive,
    Granted,
    Look,
    No,
    Said,
    Standing,
    State,
)
from retrowalk.treadmill.port import Belt, Capability, Clock, Report, SpeedHeard, TroubleHeard
from retrowalk.words import FORWARD_CEILING_MPS, INCLINE_CEILING_RATIO

TOP_MPS = FORWARD_CEILING_MPS  # whatever the app says its caps are
RAMP_MPS2 = 0.2  # twice what the app asks for: it must never be what slows a session down
BEAT_S = 0.5  # how often each side says it lives
BEAT_LOST_S = 2.0  # the driver silent for longer has died or hangs
TICK_S = 0.1
STOP_AGAIN_S = 0.5
STOP_ONCE_S = 0.1  # more stops a second than that say nothing new
NO_LINK = "There is no link to the treadmill: switch it on, and try again in a few seconds."
STOPPING = "The belt is being stopped and was not seen at rest yet: try again when it stands."


class Seat(Protocol):
    """A client, as the guard sees it."""

    def tell(self, said: Said) -> None:
        """Say this without waiting; never raises."""
        ...


class Keep(Protocol):
    """What outlives the guard: whether a belt may be moving because of it."""

    def mark(self) -> None: ...  # Unwritable where it cannot be kept

    def clear(self) -> None: ...  # never raises


@dataclass(slots=True, eq=False)
class Guard:
    """One treadmill's guard.  `awake_s` also counts while the computer sleeps."""

    clock: Clock
    treadmill: str
    keep: Keep
    awake_s: Callable[[], float]
    look: Callable[[], object] = lambda: None  # the treadmill is wanted
    belt: Belt | None = None
    can: Capability | None = None
    sentence: str = NO_LINK
    stopping: bool = False
    seats: list[Seat] = field(default_factory=list)
    driver: Seat | None = None
    _cap_mps: float = 0.0
    _goal_mps: float | None = None  # what the driver wants; None before it said so
    _ramp_mps: float = 0.0
    _sent_mps: float | None = None
    _under_way: bool = False  # Start was asked, and no stop since
    _settled_s: float = float("-inf")  # rest before then may be a motor about to run
    _rests: int = 0
    _heartbeat_s: float = 0.0  # when the driver last said anything
    _alive_s: float = 0.0
    _stopped_s: float = float("-inf")  # when a stop was last asked of this belt
    _ran_s: float = 0.0

    def __post_init__(self) -> None:
        self._ran_s = self.awake_s()
        self.clock.call_later(TICK_S, self._tick)

    # --- the belt --------------------------------------------------------------------

    @property
    def state(self) -> State:
        if self.belt is None:
            return State.AWAY
        return State.STOPPING if self.stopping else State.READY

    def opened(self, belt: Belt) -> None:
        """There is a link; a stop asked for while there was none goes out at once."""
        self.belt, self.can = belt, belt.capability
        self._rests = 0
        belt.listen(lambda report: self._heard(belt, report))
        if self.stopping:
            self.stop(StopReason.SHUTDOWN)
        self._tell_standing()

    def away(self, sentence: str) -> None:
        """There is no link, and why."""
        self.belt, self.sentence, self._stopped_s = None, sentence, float("-inf")
        self._let_go(StopReason.LINK_LOST)
        self._tell_standing()

    def _heard(self, belt: Belt, report: Report) -> None:
        if belt is not self.belt:
            return  # the last word of one that is gone
        match report:
            case SpeedHeard(belt_mps):
                self._rests = self._rests + 1 if belt_mps < REST_MPS else 0
                if self.stopping:
                    self._look_for_rest()
                self._tell(report)
            case TroubleHeard(StopReason.LINK_LOST):
                self.away(NO_LINK)
            case _:
                self._tell(report)

    def _look_for_rest(self) -> None:
        if self._rests < RESTS_NEEDED or self.clock.time() < self._settled_s:
            return
        self.stopping = False
        if self.driver is None:
            self.keep.clear()
        self._tell_standing()

    # --- stopping --------------------------------------------------------------------

    def stop(self, reason: StopReason) -> None:
        """From anyone, always; asked again until the belt is seen at rest."""
        now_s = self.clock.time()
        repeated = self.stopping and now_s - self._stopped_s < STOP_ONCE_S
        if not self.stopping:
            self._rests = 0  # what was heard before proves nothing now
        self.stopping, self._under_way = True, False
        if self.belt is not None and not repeated:
            self._stopped_s = now_s
            self.belt.ask(StopBelt(reason))

    def _let_go(self, reason: StopReason) -> None:
        """Nobody drives from here on; whoever did is told why, and the belt stops."""
        driver, self.driver = self.driver, None
        if driver is not None:
            self.stop(StopReason.SHUTDOWN)
            driver.tell(TroubleHeard(reason))

    # --- clients ---------------------------------------------------------------------

    def sit(self, seat: Seat) -> None:
        self.seats.append(seat)
        seat.tell(self.standing())

    def leave(self, seat: Seat) -> None:
        """Gone, in whatever way."""
        if seat in self.seats:
            self.seats.remove(seat)
        if seat is self.driver:
            self._let_go(StopReason.CONTROL_LOST)

    def asked(self, seat: Seat, asked: Asked) -> None:
        """One line of one client."""
        if seat is self.driver:
            self._heartbeat_s = self.clock.time()
        match asked:
            case StopBelt(reason):
                self.stop(reason)
            case Drive(cap_mps):
                self._seat_driver(seat, cap_mps)
            case StartBelt() | SetSpeed() | SetIncline():
                self._drive(seat, asked)
            case Look() if self.belt is None:
                self.look()
            case Bye():
                self.leave(seat)
            case _:
                pass  # a heartbeat, or a look where there is a link

    def _seat_driver(self, seat: Seat, cap_mps: float) -> None:
        if refusal := self._refusal():
            seat.tell(No(refusal))
            return
        self.driver, self._cap_mps = seat, min(cap_mps, TOP_MPS)
        self._heartbeat_s = self.clock.time()
        self._goal_mps = None
        seat.tell(Granted())

    def _refusal(self) -> str:
        if self.belt is None:
            self.look()
            return self.sentence
        if self.driver is not None:
            return "Another client drives this belt; this one may watch, and stop it."
        if self.stopping:
            return STOPPING
        try:
            self.keep.mark()
        except Unwritable as full:
            return str(full)
        return ""

    def _drive(self, seat: Seat, asked: StartBelt | SetSpeed | SetIncline) -> None:
        if seat is not self.driver or self.belt is None:
            seat.tell(No("Only the client that drives may ask this; ask to drive first."))
            return
        match asked:
            case SetSpeed(belt_mps):
                self._goal_mps = min(belt_mps, self._cap_mps) if self._under_way else None
            case SetIncline(incline_ratio):
                if self._under_way and incline_ratio >= 0:
                    self.belt.ask(SetIncline(min(incline_ratio, INCLINE_CEILING_RATIO)))
            case StartBelt() if self._too_fast(self.belt):
                seat.tell(No("The slowest this belt can go is above the cap: it was not started."))
            case StartBelt() if self.stopping:
                seat.tell(No(STOPPING))
            case StartBelt() if not self._under_way:
                self._start(self.belt)

    def _too_fast(self, belt: Belt) -> bool:
        return belt.capability.min_mps > self._cap_mps

    def _start(self, belt: Belt) -> None:
        self._under_way, self._goal_mps, self._sent_mps = True, None, None
        self._ramp_mps = belt.capability.min_mps
        self._settled_s = self.clock.time() + START_WAIT_S
        belt.ask(StartBelt())

    # --- time ------------------------------------------------------------------------

    def _tick(self) -> None:
        self.clock.call_later(TICK_S, self._tick)
        slept_s, self._ran_s = self.awake_s() - self._ran_s, self.awake_s()
        now_s = self.clock.time()
        if max(now_s - self._heartbeat_s, slept_s) > BEAT_LOST_S:
            self._let_go(StopReason.CONTROL_LOST)
        if self.stopping and now_s - self._stopped_s >= STOP_AGAIN_S:
            self.stop(StopReason.SHUTDOWN)
        if now_s - self._alive_s >= BEAT_S:
            self._alive_s = now_s
            self._tell(Alive())
        if self.belt is not None and self._under_way and self._goal_mps is not None:
            self._follow(self.belt, self._goal_mps)

    def _follow(self, belt: Belt, goal_mps: float) -> None:
        step_mps = RAMP_MPS2 * TICK_S
        self._ramp_mps += min(max(goal_mps - self._ramp_mps, -step_mps), step_mps)
        target_mps = belt.capability.toward_slower(self._ramp_mps)
        if target_mps != self._sent_mps:
            self._sent_mps = target_mps
            belt.ask(SetSpeed(target_mps))

    # --- telling ---------------------------------------------------------------------

    def standing(self) -> Standing:
        """How things stand now."""
        why = {State.AWAY: self.sentence, State.STOPPING: STOPPING, State.READY: ""}[self.state]
        return Standing(self.treadmill, self.state, why, self.can)

    def _tell_standing(self) -> None:
        self._tell(self.standing())

    def _tell(self, said: Said) -> None:
        for seat in list(self.seats):
            seat.tell(said)
