"""What a week promises: seven days at 100 Hz and six channels, in seconds, memory and evenness.

python -m validation.week [HOURS]

The recording is pushed as a file's pieces would be, five minutes at a time, in a process of its
own.  It is a day and its night: half an hour of walking, there and back, in each hour awake.
The floor is one pass of the samples through memory, as fast as this machine copies them.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrowalk.gait.simulate import Spell, simulate
from retrowalk.gait.stream import Stream
from retrowalk.tables import Sensor
from retrowalk.words import Direction, Placement
from validation.promise import Promise, at_most

COMMAND = "python -m validation.week"
HZ = 100
PIECE_S = 300
AWAKE_H = 16
HOURS = (1, 24, 168)
CHANNELS = 6
COPIED_MB = 512


def promises() -> Iterable[Promise]:
    taken = {hours: _apart(hours) for hours in HOURS}
    week, hour = taken[168], taken[1]
    yield at_most("gait.week_cpu", week["cpu_s"], 30, "s", COMMAND)
    yield at_most("gait.week_memory", week["peak_mb"], 600, "MB", COMMAND)
    per_hour = {hours: seen["cpu_s"] / hours for hours, seen in taken.items()}
    uneven = max(per_hour[24], per_hour[168]) / per_hour[1]
    yield at_most("gait.week_evenness", uneven, 1.25, "x an hour's", COMMAND)
    floor_s = 168 * 3600 * HZ * CHANNELS * 8 / 1e6 / copied_mb_per_s()
    yield at_most("gait.week_above_floor", week["cpu_s"] / floor_s, 150, "x one pass", COMMAND)
    print(f"peak of an hour {hour['peak_mb']:.0f} MB, of a week {week['peak_mb']:.0f} MB; "
          f"one pass through memory {floor_s:.2f} s", file=sys.stderr)  # fmt: skip


def copied_mb_per_s() -> float:
    """How fast this machine reads and writes memory, the best of five."""
    values = np.ones(COPIED_MB * 1_000_000 // 8)
    room = np.empty_like(values)
    best = 0.0
    for _ in range(5):
        begun = time.perf_counter()
        np.copyto(room, values)
        best = max(best, COPIED_MB / (time.perf_counter() - begun))
    return best


def _apart(hours: int) -> dict[str, float]:
    """CPU seconds and peak megabytes of this many hours, in a fresh process."""
    ran = subprocess.run(
        [sys.executable, "-m", "validation.week", str(hours)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def _hour(*, awake: bool) -> Sensor:
    """One hour of a lower back."""
    rng = np.random.default_rng(7)
    spells = [Spell(Direction.FORWARD, 120, 1.0, 1.1), Spell(Direction.BACKWARD, 60, 0.7, 1.2)]
    (walked,) = simulate(spells, [Placement.LOWER_BACK], rng, rate_hz=HZ).recording.sensors
    n = 3600 * HZ
    times = n // 2 // len(walked) if awake else 0
    acc = np.tile([0.0, 0.0, 9.81], (n, 1)) + 0.03 * rng.standard_normal((n, 3))
    gyr = 0.01 * rng.standard_normal((n, 3))
    for k in range(times):
        part = slice(2 * k * len(walked), (2 * k + 1) * len(walked))
        acc[part], gyr[part] = walked.acc_mps2, walked.gyr_radps
    return replace(walked, time_s=np.arange(n) / HZ, acc_mps2=acc, gyr_radps=gyr)


def pieces(hours: int) -> Iterator[Sensor]:
    """The recording as a reader gives it: new arrays, five minutes at a time."""
    day, night = _hour(awake=True), _hour(awake=False)
    for hour in range(hours):
        sensor = day if hour % 24 < AWAKE_H else night
        for first in range(0, len(sensor), PIECE_S * HZ):
            part = slice(first, first + PIECE_S * HZ)
            yield replace(
                sensor,
                time_s=sensor.time_s[part] + 3600.0 * hour,
                acc_mps2=sensor.acc_mps2[part].copy(),
                gyr_radps=sensor.gyr_radps[part].copy(),
            )


def main(hours: int) -> None:
    stream = Stream([_hour(awake=True)])
    cpu_s = 0.0
    for piece in pieces(hours):
        begun = time.process_time()
        stream.push([piece])
        cpu_s += time.process_time() - begun
    begun = time.process_time()
    gait = stream.finish()
    cpu_s += time.process_time() - begun
    #   not getrusage: a child begins at what its parent held before it
    status = Path("/proc/self/status").read_text()
    peak_mb = int(status.split("VmHWM:")[1].split()[0]) / 1024
    print(json.dumps({"cpu_s": cpu_s, "peak_mb": peak_mb, "strides": len(gait.strides)}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(int(sys.argv[1]))
    else:
        for promise in promises():
            print(promise.line(), flush=True)
