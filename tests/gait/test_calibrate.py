"""Standing, sitting and three steps tell how a sensor sits, or say why they do not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from retrowalk.gait import direction, thigh
from retrowalk.gait.calibrate import Cannot, by_sitting, by_standing, by_steps
from retrowalk.gait.clock import stretches
from retrowalk.gait.cycles import find_cycles, swung
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.tables import DIRECTION_CODE, Floats, Sensor
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Direction, Mounting, Placement

HZ = 100.0
WHOLE = (-1.0, 1e6)
THIGH = Placement.LEFT_THIGH
angles = st.tuples(st.floats(-3.1, 3.1), st.floats(-1.5, 1.5), st.floats(-3.1, 3.1))


def rotated(sensor: Sensor, turn: Floats) -> Sensor:
    """As a sensor fastened any way would read; its mounting is then not known."""
    return replace(
        sensor,
        acc_mps2=sensor.acc_mps2 @ turn.T,
        gyr_radps=sensor.gyr_radps @ turn.T,
        mounting=Mounting.UNKNOWN,
    )


def turn_of(euler: tuple[float, float, float]) -> Floats:
    matrix: Floats = Rotation.from_euler("zyx", euler).as_matrix()
    return matrix


def chair(deepest_rad: float = 85 * DEGREE, end_rad: float = 0.0, seed: int = 0) -> Sensor:
    """A thigh that stands for 3 s, sits for 3 s and stands again."""
    marks = np.array([0.0, 3.0, 4.5, 7.5, 9.0, 12.0])
    angle = np.array([0.0, 0.0, deepest_rad, deepest_rad, end_rad, end_rad])
    time_s = np.arange(int(12 * HZ)) / HZ
    flexed = np.interp(time_s, marks, angle)
    rng = np.random.default_rng(seed)
    acc = np.zeros((len(time_s), 3))
    acc[:, 0] = STANDARD_GRAVITY_MPS2 * np.sin(flexed)  # lying, the front of the thigh is up
    acc[:, 2] = STANDARD_GRAVITY_MPS2 * np.cos(flexed)
    gyr = np.zeros((len(time_s), 3))
    gyr[:, 1] = -np.gradient(flexed, time_s)
    return Sensor(
        time_s=time_s,
        acc_mps2=acc + 0.05 * rng.standard_normal(acc.shape),
        gyr_radps=gyr + 0.01 * rng.standard_normal(gyr.shape),
        placement=THIGH,
        mounting=Mounting.UNKNOWN,
    )


def steps(placement: Placement, speed_mps: float = 0.9, *, n: int = 4, seed: int = 0) -> Sensor:
    """Standing, a few steps straight ahead, standing."""
    rng = np.random.default_rng(seed)
    spells = [Spell(Direction.FORWARD, n, speed_mps, 1.2)]
    sensor: Sensor = simulate(spells, [placement], rng).recording.sensors[0]
    return sensor


def off_rad(sensor: Sensor, truth: Sensor) -> float:
    """By how much these axes are turned from the true ones."""
    turn = np.linalg.lstsq(truth.gyr_radps, sensor.gyr_radps, rcond=None)[0]
    acc = np.linalg.lstsq(truth.acc_mps2, sensor.acc_mps2, rcond=None)[0]
    size = [Rotation.from_matrix(matrix).magnitude() for matrix in (turn, acc)]
    return float(min(size))


@settings(max_examples=30, deadline=None)
@given(euler=angles, seed=st.integers(0, 1000))
def test_sitting_down_finds_the_front_of_a_pocket_put_in_any_way(
    euler: tuple[float, float, float], seed: int
) -> None:
    true = chair(seed=seed)
    found = by_sitting(rotated(true, turn_of(euler)), WHOLE)
    assert isinstance(found, Sensor)
    assert found.mounting is Mounting.CALIBRATED
    assert np.allclose(found.acc_mps2, true.acc_mps2, atol=0.2)
    assert np.allclose(found.gyr_radps, true.gyr_radps, atol=0.1)


@pytest.mark.parametrize(
    "placement",
    [Placement.LOWER_BACK, Placement.LEFT_THIGH, Placement.RIGHT_SHANK, Placement.LEFT_FOOT],
)
@settings(max_examples=4, deadline=None)
@given(euler=angles, seed=st.integers(0, 1000))
def test_three_steps_find_the_front_of_a_sensor_fastened_any_way(
    placement: Placement, euler: tuple[float, float, float], seed: int
) -> None:
    true = steps(placement, seed=seed)
    found = by_steps(rotated(true, turn_of(euler)), WHOLE)
    assert isinstance(found, Sensor)
    assert found.mounting is Mounting.CALIBRATED
    lean = by_standing(true, (0.0, 1.8))  # a simulated shank does not stand upright
    assert isinstance(lean, Sensor)
    assert off_rad(found, lean) < 15 * DEGREE


@settings(max_examples=20, deadline=None)
@given(tilt=st.floats(-0.4, 0.4), heading=st.floats(-0.3, 0.3))
def test_standing_takes_out_the_tilt_and_leaves_the_heading(tilt: float, heading: float) -> None:
    true = steps(Placement.LOWER_BACK)
    askew = replace(rotated(true, turn_of((0.0, tilt, 0.0))), mounting=Mounting.KNOWN)
    found = by_standing(askew, (0.0, 1.8))
    assert isinstance(found, Sensor)
    assert np.allclose(found.acc_mps2[:150].mean(axis=0), [0, 0, STANDARD_GRAVITY_MPS2], atol=0.05)
    assert off_rad(found, true) < 2 * DEGREE
    aside = replace(rotated(true, turn_of((heading, 0.0, 0.0))), mounting=Mounting.KNOWN)
    kept = by_standing(aside, (0.0, 1.8))
    assert isinstance(kept, Sensor)
    assert np.allclose(kept.acc_mps2, aside.acc_mps2, atol=0.1)


@pytest.mark.parametrize("way", [Direction.FORWARD, Direction.BACKWARD])
@pytest.mark.parametrize("turned", [0.0, np.pi])
def test_a_pocket_calibrated_by_sitting_tells_direction_whichever_way_it_faced(
    way: Direction, turned: float
) -> None:
    rng = np.random.default_rng(3)
    walk = simulate([Spell(way, 16, 0.9, 1.2)], [THIGH], rng).recording.sensors[0]
    sat = chair()
    both = replace(
        sat,
        time_s=np.arange(len(sat) + len(walk)) / HZ,
        acc_mps2=np.concatenate([sat.acc_mps2, walk.acc_mps2]),
        gyr_radps=np.concatenate([sat.gyr_radps, walk.gyr_radps]),
    )
    found = by_sitting(rotated(both, turn_of((turned, 0.3, 0.2))), (0.0, 12.0))
    assert isinstance(found, Sensor)
    late = found.time_s > 12.5
    cut = replace(
        found,
        time_s=found.time_s[late],
        acc_mps2=found.acc_mps2[late],
        gyr_radps=found.gyr_radps[late],
    )
    cycles = find_cycles(swung(stretches(cut)[0]))[0]
    code, _ = direction.decide(thigh.evidence(cycles), cycles.time_s)
    assert np.mean(code == DIRECTION_CODE[way]) > 0.7


def said(answer: Sensor | Cannot) -> str:
    assert isinstance(answer, Cannot)
    return answer.why


def test_what_cannot_be_told_is_said() -> None:
    back = replace(steps(Placement.LOWER_BACK), mounting=Mounting.UNKNOWN)
    assert "front" in said(by_standing(back, (0.0, 1.8)))
    assert "thigh" in said(by_sitting(back, WHOLE))
    assert "wrist" in said(by_steps(replace(back, placement=Placement.WRIST), WHOLE))
    assert "gyroscope" in said(by_steps(replace(back, gyr_radps=0 * back.gyr_radps), WHOLE))
    assert "nothing" in said(by_steps(back, (500.0, 600.0)))
    assert "flat" in said(by_sitting(chair(0.3), WHOLE))
    assert "moved" in said(by_sitting(chair(end_rad=0.6), WHOLE))
    assert "not all still" in said(by_sitting(chair(), (0.0, 3.5)))
    still = replace(back, acc_mps2=back.acc_mps2[:1].repeat(len(back), axis=0))
    assert "still" in said(by_steps(replace(still, gyr_radps=0 * back.gyr_radps + 1e-3), WHOLE))


def test_shuffling_on_the_spot_is_not_three_steps() -> None:
    assert "steps" in said(by_steps(steps(Placement.LOWER_BACK, 0.15), WHOLE))


def test_a_hole_in_the_recording_is_said() -> None:
    sensor = chair()
    late = replace(sensor, time_s=sensor.time_s + np.where(sensor.time_s > 5, 3.0, 0.0))
    assert "silent" in said(by_sitting(late, WHOLE))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(2, 600), size=st.floats(0.0, 30.0))
def test_anything_at_all_gives_a_sensor_or_a_sentence(seed: int, n: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    sensor = Sensor(
        time_s=np.arange(n) / 50.0,
        acc_mps2=size * rng.standard_normal((n, 3)) + [0.0, 0.0, 9.8],
        gyr_radps=size * rng.standard_normal((n, 3)),
        placement=THIGH,
        mounting=Mounting.KNOWN,
    )
    for calibrate in (by_standing, by_sitting, by_steps):
        answer = calibrate(sensor, WHOLE)
        assert isinstance(answer, Sensor | Cannot)
        if isinstance(answer, Sensor):
            assert np.all(np.isfinite(answer.acc_mps2))
