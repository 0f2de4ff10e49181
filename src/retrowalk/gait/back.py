"""Steps and direction from a sensor on the lower back.

A clock that runs at the local step time unwinds the trunk's signals; what is left over after
smoothing are their harmonics, slowly changing. The phase of the vertical one counts steps. The
direction of time in the anterior one tells the direction of travel: a landing foot brakes at
once and is then slowly overcome, so anterior acceleration falls steeply and rises slowly when
walking forward, and the other way round when walking backward.

    forward   ___/|___/|___/|      biphase of ahead: -90°
    backward  |\\___|\\___|\\___      biphase of ahead: +90°

Everything is a function of what lies within REACH_S, but for the count of the clock's turns,
which is carried from piece to piece.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.level import Level
from retrowalk.gait.phase import NOTHING, Carried, Counted, Waves, against, clock_of, passes
from retrowalk.gait.pieces import chosen
from retrowalk.gait.rhythm import Rhythm
from retrowalk.gait.smooth import moving_mean
from retrowalk.gait.speed import size
from retrowalk.tables import Floats

COUNT_S = 1.2  # smoothing of the phase that counts steps: follows a change of pace in a step
SENSE_S = 2.4  # smoothing of the harmonics that tell direction: about two strides
LONELY_S = 1.5  # the longest step: one with none so near is not walking
BLOCK_S = 0.2  # the harmonics that tell direction are seen this often
PASSES = 3  # of a moving average: together close to a Hann window
TAIL_S = 3.0  # of the clock a piece is given by the one before: what the harmonics reach back
REACH_S = 7.0  # what lies further from a step does not change it, neither before nor after
LANDS_BEFORE_S = 0.08  # the foot lands this long before the vertical harmonic peaks; on mobgap
CALMEST_MPS2 = 0.20  # of the vertical harmonic; less is swaying, not stepping; on mobgap
MIRRORED = 0.05  # least fit of a step to the one before that counts as walking; on mobgap


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, slots=True)
class Steps:
    """One row per step of the trunk, in order; the harmonics are complex, at that instant.

    `column` is the Level's, counted from the beginning of the stretch.

    `ahead_1`, `ahead_2`: anterior acceleration at the step frequency and its double;
    `up_1`: vertical at the step frequency; `left_half`: leftward at half of it.  `rise_mps2` and
    `sway_mps2` are how strongly the trunk moves up and sideways around the step; `upright` is how
    much of gravity lies on the sensor's own z axis.
    """

    time_s: Floats = field(default_factory=_none)
    column: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    step_s: Floats = field(default_factory=_none)
    fit: Floats = field(default_factory=_none)
    turning_radps: Floats = field(default_factory=_none)
    rise_mps2: Floats = field(default_factory=_none)
    sway_mps2: Floats = field(default_factory=_none)
    upright: Floats = field(default_factory=_none)
    ahead_1: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))
    ahead_2: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))
    up_1: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))
    left_half: NDArray[np.complex128] = field(default_factory=lambda: np.empty(0, complex))

    def __len__(self) -> int:
        return len(self.time_s)


def find_steps(
    walk: Level, rhythm: Rhythm, carried: Carried = NOTHING, *, new: int = 0
) -> tuple[Steps, Counted]:
    """Every step where the trunk walks, in columns from `new` on, lonely ones too.

    `carried` comes from the piece before; without one, `new` is the stretch's first column.
    """
    tail = new - len(carried.clock)
    steady_s = np.where(np.isfinite(rhythm.step_s), rhythm.step_s, 1.0)
    clock = clock_of(steady_s[new:], walk.rate_hz, carried)
    half = against(clock, 1)
    once = half * half
    counting = _smoothed(walk.up[tail:] * once, COUNT_S, walk.rate_hz)
    passed = passes(clock, counting, new - tail, carried)
    counted = Counted(clock, passed.angle, passed.highest, new - tail)
    fit = rhythm.fit[tail:]
    strong = 2 * np.abs(counting[passed.at]) > CALMEST_MPS2
    keep = (fit[passed.at] > MIRRORED) & strong
    at, share = passed.at[keep], passed.share[keep]
    if not len(at):
        return Steps(), counted
    waves = (
        ("ahead_1", walk.ahead, once),
        ("ahead_2", walk.ahead, once * once),
        ("up_1", walk.up, once),
        ("left_half", walk.left, half),
    )
    slow = {
        name: _slow(signal[tail:] * clock, at, walk.rate_hz) / clock[at]
        for name, signal, clock in waves
    }
    turn = moving_mean(walk.yaw, max(1, round(COUNT_S * walk.rate_hz)))
    here = tail + at
    rise, sway = size(walk.motion[[0, 2]], walk.rate_hz)[:, here]
    return Steps(
        time_s=walk.at_s(here, share) - LANDS_BEFORE_S,
        column=walk.first + here,
        step_s=steady_s[here],
        fit=rhythm.fit[here],
        turning_radps=turn[here],
        rise_mps2=rise,
        sway_mps2=sway,
        upright=walk.upright[here],
        **slow,
    ), counted


def accompanied(steps: Steps) -> Steps:
    """The steps that have another beside them: one alone is not walking."""
    beside = np.zeros(len(steps), dtype=bool)
    near = np.diff(steps.time_s) <= LONELY_S
    beside[:-1] |= near
    beside[1:] |= near
    return chosen(steps, beside)


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
