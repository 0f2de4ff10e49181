"""The guard's door and life, on one loop with the test: what no other process can be made to do."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.contract.guards import Kept

from retrowalk.errors import BadInput, LinkLost, Uncertain
from retrowalk.live.events import StopBelt, StopReason
from retrowalk.treadmill import guard_run
from retrowalk.treadmill.bluetooth import connect
from retrowalk.treadmill.guard import Guard
from retrowalk.treadmill.guard_belts import opener
from retrowalk.treadmill.guard_door import STRANGER, Caller, Door, who_calls
from retrowalk.treadmill.guard_keep import Keep
from retrowalk.treadmill.guard_run import Life, OpenBelt, awake_s, guard_treadmill
from retrowalk.treadmill.guard_words import (
    Alive,
    Beat,
    Bye,
    Drive,
    Granted,
    Lines,
    No,
    Said,
    State,
    asking,
    said,
)
from retrowalk.treadmill.port import Belt
from retrowalk.treadmill.simulated import SimulatedBelt
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")


def with_door(play: Callable[[Door, Path], Awaitable[None]]) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        guard = Guard(loop, "simulated", Kept(), awake_s)
        machine = SimulatedBelt(loop)
        guard.opened(machine)
        door = Door(guard)
        with TemporaryDirectory(prefix="rw") as folder:
            path = Path(folder) / "guard.sock"
            path.touch()  # what a dead guard left
            await door.open(path)
            await play(door, path)
            door.close()
        await machine.close()

    asyncio.run(main())


async def told(reader: asyncio.StreamReader) -> list[Said]:
    """All that is said until the guard hangs up."""
    lines = Lines()
    return [said(line) for line in lines.hear(await asyncio.wait_for(reader.read(), 60))]


def test_a_stranger_is_sent_away_with_one_sentence() -> None:
    async def play(door: Door, path: Path) -> None:
        door.user = lambda: 12345
        door.root = 12346
        reader, writer = await asyncio.open_unix_connection(path)
        assert await told(reader) == [No(STRANGER)]
        writer.write(asking(Drive(1.0)))
        await asyncio.sleep(0.05)
        assert door.guard.driver is None
        assert door.guard.seats == []
        writer.close()

    with_door(play)


def test_where_the_system_does_not_say_who_calls_permissions_are_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        monkeypatch.delattr(socket, "SO_PEERCRED", raising=False)
        assert who_calls(here) is None
        guard: Any = type("NoGuard", (), {"seats": []})()
        assert Door(guard).refusal(here) == ""


def test_a_caller_that_does_not_read_is_cut_off_and_drives_no_more() -> None:
    async def play(door: Door, path: Path) -> None:
        _, writer = await asyncio.open_unix_connection(path)
        writer.write(asking(Drive(1.0)))
        await asyncio.sleep(0.1)
        (caller,) = door.guard.seats
        assert door.guard.driver is caller
        assert isinstance(caller, Caller)
        caller.pause_writing()  # what the loop calls when too much waits to be read
        assert door.guard.driver is None
        assert door.guard.seats == []
        assert door.guard.stopping
        writer.close()

    with_door(play)


def test_goodbye_hangs_up_and_what_follows_it_is_not_read() -> None:
    async def play(door: Door, path: Path) -> None:
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(asking(Bye()) + asking(Drive(1.0)))
        assert len(await told(reader)) == 1
        assert door.guard.driver is None
        writer.close()

    with_door(play)


def test_a_caller_gone_hears_no_more_and_breaks_nothing() -> None:
    async def play(door: Door, path: Path) -> None:
        caller = Caller(door)
        caller.tell(Alive())
        caller.pause_writing()
        caller.connection_lost(None)
        caller.get_buffer(-1)[:7] = b"faster\n"
        caller.buffer_updated(7)
        caller.get_buffer(-1)[:4000] = b"x" * 4000
        for _ in range(3):
            caller.buffer_updated(2000)

        refused = Caller(door)
        refused.tell(Alive())
        refused.get_buffer(-1)[:16] = asking(Beat())
        refused.buffer_updated(16)

    with_door(play)


def test_a_door_never_opened_can_be_closed() -> None:
    Door(None).close()  # type: ignore[arg-type]


# --- a life ----------------------------------------------------------------------------


def live(
    open_belt: OpenBelt, play: Callable[[Life], Awaitable[None]], *, left_open: bool = False
) -> None:
    async def main() -> None:
        with TemporaryDirectory(prefix="rw") as folder:
            keep = Keep(Path(folder), "outside")
            if left_open:
                keep.mark()
            life = Life(keep, open_belt)
            task = asyncio.create_task(life.live())
            try:
                await asyncio.sleep(0.05)
                await play(life)
            finally:
                life.ending.set()
                await task

    asyncio.run(main())


def failing(*errors: Exception) -> tuple[OpenBelt, list[float]]:
    """A way to a belt that fails so, and then succeeds; and when it was tried."""
    tried: list[float] = []
    left = list(errors)

    async def open_belt(loop: asyncio.AbstractEventLoop) -> Belt:
        tried.append(loop.time())
        if left:
            raise left.pop(0)
        return SimulatedBelt(loop)

    return open_belt, tried


def test_a_radio_that_fails_in_its_own_way_is_told_and_the_door_stays_open() -> None:
    open_belt, tried = failing(ZeroDivisionError("a fault of the radio"), LinkLost("It is off."))

    async def play(life: Life) -> None:
        assert life.guard.state is State.AWAY
        assert "no link" in life.guard.sentence
        life.guard.look()
        await asyncio.sleep(0.05)
        assert life.guard.sentence == "It is off."
        life.guard.look()
        await asyncio.sleep(0.05)
        assert life.guard.state is State.READY
        assert len(tried) == 3

    live(open_belt, play)


def test_a_belt_left_open_is_tried_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_run, "AGAIN_S", 0.05)
    open_belt, tried = failing(*[LinkLost("It is off.")] * 5)

    async def play(life: Life) -> None:
        await asyncio.sleep(0.6)
        assert len(tried) == 6
        assert life.guard.state is State.STOPPING
        await asyncio.sleep(2.5)
        assert life.guard.state is State.READY
        assert not life.keep.left_open()

    live(open_belt, play, left_open=True)


def test_a_link_lost_for_long_is_not_made_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_run, "AGAIN_S", 0.05)
    monkeypatch.setattr(guard_run, "LOST_S", 0.5)
    monkeypatch.setattr(guard_run, "REST_S", 0.3)
    belts: list[SimulatedBelt] = []
    tried: list[float] = []

    async def open_belt(loop: asyncio.AbstractEventLoop) -> Belt:
        tried.append(loop.time())
        if belts:
            raise LinkLost("It is off.")
        belts.append(SimulatedBelt(loop))
        return belts[0]

    async def play(life: Life) -> None:
        life.guard.stop(StopReason.SHUTDOWN)
        life.guard.away("The link dropped.")
        await asyncio.sleep(1.2)
        often = len(tried)
        assert often > 3
        await asyncio.sleep(0.5)
        assert len(tried) == often

    with pytest.raises(Uncertain, match="pull the safety key"):
        live(open_belt, play)


def test_a_belt_that_does_not_close_in_order_is_only_noted() -> None:
    class Stubborn(SimulatedBelt):
        async def close(self) -> None:
            await super().close()
            raise Uncertain("It was not seen at rest.")

    async def open_belt(loop: asyncio.AbstractEventLoop) -> Belt:
        return Stubborn(loop)

    async def play(life: Life) -> None:
        assert life.guard.state is State.READY

    live(open_belt, play)


def test_a_fault_of_its_own_ends_the_guard_so_that_another_may_begin() -> None:
    async def open_belt(loop: asyncio.AbstractEventLoop) -> Belt:
        return None  # type: ignore[return-value]

    async def play(life: Life) -> None:
        pass

    with pytest.raises(AttributeError):
        live(open_belt, play)


def test_a_whole_life_under_signals_stops_what_is_driven_before_it_ends() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        machine = SimulatedBelt(loop)

        async def open_belt(_: asyncio.AbstractEventLoop) -> Belt:
            return machine

        with TemporaryDirectory(prefix="rw") as where:
            folder = Path(where) / "guard"
            task = asyncio.create_task(guard_treadmill(folder, "outside", open_belt))
            await asyncio.sleep(0.1)
            reader, writer = await asyncio.open_unix_connection(folder / "guard.sock")
            writer.write(asking(Drive(1.0)))
            assert Granted() in [said(line) async for line in first_lines(reader, 3)]
            assert (folder / "guard.state").exists()
            os.kill(os.getpid(), signal.SIGTERM)
            await task
            assert not (folder / "guard.state").exists()
            assert machine.asked == [StopBelt(StopReason.SHUTDOWN)] * len(machine.asked)
            assert machine.asked
            writer.close()

    asyncio.run(main())


async def first_lines(reader: asyncio.StreamReader, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield await asyncio.wait_for(reader.readline(), 60)


def test_an_apps_own_guard_leaves_when_nobody_is_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard_run, "BEGIN_S", 0.5)
    monkeypatch.setattr(guard_run, "ALONE_S", 0.3)

    async def main() -> None:
        with TemporaryDirectory(prefix="rw") as where:
            folder = Path(where)
            task = asyncio.create_task(
                guard_treadmill(folder, "simulated", opener("simulated"), leave_with_app=True)
            )
            await asyncio.sleep(0.2)
            _, writer = await asyncio.open_unix_connection(folder / "guard.sock")
            await asyncio.sleep(0.8)
            assert not task.done()
            writer.close()
            await asyncio.wait_for(task, 60)

    asyncio.run(main())


def test_a_link_lost_while_it_must_stop_is_made_again_at_once() -> None:
    belts: list[SimulatedBelt] = []

    async def open_belt(loop: asyncio.AbstractEventLoop) -> Belt:
        belts.append(SimulatedBelt(loop))
        return belts[-1]

    async def play(life: Life) -> None:
        life.guard.stop(StopReason.WALKER)
        life.guard.away("The link dropped.")
        await asyncio.sleep(0.3)
        assert len(belts) == 2
        assert belts[1].asked == [StopBelt(StopReason.SHUTDOWN)]
        await asyncio.sleep(2.5)
        assert life.guard.state is State.READY
        life.guard.away("The link dropped.")
        await asyncio.sleep(0.3)
        assert len(belts) == 2  # at rest: only when somebody wants it

    live(open_belt, play)


# --- which belt ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "bluetooth:", "bluetooth", "usb", "bluetooth:\n", "v" * 999,
                                  "bluetooth:" + "A" * 99])  # fmt: skip
def test_a_treadmill_that_is_none_is_told_with_what_there_is(name: str) -> None:
    with pytest.raises(BadInput, match="choose simulated, virtual, demo or bluetooth:ADDRESS"):
        opener(name)


def test_the_simulated_and_the_virtual_one_open_and_a_bluetooth_one_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def connected(address: str, **more: Any) -> Any:
        asked.append(address)
        return await connect(address, **more) if more else None

    monkeypatch.setattr("retrowalk.treadmill.guard_belts.connect", connected)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        belt = await opener("simulated")(loop)
        await belt.close()
        virtual = opener("virtual")
        for _ in range(2):
            belt = await virtual(loop)
            assert belt.capability.max_mps > 1
            await belt.close()
        await opener("bluetooth:AA:BB:CC:DD:EE:FF")(loop)

    asyncio.run(main())
    assert asked == [TREADMILL_ADDRESS, TREADMILL_ADDRESS, "AA:BB:CC:DD:EE:FF"]
