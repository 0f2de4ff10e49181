"""Strides and direction from a thigh sensor or a trouser pocket whose flexion sign is known.

Time has a direction in a thigh: the leg is thrown quickly and carried back slowly, and the
hip brakes at each landing and is then slowly overcome. Three signs of it are read in every
stride. Each turns round when the walk is played backward in time:

    skew      fast flexion and slow extension (+), or fast extension and slow flexion (-)
    rise      the hip's vertical acceleration against the thigh's swing, at the step frequency
    surge     its anterior acceleration against the swing, likewise

Turned the wrong way round, skew and surge change sign and rise does not, so that a false
flexion sign tends to contradict itself; but it is never found out here: without a known sign
nothing is said.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.clock import Stretch
from retrowalk.gait.smooth import moving_mean
from retrowalk.gait.strides import STRIDE_S, Walk
from retrowalk.tables import KIND_CODE, SIDE_CODE, Contacts, Floats, Strides
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import ContactKind, Side

Waves = NDArray[np.complex128]

THIGH_HZ = 25.0  # a thigh says nothing of direction above 5 Hz
UPRIGHT_S = 4.0  # gravity, and so the thigh's middle, is what stays the same over several strides
DRIFT_S = 2.0  # what changes slower than this is drift or turning, not swing
JITTER_S = 0.08  # what changes faster is cloth
WINDOW_S = 4.0  # a few strides
PREFER_SHORT = 0.05  # per second: two strides repeat as well as one
STILL = 0.02  # (rad/s)² added to the energy, so that noise at rest repeats nothing
REPEATED = 0.30  # least fit of a stride to the one before that counts as walking
CALMEST_RADPS = 0.20  # of the swing's first harmonic; less is shifting weight
COUNT_S = 1.5  # smoothing of the phase that counts strides
SENSE_S = 2.0  # smoothing of the harmonics that tell direction: about two strides
PASSES = 3  # of a moving average: together close to a Hann window
FEWEST = 24  # samples, below which there is nothing to correlate

LANDS = (0.26, -0.33)  # of a stride after fastest flexion, forward and backward; on cmu
AROUND = 5  # cycles whose evidence together says which of the two, be it certain or not
UNEVEN = 0.4  # a cycle this much off the local stride time is a start, a stop or a turn
SKEW_WEIGHT = 2.6  # these four fitted on cmu (forward, the one backward clip, both played
RISE_WEIGHT = 2.9  # backward) and simulation: log-odds of a plain sign
RISE_RAD = 1.1
SURGE_WEIGHT = 1.4
DULL = 1.0  # log-odds below which nothing is said: neighbours share their harmonics, and so errors
SLOW_S = (1.6, 2.0)  # stride times at which evidence begins to fade and ends: slower was not seen
MOST = 4.0  # log-odds one stride can give


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class _Swung:
    """(n,) each: flexion rate in the band of walking, the hip's acceleration up and ahead."""

    start_s: float
    rate_hz: float
    flexion: Floats
    up: Floats
    ahead: Floats


@dataclass(frozen=True, slots=True)
class Cycles:
    """One row per cycle of the thigh, in order, at the instant it flexes fastest.

    `skew` of the flexion rate over one stride; `rise_rad` and `surge_rad` the phases of vertical
    and anterior acceleration at the step frequency, counted from twice the phase of the angle.
    """

    time_s: Floats = field(default_factory=_none)
    stride_s: Floats = field(default_factory=_none)
    skew: Floats = field(default_factory=_none)
    rise_rad: Floats = field(default_factory=_none)
    surge_rad: Floats = field(default_factory=_none)

    def __len__(self) -> int:
        return len(self.time_s)


def find_cycles(stretch: Stretch) -> Cycles:
    """Every cycle where the thigh swings evenly, without asking in which direction."""
    swung = _swung(stretch)
    if len(swung.flexion) < FEWEST:
        return Cycles()
    stride_s, fit = _rhythm(swung.flexion, swung.rate_hz)
    clock_rad = 2 * np.pi * np.cumsum(1.0 / (stride_s * swung.rate_hz))
    counting = _harmonic(swung.flexion, clock_rad, 1.0, COUNT_S, swung.rate_hz)
    at, share = _passes(clock_rad + np.unwrap(np.angle(counting)))
    keep = (fit[at] > REPEATED) & (2 * np.abs(counting[at]) > CALMEST_RADPS)
    at, share = at[keep], share[keep]
    rise, surge = _against(swung, clock_rad)
    return Cycles(
        time_s=swung.start_s + (at + share) / swung.rate_hz,
        stride_s=stride_s[at],
        skew=_skews(swung.flexion, at, stride_s[at] * swung.rate_hz),
        rise_rad=rise[at],
        surge_rad=surge[at],
    )


def evidence(cycles: Cycles) -> Floats:
    """Log-odds of each cycle, + for backward.

    From: the sawtooth of the thigh in time (measured in motion capture; skewness of the flexion
    rate, biphases at one and two times the stride frequency).
    Differs: the biphase of the angle with itself says what skew says and got no weight in the
    fit; its biphases with the two accelerations of the hip do, and tell slow walks apart.
    """
    said = (
        -SKEW_WEIGHT * np.clip(cycles.skew, -1.0, 1.0)
        + RISE_WEIGHT * np.cos(cycles.rise_rad - RISE_RAD)
        - SURGE_WEIGHT * np.sin(cycles.surge_rad)
    )
    low, high = SLOW_S
    trust = np.clip((high - cycles.stride_s) / (high - low), 0.0, 1.0)
    plain: Floats = np.sign(said) * np.clip(trust * np.abs(said) - DULL, 0.0, MOST)
    return plain


def find_walk(stretch: Stretch, side: Side) -> Walk:
    """One thigh's landings, strides and evidence; the caller vouches for the flexion sign.

    A thigh does not feel its foot land: landings are set at the phase of the swing at which they
    are seen in motion capture, 0.07 of a stride off either way.  Final contacts are not told.
    """
    cycles = find_cycles(stretch)
    said = evidence(cycles)
    landed = cycles.time_s + np.where(_leaning(said), LANDS[1], LANDS[0]) * cycles.stride_s
    contacts = Contacts(
        time_s=np.sort(landed),
        kind=np.full(len(landed), KIND_CODE[ContactKind.INITIAL], dtype=np.int8),
        side=np.full(len(landed), SIDE_CODE[side], dtype=np.int8),
    )
    if len(cycles) < 2:
        return Walk(contacts=contacts, evidence=said, evidence_s=cycles.time_s)
    lasts = np.diff(landed)
    even = np.abs(lasts / cycles.stride_s[1:] - 1) < UNEVEN
    good = even & (lasts >= STRIDE_S[0]) & (lasts <= STRIDE_S[1])
    n = int(np.count_nonzero(good))
    strides = Strides(
        start_s=landed[:-1][good],
        end_s=landed[1:][good],
        side=np.full(n, SIDE_CODE[side], dtype=np.int8),
        direction=np.zeros(n, dtype=np.int8),
        backward_probability=np.full(n, 0.5),
        stance_s=np.full(n, np.nan),
        length_m=np.full(n, np.nan),
        speed_mps=np.full(n, np.nan),
        bout_i=np.full(n, -1, dtype=np.int64),
    )
    return Walk(contacts, strides, said, cycles.time_s, np.flatnonzero(good) + 1)


def _leaning(said: Floats) -> NDArray[np.bool_]:
    """Whether the cycles around each speak rather for backward."""
    if not len(said):
        return np.empty(0, dtype=np.bool_)
    total = moving_mean(said, AROUND, beyond="nothing")
    leaning: NDArray[np.bool_] = total > 0
    return leaning


def _swung(stretch: Stretch) -> _Swung:
    """The thigh's swing about its own middle, and the hip's movement turned out of it."""
    block = max(1, int(stretch.rate_hz / THIGH_HZ + 1e-6))
    rate_hz = stretch.rate_hz / block
    acc, gyr = (_slower(values, block) for values in (stretch.acc_mps2, stretch.gyr_radps))
    if len(acc) < FEWEST:
        return _Swung(stretch.start_s, rate_hz, _none(), _none(), _none())
    middle = moving_mean(acc.T, min(len(acc), round(UPRIGHT_S * rate_hz))).T
    middle /= np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-9)
    front = np.array([1.0, 0.0, 0.0]) - middle * middle[:, :1]
    front /= np.maximum(np.linalg.norm(front, axis=1, keepdims=True), 1e-9)
    pitch = np.sum(gyr * np.cross(middle, front), axis=1)  # lowers the front: extends the hip
    flexion = moving_mean(_steady(-pitch, rate_hz), round(JITTER_S * rate_hz))
    angle = _steady(np.cumsum(flexion) / rate_hz, rate_hz)
    along, across = np.sum(acc * middle, axis=1), np.sum(acc * front, axis=1)
    return _Swung(
        start_s=stretch.start_s + 0.5 * (block - 1) / stretch.rate_hz,
        rate_hz=rate_hz,
        flexion=flexion,
        up=along * np.cos(angle) + across * np.sin(angle) - STANDARD_GRAVITY_MPS2,
        ahead=across * np.cos(angle) - along * np.sin(angle),
    )


def _slower(values: Floats, block: int) -> Floats:
    """(n, 3) of (m, 3): the means of blocks of samples."""
    n = len(values) // block
    means: Floats = values[: n * block].reshape(n, block, 3).mean(axis=1)
    return means


def _steady(values: Floats, rate_hz: float) -> Floats:
    """(n,) without what changes slowly."""
    window = max(1, round(DRIFT_S * rate_hz))
    return values - moving_mean(moving_mean(values, window), window)


def _rhythm(flexion: Floats, rate_hz: float) -> tuple[Floats, Floats]:
    """(n,) the likeliest stride time and how well a stride repeats the one before, -1 to 1."""
    n = len(flexion)
    window = min(n, max(1, round(WINDOW_S * rate_hz)))
    best, fit = np.full(n, STRIDE_S[0]), np.full(n, -1.0)
    for lag in range(round(STRIDE_S[0] * rate_hz), min(round(STRIDE_S[1] * rate_hz), n - 4)):
        early, late, half = flexion[:-lag], flexion[lag:], lag // 2
        alike, energy = np.zeros(n), np.zeros(n)
        alike[half : half + n - lag] = early * late
        energy[half : half + n - lag] = 0.5 * (early**2 + late**2)
        alike, energy = (moving_mean(x, window, beyond="nothing") for x in (alike, energy))
        here = alike / (energy + STILL) - PREFER_SHORT * lag / rate_hz
        better = here > fit
        best[better], fit[better] = lag / rate_hz, here[better]
    return best, fit


def _against(swung: _Swung, clock_rad: Floats) -> tuple[Floats, Floats]:
    """(n,) phases of the hip's vertical and anterior acceleration against the thigh's swing."""
    swing = _harmonic(swung.flexion, clock_rad, 1.0, SENSE_S, swung.rate_hz) / 1j  # of the angle
    waves = (_harmonic(x, clock_rad, 2.0, SENSE_S, swung.rate_hz) for x in (swung.up, swung.ahead))
    rise, surge = (np.angle(wave * np.conj(swing) ** 2) for wave in waves)
    return rise, surge


def _harmonic(
    signal: Floats, clock_rad: Floats, order: float, smooth_s: float, rate_hz: float
) -> Waves:
    """(n,) slowly changing amplitude and phase of one harmonic of the clock."""
    window = max(1, round(smooth_s / PASSES * rate_hz))
    wave: Waves = signal * np.exp(-1j * order * clock_rad)
    for _ in range(PASSES):
        wave = moving_mean(wave, window, beyond="nothing")
    return wave


def _passes(phase: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Samples after which a rising phase passes a whole turn, and how far on to the next."""
    highest = np.maximum.accumulate(phase) / (2 * np.pi)
    turns = np.floor(highest)
    at = np.flatnonzero(np.diff(turns) > 0)
    rise = highest[at + 1] - highest[at]
    return at, (turns[at + 1] - highest[at]) / np.maximum(rise, 1e-12)


def _skews(flexion: Floats, at: NDArray[np.intp], lasts: Floats) -> Floats:
    """Skewness of the flexion rate over one stride around each of these samples."""
    n = len(flexion)
    half = np.maximum(np.rint(0.5 * lasts).astype(np.intp), 1)
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, n)
    sums = [np.concatenate([[0.0], np.cumsum(flexion**k)]) for k in (1, 2, 3)]
    one, two, three = ((total[high] - total[low]) / (high - low) for total in sums)
    spread = np.maximum(two - one**2, 0.0)
    third = three - 3 * one * two + 2 * one**3
    skew: Floats = third / np.maximum(spread**1.5, 1e-6)
    return skew
