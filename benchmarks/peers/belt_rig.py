"""What every belt driver shares: the same virtual treadmill, the same scenes, the same clock.

A driver (`belt_pyftms.py` …) runs in its library's own environment with our `src` on its path, for
the treadmill and the radio of software alone.  It calls `drive` with how its library connects.
Real time, so that milliseconds are milliseconds.  The last line printed is the answer, as JSON.
"""

import asyncio
import importlib.metadata
import json
import logging
import platform
from statistics import median

import bleak

from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.port import Capability
from retrowalk.treadmill.simulated import HOME_TREADMILL
from retrowalk.treadmill.virtual import VirtualTreadmill
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, LocalLink, OnAir, device_on
from retrowalk.units import KMH

CENTRAL = "F0:F1:F2:F3:F4:01"
SPEED, STOP = 0x02, 0x08
HUNDREDTHS = 2500  # 0.00 to 25.00 km/h
IDLE_STOPS = 3
SLOW_S = 1.5
REST_WITHIN_S, KEY_S, PATIENCE_S = 10.0, 5.0, 30.0
WALK_KMH = 2.0


class Rig:
    """A machine on an air of its own, and the peer's way to it."""

    def __init__(self, can):
        self.loop = asyncio.get_running_loop()
        self.machine = VirtualTreadmill(self.loop, can)
        self.client_type = None

    async def begin(self):
        link = LocalLink()
        await OnAir(self.machine, device_on(link, TREADMILL_ADDRESS)).begin()
        central = device_on(link, CENTRAL)
        await central.power_on()
        self.client_type, scanner_type = radio(central)
        bleak.get_platform_client_backend_type = lambda: (self.client_type, "bumble")
        bleak.get_platform_scanner_backend_type = lambda: (scanner_type, "bumble")
        return await bleak.BleakScanner.find_device_by_address(TREADMILL_ADDRESS, timeout=10)

    def written(self, op, since=0):
        return [(at_s, said) for at_s, said in self.machine.wire[since:] if said[0] == op]

    async def until(self, true, within_s=PATIENCE_S):
        end_s = self.loop.time() + within_s
        while not true() and self.loop.time() < end_s:
            await asyncio.sleep(0.02)
        return bool(true())


async def walking(connect):
    """A rig whose belt runs at 2 km/h because the peer asked for it."""
    rig = Rig(HOME_TREADMILL)
    peer = await connect(rig, await rig.begin())
    await asyncio.sleep(2.5)  # two reports
    await walk(rig, peer)
    return rig, peer


async def walk(rig, peer):
    await peer.start()
    await peer.set_speed(WALK_KMH)
    if not await rig.until(lambda: abs(peer.shown_kmh() - WALK_KMH) < 0.02):
        raise RuntimeError(f"the belt did not come to {WALK_KMH} km/h; it shows {peer.shown_kmh()}")


async def speeds(connect, least_kmh):
    """How many of 2501 speeds are not on the wire as asked.  From the top down: 0.00 is last."""
    rig = Rig(Capability(least_kmh * KMH, HUNDREDTHS / 100 * KMH, 0.01 * KMH))
    rig.machine.quirks.answer_s = 0.0
    peer = await connect(rig, await rig.begin())
    rig.machine.press_start(WALK_KMH * KMH)
    await rig.until(lambda: peer.shown_kmh() > 1.0)
    wrong, unsent = [], 0
    for hundredths in range(HUNDREDTHS, -1, -1):
        before = len(rig.machine.wire)
        await peer.set_speed_exactly(hundredths / 100)
        sent = rig.written(SPEED, before)
        unsent += not sent
        if not sent or int.from_bytes(sent[-1][1][1:3], "little") != hundredths:
            wrong.append(hundredths)
    await peer.leave()
    return {"of": HUNDREDTHS + 1, "wrong": len(wrong), "unsent": unsent,
            "some_wrong_kmh": [each / 100 for each in wrong[:5]]}  # fmt: skip


async def stop(rig, peer):
    """From the call of stop to the byte, to the call's end and to rest."""
    before, called_s = len(rig.machine.wire), rig.loop.time()
    try:
        ended = str(await peer.stop())
    except Exception as error:
        ended = type(error).__name__
    returned_s = rig.loop.time() - called_s
    await rig.until(lambda: rig.written(STOP, before), REST_WITHIN_S)
    rested = await rig.until(lambda: rig.machine.belt.belt_mps == 0, REST_WITHIN_S)
    bytes_s = [at_s - called_s for at_s, _ in rig.written(STOP, before)]
    return {"byte_ms": bytes_s[0] * 1000 if bytes_s else None, "ended": ended,
            "returned_ms": returned_s * 1000, "every_byte_ms": [s * 1000 for s in bytes_s],
            "rest_s": rig.loop.time() - called_s if rested else None}  # fmt: skip


async def idle_stops(connect):
    rig, peer = await walking(connect)
    found = [await stop(rig, peer)]
    while len(found) < IDLE_STOPS:
        await asyncio.sleep(5)
        await walk(rig, peer)
        await asyncio.sleep(0.3)
        found.append(await stop(rig, peer))
    await peer.leave()
    usual = median(each["byte_ms"] for each in found)
    return {**found[0], "byte_ms": usual, "of_ms": [each["byte_ms"] for each in found]}


async def slow_stop(connect, writes, quirk="write_s"):
    """Stop 0.05 s after so many speeds were asked of a machine that takes 1.5 s over each.

    `write_s`: it acknowledges the write late; `answer_s`: it answers an acknowledged write late.
    """
    rig, peer = await walking(connect)
    await asyncio.sleep(0.3)
    setattr(rig.machine.quirks, quirk, SLOW_S)
    asked = [asyncio.ensure_future(peer.set_speed(WALK_KMH + 0.1 * (n + 1))) for n in range(writes)]
    await asyncio.sleep(0.05)
    found = await stop(rig, peer)
    await asyncio.gather(*asked, return_exceptions=True)
    await asyncio.sleep(3 * SLOW_S)
    setattr(rig.machine.quirks, quirk, 0.0)
    await peer.leave()
    return found


async def key(connect):
    """What is shown 5 s after the key was pulled on a machine that then zeroes its record."""
    rig, peer = await walking(connect)
    rig.machine.quirks.zeroes_after_key = True
    rig.machine.pull_key()
    await asyncio.sleep(KEY_S)
    found = {"shown_kmh": peer.shown_kmh(), "belt_kmh": rig.machine.belt.belt_mps / KMH}
    await peer.leave()
    return found


async def scenes(connect, least_kmh):
    plays = {
        "speeds": lambda: speeds(connect, least_kmh),
        "idle": lambda: idle_stops(connect),
        "slow": lambda: slow_stop(connect, 1),
        "slow_two": lambda: slow_stop(connect, 2),
        "slow_answer": lambda: slow_stop(connect, 1, "answer_s"),
        "key": lambda: key(connect),
    }
    found = {}
    for name, play in plays.items():
        try:
            async with asyncio.timeout(180):
                found[name] = await play()
        except Exception as error:
            found[name] = {"failed": f"{type(error).__name__}: {error}".strip()[:200]}
    return found


def drive(connect, *, packages, least_kmh=0.0):
    """Play every scene, and print what was seen."""
    logging.disable(logging.CRITICAL)
    found = asyncio.run(scenes(connect, least_kmh))
    found["versions"] = {name: importlib.metadata.version(name) for name in packages}
    found["versions"]["python"] = platform.python_version()
    print(json.dumps(found), flush=True)
