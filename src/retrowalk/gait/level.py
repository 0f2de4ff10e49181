"""The trunk's movement in level axes, on one slow clock, whatever tilt the strap has."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.clock import Stretch
from retrowalk.gait.smooth import moving_mean
from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

TRUNK_HZ = 25.0  # the third harmonic of quick steps lies at 10 Hz; a trunk is read no slower
REACH = 3  # blocks of samples that make one: a Hann window, half gone at 8 Hz, nothing folds back
UPRIGHT_S = 4.0  # gravity is what stays the same over several steps


@dataclass(frozen=True, slots=True)
class Level:
    """Column i was read at `start_s + (first + i) / rate_hz`.

    `motion` (6, n): vertical, anterior and leftward acceleration (m/s², gravity taken out), and
    turning about the anterior, leftward and vertical axis (rad/s).  `upright` (n,) is how much of
    gravity lies on the sensor's own z axis, 1 at most.
    """

    start_s: float
    rate_hz: float
    motion: Floats
    upright: Floats = field(default_factory=lambda: np.empty(0))
    first: int = 0

    def __len__(self) -> int:
        return len(self.motion[0])

    def at_s(self, column: NDArray[np.intp], share: Floats | float = 0.0) -> Floats:
        """The time of a column, or of a `share` of the way from it to the next."""
        whole = (column + self.first) / self.rate_hz
        return self.start_s + whole + np.asarray(share) / self.rate_hz

    @property
    def up(self) -> Floats:
        row: Floats = self.motion[0]
        return row

    @property
    def ahead(self) -> Floats:
        row: Floats = self.motion[1]
        return row

    @property
    def left(self) -> Floats:
        row: Floats = self.motion[2]
        return row

    @property
    def yaw(self) -> Floats:
        row: Floats = self.motion[5]
        return row


def level(stretch: Stretch) -> Level:
    """Turn the sensor's axes so that slow gravity is vertical; heading stays the sensor's own.

    A later piece of a stretch must begin where one of its blocks does.
    """
    block = rows_of_column(stretch.rate_hz)
    rate_hz = stretch.rate_hz / block
    acc, gyr = _slower(stretch.acc_mps2, block), _slower(stretch.gyr_radps, block)
    window = min(max(1, round(UPRIGHT_S * rate_hz)), acc.shape[1])
    up = moving_mean(acc, window)
    up /= np.maximum(np.sqrt(np.sum(up * up, axis=0)), 1e-9)
    #   ahead is what is left of x when up is taken out: (1, 0, 0) - up * up_x
    ahead = up * -up[0]
    ahead[0] += 1.0
    size = np.sqrt(np.sum(ahead * ahead, axis=0))
    steep = size < 1e-6
    ahead[:, steep] = [[0.0], [0.0], [-1.0]]
    ahead /= np.where(steep, 1.0, size)
    left = _cross(up, ahead)
    motion = np.empty((6, acc.shape[1]))
    for row, (signal, axis) in enumerate(
        ((acc, up), (acc, ahead), (acc, left), (gyr, ahead), (gyr, left), (gyr, up))
    ):
        np.einsum("ij,ij->j", signal, axis, out=motion[row])
    motion[0] -= STANDARD_GRAVITY_MPS2
    middle_s = 0.5 * (block - 1) / stretch.rate_hz
    return Level(stretch.start_s + middle_s, rate_hz, motion, up[2], stretch.first // block)


def rows_of_column(rate_hz: float) -> int:
    """How many samples of a stretch make one column."""
    return max(1, int(rate_hz / TRUNK_HZ + 1e-6))


def _slower(values: Floats, block: int) -> Floats:
    """(3, n) of (m, 3): each block of samples becomes one, seen through a Hann window."""
    across = np.ascontiguousarray(values.T)  # long rows are quick to go along
    if block == 1:
        return across
    n = len(values) // block
    width = REACH * block
    hann = 1.0 - np.cos(2 * np.pi * (np.arange(width) + 0.5) / width)
    taps = (hann / hann.sum()).reshape(REACH, block)
    #   what each block adds to the one before, itself, and the next; no BLAS, whose sums round
    #   differently from place to place
    samples = [across[:, k : n * block : block] for k in range(block)]
    before, out, after = (_weighed(samples, part) for part in taps)
    out[:, 1:] += before[:, :-1]
    out[:, :-1] += after[:, 1:]
    out[:, 0] += values[0] * taps[0].sum()
    out[:, -1] += values[-1] * taps[2].sum()
    return out


def _weighed(samples: list[Floats], taps: Floats) -> Floats:
    """(3, n) the weighted sum of each block's samples."""
    out: Floats = samples[0] * taps[0]
    for sample, tap in zip(samples[1:], taps[1:].tolist(), strict=True):
        out += sample * tap
    return out


def _cross(a: Floats, b: Floats) -> Floats:
    out = np.empty_like(a)
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        out[i] = a[j] * b[k] - a[k] * b[j]
    return out
