"""An incline rises under a steady belt only, never declines, and is level after a stop."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.treadmill.test_asking import STOP, moving

from retrowalk.live.events import SetIncline, SetSpeed, StartBelt
from retrowalk.treadmill.asking import BUSY_AGAIN_S, Asking, Phase
from retrowalk.treadmill.ftms import START, Answer, Op, Result, set_incline, set_speed
from retrowalk.treadmill.simulated import HILLY_TREADMILL as HILLY
from retrowalk.treadmill.simulated import HOME_TREADMILL as HOME

LEVEL = set_incline(0.0)
TAKEN = Answer(Op.SET_INCLINE, Result.SUCCESS)


def hilly() -> Asking:
    asking = moving()
    asking.can = HILLY
    return asking


def raised(ratio: float = 0.03) -> Asking:
    asking = hilly()
    asking.ask(SetIncline(ratio), 20.1)
    assert asking.next(20.1) == set_incline(ratio)
    asking.answered(TAKEN, 20.2)
    return asking


def rest(asking: Asking, *seconds: float) -> None:
    for second in seconds:
        asking.hear(0.0, second)


def test_an_incline_is_sent_once_rounded_toward_flatter() -> None:
    asking = hilly()
    asking.ask(SetIncline(0.0349), 20.1)
    assert asking.next(20.1) == set_incline(0.03)
    assert asking.next(20.2) is None  # one under way
    asking.answered(TAKEN, 20.3)
    assert asking.next(20.4) is None


def test_a_machine_that_cannot_is_never_asked() -> None:
    asking = moving()
    asking.ask(SetIncline(0.03), 20.1)
    assert asking.next(20.1) is None
    assert asking.can == HOME


def test_speed_comes_before_incline_and_must_have_settled() -> None:
    asking = hilly()
    asking.ask(SetSpeed(0.5), 20.1)
    asking.ask(SetIncline(0.03), 20.1)
    assert asking.next(20.1) == set_speed(HOME.toward_slower(0.5))
    asking.answered(Answer(Op.SET_SPEED, Result.SUCCESS), 20.2)
    asking.hear(0.3, 21.0)
    assert asking.next(21.0) is None  # not steady
    asking.hear(0.3, 22.0)
    assert asking.next(22.0) == set_incline(0.03)


@pytest.mark.parametrize("phase", [Phase.AT_REST, Phase.SPINNING_UP, Phase.STOPPING])
def test_nothing_rises_before_it_moves(phase: Phase) -> None:
    asking = hilly()
    asking.phase = phase
    asking.ask(SetIncline(0.03), 20.1)
    assert asking.next(20.1) is None


def test_after_a_stop_seen_at_rest_the_belt_is_made_level_before_any_start() -> None:
    asking = raised()
    asking.ask(STOP, 21.0)
    assert asking.stop_is_due(21.0)
    assert not asking.levelling
    assert asking.next(21.1) is None  # only the stop while it moves
    rest(asking, 24.0, 25.0)
    assert asking.levelling
    asking.ask(StartBelt(), 25.0)
    assert asking.next(25.1) == LEVEL
    asking.answered(TAKEN, 25.2)
    assert not asking.levelling
    assert asking.next(25.3) == START


def test_a_level_command_that_met_a_busy_machine_goes_again() -> None:
    asking = raised()
    asking.ask(STOP, 21.0)
    rest(asking, 24.0, 25.0)
    assert asking.next(25.1) == LEVEL
    asking.failed(LEVEL, 25.2, busy=True)
    assert asking.next(25.3) is None
    assert asking.next(25.2 + BUSY_AGAIN_S) == LEVEL
    asking.failed(LEVEL, 26.0, busy=False)
    assert asking.next(27.0) is None  # one that fails otherwise is not sent on and on
    asking.ask(STOP, 28.0)
    rest(asking, 29.0, 30.0)
    assert not asking.levelling


def test_where_nothing_was_raised_nothing_is_levelled() -> None:
    asking = hilly()
    asking.ask(STOP, 21.0)
    rest(asking, 24.0, 25.0)
    assert not asking.levelling
    assert asking.next(25.1) is None


def test_lost_control_asks_for_no_incline() -> None:
    asking = hilly()
    asking.ask(SetIncline(0.03), 20.1)
    asking.lose_control()
    assert asking.next(20.1) is None
    asking.ask(SetIncline(0.03), 20.2)
    assert asking.next(20.2) is None
    assert not replace(asking).levelling


@given(st.lists(st.tuples(st.floats(-1, 2), st.floats(0, 2)), max_size=20))
def test_no_command_declines_or_exceeds_what_the_machine_can(
    way: list[tuple[float, float]],
) -> None:
    asking, at_s = hilly(), 20.0
    for ratio, wait_s in way:
        at_s += wait_s
        asking.ask(SetIncline(ratio), at_s)
        asking.hear(HOME.min_mps, at_s)
        command = asking.next(at_s)
        if command and command[0] == Op.SET_INCLINE.value:
            steps = int.from_bytes(command[1:3], "little", signed=True)
            assert 0 <= steps <= max(0, 1000 * ratio) + 1e-6
            assert steps <= 120
            asking.answered(TAKEN, at_s)
