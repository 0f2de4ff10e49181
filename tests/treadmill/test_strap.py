"""The strap on a virtual air, through unmodified bleak: one test per way it misbehaves."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import wraps

import pytest
from bleak import BleakClient
from tests.treadmill.airs import CENTRAL, virtually

from retrowalk.errors import BadInput
from retrowalk.live.events import StartBelt
from retrowalk.treadmill import strap as straps
from retrowalk.treadmill.bluetooth import connect, find
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.heart import Beat
from retrowalk.treadmill.port import SpeedHeard
from retrowalk.treadmill.strap import AGAIN_S, CONNECT_S, SILENT_S, follow, strap_named
from retrowalk.treadmill.virtual import VirtualTreadmill
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, LocalLink, OnAir, device_on
from retrowalk.treadmill.virtual_strap import STRAP_ADDRESS, StrapOnAir, VirtualStrap


def in_virtual_time(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @wraps(test)
    def run(**given: object) -> None:
        virtually(lambda: test(**given))

    return run


@dataclass
class Worn:
    """A strap on the air and what was heard of it."""

    strap: VirtualStrap
    on_air: StrapOnAir
    link: LocalLink
    central: object
    heard: list[Beat] = field(default_factory=list)

    async def after(self, seconds: float) -> list[Beat]:
        """What is heard from now on."""
        self.heard.clear()
        await asyncio.sleep(seconds)
        return list(self.heard)


@asynccontextmanager
async def worn(**quirks: object) -> AsyncIterator[Worn]:
    link = LocalLink()
    strap = VirtualStrap(held=True, **quirks)  # type: ignore[arg-type]
    on_air = StrapOnAir(strap, device_on(link, STRAP_ADDRESS))
    await on_air.begin()
    central = device_on(link, CENTRAL)
    await central.power_on()
    one = Worn(strap, on_air, link, central)
    following = asyncio.ensure_future(
        follow(STRAP_ADDRESS, one.heard.append, backend=radio(central)[0])
    )
    await asyncio.sleep(2.5)
    try:
        yield one
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        on_air.end()


@pytest.mark.parametrize("quirks", [{}, {"wide": True}, {"intervals": True},
                                    {"tells_touch": False}], ids=str)  # fmt: skip
@in_virtual_time
async def test_it_is_heard_once_a_second(quirks: dict[str, object]) -> None:
    async with worn(heart_bpm=88, **quirks) as one:
        heard = await one.after(10)
    assert len(heard) in {9, 10, 11}
    assert {(beat.heart_bpm, beat.contact) for beat in heard} == {(88, True)}
    assert all(bool(beat.beats_s) is bool(quirks.get("intervals")) for beat in heard)


@in_virtual_time
async def test_a_strap_that_loses_the_skin_says_so() -> None:
    async with worn(heart_bpm=88) as one:
        one.strap.contact = False
        assert not any(beat.contact for beat in (await one.after(5))[1:])
        one.strap.contact, one.strap.heart_bpm = True, 0
        assert not any(beat.contact for beat in (await one.after(5))[1:])


@in_virtual_time
async def test_garbage_is_passed_over_and_the_next_beat_is_heard(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with worn(heart_bpm=88) as one:
        for garbage in (b"\x00", b"\x01\x48", b"\xff\x48"):
            one.strap.said = garbage
            assert len(await one.after(3)) <= 1
        one.strap.said = None
        assert (await one.after(3))[-1] == Beat(88)
    assert not [said for said in caplog.records if said.levelno >= logging.WARNING]


@in_virtual_time
async def test_a_dropped_strap_is_found_again_by_itself() -> None:
    async with worn() as one:
        await one.on_air.drop()
        assert await one.after(AGAIN_S + 5)


@in_virtual_time
async def test_a_link_that_went_silent_is_let_go_and_made_anew() -> None:
    async with worn() as one:
        first = one.on_air.connections[0]
        one.strap.silent = True
        assert not (await one.after(SILENT_S + AGAIN_S + 3))[1:]
        assert first not in one.on_air.connections
        one.strap.silent = False
        assert await one.after(SILENT_S + AGAIN_S + 3)


@in_virtual_time
async def test_leaving_it_leaves_no_link() -> None:
    async with worn() as one:
        assert len(one.on_air.connections) == 1
    await asyncio.sleep(1)
    assert not one.on_air.connections


@in_virtual_time
async def test_something_else_at_that_address_is_tried_and_tried_again() -> None:
    link = LocalLink()
    machine = OnAir(VirtualTreadmill(asyncio.get_running_loop()),
                    device_on(link, TREADMILL_ADDRESS))  # fmt: skip
    await machine.begin()
    central = device_on(link, CENTRAL)
    await central.power_on()
    heard: list[Beat] = []
    following = asyncio.ensure_future(
        follow(TREADMILL_ADDRESS, heard.append, backend=radio(central)[0])
    )
    await asyncio.sleep(4 * (AGAIN_S + 2))
    assert not following.done()
    assert not heard
    following.cancel()


@in_virtual_time
async def test_a_radio_that_is_not_there_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0

    class NoRadio(BleakClient):
        async def connect(self, **_: object) -> None:
            nonlocal tries
            tries += 1
            raise FileNotFoundError("no adapter")

        async def disconnect(self) -> None:
            raise EOFError

    monkeypatch.setattr(straps, "BleakClient", NoRadio)
    link = LocalLink()
    following = asyncio.ensure_future(
        follow("F0:00:00:00:00:01", print, backend=radio(device_on(link, CENTRAL))[0])
    )
    await asyncio.sleep(3.5 * AGAIN_S)
    assert not following.done()
    assert tries == 4
    following.cancel()


@in_virtual_time
async def test_a_strap_nobody_wears_keeps_no_belt_waiting() -> None:
    link = LocalLink()
    machine = VirtualTreadmill(asyncio.get_running_loop())
    await OnAir(machine, device_on(link, TREADMILL_ADDRESS)).begin()
    adapters = [device_on(link, CENTRAL), device_on(link, "F0:F1:F2:F3:F4:02")]
    for adapter in adapters:
        await adapter.power_on()
    following = asyncio.ensure_future(follow(STRAP_ADDRESS, print, backend=radio(adapters[1])[0]))
    await asyncio.sleep(1)
    began_s = asyncio.get_running_loop().time()
    belt = await connect(TREADMILL_ADDRESS, backend=radio(adapters[0])[0])
    speeds: list[object] = []
    belt.listen(speeds.append)
    belt.ask(StartBelt())
    await asyncio.sleep(1.5)
    assert asyncio.get_running_loop().time() - began_s < CONNECT_S / 2
    assert machine.wire[-1][1][0] == 0x07
    assert any(isinstance(said, SpeedHeard) for said in speeds)
    following.cancel()
    await belt.leave()


@in_virtual_time
async def test_a_strap_is_not_offered_as_a_treadmill() -> None:
    async with worn() as one:
        await one.on_air.drop()
        found = await find(3, backend=radio(one.central)[1])  # type: ignore[arg-type]
    assert [(one.name, one.strap, one.likely) for one in found] == [("Virtual strap", True, False)]


@pytest.mark.parametrize("name", ["", "banana", "AA:BB", "AA:BB:CC:DD:EE:GG", "virtual ", "\x07",
                                  "bluetooth:AA:BB:CC:DD:EE:FF"])  # fmt: skip
def test_a_name_of_no_strap_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(BadInput, match="find-treadmill shows"):
        strap_named(name)


@pytest.mark.parametrize("name", ["AA:bb:cc:dd:ee:0f", "11111111-2222-3333-4444-555555555555"])
def test_addresses_of_every_system_name_a_strap(name: str) -> None:
    assert strap_named(name).name == name


@in_virtual_time
async def test_the_virtual_strap_beats_faster_for_a_faster_belt() -> None:
    heard: list[Beat] = []
    speed = [0.0]
    following = asyncio.ensure_future(
        strap_named("virtual").follow(heard.append, lambda: speed[0])  # type: ignore[arg-type]
    )
    await asyncio.sleep(5)
    calm = heard[-1].heart_bpm
    speed[0] = 0.5
    await asyncio.sleep(60)
    assert heard[-1].heart_bpm >= calm + 25
    following.cancel()
