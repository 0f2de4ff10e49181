"""The path of a foot: there and back again."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.gait.clock import stretches
from retrowalk.gait.path import foot_path, resting_bias
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.readers.detect import read
from retrowalk.tables import Floats, Sensor
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Direction, Mounting, Placement

HZ = 100
STRIDE_S = 1.2
FOOT = Placement.RIGHT_FOOT


def strides_of(ahead_m: float, turn_rad: Floats) -> Sensor:
    """A level foot that goes straight, then turns where it stands, stride after stride."""
    n = round(STRIDE_S * HZ)
    t = np.arange(n) / n
    move = np.where(t < 0.5, t / 0.5, 0.0) % 1.0  # the first half swings, the second stands
    #   of a smooth step: s = u - sin(2 pi u) / 2 pi, whose ends are at rest
    swing_s = 0.5 * STRIDE_S
    pull = np.where(t < 0.5, ahead_m * 2 * np.pi * np.sin(2 * np.pi * move) / swing_s**2, 0.0)
    pitch = np.where(t < 0.5, 3.0 * np.sin(2 * np.pi * move), 0.0)
    angle = np.concatenate([[0.0], np.cumsum(pitch)[:-1]]) / HZ
    acc = np.stack(
        [
            pull * np.cos(angle) - STANDARD_GRAVITY_MPS2 * np.sin(angle),
            np.zeros(n),
            pull * np.sin(angle) + STANDARD_GRAVITY_MPS2 * np.cos(angle),
        ],
        axis=1,
    )
    turning = np.where((t >= 0.55) & (t < 0.75), 1.0 / (0.2 * STRIDE_S), 0.0)
    stand = np.zeros((3 * HZ, 3))
    gyr = [np.stack([np.zeros(n), pitch, turn * turning], axis=1) for turn in turn_rad]
    gravity = stand + np.array([0.0, 0.0, STANDARD_GRAVITY_MPS2])
    rows = np.concatenate([gravity, *[acc] * len(turn_rad), gravity])
    return Sensor(
        time_s=np.arange(len(rows)) / HZ,
        acc_mps2=rows,
        gyr_radps=np.concatenate([stand, *gyr, stand]),
        placement=FOOT,
        mounting=Mounting.KNOWN,
    )


@settings(max_examples=20, deadline=None)
@given(corners=st.integers(3, 8), ahead_m=st.floats(0.6, 1.4), left=st.booleans(),
       back=st.booleans())  # fmt: skip
def test_a_foot_that_walks_round_a_polygon_comes_back(
    corners: int, ahead_m: float, left: bool, back: bool
) -> None:
    turn = np.full(corners, 2 * np.pi / corners * (1 if left else -1))
    (way,) = foot_path(strides_of(-ahead_m if back else ahead_m, turn))
    assert way.length_m == pytest.approx(corners * ahead_m, rel=0.02)
    assert way.apart_m < 0.02 * way.length_m
    assert abs(way.rise_m) < 0.02 * way.length_m


def test_a_path_out_is_as_far_as_it_is_long() -> None:
    (way,) = foot_path(strides_of(1.0, np.zeros(6)))
    assert way.apart_m == pytest.approx(way.length_m, rel=0.001)
    assert np.allclose(way.heading_rad, 0.0, atol=1e-6)


def test_going_back_as_far_as_ahead_ends_near_the_start() -> None:
    spells = [Spell(way, 12, 0.8, 1.2) for way in (Direction.FORWARD, Direction.BACKWARD)]
    made = simulate(spells, [FOOT], np.random.default_rng(3))
    (way,) = foot_path(made.recording.sensors[0])
    assert way.apart_m < 0.05 * way.length_m


def test_a_standing_foot_tells_the_bias_of_its_gyroscope() -> None:
    sensor = strides_of(1.0, np.full(4, np.pi / 2))
    bias = np.array([0.004, -0.006, 0.01])
    (stretch,) = stretches(replace(sensor, gyr_radps=sensor.gyr_radps + bias))
    assert np.allclose(resting_bias(stretch), bias, atol=1e-6)
    (true,) = foot_path(sensor)
    (way,) = foot_path(replace(sensor, gyr_radps=sensor.gyr_radps + bias))
    assert np.allclose(way.position_m, true.position_m, atol=1e-3)


def test_a_foot_that_never_moved_has_no_path() -> None:
    sensor = strides_of(1.0, np.zeros(1))
    still = replace(sensor, gyr_radps=np.zeros_like(sensor.gyr_radps))
    assert foot_path(still) == ()


@pytest.mark.parametrize("name", ["short", "long"])
def test_a_real_loop_closes(name: str) -> None:
    data = Path(os.environ.get("RETROWALK_DATA", Path(__file__).parents[3] / "shared" / "data"))
    recording = data / "xio" / f"{name}_walk.csv"
    if not recording.is_file():
        pytest.skip("no recordings at RETROWALK_DATA")
    (way,) = foot_path(read(recording)[1][0].sensors[0])
    assert way.length_m > 20
    assert way.apart_m < 0.01 * way.length_m
