"""How much the true effects of studies differ from each other: τ², estimated in three ways.

`y` (estimates) and `v` (their variances) have the shape (…, k): one synthesis of k ≥ 2 studies
a row, as many rows as one likes.  Answers have the shape (…).  In numpy alone.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

CLOSE = 1e-15  # points that near are one: a double has no more digits
CHORDS = 200  # a dozen find most roots; the last digits of a flat function may never settle
STEPS = 40  # of the search for the highest likelihood, before it is halved down to
FINEST = 1e-4  # the first step above 0, in the smallest variance (or the range of y, squared)


def residuals(y: Array, v: Array, tau2: Array) -> tuple[Array, Array]:
    """Weights 1/(v + τ²), and each study's distance from the weighted mean."""
    w = 1 / (v + tau2[..., None])
    mean = (w * y).sum(-1) / w.sum(-1)
    return w, y - mean[..., None]


def q(y: Array, v: Array, tau2: Array) -> Array:
    """Σ w (y - mean)²: Cochran's Q at τ² = 0; falls as τ² rises.

    From: Cochran 1954; generalised in DerSimonian and Kacker 2007.
    """
    w, off = residuals(y, v, tau2)
    found: Array = (w * off**2).sum(-1)
    return found


def dersimonian_laird(y: Array, v: Array) -> Array:
    """(Q - (k-1)) / (Σw - Σw²/Σw), w = 1/v, never below 0.

    From: DerSimonian and Laird 1986 (Control Clin Trials 7:177); Handbook 10.10.4.
    """
    w = 1 / v
    total = w.sum(-1)
    moment = (q(y, v, np.zeros(y.shape[:-1])) - (y.shape[-1] - 1)) / (
        total - (w**2).sum(-1) / total
    )
    return np.asarray(np.maximum(moment, 0.0))


def paule_mandel(y: Array, v: Array) -> Array:
    """The τ² whose Q is just what chance gives: Q(τ²) = k - 1, or 0 where Q(0) is less already.

    From: Paule and Mandel 1982 (J Res Natl Bur Stand 87:377).  At the plain variance of y, Q is
    at most k - 1 (unit weights can only do worse than the best ones): the search's upper end.
    """
    return q_reaches(y, v, float(y.shape[-1] - 1))


def q_reaches(y: Array, v: Array, level: float) -> Array:
    """The τ² at which Q has fallen to this level; 0 where it starts below."""
    top = ((y - y.mean(-1, keepdims=True)) ** 2).sum(-1) / level
    return _falling_root(lambda tau2: q(y, v, tau2) - level, np.zeros_like(top), top)


def reml(y: Array, v: Array) -> Array:
    """The τ² ≥ 0 of the highest restricted likelihood.

    From: Harville 1977 (JASA 72:320); Viechtbauer 2005 (J Educ Behav Stat 30:261).
    *Differs*: no scoring steps, which may run away; the likelihood is looked at on a grid from 0
    to (largest - smallest y)², where it falls for good, and the slope's zero beside the best
    point is sought.  Where that is no better than the point, the point it is.
    """
    grid = _grid(v, np.ptp(y, axis=-1) ** 2)
    best = restricted_likelihood(y, v, grid).argmax(axis=0)[None]
    at, low, high = (
        np.take_along_axis(grid, np.clip(best + step, 0, STEPS), axis=0)[0] for step in (0, -1, 1)
    )
    found = _falling_root(lambda tau2: restricted_slope(y, v, tau2), low, high)
    better = restricted_likelihood(y, v, found) >= restricted_likelihood(y, v, at)
    return np.where(better, found, at)


def restricted_likelihood(y: Array, v: Array, tau2: Array) -> Array:
    """Its logarithm, but for a constant: -½ (Σ log(v + τ²) + log Σw + Q(τ²))."""
    w, off = residuals(y, v, tau2)
    found: Array = -0.5 * (np.log(w.sum(-1)) - np.log(w).sum(-1) + (w * off**2).sum(-1))
    return found


def restricted_slope(y: Array, v: Array, tau2: Array) -> Array:
    """The derivative of the above: -½ (Σw - Σw²/Σw - Σ w² (y - mean)²)."""
    w, off = residuals(y, v, tau2)
    squares = w**2
    found: Array = -0.5 * (w.sum(-1) - squares.sum(-1) / w.sum(-1) - (squares * off**2).sum(-1))
    return found


def _grid(v: Array, top: Array) -> Array:
    """0, then rising in equal ratios to `top`: the shape is (STEPS + 1, …)."""
    first = FINEST * np.minimum(v.min(-1), top)
    ratio = np.where(top > 0, top, 1.0) / np.where(top > 0, first, 1.0)
    rise = np.linspace(0, 1, STEPS).reshape(-1, *([1] * top.ndim))
    return np.concatenate([np.zeros_like(top)[None], first * ratio**rise])


def _falling_root(falling: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Where a falling function passes 0 between low and high; low where it starts below.

    Illinois: a chord's zero, the end that stays halved in height.  From: Dowell and Jarratt 1971.
    """
    start, at_low, at_high = low, falling(low), falling(high)
    x, sought, kept = high, (at_low > 0) & (at_high < 0), np.zeros(low.shape)
    chords = 0
    while sought.any() and (chords := chords + 1) <= CHORDS:
        rise = np.where(sought, at_low - at_high, 1.0)
        last, x = x, np.where(sought, low + (high - low) * at_low / rise, x)
        here = falling(x)
        above = here > 0
        at_high = np.where(above, np.where(kept > 0, at_high / 2, at_high), here)
        at_low = np.where(above, here, np.where(kept < 0, at_low / 2, at_low))
        low, high, kept = np.where(above, x, low), np.where(above, high, x), np.where(above, 1, -1)
        sought &= (here != 0) & (np.abs(x - last) > CLOSE * x)
    return np.where(falling(start) <= 0, start, x)
