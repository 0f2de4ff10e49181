"""The guard at its edges: the very speed, the very moment, the driver that never speaks again."""

import json
import math
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.treadmill.test_guard import STOP, Room, nos

from retrowalk.errors import BadPacket
from retrowalk.live.events import SetSpeed, StartBelt, StopBelt
from retrowalk.live.machine import REST_MPS, START_WAIT_S
from retrowalk.treadmill.guard import BEAT_LOST_S, STOP_ONCE_S, TICK_S
from retrowalk.treadmill.guard_words import (
    FASTEST_MPS,
    LINE_BYTES,
    SMALLEST_STEP,
    STEEPEST_RATIO,
    Alive,
    Beat,
    Drive,
    Lines,
    Look,
    Standing,
    State,
    asked,
    said,
    saying,
)
from retrowalk.treadmill.port import Capability, SpeedHeard

READY = Standing("virtual", State.READY, "", Capability(0.5, 2.0, 0.1))


class Stuck:
    """A clock that says what it is told."""

    def __init__(self, now_s: float) -> None:
        self.now_s = now_s

    def time(self) -> float:
        return self.now_s

    def call_later(self, *_: object) -> object:
        return None


def stopping(*, just_started: bool = False) -> tuple[Room, Stuck]:
    """A room where a stop was asked and nothing was heard since, its clock in the test's hand."""
    room = Room()
    room.machine.faults.silent = True
    clock = Stuck(room.clock.time())
    room.guard.clock = clock
    if just_started:
        room.guard.asked(room.rig.wire, StartBelt())
    room.guard.asked(room.rig.wire, STOP)
    return room, clock


def hear(room: Room, *speeds_mps: float) -> None:
    for mps in speeds_mps:
        room.guard._heard(room.machine, SpeedHeard(mps))


def test_a_belt_that_creeps_at_the_speed_of_rest_is_not_at_rest() -> None:
    room, _ = stopping()
    hear(room, REST_MPS, REST_MPS, REST_MPS)
    assert room.guard.state is State.STOPPING
    hear(room, REST_MPS - 1e-9, 0.0)
    assert room.guard.state is State.READY
    assert room.guard.stopping is False


def test_rest_is_believed_from_the_moment_a_motor_can_no_longer_begin() -> None:
    room, clock = stopping(just_started=True)
    begun_s = clock.now_s
    clock.now_s = begun_s + START_WAIT_S - 1e-6
    hear(room, 0.0, 0.0, 0.0)
    assert room.guard.state is State.STOPPING
    clock.now_s = begun_s + START_WAIT_S
    hear(room, 0.0)
    assert room.guard.state is State.READY


def test_a_stop_is_repeated_once_what_was_asked_may_have_been_lost() -> None:
    room, clock = stopping()
    begun_s, before = clock.now_s, room.stops
    clock.now_s = begun_s + STOP_ONCE_S / 2
    room.guard.asked(room.rig.wire, STOP)
    assert room.stops == before
    clock.now_s = begun_s + STOP_ONCE_S + 1e-9
    room.guard.asked(room.rig.wire, STOP)
    assert room.stops == before + 1


def test_a_driver_that_never_speaks_after_it_took_the_wheel_loses_it() -> None:
    room = Room()
    room.guard.leave(room.rig.wire)
    room.wait(5)
    late = room.come_in(Drive(1.0))
    assert room.guard.driver is late
    room.wait(BEAT_LOST_S - 3 * TICK_S)
    assert room.guard.driver is late
    room.wait(5 * TICK_S)
    assert room.guard.driver is None


def test_a_look_while_there_is_a_link_looks_for_nothing() -> None:
    room, looked = Room(), []
    room.guard.look = lambda: looked.append(1)
    watcher = room.come_in(Look(), Beat())
    assert (looked, nos(watcher)) == ([], [])
    room.guard.away("It is gone.")
    room.come_in(Look())
    assert looked == [1]


def test_a_belt_whose_slowest_is_the_cap_itself_is_started() -> None:
    room = Room(cap_mps=0.45, can=Capability(0.45, 3.0, 0.03)).ask(StartBelt(), 1)
    assert StartBelt() in room.machine.asked


def test_a_speed_reached_is_not_asked_again() -> None:
    room = Room().walking(0.6)
    before = len(room.speeds)
    room.wait(5)
    assert len(room.speeds) == before


def test_the_guard_says_it_lives_twice_a_second_and_a_first_stop_is_at_once() -> None:
    room = Room()
    watcher = room.come_in()
    room.wait(10)
    assert sum(isinstance(one, Alive) for one in watcher.told) in range(16, 21)
    watcher.send(b'{"ask": "stop"}\n')
    assert isinstance(room.machine.asked[-1], StopBelt)


# --- its lines ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speeds", "known"),
    [
        ("0.5, 2.0, 0.1", Capability(0.5, 2.0, 0.1)),
        ("0.5, 0.5, 0.1", Capability(0.5, 0.5, 0.1)),
        ("0.0, 2.0, 0.1", None),
        ("2.0, 0.5, 0.1", None),
        ("0.5, 2.0, 0.0", None),
        ("0.5, 2.0", None),
        ("", None),
    ],
)
def test_only_a_range_a_belt_could_have_is_known(speeds: str, known: Capability | None) -> None:
    heard = said(saying(READY).replace(b"0.5, 2.0, 0.1", speeds.encode()))
    assert isinstance(heard, Standing)
    assert heard.can == known


@given(st.lists(st.floats(), max_size=4), st.lists(st.floats() | st.booleans(), max_size=3))
def test_whatever_is_said_to_be_possible_speeds_and_inclines_stay_numbers(
    speeds: list[float], incline: list[float]
) -> None:
    words = json.loads(saying(READY)) | {"can_mps": speeds, "can_incline": incline}
    try:
        heard = said(json.dumps(words).encode())
    except BadPacket:
        return
    assert isinstance(heard, Standing)
    if heard.can is not None:
        for ask in (0.0, 0.02, 1.0, 100.0):
            assert 0 < heard.can.toward_slower(ask) <= FASTEST_MPS
            assert 0 <= heard.can.toward_flatter(ask) <= STEEPEST_RATIO + 1e-9


@pytest.mark.parametrize(
    ("incline", "most", "step"),
    [
        ([0.1, 0.005], 0.1, 0.005),
        ([0.1, 0.1], 0.1, 0.1),
        ([9, 1], STEEPEST_RATIO, 1),
        ([math.inf, 0.5], STEEPEST_RATIO, 0.5),
        ([0.1, SMALLEST_STEP], 0.1, SMALLEST_STEP),
        ([0.1, SMALLEST_STEP / 2], 0.0, 0.005),
        ([math.inf, math.inf], 0.0, 0.005),
        ([0.1, 0.2], 0.0, 0.005),
        ([0.1, -1], 0.0, 0.005),
        ([0.1], 0.0, 0.005),
        ([0.1, "1"], 0.0, 0.005),
        (None, 0.0, 0.005),
    ],
)
def test_only_inclines_a_belt_could_have_are_known(
    incline: list[float] | None, most: float, step: float
) -> None:
    heard = said(json.dumps(json.loads(saying(READY)) | {"can_incline": incline}).encode())
    assert isinstance(heard, Standing)
    assert heard.can == replace(READY.can, max_incline_ratio=most, incline_step_ratio=step)


def refused(sentence: str) -> "pytest.RaisesExc[BadPacket]":
    return pytest.raises(BadPacket, match=f"^{re.escape(sentence)}$")


NONSENSE = (
    "The guard was told {}, which is no line it knows: send one JSON object a line, as "
    "docs/guard.md shows."
)


def test_nonsense_is_shown_and_answered_in_one_sentence() -> None:
    for read in (asked, said):
        with refused(NONSENSE.format("'faster!'")):
            read(b"faster!")
        with refused(NONSENSE.format(repr("x" * 40))):
            read(b"x" * 41)
        with refused(NONSENSE.format("'\N{REPLACEMENT CHARACTER}'")):
            read(b"\xff")
    broken = saying(READY).replace(b"2.0", b'"2"')
    with refused(NONSENSE.format(repr(broken[:40].decode()))):
        said(broken)
    with refused(
        "The guard was told a line of more than 4000 bytes, and none of its own is that long: "
        "send one JSON object a line, as docs/guard.md shows."
    ):
        list(Lines().hear(b"x" * (LINE_BYTES + 1)))


def test_each_refusal_is_a_sentence_that_tells_what_to_do() -> None:
    room = Room(cap_mps=0.3, can=Capability(0.45, 3.0, 0.03)).ask(StartBelt())
    other = room.come_in(Drive(1.0), SetSpeed(0.1))
    assert nos(room.rig.wire) == [
        "The slowest this belt can go is above the cap: it was not started."
    ]
    assert nos(other) == [
        "Another client drives this belt; this one may watch, and stop it.",
        "Only the client that drives may ask this; ask to drive first.",
    ]
