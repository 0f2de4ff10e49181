"""A program that walks a session until somebody kills it.

`python -m tests.scenarios.walker FOLDER`: prints `begun SESSION`, then for each event
added to the log its number and the machine's monotonic time, each line flushed.
"""

import asyncio
import sys
import time
from pathlib import Path

from tests.app.ways import known, new_house, ready, walk

from retrowalk.app import walking
from retrowalk.live.events import Event, Request
from retrowalk.store.log import EventLog

SPEED_UP = 60


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class ToldLog(EventLog):
    """Tells what was added before the disk has it."""

    told = 0

    def add(self, at_s: float, entry: Event | Request) -> None:
        tell(self.told, time.monotonic())
        self.told += 1
        super().add(at_s, entry)


async def main(folder: Path) -> None:
    house = known(new_house(folder, speed_up=SPEED_UP))
    session_id = ready(house, None)
    vars(walking)["EventLog"] = ToldLog
    live = walking.begin(house, session_id)
    tell("begun", session_id)
    await walk(live)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
