"""Recordings in, tables out: the whole idea of the gait engine on one page.

    quality      is this a recording at all, and what deserves a warning
    clock        uneven samples onto an even clock, cut where the sensor was silent
    limb         a foot or shank: rest, strapdown between rests, contacts, travel
    level        a trunk: gravity vertical, whatever the strap's tilt
    rhythm       does each step mirror the one before, and how long is it
    back         steps, and harmonics that know in which sense time runs
    strides      contacts to strides, left and right
    direction    evidence per stride, smoothed over strides, with the right to say unclear
    thigh        cycles of a thigh whose flexion sign is known, and what they say
    speed        of a trunk walking forward, by how far it rises and sways
    bouts        runs of strides in one direction
    steadiness   how even, symmetric and stable each bout was

Mounting is never inferred from the walk: unless it is known, direction stays unclear.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from retrowalk.gait import direction, speed, strides, thigh
from retrowalk.gait.back import Steps, find_steps
from retrowalk.gait.bouts import find_bouts
from retrowalk.gait.clock import Stretch, stretches
from retrowalk.gait.level import UPRIGHT_S, Level, level
from retrowalk.gait.limb import FOOT, SHANK, find_swings
from retrowalk.gait.quality import SLOWEST_HZ, check, stands_wrong, usual_step_s, warnings
from retrowalk.gait.rhythm import find_rhythm
from retrowalk.gait.steadiness import steadiness
from retrowalk.gait.strides import Walk
from retrowalk.tables import Gait, Recording, Sensor
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
    trunk = sensors[0] if sensors and sensors[0].placement is Placement.LOWER_BACK else None
    told = speed.told(told) if trunk else told
    bouts, told = find_bouts(replace(walk, strides=told))
    steady = steadiness(bouts, told, walk.contacts, partial(_levels, trunk))
    progress(1.0)
    return Gait(
        contacts=walk.contacts,
        strides=told,
        bouts=bouts,
        warnings=warnings(recording) + _unknowns(sensors),
        measured_from=tuple(sensor.placement for sensor in sensors),
        duration_s=max(float(s.time_s[-1] - s.time_s[0]) for s in recording.sensors),
        steadiness=replace(steady, speed_off_mps=speed.off_mps(bouts)) if trunk else steady,
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
    if sensor.placement in THIGHS and known:
        return thigh.find_walk(stretch, SIDES[sensor.placement])
    trunk = sensor.placement is Placement.LOWER_BACK and known
    walk = level(stretch)
    steps: Steps = find_steps(walk, find_rhythm(walk, mirrored=trunk))
    evidence = direction.of_steps(steps)
    found = strides.of_steps(steps, evidence if trunk else 0.0 * evidence)
    pace_mps = speed.paces(walk, found.strides)
    return replace(found, strides=replace(found.strides, speed_mps=pace_mps)) if trunk else found


def _levels(sensor: Sensor | None, span: tuple[float, float]) -> tuple[Level, ...]:
    """The trunk's movement around a bout, levelled as it was for the steps."""
    if sensor is None:
        return ()
    around_s = span[0] - UPRIGHT_S, span[1] + UPRIGHT_S
    part = slice(*np.searchsorted(sensor.time_s, around_s))
    cut = replace(
        sensor,
        time_s=sensor.time_s[part],
        acc_mps2=sensor.acc_mps2[part],
        gyr_radps=sensor.gyr_radps[part],
    )
    return tuple(level(stretch) for stretch in stretches(cut))


def _unknowns(sensors: tuple[Sensor, ...]) -> tuple[str, ...]:
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
