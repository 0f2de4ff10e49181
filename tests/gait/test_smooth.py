"""Moving means and maxima agree with scipy's, which is not imported to measure."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from retrowalk.gait.smooth import highest_near, moving_mean

VALUES = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=60).map(np.array)


@given(values=VALUES, window=st.integers(1, 80))
def test_a_moving_mean_is_scipys(values: np.ndarray, window: int) -> None:
    for beyond, mode in (("edge", "nearest"), ("nothing", "constant")):
        ours = moving_mean(values, window, beyond=beyond)  # type: ignore[arg-type]
        assert np.allclose(ours, uniform_filter1d(values, window, mode=mode), atol=1e-8)


@given(values=VALUES, window=st.integers(1, 80))
def test_rows_are_smoothed_each_by_itself(values: np.ndarray, window: int) -> None:
    both = moving_mean(np.stack([values, -2 * values]), window)
    assert np.allclose(both[0], moving_mean(values, window))
    assert np.allclose(both[1], -2 * both[0])


@given(values=VALUES, reach=st.integers(0, 40))
def test_the_highest_near_is_scipys(values: np.ndarray, reach: int) -> None:
    theirs = maximum_filter1d(values, 2 * reach + 1, mode="nearest")
    assert np.array_equal(highest_near(values, reach), theirs)


def test_measuring_needs_no_scipy() -> None:
    """Its import takes longer than measuring an hour."""
    code = "import sys, retrowalk.gait.pipeline; print([m for m in sys.modules if 'scipy' in m])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
