"""Whether a trunk walks, and at which step time: how well each step mirrors the one before.

One step later the body does the same again, left and right exchanged:

    up, ahead, pitch     repeat after one step           x(t + T) ~  x(t)
    left, roll, yaw      repeat with the other sign      x(t + T) ~ -x(t)

No other movement does both, and nothing in this asks for the direction of walking or for a
true mounting in heading. The best T in view of all six signals is the step time; how well it
fits, from -1 to 1, says whether this is walking.
Differs: autocorrelation methods (Moe-Nilssen & Helbostad 2004) take the vertical axis alone,
whose harmonics are easily taken for steps in slow walking.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.level import Level
from retrowalk.gait.smooth import moving_mean
from retrowalk.tables import Floats

Singles = NDArray[np.float32]

MIRROR = np.array([1.0, 1.0, -1.0, -1.0, 1.0, -1.0])  # up ahead left | roll pitch yaw
SCALE_M = 2.5  # rad/s → m/s²: brings turning to the size of acceleration in walking
SLOW_S = 1.6  # what a mean over this keeps is leaning and turning round, not stepping
STEP_S = (0.28, 1.30)  # 214 to 46 steps a minute
WINDOW_S = 3.0  # a few steps; shorter follows starts and turns, longer hears better
ANEW_S = 0.2  # the step time is asked for this often
PREFER_SHORT = 0.05  # per second: three steps mirror as well as one
JOLT_MPS2 = 8.0  # beyond this a reading is a knock, which must not outweigh many steps
STILL = 0.02  # (m/s²)² added to the energy, so that noise at rest mirrors nothing
FEWEST = 24  # samples, below which there is nothing to correlate


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Per column of a Level: the likeliest step time and how well steps mirror there, -1 to 1."""

    step_s: Floats
    fit: Floats


def find_rhythm(walk: Level, *, mirrored: bool = True) -> Rhythm:
    """The step time and its fit at every sample.

    With `mirrored` false only the vertical is heard, for sensors not on the midline or whose
    heading is not known.
    """
    n = len(walk)
    if n < FEWEST:
        return Rhythm(step_s=np.full(n, np.nan), fit=np.full(n, -1.0))
    heard = walk.motion if mirrored else walk.motion[:1]
    signals = _quick(heard, walk.rate_hz)
    hop = max(1, round(ANEW_S * walk.rate_hz))
    longest = min(round(STEP_S[1] * walk.rate_hz) + 1, n - 3)
    lags = np.arange(round(STEP_S[0] * walk.rate_hz) - 1, longest + 1)
    exchanged = signals * MIRROR[: len(signals), None].astype(np.float32)
    fits = likeness(signals, exchanged, lags, hop, round(WINDOW_S * walk.rate_hz / hop))
    fits -= PREFER_SHORT * (lags / walk.rate_hz)[:, None]
    step_s, fit = _best(fits, lags, walk.rate_hz)
    every = np.arange(n) // hop
    return Rhythm(step_s=step_s[every], fit=fit[every])


def _quick(motion: Floats, rate_hz: float) -> Singles:
    """(k, n) without what is slower than a stride, turning scaled to acceleration, no knocks.

    In single precision: half the memory to go through fifty times.
    """
    slow = moving_mean(motion, max(1, round(SLOW_S * rate_hz)))
    quick = motion - slow
    quick[3:] *= SCALE_M
    return np.clip(quick, -JOLT_MPS2, JOLT_MPS2).astype(np.float32)


def likeness(
    signals: Singles, mirrored: Singles, lags: NDArray[np.intp], hop: int, window: int
) -> Floats:
    """(lags, n / hop) how alike (k, n) signals and later mirrored ones are, over `window` hops.

    -1 to 1; set between the two samples compared.
    """
    n = signals.shape[1]
    blocks = -(-n // hop)
    energy = np.einsum("ij,ij->j", signals, signals)
    begins = np.arange(0, blocks * hop, hop)
    alike, both = np.empty((2, len(lags), blocks), dtype=np.float32)
    for row, lag in enumerate(lags.tolist()):
        #   the pair (i, i + lag) belongs to its middle, i + lag // 2
        pairs = np.zeros((2, blocks * hop), dtype=np.float32)
        at = slice(lag // 2, lag // 2 + n - lag)
        np.einsum("ij,ij->j", signals[:, : n - lag], mirrored[:, lag:], out=pairs[0, at])
        np.add(energy[: n - lag], energy[lag:], out=pairs[1, at])
        alike[row], both[row] = np.add.reduceat(pairs, begins, axis=1)
    product, square = (
        moving_mean(sums.astype(np.float64), window, beyond="nothing") for sums in (alike, both)
    )
    fits: Floats = product / (0.5 * square + STILL * hop)
    return fits


def _best(fits: Floats, lags: NDArray[np.intp], rate_hz: float) -> tuple[Floats, Floats]:
    """Per column the best lag in seconds, finer than a sample, and its fit.

    Only a lag better than both beside it counts: what does not repeat is merely alike nearby.
    """
    peak = fits[1:-1]
    summit = (peak >= fits[:-2]) & (peak > fits[2:])
    best = 1 + np.argmax(np.where(summit, peak, -1.0), axis=0)
    column = np.arange(fits.shape[1])
    before, middle, after = (fits[best + d, column] for d in (-1, 0, 1))
    bend = before - 2 * middle + after
    shift = np.where(bend < -1e-9, 0.5 * (before - after) / np.minimum(bend, -1e-9), 0.0)
    found = summit[best - 1, column]
    step_s = (lags[best] + np.clip(shift, -0.5, 0.5)) / rate_hz
    return np.where(found, step_s, np.nan), np.where(found, middle, -1.0)
