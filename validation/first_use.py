"""What the first use costs: importing the engine, its first call, and an hour of it in memory.

    python -m validation.first_use

Each is measured in fresh processes, the best of three: the rest is other people's work.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from retrowalk.gait.simulate import Spell, simulate
from retrowalk.words import Direction, Placement
from validation.promise import Promise, at_most

COMMAND = "python -m validation.first_use"
ENGINE = ("retrowalk.gait", "retrowalk.gait.pipeline", "retrowalk.gait.stream")
REPEATS = 3
HZ = 100
WORN = {
    "trunk": (Placement.LOWER_BACK,),
    "feet": (Placement.LEFT_FOOT, Placement.RIGHT_FOOT),
}
CHILD = """
import json, re, sys, time
from pathlib import Path
import numpy as np
kept = np.load(sys.argv[1])
begun = time.perf_counter()
from retrowalk.gait.pipeline import measure
from retrowalk.tables import Recording, Sensor
from retrowalk.words import Mounting, Placement
imported_s = time.perf_counter() - begun
sensors = tuple(
    Sensor(kept["time_s"], kept[f"acc {place}"], kept[f"gyr {place}"], Placement(place),
           Mounting.KNOWN)
    for place in sys.argv[2:]
)
took = []
for _ in range(2):
    begun = time.perf_counter()
    gait = measure(Recording("made", sensors))
    took.append(time.perf_counter() - begun)
#   not getrusage: a child's begins at what its parent held before it
peak_kb = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
peak_mb = int(peak_kb) / 1024
print(json.dumps({"first_s": took[0], "second_s": took[1], "peak_mb": peak_mb,
                  "strides": len(gait.strides)}))
"""


def promises() -> Iterator[Promise]:
    for name in ENGINE:
        row = "gait.import_s" + name.removeprefix("retrowalk.gait")
        yield at_most(row, min(_import_s(name) for _ in range(REPEATS)), 0.3, "s", COMMAND)
    for worn, places in WORN.items():
        with tempfile.TemporaryDirectory() as folder:
            minute, hour = (_made(Path(folder) / f"{s}.npz", places, s) for s in (60, 3600))
            runs = [_apart(minute, places) for _ in range(REPEATS)]
            pause_s = min(run["first_s"] - run["second_s"] for run in runs)
            yield at_most(f"gait.first_call_s.{worn}", pause_s, 1, "s", COMMAND)
            peak_mb = _apart(hour, places)["peak_mb"]
            yield at_most(f"gait.hour_memory.{worn}", peak_mb, 300, "MB", COMMAND)


def _import_s(name: str) -> float:
    """Wall seconds of an import, in an interpreter that had already started."""
    code = f"import time; t = time.perf_counter(); import {name}; print(time.perf_counter() - t)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(ran.stdout)


def _made(path: Path, places: tuple[Placement, ...], lasts_s: int) -> Path:
    """A walk there and back, again and again, kept where a fresh process finds it."""
    spells = [Spell(way, 20, 0.9, 1.2) for way in (Direction.FORWARD, Direction.BACKWARD)]
    made = simulate(spells, places, np.random.default_rng(1), rate_hz=HZ).recording
    rows = lasts_s * HZ
    arrays = {"time_s": np.arange(rows) / HZ}
    for sensor in made.sensors:
        for name, values in (("acc", sensor.acc_mps2), ("gyr", sensor.gyr_radps)):
            arrays[f"{name} {sensor.placement.value}"] = np.resize(values, (rows, 3))
    np.savez(path, allow_pickle=False, **arrays)
    return path


def _apart(path: Path, places: tuple[Placement, ...]) -> dict[str, float]:
    """What two calls took and needed, in a process that never called before."""
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), *(place.value for place in places)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(ran.stdout)
    return found


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
