"""The one signal of a sensor that shows the gait best there."""

from dataclasses import dataclass

import numpy as np

from retrowalk.tables import Floats, Sensor
from retrowalk.words import Mounting, Placement


@dataclass(frozen=True, slots=True)
class Telling:
    """(n,) and what it is, with its unit."""

    values: Floats
    what: str


def telling(sensor: Sensor) -> Telling:
    if sensor.mounting is Mounting.UNKNOWN:
        return Telling(np.linalg.norm(sensor.acc_mps2, axis=1), "size of acceleration, m/s²")
    if sensor.placement in (Placement.LOWER_BACK, Placement.WRIST, Placement.UNKNOWN):
        return Telling(sensor.acc_mps2[:, 2], "upward acceleration, m/s²")
    return Telling(-sensor.gyr_radps[:, 1], "turning, toes up above 0, rad/s")
