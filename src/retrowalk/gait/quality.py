"""Whether signals can be a recording at all, and what about them deserves a warning."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

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
EARLY = 2000  # samples of which all are looked at for what is usual, and after them
SEEN = 50  # … one in so many
STEEPEST_RAD = 1.1  # a strap may slip by 20°, a dorsum slopes by 45°; beyond it is another mounting
UPRIGHT = float(np.cos(STEEPEST_RAD))  # of gravity, on the z axis: less is another mounting


class Watch:
    """One sensor's samples as they come: refused if impossible, remembered for the warnings."""

    def __init__(self, sensor: Sensor, source: str) -> None:
        self._where = sensor.placement.value
        self._name = f"{source} ({self._where})"
        self._n = 0
        self._last_s = -np.inf
        self._first_s = np.inf
        self._step_s: list[Floats] = []
        self._norms: list[Floats] = []
        self._holes, self._silent_s = 0, 0.0
        self._turned = False
        self._tops = (_Top(), _Top())

    @property
    def last_s(self) -> float:
        return float(self._last_s)

    @property
    def lasts_s(self) -> float:
        return float(self._last_s - self._first_s) if self._n else 0.0

    def hear(self, sensor: Sensor) -> None:
        """Raise BadRecording with one sentence if no worn sensor reads this in SI."""
        _, *largest = self.check(sensor)
        time_s, acc, gyr = sensor.time_s, sensor.acc_mps2, sensor.gyr_radps
        if not len(time_s):
            return
        step_s = np.diff(time_s, prepend=self._last_s) if self._n else np.diff(time_s)
        if not np.all(step_s > 0):
            raise BadRecording(
                f"{self._name} has times that do not rise; sort the rows by time and drop "
                "repeated ones."
            )
        holes = step_s[step_s > LONGEST_GAP_S]
        self._holes, self._silent_s = self._holes + len(holes), self._silent_s + float(holes.sum())
        early, late = max(0, EARLY - self._n), max(0, EARLY - self._n, -self._n % SEEN)
        if early:
            self._step_s.append(step_s[:early])
            self._norms.append(np.linalg.norm(acc[:early], axis=1))
        self._norms.append(np.linalg.norm(acc[late::SEEN], axis=1))
        self._turned = self._turned or bool(np.any(gyr))
        for top, values, highest in zip(self._tops, (acc, gyr), largest, strict=True):
            top.hear(values, highest)
        self._first_s = min(self._first_s, float(time_s[0]))
        self._last_s, self._n = float(time_s[-1]), self._n + len(time_s)

    def finish(self) -> None:
        """Raise BadRecording where only the whole tells that it is none."""
        if self._n < 2:
            raise BadRecording(
                f"{self._name} holds {self._n} samples where a recording has many; "
                "export it again from the sensor."
            )
        if self.usual_step_s < SHORTEST_STEP_S:
            raise BadRecording(
                f"{self._name} has times less than {SHORTEST_STEP_S:g} s apart, faster than any "
                "sensor; give the times in seconds."
            )
        median = float(np.median(np.concatenate(self._norms)))
        if not LIKELY_MPS2[0] <= median <= LIKELY_MPS2[1]:
            raise BadRecording(
                f"{self._name} reads {median:.3g} as its usual acceleration where gravity gives "
                "9.8 m/s²; convert it to m/s² and keep gravity in."
            )

    @property
    def usual_step_s(self) -> float:
        return float(np.median(np.concatenate(self._step_s)))

    def warnings(self, *, askew: bool) -> list[str]:
        """What a reader of the result should know, one plain sentence each."""
        where = self._where
        found = []
        rate_hz = 1.0 / self.usual_step_s
        if rate_hz < SLOWEST_HZ:
            found.append(
                f"The {where} sensor read only {rate_hz:.0f} times a second; steps need 20."
            )
        if self._holes:
            found.append(
                f"The {where} sensor was silent {self._holes} times, {self._silent_s:.0f} s in "
                "all; nothing is counted there."
            )
        if any(top.stays for top in self._tops):
            found.append(f"The {where} sensor reached the end of its range; lengths are too short.")
        if not self._turned:
            found.append(f"The {where} sensor has no gyroscope readings; direction is not known.")
        if askew:
            found.append(
                f"The {where} sensor does not read gravity on its z axis as its mounting says; "
                "direction is not known."
            )
        return found

    def check(self, sensor: Sensor) -> tuple[float, float, float]:
        """The greatest time, acceleration and rate either way; the rows are not remembered.

        Raise BadRecording if these rows cannot be a sensor's.
        """
        self._check_shape(sensor)
        return self._check_values(sensor) if len(sensor) else (0.0, 0.0, 0.0)

    def _check_shape(self, sensor: Sensor) -> None:
        n = len(sensor.time_s)
        if sensor.time_s.ndim != 1:
            raise BadRecording(
                f"{self._name} has times of shape {sensor.time_s.shape}; expected ({n},): one "
                "time per sample."
            )
        for column, values in (("acceleration", sensor.acc_mps2), ("rate", sensor.gyr_radps)):
            if values.shape != (n, 3):
                raise BadRecording(
                    f"{self._name} has {column} of shape {values.shape} for {n} times; "
                    f"expected ({n}, 3): one row per time and three axes."
                )

    def _check_values(self, sensor: Sensor) -> tuple[float, float, float]:
        columns = (sensor.time_s, sensor.acc_mps2, sensor.gyr_radps)
        largest = _largest(columns[0]), _largest(columns[1]), _largest(columns[2])
        if not np.all(np.isfinite(largest)):
            raise BadRecording(
                f"{self._name} holds values that are not numbers; leave those rows out and read "
                "it again."
            )
        if largest[1] > 1e5 or largest[0] > 1e11:
            raise BadRecording(
                f"{self._name} holds values no sensor reads; check which columns are time and "
                "acceleration."
            )
        if largest[2] > MOST_RADPS:
            raise BadRecording(
                f"{self._name} turns at up to {largest[2]:.3g} where a gyroscope ends near "
                f"{MOST_RADPS:.0f} rad/s; convert degrees to radians."
            )
        return largest


class _Top:
    """Whether the largest reading is held for samples on end, as a saturated sensor holds it.

    A smooth swing may reach the same top again and again, but does not stay there.  Neighbours
    are counted by how large both are, in parts of a millionth, so that it does not matter which
    of them were heard together.
    """

    def __init__(self) -> None:
        self._top = 0.0
        self._held: dict[int, int] = {}
        self._size = 0
        self._before = np.zeros((1, 3))

    def hear(self, values: Floats, highest: float) -> None:
        """More samples, the greatest of which, either way, is `highest`."""
        self._top = max(self._top, highest)
        self._size += values.size
        if highest > 0.0 and highest >= self._top * (1 - 3e-6):
            size = np.abs(np.concatenate([self._before, values]))
            both = np.minimum(size[1:], size[:-1])
            parts, counts = np.unique(_part(both[both >= self._top * (1 - 3e-6)]),
                                      return_counts=True)  # fmt: skip
            for part, count in zip(parts.tolist(), counts.tolist(), strict=True):
                self._held[part] = self._held.get(part, 0) + count
            high = self._high()
            self._held = {part: n for part, n in self._held.items() if part >= high}
        self._before = values[-1:]

    def _high(self) -> int:
        return int(_part(np.array([self._top]))[0]) - 1

    @property
    def stays(self) -> bool:
        held = sum(self._held.values())
        return self._top > 0 and held > max(5, 2e-4 * self._size)


def _part(size: Floats) -> NDArray[np.int64]:
    """How large, in steps of a millionth of itself."""
    return np.floor(np.log(size) * 1e6).astype(np.int64)


def check(recording: Recording) -> None:
    """Raise BadRecording with one sentence if these signals cannot be worn sensors in SI."""
    if not recording.sensors:
        raise BadRecording(
            f"{recording.source} holds no sensor; at least one is needed, so check the file."
        )
    for sensor in recording.sensors:
        watch = Watch(sensor, recording.source)
        watch.hear(sensor)
        watch.finish()


def usual_step_s(time_s: Floats) -> float:
    """The median time between samples, of a long recording in RUNS places of it."""
    if len(time_s) <= ENOUGH:
        return float(np.median(np.diff(time_s)))
    run = ENOUGH // RUNS
    at = np.linspace(0, len(time_s) - run, RUNS).astype(np.intp)[:, None] + np.arange(run)
    return float(np.median(np.diff(time_s[at], axis=1)))


def thinned(sensor: Sensor) -> Sensor:
    """Rows spread over the recording, at most twice ENOUGH."""
    rows = slice(None, None, max(1, len(sensor) // ENOUGH))
    return replace(
        sensor,
        time_s=sensor.time_s[rows],
        acc_mps2=sensor.acc_mps2[rows],
        gyr_radps=sensor.gyr_radps[rows],
    )


def _largest(values: Floats) -> float:
    """The greatest size; NaN or infinite where a value is."""
    return max(float(values.max()), -float(values.min()))


def stands_wrong(sensor: Sensor) -> bool:
    """Whether gravity contradicts a mounting said to be known, most of the time."""
    if sensor.mounting is Mounting.UNKNOWN or sensor.placement is Placement.WRIST:
        return False
    up = np.median(thinned(sensor).acc_mps2, axis=0)
    norm = float(np.linalg.norm(up))
    return norm < 1.0 or float(up[2]) < norm * UPRIGHT
