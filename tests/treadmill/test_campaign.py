"""A thousand drawn sessions on drawn machines; and faults put into the driver that they notice.

The other nine thousand are under `make campaign`.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from itertools import count, islice

import pytest
from validation.belt_faults import Trial, draw, tried

from retrowalk.app import driving
from retrowalk.live import machine
from retrowalk.live.cues import Cue, CueKind
from retrowalk.treadmill.asking import Asking
from retrowalk.treadmill.bluetooth import BluetoothBelt
from retrowalk.treadmill.ftms import START, STOP
from retrowalk.treadmill.port import Capability

TRIALS, AT_ONCE, SEED = 1000, 20, 4
MOST_TO_NOTICE = 60


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("first", range(0, TRIALS, AT_ONCE))
def test_whatever_happens_the_belt_stops_is_never_too_fast_and_starts_by_a_hold(first: int) -> None:
    trials = [tried(SEED, number) for number in range(first, first + AT_ONCE)]
    wrong = [(trial.name, trial.wrong) for trial in trials if trial.wrong]
    assert wrong == []
    assert any(trial.starts for trial in trials)


def seen_wrong(bar: str, among: Callable[[Trial], bool] = lambda _: True) -> bool:
    """Whether so many trials (among these) blame this."""
    numbers = (number for number in count() if among(draw(SEED, number)))
    ran = (tried(SEED, number) for number in islice(numbers, MOST_TO_NOTICE))
    return any(known == bar for trial in ran for known, _, _ in trial.wrong)


def slow_to_write(trial: Trial) -> bool:
    return trial.quirks.write_s > 0 and any(fault == "stop" for _, fault in trial.faults)


def test_a_stop_that_waits_in_line_is_noticed(monkeypatch) -> None:
    def in_line(belt: BluetoothBelt) -> None:
        if not belt._writing:
            belt._acknowledged(STOP)

    monkeypatch.setattr(BluetoothBelt, "_write_stop", in_line)
    assert seen_wrong("stops", among=slow_to_write)


def test_a_stop_asked_only_once_is_noticed(monkeypatch) -> None:
    monkeypatch.setattr("retrowalk.treadmill.asking.STOP_AGAIN_S", 60.0)
    monkeypatch.setattr(Asking, "_stop", _stop_once(Asking._stop))
    assert seen_wrong("stops")


def _stop_once(real):
    def stop(asking: Asking, at_s: float) -> None:
        if asking.phase.name != "STOPPING":
            real(asking, at_s)

    return stop


def test_a_hold_cut_short_is_noticed(monkeypatch) -> None:
    monkeypatch.setattr(machine, "HOLD_S", 0.6)
    assert seen_wrong("holds")


def test_a_belt_rounded_up_is_noticed(monkeypatch) -> None:
    slower = Capability.toward_slower
    monkeypatch.setattr(Capability, "toward_slower", lambda can, mps: slower(can, 1.3 * mps))
    assert seen_wrong("speeds")


def test_a_ceiling_on_inclines_left_out_is_noticed(monkeypatch) -> None:
    monkeypatch.setattr(Capability, "toward_flatter", lambda *_: 0.2)
    assert seen_wrong("inclines")


def test_a_start_of_its_own_after_a_pulled_key_is_noticed(monkeypatch) -> None:
    heard = BluetoothBelt.heard_status

    def start_again(belt: BluetoothBelt, who: object, payload: bytearray) -> None:
        heard(belt, who, payload)
        asyncio.get_running_loop().call_later(6.5, lambda: belt._acknowledged(START))

    monkeypatch.setattr(BluetoothBelt, "heard_status", start_again)
    assert seen_wrong("recovery")


def test_a_stop_unseen_and_not_told_is_noticed(monkeypatch) -> None:
    real = driving.cues

    def calm(*known) -> tuple[Cue, ...]:
        return tuple(cue for cue in real(*known) if cue.kind is not CueKind.SAFETY_KEY)

    monkeypatch.setattr(driving, "cues", calm)
    assert seen_wrong("shouts")
