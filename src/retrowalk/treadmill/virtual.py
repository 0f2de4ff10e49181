"""A treadmill that speaks the Fitness Machine Service, with the faults of real ones.

Bytes in, bytes out, on the clock it is given; `virtual_radio` puts it on the air.
The belt itself is the simulated one.  `wire` keeps every byte written to the control point.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from retrowalk.live.events import SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.ftms import INCLINE_STEP_RATIO, SPEED_STEP_MPS, Op, Result
from retrowalk.treadmill.port import Capability, Clock, Report, SpeedHeard, TroubleHeard
from retrowalk.treadmill.simulated import HOME_TREADMILL, SimulatedBelt
from retrowalk.units import KMH, MPH

BUSY = 0xFE  # ATT: procedure already in progress
UNENCRYPTED = 0x0F  # ATT: insufficient encryption
RAMP_UNKNOWN = b"\xff\x7f"
REVERT_S, REVERT_MPS = 3.0, 1.0 * KMH  # a console that knows better


@dataclass(slots=True)
class Quirks:
    """Each as seen on a real machine: the pitfalls of the treadmill reference."""

    start_toggles: bool = False
    takes_mph: bool = False
    mute: bool = False  # obeys, answers nothing
    bare_errors: bool = False  # one byte instead of three
    answer_s: float = 0.02
    write_s: float = 0.0  # the write itself is acknowledged late
    busy_while_answering: bool = False
    busy_writes: int = 0  # so many requests meet ATT 0xFE
    deaf_in_spin_up: bool = False
    drops_in_spin_up: bool = False
    reverts: bool = False
    only_speeds_up: bool = False
    no_pause: bool = False
    paused_speed: bool = False  # reports its target while it stands
    split_records: bool = False
    reserved_bits: bool = False
    zeroes_after_key: bool = False
    nonsense_first: int = 0  # so many records of nonsense
    silent: bool = False
    wants_pairing: bool = False
    reports_only: bool = False
    refuses_control: bool = False
    stops_lost: int = 0  # so many Stops never get there
    starts_itself_s: float | None = None  # reboots and runs on, so long after the link dropped


@dataclass(slots=True)
class VirtualTreadmill:
    """One machine.  The radio sets `notify`, `indicate`, `announce` and `drop`."""

    clock: Clock
    capability: Capability = HOME_TREADMILL
    quirks: Quirks = field(default_factory=Quirks)
    wire: list[tuple[float, bytes]] = field(default_factory=list)
    notify: Callable[[bytes], object] = lambda _: None
    indicate: Callable[[bytes], object] = lambda _: None
    announce: Callable[[bytes], object] = lambda _: None
    drop: Callable[[], object] = lambda: None
    belt: SimulatedBelt = field(init=False)
    controlled_by: object = None
    _answering_until_s: float = 0.0
    _target_mps: float = 0.0

    def __post_init__(self) -> None:
        self.belt = SimulatedBelt(self.clock, self.capability)
        self.belt.listen(self._report)

    # --- the control point -----------------------------------------------------------

    def written(self, payload: bytes, who: object) -> int:
        """Take one write; the ATT error it meets, 0 for none."""
        now_s = self.clock.time()
        self.wire.append((now_s, payload))
        if self.quirks.busy_writes > 0:
            self.quirks.busy_writes -= 1
            return BUSY
        if self.quirks.busy_while_answering and now_s < self._answering_until_s:
            return BUSY
        self._answer(payload, self._obey(payload, who))
        return 0

    def _answer(self, payload: bytes, result: Result) -> None:
        if self.quirks.mute:
            return
        bare = self.quirks.bare_errors and result is not Result.SUCCESS
        answer = bytes([result.value] if bare else [0x80, payload[0], result.value])
        self._answering_until_s = self.clock.time() + self.quirks.answer_s
        self.clock.call_later(self.quirks.answer_s, lambda: self.indicate(answer))

    def _obey(self, payload: bytes, who: object) -> Result:
        if payload[:1] == bytes([Op.REQUEST_CONTROL.value]):
            return self._take(who)
        if self.controlled_by is not who and not self.quirks.mute:
            return Result.NOT_PERMITTED
        match payload[0]:
            case Op.SET_SPEED.value:
                return self._speed(int.from_bytes(payload[1:3], "little") * SPEED_STEP_MPS)
            case Op.SET_INCLINE.value if self.capability.max_incline_ratio > 0:
                steps = int.from_bytes(payload[1:3], "little", signed=True)
                return self._incline(steps * INCLINE_STEP_RATIO)
            case Op.START.value:
                return self._start()
            case Op.STOP.value:
                return self._stop(payload[1:])
        return Result.NOT_SUPPORTED

    def _take(self, who: object) -> Result:
        if self.quirks.refuses_control:
            return Result.NOT_PERMITTED
        if self.controlled_by not in (None, who):
            self.announce(b"\xff")
        self.controlled_by = who
        return Result.SUCCESS

    def _start(self) -> Result:
        if self.belt.running:
            if self.quirks.start_toggles:
                self.belt.ask(StopBelt(StopReason.WALKER))
                return Result.SUCCESS
            return Result.FAILED
        self.belt.ask(StartBelt())
        if self.quirks.drops_in_spin_up:
            self.clock.call_later(0.5, self.drop)
        return Result.SUCCESS

    def _speed(self, belt_mps: float) -> Result:
        mps = belt_mps * (MPH / KMH) if self.quirks.takes_mph else belt_mps
        if not self.capability.min_mps - SPEED_STEP_MPS / 2 <= belt_mps <= self.capability.max_mps:
            return Result.INVALID
        if self.quirks.deaf_in_spin_up and self.belt.belt_mps == 0:
            return Result.SUCCESS
        if self.quirks.only_speeds_up and mps < self._target_mps:
            return Result.SUCCESS
        self._target_mps = self.capability.toward_slower(mps)
        self.belt.ask(SetSpeed(mps))
        if self.quirks.reverts:
            self.clock.call_later(REVERT_S, self._revert)
        return Result.SUCCESS

    def _incline(self, incline_ratio: float) -> Result:
        if not 0 <= incline_ratio <= self.capability.max_incline_ratio + INCLINE_STEP_RATIO / 2:
            return Result.INVALID
        self.belt.tilt(incline_ratio)
        return Result.SUCCESS

    def _revert(self) -> None:
        self.belt.ask(SetSpeed(REVERT_MPS))

    def _stop(self, how: bytes) -> Result:
        if how == b"\x02" and self.quirks.no_pause:
            return Result.NOT_SUPPORTED
        if self.quirks.stops_lost > 0:
            self.quirks.stops_lost -= 1
            return Result.SUCCESS
        standing = not self.belt.running
        self.belt.ask(StopBelt(StopReason.WALKER))
        return Result.FAILED if standing else Result.SUCCESS

    # --- what people and mains do to it ----------------------------------------------

    def pull_key(self) -> None:
        self.belt.pull_key()
        self.announce(b"\x03")

    def put_key_back(self) -> None:
        """The motor may run again; it does not by itself."""
        self.belt.key_in = True

    def press_stop(self) -> None:
        self.belt.press_stop()

    def press_start(self, belt_mps: float) -> None:
        self.belt.press_start(belt_mps)
        self.announce(b"\x04")

    def left(self, who: object) -> None:
        """A central went away: its control goes with it, the belt runs on."""
        if self.controlled_by is who:
            self.controlled_by = None
        if (after_s := self.quirks.starts_itself_s) is not None:
            self.belt.ask(StopBelt(StopReason.WALKER))
            self.clock.call_later(after_s, lambda: self.belt.press_start(2.0 * KMH))

    # --- what it says of itself ------------------------------------------------------

    def _report(self, report: Report) -> None:
        match report:
            case TroubleHeard():
                self.announce(b"\x02\x01")
            case SpeedHeard(belt_mps) if not self.quirks.silent:
                for part in self._record(belt_mps):
                    self.notify(part)

    def _record(self, belt_mps: float) -> list[bytes]:
        if self.quirks.nonsense_first > 0:
            self.quirks.nonsense_first -= 1
            return [b"\x00\x00\xff\xff", b"\x00"]
        if self.quirks.zeroes_after_key and not self.belt.key_in:
            return [bytes(4)]
        standing = not self.belt.running and self.quirks.paused_speed
        shown_mps = self._target_mps if standing else belt_mps
        speed = round(shown_mps / SPEED_STEP_MPS).to_bytes(2, "little")
        if self.quirks.split_records:
            return [b"\x05\x00" + bytes(3), b"\x00\x04" + speed + b"\x07\x00"]
        if self.quirks.reserved_bits:
            return [b"\x00\xe0" + speed + b"\x01\x02\x03"]
        if self.capability.max_incline_ratio > 0:
            steps = round(self.belt.incline_ratio / INCLINE_STEP_RATIO)
            return [b"\x08\x00" + speed + steps.to_bytes(2, "little", signed=True) + RAMP_UNKNOWN]
        return [b"\x00\x00" + speed]
