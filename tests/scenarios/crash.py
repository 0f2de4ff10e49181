"""Kill a walking program at some instant, open its folder again, and see what is left."""

import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from retrowalk.app import planning, reviewing
from retrowalk.app.house import open_house
from retrowalk.app.planning import NextStep
from retrowalk.store.models import EventRow
from retrowalk.treadmill.port import Belt, Clock, Treadmill
from retrowalk.treadmill.simulated import HOME_TREADMILL, SimulatedBelt

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a restart found.  `lost_s`: how old the oldest lost event was at the kill."""

    session_id: str
    status: str
    told: int
    kept: int
    whole: bool  # the kept events are the first ones, none missing between
    lost_s: float
    belts_opened: int
    next_step: NextStep


def kill_at(folder: Path, after_s: float) -> Aftermath:
    """Start a session in `folder`, kill -9 it `after_s` after it began, open the house again."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.scenarios.walker", str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with program:
        assert program.stdout is not None
        began = program.stdout.readline().split()
        if began[:1] != ["begun"]:
            raise RuntimeError(f"the session did not begin: {began}")
        lines: list[str] = []
        reader = threading.Thread(target=lines.extend, args=(program.stdout,))
        reader.start()
        time.sleep(after_s)
        killed_s = time.monotonic()
        program.kill()
        reader.join()
    told = [float(line.split()[1]) for line in lines if line.endswith("\n")]
    return _restart(folder, began[1], told, killed_s)


def _restart(folder: Path, session_id: str, told: list[float], killed_s: float) -> Aftermath:
    opened: list[Belt] = []

    def make_belt(clock: Clock) -> Belt:
        opened.append(SimulatedBelt(clock))
        return opened[-1]

    house = open_house(folder, treadmill=Treadmill(HOME_TREADMILL, make_belt))
    try:
        with house.store.reading() as rows:
            kept = rows.scalars(
                select(EventRow.seq).where(EventRow.session_id == session_id).order_by(EventRow.seq)
            ).all()
        step = planning.next_step(house)
        status = reviewing.summary(house, session_id).status
    finally:
        house.close()
    lost = told[len(kept) :]
    return Aftermath(
        session_id=session_id,
        status=status,
        told=len(told),
        kept=len(kept),
        whole=list(kept) == list(range(len(kept))),
        lost_s=max(killed_s - lost[0], 0.0) if lost else 0.0,
        belts_opened=len(opened),
        next_step=step,
    )
