"""What a session promises: fast in virtual time, durable, one belt that only a hand starts.

python -m validation.session [virtual|disk|stop|full|kill …]
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from tests.app.ways import LIMITS, belt_of, hold, known, new_house, ready, reasons, until, walk
from tests.scenarios.crash import Aftermath, kill_at

from retrowalk.app import walking
from retrowalk.app.house import House
from retrowalk.app.planning import NeedsReview, SessionReady
from retrowalk.app.virtual import run_virtually
from retrowalk.app.walking import Live
from retrowalk.live.events import Event, Request, StopBelt, StopReason, Ticked
from retrowalk.store.log import EventLog
from retrowalk.words import Direction, Interval, SessionPlan
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.session"
ROUNDS = 7  # of two minutes backward and two forward: 28 minutes
FULL = SessionPlan(
    tuple(
        Interval(direction, 120, 0.35, repetition=number, repetitions=ROUNDS)
        for number in range(1, ROUNDS + 1)
        for direction in (Direction.BACKWARD, Direction.FORWARD)
    ),
    LIMITS,
    "alternating-thirty",
)
KILLS = 20
KILLED_WITHIN_S = 8.0  # of a session hurried 60 times: from the first hold to the second turn
STOPS = 200
WATCHED_S = 10.0


def promises() -> Iterable[Promise]:
    for measure in MEASURES.values():
        yield from measure()


def virtual() -> Iterator[Promise]:
    """28 minutes walked, logged, watched by a page and settled on disk; the best of five, for
    whatever else the machine does only adds."""
    command = f"{COMMAND} virtual"
    seconds = min(_virtual_s() for _ in range(5))
    yield at_most("session.virtual_28_min", seconds, 2, "s", command)


def disk() -> Iterator[Promise]:
    """From an event to its commit on disk, the slowest of ten seconds at five a second and more."""
    yield at_most("session.event_on_disk", _slowest_save_s(), 1, "s", f"{COMMAND} disk")


def stop() -> Iterator[Promise]:
    """From the page's stop() to the request at the belt, p99 of 200 sessions under way."""
    with _house() as house:
        taken_s = run_virtually(_stops(house))
    p99_s = quantiles(taken_s, n=100)[-1]
    yield at_most("session.stop_reaches_belt_p99", p99_s * 1000, 10, "ms", f"{COMMAND} stop")


def full() -> Iterator[Promise]:
    """The disk fills: from the last free page to the stop asked of the belt."""
    seconds = _stopped_after_full_s()
    yield at_most("session.full_disk_stops_belt", seconds, 2, "s", f"{COMMAND} full")


def kill() -> Iterator[Promise]:
    """kill -9 at twenty random instants, then the house opened again."""
    command, seed = f"{COMMAND} kill", random.Random(20)
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(2) as pool:
        folders = [Path(place) / str(number) for number in range(KILLS)]
        instants = [seed.uniform(0, KILLED_WITHIN_S) for _ in folders]
        found = list(pool.map(kill_at, folders, instants))
    interrupted = sum(map(_well_interrupted, found))
    yield at_least("session.kill9_interrupted", interrupted, KILLS, f"of {KILLS}", command)
    worst_s = max(after.lost_s for after in found)
    yield at_most("session.kill9_worst_loss", worst_s, 1, "s", command)
    belts = sum(after.belts_opened for after in found)
    yield at_most("session.kill9_belts_opened", belts, 0, f"of {KILLS}", command)


MEASURES: dict[str, Callable[[], Iterator[Promise]]] = {
    "virtual": virtual,
    "disk": disk,
    "stop": stop,
    "full": full,
    "kill": kill,
}


class _house:  # noqa: N801
    """A house in a folder of its own, lived in and then taken down."""

    def __init__(self, *, speed_up: float = 1.0) -> None:
        self._speed_up = speed_up

    def __enter__(self) -> House:
        self._folder = tempfile.TemporaryDirectory()
        self._house = known(new_house(Path(self._folder.name), speed_up=self._speed_up))
        return self._house

    def __exit__(self, *_: object) -> None:
        self._house.close()
        self._folder.cleanup()


def _virtual_s() -> float:
    with _house() as house:
        session_id = ready(house, FULL)

        async def main() -> Live:
            live = walking.begin(house, session_id)
            await walk(live)
            return live

        began_s = time.perf_counter()
        live = run_virtually(main())
        seconds = time.perf_counter() - began_s
    if reasons(live) != (StopReason.COMPLETED,) or live.drive.at_s < FULL.duration_s:
        raise AssertionError(f"the session was not walked to its end: {reasons(live)}")
    return seconds


class _TimedLog(EventLog):
    """Remembers when each event was added."""

    added_s: list[float]

    def add(self, at_s: float, entry: Event | Request) -> None:
        self.added_s.append(time.monotonic())
        super().add(at_s, entry)


def _slowest_save_s() -> float:
    with _house() as house:
        ready(house, FULL)
        session_id = ready(house, FULL)
        _TimedLog.added_s = []
        log = _TimedLog(house.store, session_id)
        slowest_s, seen, until_s = 0.0, 0, time.monotonic() + WATCHED_S
        while time.monotonic() < until_s or seen < len(log.added_s):
            if time.monotonic() < until_s:
                log.add(len(log.added_s) / 20, Ticked(len(log.added_s) / 20))
            saved = log.saved
            for added_s in log.added_s[seen:saved]:
                slowest_s = max(slowest_s, time.monotonic() - added_s)
            seen = saved
            time.sleep(0.05)
        log.close()
    return slowest_s


async def _stops(house: House) -> list[float]:
    live = walking.begin(house, ready(house, FULL))
    taken_s = []
    for _ in range(STOPS):
        await hold(live)
        await until(live, "walking")
        began_s = time.perf_counter()
        live.stop()
        taken_s.append(time.perf_counter() - began_s)
        if belt_of(live).asked[-1] != StopBelt(StopReason.WALKER):
            raise AssertionError("a stop came back before it was asked of the belt")
        await until(live, "waiting")
    await walking.shut_down(house)
    return taken_s


def _stopped_after_full_s() -> float:
    pages = 1_000_000

    def limit(connection: DBAPIConnection, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        cursor.close()

    with _house(speed_up=60) as house:
        event.listen(house.store.engine, "checkout", limit)
        session_id = ready(house, FULL)

        async def main() -> float:
            nonlocal pages
            live = walking.begin(house, session_id)
            await hold(live)
            await until(live, "walking")
            pages = 1
            while not live._log.trouble:
                await asyncio.sleep(0.001)
            began_s = time.monotonic()
            while not isinstance(belt_of(live).asked[-1], StopBelt):
                await asyncio.sleep(0.001)
            seconds = time.monotonic() - began_s
            pages = 1_000_000
            await walking.shut_down(house)
            return seconds

        return asyncio.run(main())


def _well_interrupted(after: Aftermath) -> bool:
    """Shown as interrupted with all up to then, no belt opened, no start without the walker."""
    asked = isinstance(after.next_step, NeedsReview | SessionReady)
    return after.status == "interrupted" and after.whole and after.lost_s <= 1 and asked


def main() -> int:
    short = 0
    for name in sys.argv[1:] or MEASURES:
        for promise in MEASURES[name]():
            print(promise.line(), flush=True)
            short += not promise.ok
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())
