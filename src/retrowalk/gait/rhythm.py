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
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, sosfiltfilt

from retrowalk.gait.level import Level
from retrowalk.tables import Floats

MIRROR = np.array([1.0, 1.0, -1.0, -1.0, 1.0, -1.0])  # up ahead left | roll pitch yaw
SCALE_M = 2.5  # rad/s → m/s²: brings turning to the size of acceleration in walking
VERTICAL = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
BAND_HZ = (0.5, 6.0)  # stride frequency to the third harmonic of quick steps
STEP_S = (0.28, 1.30)  # 214 to 46 steps a minute
WINDOW_S = 3.0  # a few steps; shorter follows starts and turns, longer hears better
PREFER_SHORT = 0.05  # per second: three steps mirror as well as one
JOLT_MPS2 = 8.0  # beyond this a reading is a knock, which must not outweigh many steps
STILL = 0.02  # (m/s²)² added to the energy, so that noise at rest mirrors nothing
FEWEST = 24  # samples, below which there is nothing to correlate


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Per row of a Level: the likeliest step time and how well steps mirror there, -1 to 1."""

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
    signals = _banded(walk) * (
        np.array([1.0, 1.0, 1.0, SCALE_M, SCALE_M, SCALE_M]) if mirrored else VERTICAL
    )
    signals = np.clip(signals, -JOLT_MPS2, JOLT_MPS2)
    lags = np.arange(round(STEP_S[0] * walk.rate_hz), round(STEP_S[1] * walk.rate_hz) + 1)
    fits = np.stack([_fit(signals, int(lag), walk.rate_hz) for lag in lags])
    fits -= PREFER_SHORT * (lags / walk.rate_hz)[:, None]
    best = np.argmax(fits, axis=0)
    column = np.arange(n)
    middle = fits[best, column]
    before, after = (fits[np.clip(best + d, 0, len(lags) - 1), column] for d in (-1, 1))
    bend = before - 2 * middle + after
    shift = np.where(bend < -1e-9, 0.5 * (before - after) / np.minimum(bend, -1e-9), 0.0)
    return Rhythm(step_s=(lags[best] + np.clip(shift, -0.5, 0.5)) / walk.rate_hz, fit=middle)


def _banded(walk: Level) -> Floats:
    top = min(BAND_HZ[1], 0.45 * walk.rate_hz)
    sos = butter(2, [BAND_HZ[0], top], btype="band", fs=walk.rate_hz, output="sos")
    padding = min(len(walk) - 2, round(1.2 * walk.rate_hz))
    smooth: Floats = sosfiltfilt(sos, walk.motion, axis=0, padlen=padding)
    return smooth


def _fit(signals: Floats, lag: int, rate_hz: float) -> Floats:
    """(n,) mirrored correlation at one lag over WINDOW_S, set between the two samples."""
    n = len(signals)
    if lag >= n - 2:
        return np.full(n, -1.0)
    early, late = signals[:-lag], signals[lag:]
    alike, energy = np.zeros(n), np.zeros(n)
    half = lag // 2
    alike[half : half + n - lag] = np.sum(early * late * MIRROR, axis=1)
    energy[half : half + n - lag] = 0.5 * np.sum(early**2 + late**2, axis=1)
    window = max(1, round(WINDOW_S * rate_hz))
    alike, energy = (uniform_filter1d(x, window, mode="constant") for x in (alike, energy))
    return alike / (energy + STILL)
