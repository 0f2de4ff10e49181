"""A virtual treadmill in the air and the belt connected to it, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from retrowalk.app.virtual import VirtualLoop
from retrowalk.live.events import Request, SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill.bluetooth import BluetoothBelt, connect
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.port import Capability, Report, SpeedHeard, TroubleHeard
from retrowalk.treadmill.simulated import HOME_TREADMILL
from retrowalk.treadmill.virtual import Quirks, VirtualTreadmill
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, LocalLink, OnAir, device_on

STOP = StopBelt(StopReason.WALKER)
CENTRAL, SECOND = "F0:F1:F2:F3:F4:01", "F0:F1:F2:F3:F4:02"


@dataclass
class Air:
    machine: VirtualTreadmill
    on_air: OnAir
    link: LocalLink
    belt: BluetoothBelt
    heard: list[Report] = field(default_factory=list)
    fastest_mps: float = 0.0

    @property
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    @property
    def moving_mps(self) -> float:
        return self.machine.belt.belt_mps

    def written(self, op: int) -> list[bytes]:
        return [said for _, said in self.machine.wire if said[0] == op]

    @property
    def troubles(self) -> list[StopReason]:
        return [said.reason for said in self.heard if isinstance(said, TroubleHeard)]

    @property
    def speeds(self) -> list[float]:
        return [said.belt_mps for said in self.heard if isinstance(said, SpeedHeard)]

    @property
    def inclines(self) -> list[float]:
        told = [said.incline_ratio for said in self.heard if isinstance(said, SpeedHeard)]
        return [ratio for ratio in told if ratio is not None]

    async def ask(self, request: Request, then_s: float = 0.0) -> None:
        self.belt.ask(request)
        await asyncio.sleep(then_s)

    async def walk(self, belt_mps: float = 0.6) -> None:
        await self.ask(StartBelt(), 14)
        await self.ask(SetSpeed(belt_mps), 8)


async def in_the_air(
    quirks: Quirks | None = None,
    can: Capability = HOME_TREADMILL,
    *,
    takes_mph: bool = False,
    settled_s: float = 2.5,
    features: bytes = b"",
    incline_range: bytes = b"",
) -> Air:
    link = LocalLink()
    machine = VirtualTreadmill(asyncio.get_running_loop(), can, quirks or Quirks())
    on_air = OnAir(
        machine, device_on(link, TREADMILL_ADDRESS), features=features, incline_range=incline_range
    )
    await on_air.begin()
    central = device_on(link, CENTRAL)
    await central.power_on()
    belt = await connect(TREADMILL_ADDRESS, backend=radio(central)[0], takes_mph=takes_mph)
    air = Air(machine, on_air, link, belt)
    belt.listen(air.heard.append)
    await asyncio.sleep(settled_s)
    return air


def virtually(way: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await way()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main())
