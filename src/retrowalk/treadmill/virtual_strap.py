"""A virtual heart-rate strap on the air, by bumble, and the heart under it.

For tests and demonstrations only: nothing else of retrowalk needs bumble.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bleak.backends.client import BaseBleakClient

from retrowalk.errors import NotFound
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.heart import MEASUREMENT, SERVICE, Beat, beat_bytes
from retrowalk.treadmill.virtual_radio import device_on

try:
    from bumble.core import UUID, AdvertisingData
    from bumble.device import Connection, Device
    from bumble.gatt import Characteristic, Service
    from bumble.link import LocalLink
except ImportError as missing:
    raise NotFound(
        "a virtual strap was asked for and bumble, which puts it on the air, is not installed; "
        "install retrowalk[demo]."
    ) from missing

STRAP_ADDRESS, LISTENER_ADDRESS = "F0:F1:F2:F3:F4:E0", "F0:F1:F2:F3:F4:E1"
PERIOD_S = 1.0
REST_BPM, BPM_PER_MPS, LAG_S = 70.0, 70.0, 15.0  # an actor's heart, for a demonstration
SERVICE_SHORT = b"\x0d\x18"


@dataclass(slots=True)
class VirtualStrap:
    """What it sends next.  `said` is sent in place of a beat, where a test wants garbage."""

    effort_mps: Callable[[], float] = lambda: 0.0
    heart_bpm: float = REST_BPM
    held: bool = False  # a hand holds the heart where it is
    contact: bool = True
    wide: bool = False
    tells_touch: bool = True
    intervals: bool = False
    silent: bool = False
    said: bytes | None = None

    def beat(self, spent_s: float = PERIOD_S) -> bytes:
        """Let that time pass, and measure."""
        if not self.held:
            toward = REST_BPM + BPM_PER_MPS * self.effort_mps()
            self.heart_bpm += (toward - self.heart_bpm) * min(spent_s / LAG_S, 1.0)
        if self.said is not None:
            return self.said
        beats_s = (60 / self.heart_bpm,) * 2 if self.intervals and self.heart_bpm > 0 else ()
        beat = Beat(round(self.heart_bpm), contact=self.contact, beats_s=beats_s)
        return beat_bytes(beat, wide=self.wide, tells_touch=self.tells_touch)


@dataclass(slots=True)
class StrapOnAir:
    """A strap and its radio.  `begin` puts it on the air; `end` takes its battery out."""

    strap: VirtualStrap
    device: Device
    name: str = "Virtual strap"
    connections: list[Connection] = field(default_factory=list)
    _sending: asyncio.Task[None] | None = None
    _measured: Characteristic[bytes] = field(init=False)

    def __post_init__(self) -> None:
        kinds = Characteristic.Properties
        self._measured = Characteristic(MEASUREMENT, kinds.NOTIFY, Characteristic.READABLE)

    async def begin(self) -> None:
        self.device.add_service(Service(UUID(SERVICE), [self._measured]))
        self.device.on("connection", self._joined)
        await self.device.power_on()
        said = [
            (AdvertisingData.Type.COMPLETE_LOCAL_NAME, self.name.encode()),
            (AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, SERVICE_SHORT),
        ]
        await self.device.start_advertising(
            advertising_data=bytes(AdvertisingData(said)), auto_restart=True,
            advertising_interval_min=100, advertising_interval_max=100,
        )  # fmt: skip
        self._sending = asyncio.get_running_loop().create_task(self._send())

    def _joined(self, connection: Connection) -> None:
        self.connections.append(connection)
        connection.on("disconnection", lambda _: self.connections.remove(connection))

    async def _send(self) -> None:
        while True:
            await asyncio.sleep(PERIOD_S)
            payload = self.strap.beat()
            for connection in () if self.strap.silent else list(self.connections):
                try:
                    await self.device.notify_subscriber(connection, self._measured, payload)
                except (TimeoutError, asyncio.CancelledError):
                    if connection in self.connections:
                        raise

    async def drop(self) -> None:
        """Lose every link, from this side."""
        for connection in list(self.connections):
            await connection.disconnect()

    def end(self) -> None:
        if self._sending is not None:
            self._sending.cancel()


@asynccontextmanager
async def on_an_air(
    effort_mps: Callable[[], float],
) -> AsyncIterator[tuple[str, type[BaseBleakClient]]]:
    """A strap on an air of its own: its address, and the radio that hears it."""
    link = LocalLink()  # type: ignore[no-untyped-call]
    on_air = StrapOnAir(VirtualStrap(effort_mps), device_on(link, STRAP_ADDRESS))
    await on_air.begin()
    listener = device_on(link, LISTENER_ADDRESS)
    await listener.power_on()
    try:
        yield STRAP_ADDRESS, radio(listener)[0]
    finally:
        on_air.end()
