"""Which belt a guard opens: by Bluetooth, virtual on a radio of software, or simulated."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from retrowalk.errors import BadInput
from retrowalk.treadmill.bluetooth import BluetoothBelt, connect
from retrowalk.treadmill.guard_run import OpenBelt
from retrowalk.treadmill.port import Belt
from retrowalk.treadmill.simulated import SimulatedBelt

BLUETOOTH = "bluetooth:"
DEMO = "demo"
NAMES = "simulated, virtual, demo or bluetooth:ADDRESS"
CENTRAL_ADDRESS = "F0:F1:F2:F3:F4:01"
LONGEST_NAME = 80


def opener(treadmill: str) -> OpenBelt:
    """How to open the treadmill of this name.  BadInput if it names none."""
    address = treadmill.removeprefix(BLUETOOTH)
    if treadmill == "simulated":
        return _simulated
    if treadmill == "virtual":
        return VirtualAir().open
    if treadmill == DEMO:
        return _demo
    if (
        treadmill.startswith(BLUETOOTH)
        and address.isprintable()
        and 0 < len(address) < LONGEST_NAME
    ):
        return lambda _: connect(address)
    raise BadInput(f"The treadmill {treadmill[:LONGEST_NAME]!r} was given: choose {NAMES}.")


async def _simulated(loop: asyncio.AbstractEventLoop) -> Belt:
    return SimulatedBelt(loop)


async def _demo(loop: asyncio.AbstractEventLoop) -> Belt:
    """The one that `retrowalk demo-treadmill` plays; a new adapter each time."""
    from retrowalk.treadmill.demo_air import DemoRadio  # noqa: PLC0415 - an extra

    return await DemoRadio().open(loop)


@dataclass(slots=True)
class VirtualAir:
    """A virtual treadmill and our radio, on one virtual air; kept while the guard lives."""

    _parts: list[Any] = field(default_factory=list)

    async def open(self, loop: asyncio.AbstractEventLoop) -> BluetoothBelt:
        """The belt of it, by Bluetooth as of any other.  NotFound where bumble is missing."""
        from bumble.link import LocalLink  # noqa: PLC0415

        from retrowalk.treadmill import bumble_bleak, virtual_radio  # noqa: PLC0415 - an extra
        from retrowalk.treadmill.virtual import VirtualTreadmill  # noqa: PLC0415

        if not self._parts:
            air = LocalLink()  # type: ignore[no-untyped-call]
            device = virtual_radio.device_on(air, virtual_radio.TREADMILL_ADDRESS)
            on_air = virtual_radio.OnAir(VirtualTreadmill(loop), device)
            await on_air.begin()
            central = virtual_radio.device_on(air, CENTRAL_ADDRESS)
            await central.power_on()
            self._parts += [on_air, central]
        client, _ = bumble_bleak.radio(self._parts[1])
        return await connect(virtual_radio.TREADMILL_ADDRESS, backend=client)
