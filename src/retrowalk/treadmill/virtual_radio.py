"""The virtual treadmill on the air: a Bluetooth peripheral of software, by bumble.

For tests and demonstrations only: nothing else of retrowalk needs bumble.
"""

import asyncio
import struct
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from retrowalk.errors import NotFound
from retrowalk.treadmill.ftms import (
    CONTROL_POINT,
    FEATURE,
    INCLINE_RANGE,
    INCLINE_STEP_RATIO,
    MACHINE_STATUS,
    SERVICE,
    SPEED_RANGE,
    SPEED_STEP_MPS,
    TREADMILL_DATA,
)
from retrowalk.treadmill.virtual import UNENCRYPTED, VirtualTreadmill

try:
    from bumble.att import ATT_Error
    from bumble.controller import Controller
    from bumble.core import UUID, AdvertisingData
    from bumble.device import Connection, Device
    from bumble.gatt import Characteristic, CharacteristicValue, Service
    from bumble.hci import Address
    from bumble.host import Host
    from bumble.link import LocalLink
    from bumble.transport.common import AsyncPipeSink
except ImportError as missing:
    raise NotFound(
        "a virtual treadmill was asked for and bumble, which puts it on the air, is not installed;"
        " install retrowalk[demo]."
    ) from missing

TREADMILL_ADDRESS = "F0:F1:F2:F3:F4:F5"
PROPERTIES = Characteristic.Properties
ADVERTISED = b"\x26\x18\x01\x01\x00"  # service data: available, a treadmill
SERVICE_SHORT = b"\x26\x18"


def device_on(link: LocalLink, address: str) -> Device:
    """A radio on this link."""
    controller = Controller(address, link=link, public_address=address)
    return Device(address=Address(address), host=Host(controller, AsyncPipeSink(controller)))


@dataclass(slots=True)
class OnAir:
    """A virtual treadmill and its radio.  `begin` puts it on the air."""

    machine: VirtualTreadmill
    device: Device
    name: str = "Virtual treadmill"
    service_data: bytes | None = ADVERTISED  # consoles get it wrong, or leave it out
    says_service: bool = True
    features: bytes = b""  # to say instead of what it can
    incline_range: bytes = b""
    connections: list[Connection] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _control: Characteristic[bytes] = field(init=False)
    _told: Characteristic[bytes] = field(init=False)
    _record: Characteristic[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self._control = Characteristic(
            CONTROL_POINT,
            PROPERTIES.WRITE | PROPERTIES.INDICATE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._written),
        )
        self._told = Characteristic(MACHINE_STATUS, PROPERTIES.NOTIFY, Characteristic.READABLE)
        self._record = Characteristic(TREADMILL_DATA, PROPERTIES.NOTIFY, Characteristic.READABLE)
        self.machine.indicate = lambda said: self._say(self._control, said, confirmed=True)
        self.machine.notify = lambda said: self._say(self._record, said)
        self.machine.announce = lambda said: self._say(self._told, said)
        self.machine.drop = self.drop

    async def begin(self) -> None:
        self.device.add_service(Service(SERVICE, self._characteristics()))
        self.device.on("connection", self._joined)
        await self.device.power_on()
        await self._advertise()

    async def _advertise(self) -> None:
        await self.device.start_advertising(
            advertising_data=self._advertisement(),
            auto_restart=True,
            advertising_interval_min=100,
            advertising_interval_max=100,
        )

    def _advertisement(self) -> bytes:
        said = [(AdvertisingData.Type.COMPLETE_LOCAL_NAME, self.name.encode())]
        if self.says_service:
            said.append((AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
                         SERVICE_SHORT))  # fmt: skip
        if self.service_data is not None:
            said.append((AdvertisingData.Type.SERVICE_DATA_16_BIT_UUID, self.service_data))
        return bytes(AdvertisingData([(kind, payload) for kind, payload in said]))

    def _characteristics(self) -> list[Characteristic[bytes]]:
        can = self.machine.capability
        steps = [round(mps / SPEED_STEP_MPS) for mps in (can.min_mps, can.max_mps, can.step_mps)]
        drives = not self.machine.quirks.reports_only
        hilly = drives and can.max_incline_ratio > 0
        features = struct.pack("<II", 0x5 | 0x8 * hilly, drives | 2 * hilly)
        told = [_fixed(FEATURE, self.features or features), self._record, self._told]
        if drives:
            told += [_fixed(SPEED_RANGE, struct.pack("<HHH", *steps)), self._control]
        if hilly:
            steps = [round(one / INCLINE_STEP_RATIO)
                     for one in (0.0, can.max_incline_ratio, can.incline_step_ratio)]  # fmt: skip
            said = self.incline_range or struct.pack("<hhH", *steps)
            told.append(_fixed(INCLINE_RANGE, said))
        return told

    # --- links -----------------------------------------------------------------------

    def _joined(self, connection: Connection) -> None:
        self.connections.append(connection)
        connection.on("disconnection", lambda _: self._left(connection))

    def _left(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
            self.machine.left(connection)

    def drop(self) -> None:
        """Lose every link, from this side."""
        for connection in list(self.connections):
            self._spawn(self._disconnect(connection))

    @staticmethod
    async def _disconnect(connection: Connection) -> None:
        await connection.disconnect()

    # --- bytes -----------------------------------------------------------------------

    async def _written(self, connection: Connection, payload: bytes) -> None:
        if self.machine.quirks.wants_pairing and not connection.encryption:
            raise ATT_Error(UNENCRYPTED)
        error = self.machine.written(bytes(payload), connection)
        if self.machine.quirks.write_s > 0:
            await asyncio.sleep(self.machine.quirks.write_s)
        if error:
            raise ATT_Error(error)

    def _say(self, what: Characteristic[bytes], said: bytes, *, confirmed: bool = False) -> None:
        for connection in self.connections:
            self._spawn(self._tell(connection, what, said, confirmed))

    async def _tell(
        self, to: Connection, what: Characteristic[bytes], said: bytes, confirmed: bool
    ) -> None:
        tell = self.device.indicate_subscriber if confirmed else self.device.notify_subscriber
        try:
            await tell(to, what, said)
        except (TimeoutError, asyncio.CancelledError):
            return  # the link dropped meanwhile

    def _spawn(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _fixed(which: str, value: bytes) -> Characteristic[bytes]:
    return Characteristic(UUID(which), PROPERTIES.READ, Characteristic.READABLE, value)
