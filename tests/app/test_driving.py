"""A session's clock and belt, with no page and no task."""

from retrowalk.app.driving import MOST_AT_ONCE_S, Drive
from retrowalk.live.events import HoldBeat, StopBelt, StopReason
from retrowalk.live.states import Walking
from retrowalk.treadmill.simulated import SimulatedBelt
from retrowalk.words import Direction, Interval, Limits, SessionPlan

PLAN = SessionPlan((Interval(Direction.BACKWARD, 6000, 0.4),), Limits(0.5, 0.5))


class Quiet:
    def add(self, at_s: float, entry: object, /) -> None: ...


def test_an_hour_asleep_is_a_stop_and_no_hour_of_walking() -> None:
    wall_s = 0.0
    drive = Drive(PLAN, make_belt=SimulatedBelt, log=Quiet(), wall=lambda: wall_s)
    belt = drive.belt
    assert isinstance(belt, SimulatedBelt)
    for step in range(200):
        wall_s += 0.1
        drive.catch_up()
        if step < 40:
            drive.take(HoldBeat(drive.at_s))
    assert isinstance(drive.session.phase, Walking)
    before = drive.session
    belt.faults.silent = True  # nothing is heard of a machine by one that sleeps
    wall_s += 3600.0
    drive.catch_up()
    assert drive.session.now_s - before.now_s <= MOST_AT_ONCE_S + 0.2
    assert drive.session.reasons == (StopReason.SILENT,)
    assert StopBelt(StopReason.SILENT) in belt.asked
