"""Which of the sensors worn are measured from, and what cannot be known from them."""

from collections.abc import Sequence

import numpy as np

from retrowalk.gait.quality import stands_wrong
from retrowalk.tables import Sensor
from retrowalk.words import Mounting, Placement, Side

SIDES = {
    Placement.LEFT_FOOT: Side.LEFT,
    Placement.RIGHT_FOOT: Side.RIGHT,
    Placement.LEFT_SHANK: Side.LEFT,
    Placement.RIGHT_SHANK: Side.RIGHT,
    Placement.LEFT_THIGH: Side.LEFT,
    Placement.RIGHT_THIGH: Side.RIGHT,
}
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)
SHANKS = (Placement.LEFT_SHANK, Placement.RIGHT_SHANK)
THIGHS = (Placement.LEFT_THIGH, Placement.RIGHT_THIGH)
BEST_FIRST = (  # the sensors that tell most about walking
    FEET,
    SHANKS,
    (Placement.LOWER_BACK,),
    THIGHS,
    (Placement.UNKNOWN,),
    (Placement.WRIST,),
)


def chosen(sensors: Sequence[Sensor]) -> tuple[int, ...]:
    """Rows of the sensors used: the most telling placement, one with known mounting first."""
    for known in (True, False):
        for placements in BEST_FIRST:
            found = {
                sensor.placement: row
                for row, sensor in reversed(tuple(enumerate(sensors)))
                if sensor.placement in placements and (speaks(sensor) or not known)
            }
            if found:
                return tuple(found[p] for p in placements if p in found)
    return ()


def mounted(sensor: Sensor) -> bool:
    """Whether somebody vouches for its axes, and it can feel them turn.

    A sensor whose samples are still to come is taken at its word.
    """
    vouched = sensor.mounting is not Mounting.UNKNOWN
    return vouched and (not len(sensor) or bool(np.any(sensor.gyr_radps)))


def speaks(sensor: Sensor) -> bool:
    """Whether the anterior axis may be known well enough to speak of direction."""
    seated = sensor.placement in THIGHS  # most of a day: only walking tells how a thigh stands
    return mounted(sensor) and (not len(sensor) or seated or not stands_wrong(sensor))


def unknowns(sensors: Sequence[Sensor]) -> tuple[str, ...]:
    """Why direction cannot be told, where it cannot."""
    said = []
    for sensor in sensors:
        where = sensor.placement.value
        if sensor.placement is Placement.WRIST:
            said.append("A wrist does not tell backward from forward; direction stays unclear.")
        elif sensor.placement in THIGHS and sensor.mounting is Mounting.UNKNOWN:
            said.append(
                f"Which way the {where} bends is not known, so direction stays unclear: "
                "calibrate it by sitting down and standing up."
            )
        elif sensor.placement is Placement.UNKNOWN or sensor.mounting is Mounting.UNKNOWN:
            said.append(
                f"How the {where} sensor was fastened is not known, so direction stays unclear."
            )
    return tuple(said)
