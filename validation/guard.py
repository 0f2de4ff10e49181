"""What the guard promises: an app killed in the middle of a walk leaves a belt that stops.

    python -m validation.guard [kill9|hang|stop] [--count 200]

Real processes: an app that walks and a guard, sixteen such pairs at once, and a treadmill here,
outside of both, that keeps the time of whatever it is asked.
"""

import argparse
import asyncio
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from tests.treadmill.outside import Outside, ended, environment, outside, run_guard

from retrowalk.errors import RetrowalkError
from retrowalk.live.events import StopBelt, StopReason
from retrowalk.treadmill.guarded import GuardedBelt, drive
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.guard"
KILLS, HANGS, STOPS = 20, 10, 200
AT_ONCE = 16  # pairs of processes; more only wait for the machine
LATEST_S = 3.0
STOP_S = 0.01
GIVEN_UP_S = 10.0
APP = """
import asyncio, sys
from pathlib import Path
from retrowalk.live.events import SetSpeed, StartBelt
from retrowalk.treadmill.guarded import drive

async def main():
    belt = drive(Path(sys.argv[1]), asyncio.get_running_loop(), 0.9)
    await asyncio.sleep(2.2)
    belt.ask(StartBelt())
    print("walking", flush=True)
    speed_mps = 0.1
    while True:
        await asyncio.sleep(0.2)
        speed_mps = min(speed_mps + 0.02, 0.36)
        belt.ask(SetSpeed(speed_mps))

asyncio.run(main())
"""


def promises() -> Iterable[Promise]:
    """What takes a minute; the kills are in the campaign."""
    yield from hang(None)
    yield from stop(None)


def search(*, seed: int, count: int = 200) -> Iterator[Promise]:
    """Apps killed, and apps that hang, at moments drawn from `seed`."""
    yield from kill9(count, seed)
    yield from hang(count, seed)


def kill9(count: int | None, seed: int = 0) -> Iterator[Promise]:
    """`kill -9` at any moment from Start on: how long until the treadmill is asked to stop."""
    waits_s = asyncio.run(many(count or KILLS, signal.SIGKILL, seed))
    asked = sum(wait_s <= LATEST_S for wait_s in waits_s) / len(waits_s)
    command = f"{COMMAND} kill9 --count {len(waits_s)}"
    yield at_least("belt.guard_kill9", asked, 1.0, "ratio", command)
    yield at_most("belt.guard_kill9_slowest", max(waits_s), LATEST_S, "s", command)


def hang(count: int | None, seed: int = 0) -> Iterator[Promise]:
    """An app that hangs: its socket stays open, only the heartbeat is missing."""
    waits_s = asyncio.run(many(count or HANGS, signal.SIGSTOP, seed))
    command = f"{COMMAND} hang --count {len(waits_s)}"
    yield at_most("belt.guard_hang_slowest", max(waits_s), LATEST_S, "s", command)


def stop(count: int | None) -> Iterator[Promise]:
    """From the app's `ask` to the bytes at the treadmill, through the guard's process."""
    waits_s = asyncio.run(_stops(count or STOPS))
    command = f"{COMMAND} stop --count {len(waits_s)}"
    yield at_most("belt.guard_stop", quantiles(waits_s, n=100)[98], STOP_S, "s (p99)", command)


MEASURES: dict[str, Callable[..., Iterator[Promise]]] = {
    "kill9": kill9, "hang": hang, "stop": stop,
}  # fmt: skip


async def many(count: int, how: signal.Signals, seed: int = 0) -> list[float]:
    """Seconds until the treadmill was asked to stop, of so many apps sent this signal."""
    chance = random.Random(seed)
    moments_s = [chance.uniform(0.0, 6.0) for _ in range(count)]
    seats = asyncio.Semaphore(AT_ONCE)

    async def one(moment_s: float) -> float:
        async with seats:
            return await _ended(how, moment_s)

    return await asyncio.gather(*(one(moment_s) for moment_s in moments_s))


async def _ended(how: signal.Signals, moment_s: float) -> float:
    """Seconds from the signal to the stop; infinite if none came."""
    with TemporaryDirectory(prefix="rw") as where:
        folder, treadmill = Path(where) / "guard", await outside(Path(where) / "belt.sock")
        guard = run_guard(folder, treadmill.path)
        with ended(guard):
            await _ready(folder)
            app = subprocess.Popen([sys.executable, "-c", APP, str(folder)], env=environment(),
                                   stdout=subprocess.PIPE)  # fmt: skip
            with ended(app):
                assert app.stdout is not None
                await asyncio.to_thread(app.stdout.readline)
                await asyncio.sleep(moment_s)
                sent_s = time.monotonic()
                app.send_signal(how)
                wait_s = await _first_stop(treadmill, sent_s)
        await treadmill.end()
    return wait_s


async def _first_stop(treadmill: Outside, since_s: float) -> float:
    while time.monotonic() - since_s < GIVEN_UP_S:
        if stops := treadmill.stops(since_s):
            return stops[0] - since_s
        await asyncio.sleep(0.01)
    return float("inf")


async def _ready(folder: Path) -> None:
    until_s = time.monotonic() + 60
    while time.monotonic() < until_s:
        try:
            belt = drive(folder, asyncio.get_running_loop(), 0.9)
        except RetrowalkError:
            await asyncio.sleep(0.1)
        else:
            await belt.close()
            await asyncio.sleep(3.0)  # seen at rest: the next may drive
            return
    raise SystemExit("a guard did not begin within a minute")


async def _stops(count: int) -> list[float]:
    with TemporaryDirectory(prefix="rw") as where:
        folder, treadmill = Path(where) / "guard", await outside(Path(where) / "belt.sock")
        guard = run_guard(folder, treadmill.path)
        with ended(guard):
            await _ready(folder)
            belt = drive(folder, asyncio.get_running_loop(), 0.9)
            waits_s = [await _one_stop(belt, treadmill) for _ in range(count)]
            await belt.close()
        await treadmill.end()
    return waits_s


async def _one_stop(belt: GuardedBelt, treadmill: Outside) -> float:
    asked_s = time.monotonic()
    belt.ask(StopBelt(StopReason.WALKER))
    wait_s = await _first_stop(treadmill, asked_s)
    await asyncio.sleep(random.uniform(0.11, 0.2))  # out of step with its ticks
    return wait_s


def main() -> None:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("which", nargs="*", metavar="WHICH", help=", ".join(MEASURES))
    parser.add_argument("--count", type=int, default=None)
    given = parser.parse_args()
    for name in given.which or MEASURES:
        for promise in MEASURES[name](given.count):
            print(promise.line(), flush=True)


if __name__ == "__main__":
    main()
