"""Moving means and maxima whose every value depends on its own neighbours alone, bit for bit.

A running sum is quicker, but rounds by all that came before it: a recording heard in pieces
would differ from the same heard whole.  Here sums of two neighbours are added to sums of four,
of eight, … and a window is put together from those: the same additions wherever a piece begins.
In numpy alone: importing scipy for these costs more than a walk.
"""

from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrowalk.tables import Floats

Values = TypeVar("Values", NDArray[np.float64], NDArray[np.complex128], NDArray[np.int64])
Means = TypeVar("Means", NDArray[np.float64], NDArray[np.complex128])
Beyond = Literal["edge", "nothing"]  # the first and last values go on, or zeros do


def moving_mean(values: Means, window: int, *, beyond: Beyond = "edge") -> Means:
    """Along the last axis, the mean of `window` neighbours; an even one reaches further back."""
    if window <= 1:
        return values
    mean = moving_sum(values, window, beyond=beyond)
    mean /= window
    return mean


def moving_sum(values: Values, window: int, *, beyond: Beyond = "edge") -> Values:
    """Along the last axis, the sum of `window` neighbours, at least one, as a new array."""
    n = values.shape[-1]
    before = window // 2
    padded: Values = np.zeros((*values.shape[:-1], n + window - 1), dtype=values.dtype)
    #   padded    before | values | after
    padded[..., before : before + n] = values
    if beyond == "edge" and n:
        padded[..., :before] = values[..., :1]
        padded[..., before + n :] = values[..., -1:]
    return _sums(padded, window)


def _sums(values: Values, window: int) -> Values:
    """Every sum of `window` neighbours, one for each place the window fits."""
    n = values.shape[-1] - window + 1
    total: Values | None = None
    taken, width, doubled = 0, 1, values
    while True:
        if window & width:
            part = doubled[..., taken : taken + n]
            if total is None:
                total = part.copy()
            else:
                total += part
            taken += width
        if 2 * width > window:
            break
        doubled = doubled[..., :-width] + doubled[..., width:]
        width *= 2
    assert total is not None
    return total


def highest_near(values: Floats, reach: int) -> Floats:
    """(n,) the greatest value from `reach` samples before each to `reach` after."""
    n, window = len(values), 2 * reach + 1
    best = np.full(n + 2 * reach, -np.inf)
    best[reach : reach + n] = values
    width = 1
    while width < window:  # widths add up: the greatest of two overlapping spans
        more = min(width, window - width)
        best = np.maximum(best[:-more], best[more:])
        width += more
    return best
