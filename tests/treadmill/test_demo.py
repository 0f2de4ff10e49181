"""The demonstration treadmill: a program of its own whose belt outlives whoever drives it."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

from retrowalk.errors import LinkLost
from retrowalk.live.events import StopBelt, StopReason
from retrowalk.treadmill.demo_air import HERE, DemoAir, DemoRadio
from retrowalk.treadmill.guard_belts import opener


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as free:
        free.bind((HERE, 0))
        return int(free.getsockname()[1])


async def _until(true: Callable[[], bool], within_s: float = 10.0) -> bool:
    loop = asyncio.get_running_loop()
    until_s = loop.time() + within_s
    while not true() and loop.time() < until_s:
        await asyncio.sleep(0.05)
    return true()


def test_its_belt_runs_on_when_a_driver_is_killed_and_the_next_one_stops_it(
    unused_port: int,
) -> None:
    async def way() -> None:
        air = DemoAir(unused_port)
        await air.begin()
        killed = DemoRadio(unused_port)
        await killed.open(asyncio.get_running_loop())
        air.machine.press_start(0.3)
        assert await _until(lambda: air.machine.belt.belt_mps > 0.2)
        assert killed._adapter is not None
        killed._adapter.host.hci_sink.transport.abort()  # as the system does for the dead
        assert await _until(lambda: not air.on_air.connections)
        assert air.machine.belt.belt_mps > 0.2
        belt = await DemoRadio(unused_port).open(asyncio.get_running_loop())
        belt.ask(StopBelt(StopReason.WALKER))
        assert await _until(lambda: air.machine.belt.belt_mps == 0)
        await belt.close()
        air.end()

    asyncio.run(way())


def test_where_nobody_plays_one_it_says_how_to_start_one(unused_port: int) -> None:
    with pytest.raises(LinkLost, match="retrowalk demo-treadmill"):
        asyncio.run(_opened(unused_port))


async def _opened(port: int) -> None:
    await DemoRadio(port).open(asyncio.get_running_loop())


def test_a_guard_knows_it_by_name() -> None:
    assert opener("demo")


def test_its_console_is_typed_at_and_nonsense_is_told_what_there_is() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "retrowalk", "demo-treadmill", "--seconds", "20"],
        input="hop\nstart\nkey\nback\nstop\ndrop\nquit\n", capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    if said.returncode == 2 and "is taken" in said.stderr:
        pytest.skip("another demonstration treadmill is on this machine")
    assert said.returncode == 0, said.stderr
    assert "'hop' was typed: type stop, start" in said.stdout
    assert "belt 0.0 km/h, 0 connected" in said.stdout
