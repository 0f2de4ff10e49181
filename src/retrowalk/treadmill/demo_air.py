"""A virtual treadmill in a program of its own, reached by radio packets over TCP, as by an adapter.

    retrowalk demo-treadmill          the treadmill, its radio, and an adapter for each caller
        ▲ HCI packets on 127.0.0.1
    retrowalk guard, retrowalk serve  unmodified bleak on that adapter

So the belt runs on when the guard or the app is killed, as a real one would.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

from retrowalk.errors import LinkLost, NotFound
from retrowalk.treadmill.bluetooth import BluetoothBelt, connect
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.virtual import VirtualTreadmill
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, OnAir, device_on

try:
    from bumble.controller import Controller
    from bumble.device import Device
    from bumble.hci import Address
    from bumble.host import Host
    from bumble.link import LocalLink
    from bumble.transport.common import StreamPacketSink, StreamPacketSource
    from bumble.transport.tcp_client import open_tcp_client_transport
except ImportError as missing:
    raise NotFound(
        "a demonstration treadmill was asked for and bumble, which puts it on the air, is not "
        "installed; install retrowalk[demo]."
    ) from missing

logger = logging.getLogger(__name__)
HERE = "127.0.0.1"
PORT = 8378
CALLER_ADDRESS = "F0:F1:F2:F3:F4:0A"
READ_BYTES = 4096
LONGEST_GOODBYE = 40  # looks, twenty a second


@dataclass(slots=True)
class DemoAir:
    """The treadmill's side.  `begin` opens the port; each caller is an adapter of its own."""

    port: int = PORT
    link: LocalLink = field(default_factory=LocalLink)
    machine: VirtualTreadmill = field(init=False)
    on_air: OnAir = field(init=False)
    _server: asyncio.Server | None = None

    async def begin(self) -> None:
        """On the air, and reachable.  OSError where the port is taken."""
        self._server = await asyncio.start_server(self._caller, HERE, self.port)
        self.machine = VirtualTreadmill(asyncio.get_running_loop())
        self.on_air = OnAir(self.machine, device_on(self.link, TREADMILL_ADDRESS))
        await self.on_air.begin()

    def end(self) -> None:
        """Let nobody in any more."""
        if self._server is not None:
            self._server.close()

    async def _caller(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        source = StreamPacketSource()
        controller = Controller(
            "caller",
            host_source=source,
            host_sink=StreamPacketSink(writer.transport),
            link=self.link,
            public_address=CALLER_ADDRESS,
        )
        try:
            while said := await reader.read(READ_BYTES):
                source.data_received(said)
        except Exception:
            logger.warning("a caller said what no adapter understands; its radio is gone")
        except asyncio.CancelledError:
            pass  # the program ends
        finally:  # its radio is gone; the belt runs on
            writer.close()
            await self._forget(controller)

    async def _forget(self, controller: Controller) -> None:
        """Links to a radio that is gone are lost; then the air may forget it."""
        self.on_air.drop()
        for _ in range(LONGEST_GOODBYE):
            if not self.on_air.connections:
                break
            await asyncio.sleep(0.05)
        self.link.remove_controller(controller)


@dataclass(slots=True)
class DemoRadio:
    """The caller's side: an adapter at this port, kept while it lives."""

    port: int = PORT
    _adapter: Device | None = None

    async def open(self, _: asyncio.AbstractEventLoop) -> BluetoothBelt:
        """The belt of it, by Bluetooth as of any other.  LinkLost where nobody plays one."""
        if self._adapter is None:
            self._adapter = await self._plug_in()
        return await connect(TREADMILL_ADDRESS, backend=radio(self._adapter)[0])

    async def _plug_in(self) -> Device:
        try:
            wire: Any = await open_tcp_client_transport(f"{HERE}:{self.port}")
        except OSError:
            raise LinkLost(
                f"no demonstration treadmill answers at port {self.port}; "
                "start one first: retrowalk demo-treadmill."
            ) from None
        device = Device(address=Address(CALLER_ADDRESS), host=Host(wire.source, wire.sink))
        await device.power_on()
        return device
