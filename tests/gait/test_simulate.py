"""The simulator: its truth is consistent, its walks are both ways, its randomness is given."""

import numpy as np
import pytest
from tests.gait.walks import BACK, BACKWARD, FEET, FORWARD, SHANKS, walk

from retrowalk.gait.body import AT_ONCE, POSE_HZ
from retrowalk.gait.simulate import Seat, Spell, simulate
from retrowalk.tables import KIND_CODE, SIDE_CODE, directions
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import ContactKind, Placement, Side

EVERYWHERE = tuple(Placement)


def test_every_placement_reads_gravity_upward_while_standing() -> None:
    for sensor in walk(EVERYWHERE).recording.sensors:
        at_rest = sensor.acc_mps2[:100].mean(axis=0)
        assert np.linalg.norm(at_rest) == pytest.approx(STANDARD_GRAVITY_MPS2, abs=0.1)
        assert at_rest[2] > 0.8 * STANDARD_GRAVITY_MPS2, sensor.placement


def test_the_same_random_generator_makes_the_same_walk() -> None:
    one, two = (
        simulate([Spell()], FEET, np.random.default_rng(7), tilt_rad=0.3).recording
        for _ in range(2)
    )
    assert np.array_equal(one.sensors[1].acc_mps2, two.sensors[1].acc_mps2)


def test_each_foot_leaves_and_lands_in_turn() -> None:
    contacts = walk(BACK).contacts
    for side in (Side.LEFT, Side.RIGHT):
        kinds = contacts.kind[contacts.side == SIDE_CODE[side]]
        final, initial = KIND_CODE[ContactKind.FINAL], KIND_CODE[ContactKind.INITIAL]
        assert kinds.tolist() == [final, initial] * (len(kinds) // 2)


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
def test_strides_are_as_long_and_as_fast_as_asked(way) -> None:  # type: ignore[no-untyped-def]
    strides = walk(SHANKS, (Spell(way, 14, 0.9, 1.2),)).strides
    assert set(directions(strides.direction)) == {way}
    inner = slice(2, -2)
    assert np.allclose(strides.length_m[inner], 0.9 * 1.2, atol=0.01)
    assert np.allclose(strides.end_s - strides.start_s, 1.2)


def test_asymmetry_makes_left_steps_longer_in_time() -> None:
    made = walk(FEET, (Spell(FORWARD, 14, 1.0, 1.2, asymmetry_ratio=0.1),))
    landed = made.contacts.kind == KIND_CODE[ContactKind.INITIAL]
    steps_s = np.diff(made.contacts.time_s[landed])
    left = made.contacts.side[landed][1:] == SIDE_CODE[Side.LEFT]
    assert np.allclose(steps_s[left], 0.66)
    assert np.allclose(steps_s[~left], 0.54)


@pytest.mark.parametrize("way", [FORWARD, BACKWARD])
@pytest.mark.parametrize(("speed_mps", "stride_s"), [(1.4, 1.0), (1.4, 1.1), (0.4, 2.2)])
def test_no_knee_locks_with_a_knock(way, speed_mps, stride_s) -> None:  # type: ignore[no-untyped-def]
    thighs = (Placement.LEFT_THIGH, Placement.RIGHT_THIGH)
    made = simulate([Spell(way, 14, speed_mps, stride_s)], thighs, np.random.default_rng(0))
    for sensor in made.recording.sensors:
        size = np.linalg.norm(sensor.acc_mps2, axis=1)
        assert size.max() < 8 * STANDARD_GRAVITY_MPS2  # the foot lands hard; a lock is 40 g


def test_strides_of_two_seconds_and_more_are_among_the_truth() -> None:
    made = walk(FEET, (Spell(FORWARD, 10, 0.4, 2.2), Spell(FORWARD, 10, 0.4, 2.2)))
    assert len(made.strides) == 2 * 8
    assert np.allclose(made.strides.end_s - made.strides.start_s, 2.2)


def test_a_seated_thigh_reads_gravity_ahead_and_a_shank_still_upward() -> None:
    worn = (Placement.LEFT_THIGH, Placement.LEFT_SHANK, Placement.LOWER_BACK)
    made = simulate([Spell(), Seat(20.0), Spell()], worn, np.random.default_rng(0))
    walked_s = made.strides.end_s[made.strides.end_s < 0.5 * made.recording.sensors[0].time_s[-1]]
    ahead, up = (0, 2)
    for sensor, axis in zip(made.recording.sensors, (ahead, up, up), strict=True):
        within = (sensor.time_s > walked_s[-1] + 7) & (sensor.time_s < walked_s[-1] + 17)
        middle = sensor.acc_mps2[within].mean(axis=0)
        assert middle[axis] == pytest.approx(STANDARD_GRAVITY_MPS2, abs=0.1)


def test_portions_of_poses_meet_without_a_seam() -> None:
    spell = Spell(FORWARD, 2 * int(AT_ONCE / POSE_HZ / 0.55))
    noise = {"noise_mps2": 0.0, "noise_radps": 0.0}
    (sensor,) = simulate([spell], FEET[:1], np.random.default_rng(0), **noise).recording.sensors
    stride = round(spell.stride_s * 100)
    seam = np.arange(-5, 6) + round(AT_ONCE / POSE_HZ * 100)
    assert np.allclose(sensor.acc_mps2[seam], sensor.acc_mps2[seam + stride], atol=1e-6)
    assert np.allclose(sensor.gyr_radps[seam], sensor.gyr_radps[seam + stride], atol=1e-6)
