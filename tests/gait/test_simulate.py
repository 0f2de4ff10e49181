"""The simulator: its truth is consistent, its walks are both ways, its randomness is given."""

import numpy as np
import pytest
from tests.gait.walks import BACK, BACKWARD, FEET, FORWARD, SHANKS, walk

from retrowalk.gait.simulate import Spell, simulate
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
