"""Belts the contract is held against: each made on a clock the test moves."""

from collections.abc import Callable

from tests.contract.guards import guarded_on

from retrowalk.app.clock import SessionClock
from retrowalk.treadmill.port import Belt, Clock
from retrowalk.treadmill.simulated import HILLY_TREADMILL, Faults, SimulatedBelt

MakeRig = Callable[[Clock], Belt]


def simulated(clock: Clock) -> Belt:
    return SimulatedBelt(clock)


def behind_a_slow_link(clock: Clock) -> Belt:
    return SimulatedBelt(clock, faults=Faults(slow_link_s=1.5))


def guarded(clock: Clock) -> Belt:
    return guarded_on(clock, SimulatedBelt(clock)).belt


def guarded_behind_a_slow_link(clock: Clock) -> Belt:
    return guarded_on(clock, behind_a_slow_link(clock)).belt


def hilly(clock: Clock) -> Belt:
    return SimulatedBelt(clock, HILLY_TREADMILL)


def guarded_hilly(clock: Clock) -> Belt:
    return guarded_on(clock, hilly(clock)).belt


HILLY: dict[str, MakeRig] = {"hilly": hilly, "guarded, hilly": guarded_hilly}
BELTS: dict[str, MakeRig] = {
    "simulated": simulated,
    "slow link": behind_a_slow_link,
    "guarded": guarded,
    "guarded, slow link": guarded_behind_a_slow_link,
    **HILLY,
}


class Rig:
    """A belt under test, its clock, and what it has said."""

    def __init__(self, make: MakeRig) -> None:
        self.clock = SessionClock()
        self.belt = make(self.clock)
        self.heard: list[tuple[float, object]] = []
        self.belt.listen(lambda report: self.heard.append((self.clock.time(), report)))

    def wait(self, seconds: float) -> "Rig":
        self.clock.spend(seconds, lambda: 1.0)
        return self
