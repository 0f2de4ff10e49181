"""A treadmill made of arithmetic: inertia, speed steps, a motor that takes its time.

It lives on the clock it is given, real or virtual, and can be made to misbehave.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from retrowalk.live.events import Request, SetIncline, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.port import (
    Capability,
    Clock,
    Report,
    SpeedHeard,
    Timer,
    Treadmill,
    TroubleHeard,
)
from retrowalk.units import KMH

HOME_TREADMILL = Capability(0.5 * KMH, 12.0 * KMH, 0.1 * KMH, simulated=True)
HILLY_TREADMILL = replace(HOME_TREADMILL, max_incline_ratio=0.12)
STEP_S = 0.2  # of the arithmetic
REPORT_S = 1.0  # "typically once per second": FTMS 1.0.1, Treadmill Data
START_DELAY_S = 2.0  # motors are deaf and still while they spin up
GAIN_MPS2 = 0.25  # consoles ramp up gently
LOSS_MPS2 = 0.3  # and brake a little harder
TILT_RATIO_S = 0.003  # its motor needs half a minute for 10 %
KEY_LOSS_MPS2 = 0.6  # the safety key cuts the motor; friction does the rest
REST_MPS = 0.005  # below it the belt sticks


@dataclass(slots=True)
class Faults:
    """Switches a test throws while the belt runs; each as seen on real machines."""

    silent: bool = False  # no reports
    overspeed_mps: float = 0.0  # runs this much faster than asked
    stops_ignored: int = 0  # so many stops are not obeyed
    starts_ignored: bool = False
    speeds_ignored: bool = False  # reverts to its own minimum
    slow_link_s: float = 0.0  # start and speed arrive late; a stop overtakes them


@dataclass(slots=True)
class SimulatedBelt:
    """One belt.  `asked` keeps every request, for tests to read."""

    clock: Clock
    capability: Capability = HOME_TREADMILL
    faults: Faults = field(default_factory=Faults)
    asked: list[Request] = field(default_factory=list)
    belt_mps: float = 0.0
    incline_ratio: float = 0.0
    running: bool = False
    key_in: bool = True
    _target_mps: float = 0.0
    _target_incline: float = 0.0
    _deaf_until_s: float = 0.0
    _reported_s: float = 0.0
    _heard: list[Callable[[Report], None]] = field(default_factory=list)
    _timers: list[Timer] = field(default_factory=list)
    _sent: list[Timer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reported_s = self.clock.time() - REPORT_S
        self._tick_on()

    # --- the port --------------------------------------------------------------------

    def listen(self, heard: Callable[[Report], None]) -> None:
        self._heard.append(heard)

    def ask(self, request: Request) -> None:
        self.asked.append(request)
        match request:
            case StopBelt():
                self._call_off()
                self._stop()
            case _ if self.faults.slow_link_s > 0:
                self._sent.append(
                    self.clock.call_later(self.faults.slow_link_s, lambda: self._obey(request))
                )
            case _:
                self._obey(request)

    async def close(self) -> None:
        self.ask(StopBelt(StopReason.SHUTDOWN))
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._heard.clear()

    # --- what people do to it --------------------------------------------------------

    def press_stop(self) -> None:
        """Stop at the console; real machines say so once, and the belt coasts down."""
        self.running = False
        self._tell(TroubleHeard(StopReason.CONSOLE))

    def press_start(self, belt_mps: float) -> None:
        """Start at the console, or the belt's own idea of it."""
        self.running, self._target_mps = self.key_in, belt_mps
        self._deaf_until_s = self.clock.time()

    def tilt(self, incline_ratio: float) -> None:
        """Its slope, set at the console or by bytes."""
        self._target_incline = min(incline_ratio, self.capability.max_incline_ratio)

    def pull_key(self) -> None:
        """The motor is cut; some machines say so, this one lets its speed speak."""
        self.key_in = self.running = False

    # --- the machine -----------------------------------------------------------------

    def _obey(self, request: Request) -> None:
        match request:
            case StartBelt() if self._may_start():
                self.running, self._target_mps = True, self.capability.min_mps
                self._deaf_until_s = self.clock.time() + START_DELAY_S
            case SetSpeed(belt_mps) if self.running and not self.faults.speeds_ignored:
                self._target_mps = self.capability.toward_slower(belt_mps)
            case SetIncline(incline_ratio) if self.running:
                self._target_incline = self.capability.toward_flatter(incline_ratio)

    def _may_start(self) -> bool:
        resting = not self.running and self.belt_mps == 0
        return self.key_in and resting and not self.faults.starts_ignored

    def _stop(self) -> None:
        if self.faults.stops_ignored > 0:
            self.faults.stops_ignored -= 1
        else:
            self.running = False

    def _call_off(self) -> None:
        for timer in self._sent:
            timer.cancel()
        self._sent.clear()

    def _tick_on(self) -> None:
        self._timers[:] = [self.clock.call_later(STEP_S, self._tick)]

    def _tick(self) -> None:
        self._move()
        now_s = self.clock.time()
        if now_s - self._reported_s >= REPORT_S - STEP_S / 2:
            self._reported_s = now_s
            self._tell(self._report())
        self._tick_on()

    def _move(self) -> None:
        spinning = self.running and self.clock.time() >= self._deaf_until_s
        wanted_mps = self._target_mps + self.faults.overspeed_mps if spinning else 0.0
        loss_mps2 = LOSS_MPS2 if self.key_in else KEY_LOSS_MPS2
        change_mps = wanted_mps - self.belt_mps
        change_mps = min(max(change_mps, -loss_mps2 * STEP_S), GAIN_MPS2 * STEP_S)
        moved_mps = self.belt_mps + change_mps
        self.belt_mps = moved_mps if moved_mps > REST_MPS else 0.0

        if not self.running and self.belt_mps == 0:
            self._target_incline = 0.0
        tilt = self._target_incline - self.incline_ratio
        most = TILT_RATIO_S * STEP_S
        self.incline_ratio += min(max(tilt, -most), most)

    def _report(self) -> SpeedHeard:
        known = self.capability.max_incline_ratio > 0
        return SpeedHeard(self.belt_mps, self.incline_ratio if known else None)

    def _tell(self, report: Report) -> None:
        if not self.faults.silent:
            for heard in self._heard:
                heard(report)


SIMULATED = Treadmill(HOME_TREADMILL, SimulatedBelt)
