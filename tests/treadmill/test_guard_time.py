"""A guard's life in virtual time: when it tries again, how long it waits, when it leaves."""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest
from tests.contract.guards import Kept, Wire
from tests.treadmill import airs

from retrowalk.errors import LinkLost, Uncertain
from retrowalk.live.events import StopBelt, StopReason
from retrowalk.treadmill import guard_run
from retrowalk.treadmill.guard import NO_LINK, Guard
from retrowalk.treadmill.guard_run import (
    AGAIN_S,
    ALONE_S,
    BEGIN_S,
    LOOK_S,
    LOST_S,
    REST_S,
    Life,
    awake_s,
    guard_treadmill,
)
from retrowalk.treadmill.guard_words import Drive, State, asking
from retrowalk.treadmill.port import Belt
from retrowalk.treadmill.simulated import Faults, SimulatedBelt

SHUTDOWN = StopBelt(StopReason.SHUTDOWN)
A_MOMENT_S = 3 * LOOK_S


class Folder(Kept):
    """A guard's folder without a disk."""

    treadmill, socket, tidied = "outside", Path("guard.sock"), False

    def left_open(self) -> str:
        return self.treadmill if self.marked else ""

    def tidy(self) -> None:
        self.tidied = True


class Doorway:
    """A door without a socket."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.opened, self.closed = guard, Path(), False
        DOORS.append(self)

    async def open(self, path: Path) -> None:
        self.opened = path

    def close(self) -> None:
        self.closed = True


DOORS: list[Doorway] = []


@pytest.fixture(autouse=True)
def _without_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    DOORS.clear()
    monkeypatch.setattr(guard_run, "Door", Doorway)
    monkeypatch.setattr(guard_run, "awake_s", lambda: asyncio.get_running_loop().time())


class Machine:
    """A treadmill that is there, or not; every try to reach it and every belt of it is kept."""

    def __init__(self, *, there: bool = True, faults: Faults | None = None) -> None:
        self.there, self.faults = there, faults
        self.tried: list[float] = []
        self.belts: list[SimulatedBelt] = []

    async def open(self, loop: asyncio.AbstractEventLoop) -> Belt:
        assert loop is asyncio.get_running_loop()
        self.tried.append(loop.time())
        if not self.there:
            raise LinkLost("It is off.")
        self.belts.append(SimulatedBelt(loop, faults=self.faults or Faults()))
        return self.belts[-1]

    def tried_since(self, begun_s: float) -> list[float]:
        return [round(at_s - begun_s, 3) for at_s in self.tried if at_s > begun_s]


def virtually(way: Callable[[], Awaitable[None]]) -> None:
    """In virtual time, in which what never ends would run for ever."""

    async def at_most() -> None:
        async with asyncio.timeout(5000):
            await way()

    airs.virtually(at_most)


def now_s() -> float:
    return asyncio.get_running_loop().time()


def lived(
    machine: Machine,
    play: Callable[[Life], Awaitable[None]],
    *,
    marked: bool = False,
    leave_with_app: bool = False,
) -> Folder:
    """A life from its beginning, through `play`, to its end."""
    keep = Folder(marked)

    async def main() -> None:
        life = Life(keep, machine.open, leave_with_app)  # type: ignore[arg-type]
        task = asyncio.create_task(life.live())
        try:
            await asyncio.sleep(A_MOMENT_S)
            await play(life)
        finally:
            life.ending.set()
            await task

    virtually(main)
    assert [(door.opened, door.closed) for door in DOORS] == [(keep.socket, True)]
    assert keep.tidied
    return keep


async def driven(life: Life) -> Wire:
    """A client that drives and never lets its heartbeat end by itself."""
    wire = Wire(life.guard)
    wire.send(asking(Drive(1.0)))
    assert life.guard.driver is wire
    return wire


# --- the link ----------------------------------------------------------------------------


def test_it_opens_the_link_at_once_and_lets_it_go_at_the_end() -> None:
    machine = Machine()

    async def play(life: Life) -> None:
        assert DOORS[0].guard is life.guard
        assert life.guard.treadmill == "outside"
        assert life.guard.state is State.READY
        assert machine.belts[0].asked == []
        await asyncio.sleep(600)
        assert len(machine.tried) == 1

    lived(machine, play)
    assert machine.belts[0].asked == [SHUTDOWN]  # of closing it


def test_a_belt_left_open_is_stopped_before_all_else(caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()

    async def play(life: Life) -> None:
        assert machine.belts[0].asked[0] == SHUTDOWN
        assert life.guard.state is State.STOPPING
        await asyncio.sleep(5)
        assert life.guard.state is State.READY

    assert not lived(machine, play, marked=True).marked
    assert caplog.messages == ["the guard before this one died: outside is stopped first"]


def test_a_belt_left_open_that_is_not_there_is_tried_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    machine = Machine(there=False)

    async def play(life: Life) -> None:
        await asyncio.sleep(3600)
        assert len(machine.tried) == pytest.approx(3600 / AGAIN_S, rel=0.01)
        assert life.guard.sentence == "It is off."
        machine.there = True
        await asyncio.sleep(AGAIN_S + 5)
        assert life.guard.state is State.READY
        machine.there = False
        life.guard.away("The link dropped.")
        before = len(machine.tried)
        await asyncio.sleep(60)
        assert len(machine.tried) == before  # at rest: nothing is urgent any more

    caplog.set_level(logging.WARNING)
    lived(machine, play, marked=True)
    assert caplog.messages[1:3] == ["It is off."] * 2


def test_a_link_lost_while_driven_is_tried_for_a_minute_and_then_when_wanted() -> None:
    machine = Machine()

    async def play(life: Life) -> None:
        await driven(life)
        machine.there = False
        begun_s = now_s()
        life.guard.away("The link dropped.")
        await asyncio.sleep(600)
        tries = machine.tried_since(begun_s)
        assert tries[0] <= LOOK_S
        assert all(
            there - here == pytest.approx(AGAIN_S, abs=0.01) for here, there in pairwise(tries)
        )
        assert LOST_S - AGAIN_S <= tries[-1] <= LOST_S + AGAIN_S + LOOK_S
        life.guard.look()
        await asyncio.sleep(A_MOMENT_S)
        assert len(machine.tried_since(begun_s)) == len(tries) + 1
        await asyncio.sleep(600)
        assert len(machine.tried_since(begun_s)) == len(tries) + 1

    with pytest.raises(Uncertain):
        lived(machine, play)


def test_a_link_lost_at_rest_is_left_until_somebody_wants_it() -> None:
    machine = Machine()

    async def play(life: Life) -> None:
        await asyncio.sleep(3)
        life.guard.away("The link dropped.")
        await asyncio.sleep(600)
        assert len(machine.tried) == 1
        assert machine.belts[0].asked == [SHUTDOWN]  # the old one was let go
        life.guard.look()
        await asyncio.sleep(A_MOMENT_S)
        assert len(machine.belts) == 2
        assert life.guard.state is State.READY
        assert machine.belts[1].asked == []

    lived(machine, play)


def test_a_look_wanted_before_is_not_wanted_twice() -> None:
    machine = Machine(there=False)

    async def play(life: Life) -> None:
        for _ in range(3):
            life.guard.look()
        await asyncio.sleep(60)
        assert len(machine.tried) == 2

    lived(machine, play)


def test_a_fault_of_the_radio_is_noted_and_told_as_no_link(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(Machine):
        async def open(self, loop: asyncio.AbstractEventLoop) -> Belt:
            await super().open(loop)
            raise ZeroDivisionError("of the radio's own")

    async def play(life: Life) -> None:
        assert (life.guard.state, life.guard.sentence) == (State.AWAY, NO_LINK)

    lived(Broken(), play)
    (record,) = caplog.records
    assert record.message == "the radio failed"
    assert record.exc_info is not None


def test_a_belt_that_is_not_let_go_in_order_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    class Stubborn(SimulatedBelt):
        async def close(self) -> None:
            await super().close()
            raise Uncertain("It was not seen at rest.")

    class OfThose(Machine):
        async def open(self, loop: asyncio.AbstractEventLoop) -> Belt:
            return Stubborn(loop)

    async def play(_: Life) -> None:
        pass

    lived(OfThose(), play)
    assert caplog.messages == ["It was not seen at rest."]


# --- its end -----------------------------------------------------------------------------


def test_told_to_end_it_stops_what_is_driven_and_waits_until_it_rests() -> None:
    machine = Machine()
    ended_s: list[float] = []

    async def play(life: Life) -> None:
        await asyncio.sleep(3)
        wire = await driven(life)
        machine.belts[0].press_start(1.0)
        machine.belts[0].belt_mps = 1.0
        life.ending.set()
        begun_s = now_s()
        while not DOORS[0].closed:
            await asyncio.sleep(LOOK_S / 4)
        await asyncio.sleep(LOOK_S)
        assert life.guard.driver is None
        assert wire not in life.guard.seats
        assert machine.belts[0].asked[0] == SHUTDOWN
        while life.guard.stopping:
            await asyncio.sleep(LOOK_S)
        ended_s.append(now_s() - begun_s)

    lived(machine, play)
    assert machine.belts[0].belt_mps == 0.0
    assert 3 < ended_s[0] < REST_S


def test_a_belt_not_seen_at_rest_is_told_with_the_key_after_twelve_seconds() -> None:
    machine = Machine(faults=Faults(stops_ignored=10_000))
    begun_s: list[float] = []
    ended_s: list[float] = []

    async def main() -> None:
        keep = Folder()
        life = Life(keep, machine.open)  # type: ignore[arg-type]
        task = asyncio.create_task(life.live())
        await asyncio.sleep(3)
        await driven(life)
        machine.belts[0].press_start(1.0)
        machine.belts[0].belt_mps = 1.0
        begun_s.append(now_s())
        life.ending.set()
        told = "The treadmill was asked to stop and was not seen at rest: pull the safety key."
        with pytest.raises(Uncertain, match=f"^{re.escape(told)}$"):
            await task
        ended_s.append(now_s())
        assert keep.tidied

    virtually(main)
    assert ended_s[0] - begun_s[0] == pytest.approx(REST_S, abs=3 * LOOK_S)


def test_told_to_end_at_rest_it_ends_at_once() -> None:
    async def main() -> None:
        life = Life(Folder(), Machine().open)  # type: ignore[arg-type]
        task = asyncio.create_task(life.live())
        await asyncio.sleep(5)
        begun_s = now_s()
        life.ending.set()
        await task
        assert now_s() - begun_s <= 2 * LOOK_S

    virtually(main)


def test_a_fault_of_its_own_ends_it_soon() -> None:
    async def no_belt(_: asyncio.AbstractEventLoop) -> Belt:
        return None  # type: ignore[return-value]

    async def main() -> None:
        life = Life(Folder(), no_belt)  # type: ignore[arg-type]
        with pytest.raises(AttributeError):
            await life.live()
        assert now_s() <= 3 * LOOK_S

    virtually(main)


# --- a guard of the app's own --------------------------------------------------------------


def ends_after(
    machine: Machine, play: Callable[[Life], Awaitable[None]], *, leave_with_app: bool = True
) -> float:
    """When it ends by itself, from its beginning."""
    ended_s: list[float] = []

    async def main() -> None:
        life = Life(Folder(), machine.open, leave_with_app)  # type: ignore[arg-type]
        begun_s = now_s()
        task = asyncio.create_task(life.live())
        await play(life)
        await asyncio.wait_for(task, 3600)
        ended_s.append(now_s() - begun_s)

    virtually(main)
    return ended_s[0]


async def nothing(_: Life) -> None:
    pass


def test_an_app_has_half_a_minute_to_come() -> None:
    assert ends_after(Machine(), nothing) == pytest.approx(BEGIN_S, abs=3 * LOOK_S)


def test_a_guard_that_is_nobodys_own_stays() -> None:
    with pytest.raises(TimeoutError):
        ends_after(Machine(), nothing, leave_with_app=False)


def test_a_guard_one_starts_by_hand_is_nobodys_own(tmp_path: Path) -> None:
    machine = Machine()

    async def main() -> None:
        task = asyncio.create_task(guard_treadmill(tmp_path / "guard", "outside", machine.open))
        await asyncio.sleep(10 * BEGIN_S)
        assert not task.done()
        assert DOORS[0].opened == tmp_path / "guard" / "guard.sock"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    virtually(main)


def test_it_stays_with_whoever_sits_and_leaves_five_seconds_after() -> None:
    async def play(life: Life) -> None:
        await asyncio.sleep(2)
        wire = Wire(life.guard)
        await asyncio.sleep(98)
        assert not life.ending.is_set()
        wire.close()

    assert ends_after(Machine(), play) == pytest.approx(100 + ALONE_S, abs=3 * LOOK_S)


def test_it_stays_while_a_belt_is_being_stopped() -> None:
    machine = Machine()

    async def play(life: Life) -> None:
        await asyncio.sleep(2)
        wire = await driven(life)
        machine.belts[0].faults.silent = True
        wire.close()
        await asyncio.sleep(98)
        assert life.guard.stopping
        machine.belts[0].faults.silent = False

    ended_s = ends_after(machine, play)
    assert 100 + ALONE_S <= ended_s <= 104 + ALONE_S


# --- its clock ---------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="no such clock here")
def test_its_clock_counts_while_the_computer_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def gettime(which: int) -> float:
        asked.append(which)
        return 7.0

    monkeypatch.setattr(time, "clock_gettime", gettime)
    assert awake_s() == 7.0
    monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    assert awake_s() == 7.0
    assert asked == [7, time.CLOCK_MONOTONIC]
