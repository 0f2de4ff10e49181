"""A treadmill by Bluetooth: `Asking` decides, bleak carries it.

It never reconnects, retakes control or starts anything by itself.  Stop has a lane of its own: it
is written at once, behind no lock, as a command that needs no acknowledgement where a write is
pending and as an acknowledged one besides; telemetry alone proves rest.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError, BleakGATTProtocolErrorCode

from retrowalk.errors import BadPacket, LinkLost, Uncertain
from retrowalk.live.events import Request, StopBelt, StopReason
from retrowalk.treadmill.asking import Asking, Phase
from retrowalk.treadmill.ftms import (
    CONTROL_POINT,
    FEATURE,
    INCLINE_RANGE,
    MACHINE_STATUS,
    REQUEST_CONTROL,
    SERVICE,
    SPEED_RANGE,
    STOP,
    TREADMILL_DATA,
    Answer,
    Happened,
    Op,
    Result,
    parse_answer,
    parse_features,
    parse_incline_range,
    parse_speed_range,
    parse_status,
    says_treadmill,
)
from retrowalk.treadmill.ftms_records import Records
from retrowalk.treadmill.heart import SERVICE as HEART_RATE
from retrowalk.treadmill.port import Capability, Report, SpeedHeard, TroubleHeard
from retrowalk.treadmill.simulated import HOME_TREADMILL

TICK_S = 0.1
ANSWER_S = 3.0  # the slowest console known answers after 1.5 s
CONNECT_S = 15.0
BEGIN_S = 40.0  # a person may have to say yes to pairing
CONTROL_TRIES, CONTROL_AGAIN_S = 3, 0.5
NO_INCLINE = (0.0, 0.005)
CLOSE_S = 12.0  # the fastest belt is at rest by then, if it heard
UNSURE = (BleakError, OSError, TimeoutError)
UNPAIRED = (
    BleakGATTProtocolErrorCode.INSUFFICIENT_AUTHENTICATION,
    BleakGATTProtocolErrorCode.INSUFFICIENT_ENCRYPTION,
)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A device in the air.  `likely` is False where only the walker can know: a manual pick."""

    name: str
    address: str
    likely: bool
    device: BLEDevice
    strap: bool = False  # a heart-rate strap, and no treadmill


async def find(seconds: float, backend: type[BaseBleakScanner] | None = None) -> Sequence[Found]:
    """Everything that may be a treadmill, the likely ones first; other machines left out.

    Heart-rate straps come last, told apart: one listening finds both.
    """
    through = {} if backend is None else {"backend": backend}
    heard = await BleakScanner.discover(seconds, return_adv=True, **through)  # type: ignore[call-overload]
    found = [_found(device, said) for device, said in heard.values()]
    return sorted(filter(None, found), key=lambda one: (one.strap, not one.likely, one.name))


def _found(device: BLEDevice, said: AdvertisementData) -> Found | None:
    told = said.service_data.get(SERVICE)
    treadmill = says_treadmill(told) if told is not None else None
    if treadmill is False:
        return None  # a bicycle, or another machine that says what it is
    likely = bool(treadmill) or told is not None or SERVICE in said.service_uuids
    strap = HEART_RATE in said.service_uuids and not likely
    name = said.local_name or device.name or device.address
    return Found(name, device.address, likely, device, strap)


@dataclass(slots=True)
class BluetoothBelt:
    """One machine, connected.  Made by `connect`."""

    client: BleakClient
    loop: asyncio.AbstractEventLoop
    asking: Asking
    linked: bool = True
    _heard: list[Callable[[Report], None]] = field(default_factory=list)
    _records: Records = field(default_factory=Records)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writing: int = 0  # acknowledged writes not yet acknowledged
    _stopping: int = 0  # of them, stops
    _answer: asyncio.Future[Answer] | None = None
    _timer: asyncio.TimerHandle | None = None

    # --- the port --------------------------------------------------------------------

    @property
    def capability(self) -> Capability:
        return self.asking.can

    @property
    def drives(self) -> bool:
        """Whether it can be asked at all; a machine that only reports cannot."""
        return self.asking.drives

    def listen(self, heard: Callable[[Report], None]) -> None:
        self._heard.append(heard)

    def ask(self, request: Request) -> None:
        self.asking.ask(request, self.loop.time())
        self._pump()

    async def close(self) -> None:
        """Ask a last stop and leave when the belt is seen at rest.

        Raises Uncertain where it could not be seen: the walker must be told of the safety key.
        """
        self._heard.clear()
        self.ask(StopBelt(StopReason.SHUTDOWN))
        until_s = self.loop.time() + CLOSE_S
        while self.linked and self._unsettled() and self.loop.time() < until_s:
            await asyncio.sleep(TICK_S)
        sure = not self._unrested()
        await self.leave()
        if not sure:
            raise Uncertain("the treadmill was asked to stop and was not seen at rest; "
                            "pull the safety key.")  # fmt: skip

    def _unsettled(self) -> bool:
        return self._unrested() or self.asking.levelling

    def _unrested(self) -> bool:
        return self.asking.phase is Phase.STOPPING

    async def leave(self) -> None:
        """Let go of the link, whatever became of it."""
        self.linked = False
        if self._timer:
            self._timer.cancel()
        for task in list(self._tasks):
            task.cancel()
        try:
            await self.client.disconnect()
        except UNSURE:
            logger.warning("the link to the treadmill did not close in order")

    # --- writing ---------------------------------------------------------------------

    def tick_on(self) -> None:
        """Look again by and by, until the link is lost."""
        if self.linked:
            self._pump()
            self._timer = self.loop.call_later(TICK_S, self.tick_on)

    def _pump(self) -> None:
        if not self.linked:
            return
        now_s = self.loop.time()
        if self.asking.stop_is_due(now_s):
            self._write_stop()
        elif not self._writing and (command := self.asking.next(now_s)):
            self._acknowledged(command)  # one queued behind another would come after a stop

    def _write_stop(self) -> None:
        if self._writing:
            self._spawn(self._write_unacknowledged(STOP))
        if not self._stopping:
            self._acknowledged(STOP)

    async def _write_unacknowledged(self, command: bytes) -> None:
        try:
            await self.client.write_gatt_char(CONTROL_POINT, command, response=False)
        except UNSURE:
            logger.info("the treadmill takes no unacknowledged write")

    def _acknowledged(self, command: bytes) -> None:
        """Write, counted from now: a stop asked in this very moment must know of it."""
        self._writing += 1
        self._stopping += command == STOP
        self._spawn(self._write(command))

    async def _write(self, command: bytes) -> None:
        try:
            await self.client.write_gatt_char(CONTROL_POINT, command, response=True)
        except UNSURE as error:
            self.asking.failed(command, self.loop.time(), busy=_is_busy(error))
        finally:
            self._writing -= 1
            self._stopping -= command == STOP

    def _spawn(self, what: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- hearing ---------------------------------------------------------------------

    def heard_record(self, _: object, payload: bytearray) -> None:
        try:
            record = self._records.hear(bytes(payload))
        except BadPacket as bad:
            logger.debug("%s", bad)
            return
        if record is None or record.speed_mps is None:
            return
        reason = self.asking.hear(record.speed_mps, self.loop.time())
        self._tell(SpeedHeard(record.speed_mps, record.incline_ratio))
        if reason is not None:
            self.asking.ask(StopBelt(reason), self.loop.time())
            self._tell(TroubleHeard(reason))
        self._pump()

    def heard_answer(self, _: object, payload: bytearray) -> None:
        try:
            answer = parse_answer(bytes(payload))
        except BadPacket as bad:
            logger.debug("%s", bad)
            return
        if self._answer and not self._answer.done() and answer.op in (None, Op.REQUEST_CONTROL):
            self._answer.set_result(answer)
        elif reason := self.asking.answered(answer, self.loop.time()):
            self._tell(TroubleHeard(reason))
        self._pump()

    def heard_status(self, _: object, payload: bytearray) -> None:
        try:
            announced = parse_status(bytes(payload))
        except BadPacket:
            return
        match announced.happened:
            case Happened.STOPPED | Happened.PAUSED | Happened.SAFETY_KEY if not self._unrested():
                self._tell(TroubleHeard(StopReason.CONSOLE))
            case Happened.CONTROL_LOST | Happened.RESET:
                if reason := self.asking.lose_control():
                    self._tell(TroubleHeard(reason))

    def heard_goodbye(self, _: object) -> None:
        if self.linked:
            self.linked = False
            self.asking.lose_control()
            self._tell(TroubleHeard(StopReason.LINK_LOST))

    def _tell(self, report: Report) -> None:
        for heard in list(self._heard):
            heard(report)

    # --- the beginning ---------------------------------------------------------------

    async def begin(self) -> None:
        """Subscribe, learn, and ask for control once."""
        await self.client.start_notify(TREADMILL_DATA, self.heard_record)
        if self._has(MACHINE_STATUS):
            await self.client.start_notify(MACHINE_STATUS, self.heard_status)
        self.asking.drives = await self._learn() and await self._take_control()
        self.tick_on()

    def _has(self, which: str) -> bool:
        return self.client.services.get_characteristic(which) is not None

    async def _learn(self) -> bool:
        if not (self._has(CONTROL_POINT) and self._has(SPEED_RANGE)):
            return False
        await self.client.start_notify(CONTROL_POINT, self.heard_answer)
        try:
            told = parse_speed_range(bytes(await self.client.read_gatt_char(SPEED_RANGE)))
        except BadPacket:
            return False
        most, step = await self._learn_incline()
        self.asking.can = Capability(
            told.least, told.most, told.step, max_incline_ratio=most, incline_step_ratio=step
        )
        return 0 < told.least < told.most

    async def _learn_incline(self) -> tuple[float, float]:
        """How steep it can be set, and in what steps; 0 unless it claims so and can be level."""
        if not (self._has(FEATURE) and self._has(INCLINE_RANGE)):
            return NO_INCLINE
        try:
            claims = parse_features(bytes(await self.client.read_gatt_char(FEATURE)))
            told = parse_incline_range(bytes(await self.client.read_gatt_char(INCLINE_RANGE)))
        except (BadPacket, BleakError):
            return NO_INCLINE
        return (told.most, told.step) if claims.incline and told.least <= 0 else NO_INCLINE

    async def _take_control(self) -> bool:
        """Whether it may be asked; a mute console may, and telemetry judges it."""
        for _ in range(CONTROL_TRIES):
            self._answer = self.loop.create_future()
            try:
                await self._write_paired(REQUEST_CONTROL)
                answer = await asyncio.wait_for(self._answer, ANSWER_S)
            except TimeoutError:
                return True
            except BleakError as error:
                if not _is_busy(error):
                    raise
                await asyncio.sleep(CONTROL_AGAIN_S)
            else:
                return answer.result is Result.SUCCESS
            finally:
                self._answer = None
        return False

    async def _write_paired(self, command: bytes) -> None:
        try:
            await self.client.write_gatt_char(CONTROL_POINT, command, response=True)
        except BleakGATTProtocolError as error:
            if error.code not in UNPAIRED:
                raise
            await self.client.pair()
            await self.client.write_gatt_char(CONTROL_POINT, command, response=True)


def _is_busy(error: BaseException) -> bool:
    return (
        isinstance(error, BleakGATTProtocolError)
        and error.code == BleakGATTProtocolErrorCode.PROCEDURE_ALREADY_IN_PROGRESS
    )


async def connect(
    device: BLEDevice | str,
    *,
    backend: type[BaseBleakClient] | None = None,
    takes_mph: bool = False,
) -> BluetoothBelt:
    """The belt of this machine, its range learnt and its control asked for.

    Raises LinkLost where it cannot be reached.
    """
    goodbye: list[Callable[[object], None]] = []

    def left(client: BleakClient) -> None:
        for tell in goodbye:
            tell(client)

    client = BleakClient(device, left, timeout=CONNECT_S, backend=backend)
    asking = Asking(HOME_TREADMILL, takes_mph=takes_mph, drives=False)
    belt = BluetoothBelt(client, asyncio.get_running_loop(), asking)
    goodbye.append(belt.heard_goodbye)
    try:
        await client.connect()
        async with asyncio.timeout(BEGIN_S):
            await belt.begin()
    except UNSURE as error:
        await belt.leave()
        raise LinkLost(
            "the treadmill was asked for by Bluetooth and the link could not be made; "
            "switch it on, close other apps that use it, and try again."
        ) from error
    if not belt.linked:
        raise LinkLost("the treadmill left while it was being asked what it can do; try again.")
    return belt
