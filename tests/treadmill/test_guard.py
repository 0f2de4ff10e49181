"""The guard: caps, ramp, heartbeat, and a stop that is asked until the belt is seen at rest."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.guards import Guarded, Wire, guarded_on

from retrowalk.app.clock import SessionClock
from retrowalk.live.events import Request, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.guard import BEAT_LOST_S, RAMP_MPS2, TICK_S, TOP_MPS, Guard
from retrowalk.treadmill.guard_words import (
    Alive,
    Asked,
    Beat,
    Bye,
    Drive,
    Granted,
    Look,
    No,
    Standing,
    State,
    asking,
)
from retrowalk.treadmill.port import Capability, SpeedHeard, TroubleHeard
from retrowalk.treadmill.simulated import HOME_TREADMILL, Faults, SimulatedBelt

STOP = StopBelt(StopReason.WALKER)
SETTLE_S = 15.0  # a start, its motor, and ten seconds in which rest may be a motor about to run
LOST = StopReason.LINK_LOST


class Room:
    """A treadmill, its guard, the app that drives, and whoever else comes in."""

    def __init__(
        self,
        faults: Faults | None = None,
        *,
        cap_mps: float = 100.0,
        can: Capability = HOME_TREADMILL,
    ) -> None:
        self.clock = SessionClock()
        self.machine = SimulatedBelt(self.clock, can, faults or Faults())
        self.rig: Guarded = guarded_on(self.clock, self.machine, cap_mps)
        self.guard, self.app = self.rig.guard, self.rig.belt
        self.heard: list[object] = []
        self.app.listen(self.heard.append)

    def wait(self, seconds: float) -> "Room":
        self.clock.spend(seconds, lambda: 1.0)
        return self

    def ask(self, request: Request, then_s: float = 0.0) -> "Room":
        self.app.ask(request)
        return self.wait(then_s)

    def walking(self, belt_mps: float = 0.6) -> "Room":
        return self.ask(StartBelt(), 8).ask(SetSpeed(belt_mps), 8)

    def come_in(self, *asked: Asked) -> Wire:
        other = Wire(self.guard)
        for one in asked:
            other.send(asking(one))
        return other

    @property
    def stops(self) -> int:
        return sum(isinstance(one, StopBelt) for one in self.machine.asked)

    @property
    def speeds(self) -> list[float]:
        return [one.belt_mps for one in self.machine.asked if isinstance(one, SetSpeed)]

    @property
    def troubles(self) -> list[StopReason]:
        return [one.reason for one in self.heard if isinstance(one, TroubleHeard)]


def nos(wire: Wire) -> list[str]:
    return [one.sentence for one in wire.told if isinstance(one, No)]


# --- the heartbeat ---------------------------------------------------------------------


def test_a_driver_silent_for_two_seconds_loses_the_belt_and_it_stops() -> None:
    room = Room().walking()
    room.rig.wire.dead = True  # the app hangs, its socket stays open
    room.wait(BEAT_LOST_S - 0.6)
    assert room.stops == 0
    room.wait(0.8)
    assert room.stops == 1
    assert room.guard.driver is None
    room.wait(5)
    assert room.machine.belt_mps == 0.0


def test_a_driver_that_beats_keeps_the_belt_for_an_hour() -> None:
    room = Room().walking().wait(3600)
    assert room.stops == 0
    assert room.machine.belt_mps == pytest.approx(0.6, abs=0.03)


def test_a_driver_that_comes_back_too_late_is_told_and_may_only_stop() -> None:
    room = Room().walking()
    room.rig.wire.dead = True
    room.wait(2.2)
    room.rig.wire.dead = False
    room.wait(1).ask(StartBelt()).ask(SetSpeed(0.9), 5)
    assert room.machine.belt_mps == 0.0
    assert "Only the client that drives" in nos(room.rig.wire)[-1]


def test_the_driver_is_told_that_it_lost_the_wheel() -> None:
    room = Room().walking()
    room.guard.clock = Skipping(room.clock, 2.5)
    room.wait(0.2)
    assert StopReason.CONTROL_LOST in room.troubles


class Skipping:
    """A clock that has leapt ahead."""

    def __init__(self, clock: SessionClock, by_s: float) -> None:
        self.clock, self.by_s = clock, by_s

    def time(self) -> float:
        return self.clock.time() + self.by_s

    def call_later(self, delay: float, callback: Callable[[], object], /) -> object:
        return self.clock.call_later(delay, callback)


def test_a_driver_whose_line_breaks_stops_the_belt_at_once() -> None:
    room = Room().walking()
    room.guard.leave(room.rig.wire)
    assert room.stops == 1
    room.wait(4)
    assert room.machine.belt_mps == 0.0


def test_a_guard_that_was_not_let_run_stops_the_belt() -> None:
    room = Room().walking()
    slept_s = 0.0
    room.guard.awake_s = lambda: room.clock.time() + slept_s
    room.wait(1)
    assert room.stops == 0
    slept_s = 2.5  # the lid was closed: the heartbeat's own clock stood still
    room.wait(0.2)
    assert room.stops == 1
    assert room.guard.driver is None


# --- stopping --------------------------------------------------------------------------


@pytest.mark.parametrize("ignored", [1, 3, 10])
def test_a_stop_is_asked_until_the_belt_is_seen_at_rest(ignored: int) -> None:
    room = Room(Faults(stops_ignored=ignored)).walking()
    room.rig.wire.close()  # the app is gone: only the guard is left to ask
    room.wait(30)
    assert room.machine.belt_mps == 0.0
    assert room.guard.state is State.READY
    assert not room.rig.keep.marked


def test_a_stop_goes_on_being_asked_of_a_belt_that_says_nothing() -> None:
    room = Room().walking()
    room.machine.faults.silent = True
    room.ask(STOP).wait(60)
    assert room.stops >= 100
    assert room.guard.state is State.STOPPING
    assert room.rig.keep.marked


def test_rest_before_a_motor_could_run_proves_nothing() -> None:
    room = Room().ask(StartBelt(), 0.5).ask(STOP)
    room.machine.faults.silent = True
    for _ in range(5):
        room.guard._heard(room.machine, SpeedHeard(0.0))
    assert room.guard.state is State.STOPPING  # it may yet spin up
    room.wait(10)
    room.guard._heard(room.machine, SpeedHeard(0.0))
    assert room.guard.state is State.READY


def test_one_report_at_rest_is_not_believed() -> None:
    room = Room().walking().ask(STOP)
    room.machine.faults.silent = True
    room.guard._heard(room.machine, SpeedHeard(0.0))
    assert room.guard.state is State.STOPPING
    room.guard._heard(room.machine, SpeedHeard(0.3))
    room.guard._heard(room.machine, SpeedHeard(0.0))
    assert room.guard.state is State.STOPPING
    room.guard._heard(room.machine, SpeedHeard(0.0))
    assert room.guard.state is State.READY


def test_what_was_heard_before_a_stop_does_not_prove_it() -> None:
    room = Room().wait(5)
    room.machine.faults.silent = True
    room.ask(STOP)
    room.guard._heard(room.machine, SpeedHeard(0.0))
    assert room.guard.state is State.STOPPING


def test_a_flood_of_stops_is_one_stop_and_its_repeats() -> None:
    room = Room().walking()
    for _ in range(1000):
        room.ask(STOP)
    assert room.stops == 1
    room.wait(0.2).ask(STOP)
    assert room.stops == 2


def test_anyone_may_stop() -> None:
    room = Room().walking()
    room.come_in(StopBelt(StopReason.PAGE_LOST))
    assert room.machine.asked[-1] == StopBelt(StopReason.PAGE_LOST)
    room.wait(5)
    assert room.machine.belt_mps == 0.0
    assert room.guard.driver is room.rig.wire  # a pause: the walker may go on


def test_a_stop_calls_off_what_the_driver_wanted() -> None:
    room = Room().walking().ask(SetSpeed(0.9)).ask(STOP, 10)
    asked = room.machine.asked
    first = next(i for i, one in enumerate(asked) if isinstance(one, StopBelt))
    assert all(isinstance(one, StopBelt) for one in asked[first:])


def test_nothing_starts_while_a_stop_is_not_seen() -> None:
    room = Room().walking()
    room.machine.faults.silent = True
    room.ask(STOP, 3).ask(StartBelt(), 3)
    assert sum(one == StartBelt() for one in room.machine.asked) == 1
    assert "being stopped" in nos(room.rig.wire)[-1]


def test_start_is_passed_on_once() -> None:
    room = Room().ask(StartBelt(), 1).ask(StartBelt(), 1).ask(StartBelt(), 10).ask(StartBelt())
    assert room.machine.asked.count(StartBelt()) == 1


# --- caps and ramp ---------------------------------------------------------------------


@given(st.floats(0.2, 3.0), st.lists(st.tuples(st.floats(0, 10), st.floats(0, 3)), max_size=8))
def test_nothing_asked_of_the_belt_is_above_the_least_of_the_caps_or_jumps(
    cap_mps: float, wanted: list[tuple[float, float]]
) -> None:
    room = Room(cap_mps=cap_mps).ask(StartBelt(), 5)
    for mps, then_s in wanted:
        room.ask(SetSpeed(mps), then_s)
    assert all(mps <= min(cap_mps, TOP_MPS) + 1e-9 for mps in room.speeds)
    step_mps = RAMP_MPS2 * TICK_S + HOME_TREADMILL.step_mps
    begun = [HOME_TREADMILL.min_mps, *room.speeds]
    assert all(abs(there - here) <= step_mps + 1e-9 for here, there in pairwise(begun))


def test_it_slows_in_a_ramp_too() -> None:
    room = Room().walking(1.0)
    before = len(room.speeds)
    room.ask(SetSpeed(0.2), 1)
    assert min(room.speeds[before:]) >= 1.0 - RAMP_MPS2 * 1.1 - HOME_TREADMILL.step_mps
    room.wait(8)
    assert room.speeds[-1] == pytest.approx(0.2, abs=HOME_TREADMILL.step_mps)


def test_a_belt_that_cannot_go_as_slowly_as_the_cap_is_not_started() -> None:
    room = Room(cap_mps=0.3, can=Capability(0.45, 3.0, 0.03)).ask(StartBelt(), 10)
    assert StartBelt() not in room.machine.asked
    assert "above the cap" in nos(room.rig.wire)[-1]


def test_a_speed_before_start_is_forgotten() -> None:
    room = Room().ask(SetSpeed(0.9), 1).ask(StartBelt(), 10)
    assert room.speeds == []
    assert room.machine.belt_mps == pytest.approx(HOME_TREADMILL.min_mps)


def test_a_session_after_a_pause_begins_slowly_again() -> None:
    room = Room().walking(1.0).ask(STOP, 8).ask(StartBelt(), 8)
    assert room.machine.belt_mps == pytest.approx(HOME_TREADMILL.min_mps)
    before = len(room.speeds)
    room.ask(SetSpeed(1.0), 0.3)
    assert max(room.speeds[before:]) < 0.3


# --- clients ---------------------------------------------------------------------------


def test_one_client_drives_and_the_others_watch() -> None:
    room = Room().walking()
    other = room.come_in(Drive(3.0), StartBelt(), SetSpeed(1.5), Beat())
    assert "Another client drives" in nos(other)[0]
    assert all("Only the client that drives" in one for one in nos(other)[1:])
    room.wait(3)
    assert room.machine.belt_mps == pytest.approx(0.6, abs=0.03)
    assert any(isinstance(one, SpeedHeard) for one in other.told)
    assert any(isinstance(one, Alive) for one in other.told)
    other.close()
    room.wait(3)
    assert room.stops == 0


def test_a_watchers_words_are_no_heartbeat() -> None:
    room = Room().walking()
    other = room.come_in()
    room.rig.wire.dead = True
    for _ in range(6):
        other.send(asking(Beat()))
        room.wait(0.5)
    assert room.stops >= 1


def test_who_says_goodbye_drives_no_more_and_the_next_may_when_it_rests() -> None:
    room = Room().walking()
    room.rig.wire.send(asking(Bye()))
    assert room.stops == 1
    early = room.come_in(Drive(1.0))
    assert "was not seen at rest" in nos(early)[0]
    room.wait(SETTLE_S)
    late = room.come_in(Drive(1.0))
    assert late.told[-1] == Granted()
    assert late.told[0] == Standing("simulated", State.READY, "", HOME_TREADMILL)


def test_a_cap_belongs_to_who_asked_for_it() -> None:
    room = Room(cap_mps=2.0).walking()
    room.rig.wire.send(asking(Bye()))
    room.wait(SETTLE_S)
    late = room.come_in(Drive(0.3), StartBelt())
    for _ in range(20):
        late.send(asking(SetSpeed(1.0)))
        room.wait(0.5)
    assert room.machine.belt_mps <= 0.3


def test_a_second_drive_of_the_same_client_changes_nothing() -> None:
    room = Room(cap_mps=0.5)
    room.rig.wire.send(asking(Drive(3.0)))
    room.walking(2.0)
    assert room.machine.belt_mps <= 0.5


def test_leaving_twice_does_no_harm() -> None:
    room = Room()
    watcher = room.come_in()
    room.guard.leave(watcher)
    room.guard.leave(watcher)
    assert room.guard.seats == [room.rig.wire]


# --- what outlives it ------------------------------------------------------------------


def test_it_is_kept_that_a_belt_may_move_until_it_is_seen_at_rest_undriven() -> None:
    room = Room().walking()
    assert room.rig.keep.marked
    room.ask(STOP, SETTLE_S)
    assert room.rig.keep.marked  # its driver may start it again any moment, and no disk is asked
    room.rig.wire.send(asking(Bye()))
    assert room.rig.keep.marked
    room.wait(3)
    assert not room.rig.keep.marked


def test_where_that_cannot_be_kept_nobody_drives() -> None:
    room = Room()
    room.rig.wire.send(asking(Bye()))
    room.wait(3)
    room.rig.keep.full = True
    other = room.come_in(Drive(1.0), StartBelt())
    assert nos(other)[0] == "The guard cannot write: free some space."
    room.wait(10)
    assert StartBelt() not in room.machine.asked


def test_a_belt_found_after_a_death_is_stopped_before_anything_is_taken() -> None:
    clock, keep = SessionClock(), guarded_on(SessionClock(), SimulatedBelt(SessionClock())).keep
    machine = SimulatedBelt(clock)
    machine.press_start(0.8)
    clock.spend(6, lambda: 1.0)
    guard = Guard(clock, "simulated", keep, clock.time)
    guard.stop(StopReason.SHUTDOWN)  # what a guard does that finds its state file
    guard.opened(machine)
    assert machine.asked == [StopBelt(StopReason.SHUTDOWN)]
    client = Wire(guard)
    client.send(asking(Drive(1.0)))
    client.send(asking(StartBelt()))
    assert "was not seen at rest" in nos(client)[0]
    clock.spend(8, lambda: 1.0)
    assert machine.belt_mps == 0.0
    assert guard.state is State.READY
    assert StartBelt() not in machine.asked


# --- the link --------------------------------------------------------------------------


def test_a_link_lost_is_told_and_the_next_link_begins_with_a_stop() -> None:
    room = Room().walking()
    room.guard._heard(room.machine, TroubleHeard(LOST))
    assert room.troubles == [LOST]
    assert room.guard.state is State.AWAY
    assert room.guard.driver is None
    before = room.stops
    again = SimulatedBelt(room.clock)
    again.press_start(0.6)
    room.guard.opened(again)
    assert again.asked == [StopBelt(StopReason.SHUTDOWN)]
    room.wait(SETTLE_S)
    assert again.belt_mps == 0.0
    assert room.stops == before  # the old belt is asked nothing more
    assert not room.rig.keep.marked


def test_the_last_word_of_a_belt_that_is_gone_is_not_believed() -> None:
    room = Room().walking()
    room.guard.away("It is gone.")
    heard = list(room.heard)
    room.guard._heard(room.machine, SpeedHeard(0.0))
    assert room.heard == heard


def test_other_trouble_is_passed_on_and_judged_by_the_app() -> None:
    room = Room().walking()
    room.machine.press_stop()
    assert room.troubles == [StopReason.CONSOLE]
    assert room.guard.driver is room.rig.wire


def test_a_link_lost_at_rest_leaves_the_next_belt_alone() -> None:
    room = Room()
    room.rig.wire.send(asking(Bye()))
    room.wait(3)
    room.guard.away("It is gone.")
    again = SimulatedBelt(room.clock)
    room.guard.opened(again)
    assert again.asked == []


def test_who_wants_to_drive_without_a_link_is_told_why_and_the_treadmill_is_looked_for() -> None:
    room = Room()
    looked: list[int] = []
    room.guard.look = lambda: looked.append(1)
    other = room.come_in(Look())
    assert looked == []  # there is a link: nothing to look for
    room.guard.away("It is switched off.")
    other.send(asking(Look()))
    other.send(asking(Drive(1.0)))
    assert looked == [1, 1]
    assert nos(other) == ["It is switched off."]
    assert other.told[-2] == Standing("simulated", State.AWAY, "It is switched off.",
                                      HOME_TREADMILL)  # fmt: skip


def test_a_stop_without_a_link_is_kept_for_the_next() -> None:
    room = Room()
    room.guard.away("It is gone.")
    room.ask(STOP, 1)
    again = SimulatedBelt(room.clock)
    room.guard.opened(again)
    assert again.asked == [StopBelt(StopReason.SHUTDOWN)]
