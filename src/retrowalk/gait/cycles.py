"""Cycles of a thigh: where it swings evenly, and in what shape.

Everything is a function of what lies within REACH_S, but for the count of the clock's turns,
which is carried from piece to piece.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.clock import Stretch
from retrowalk.gait.phase import NOTHING, Carried, Counted, Counts, Waves, against, clock_of, passes
from retrowalk.gait.rhythm import likeness
from retrowalk.gait.smooth import moving_mean, moving_sum
from retrowalk.gait.strides import STRIDE_S
from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

THIGH_HZ = 25.0  # a thigh says nothing of direction above 5 Hz
UPRIGHT_S = 4.0  # gravity, and so the thigh's middle, is what stays the same over several strides
DRIFT_S = 2.0  # what changes slower than this is drift or turning, not swing
JITTER_S = 0.08  # what changes faster is cloth
WINDOW_S = 4.0  # a few strides
ANEW_S = 0.2  # the stride time is asked for this often
PREFER_SHORT = 0.05  # per second: two strides repeat as well as one
REPEATED = 0.30  # least fit of a stride to the one before that counts as walking
CALMEST_RADPS = 0.20  # of the swing's first harmonic; less is shifting weight
COUNT_S = 1.5  # smoothing of the phase that counts strides
SENSE_S = 2.0  # smoothing of the harmonics that tell direction: about two strides
PASSES = 3  # of a moving average: together close to a Hann window
TAIL_S = 3.0  # of the clock a piece is given by the one before: what the harmonics reach back
REACH_S = 10.0  # what lies further from a cycle does not change it, neither before nor after
FEWEST = 24  # samples, below which there is nothing to correlate
FINE = 1 << 24  # parts of a radian that angles are counted in, for sums that are exact


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Swung:
    """Column i of each was read at `start_s + (first + i) / rate_hz`.

    Flexion rate in the band of walking, the hip's acceleration up and ahead; how much of gravity
    lies on the sensor's own z axis, 1 at most.
    """

    start_s: float
    rate_hz: float
    first: int
    flexion: Floats
    up: Floats
    ahead: Floats
    upright: Floats

    def __len__(self) -> int:
        return len(self.flexion)

    def at_s(self, column: NDArray[np.intp], share: Floats) -> Floats:
        whole = (column + self.first) / self.rate_hz
        return self.start_s + whole + share / self.rate_hz


@dataclass(frozen=True, slots=True)
class Cycles:
    """One row per cycle of the thigh, in order, at the instant it flexes fastest.

    `column` is counted from the beginning of the stretch.  `skew` of the flexion rate over one
    stride; `rise_rad` and `surge_rad` the phases of vertical and anterior acceleration at the
    step frequency, counted from twice the phase of the angle; `upright` is how much of gravity
    lies on the sensor's own z axis around it.
    """

    time_s: Floats = field(default_factory=_none)
    column: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    stride_s: Floats = field(default_factory=_none)
    skew: Floats = field(default_factory=_none)
    rise_rad: Floats = field(default_factory=_none)
    surge_rad: Floats = field(default_factory=_none)
    upright: Floats = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.time_s)


def rows_of_column(rate_hz: float) -> int:
    """How many samples of a stretch make one column."""
    return max(1, int(rate_hz / THIGH_HZ + 1e-6))


def find_cycles(
    swung: Swung, carried: Carried = NOTHING, *, new: int = 0
) -> tuple[Cycles, Counted]:
    """Every cycle where the thigh swings evenly, in columns from `new` on, whatever direction.

    `carried` comes from the piece before; without one, `new` is the stretch's first column.
    """
    tail = new - len(carried.clock)
    stride_s, fit = _rhythm(swung)
    clock = clock_of(stride_s[new:], swung.rate_hz, carried)
    counting = _harmonic(swung.flexion[tail:], clock, 2, COUNT_S, swung.rate_hz)
    passed = passes(clock, counting, new - tail, carried)
    counted = Counted(clock, passed.angle, passed.highest, new - tail)
    keep = (fit[tail + passed.at] > REPEATED) & (2 * np.abs(counting[passed.at]) > CALMEST_RADPS)
    at, share = passed.at[keep], passed.share[keep]
    if not len(at):
        return Cycles(), counted
    swing = _harmonic(swung.flexion[tail:], clock, 2, SENSE_S, swung.rate_hz)[at] / 1j  # the angle
    rise, surge = (
        np.angle(_harmonic(x[tail:], clock, 4, SENSE_S, swung.rate_hz)[at] * np.conj(swing) ** 2)
        for x in (swung.up, swung.ahead)
    )
    here = tail + at
    return Cycles(
        time_s=swung.at_s(here, share),
        column=swung.first + here,
        stride_s=stride_s[here],
        skew=_skews(swung.flexion, here, stride_s[here] * swung.rate_hz),
        rise_rad=rise,
        surge_rad=surge,
        upright=swung.upright[here],
    ), counted


def swung(rows: Stretch) -> Swung:
    """The thigh's swing about its own middle, and the hip's movement turned out of it.

    A later piece of a stretch must begin where a column does.
    """
    block = rows_of_column(rows.rate_hz)
    rate_hz = rows.rate_hz / block
    acc, gyr = (_slower(values, block) for values in (rows.acc_mps2, rows.gyr_radps))
    middle = moving_mean(acc, round(UPRIGHT_S * rate_hz))
    middle /= np.maximum(_size(middle), 1e-9)
    front = -middle * middle[0]  # what is left of x when the middle is taken out
    front[0] += 1.0
    front /= np.maximum(_size(front), 1e-9)
    pitch = _dot(gyr, _cross(middle, front))  # lowers the front: extends the hip
    flexion = moving_mean(_steady(-pitch, rate_hz), round(JITTER_S * rate_hz))
    angle = _turned(flexion, rate_hz)
    along, across = _dot(acc, middle), _dot(acc, front)
    return Swung(
        start_s=rows.start_s + 0.5 * (block - 1) / rows.rate_hz,
        rate_hz=rate_hz,
        first=rows.first // block,
        flexion=flexion,
        up=along * np.cos(angle) + across * np.sin(angle) - STANDARD_GRAVITY_MPS2,
        ahead=across * np.cos(angle) - along * np.sin(angle),
        upright=middle[2],
    )


def _slower(values: Floats, block: int) -> Floats:
    """(3, n) of (m, 3): the means of blocks of samples."""
    blocks = values[: len(values) // block * block].reshape(-1, block, 3)
    total = blocks[:, 0].copy()
    for k in range(1, block):
        total += blocks[:, k]
    return np.ascontiguousarray(total.T) / block


def _size(vectors: Floats) -> Floats:
    size: Floats = np.sqrt(_dot(vectors, vectors))
    return size


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
    return product


def _cross(a: Floats, b: Floats) -> Floats:
    return np.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2],
                     a[0] * b[1] - a[1] * b[0]])  # fmt: skip


def _steady(values: Floats, rate_hz: float) -> Floats:
    """(n,) without what changes slowly."""
    window = max(1, round(DRIFT_S * rate_hz))
    return values - moving_mean(moving_mean(values, window), window)


def _turned(flexion: Floats, rate_hz: float) -> Floats:
    """(n,) the angle turned through, without what changes slowly.

    Counted in whole parts, so that where the count began leaves no trace.
    """
    window = max(1, round(DRIFT_S * rate_hz))
    angle = np.cumsum(np.rint(flexion * (FINE / rate_hz)).astype(np.int64))
    slow = moving_sum(moving_sum(angle, window), window)
    return (angle * window**2 - slow) / (window**2 * FINE)


def _rhythm(swung: Swung) -> tuple[Floats, Floats]:
    """(n,) the likeliest stride time and how well a stride repeats the one before, -1 to 1."""
    n, rate_hz = len(swung), swung.rate_hz
    lags = np.arange(round(STRIDE_S[0] * rate_hz), min(round(STRIDE_S[1] * rate_hz), n - 4))
    if n < FEWEST or not len(lags):
        return np.full(n, STRIDE_S[0]), np.full(n, -1.0)
    hop = max(1, round(ANEW_S * rate_hz))
    signal = swung.flexion[None].astype(np.float32)
    fits = likeness(signal, signal, lags, hop, round(WINDOW_S * rate_hz / hop))
    fits -= PREFER_SHORT * (lags / rate_hz)[:, None]
    best, every = np.argmax(fits, axis=0), np.arange(n) // hop
    stride_s, fit = lags[best] / rate_hz, fits[best, np.arange(fits.shape[1])]
    return stride_s[every], fit[every]


def _harmonic(signal: Floats, clock: Counts, halves: int, smooth_s: float, rate_hz: float) -> Waves:
    """(n,) slowly changing amplitude and phase of one harmonic of the clock."""
    window = max(1, round(smooth_s / PASSES * rate_hz))
    wave: Waves = signal * against(clock, halves)
    for _ in range(PASSES):
        wave = moving_mean(wave, window, beyond="nothing")
    return wave


def _skews(flexion: Floats, at: NDArray[np.intp], lasts: Floats) -> Floats:
    """Skewness of the flexion rate over one stride around each of these columns."""
    half = np.maximum(np.rint(0.5 * lasts).astype(np.intp), 1)
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(flexion))
    count = high - low
    begins = np.concatenate([[0], np.cumsum(count)[:-1]])
    rows = np.arange(count.sum()) + np.repeat(low - begins, count)
    one, two, three = (np.add.reduceat(flexion[rows] ** k, begins) / count for k in (1, 2, 3))
    spread = np.maximum(two - one**2, 0.0)
    third = three - 3 * one * two + 2 * one**3
    skew: Floats = third / np.maximum(spread**1.5, 1e-6)
    return skew
