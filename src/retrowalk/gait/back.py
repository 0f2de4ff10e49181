"""Steps and direction from a sensor on the lower back.

A clock that runs at the local step time unwinds the trunk's signals; what is left over after
smoothing are their harmonics, slowly changing. The phase of the vertical one counts steps. The
direction of time in the anterior one tells the direction of travel: a landing foot brakes at
once and is then slowly overcome, so anterior acceleration falls steeply and rises slowly when
walking forward, and the other way round when walking backward.

    forward   ___/|___/|___/|      biphase of ahead: -90°
    backward  |\\___|\\___|\\___      biphase of ahead: +90°
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from retrowalk.gait.level import Level
from retrowalk.gait.rhythm import Rhythm
from retrowalk.tables import Floats

COUNT_S = 1.2  # smoothing of the phase that counts steps: follows a change of pace in a step
SENSE_S = 2.4  # smoothing of the harmonics that tell direction: about two strides
PASSES = 3  # of a moving average: together close to a Hann window
LANDS_BEFORE_S = 0.08  # the foot lands this long before the vertical harmonic peaks; on mobgap
CALMEST_MPS2 = 0.15  # of the vertical harmonic; less is swaying, not stepping
MIRRORED = 0.30  # least fit of a step to the one before that counts as walking


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Steps:
    """One row per step of the trunk, in order; the harmonics are complex, at that instant.

    `ahead_1`, `ahead_2`: anterior acceleration at the step frequency and its double;
    `up_1`: vertical at the step frequency; `left_half`: leftward at half of it.
    """

    time_s: Floats = field(default_factory=_none)
    step_s: Floats = field(default_factory=_none)
    fit: Floats = field(default_factory=_none)
    turning_radps: Floats = field(default_factory=_none)
    ahead_1: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))
    ahead_2: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))
    up_1: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))
    left_half: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))

    def __len__(self) -> int:
        return len(self.time_s)


def find_steps(walk: Level, rhythm: Rhythm) -> Steps:
    """Every step where the trunk walks, without asking in which direction."""
    if not len(walk) or not np.any(rhythm.fit > MIRRORED):
        return Steps()
    steady_s = np.where(np.isfinite(rhythm.step_s), rhythm.step_s, 1.0)
    clock_rad = 2 * np.pi * np.cumsum(1.0 / (steady_s * walk.rate_hz))
    counting = _harmonic(walk.up, clock_rad, 1.0, COUNT_S, walk.rate_hz)
    phase = clock_rad + np.unwrap(np.angle(counting))
    peak, share = _passes(phase)
    keep = (rhythm.fit[peak] > MIRRORED) & (2 * np.abs(counting[peak]) > CALMEST_MPS2)
    peak, share = peak[keep], share[keep]
    slow = {
        "ahead_1": _harmonic(walk.ahead, clock_rad, 1.0, SENSE_S, walk.rate_hz),
        "ahead_2": _harmonic(walk.ahead, clock_rad, 2.0, SENSE_S, walk.rate_hz),
        "up_1": _harmonic(walk.up, clock_rad, 1.0, SENSE_S, walk.rate_hz),
        "left_half": _harmonic(walk.left, clock_rad, 0.5, SENSE_S, walk.rate_hz),
    }
    turn = uniform_filter1d(walk.yaw, max(1, round(COUNT_S * walk.rate_hz)), mode="nearest")
    unwound = {"ahead_1": 1.0, "ahead_2": 2.0, "up_1": 1.0, "left_half": 0.5}
    return Steps(
        time_s=walk.start_s + (peak + share) / walk.rate_hz - LANDS_BEFORE_S,
        step_s=steady_s[peak],
        fit=rhythm.fit[peak],
        turning_radps=turn[peak],
        **{name: slow[name][peak] * np.exp(1j * unwound[name] * clock_rad[peak]) for name in slow},
    )


def _harmonic(
    signal: Floats, clock_rad: Floats, order: float, smooth_s: float, rate_hz: float
) -> NDArray[np.complex128]:
    """(n,) slowly changing amplitude and phase of one harmonic of the clock."""
    window = max(1, round(smooth_s / PASSES * rate_hz))
    wave: NDArray[np.complex128] = signal * np.exp(-1j * order * clock_rad)
    for _ in range(PASSES):
        wave = uniform_filter1d(wave, window, mode="constant")
    return wave


def _passes(phase: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Samples after which a rising phase passes a whole turn, and how far on to the next."""
    highest = np.maximum.accumulate(phase) / (2 * np.pi)
    turns = np.floor(highest)
    at = np.flatnonzero(np.diff(turns) > 0)
    rise = highest[at + 1] - highest[at]
    return at, (turns[at + 1] - highest[at]) / np.maximum(rise, 1e-12)
