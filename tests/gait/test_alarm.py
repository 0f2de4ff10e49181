"""Standing and stumbling are told apart from walking, however slow and in which way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrowalk.gait.alarm import STANDS_S, Alarm
from retrowalk.gait.simulate import Simulated, Spell, simulate
from retrowalk.gait.simulate_stumble import with_stumble
from retrowalk.tables import Sensor
from retrowalk.words import Direction, Placement

WORN = (Placement.RIGHT_THIGH, Placement.LOWER_BACK)
WAYS = (Direction.FORWARD, Direction.BACKWARD)
BELT = ((0.2, 2.0), (0.36, 1.6), (0.6, 1.4), (0.85, 1.25))  # m/s and s; 0.89 is the most backward


def walked(worn: Placement, way: Direction, speed_mps: float, stride_s: float) -> Simulated:
    rng = np.random.default_rng(7)
    spell = Spell(way, 30, speed_mps, stride_s, 0.05)
    return simulate([spell], [worn], rng, rate_hz=60.0, tilt_rad=0.2)


def hear(
    sensor: Sensor, cuts: list[int] | None = None
) -> tuple[list[float], list[tuple[float, float]]]:
    """The stumbles, and after each piece its time and how long one stood."""
    alarm, found, still = Alarm(), [], []
    every = range(20, len(sensor), 20) if cuts is None else sorted(cuts)
    for rows in np.split(np.arange(len(sensor)), list(every)):
        found += alarm.hear(sensor.time_s[rows], sensor.acc_mps2[rows], sensor.gyr_radps[rows])
        still.append((alarm.at_s, alarm.still_s))
    return found, still


@pytest.mark.parametrize("worn", WORN)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("speed_mps", "stride_s"), BELT)
def test_walking_is_neither_standing_nor_stumbling(
    worn: Placement, way: Direction, speed_mps: float, stride_s: float
) -> None:
    made = walked(worn, way, speed_mps, stride_s)
    first, last = made.contacts.time_s[[0, -1]]
    stumbles, still = hear(made.recording.sensors[0])
    assert stumbles == []
    assert max(s for at, s in still if first + 1.0 < at < last) < STANDS_S / 2


@pytest.mark.parametrize("worn", WORN)
@pytest.mark.parametrize("way", WAYS)
def test_standing_after_a_walk_is_heard_within_three_seconds(
    worn: Placement, way: Direction
) -> None:
    made = walked(worn, way, 0.36, 1.6)
    sensor, stops_s = made.recording.sensors[0], made.contacts.time_s[-1]
    extra = np.arange(1, 181) / 60.0  # the simulated walker stands on
    noise = np.random.default_rng(2).normal(0, 0.05, (len(extra), 3))
    sensor = Sensor(
        np.append(sensor.time_s, sensor.time_s[-1] + extra),
        np.concatenate([sensor.acc_mps2, sensor.acc_mps2[-60:].mean(axis=0) + noise]),
        np.concatenate([sensor.gyr_radps, 0.2 * noise]),
    )
    _, still = hear(sensor)
    assert min(at for at, s in still if at > stops_s and s >= STANDS_S) <= stops_s + 3.0


@pytest.mark.parametrize("worn", WORN)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(5))
def test_a_simulated_stumble_is_heard_once_and_near_its_time(
    worn: Placement, way: Direction, seed: int
) -> None:
    made = walked(worn, way, 0.36, 1.6)
    rng = np.random.default_rng(seed)
    at_s = made.contacts.time_s[0] + rng.uniform(6.0, 14.0)
    stumbles, _ = hear(with_stumble(made.recording.sensors[0], at_s, rng))
    assert stumbles
    assert abs(stumbles[0] - at_s) <= 0.8


@settings(max_examples=30)
@given(st.lists(st.integers(0, 1100), max_size=60))
def test_pieces_of_any_size_give_the_same(cuts: list[int]) -> None:
    made = walked(WORN[1], Direction.BACKWARD, 0.6, 1.4)
    sensor = with_stumble(made.recording.sensors[0], 12.0, np.random.default_rng(3))
    stumbles, still = hear(sensor)
    again, pieces = hear(sensor, cuts)
    assert again == stumbles
    assert pieces[-1] == still[-1]


def test_a_gap_is_not_standing() -> None:
    time_s = np.concatenate([np.arange(60), 60 * 20 + np.arange(60)]) / 60.0
    acc = np.tile([0.0, 0.0, 9.8], (120, 1))
    _, still = hear(Sensor(time_s, acc, np.zeros((120, 3))))
    assert max(s for _, s in still) <= 1.0


def test_turning_round_on_the_spot_is_no_stumble() -> None:
    made = walked(WORN[1], Direction.FORWARD, 0.6, 1.4)
    sensor = made.recording.sensors[0]
    quick = np.abs(sensor.time_s - 12.0) < 0.6
    gyr = sensor.gyr_radps + quick[:, None] * np.array([0.0, 0.0, 4.0])
    acc = sensor.acc_mps2 + (np.abs(sensor.time_s - 12.0) < 0.05)[:, None] * [0, 0, 25.0]
    assert hear(Sensor(sensor.time_s, acc, gyr))[0] == []


def test_a_slow_or_torn_sensor_tells_nothing() -> None:
    time_s = np.arange(30) / 5.0
    found, still = hear(Sensor(time_s, np.tile([0.0, 0.0, 9.8], (30, 1)), np.zeros((30, 3))))
    assert found == []
    assert max(s for _, s in still) == 0.0
