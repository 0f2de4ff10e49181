"""Moving means and maxima, in numpy alone: importing scipy for these costs more than a walk."""

from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrowalk.tables import Floats

Values = TypeVar("Values", NDArray[np.float64], NDArray[np.complex128])
Beyond = Literal["edge", "nothing"]  # the first and last values go on, or zeros do


def moving_mean(values: Values, window: int, *, beyond: Beyond = "edge") -> Values:
    """Along the last axis, the mean of `window` neighbours; an even one reaches further back."""
    if window <= 1:
        return values
    n = values.shape[-1]
    before = window // 2
    total = np.zeros((*values.shape[:-1], n + window), dtype=values.dtype)
    #   total    0 | before | values | after
    total[..., before + 1 : before + n + 1] = values
    if beyond == "edge":
        total[..., 1 : before + 1] = values[..., :1]
        total[..., before + n + 1 :] = values[..., -1:]
    np.cumsum(total, axis=-1, out=total)
    mean = total[..., window:] - total[..., :n]
    mean /= window
    return mean


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
