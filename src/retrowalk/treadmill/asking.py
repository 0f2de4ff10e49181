"""What to write to a machine next, from what was asked and what was heard.  No radio, no clock.

    at rest ──Start sent──▶ spinning up ──moving steadily──▶ moving ──┐
       ▲                         │                             │     │ one target at a time,
       └────seen at rest──── stopping ◀──────── a stop ────────┘ ◀───┘ the first: its slowest

A stop is a goal: it is written at once and again until fresh telemetry shows the belt at rest.
Start goes once, to a belt seen at rest. The first speed is the machine's slowest, to learn whether
it takes what is sent as km/h: one that takes it as miles would run the walker 1.6 times too fast.
An incline rises only under a belt that moves steadily as asked; after a stop, seen at rest, the
belt is made level again before anything else.
"""

from dataclasses import dataclass
from enum import Enum

from retrowalk.live.events import (
    Request,
    SetIncline,
    SetSpeed,
    StartBelt,
    StopBelt,
    StopReason,
)
from retrowalk.live.machine import REST_MPS, RESTS_NEEDED
from retrowalk.treadmill.ftms import START, Answer, Op, Result, set_incline, set_speed
from retrowalk.treadmill.port import Capability
from retrowalk.units import KMH, MPH

START_GOOD_S = 3.0  # a Start not sent by then is forgotten: the hold it came from is over
FRESH_S = 2.5  # telemetry older than two reports proves nothing
REPLY_S = 3.0  # the slowest console known answers after 1.5 s
BUSY_AGAIN_S = 0.3
STOP_AGAIN_S = 0.5
SPIN_UP_S = 5.0  # a Start still in the motor looks like rest for as long as this
STEADY_MPS = 0.03  # between two reports
PROBE_S = 2.0  # a console begins to follow within this
PROBE_RATIO = 0.05
SPEED_OP = bytes([Op.SET_SPEED.value])
INCLINE_OP = bytes([Op.SET_INCLINE.value])


class Phase(Enum):
    AT_REST = "at rest, or not ours"
    SPINNING_UP = "spinning up"
    MOVING = "moving"
    STOPPING = "stopping"


@dataclass(slots=True)
class Asking:
    """One machine's state.  Times are seconds on the caller's monotonic clock."""

    can: Capability
    takes_mph: bool = False
    drives: bool = True  # False: the machine only reports; only stops are written
    phase: Phase = Phase.AT_REST
    probed: bool = False
    _start_s: float | None = None  # when a Start not yet sent was asked
    _wanted_mps: float | None = None
    _sent_mps: float | None = None
    _sent_s: float = 0.0
    _wanted_incline: float | None = None  # None: nobody asked
    _sent_incline: float | None = None  # None: not sent, or not got through
    _raised: bool = False  # the belt may not be level because of us
    _settled_s: float = float("-inf")  # rest before then may be a motor about to run
    _pending: bytes | None = None
    _not_before_s: float = 0.0
    _stop_due_s: float = 0.0
    _heard_s: float = float("-inf")
    _heard_mps: float = 0.0
    _steady: bool = False
    _rests: int = 0

    # --- asked -----------------------------------------------------------------------

    def ask(self, request: Request, at_s: float) -> None:
        match request:
            case StopBelt():
                self._stop(at_s)
            case StartBelt() if self._may_start(at_s):
                self._start_s = at_s
            case SetSpeed(belt_mps) if self._under_way():
                self._wanted_mps = self.can.toward_slower(belt_mps)
            case SetIncline(incline_ratio) if self._under_way() and self.can.max_incline_ratio > 0:
                self._wanted_incline = self.can.toward_flatter(incline_ratio)

    def _stop(self, at_s: float) -> None:
        if self.phase is not Phase.STOPPING:
            self._rests = 0  # what was heard before proves nothing now
        self.phase, self._stop_due_s = Phase.STOPPING, at_s
        self._start_s = self._wanted_mps = self._sent_mps = None
        self._wanted_incline = 0.0 if self._raised else None

    @property
    def levelling(self) -> bool:
        """At rest, and the command that makes the belt level is not sent yet."""
        waits = self.phase is Phase.AT_REST and self._wanted_incline is not None
        return self.drives and waits and self._wanted_incline != self._sent_incline

    def _may_start(self, at_s: float) -> bool:
        fresh_and_moving = at_s - self._heard_s < FRESH_S and self._heard_mps >= REST_MPS
        return self.drives and self.phase is Phase.AT_REST and not fresh_and_moving

    def _under_way(self) -> bool:
        return self.drives and (
            self._start_s is not None or self.phase in (Phase.SPINNING_UP, Phase.MOVING)
        )

    # --- heard -----------------------------------------------------------------------

    def hear(self, belt_mps: float, at_s: float) -> StopReason | None:
        """Take one report of speed; a reason where the belt must stop for what it showed."""
        self._steady = abs(belt_mps - self._heard_mps) < STEADY_MPS
        self._heard_s, self._heard_mps = at_s, belt_mps
        self._rests = self._rests + 1 if belt_mps < REST_MPS else 0
        rested = self._rests >= RESTS_NEEDED and at_s >= self._settled_s
        if self.phase is Phase.STOPPING and rested:
            self.phase = Phase.AT_REST
        elif self.phase is Phase.SPINNING_UP and self._steady and belt_mps >= REST_MPS:
            self.phase = Phase.MOVING
        return self._judge_probe(at_s)

    def _judge_probe(self, at_s: float) -> StopReason | None:
        waiting = self.phase is Phase.MOVING and self._sent_mps is not None and not self.probed
        if not waiting or not self._steady or at_s - self._sent_s < PROBE_S:
            return None
        stray_mps = self._heard_mps - self.can.min_mps
        allowed_mps = max(PROBE_RATIO * self.can.min_mps, 0.55 * self.can.step_mps)
        if stray_mps > allowed_mps:
            return StopReason.OVERSPEED
        self.probed = stray_mps >= -allowed_mps
        return None

    def answered(self, answer: Answer, at_s: float) -> StopReason | None:
        """Take an answer, late ones too; a reason where it says that control is gone."""
        if answer.op is None or (self._pending and answer.op.value == self._pending[0]):
            self._pending = None
        if answer.result is Result.NOT_PERMITTED:
            return self.lose_control()
        if answer.op is Op.STOP and answer.result is Result.SUCCESS:
            self._stop_due_s = max(self._stop_due_s, at_s + STOP_AGAIN_S)
        return None

    def lose_control(self) -> StopReason | None:
        """Nothing but stops from here on; the reason, once."""
        lost = StopReason.CONTROL_LOST if self.drives else None
        self.drives = False
        self._start_s = self._wanted_mps = self._wanted_incline = None
        return lost

    def failed(self, command: bytes, at_s: float, *, busy: bool) -> None:
        """A write did not get through.  A speed may go again; a Start never does."""
        if self._pending == command:
            self._pending = None
        self._not_before_s = at_s + BUSY_AGAIN_S
        if command[:1] == SPEED_OP and busy:
            self._sent_mps = None
        if command[:1] == INCLINE_OP:
            self._raised = True  # for all we know
            self._sent_incline = None if busy else self._sent_incline

    # --- what to write ---------------------------------------------------------------

    def stop_is_due(self, at_s: float) -> bool:
        """Whether Stop is to be written now; says so again until the belt is seen at rest."""
        due = self.phase is Phase.STOPPING and at_s >= self._stop_due_s
        if due:
            self._stop_due_s = at_s + STOP_AGAIN_S
        return due

    def next(self, at_s: float) -> bytes | None:
        """The one command to write now, or None."""
        if self._pending and at_s - self._sent_s > REPLY_S:
            self._pending = None  # telemetry judges
        if self._pending or at_s < self._not_before_s or not self.drives:
            return None
        moved = self._level(at_s) or self._start(at_s) or self._speed(at_s)
        return moved or self._incline(at_s)

    def _start(self, at_s: float) -> bytes | None:
        if self._start_s is None:
            return None
        fresh = at_s - self._heard_s < FRESH_S
        if at_s - self._start_s > START_GOOD_S or (fresh and self._heard_mps >= REST_MPS):
            self._start_s = self._wanted_mps = None
            return None
        if not fresh or self._rests < RESTS_NEEDED:
            return None
        self._start_s, self.phase = None, Phase.SPINNING_UP
        self._settled_s = at_s + SPIN_UP_S
        return self._send(START, at_s)

    def _speed(self, at_s: float) -> bytes | None:
        if self.phase is not Phase.MOVING:
            return None
        aim_mps = self._wanted_mps if self.probed else self.can.min_mps
        if aim_mps is None or aim_mps == self._sent_mps:
            return None
        self._sent_mps = aim_mps
        return self._send(set_speed(aim_mps * (KMH / MPH if self.takes_mph else 1.0)), at_s)

    # --- the incline -----------------------------------------------------------------

    def _level(self, at_s: float) -> bytes | None:
        return self._send_incline(at_s) if self.levelling else None

    def _incline(self, at_s: float) -> bytes | None:
        as_asked = self.probed and self._wanted_mps in (None, self._sent_mps)
        if self.phase is not Phase.MOVING or not as_asked or not self._steady:
            return None
        return self._send_incline(at_s)

    def _send_incline(self, at_s: float) -> bytes | None:
        if self._wanted_incline is None or self._wanted_incline == self._sent_incline:
            return None
        self._sent_incline, self._raised = self._wanted_incline, self._wanted_incline > 0
        return self._send(set_incline(self._sent_incline), at_s)

    def _send(self, command: bytes, at_s: float) -> bytes:
        self._pending, self._sent_s = command, at_s
        return command
