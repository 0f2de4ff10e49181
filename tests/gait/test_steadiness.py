"""Evenness, symmetry and stability of bouts: what they go by, and when they are not told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.gait.walks import BACKWARD, FEET, FORWARD

from retrowalk.gait import steadiness as engine
from retrowalk.gait.level import Level
from retrowalk.gait.pipeline import measure
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.gait.steadiness import (
    asymmetry,
    divergence,
    double_support,
    harmonic_ratio,
    smoothness,
    steadiness,
    variation,
)
from retrowalk.tables import Bouts, Contacts, Floats, Gait, Steadiness, Strides
from retrowalk.words import Direction

HZ = 25.0


def feet(way: Direction = FORWARD, asymmetry_ratio: float = 0.0) -> Gait:
    rng = np.random.default_rng(0)
    spell = Spell(way, 24, 1.0, 1.1, asymmetry_ratio)
    return measure(simulate([spell], FEET, rng).recording)


def table(gait: Gait) -> Steadiness:
    return steadiness(gait.bouts, gait.strides, gait.contacts)


def trunk(strides: float, *, odd: float = 0.1, unrest: float = 0.0, seed: int = 0) -> Floats:
    """Vertical acceleration of so many strides of 1.1 s, the second harmonic the step's."""
    time_s = np.arange(round(strides * 1.1 * HZ)) / HZ
    rng = np.random.default_rng(seed)
    slow = np.cumsum(rng.standard_normal(len(time_s))) * unrest / np.sqrt(HZ)
    wave = 2 * np.pi * time_s / 1.1 + slow
    signal: Floats = np.sin(2 * wave) + odd * np.sin(wave) + 0.3 * np.sin(4 * wave + 1.0)
    return signal + 0.02 * rng.standard_normal(len(time_s))


@given(middle=st.floats(0.5, 2.0), spread=st.floats(0.0, 0.1), factor=st.floats(0.1, 10.0))
def test_variation_knows_no_unit_and_no_single_outlier(
    middle: float, spread: float, factor: float
) -> None:
    values = middle * (1 + spread * np.linspace(-1, 1, 21))
    plain = variation(values)
    assert variation(values * factor) == pytest.approx(plain, abs=1e-9)
    assert 0 <= variation(np.append(values, 50.0)) <= plain + 0.3 * spread + 1e-9


def test_variation_of_a_normal_spread_is_its_deviation() -> None:
    rng = np.random.default_rng(0)
    assert variation(1.1 + 0.033 * rng.standard_normal(4000)) == pytest.approx(0.03, rel=0.06)
    assert np.isnan(variation(np.full(engine.FEWEST_SPREAD - 1, 1.1)))
    assert np.isnan(variation(np.full(20, np.nan)))


@given(left=st.floats(0.3, 1.0), right=st.floats(0.3, 1.0))
def test_asymmetry_changes_its_sign_when_sides_are_exchanged(left: float, right: float) -> None:
    a, b = np.full(5, left), np.full(5, right)
    assert asymmetry(a, b) == pytest.approx(-asymmetry(b, a))
    assert (asymmetry(a, b) > 0) == (left > right)
    assert np.isnan(asymmetry(a[:2], b))


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_two_even_feet_are_even_and_stand_together_a_while(way: Direction) -> None:
    row = table(feet(way))
    assert len(row) == 1
    assert row.stride_time_variation_ratio[0] < 0.02
    assert row.stride_length_variation_ratio[0] < 0.05
    assert abs(row.step_time_asymmetry_ratio[0]) < 0.05
    assert row.stance_ratio[0] == pytest.approx(0.62, abs=0.06)
    assert row.double_support_ratio[0] == pytest.approx(2 * (row.stance_ratio[0] - 0.5), abs=0.04)
    assert np.isnan(row.harmonic_up_ratio[0])
    assert np.isnan(row.divergence[0])


def test_a_limp_is_seen_and_its_side_too() -> None:
    limp = table(feet(asymmetry_ratio=0.15)).step_time_asymmetry_ratio[0]
    other = table(feet(asymmetry_ratio=-0.15)).step_time_asymmetry_ratio[0]
    assert limp == pytest.approx(0.3, abs=0.06)
    assert other == pytest.approx(-0.3, abs=0.06)


def test_one_foot_tells_no_double_support() -> None:
    times = np.linspace(0.0, 19 * 0.55, 20)
    kinds = np.arange(20, dtype=np.int8) % 2
    one = Contacts(time_s=times, kind=kinds, side=np.ones(20, dtype=np.int8))
    assert np.isnan(double_support(one, (0.0, 20.0)))


@given(odd=st.floats(0.05, 0.5), strides=st.floats(8.0, 40.0))
@settings(max_examples=30, deadline=None)
def test_the_harmonic_ratio_is_even_over_odd_whatever_the_length(
    odd: float, strides: float
) -> None:
    expected = np.sqrt(1 + 0.3**2) / odd
    assert harmonic_ratio(trunk(strides, odd=odd), strides) == pytest.approx(expected, rel=0.2)
    assert np.isnan(harmonic_ratio(trunk(strides, odd=odd), 3.0))


def test_a_jerky_walk_is_less_smooth() -> None:
    rng = np.random.default_rng(0)
    even = trunk(20)
    assert smoothness(even + 0.5 * rng.standard_normal(len(even)), HZ) < smoothness(even, HZ) < 0
    assert np.isnan(smoothness(np.zeros(100), HZ))
    assert np.isnan(smoothness(even[:10], HZ))


def test_a_wandering_walk_parts_faster_and_short_ones_are_not_judged() -> None:
    calm = [divergence(trunk(60, unrest=0.05, seed=k), 60) for k in range(3)]
    wild = [divergence(trunk(60, unrest=0.6, seed=k), 60) for k in range(3)]
    assert max(calm) < min(wild)
    assert np.isnan(divergence(trunk(49), 49))
    assert np.isnan(divergence(np.zeros(2000), 60))


def test_stability_is_judged_on_the_same_number_of_strides_in_any_bout() -> None:
    long = trunk(90, unrest=0.2)
    part = long[round(20 * 1.1 * HZ) : round(70 * 1.1 * HZ)]
    assert divergence(long, 90) == pytest.approx(divergence(part, 50), abs=0.15)


def test_a_trunk_is_judged_where_its_bout_lies_and_no_walk_gives_no_row() -> None:
    n = 60
    start = np.linspace(5.0, 5.0 + 1.1 * (n - 1), n)
    strides = Strides(
        start_s=start,
        end_s=start + 1.1,
        side=np.zeros(n, dtype=np.int8),
        direction=np.ones(n, dtype=np.int8),
        backward_probability=np.zeros(n),
        stance_s=np.full(n, np.nan),
        length_m=np.full(n, np.nan),
        speed_mps=np.full(n, np.nan),
        bout_i=np.zeros(n, dtype=np.int64),
    )
    bouts = Bouts(
        start_s=np.array([5.0]),
        end_s=np.array([5.0 + 1.1 * n]),
        n_steps=np.array([120]),
        n_strides=np.array([n]),
        direction=np.array([1], dtype=np.int8),
        cadence_spm=np.array([109.0]),
        length_m=np.array([1.0]),
        speed_mps=np.array([0.9]),
    )
    motion = np.zeros((6, round(80 * HZ)))
    motion[0] = trunk(80 / 1.1, unrest=0.1)[: motion.shape[1]]
    motion[1] = motion[0]
    walk = Level(start_s=0.0, rate_hz=HZ, motion=motion)
    row = steadiness(bouts, strides, Contacts(), lambda _: (walk,))
    assert row.harmonic_up_ratio[0] > 1
    assert np.isfinite([row.harmonic_ahead_ratio[0], row.smoothness[0], row.divergence[0]]).all()
    elsewhere = Level(start_s=500.0, rate_hz=HZ, motion=motion)
    assert np.isnan(
        steadiness(bouts, strides, Contacts(), lambda _: (elsewhere,)).harmonic_up_ratio[0]
    )
    assert len(steadiness(Bouts(), Strides(), Contacts())) == 0


@given(seed=st.integers(0, 2**31), n=st.integers(0, 3000), size=st.floats(0, 100))
@settings(max_examples=40, deadline=None)
def test_any_signal_gives_a_number_or_nan_and_no_error(seed: int, n: int, size: float) -> None:
    signal = size * np.random.default_rng(seed).standard_normal(n)
    for value in (harmonic_ratio(signal, 60), smoothness(signal, HZ), divergence(signal, 60)):
        assert np.isnan(value) or np.isfinite(value)
