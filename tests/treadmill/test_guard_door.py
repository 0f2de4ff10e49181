"""The guard's door, without a socket: who may come in, what they are told, when they are let go."""

import asyncio
import os
import socket
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.contract.guards import Kept

from retrowalk.app.clock import SessionClock
from retrowalk.errors import BadInput
from retrowalk.live.events import SetSpeed, StopBelt, StopReason
from retrowalk.treadmill import guard_belts, guard_door
from retrowalk.treadmill.guard import Guard
from retrowalk.treadmill.guard_belts import LONGEST_NAME, opener
from retrowalk.treadmill.guard_door import (
    FULL,
    PEER,
    READ_BYTES,
    SEATS,
    STRANGER,
    UNREAD_BYTES,
    Caller,
    Door,
    who_calls,
)
from retrowalk.treadmill.guard_words import (
    Beat,
    Bye,
    Drive,
    Granted,
    Lines,
    No,
    Said,
    asking,
    said,
    saying,
)
from retrowalk.treadmill.simulated import SimulatedBelt

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"socket": "the socket", "peername": "nobody"})
        self.written, self.ended, self.limits = b"", "", {}

    def write(self, line: Any) -> None:
        self.written += line

    def close(self) -> None:
        self.ended += "closed"

    def abort(self) -> None:
        self.ended += "aborted"

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.limits = {"high": high, "low": low}

    @property
    def told(self) -> list[Said]:
        return [said(line) for line in Lines().hear(self.written)]


class Entrance:
    """A door, its guard and a belt, on a clock of the test's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = SessionClock()
        self.machine = SimulatedBelt(self.clock)
        self.guard = Guard(self.clock, "simulated", Kept(), self.clock.time)
        self.guard.opened(self.machine)
        self.door = Door(self.guard)
        self.asked: list[object] = []
        self.caller_is: int | None = os.getuid()
        monkeypatch.setattr(guard_door, "who_calls", self.who)

    def who(self, connection: object) -> int | None:
        self.asked.append(connection)
        return self.caller_is

    def come_in(self) -> tuple[Caller, Wire]:
        caller, wire = Caller(self.door), Wire()
        caller.connection_made(wire)
        return caller, wire


@pytest.fixture
def entrance(monkeypatch: pytest.MonkeyPatch) -> Entrance:
    return Entrance(monkeypatch)


def send(caller: Caller, *lines: bytes) -> None:
    whole = b"".join(lines)
    room = caller.get_buffer(-1)
    room[:] = b"\x00" * len(room)
    room[: len(whole)] = whole
    caller.buffer_updated(len(whole))


# --- who comes in ------------------------------------------------------------------------


def test_who_comes_in_is_seated_told_how_things_stand_and_never_waited_for(
    entrance: Entrance,
) -> None:
    caller, wire = entrance.come_in()
    assert entrance.asked == ["the socket"]
    assert entrance.guard.seats == [caller]
    assert wire.written == saying(entrance.guard.standing())
    assert wire.limits == {"high": UNREAD_BYTES, "low": None}
    assert len(caller.get_buffer(-1)) == READ_BYTES
    assert wire.ended == ""


@pytest.mark.parametrize(
    ("who", "may"), [(1000, True), (0, True), (None, True), (1001, False), (1, False)]
)
def test_only_the_user_root_and_whom_the_system_does_not_name_come_in(
    entrance: Entrance, who: int | None, may: bool
) -> None:
    entrance.door.user = lambda: 1000
    entrance.caller_is = who
    _, wire = entrance.come_in()
    if may:
        assert len(entrance.guard.seats) == 1
    else:
        assert entrance.guard.seats == []
        assert wire.told == [No("The guard answers only the user who started it.")]
        assert wire.told == [No(STRANGER)]
        assert wire.ended == "closed"


def test_there_are_so_many_seats_and_no_more(entrance: Entrance) -> None:
    for _ in range(SEATS):
        entrance.come_in()
    assert len(entrance.guard.seats) == SEATS
    caller, wire = entrance.come_in()
    assert wire.told == [No(FULL)]
    assert wire.ended == "closed"
    assert caller not in entrance.guard.seats
    entrance.guard.leave(entrance.guard.seats[0])
    assert entrance.come_in()[1].ended == ""


def test_the_system_names_who_is_at_the_other_end() -> None:
    here, there = socket.socketpair(socket.AF_UNIX)
    with here, there:
        assert who_calls(here) == os.getuid()


def test_of_what_the_system_names_only_the_user_counts() -> None:
    class Socket:
        def getsockopt(self, *which: int) -> bytes:
            assert which == (socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size)
            return PEER.pack(11, 22, 33)

    assert who_calls(Socket()) == 22  # type: ignore[arg-type]


# --- what is said ------------------------------------------------------------------------


def test_only_what_was_just_received_is_read(entrance: Entrance) -> None:
    caller, wire = entrance.come_in()
    send(caller, asking(Drive(1.0)))
    assert wire.told[-1] == Granted()
    assert entrance.guard.driver is caller
    room = caller.get_buffer(-1)
    room[:200] = asking(StopBelt(StopReason.WALKER)).ljust(200, b"\n")
    room[: len(asking(Beat()))] = asking(Beat())
    caller.buffer_updated(len(asking(Beat())))
    assert StopBelt(StopReason.WALKER) not in entrance.machine.asked
    assert wire.ended == ""


def test_nonsense_is_answered_in_one_sentence_and_stops_what_was_driven(
    entrance: Entrance,
) -> None:
    caller, wire = entrance.come_in()
    send(caller, asking(Drive(1.0)))
    send(caller, b"faster!\n", asking(Drive(1.0)))
    answer = wire.told[-1]
    assert isinstance(answer, No)
    assert answer.sentence.startswith("The guard was told 'faster!', which is no line it knows")
    assert (wire.ended, entrance.guard.seats, entrance.guard.driver) == ("closed", [], None)
    assert entrance.guard.stopping
    before = wire.written
    caller.tell(Granted())
    send(caller, asking(SetSpeed(0.5)))
    assert wire.written == before


def test_goodbye_is_answered_by_nothing(entrance: Entrance) -> None:
    caller, wire = entrance.come_in()
    before = wire.written
    send(caller, asking(Bye()), asking(Drive(1.0)))
    assert (wire.written, wire.ended, entrance.guard.seats) == (before, "closed", [])
    assert entrance.guard.driver is None


@pytest.mark.parametrize("how", ["does not read", "is gone"])
def test_who_does_not_read_or_is_gone_drives_no_more(entrance: Entrance, how: str) -> None:
    caller, wire = entrance.come_in()
    send(caller, asking(Drive(1.0)))
    if how == "does not read":
        caller.pause_writing()
        assert wire.ended == "aborted"
    else:
        caller.connection_lost(None)
        assert wire.ended == ""
    assert (entrance.guard.seats, entrance.guard.driver) == ([], None)
    assert entrance.guard.stopping
    told = wire.written
    entrance.clock.spend(2, lambda: 1.0)
    assert wire.written == told


# --- where it is ---------------------------------------------------------------------------


def test_the_socket_is_its_users_alone_and_the_umask_is_given_back() -> None:
    async def main(folder: Path) -> None:
        loop = asyncio.get_running_loop()
        guard = Guard(loop, "simulated", Kept(), loop.time)
        door, path = Door(guard), folder / "guard.sock"
        before = os.umask(0o022)
        try:
            await door.open(path)
            assert os.umask(0o022) == 0o022
        finally:
            os.umask(before)
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert path.stat().st_mode & 0o777 == 0o600
        _, writer = await asyncio.open_unix_connection(path)
        await asyncio.sleep(0.05)
        assert len(guard.seats) == 1
        writer.close()
        await writer.wait_closed()
        door.close()
        with pytest.raises(OSError, match=r"refused|No such file"):
            await asyncio.open_unix_connection(path)

    with TemporaryDirectory(prefix="rw") as folder:
        asyncio.run(main(Path(folder)))


# --- which belt --------------------------------------------------------------------------


def test_the_demonstration_one_has_a_new_radio_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    class Radio:
        async def open(self, loop: object) -> str:
            opened.append((self, loop))
            return "a belt"

    monkeypatch.setattr("retrowalk.treadmill.demo_air.DemoRadio", Radio)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        open_belt = opener("demo")
        assert await open_belt(loop) == await open_belt(loop) == "a belt"
        (first, one), (second, other) = opened
        assert first is not second
        assert one is other is loop

    asyncio.run(main())


def test_an_address_is_as_long_as_a_systems_names_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []

    async def connected(address: str) -> None:
        found.append(address)

    monkeypatch.setattr(guard_belts, "connect", connected)

    async def main() -> None:
        for length in (1, LONGEST_NAME - 1):
            await opener("bluetooth:" + "A" * length)(asyncio.get_running_loop())

    asyncio.run(main())
    assert found == ["A", "A" * (LONGEST_NAME - 1)]
    named = "bluetooth:" + "A" * LONGEST_NAME
    with pytest.raises(BadInput) as refused:
        opener(named)
    assert str(refused.value) == (
        f"The treadmill {named[:LONGEST_NAME]!r} was given: choose simulated, virtual, demo or "
        "bluetooth:ADDRESS."
    )
