"""From a page's Stop to the byte at the treadmill, with twenty sessions walked at once.

    python -m validation.belt_page

One process serves twenty houses, each with a virtual treadmill of its own by Bluetooth; another is
their pages.  Half of the stops come in one burst.
"""

import asyncio
import random
import socket
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles

import httpx
import uvicorn
from tests.app.ways import known, new_house, ready
from tests.treadmill.airs import CENTRAL

from retrowalk.app import walking
from retrowalk.app.setting_up import setup_list
from retrowalk.treadmill.bluetooth import connect
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.port import Treadmill
from retrowalk.treadmill.simulated import HOME_TREADMILL
from retrowalk.treadmill.virtual import VirtualTreadmill
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, LocalLink, OnAir, device_on
from retrowalk.web.app import create_app
from retrowalk.words import Direction, Interval, Limits, Place, SessionPlan
from validation.promise import Promise, at_most

COMMAND = "python -m validation.belt_page"
SESSIONS, ROUNDS = 20, 6
P99_MS = 150.0
PLAN = SessionPlan((Interval(Direction.BACKWARD, 600, 0.35),), Limits(0.4, 0.5))
PAGE = {"page": "the walker's page"}
WAITS = ('"phase":"waiting"', '"phase":"holding"', '"phase":"countdown"', '"phase":"starting"')


def promises() -> Iterable[Promise]:
    waits_s = asyncio.run(_measured())
    p99_ms = 1000 * quantiles(waits_s, n=100, method="inclusive")[98]
    unit = f"ms (p99 of {len(waits_s)})"
    yield at_most("belt.stop_page_p99", p99_ms, P99_MS, unit, COMMAND)


# --- the server ----------------------------------------------------------------------


@dataclass(slots=True)
class Seat:
    """One house, its treadmill, and where its pages are."""

    machine: VirtualTreadmill
    port: int
    session_id: str


def _serve(told: Connection) -> None:
    asyncio.run(_serving(told))


async def _serving(told: Connection) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seats = [await _seat(Path(folder) / str(number)) for number in range(SESSIONS)]
        told.send([(seat.port, seat.session_id) for seat in seats])
        while (asked := await asyncio.to_thread(told.recv)) is not None:
            stops = [at for at, said in seats[asked].machine.wire if said[0] == 0x08]
            told.send(stops)


async def _seat(folder: Path) -> Seat:
    link, loop = LocalLink(), asyncio.get_running_loop()
    machine = VirtualTreadmill(loop)
    await OnAir(machine, device_on(link, TREADMILL_ADDRESS)).begin()
    central = device_on(link, CENTRAL)
    await central.power_on()
    belt = await connect(TREADMILL_ADDRESS, backend=radio(central)[0])
    house = known(new_house(folder, treadmill=Treadmill(HOME_TREADMILL, lambda _: belt)))
    session_id = ready(house, PLAN)
    walking.begin(house, session_id)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(house), log_level="error", lifespan="off")
    task = loop.create_task(uvicorn.Server(config).serve(sockets=[listening]))
    task.add_done_callback(lambda _: sys.exit(1))
    return Seat(machine, listening.getsockname()[1], session_id)


# --- the pages -----------------------------------------------------------------------


async def _measured() -> list[float]:
    """Seconds of every stop, by the clock both processes share."""
    ours, theirs = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    try:
        seats = await asyncio.to_thread(ours.recv)
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(_Page(*seat)) for seat in seats]
            waits_s: list[float] = []
            for number in range(ROUNDS):
                await asyncio.gather(*(page.start() for page in pages))
                spread_s = 0.0 if number % 2 else 2.0
                asked_s = await asyncio.gather(*(page.stop(spread_s) for page in pages))
                await asyncio.sleep(0.5)
                for seat, at_s in enumerate(asked_s):
                    ours.send(seat)
                    stops = await asyncio.to_thread(ours.recv)
                    waits_s.append(min(s for s in stops if s >= at_s) - at_s)
        ours.send(None)
    finally:
        server.terminate()
        server.join(10)
    return waits_s


class _Page:
    """One page open: its stream read, its presses sent."""

    def __init__(self, port: int, session_id: str) -> None:
        self._client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self._path = f"/session/{session_id}"
        self._frame = ""

    async def __aenter__(self) -> "_Page":
        await self._client.post(f"{self._path}/prepare", data={"sound": "heard"} | _LISTED)
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reading.cancel()
        await self._client.aclose()

    async def _read(self) -> None:
        async with self._client.stream("GET", f"{self._path}/frames", params=PAGE) as stream:
            async for line in stream.aiter_lines():
                self._frame = line if line.startswith("data:") else self._frame

    async def start(self) -> None:
        """Hold, and wait until the belt moves."""
        while '"phase":"walking"' not in self._phase():
            await self._client.post(f"{self._path}/hold", data=PAGE)
            await asyncio.sleep(0.25)

    def _phase(self) -> str:
        return self._frame.replace('": "', '":"')

    async def stop(self, spread_s: float) -> float:
        await asyncio.sleep(random.uniform(0, spread_s))
        at_s = time.monotonic()
        await self._client.post(f"{self._path}/stop", headers={"accept": "application/json"})
        return at_s


_LISTED = {name: "yes" for name, _ in setup_list(Place.DRIVEN)}


if __name__ == "__main__":
    for promise in promises():
        print(promise.line())
