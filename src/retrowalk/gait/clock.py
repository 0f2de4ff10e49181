"""Uneven samples onto an even clock, in stretches without holes."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrowalk.gait.quality import LONGEST_GAP_S, usual_step_s
from retrowalk.tables import Floats, Sensor

FASTEST_HZ = 256.0  # above this nothing more is learned of a walk, only time is spent
EVEN_RATIO = 0.01  # of a sample: a clock that strays no further is even
SHORTEST_S = 0.5  # less than a swing tells nothing


@dataclass(frozen=True, slots=True)
class Stretch:
    """Even samples: row i was read at `start_s + i / rate_hz`.  `acc`, `gyr` (n, 3) in SI."""

    start_s: float
    rate_hz: float
    acc_mps2: Floats
    gyr_radps: Floats

    def __len__(self) -> int:
        return len(self.acc_mps2)

    def at_s(self, sample: Floats) -> Floats:
        """The time of a (fractional) sample."""
        return self.start_s + np.asarray(sample, dtype=float) / self.rate_hz

    def samples(self, seconds: float) -> int:
        """How many samples fill this time, at least one."""
        return max(1, round(seconds * self.rate_hz))


def stretches(sensor: Sensor) -> tuple[Stretch, ...]:
    """The sensor on an even clock near its own rate, cut where it was silent too long.

    Lost packets shorter than LONGEST_GAP_S are bridged by straight lines.
    """
    step_s = np.diff(sensor.time_s)
    own_hz = round(1.0 / usual_step_s(sensor.time_s), 2)  # clocks count in ticks: no more is known
    rate_hz = own_hz / np.ceil(own_hz / FASTEST_HZ)
    cuts = np.flatnonzero(step_s > max(LONGEST_GAP_S, 2.0 / own_hz)) + 1
    edges = [0, *cuts.tolist(), len(sensor)]
    return tuple(
        _even(sensor, slice(a, b), rate_hz)
        for a, b in pairwise(edges)
        if sensor.time_s[b - 1] - sensor.time_s[a] >= SHORTEST_S
    )


def _even(sensor: Sensor, part: slice, rate_hz: float) -> Stretch:
    time_s = sensor.time_s[part]
    n = int((time_s[-1] - time_s[0]) * rate_hz + 1e-6) + 1
    grid_s = time_s[0] + np.arange(n) / rate_hz
    if len(grid_s) == len(time_s) and np.max(np.abs(grid_s - time_s)) * rate_hz < EVEN_RATIO:
        acc, gyr = sensor.acc_mps2[part], sensor.gyr_radps[part]
        return Stretch(start_s=float(time_s[0]), rate_hz=rate_hz, acc_mps2=acc, gyr_radps=gyr)
    acc, gyr = (
        np.stack([np.interp(grid_s, time_s, values[part, axis]) for axis in range(3)], axis=1)
        for values in (sensor.acc_mps2, sensor.gyr_radps)
    )
    return Stretch(start_s=float(time_s[0]), rate_hz=rate_hz, acc_mps2=acc, gyr_radps=gyr)
