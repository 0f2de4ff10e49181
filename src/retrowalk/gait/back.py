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

from retrowalk.gait.level import Level
from retrowalk.gait.rhythm import Rhythm
from retrowalk.gait.smooth import moving_mean
from retrowalk.tables import Floats

Waves = NDArray[np.complex128]

COUNT_S = 1.2  # smoothing of the phase that counts steps: follows a change of pace in a step
SENSE_S = 2.4  # smoothing of the harmonics that tell direction: about two strides
LONELY_S = 1.5  # the longest step: one with none so near is not walking
BLOCK_S = 0.2  # the harmonics that tell direction are seen this often
PASSES = 3  # of a moving average: together close to a Hann window
LANDS_BEFORE_S = 0.08  # the foot lands this long before the vertical harmonic peaks; on mobgap
CALMEST_MPS2 = 0.20  # of the vertical harmonic; less is swaying, not stepping; on mobgap
MIRRORED = 0.05  # least fit of a step to the one before that counts as walking; on mobgap


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
    half = np.exp(-0.5j * clock_rad)
    once = half * half
    counting = _smoothed(walk.up * once, COUNT_S, walk.rate_hz)
    phase = clock_rad + np.unwrap(np.angle(counting))
    peak, share = _passes(phase)
    keep = (rhythm.fit[peak] > MIRRORED) & (2 * np.abs(counting[peak]) > CALMEST_MPS2)
    keep[keep] = _accompanied(peak[keep], round(LONELY_S * walk.rate_hz))
    peak, share = peak[keep], share[keep]
    waves = (
        ("ahead_1", walk.ahead, once),
        ("ahead_2", walk.ahead, once * once),
        ("up_1", walk.up, once),
        ("left_half", walk.left, half),
    )
    slow = {
        name: _slow(signal * clock, peak, walk.rate_hz) / clock[peak]
        for name, signal, clock in waves
    }
    turn = moving_mean(walk.yaw, max(1, round(COUNT_S * walk.rate_hz)))
    return Steps(
        time_s=walk.start_s + (peak + share) / walk.rate_hz - LANDS_BEFORE_S,
        step_s=steady_s[peak],
        fit=rhythm.fit[peak],
        turning_radps=turn[peak],
        **slow,
    )


def _accompanied(peak: NDArray[np.intp], within: int) -> NDArray[np.bool_]:
    """Whether a step has another beside it."""
    beside = np.zeros(len(peak), dtype=bool)
    near = np.diff(peak) <= within
    beside[:-1] |= near
    beside[1:] |= near
    return beside


def _slow(wave: Waves, at: NDArray[np.intp], rate_hz: float) -> Waves:
    """The same smoothed over SENSE_S, near `at`; in blocks, for it hardly changes within one."""
    block = max(1, round(BLOCK_S * rate_hz))
    means: Waves = np.add.reduceat(wave, np.arange(0, len(wave), block))
    return _smoothed(means / block, SENSE_S, rate_hz / block)[at // block]


def _smoothed(wave: Waves, smooth_s: float, rate_hz: float) -> Waves:
    """(n,) of what a clock unwound: slowly changing amplitude and phase of one harmonic."""
    window = max(1, round(smooth_s / PASSES * rate_hz))
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
