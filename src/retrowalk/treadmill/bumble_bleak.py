"""Unmodified bleak on radios of software: a client and a scanner over bumble.

bleak takes them by its documented `backend=` argument.  For tests and demonstrations.
`radio(device)` makes both for one bumble device, the central of a virtual air.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError

from retrowalk.errors import NotFound
from retrowalk.treadmill.ftms import uuid

try:
    from bumble.att import ATT_Error
    from bumble.core import UUID, AdvertisingData, BaseBumbleError
    from bumble.device import Advertisement, Connection, Device, Peer
    from bumble.gatt import Characteristic
except ImportError as missing:
    raise NotFound(
        "radios of software were asked for and bumble is not installed; install retrowalk[demo]."
    ) from missing

Result = TypeVar("Result")
NAMES: dict[Characteristic.Properties, CharacteristicPropertyName] = {
    Characteristic.Properties.READ: "read",
    Characteristic.Properties.WRITE: "write",
    Characteristic.Properties.WRITE_WITHOUT_RESPONSE: "write-without-response",
    Characteristic.Properties.NOTIFY: "notify",
    Characteristic.Properties.INDICATE: "indicate",
}


class BumbleClient(BaseBleakClient):
    """bleak's client on `central`."""

    central: Device

    def __init__(self, address_or_ble_device: BLEDevice | str, **more: Any) -> None:
        super().__init__(address_or_ble_device, **_known(more))
        self._link: Connection | None = None
        self._peer: Peer | None = None
        self._gone = asyncio.Event()

    @property
    def name(self) -> str:
        return self.address

    @property
    def mtu_size(self) -> int:
        return int(self._link.att_mtu) if self._link else 23

    @property
    def is_connected(self) -> bool:
        return self._link is not None

    async def connect(self, pair: bool, **_: Any) -> None:
        try:
            async with asyncio.timeout(self._timeout):  # bumble's own waits for ever for its end
                self._link = await self.central.connect(self.address, timeout=None)
        except (BaseBumbleError, TimeoutError) as error:
            raise BleakError(f"could not connect: {error}") from error
        self._gone.clear()
        self._link.on("disconnection", self._left)
        peer = self._peer = Peer(self._link)
        if pair:
            await self.pair()
        await self._linked(peer.discover_all())  # type: ignore[no-untyped-call]
        self.services = _services(peer)

    async def _linked(self, doing: Coroutine[Any, Any, Result]) -> Result:
        """What it comes to, or BleakError as soon as the link is gone.

        bumble itself then waits on, or cancels whoever asked.
        """
        loop = asyncio.get_running_loop()
        work, gone = loop.create_task(doing), loop.create_task(self._gone.wait())
        try:
            await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() or work.cancelled():
                raise BleakError("disconnected")
            return work.result()
        except ATT_Error as error:
            raise BleakGATTProtocolError(error.error_code) from error
        except BaseBumbleError as error:
            raise BleakError(str(error)) from error
        finally:
            work.cancel()
            gone.cancel()

    def _left(self, _: object) -> None:
        self._link = self._peer = None
        self._gone.set()
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._link is not None:
            await self._link.disconnect()

    async def pair(self, *_: Any, **__: Any) -> None:
        if self._link is not None:
            await self._linked(self._link.pair())

    async def unpair(self) -> None:
        raise NotImplementedError

    def _there(self) -> Peer:
        if self._peer is None:
            raise BleakError("Not connected")
        return self._peer

    async def read_gatt_char(self, characteristic: BleakGATTCharacteristic, **_: Any) -> bytearray:
        return bytearray(await self._linked(self._there().read_value(characteristic.obj)))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        there = self._there()
        await self._linked(there.write_value(characteristic.obj, bytes(data), response))

    async def start_notify(
        self,
        characteristic: BleakGATTCharacteristic,
        callback: Callable[[bytearray], None],
        **_: Any,
    ) -> None:
        there = self._there()
        await self._linked(
            there.subscribe(characteristic.obj, lambda said: callback(bytearray(said)))
        )

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        await self._linked(self._there().unsubscribe(characteristic.obj))

    async def read_gatt_descriptor(self, descriptor: BleakGATTDescriptor, **_: Any) -> bytearray:
        raise NotImplementedError

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        raise NotImplementedError


def _known(more: dict[str, Any]) -> dict[str, Any]:
    return {key: more[key] for key in ("disconnected_callback", "timeout")}


def _services(peer: Peer) -> BleakGATTServiceCollection:
    found = BleakGATTServiceCollection()
    for theirs in peer.services:
        service = BleakGATTService(theirs, theirs.handle, _uuid(theirs.uuid))
        found.add_service(service)
        for one in theirs.characteristics:
            names = [name for bit, name in NAMES.items() if one.properties & bit]
            found.add_characteristic(
                BleakGATTCharacteristic(
                    one, one.handle, _uuid(one.uuid), names, lambda: 20, service
                )
            )
    return found


def _uuid(theirs: UUID) -> str:
    short = theirs.uuid_bytes
    return uuid(int.from_bytes(short, "little")) if len(short) == 2 else _long(short)


def _long(raw: bytes) -> str:
    text = raw[::-1].hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


class BumbleScanner(BaseBleakScanner):
    """bleak's scanner on `central`."""

    central: Device

    def __init__(
        self,
        detection_callback: Any,
        service_uuids: list[str] | None,
        *_: Any,
        **__: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices = {}
        self.central.on("advertisement", self._heard)
        await self.central.start_scanning()

    async def stop(self) -> None:
        await self.central.stop_scanning()
        self.central.remove_listener("advertisement", self._heard)

    def _heard(self, heard: Advertisement) -> None:
        said = _advertised(heard)
        if not self.is_allowed_uuid(said.service_uuids):
            return
        address = str(heard.address).split("/", maxsplit=1)[0]
        device = self.create_or_update_device(address, address, said.local_name, heard, said)
        self.call_detection_callbacks(device, said)


def _advertised(heard: Advertisement) -> AdvertisementData:
    kinds = AdvertisingData.Type
    raw = heard.data.get_all
    services = b"".join(raw(kinds.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, raw=True))
    name = b"".join(raw(kinds.COMPLETE_LOCAL_NAME, raw=True)[:1])
    return AdvertisementData(
        local_name=name.decode(errors="replace") or None,
        manufacturer_data={},
        service_data={
            uuid(int.from_bytes(said[:2], "little")): said[2:]
            for said in raw(kinds.SERVICE_DATA_16_BIT_UUID, raw=True)
        },
        service_uuids=[
            uuid(int.from_bytes(services[at : at + 2], "little"))
            for at in range(0, len(services), 2)
        ],
        tx_power=None,
        rssi=heard.rssi,
        platform_data=(),
    )


def radio(device: Device) -> tuple[type[BaseBleakClient], type[BaseBleakScanner]]:
    """What to pass bleak as `backend=`: for a client, and for a scanner."""
    client = type("OneClient", (BumbleClient,), {"central": device})
    scanner = type("OneScanner", (BumbleScanner,), {"central": device})
    return client, scanner
