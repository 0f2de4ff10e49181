"""retrowalk's own belt, asked as a session asks it."""

import asyncio

import belt_rig

# isort: split
from retrowalk.live.events import SetSpeed, StartBelt, StopBelt, StopReason
from retrowalk.treadmill import bluetooth
from retrowalk.treadmill.asking import Phase
from retrowalk.treadmill.ftms import CONTROL_POINT, set_speed
from retrowalk.treadmill.port import SpeedHeard
from retrowalk.units import KMH

LEAST_KMH = 0.01  # it does not drive a machine whose slowest speed is said to be 0


class Peer:
    def __init__(self, rig, belt):
        self.rig, self.belt, self.heard_mps = rig, belt, 0.0
        belt.listen(self.hear)

    def hear(self, report):
        if isinstance(report, SpeedHeard):
            self.heard_mps = report.belt_mps

    async def start(self):
        """Until its slowest speed was tried and believed: only then it sends another."""
        self.belt.ask(StartBelt())
        await self.rig.until(lambda: self.belt.asking.phase is Phase.MOVING)
        self.belt.ask(SetSpeed(belt_rig.WALK_KMH * KMH))
        await self.rig.until(lambda: self.belt.asking.probed)

    async def set_speed(self, kmh):
        self.belt.ask(SetSpeed(kmh * KMH))

    async def set_speed_exactly(self, kmh):
        """Until it is on the wire and answered.  0.00 is no speed of a belt: its bytes alone."""
        if kmh < LEAST_KMH:
            await self.belt.client.write_gatt_char(CONTROL_POINT, set_speed(kmh * KMH))
            return
        asking, before = self.belt.asking, len(self.rig.machine.wire)
        asking.phase, asking.probed = Phase.MOVING, True  # as after a start
        self.belt.ask(SetSpeed(kmh * KMH))
        end_s = self.rig.loop.time() + 2
        while self.rig.loop.time() < end_s and (
            asking._pending or self.belt._writing or len(self.rig.machine.wire) == before
        ):
            await asyncio.sleep(0)

    async def stop(self):
        self.belt.ask(StopBelt(StopReason.WALKER))
        return "asked"

    def shown_kmh(self):
        return self.heard_mps / KMH

    async def leave(self):
        await self.belt.leave()


async def connect(rig, device):
    return Peer(rig, await bluetooth.connect(device, backend=rig.client_type))


if __name__ == "__main__":
    belt_rig.drive(connect, packages=("bleak", "bumble"), least_kmh=LEAST_KMH)
