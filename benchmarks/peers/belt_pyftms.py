"""pyftms (Apache-2.0), public calls only."""

import belt_rig  # first: it puts the radio of software under bleak

# isort: split
from pyftms import MachineType, get_client


class Peer:
    def __init__(self, client):
        self.client = client

    async def start(self):
        await self.client.start_resume()

    async def set_speed(self, kmh):
        return await self.client.set_target_speed(kmh)

    set_speed_exactly = set_speed

    async def stop(self):
        return (await self.client.stop()).name

    def shown_kmh(self):
        return self.client.properties.get("speed_instant", 0.0)

    async def leave(self):
        await self.client.disconnect()


async def connect(_, device):
    client = get_client(device, MachineType.TREADMILL)
    await client.connect()
    return Peer(client)


if __name__ == "__main__":
    belt_rig.drive(connect, packages=("pyftms", "bleak", "bumble"))
