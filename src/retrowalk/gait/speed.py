"""How fast the walker went, from a sensor on the lower back, and how far off that may be.

A trunk that vaults over a stiff leg rises by an amount that goes with the square of the step.
For a given leg, the square root of its vertical acceleration then goes with speed, whatever the
cadence. Slow, turning and halting walks sway sideways more than they rise, and fall short of it:

    speed  =  VAULT · √rise · (sway / rise) ^ -SWAY

Only forward walking was ever recorded with a reference. Backward walking obeys other numbers,
and the few clips of it scatter too widely to name them: its speed is not told from the back.
"""

from dataclasses import replace

import numpy as np

from retrowalk.gait.smooth import moving_mean
from retrowalk.tables import Bouts, Floats, Strides

VAULT = 0.493  # √(m) of leg and all else; this and the next fitted on mobgap, sixteen bouts
SWAY = 0.88
SWAYS = (0.55, 1.6)  # sideways to vertical; beyond what mobgap shows, the nearest it shows
STEADY_S = 0.6  # slower than this is leaning and turning, not stepping
AROUND_S = 4.0  # over which movement is measured: a few steps
SLOWEST_MPS = 0.2  # nothing slower was seen; less than this is not known
FASTEST_MPS = 2.2  # nor is a walk faster than this
SEEN_MPS = (0.65, 1.2)  # between these a bout is within USUAL_MPS of the truth, nine times in ten
USUAL_MPS = 0.15
SLOW_MPS = 0.25  # … below them, where people turn and halt
FAST_RATIO = 0.3  # … and above them, of the speed: derived signals alone reach there


def paces(rise_mps2: Floats, sway_mps2: Floats) -> Floats:
    """(k,) m/s at each step if it went forward; NaN where no such speed was ever seen.

    From: the inverted pendulum of Zijlstra & Hof 2003, Gait Posture 18:1 (step length from the
    rise of the trunk).
    Differs: nothing is integrated twice and leg length is not asked for, as nobody knows it; so
    a tall walker is called too slow, a short one too fast, by the root of the leg's length.
    """
    share = np.clip(sway_mps2 / np.maximum(rise_mps2, 1e-9), *SWAYS)
    speed = VAULT * np.sqrt(rise_mps2) * share**-SWAY
    told: Floats = np.where((speed >= SLOWEST_MPS) & (speed <= FASTEST_MPS), speed, np.nan)
    return told


def size(signal: Floats, rate_hz: float) -> Floats:
    """(…, n) root mean square around each sample of what is quicker than leaning."""
    steady = max(1, round(STEADY_S * rate_hz))
    half = max(1, round(0.5 * AROUND_S * rate_hz))
    quick = signal - moving_mean(moving_mean(signal, steady), steady)
    square = moving_mean(moving_mean(quick**2, half), half)
    return np.sqrt(np.maximum(square, 0.0))


def told(strides: Strides) -> Strides:
    """Speeds and lengths of a trunk's strides where their direction allows them, else NaN.

    An unclear stride keeps its speed where it leans forward: turns are unclear, and walked.
    """
    forward = (strides.direction >= 0) & (strides.backward_probability < 0.5)
    speed = np.where(forward, strides.speed_mps, np.nan)
    return replace(strides, speed_mps=speed, length_m=speed * (strides.end_s - strides.start_s))


def off_mps(bouts: Bouts) -> Floats:
    """(b,) how far from the truth the speed of a trunk's bout may well be; NaN without a speed."""
    slow, fast = SEEN_MPS
    speed = bouts.speed_mps
    off = np.where(speed < slow, SLOW_MPS, np.where(speed > fast, FAST_RATIO * speed, USUAL_MPS))
    return np.where(np.isfinite(speed), off, np.nan)
