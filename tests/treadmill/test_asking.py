"""What is written to a machine, decided without radio or clock: one hazard a test."""

import pytest

from retrowalk.live.events import SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.asking import BUSY_AGAIN_S, REPLY_S, START_GOOD_S, Asking, Phase
from retrowalk.treadmill.ftms import START, Answer, Op, Result, set_speed
from retrowalk.treadmill.simulated import HOME_TREADMILL as HOME
from retrowalk.units import KMH

STOP = StopBelt(StopReason.WALKER)
OK = Answer(Op.START, Result.SUCCESS)


def at_rest(at_s: float = 0.0) -> Asking:
    """A machine whose belt was heard at rest twice, the last time at `at_s`."""
    asking = Asking(HOME)
    asking.hear(0.0, at_s - 1)
    asking.hear(0.0, at_s)
    return asking


def moving(at_s: float = 20.0) -> Asking:
    """Started, probed at its slowest, and free to go faster."""
    asking = at_rest()
    asking.ask(StartBelt(), 0.1)
    assert asking.next(0.1) == START
    asking.answered(OK, 0.2)
    for second in range(3, 5):
        asking.hear(HOME.min_mps, float(second))
    assert asking.next(5.0) == set_speed(HOME.min_mps)
    asking.answered(Answer(Op.SET_SPEED, Result.SUCCESS), 5.1)
    for second in range(6, int(at_s) + 1):
        asking.hear(HOME.min_mps, float(second))
    assert asking.probed
    return asking


def test_a_start_goes_out_once_to_a_belt_at_rest() -> None:
    asking = at_rest()
    asking.ask(StartBelt(), 0.1)
    assert asking.next(0.1) == START
    asking.answered(OK, 0.2)
    assert asking.next(0.3) is None
    assert asking.next(10.0) is None


def test_a_stop_calls_off_a_start_not_yet_sent() -> None:
    asking = Asking(HOME)
    asking.ask(StartBelt(), 0.0)
    asking.ask(STOP, 0.1)
    asking.hear(0.0, 0.5)
    asking.hear(0.0, 1.5)
    assert asking.phase is Phase.AT_REST
    assert asking.next(1.6) is None


def test_a_stop_calls_off_a_speed_not_yet_sent() -> None:
    asking = moving()
    asking.ask(SetSpeed(0.6), 20.1)
    asking.ask(STOP, 20.2)
    for second in range(21, 30):
        asking.hear(0.0, float(second))
    asking.ask(StartBelt(), 29.5)
    assert asking.next(29.5) == START
    asking.answered(OK, 29.6)
    for second in range(33, 40):
        asking.hear(HOME.min_mps, float(second))
    assert asking.next(40.0) is None


def test_a_start_while_stopping_is_forgotten() -> None:
    asking = at_rest()
    asking.ask(STOP, 0.1)
    asking.ask(StartBelt(), 0.2)
    asking.hear(0.0, 1.0)
    asking.hear(0.0, 2.0)
    assert asking.phase is Phase.AT_REST
    assert asking.next(2.1) is None


def test_a_start_asked_of_a_machine_that_only_reports_is_not_kept() -> None:
    asking = at_rest()
    asking.drives = False
    asking.ask(StartBelt(), 0.1)
    asking.drives = True
    assert asking.next(0.2) is None


def test_one_report_of_rest_starts_nothing() -> None:
    asking = Asking(HOME)
    asking.hear(0.0, 0.0)
    asking.ask(StartBelt(), 0.1)
    assert asking.next(0.1) is None
    asking.hear(0.0, 1.0)
    assert asking.next(1.0) == START


def test_a_start_that_waited_too_long_is_forgotten() -> None:
    asking = Asking(HOME)
    asking.ask(StartBelt(), 0.0)
    asking.hear(0.0, START_GOOD_S)
    asking.hear(0.0, START_GOOD_S + 1)
    assert asking.next(START_GOOD_S + 1) is None
    assert asking.next(START_GOOD_S + 1.1) is None


def test_rest_heard_before_a_stop_does_not_prove_it() -> None:
    asking = at_rest()
    asking.ask(STOP, 0.1)
    asking.hear(0.0, 1.0)
    assert asking.phase is Phase.STOPPING
    asking.hear(0.0, 2.0)
    assert asking.phase is Phase.AT_REST


def test_one_target_at_a_time_until_it_is_answered() -> None:
    asking = moving()
    asking.ask(SetSpeed(1.0 * KMH), 20.1)
    assert asking.next(20.1) == set_speed(1.0 * KMH)
    asking.ask(SetSpeed(1.2 * KMH), 20.2)
    assert asking.next(20.3) is None
    asking.answered(Answer(Op.SET_SPEED, Result.SUCCESS), 20.4)
    assert asking.next(20.5) == set_speed(1.2 * KMH)


def test_an_answer_that_never_comes_is_not_waited_for_for_ever() -> None:
    asking = moving()
    asking.ask(SetSpeed(1.0 * KMH), 20.1)
    assert asking.next(20.1) is not None
    asking.ask(SetSpeed(1.2 * KMH), 20.2)
    assert asking.next(20.1 + REPLY_S) is None
    assert asking.next(20.2 + REPLY_S) == set_speed(1.2 * KMH)


def test_a_busy_machine_is_left_alone_for_a_moment() -> None:
    asking = moving()
    asking.ask(SetSpeed(1.0 * KMH), 20.1)
    sent = asking.next(20.1)
    assert sent is not None
    asking.failed(sent, 20.2, busy=True)
    assert asking.next(20.2 + BUSY_AGAIN_S / 2) is None
    assert asking.next(20.2 + BUSY_AGAIN_S) == sent


def test_a_start_that_failed_is_never_sent_again() -> None:
    asking = at_rest()
    asking.ask(StartBelt(), 0.1)
    assert asking.next(0.1) == START
    asking.failed(START, 0.2, busy=True)
    assert all(asking.next(0.2 + tenth / 10) is None for tenth in range(100))


def test_control_refused_is_told_once_and_ends_all_but_stops() -> None:
    asking = moving()
    refused = Answer(Op.SET_SPEED, Result.NOT_PERMITTED)
    assert asking.answered(refused, 21.0) is StopReason.CONTROL_LOST
    assert asking.answered(refused, 21.1) is None
    asking.ask(SetSpeed(0.6), 21.2)
    assert asking.next(21.3) is None
    asking.ask(STOP, 21.4)
    assert asking.stop_is_due(21.4)


@pytest.mark.parametrize("ratio", [1.609, 1.2])
def test_a_belt_faster_than_its_slowest_on_probation_is_stopped(ratio: float) -> None:
    asking = at_rest()
    asking.ask(StartBelt(), 0.1)
    asking.next(0.1)
    asking.answered(OK, 0.2)
    asking.hear(HOME.min_mps, 3.0)
    asking.hear(HOME.min_mps, 4.0)
    asking.next(5.0)
    heard = [asking.hear(HOME.min_mps * ratio, float(second)) for second in range(6, 12)]
    assert StopReason.OVERSPEED in heard
    assert not asking.probed
