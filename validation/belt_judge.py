"""Judges one session by the machine's own truth: its wire, its belt, and what was done to it.

The driver is not asked how it went.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from retrowalk.treadmill.ftms import INCLINE_STEP_RATIO, SPEED_STEP_MPS, Op
from retrowalk.treadmill.port import Report, SpeedHeard
from retrowalk.treadmill.virtual import VirtualTreadmill
from retrowalk.units import KMH, MPH

HOLD_S = 2.0
START_WITHIN_S = 8.5  # five of counting down, three that a Start may wait for proof of rest
AWAITED_S = 16.0  # five of counting down, ten for a motor to spin up
AGAIN_S = 2.0  # a belt still moving is asked again within this
UNSEEN_S = 6.5  # five seconds unseen, a tick, and the report that was on its way
ASTRAY_S = 2.2
AT_ONCE_S = 0.3
ON_ITS_WAY_S = 0.1  # what was told of an interruption
SILENT_S = 5.0  # asked to stop by then, design.md section 6.7
OBEYED_S = 0.2  # from the Start on the wire to a motor that runs
EXACT_MPS = 1e-6


class Telling(VirtualTreadmill):
    """Counts its reports of a moving belt: who was never told of one is not blamed."""

    __slots__ = ("reports_of_motion",)

    def __post_init__(self) -> None:
        self.reports_of_motion = 0
        super().__post_init__()

    def _report(self, report: Report) -> None:
        if isinstance(report, SpeedHeard) and report.belt_mps > 0 and not self.quirks.silent:
            self.reports_of_motion += 1
        super()._report(report)


@dataclass(slots=True)
class Hold:
    """Beats without a gap; `last_s` is the latest."""

    began_s: float
    last_s: float
    used: bool = False


@dataclass(slots=True)
class Judge:
    """`top_mps` is the ceiling now; a belt `by_itself` runs at a speed nobody asked for."""

    machine: Telling
    top_mps: Callable[[], float]
    stray_mps: float
    top_ratio: float
    by_itself: bool
    wrong: list[tuple[str, float, str]] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    starts: int = 0
    unconfirmed: int = 0
    interrupted_s: float = -inf
    due_s: float | None = None
    _deadline_s: float = inf
    _shout_by_s: float = inf
    _shouted_s: float = -inf
    _stops: list[float] = field(default_factory=list)
    _read: int = 0
    _licensed_s: float | None = None
    _ran: bool = False
    _stopped: bool = False  # the last of Start and Stop on the wire was a Stop
    _unasked: bool = False  # runs, started by itself or at the console
    _astray_s: float | None = None
    _moving_s: float | None = None
    _silent_s: float | None = None
    _known: bool = False  # it was reported to move, since it last stood
    _reported: int = 0

    def blame(self, bar: str, at_s: float, why: str) -> None:
        if not any(known == bar for known, _, _ in self.wrong):
            self.wrong.append((bar, round(at_s, 2), why))

    # --- what was done ---------------------------------------------------------------

    def interrupted(self, at_s: float) -> None:
        """Nothing held before this may start the belt after it."""
        self.interrupted_s = at_s
        self._licensed_s = None

    def due(self, at_s: float, within_s: float) -> None:
        """A stop is called for, where the belt moves or may be about to."""
        if self._moving_s is None and not self.machine.belt.running:
            return
        if self.due_s is None:
            self.due_s, self._shout_by_s = at_s, at_s + within_s + UNSEEN_S
        self._deadline_s = min(self._deadline_s, at_s + within_s)

    def shouted(self, at_s: float) -> None:
        self._shouted_s = at_s

    # --- what is seen ----------------------------------------------------------------

    def look(self, now_s: float, *, up: bool) -> None:
        moving = self.machine.belt.belt_mps > 0
        self._moving_s = (self._moving_s or now_s) if moving else None
        self._read_wire()
        self._judge_speed(now_s)
        self._judge_licence(now_s)
        self._judge_silence(now_s)
        self._judge_stray(now_s)
        self._judge_stop(now_s, up=up)

    def _judge_silence(self, now_s: float) -> None:
        """A belt of ours, or one reported moving; who starts a mute one by hand is alone."""
        silent = self.machine.quirks.silent
        self._silent_s = (self._silent_s or now_s) if silent else None
        reported, self._reported = self._reported, self.machine.reports_of_motion
        told = self._known or self._reported > reported
        self._known = self._moving_s is not None and told
        if self._silent_s is None or self._moving_s is None:
            return
        if self._known or self._licensed_s is not None:
            self.due(max(self._silent_s, self._moving_s), SILENT_S)

    def _read_wire(self) -> None:
        for at_s, said in self.machine.wire[self._read :]:
            match said[0]:
                case Op.START.value:
                    self._judge_start(at_s)
                case Op.SET_SPEED.value:
                    self._judge_asked(at_s, int.from_bytes(said[1:3], "little"))
                case Op.SET_INCLINE.value:
                    self._judge_incline(at_s, int.from_bytes(said[1:3], "little", signed=True))
                case Op.STOP.value:
                    self._stops.append(at_s)
                    self._stopped = True
        self._read = len(self.machine.wire)

    def _judge_start(self, at_s: float) -> None:
        self.starts += 1
        self._stopped = False
        hold = next((hold for hold in self._held(at_s) if not hold.used), None)
        if hold is None:
            self.blame("holds", at_s, "Start without a hold of two seconds of its own")
        else:
            hold.used, self._licensed_s = True, at_s

    def _held(self, at_s: float, within_s: float = START_WITHIN_S) -> list[Hold]:
        """The holds that allow a Start at this moment."""
        known_s = self.interrupted_s if at_s - self.interrupted_s > ON_ITS_WAY_S else -inf
        return [
            hold
            for hold in self.holds
            if hold.last_s - max(hold.began_s, known_s) >= HOLD_S - 1e-6
            and 0 <= at_s - hold.last_s <= within_s
        ]

    def started_itself(self, at_s: float) -> None:
        """At its console, or so; in the moment a hold allows it, nobody can tell the two apart."""
        belt = self.machine.belt
        self._unasked = self._unasked or not (belt.running or self._held(at_s, AWAITED_S))

    def _judge_asked(self, at_s: float, steps: int) -> None:
        mph = self.machine.quirks.takes_mph
        mps = steps * SPEED_STEP_MPS * (MPH / KMH if mph else 1.0)
        if mps > self.top_mps() + EXACT_MPS:
            self.blame("speeds", at_s, f"{mps:.3f} m/s on the wire")
        if at_s > self._deadline_s:
            self.blame("stops", at_s, "a speed asked where a stop was due")

    def _judge_incline(self, at_s: float, steps: int) -> None:
        ratio = steps * INCLINE_STEP_RATIO
        if not 0 <= ratio <= self.top_ratio + INCLINE_STEP_RATIO / 2:
            self.blame("inclines", at_s, f"{100 * ratio:.1f} % on the wire")
        if ratio > 0 and (at_s > self._deadline_s or self._stopped):
            self.blame("inclines", at_s, "a rise asked of a belt that stops or stands")

    def _judge_speed(self, now_s: float) -> None:
        if not self.by_itself and self.machine.belt.belt_mps > self.top_mps() + EXACT_MPS:
            self.blame("speeds", now_s, f"belt at {self.machine.belt.belt_mps:.3f} m/s")

    def _judge_licence(self, now_s: float) -> None:
        ran, self._ran = self._ran, self.machine.belt.running
        if self._licensed_s is not None and not self._ran and now_s - self._licensed_s > OBEYED_S:
            self._licensed_s = None
        if self._ran and not ran and self._licensed_s is None and not self.by_itself:
            self.blame("recovery", now_s, "the belt runs and no hold since asked for it")

    def _judge_stray(self, now_s: float) -> None:
        """A belt heard to run too fast, or unasked, for two reports; a console wins until then."""
        belt = self.machine.belt
        self._unasked = self._unasked and (belt.running or belt.belt_mps > 0)
        allowed_mps = self.stray_mps + (0 if self._unasked else self.top_mps())
        astray = belt.belt_mps > allowed_mps + EXACT_MPS and not self.machine.quirks.silent
        self._astray_s = (self._astray_s or now_s) if astray else None
        if self._astray_s is not None and now_s - self._astray_s > ASTRAY_S:
            self.due(now_s, AT_ONCE_S)

    def _judge_stop(self, now_s: float, *, up: bool) -> None:
        if self.due_s is None:
            return
        if self._moving_s is None and not self.machine.belt.running:
            self.due_s, self._deadline_s, self._shout_by_s = None, inf, inf
            return
        asked = [at_s for at_s in self._stops if at_s >= self.due_s]
        if up and now_s > self._deadline_s and not asked:
            self.blame("stops", now_s, "moving, reachable and not asked to stop")
        if up and asked and now_s - asked[-1] > AGAIN_S:
            self.blame("stops", now_s, "moving, reachable and not asked again")
        if now_s > self._shout_by_s:
            self._shout_by_s = inf
            self.unconfirmed += 1
            if self._shouted_s < self.due_s:
                self.blame("shouts", now_s, "not seen at rest and nobody told")
