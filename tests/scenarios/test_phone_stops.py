"""A phone's packets come in by its socket, and the belt stops: the whole way, in virtual time."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.app.ways import (
    LIMITS,
    PAGE,
    belt_of,
    hold,
    known,
    new_house,
    ready,
    reasons,
    requests,
    until,
)

from retrowalk.app import walking
from retrowalk.app.house import House
from retrowalk.app.virtual import run_virtually
from retrowalk.app.walking import Live
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.gait.simulate_stumble import with_stumble
from retrowalk.live.events import StopReason
from retrowalk.live.phone import LOST_S
from retrowalk.tables import Sensor
from retrowalk.units import DEGREE
from retrowalk.web.app import create_app
from retrowalk.words import Direction, Interval, Placement, SessionPlan

LONG = SessionPlan((Interval(Direction.FORWARD, 60, 0.4),), LIMITS, "alternating-thirty")
ROWS = 18  # 0.3 s, as the page sends them
WALKED_S = 9.0
HOST = "127.0.0.1:8377"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = known(new_house(tmp_path))
    yield house
    house.close()


class Wire:
    """A phone's end of its socket, into the app as a server calls it."""

    def __init__(self, house: House, session_id: str) -> None:
        self._up: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._down: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {
            "type": "websocket", "path": f"/session/{session_id}/motion", "raw_path": b"",
            "query_string": b"", "root_path": "", "scheme": "ws", "subprotocols": [],
            "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8377), "extensions": {},
            "headers": [(b"host", HOST.encode()), (b"origin", f"http://{HOST}".encode())],
        }  # fmt: skip
        self._number = 0
        self._up.put_nowait({"type": "websocket.connect"})
        app = create_app(house)
        self._served = asyncio.ensure_future(app(scope, self._up.get, self._down.put))

    async def joins(self, *, safety: bool) -> None:
        assert (await self._down.get())["type"] == "websocket.accept"
        hello = {"phone": "a-phone-of-mine", "worn": "right", "safety": safety}
        assert await self.asks(hello) == {"next": 0, "calibrated": False}

    async def asks(self, message: dict[str, Any]) -> dict[str, Any]:
        self._up.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})
        answer: dict[str, Any] = json.loads((await self._down.get())["text"])
        return answer

    async def waits(self, live: Live) -> None:
        """Stands beside the belt until the walk begins."""
        standing = stood_on(walk(1.0), 120.0)
        while live.frame(PAGE).view.phase != "walking":
            await self._feels(standing, self._number * ROWS)

    async def feels(self, sensor: Sensor, live: Live) -> None:
        """All the readings, each packet when its time has come, until the belt is stopping."""
        later_s = self._number * ROWS / 60
        moved = replace(sensor, time_s=sensor.time_s + later_s)
        for begin in range(0, len(sensor), ROWS):
            await self._feels(moved, begin)
            if live.frame(PAGE).view.phase != "walking":
                return

    async def _feels(self, sensor: Sensor, begin: int) -> None:
        rows, number = slice(begin, begin + ROWS), self._number
        packet = {
            "n": number, "i": 16.7, "t": (1000 * sensor.time_s[rows]).tolist(),
            "a": sensor.acc_mps2[rows].tolist(), "r": (sensor.gyr_radps[rows] / DEGREE).tolist(),
        }  # fmt: skip
        await asyncio.sleep(ROWS / 60)
        self._number += 1
        assert await self.asks(packet) == {"had": number}

    async def breaks(self) -> None:
        self._up.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await self._served


def walk(seconds: float) -> Sensor:
    """Nothing but walking, for as long."""
    rng = np.random.default_rng(5)
    made = simulate([Spell(Direction.FORWARD, 60, 0.4, 1.6)], [Placement.RIGHT_THIGH], rng,
                    rate_hz=60.0)  # fmt: skip
    whole, begins_s = made.recording.sensors[0], made.contacts.time_s[0]
    rows = (whole.time_s >= begins_s) & (whole.time_s < begins_s + seconds)
    return Sensor(whole.time_s[rows] - begins_s, whole.acc_mps2[rows], whole.gyr_radps[rows])


def stood_on(sensor: Sensor, seconds: float) -> Sensor:
    """The same, who then stands."""
    noise = np.random.default_rng(6).normal(0, 0.03, (int(60 * seconds), 3))
    time_s = sensor.time_s[-1] + np.arange(1, len(noise) + 1) / 60
    return Sensor(np.append(sensor.time_s, time_s),
                  np.concatenate([sensor.acc_mps2, noise + np.array([0, 0, 9.81])]),
                  np.concatenate([sensor.gyr_radps, noise]))  # fmt: skip


def met(house: House, sensor: Sensor, *, safety: bool, after_s: float = 0.0) -> list[StopReason]:
    """Why the belt stopped while this was felt, or within so long after; it is at rest then."""
    session_id = ready(house, LONG)
    met_with: list[StopReason] = []

    async def main() -> None:
        live = walking.begin(house, session_id)
        wire = Wire(house, session_id)
        await wire.joins(safety=safety)
        await asyncio.gather(hold(live), wire.waits(live))
        await wire.feels(sensor, live)
        if after_s:
            await wire.breaks()
        for _ in range(int(after_s / 0.25)):
            await asyncio.sleep(0.25)
            live.frame(PAGE)
        met_with.extend(reasons(live))
        if met_with:
            assert "StopBelt" in requests(live)
            assert (await until(live, "waiting", within_s=20)).view.belt_mps == 0
            assert belt_of(live).belt_mps == 0
        else:
            assert belt_of(live).running
        await walking.shut_down(house)

    run_virtually(main())
    return met_with


def test_walking_stops_nothing(house: House) -> None:
    assert met(house, walk(20.0), safety=True) == []


def test_a_stumble_stops_the_belt(house: House) -> None:
    walked = with_stumble(walk(WALKED_S + 3.0), WALKED_S, np.random.default_rng(7))
    assert met(house, walked, safety=False) == [StopReason.STUMBLED]


def test_standing_still_on_a_moving_belt_stops_it(house: House) -> None:
    walked = stood_on(walk(WALKED_S), 4.0)
    assert met(house, walked, safety=False) == [StopReason.STANDING]


def test_a_safety_link_silent_for_a_moment_stops_nothing(house: House) -> None:
    assert met(house, walk(WALKED_S), safety=True, after_s=LOST_S - 1.0) == []


def test_a_lost_safety_link_stops_the_belt_when_it_has_been_silent_too_long(house: House) -> None:
    lost = met(house, walk(WALKED_S), safety=True, after_s=LOST_S + 1.0)
    assert lost == [StopReason.PHONE_LOST]


def test_a_lost_phone_that_is_not_the_safety_link_stops_nothing(house: House) -> None:
    assert met(house, walk(WALKED_S), safety=False, after_s=LOST_S + 5.0) == []
