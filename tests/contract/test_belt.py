"""What every belt must do, whatever it is made of: the contract of treadmill/port.py."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contract.belts import BELTS, HILLY, Rig

from retrowalk.live.events import Request, SetIncline, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.port import SpeedHeard

STOP = StopBelt(StopReason.WALKER)
SETTLE_S = 12.0  # slow link, slow motor, gentle ramp
asked = st.one_of(
    st.just(StartBelt()),
    st.builds(SetSpeed, st.floats(0, 10)),
    st.builds(SetIncline, st.floats(0, 1)),
    st.just(STOP),
)


@pytest.fixture(params=BELTS)
def rig(request: pytest.FixtureRequest) -> Rig:
    return Rig(BELTS[request.param])


def speeds(rig: Rig) -> list[float]:
    return [report.belt_mps for _, report in rig.heard if isinstance(report, SpeedHeard)]


def walking_at(rig: Rig, belt_mps: float) -> Rig:
    rig.belt.ask(StartBelt())
    rig.wait(SETTLE_S)
    rig.belt.ask(SetSpeed(belt_mps))
    return rig.wait(SETTLE_S)


def test_it_says_what_it_can_do(rig: Rig) -> None:
    can = rig.belt.capability
    assert 0 < can.min_mps < can.max_mps
    assert 0 < can.step_mps <= can.max_mps - can.min_mps


def test_it_reports_once_a_second_even_at_rest(rig: Rig) -> None:
    rig.wait(10)
    assert 9 <= len(rig.heard) <= 11
    assert set(speeds(rig)) == {0.0}


def test_nothing_moves_before_start(rig: Rig) -> None:
    rig.belt.ask(SetSpeed(1.0))
    rig.wait(SETTLE_S)
    assert speeds(rig)[-1] == 0.0


def test_it_starts_at_its_slowest(rig: Rig) -> None:
    rig.belt.ask(StartBelt())
    rig.wait(SETTLE_S)
    assert max(speeds(rig)) == pytest.approx(rig.belt.capability.min_mps)


def test_it_reaches_the_asked_speed_rounded_toward_slower(rig: Rig) -> None:
    can = rig.belt.capability
    wanted_mps = can.min_mps + 4.9 * can.step_mps
    assert speeds(walking_at(rig, wanted_mps))[-1] == pytest.approx(can.min_mps + 4 * can.step_mps)


def test_it_never_exceeds_its_top(rig: Rig) -> None:
    walking_at(rig, 100.0).wait(60)
    assert max(speeds(rig)) <= rig.belt.capability.max_mps + 1e-9


def test_start_on_a_moving_belt_changes_nothing(rig: Rig) -> None:
    before_mps = speeds(walking_at(rig, 0.6))[-1]
    rig.belt.ask(StartBelt())
    rig.wait(SETTLE_S)
    assert speeds(rig)[-1] == before_mps


def test_a_stop_brings_it_to_rest_without_a_jerk(rig: Rig) -> None:
    walking_at(rig, 0.6)
    rig.belt.ask(STOP)
    rig.wait(SETTLE_S)
    assert speeds(rig)[-1] == 0.0


def test_a_stop_overtakes_what_was_asked_before(rig: Rig) -> None:
    walking_at(rig, 0.6)
    rig.belt.ask(SetSpeed(0.9))
    rig.belt.ask(STOP)
    rig.wait(1)
    assert speeds(rig)[-1] < 0.6
    rig.wait(SETTLE_S)
    assert speeds(rig)[-1] == 0.0


def test_a_stop_calls_off_a_start_not_yet_sent(rig: Rig) -> None:
    rig.belt.ask(StartBelt())
    rig.belt.ask(STOP)
    rig.wait(SETTLE_S)
    assert set(speeds(rig)) == {0.0}


def test_after_a_stop_only_start_moves_it_again(rig: Rig) -> None:
    walking_at(rig, 0.6)
    rig.belt.ask(STOP)
    rig.wait(SETTLE_S)
    rig.belt.ask(SetSpeed(0.6))
    rig.wait(SETTLE_S)
    assert speeds(rig)[-1] == 0.0
    assert speeds(walking_at(rig, 0.6))[-1] > 0.5


@pytest.fixture(params=HILLY)
def hill(request: pytest.FixtureRequest) -> Rig:
    return Rig(HILLY[request.param])


def inclines(rig: Rig) -> list[float]:
    told = [report.incline_ratio for _, report in rig.heard if isinstance(report, SpeedHeard)]
    return [ratio for ratio in told if ratio is not None]


def test_an_incline_is_taken_while_walking_rounded_toward_flatter_and_reported(hill: Rig) -> None:
    walking_at(hill, 0.6)
    hill.belt.ask(SetIncline(0.034))
    hill.wait(30)
    assert inclines(hill)[-1] == pytest.approx(0.03)
    assert speeds(hill)[-1] > 0.5


def test_an_incline_never_exceeds_what_it_can(hill: Rig) -> None:
    walking_at(hill, 0.6)
    hill.belt.ask(SetIncline(1.0))
    hill.wait(90)
    assert max(inclines(hill)) <= hill.belt.capability.max_incline_ratio + 1e-9


def test_an_incline_is_not_taken_at_rest(hill: Rig) -> None:
    hill.belt.ask(SetIncline(0.05))
    hill.wait(30)
    assert set(inclines(hill)) == {0.0}


def test_after_a_stop_it_is_level_again(hill: Rig) -> None:
    walking_at(hill, 0.6)
    hill.belt.ask(SetIncline(0.05))
    hill.wait(30)
    hill.belt.ask(STOP)
    hill.wait(60)
    assert inclines(hill)[-1] == pytest.approx(0.0, abs=1e-9)


def test_closing_asks_a_last_stop_and_falls_silent(rig: Rig) -> None:
    walking_at(rig, 0.6)
    asyncio.run(rig.belt.close())
    heard = len(rig.heard)
    rig.wait(10)
    assert len(rig.heard) == heard


@pytest.mark.parametrize("make", BELTS.values(), ids=BELTS)
@given(st.lists(st.tuples(asked, st.floats(0, 5)), max_size=12))
def test_whatever_is_asked_it_stays_within_its_range_and_a_stop_ends_it(
    make: object, way: list[tuple[Request, float]]
) -> None:
    rig = Rig(make)  # type: ignore[arg-type]
    for request, seconds in way:
        rig.belt.ask(request)
        rig.wait(seconds)
    assert all(0 <= mps <= rig.belt.capability.max_mps + 1e-9 for mps in speeds(rig))
    assert all(0 <= ratio <= 0.12 + 1e-9 for ratio in inclines(rig))
    rig.belt.ask(STOP)
    rig.wait(30)
    assert speeds(rig)[-1] == 0.0
