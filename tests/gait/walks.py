"""Simulated walks for the tests of the gait engine, and ways to turn them round."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np

from retrowalk.gait.simulate import Simulated, Spell, simulate
from retrowalk.tables import DIRECTION_CODE, KIND_CODE, Floats, Gait, Recording, Sensor
from retrowalk.words import ContactKind, Direction, Mounting, Placement

FORWARD, BACKWARD, UNCLEAR = Direction.FORWARD, Direction.BACKWARD, Direction.UNCLEAR
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)
SHANKS = (Placement.LEFT_SHANK, Placement.RIGHT_SHANK)
BACK = (Placement.LOWER_BACK,)
KNOWN_TO_TELL = (FEET, FEET[:1], FEET[1:], SHANKS, SHANKS[:1], BACK)
THERE_AND_BACK = (Spell(FORWARD, 14, 1.0, 1.1), Spell(BACKWARD, 14, 0.8, 1.2))


@cache
def walk(
    placements: tuple[Placement, ...],
    spells: tuple[Spell, ...] = THERE_AND_BACK,
    *,
    seed: int = 1,
    tilt_rad: float = 0.0,
    mounting: Mounting = Mounting.KNOWN,
) -> Simulated:
    rng = np.random.default_rng(seed)
    return simulate(spells, placements, rng, tilt_rad=tilt_rad, mounting=mounting)


def changed(recording: Recording, how: Callable[[Sensor], Sensor]) -> Recording:
    """The recording with every sensor passed through `how`."""
    return replace(recording, sensors=tuple(how(sensor) for sensor in recording.sensors))


def turned_in_time(sensor: Sensor) -> Sensor:
    return replace(
        sensor,
        time_s=(sensor.time_s[-1] - sensor.time_s)[::-1],
        acc_mps2=sensor.acc_mps2[::-1],
        gyr_radps=-sensor.gyr_radps[::-1],
    )


def count(gait: Gait, direction: Direction) -> int:
    return int(np.count_nonzero(gait.strides.direction == DIRECTION_CODE[direction]))


def landings(gait: Gait | Simulated) -> Floats:
    mask = gait.contacts.kind == KIND_CODE[ContactKind.INITIAL]
    times: Floats = gait.contacts.time_s[mask]
    return times
