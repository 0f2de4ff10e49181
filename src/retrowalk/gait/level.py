"""The trunk's movement in level axes, on one slow clock, whatever tilt the strap has."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d
from scipy.signal import resample_poly

from retrowalk.gait.clock import Stretch
from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

TRUNK_HZ = 50.0  # the trunk says little above 15 Hz
UPRIGHT_S = 4.0  # gravity is what stays the same over several steps


@dataclass(frozen=True, slots=True)
class Level:
    """Row i was read at `start_s + i / rate_hz`.

    `motion` (n, 6): vertical, anterior and leftward acceleration (m/s², gravity taken out), and
    turning about the anterior, leftward and vertical axis (rad/s).
    """

    start_s: float
    rate_hz: float
    motion: Floats

    def __len__(self) -> int:
        return len(self.motion)

    @property
    def up(self) -> Floats:
        return self.motion[:, 0]

    @property
    def ahead(self) -> Floats:
        return self.motion[:, 1]

    @property
    def left(self) -> Floats:
        return self.motion[:, 2]

    @property
    def yaw(self) -> Floats:
        return self.motion[:, 5]


def level(stretch: Stretch) -> Level:
    """Turn the sensor's axes so that slow gravity is vertical; heading stays the sensor's own."""
    six, rate_hz = _slower(stretch)
    acc, gyr = six[:, :3], six[:, 3:]
    window = min(max(1, round(UPRIGHT_S * rate_hz)), len(acc))
    up = uniform_filter1d(acc, window, axis=0, mode="nearest")
    up /= np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
    ahead = np.array([1.0, 0.0, 0.0]) - up * up[:, :1]
    steep = np.linalg.norm(ahead, axis=1) < 1e-6
    ahead[steep] = [0.0, 0.0, -1.0]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    left = np.cross(up, ahead)
    axes = (up, ahead, left)
    vertical, forth, aside = (np.sum(acc * axis, axis=1) for axis in axes)
    yaw, roll, pitch = (np.sum(gyr * axis, axis=1) for axis in axes)
    motion = np.stack([vertical - STANDARD_GRAVITY_MPS2, forth, aside, roll, pitch, yaw], axis=1)
    return Level(start_s=stretch.start_s, rate_hz=rate_hz, motion=motion)


def _slower(stretch: Stretch) -> tuple[Floats, float]:
    """(n, 6) acceleration and turning near TRUNK_HZ, smoothed before samples are left out."""
    six = np.concatenate([stretch.acc_mps2, stretch.gyr_radps], axis=1)
    up, down = _ratio(stretch.rate_hz)
    if up == down:
        return six, stretch.rate_hz
    slow: Floats = resample_poly(six, up, down, axis=0, padtype="line")
    return slow, stretch.rate_hz * up / down


def _ratio(rate_hz: float) -> tuple[int, int]:
    """Small whole numbers that bring this rate within a few percent of TRUNK_HZ."""
    if rate_hz <= TRUNK_HZ:
        return 1, 1
    for up in range(1, 5):
        down = round(up * rate_hz / TRUNK_HZ)
        if abs(rate_hz * up / down / TRUNK_HZ - 1) < 0.05:
            return up, down
    return 1, max(1, int(rate_hz / TRUNK_HZ))
