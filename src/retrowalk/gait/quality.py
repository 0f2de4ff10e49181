"""Whether signals can be a recording at all, and what about them deserves a warning."""

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.tables import Floats, Recording, Sensor
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Mounting, Placement

SLOWEST_HZ = 20.0  # below this a contact is uncertain by more than a quarter of a swing
SHORTEST_STEP_S = 1e-5  # no wearable reads 100 000 times a second
LONGEST_GAP_S = 0.5  # about half a stride: what is missing cannot be bridged
MOST_RADPS = 80.0  # widest gyroscopes sold end at 4000 °/s = 70 rad/s
LIKELY_MPS2 = (0.5 * STANDARD_GRAVITY_MPS2, 2.0 * STANDARD_GRAVITY_MPS2)  # median |acc| of a person
ENOUGH = 20_000  # samples that tell what is usual of a recording however long
RUNS = 20  # in as many places, for what is usual between neighbours
STEEPEST_RAD = 1.1  # a strap may slip by 20°, a dorsum slopes by 45°; beyond it is another mounting


def check(recording: Recording) -> None:
    """Raise BadRecording with one sentence if these signals cannot be worn sensors in SI."""
    if not recording.sensors:
        raise BadRecording(
            f"{recording.source} holds no sensor; at least one is needed, so check the file."
        )
    for sensor in recording.sensors:
        _check_shape(sensor, recording.source)
        _check_values(sensor, recording.source)


def usual_step_s(time_s: Floats) -> float:
    """The median time between samples, of a long recording in RUNS places of it."""
    if len(time_s) <= ENOUGH:
        return float(np.median(np.diff(time_s)))
    run = ENOUGH // RUNS
    at = np.linspace(0, len(time_s) - run, RUNS).astype(np.intp)[:, None] + np.arange(run)
    return float(np.median(np.diff(time_s[at], axis=1)))


def _thinned(values: Floats) -> Floats:
    """Rows spread over the recording, at most twice ENOUGH."""
    return values[:: max(1, len(values) // ENOUGH)]


def _check_shape(sensor: Sensor, source: str) -> None:
    name = f"{source} ({sensor.placement.value})"
    n = len(sensor.time_s)
    if sensor.time_s.ndim != 1 or n < 2:
        raise BadRecording(
            f"{name} holds {sensor.time_s.size} samples where a recording has many; "
            "export it again from the sensor."
        )
    for column, values in (("acceleration", sensor.acc_mps2), ("rate", sensor.gyr_radps)):
        if values.shape != (n, 3):
            raise BadRecording(
                f"{name} has {column} of shape {values.shape} for {n} times; "
                f"expected ({n}, 3): one row per time and three axes."
            )


def _check_values(sensor: Sensor, source: str) -> None:
    name = f"{source} ({sensor.placement.value})"
    columns = (sensor.time_s, sensor.acc_mps2, sensor.gyr_radps)
    if not all(np.all(np.isfinite(values)) for values in columns):
        raise BadRecording(
            f"{name} holds values that are not numbers; leave those rows out and read it again."
        )
    if not np.all(np.diff(sensor.time_s) > 0):
        raise BadRecording(
            f"{name} has times that do not rise; sort the rows by time and drop repeated ones."
        )
    if usual_step_s(sensor.time_s) < SHORTEST_STEP_S:
        raise BadRecording(
            f"{name} has times less than {SHORTEST_STEP_S:g} s apart, faster than any sensor; "
            "give the times in seconds."
        )
    if _largest(sensor.acc_mps2) > 1e5 or _largest(sensor.time_s) > 1e11:
        raise BadRecording(
            f"{name} holds values no sensor reads; check which columns are time and acceleration."
        )
    median = float(np.median(np.linalg.norm(_thinned(sensor.acc_mps2), axis=1)))
    if not LIKELY_MPS2[0] <= median <= LIKELY_MPS2[1]:
        raise BadRecording(
            f"{name} reads {median:.3g} as its usual acceleration where gravity gives 9.8 m/s²; "
            "convert it to m/s² and keep gravity in."
        )
    fastest = _largest(sensor.gyr_radps)
    if fastest > MOST_RADPS:
        raise BadRecording(
            f"{name} turns at up to {fastest:.3g} where a gyroscope ends near {MOST_RADPS:.0f} "
            "rad/s; convert degrees to radians."
        )


def warnings(recording: Recording) -> tuple[str, ...]:
    """What a reader of the result should know, one plain sentence each."""
    return tuple(sentence for sensor in recording.sensors for sentence in _warnings(sensor))


def _warnings(sensor: Sensor) -> list[str]:
    where = sensor.placement.value
    step_s = np.diff(sensor.time_s)
    found = []
    rate_hz = 1.0 / usual_step_s(sensor.time_s)
    if rate_hz < SLOWEST_HZ:
        found.append(f"The {where} sensor read only {rate_hz:.0f} times a second; steps need 20.")
    holes = step_s[step_s > LONGEST_GAP_S]
    if len(holes):
        found.append(
            f"The {where} sensor was silent {len(holes)} times, {holes.sum():.0f} s in all; "
            "nothing is counted there."
        )
    if _clips(sensor):
        found.append(f"The {where} sensor reached the end of its range; lengths are too short.")
    if not np.any(sensor.gyr_radps):
        found.append(f"The {where} sensor has no gyroscope readings; direction is not known.")
    if stands_wrong(sensor):
        found.append(
            f"The {where} sensor does not read gravity on its z axis as its mounting says; "
            "direction is not known."
        )
    return found


def _largest(values: Floats) -> float:
    return max(float(values.max()), -float(values.min()))


def _clips(sensor: Sensor) -> bool:
    """Whether the largest reading is held for samples on end, as a saturated sensor holds it.

    A smooth swing may reach the same top again and again, but does not stay there.
    """
    for values in (sensor.acc_mps2, sensor.gyr_radps):
        size = np.abs(values)
        top = float(size.max())
        high = size >= top * (1 - 1e-6)
        held = np.count_nonzero(high[1:] & high[:-1])
        if top > 0 and held > max(5, 2e-4 * size.size):
            return True
    return False


def stands_wrong(sensor: Sensor) -> bool:
    """Whether gravity contradicts a mounting said to be known."""
    if sensor.mounting is Mounting.UNKNOWN or sensor.placement is Placement.WRIST:
        return False
    up = np.median(_thinned(sensor.acc_mps2), axis=0)
    norm = float(np.linalg.norm(up))
    return norm < 1.0 or float(up[2]) < norm * float(np.cos(STEEPEST_RAD))
