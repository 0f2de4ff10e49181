"""A stumble put into a recording of walking: the knock, the fall of the trunk, the saving step.

The sizes are assumed, spread widely, and not measured: there is no recording of a stumble here,
so what is found with it is said to be found on simulated stumbles.
"""

from dataclasses import replace

import numpy as np

from retrowalk.tables import Floats, Sensor

KNOCK_MPS2 = (15.0, 35.0)  # of the foot that is held, and of the step that saves
TURN_RADPS = (3.0, 6.0)  # of the body pitching over it
KNOCK_S, TURN_S, SAVED_S = 0.08, 0.45, 0.45  # how long each lasts, and when the saving step lands


def with_stumble(
    sensor: Sensor, at_s: float, rng: np.random.Generator, *, size: float = 1.0
) -> Sensor:
    """The sensor's readings with a stumble at this time, forward or backward by chance."""
    sense = rng.choice([-1.0, 1.0])
    acc, gyr = sensor.acc_mps2.copy(), sensor.gyr_radps.copy()
    held, saved = size * rng.uniform(*KNOCK_MPS2, 2)
    acc[:, 0] -= sense * held * _bump(sensor.time_s - at_s, KNOCK_S)
    acc[:, 2] += saved * _bump(sensor.time_s - at_s - SAVED_S, KNOCK_S)
    gyr[:, 1] += sense * size * rng.uniform(*TURN_RADPS) * _bump(sensor.time_s - at_s, TURN_S)
    return replace(sensor, acc_mps2=acc, gyr_radps=gyr)


def _bump(since_s: Floats, lasts_s: float) -> Floats:
    within = (since_s > 0) & (since_s < lasts_s)
    return np.where(within, np.sin(np.pi * since_s / lasts_s), 0.0)
