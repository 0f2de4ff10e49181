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

    stream       all of this in pieces of any size; a recording is pushed in large ones

Mounting is never inferred from the walk: unless it is known, direction stays unclear.
"""

from collections.abc import Callable
from dataclasses import replace

from retrowalk.gait.stream import Stream
from retrowalk.tables import Gait, Recording, Sensor

AT_ONCE = 1 << 15  # samples: enough to be quick, few enough to stay near the processor


def _unheard(_: float) -> None: ...


def measure(recording: Recording, *, progress: Callable[[float], None] = _unheard) -> Gait:
    """When, how and in which direction the wearer walked.

    `progress` is told the share done, 0 to 1, now and then and at the end.
    Raises BadRecording when the signals cannot be a recording; no walking is an empty table.
    """
    stream = Stream(recording.sensors, source=recording.source)
    longest = max(len(sensor) for sensor in recording.sensors)
    for begin in range(0, longest, AT_ONCE):
        stream.push([_rows(sensor, slice(begin, begin + AT_ONCE)) for sensor in recording.sensors])
        progress(min(begin + AT_ONCE, longest) / (longest + AT_ONCE))
    gait = stream.finish()
    progress(1.0)
    return gait


def _rows(sensor: Sensor, part: slice) -> Sensor:
    return replace(
        sensor,
        time_s=sensor.time_s[part],
        acc_mps2=sensor.acc_mps2[part],
        gyr_radps=sensor.gyr_radps[part],
    )
