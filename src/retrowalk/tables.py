"""Struct-of-arrays tables: one column is one unit.  NaN means not measurable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrowalk.words import Mounting, Placement

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sensor:
    """What one worn sensor read, in SI and in the body frame when mounting is known.

    `time_s` (n,) rises strictly and may be uneven; `acc_mps2` and `gyr_radps` (n, 3),
    x anterior, y left, z up; at rest acc reads +g on z.  All finite.
    """

    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats
    placement: Placement = Placement.UNKNOWN
    mounting: Mounting = Mounting.UNKNOWN

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True)
class Recording:
    """One file as read: its sensors on one clock, and what the reader had to assume."""

    source: str
    sensors: tuple[Sensor, ...]
    assumptions: tuple[str, ...] = ()
    derived: bool = False  # computed from motion capture, not worn
