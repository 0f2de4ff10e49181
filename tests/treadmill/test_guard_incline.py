"""The guard and inclines: passed on under a belt under way, under its own ceiling, never down."""

import pytest
from tests.treadmill.test_guard import STOP, Room

from retrowalk.errors import BadPacket
from retrowalk.live.events import SetIncline, StartBelt
from retrowalk.treadmill.guard_words import No, Standing, State, asked, asking, said, saying
from retrowalk.treadmill.port import Capability, SpeedHeard
from retrowalk.treadmill.simulated import HILLY_TREADMILL
from retrowalk.words import INCLINE_CEILING_RATIO

STANDING = (
    b'{"say": "standing", "treadmill": "x", "state": "ready", "sentence": "", '
    b'"can_mps": [0.5, 2.0, 0.1], "can_incline": %s}'
)


def inclines(room: Room) -> list[float]:
    return [one.incline_ratio for one in room.machine.asked if isinstance(one, SetIncline)]


def test_the_guard_has_a_ceiling_of_its_own_for_inclines() -> None:
    room = Room(can=HILLY_TREADMILL).walking().ask(SetIncline(0.5)).ask(SetIncline(0.04))
    assert inclines(room) == [INCLINE_CEILING_RATIO, 0.04]


def test_nothing_is_inclined_before_a_start_or_after_a_stop() -> None:
    room = Room(can=HILLY_TREADMILL).ask(SetIncline(0.04), 1)
    room.walking().ask(STOP).ask(SetIncline(0.04), 20).ask(SetIncline(0.04), 1)
    assert inclines(room) == []


def test_only_the_driver_inclines() -> None:
    room = Room(can=HILLY_TREADMILL).walking()
    other = room.come_in(SetIncline(0.04))
    assert any(isinstance(one, No) for one in other.told)
    assert inclines(room) == []


def test_a_decline_is_passed_on_by_nobody() -> None:
    room = Room(can=HILLY_TREADMILL).ask(StartBelt(), 8)
    assert room.guard.driver is not None
    room.guard.asked(room.guard.driver, SetIncline(-0.02))
    assert inclines(room) == []


@pytest.mark.parametrize("one", [SetIncline(0.0), SetIncline(0.035)])
def test_an_incline_is_asked_as_it_was_meant(one: SetIncline) -> None:
    assert asked(asking(one)) == one


@pytest.mark.parametrize("steep", [None, 0.0, -0.03, 0.12])
def test_a_reported_incline_arrives_as_it_was(steep: float | None) -> None:
    assert said(saying(SpeedHeard(0.3, steep))) == SpeedHeard(0.3, steep)


@pytest.mark.parametrize(
    "line",
    [
        b'{"ask": "incline", "ratio": -0.01}',
        b'{"ask": "incline", "ratio": NaN}',
        b'{"ask": "incline", "ratio": 1.1}',
        b'{"ask": "incline", "ratio": true}',
        b'{"ask": "incline"}',
    ],
)
def test_a_decline_or_no_number_is_no_incline(line: bytes) -> None:
    with pytest.raises(BadPacket):
        asked(line)


@pytest.mark.parametrize("steep", [b"NaN", b"2", b"-1.5", b"true"])
def test_a_reported_incline_that_is_none_is_no_line(steep: bytes) -> None:
    with pytest.raises(BadPacket):
        said(b'{"say": "speed", "mps": 0.3, "incline": %s}' % steep)


@pytest.mark.parametrize(
    ("told", "most"),
    [(b"[0.12, 0.005]", 0.12), (b"[7, 0.01]", 1.0), (b"[]", 0.0), (b"[0.12, 0]", 0.0),
     (b"[0.12, NaN]", 0.0), (b"[0.12, Infinity]", 0.0), (b"[-1, 0.1]", 0.0), (b"3", 0.0)],
)  # fmt: skip
def test_what_a_belt_can_climb_arrives_only_where_it_makes_sense(told: bytes, most: float) -> None:
    found = said(STANDING % told)
    assert isinstance(found, Standing)
    assert found.can is not None
    assert found.can.max_incline_ratio == most


def test_a_capability_with_incline_arrives_as_it_was() -> None:
    can = Capability(0.5, 2.0, 0.1, max_incline_ratio=0.15, incline_step_ratio=0.01)
    sent = Standing("virtual", State.READY, "", can)
    assert said(saying(sent)) == sent
