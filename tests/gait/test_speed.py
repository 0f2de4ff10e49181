"""Speed from the lower back: what it goes by, and where it is silent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gait.walks import walk
from validation import speed as validated
from validation.recordings import folder

from retrowalk.gait.pipeline import measure
from retrowalk.gait.speed import off_mps, paces, size, told
from retrowalk.tables import DIRECTION_CODE, Bouts, Floats, Strides
from retrowalk.words import Direction, Mounting, Placement

FORWARD, BACKWARD, UNCLEAR = (
    DIRECTION_CODE[way] for way in (Direction.FORWARD, Direction.BACKWARD, Direction.UNCLEAR)
)
HZ = 25.0
DATA = folder()


def pace(rise_mps2: float, sway_mps2: float, step_hz: float = 1.8) -> Floats:
    """The speed around ten steps amid half a minute of even ones."""
    wave = np.sin(2 * np.pi * step_hz * np.arange(30 * int(HZ)) / HZ)
    at = np.linspace(8 * HZ, 18 * HZ, 10).astype(int)
    return paces(*(size(np.sqrt(2) * s * wave, HZ)[at] for s in (rise_mps2, sway_mps2)))


def strides(code: int = FORWARD, backward: float = 0.01, n: int = 10) -> Strides:
    start = np.linspace(8.0, 17.0, n)
    return Strides(
        start_s=start,
        end_s=start + 1.1,
        side=np.zeros(n, dtype=np.int8),
        direction=np.full(n, code, dtype=np.int8),
        backward_probability=np.full(n, backward),
        stance_s=np.full(n, np.nan),
        length_m=np.full(n, np.nan),
        speed_mps=np.full(n, 0.9),
        bout_i=np.zeros(n, dtype=np.int64),
    )


def bout(speed_mps: float, code: int = FORWARD) -> Bouts:
    one = np.ones(1)
    return Bouts(
        start_s=0 * one,
        end_s=9 * one,
        n_steps=np.array([16]),
        n_strides=np.array([14]),
        direction=np.array([code], dtype=np.int8),
        cadence_spm=107 * one,
        length_m=speed_mps * one,
        speed_mps=speed_mps * one,
    )


@given(rise=st.floats(0.6, 2.0), share=st.floats(0.6, 1.4), more=st.floats(1.1, 2.0))
def test_a_stronger_rise_is_a_faster_walk_by_its_root(
    rise: float, share: float, more: float
) -> None:
    slow = pace(rise, share * rise)
    fast = pace(more * rise, share * more * rise)
    known = np.isfinite(slow) & np.isfinite(fast)
    assert np.allclose(fast[known] / slow[known], np.sqrt(more), rtol=1e-6)


@given(rise=st.floats(0.6, 2.0), share=st.floats(0.6, 1.2))
def test_more_sway_for_the_same_rise_is_a_slower_walk(rise: float, share: float) -> None:
    plain = pace(rise, share * rise)
    swaying = pace(rise, 1.3 * share * rise)
    assert not np.any(swaying >= plain)


def test_a_speed_no_bout_ever_had_is_not_told() -> None:
    assert np.all(np.isnan(pace(0.05, 0.08)))
    assert np.all(np.isnan(pace(60.0, 20.0)))
    assert np.all(np.isfinite(pace(1.4, 1.0)))


def test_no_walk_has_no_speed() -> None:
    assert len(size(np.empty(0), HZ)) == len(paces(np.empty(0), np.empty(0))) == 0
    assert np.all(np.isnan(paces(np.zeros(3), np.zeros(3))))


@pytest.mark.parametrize(
    ("code", "backward", "known"),
    [
        (FORWARD, 0.01, True),
        (BACKWARD, 0.99, False),
        (UNCLEAR, 0.3, True),
        (UNCLEAR, 0.5, False),
        (UNCLEAR, 0.8, False),
    ],
)
def test_speed_is_told_of_strides_that_lean_forward_alone(
    code: int, backward: float, known: bool
) -> None:
    table = told(strides(code, backward))
    assert np.all(np.isfinite(table.speed_mps) == known)
    assert np.all(np.isfinite(table.length_m) == known)
    if known:
        assert np.allclose(table.length_m, 0.9 * 1.1)


def test_slow_and_fast_bouts_are_known_less_well() -> None:
    slow, usual, fast = (float(off_mps(bout(v))[0]) for v in (0.4, 0.9, 1.5))
    assert slow > usual
    assert fast > usual
    assert np.isnan(off_mps(bout(np.nan))[0])


def test_a_measured_back_tells_forward_speed_alone_and_how_steady_it_was() -> None:
    gait = measure(walk((Placement.LOWER_BACK,)).recording)
    way, steady = gait.strides.direction, gait.steadiness
    assert np.all(np.isfinite(gait.strides.speed_mps[way == FORWARD]))
    assert np.all(np.isnan(gait.strides.speed_mps[way == BACKWARD]))
    assert np.count_nonzero(way == BACKWARD) > 5
    assert len(steady) == len(gait.bouts) == 2
    assert np.array_equal(np.isfinite(steady.speed_off_mps), gait.bouts.direction == FORWARD)
    assert np.all(steady.harmonic_up_ratio > 1)
    assert np.all(np.isnan(steady.stride_length_variation_ratio))


def test_a_back_of_unknown_mounting_has_no_speed() -> None:
    gait = measure(walk((Placement.LOWER_BACK,), mounting=Mounting.UNKNOWN).recording)
    assert len(gait.strides) > 10
    assert np.all(np.isnan(gait.strides.speed_mps))


def test_told_leaves_what_it_was_given_alone() -> None:
    given_ = strides(BACKWARD, 0.99)
    told(given_)
    assert np.all(given_.speed_mps == 0.9)


@pytest.mark.skipif(DATA is None, reason="RETROWALK_DATA names no folder of recordings")
def test_instrumented_shoes_agree_even_with_the_person_left_out() -> None:
    bouts = validated.bouts()
    assert len(bouts) >= 16
    assert np.mean(np.abs(validated.left_out(bouts, "person"))) < 0.08
    assert np.mean(np.abs(validated.as_shipped(bouts))) < 0.07
