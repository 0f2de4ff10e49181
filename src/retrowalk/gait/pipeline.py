"""Recordings in, tables out: the whole idea of the gait engine on one page.

    quality      is this a recording at all, and what deserves a warning
    clock        uneven samples onto an even clock, cut where the sensor was silent
    limb         a foot or shank: rest, strapdown between rests, contacts, travel
    level        a trunk: gravity vertical, whatever the strap's tilt
    rhythm       does each step mirror the one before, and how long is it
    back         steps, and harmonics that know in which sense time runs
    strides      contacts to strides, left and right
    direction    evidence per stride, smoothed over strides, with the right to say unclear
    bouts        runs of strides in one direction

Mounting is never inferred from the walk: unless it is known, direction stays unclear.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from retrowalk.gait import direction, strides
from retrowalk.gait.back import Steps, find_steps
from retrowalk.gait.bouts import find_bouts
from retrowalk.gait.clock import Stretch, stretches
from retrowalk.gait.level import level
from retrowalk.gait.limb import FOOT, SHANK, find_swings
from retrowalk.gait.quality import SLOWEST_HZ, check, stands_wrong, usual_step_s, warnings
from retrowalk.gait.rhythm import find_rhythm
from retrowalk.gait.strides import Walk
from retrowalk.tables import Gait, Recording, Sensor
from retrowalk.words import Mounting, Placement, Side

SIDES = {
    Placement.LEFT_FOOT: Side.LEFT,
    Placement.RIGHT_FOOT: Side.RIGHT,
    Placement.LEFT_SHANK: Side.LEFT,
    Placement.RIGHT_SHANK: Side.RIGHT,
}
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)
SHANKS = (Placement.LEFT_SHANK, Placement.RIGHT_SHANK)
BEST_FIRST = (  # the sensors that tell most about walking
    FEET,
    SHANKS,
    (Placement.LOWER_BACK,),
    (Placement.LEFT_THIGH, Placement.RIGHT_THIGH),
    (Placement.UNKNOWN,),
    (Placement.WRIST,),
)


def _unheard(_: float) -> None: ...


def measure(recording: Recording, *, progress: Callable[[float], None] = _unheard) -> Gait:
    """When, how and in which direction the wearer walked.

    `progress` is told the share done, 0 to 1, now and then and at the end.
    Raises BadRecording when the signals cannot be a recording; no walking is an empty table.
    """
    check(recording)
    sensors = chosen(recording)
    walks = []
    for i, sensor in enumerate(sensors):
        walks.append(_walk(sensor))
        progress((i + 1) / (len(sensors) + 1))
    walk = strides.joined(tuple(walks))
    code, backward = direction.decide(walk.evidence, walk.evidence_s)
    by = walk.evidence_i
    told = replace(walk.strides, direction=code[by], backward_probability=backward[by])
    bouts, told = find_bouts(replace(walk, strides=told))
    progress(1.0)
    return Gait(
        contacts=walk.contacts,
        strides=told,
        bouts=bouts,
        warnings=warnings(recording) + _unknowns(sensors),
        measured_from=tuple(sensor.placement for sensor in sensors),
        duration_s=max(float(s.time_s[-1] - s.time_s[0]) for s in recording.sensors),
    )


def chosen(recording: Recording) -> tuple[Sensor, ...]:
    """The sensors measured from: the most telling placement, one with known mounting first."""
    for known in (True, False):
        for placements in BEST_FIRST:
            found = {
                sensor.placement: sensor
                for sensor in reversed(recording.sensors)
                if sensor.placement in placements and (_mounted(sensor) or not known)
            }
            if found:
                return tuple(found[p] for p in placements if p in found)
    return ()


def _mounted(sensor: Sensor) -> bool:
    """Whether the anterior axis is known well enough to speak of direction."""
    known = sensor.mounting is not Mounting.UNKNOWN
    return known and bool(np.any(sensor.gyr_radps)) and not stands_wrong(sensor)


def _walk(sensor: Sensor) -> Walk:
    if usual_step_s(sensor.time_s) * SLOWEST_HZ > 1.0:
        return Walk()
    return strides.joined(tuple(_stretch_walk(part, sensor) for part in stretches(sensor)))


def _stretch_walk(stretch: Stretch, sensor: Sensor) -> Walk:
    known = _mounted(sensor)
    if sensor.placement in FEET + SHANKS:
        shank = sensor.placement in SHANKS
        swings = find_swings(stretch, SHANK if shank else FOOT)
        evidence = direction.of_swings(swings, shank=shank)
        side = SIDES[sensor.placement]
        return strides.of_swings(swings, evidence if known else 0.0 * evidence, side)
    trunk = sensor.placement is Placement.LOWER_BACK and known
    walk = level(stretch)
    steps: Steps = find_steps(walk, find_rhythm(walk, mirrored=trunk))
    evidence = direction.of_steps(steps)
    return strides.of_steps(steps, evidence if trunk else 0.0 * evidence)


def _unknowns(sensors: tuple[Sensor, ...]) -> tuple[str, ...]:
    """Why direction cannot be told, where it cannot."""
    said = []
    for sensor in sensors:
        where = sensor.placement.value
        if sensor.placement is Placement.WRIST:
            said.append("A wrist does not tell backward from forward; direction stays unclear.")
        elif sensor.placement in (Placement.LEFT_THIGH, Placement.RIGHT_THIGH):
            said.append(f"The {where} sensor cannot tell direction yet; it stays unclear.")
        elif sensor.placement is Placement.UNKNOWN or sensor.mounting is Mounting.UNKNOWN:
            said.append(
                f"How the {where} sensor was fastened is not known, so direction stays unclear."
            )
    return tuple(said)
