"""A trunk's movement stays where it was walked, however it came."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.gait.kept import BLOCK, Kept

LONG = 12 * BLOCK + 77
MOVED = np.arange(2 * LONG, dtype=np.float32).reshape(2, LONG)


def kept(cuts: list[int], steps: list[int]) -> Kept:
    store = Kept(2)
    edges = sorted({0, LONG, *cuts})
    for low, high in pairwise(edges):
        columns = np.array([step for step in steps if low <= step < high], dtype=np.intp)
        store.add(MOVED[:, low:high], columns)
    return store


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(0, LONG), max_size=40),
    st.lists(st.integers(0, LONG - 1), min_size=1, max_size=3),
)
def test_around_every_step_all_columns_are_there(cuts: list[int], steps: list[int]) -> None:
    store = kept(cuts, steps)
    for step in steps:
        first, found = store.between(step - 100, step + 100)
        assert first == max(0, step - 100)
        assert np.array_equal(found, MOVED[:, first : min(step + 100, LONG)])


def test_where_nobody_walked_nothing_is_kept() -> None:
    store = kept([300, 301, 900, 2000], [20])
    assert store.between(6 * BLOCK, 7 * BLOCK)[1].shape == (2, 0)
    first, found = store.between(0, LONG)
    assert (first, found.shape[1]) == (0, 2 * BLOCK)
    assert Kept(2).between(0, 10)[1].shape == (2, 0)
