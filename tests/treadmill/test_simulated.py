"""The simulated belt's own nature and its faults; the contract is in tests/contract."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.belts import Rig

from retrowalk.app.virtual import run_virtually
from retrowalk.live.events import SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.port import Capability, SpeedHeard, TroubleHeard
from retrowalk.treadmill.simulated import (
    HOME_TREADMILL,
    LOSS_MPS2,
    START_DELAY_S,
    Faults,
    SimulatedBelt,
)
from retrowalk.units import KMH, MPH

STOP = StopBelt(StopReason.WALKER)
CONTINUOUS = 1e-6


def rig_with(**faults: float) -> tuple[Rig, SimulatedBelt]:
    rig = Rig(lambda clock: SimulatedBelt(clock, faults=Faults(**faults)))  # type: ignore[arg-type]
    assert isinstance(rig.belt, SimulatedBelt)
    return rig, rig.belt


def walking(**faults: float) -> tuple[Rig, SimulatedBelt]:
    rig, belt = rig_with(**faults)
    belt.ask(StartBelt())
    rig.wait(START_DELAY_S + 2)
    belt.ask(SetSpeed(2.0 * KMH))
    rig.wait(5)
    return rig, belt


@given(st.floats(0, 20))
def test_a_speed_is_rounded_to_the_step_toward_slower(belt_mps: float) -> None:
    rounded = HOME_TREADMILL.toward_slower(belt_mps)
    steps = (rounded - HOME_TREADMILL.min_mps) / HOME_TREADMILL.step_mps
    assert steps == pytest.approx(round(steps), abs=CONTINUOUS)
    assert HOME_TREADMILL.min_mps <= rounded <= HOME_TREADMILL.max_mps
    if HOME_TREADMILL.min_mps <= belt_mps <= HOME_TREADMILL.max_mps:
        assert belt_mps - HOME_TREADMILL.step_mps < rounded + CONTINUOUS
        assert rounded <= belt_mps + CONTINUOUS


def test_every_speed_on_the_display_is_kept_as_it_is() -> None:
    for tenths in range(5, 121):
        shown = tenths / 10 * KMH
        assert HOME_TREADMILL.toward_slower(shown) == pytest.approx(shown)


def test_eight_tenths_of_a_mile_becomes_one_and_two_tenths_kilometres() -> None:
    assert HOME_TREADMILL.toward_slower(0.8 * MPH) == pytest.approx(1.2 * KMH)


def test_a_machine_with_coarse_steps_counts_them_from_its_slowest() -> None:
    coarse = Capability(1.0 * KMH, 10 * KMH, 0.3 * KMH)
    assert coarse.toward_slower(1.9 * KMH) == pytest.approx(1.9 * KMH)
    assert coarse.toward_slower(1.89 * KMH) == pytest.approx(1.6 * KMH)


def test_the_motor_takes_its_time_to_spin_up() -> None:
    rig, belt = rig_with()
    belt.ask(StartBelt())
    rig.wait(START_DELAY_S - 0.3)
    assert belt.belt_mps == 0
    rig.wait(2)
    assert belt.belt_mps == pytest.approx(HOME_TREADMILL.min_mps)


def test_it_has_inertia_both_ways() -> None:
    rig, belt = walking()
    before_mps = belt.belt_mps
    belt.ask(STOP)
    rig.wait(1)
    assert belt.belt_mps == pytest.approx(before_mps - LOSS_MPS2, abs=0.07)


def test_a_silent_belt_says_nothing_and_runs_on() -> None:
    rig, belt = walking()
    belt.faults.silent = True
    heard = len(rig.heard)
    rig.wait(10)
    assert len(rig.heard) == heard
    assert belt.belt_mps > 0.5


def test_a_belt_that_runs_too_fast_does() -> None:
    _, belt = walking(overspeed_mps=0.3)
    assert belt.belt_mps == pytest.approx(2.0 * KMH + 0.3)


def test_stops_may_be_ignored_a_number_of_times() -> None:
    rig, belt = walking(stops_ignored=2)
    for moving in (True, True, False):
        belt.ask(STOP)
        rig.wait(5)
        assert (belt.belt_mps > 0) is moving


def test_a_start_may_be_ignored() -> None:
    _, belt = walking(starts_ignored=True)
    assert belt.belt_mps == 0


def test_speeds_may_be_ignored() -> None:
    _, belt = walking(speeds_ignored=True)
    assert belt.belt_mps == pytest.approx(HOME_TREADMILL.min_mps)


def test_a_belt_may_start_by_itself() -> None:
    rig, belt = rig_with()
    belt.press_start(1.0)
    rig.wait(10)
    assert belt.belt_mps == pytest.approx(1.0)


def test_the_console_stops_it_and_says_so() -> None:
    rig, belt = walking()
    belt.press_stop()
    rig.wait(10)
    said = [report for _, report in rig.heard]
    assert said.count(TroubleHeard(StopReason.CONSOLE)) == 1
    assert said[-1] == SpeedHeard(0.0)


def test_a_pulled_key_stops_it_and_nothing_starts_it() -> None:
    rig, belt = walking()
    belt.pull_key()
    rig.wait(10)
    belt.press_start(1.0)
    rig.wait(10)
    belt.ask(StartBelt())
    rig.wait(10)
    assert belt.belt_mps == 0


def test_it_lives_on_an_asyncio_loop_as_well() -> None:
    async def main() -> float:
        belt = SimulatedBelt(asyncio.get_running_loop())
        belt.ask(StartBelt())
        await asyncio.sleep(START_DELAY_S + 2)
        moved_mps = belt.belt_mps
        await belt.close()
        return moved_mps

    assert run_virtually(main()) == pytest.approx(HOME_TREADMILL.min_mps)
