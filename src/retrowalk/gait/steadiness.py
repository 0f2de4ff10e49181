"""How even, symmetric and stable each bout was, where it is long enough to say.

Everything is per bout and NaN where it cannot be known: of strides and contacts their spread
and the difference of left and right, of a trunk's movement how much of it repeats with every
stride, how smooth it is and how fast small differences grow. None of it asks for the direction
but the numbers of backward and of forward walking are not to be compared: backward is less even.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.level import Level
from retrowalk.gait.smooth import moving_mean
from retrowalk.tables import (
    KIND_CODE,
    SIDE_CODE,
    Bouts,
    Codes,
    Contacts,
    Floats,
    Steadiness,
    Strides,
)
from retrowalk.words import ContactKind, Side

FEWEST_SPREAD = 5  # strides below which a spread is the spread of chance
FEWEST_SIDE = 3  # strides of each foot below which a difference is
FEWEST_HARMONIC = 4  # strides of a trunk below which harmonics are not parted
FEWEST_STABLE = 50  # strides; Cignetti et al. 2012: shorter walks tell young from old no more
HARMONICS = 10  # per stride counted in; the trunk says little above
LONGEST_STEP_S = 2.0  # a contact later than this belongs to no double support
STEADY_S = 2.0  # slower than this is turning and leaning
GRID = 100  # samples per stride for stability: fewer strides or more must not change it
DIMENSIONS, DELAY = 5, 10  # of the space of states, and grid samples between its axes
APART = 50  # neighbours are of other strides: half a stride away at least
NEIGHBOURS = 100  # states followed: more sharpen little and take long
AT_ONCE = 5  # … side by side: few enough to stay near the processor
FOLLOWED = 50  # grid samples over which divergence is fitted: one step
SMOOTH_HZ = 10.0  # of the spectrum whose length is smoothness
SMOOTH_SHARE = 0.05  # of its peak: what is weaker is noise
SMOOTH_BINS = 512


Span = tuple[float, float]
Trunk = Callable[[Span], Sequence[Level]]  # the trunk's level stretches around a bout


def _none_worn(_: Span) -> Sequence[Level]:
    return ()


def steadiness(
    bouts: Bouts, strides: Strides, contacts: Contacts, trunk: Trunk = _none_worn
) -> Steadiness:
    """One row per bout.  `trunk` is asked for the lower back's movement, where one was worn."""
    rows = [_row(i, bouts, strides, contacts, trunk) for i in range(len(bouts))]
    names = [name for name in Steadiness.__dataclass_fields__ if name != "speed_off_mps"]
    table = np.array(rows, dtype=float).reshape(-1, len(names))
    columns = {name: table[:, k].copy() for k, name in enumerate(names)}
    return Steadiness(**columns, speed_off_mps=np.full(len(bouts), np.nan))


def _row(
    i: int, bouts: Bouts, strides: Strides, contacts: Contacts, trunk: Trunk
) -> tuple[float, ...]:
    span = float(bouts.start_s[i]), float(bouts.end_s[i])
    part = slice(*np.searchsorted(strides.start_s, [span[0], np.nextafter(span[1], np.inf)]))
    own = strides.bout_i[part] == i
    side, stance_s = strides.side[part][own], strides.stance_s[part][own]
    lasts = (strides.end_s - strides.start_s)[part][own]
    left, right = (stance_s[side == SIDE_CODE[foot]] for foot in (Side.LEFT, Side.RIGHT))
    seen = np.isfinite(stance_s)  # a trunk's lengths are smoothed: only a foot's are its own
    return (
        variation(lasts),
        variation(strides.length_m[part][own][seen]),
        asymmetry(*_step_times(contacts, span)),
        asymmetry(left, right),
        _mean(stance_s / lasts),
        double_support(contacts, span),
        *_of_trunk(span, lasts, trunk),
    )


def variation(values: Floats) -> float:
    """Spread over mean, by quartiles, so that one missed contact does not decide it.

    From: the coefficient of variation; the quartiles of a normal spread are 1.349 deviations apart.
    """
    known = values[np.isfinite(values)]
    if len(known) < FEWEST_SPREAD:
        return np.nan
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    return float((high - low) / 1.349 / middle) if middle > 0 else np.nan


def asymmetry(left: Floats, right: Floats) -> float:
    """Left minus right over their mean: 0 is symmetric, + is longer on the left."""
    left, right = left[np.isfinite(left)], right[np.isfinite(right)]
    if min(len(left), len(right)) < FEWEST_SIDE:
        return np.nan
    a, b = float(np.median(left)), float(np.median(right))
    return 2.0 * (a - b) / (a + b) if a + b > 0 else np.nan


def double_support(contacts: Contacts, span: Span) -> float:
    """Share of the time both feet are on the ground: a landing to the other's leaving, of a step.

    Both feet must be seen; one foot's stance alone does not tell it.
    """
    time_s, kind, side = _inside(contacts, span)
    lands = kind == KIND_CODE[ContactKind.INITIAL]
    shares = []
    for foot in (Side.LEFT, Side.RIGHT):
        own = time_s[lands & (side == SIDE_CODE[foot])]
        other = side == -SIDE_CODE[foot]
        own = own[own < max(time_s[other & lands], default=-np.inf)]
        leaves_i = np.searchsorted(time_s[other], own, "right")
        leaves_s, is_landing = time_s[other][leaves_i], lands[other][leaves_i]
        landed_s = time_s[other & lands]
        landed_s = landed_s[np.searchsorted(landed_s, own, "right")]
        good = ~is_landing & (landed_s - own < LONGEST_STEP_S)
        shares.append(((leaves_s - own) / (landed_s - own))[good])
    every = np.concatenate(shares)
    return float(np.median(every)) if len(every) >= FEWEST_SIDE else np.nan


def _inside(contacts: Contacts, span: Span) -> tuple[Floats, Codes, Codes]:
    """Time, kind and side of the contacts of a bout."""
    part = slice(*np.searchsorted(contacts.time_s, [span[0], np.nextafter(span[1], np.inf)]))
    return contacts.time_s[part], contacts.kind[part], contacts.side[part]


def _step_times(contacts: Contacts, span: Span) -> tuple[Floats, Floats]:
    """Times of the steps that end with the left, and with the right foot's landing."""
    time_s, kind, side = _inside(contacts, span)
    lands = kind == KIND_CODE[ContactKind.INITIAL]
    time_s, side = time_s[lands], side[lands]
    lasts = np.diff(time_s)
    step = (side[1:] == -side[:-1]) & (side[1:] != 0) & (lasts < LONGEST_STEP_S)
    left, right = (step & (side[1:] == SIDE_CODE[s]) for s in (Side.LEFT, Side.RIGHT))
    return lasts[left], lasts[right]


def _of_trunk(span: Span, lasts: Floats, trunk: Trunk) -> tuple[float, float, float, float]:
    """Harmonic ratio up and ahead, smoothness, and divergence, of the trunk in this bout."""
    strides = (span[1] - span[0]) / float(np.median(lasts)) if len(lasts) else 0.0
    for walk in trunk(span) if strides >= FEWEST_HARMONIC else ():
        first, last = (round((t - walk.start_s) * walk.rate_hz) - walk.first for t in span)
        if first >= 0 and last <= len(walk):
            up, ahead = (_steady(x, walk.rate_hz)[first:last] for x in (walk.up, walk.ahead))
            return (
                harmonic_ratio(up, strides),
                harmonic_ratio(ahead, strides),
                smoothness(up, walk.rate_hz),
                divergence(up, strides),
            )
    return np.nan, np.nan, np.nan, np.nan


def _steady(values: Floats, rate_hz: float) -> Floats:
    window = max(1, round(STEADY_S * rate_hz))
    return values - moving_mean(moving_mean(values, window), window)


def harmonic_ratio(signal: Floats, strides: float) -> float:
    """How much of the movement comes again with each step, over what only with each stride.

    From: Bellanca et al. 2013, J Biomech 46:828 (even over odd harmonics of the stride).
    Differs: power, not amplitude, within a quarter of a harmonic on both sides, over the whole
    bout at once, as strides differ in length; the root gives amplitudes again.
    """
    n = len(signal)
    if strides < FEWEST_HARMONIC or n < 4 * HARMONICS:
        return np.nan
    power = np.abs(np.fft.rfft(signal * _hann(n))) ** 2
    order = np.arange(len(power)) / strides
    nearest = np.rint(order)
    near = (np.abs(order - nearest) <= 0.25) & (nearest >= 1) & (nearest <= HARMONICS)
    even, odd = (power[near & (nearest % 2 == rest)].sum() for rest in (0, 1))
    return float(np.sqrt(even / odd)) if odd > 0 else np.nan


@lru_cache(maxsize=1)
def _hann(n: int) -> Floats:
    """A bout's window, for one signal after the other."""
    window = np.hanning(n)
    window.flags.writeable = False
    return window


def smoothness(signal: Floats, rate_hz: float) -> float:
    """Spectral arc length: 0 is smoothest, jerky walking is more below.

    From: Balasubramanian et al. 2015, J NeuroEng Rehabil 12:112.
    Differs: of acceleration, whose peaks are the steps, so bouts of one sensor place compare.
    """
    if len(signal) < rate_hz:
        return np.nan
    size = max(SMOOTH_BINS, 1 << int(np.ceil(np.log2(len(signal)))))
    spectrum = np.abs(np.fft.rfft(signal, size))
    hz = np.fft.rfftfreq(size, 1.0 / rate_hz)
    spectrum = spectrum[hz <= SMOOTH_HZ]
    if spectrum.max(initial=0.0) <= 0:
        return np.nan
    grid = np.interp(np.linspace(0, 1, SMOOTH_BINS), np.linspace(0, 1, len(spectrum)), spectrum)
    grid /= grid.max()
    strong = np.flatnonzero(grid >= SMOOTH_SHARE)
    kept = grid[strong[0] : strong[-1] + 1]
    if len(kept) < 2:
        return np.nan
    return -float(np.sum(np.hypot(np.diff(kept), 1.0 / (len(kept) - 1))))


def divergence(signal: Floats, strides: float) -> float:
    """How fast neighbouring states part over one step, per stride: less is more stable.

    From: Rosenstein et al. 1993, Physica D 65:117, over a step as in Bruijn et al. 2013,
    J R Soc Interface 10:20120999.
    Differs: exactly FEWEST_STABLE strides from the middle of the bout, a hundred samples each,
    as the number depends on both; NaN where the bout has fewer.
    """
    if strides < FEWEST_STABLE or not len(signal):
        return np.nan
    wanted = FEWEST_STABLE * GRID
    middle, half = 0.5 * len(signal), 0.5 * FEWEST_STABLE / strides * len(signal)
    at = np.linspace(middle - half, middle + half - 1, wanted)
    even = np.interp(at, np.arange(len(signal)), signal)
    rows = wanted - (DIMENSIONS - 1) * DELAY
    states = np.stack([even[k * DELAY : k * DELAY + rows] for k in range(DIMENSIONS)], axis=1)
    start, near = _neighbours(states)
    ahead = np.arange(FOLLOWED)
    gap = np.linalg.norm(states[start[:, None] + ahead] - states[near[:, None] + ahead], axis=2)
    if not np.all(gap > 0):
        return np.nan
    curve = np.log(gap).mean(axis=0)
    return float(np.polyfit(ahead / GRID, curve, 1)[0])


def _neighbours(states: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows spread evenly over the states, and of each the nearest row of another stride."""
    last = len(states) - FOLLOWED
    start = np.linspace(0, last - 1, min(NEIGHBOURS, last)).astype(np.intp)
    nearest = np.empty(len(start), dtype=np.intp)
    axes = np.ascontiguousarray(states[:last].T)  # so small a product wakes BLAS for nothing
    for first in range(0, len(start), AT_ONCE):
        rows = start[first : first + AT_ONCE]
        far = np.zeros((len(rows), last))
        for axis in axes:
            gap = axis - axis[rows][:, None]
            far += np.multiply(gap, gap, out=gap)
        for row, at in zip(far, rows.tolist(), strict=True):
            row[max(0, at - APART + 1) : at + APART] = np.inf
        nearest[first : first + AT_ONCE] = np.argmin(far, axis=1)
    return start, nearest


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) >= FEWEST_SIDE else np.nan
