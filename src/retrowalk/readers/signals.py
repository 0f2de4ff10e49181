"""From raw columns to a Sensor: time made to rise, short gaps bridged, the rest refused.

What was mended is said in the recording's assumptions; what cannot be is one sentence.
"""

from pathlib import Path

import numpy as np

from retrowalk.readers.counting import FASTEST_HZ, LONGEST_BRIDGE_S, SLOWEST_HZ, Counts
from retrowalk.readers.mending import mended
from retrowalk.tables import Floats, Sensor
from retrowalk.words import Mounting, Placement

__all__ = ["FASTEST_HZ", "LONGEST_BRIDGE_S", "SLOWEST_HZ", "made_sensor"]


def made_sensor(
    path: Path,
    time_s: Floats,
    acc_mps2: Floats,
    gyr_radps: Floats,
    *,
    placement: Placement,
    mounting: Mounting,
) -> tuple[Sensor, tuple[str, ...]]:
    """A Sensor that keeps its promises, and what had to be mended to make it one.

    `time_s` (n,), `acc_mps2` and `gyr_radps` (n, 3), SI, already in their final axes; NaN where
    the file had none.  Refuses (BadRecording) what is too short, too slow, too broken or absurd.
    """
    counts = Counts()
    counts.hear(time_s, acc_mps2, gyr_radps)
    counts.refuse(path)
    ((time_s, acc, gyr),) = mended(counts, [(time_s, acc_mps2, gyr_radps)])
    time_s, acc, gyr = (np.ascontiguousarray(part) for part in (time_s, acc, gyr))
    return Sensor(time_s, acc, gyr, placement, mounting), counts.said()
