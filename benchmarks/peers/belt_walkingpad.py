"""walkingpad-controller (MIT), public calls only."""

import belt_rig  # first: it puts the radio of software under bleak

# isort: split
from walkingpad_controller import WalkingPadController


class Peer:
    def __init__(self, controller):
        self.controller = controller

    async def start(self):
        await self.controller.start()

    async def set_speed(self, kmh):
        return await self.controller.set_speed(kmh)

    set_speed_exactly = set_speed

    async def stop(self):
        return await self.controller.stop()

    def shown_kmh(self):
        return self.controller.status.speed

    async def leave(self):
        await self.controller.disconnect()


async def connect(_, device):
    controller = WalkingPadController(ble_device=device)
    await controller.connect()
    return Peer(controller)


if __name__ == "__main__":
    belt_rig.drive(connect, packages=("walkingpad-controller", "bleak", "bumble"))
