"""What the driver writes, and when: at once, right to the last step, and no later than five seconds
after a machine went silent.

    python -m validation.belt_wire
"""

import asyncio
import random
from collections.abc import Iterable, Iterator

from tests.treadmill.airs import in_the_air

from retrowalk.app.driving import Drive
from retrowalk.app.virtual import run_virtually
from retrowalk.live.events import HoldBeat, StopBelt, StopReason
from retrowalk.live.states import Walking
from retrowalk.live.view import silent
from retrowalk.treadmill.ftms import CONTROL_POINT, REQUEST_CONTROL, Op, set_speed
from retrowalk.treadmill.port import Capability
from retrowalk.treadmill.virtual import Quirks
from retrowalk.units import KMH
from retrowalk.words import Direction, Interval, Limits, SessionPlan
from validation.promise import Promise, at_most

COMMAND = "python -m validation.belt_wire"
STOPS, SILENCES = 20, 40
SPEEDS = 2501  # 0 to 25.00 km/h
PLAN = SessionPlan((Interval(Direction.BACKWARD, 600, 0.4),), Limits(0.45, 0.5))


class Quiet:
    """A log nobody reads."""

    def add(self, at_s: float, entry: object, /) -> None: ...


def promises() -> Iterable[Promise]:
    waits_s = asyncio.run(_stops())
    yield at_most("belt.stop_wire", 1000 * max(waits_s), 10, f"ms, worst of {STOPS}", COMMAND)
    wrong = run_virtually(_speeds())
    yield at_most("belt.speeds", wrong, 0, f"wrong of {SPEEDS}", COMMAND)
    yield from _silences()


async def _stops() -> list[float]:
    """Real seconds from `ask` to the byte at the machine, behind a write that takes 1.5 s."""
    air = await in_the_air(Quirks())
    air.machine.quirks.write_s = 1.5
    waits_s = []
    for _ in range(STOPS):
        air.belt._acknowledged(REQUEST_CONTROL)
        await asyncio.sleep(random.uniform(0.02, 0.2))
        asked_s, known = air.now_s, len(air.machine.wire)
        air.belt.ask(StopBelt(StopReason.WALKER))
        while not (stops := [at for at, said in air.machine.wire[known:] if said[0] == 0x08]):
            await asyncio.sleep(0)
        waits_s.append(stops[0] - asked_s)
        await asyncio.sleep(4)  # written, answered, seen at rest
    return waits_s


async def _speeds() -> int:
    """How many of all speeds go out as another one."""
    air = await in_the_air(can=Capability(0.01 * KMH, 25 * KMH, 0.01 * KMH))
    for steps in range(SPEEDS):
        told = set_speed(steps / 100 * KMH)
        await air.belt.client.write_gatt_char(CONTROL_POINT, told, response=True)
    sent = [int.from_bytes(said[1:], "little") for said in air.written(Op.SET_SPEED.value)]
    return SPEEDS - sum(one == steps for steps, one in enumerate(sent))


def _silences() -> Iterator[Promise]:
    """From the last report of a machine that goes silent, to the warning and to the stop."""
    dice = random.Random(0)
    seen = [run_virtually(_silence(dice.uniform(20, 40))) for _ in range(SILENCES)]
    slowest = f"s, slowest of {SILENCES}"
    yield at_most("belt.silence_warned", max(warned for warned, _ in seen), 3, slowest, COMMAND)
    yield at_most("belt.silence_stopped", max(asked for _, asked in seen), 5, slowest, COMMAND)


async def _silence(from_s: float) -> tuple[float, float]:
    air = await in_the_air(Quirks())
    drive = Drive(PLAN, make_belt=lambda _: air.belt, log=Quiet(), wall=lambda: air.now_s)
    last_s = warned_s = 0.0
    while not (stops := air.written(Op.STOP.value)):
        drive.catch_up()
        if drive.session.waits_for_hand and not warned_s:
            drive.take(HoldBeat(drive.at_s))
        if air.now_s > from_s and isinstance(drive.session.phase, Walking) and not last_s:
            last_s, air.machine.quirks.silent = air.now_s, True
        if last_s and not warned_s and silent(PLAN, drive.session):
            warned_s = air.now_s
        await asyncio.sleep(0.02)
    stopped_s = next(at for at, said in air.machine.wire if said == stops[0])
    heard_s = drive.session.heard_s - drive.at_s + air.now_s  # the session began later
    return warned_s - heard_s, stopped_s - heard_s


if __name__ == "__main__":
    for promise in promises():
        print(promise.line())
