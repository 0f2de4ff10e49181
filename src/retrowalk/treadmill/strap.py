"""A heart-rate strap by Bluetooth: it is listened to, and nothing else.

A link of its own, in the app and not in the guard: the guard's few duties are the belt's, its link
is made before any strap is looked for, and no command to a belt ever passes here. A strap only
speaks, so unlike a belt it may be connected again by itself, as often as it takes.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from bleak import BleakClient
from bleak.backends.client import BaseBleakClient
from bleak.exc import BleakError

from retrowalk.errors import BadInput, BadPacket
from retrowalk.treadmill.heart import MEASUREMENT, Beat, parse_beat

CONNECT_S = 15.0
AGAIN_S = 3.0  # between two tries: the radio is the belt's, too
SILENT_S = 10.0  # a link that says nothing for so long is let go and made anew
LOOK_S = 1.0
VIRTUAL = "virtual"
NAMES = "virtual, or the ADDRESS that retrowalk find-treadmill shows"
ADDRESS = re.compile(
    r"[0-9A-F]{2}(:[0-9A-F]{2}){5}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", re.I
)
UNSURE = (BleakError, OSError, TimeoutError, EOFError)
logger = logging.getLogger(__name__)

Heard = Callable[[Beat], None]
Effort = Callable[[], float]  # how fast the walker walks: a virtual heart beats faster for it


@dataclass(frozen=True, slots=True)
class Strap:
    """One that can be followed for the length of a session, on the running loop."""

    name: str
    follow: Callable[[Heard, Effort], Awaitable[None]]


def strap_named(name: str) -> Strap:
    """BadInput if it names none; NotFound where bumble is missing for the virtual one."""
    if name == VIRTUAL:
        from retrowalk.treadmill import virtual_strap  # noqa: F401, PLC0415 - an extra, said at once

        return Strap(name, _virtual)
    if ADDRESS.fullmatch(name):
        return Strap(name, lambda heard, _: follow(name, heard))
    raise BadInput(f"The strap {name[:80]!r} was given: choose {NAMES}.")


async def _virtual(heard: Heard, effort_mps: Effort) -> None:
    from retrowalk.treadmill.virtual_strap import on_an_air  # noqa: PLC0415 - an extra

    async with on_an_air(effort_mps) as (address, backend):
        await follow(address, heard, backend=backend)


async def follow(
    address: str, heard: Heard, *, backend: type[BaseBleakClient] | None = None
) -> NoReturn:
    """Pass on every beat, until cancelled.  A strap that cannot be reached is tried again."""
    while True:
        try:
            await _listen(address, heard, backend)
        except UNSURE as error:
            logger.info("the strap: %s", error)
        await asyncio.sleep(AGAIN_S)


async def _listen(address: str, heard: Heard, backend: type[BaseBleakClient] | None) -> None:
    """One link, as long as it lasts and says something."""
    gone, spoke = asyncio.Event(), asyncio.Event()

    def take(_: object, payload: bytearray) -> None:
        spoke.set()
        try:
            beat = parse_beat(bytes(payload))
        except BadPacket as bad:
            logger.debug("%s", bad)
            return
        heard(beat)

    client = BleakClient(address, lambda _: gone.set(), timeout=CONNECT_S, backend=backend)
    try:
        await client.connect()
        await client.start_notify(MEASUREMENT, take)
        silent_s = 0.0
        while silent_s < SILENT_S and not gone.is_set():
            spoke.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(gone.wait(), LOOK_S)
            silent_s = 0.0 if spoke.is_set() else silent_s + LOOK_S
    finally:
        with suppress(*UNSURE):
            await asyncio.wait_for(client.disconnect(), CONNECT_S)
