"""The rule contacts of derived signals are held to: a sole stands while one end of it does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from validation.kinematic import FINE_HZ, of_sole

from retrowalk.tables import Floats

STRIDE_S = 1.2
SWING_S = 0.5
STRIDES = 5
ALONG_M = 1.2
ROLL_S = 0.12  # the other end of the sole follows


def moved(late_s: float, lift_m: float = 0.1) -> tuple[Floats, Floats]:
    """A point that swings ahead once a stride, `late_s` after the stride began."""
    time_s = np.arange(0.0, STRIDES * STRIDE_S, 1 / FINE_HZ)
    begun = np.floor((time_s - late_s) / STRIDE_S)
    share = np.clip((time_s - late_s - begun * STRIDE_S) / SWING_S, 0.0, 1.0)
    ahead = ALONG_M * (begun + share - np.sin(2 * np.pi * share) / (2 * np.pi))
    high = lift_m * np.sin(np.pi * share) ** 2
    return time_s, np.stack([ahead, np.zeros_like(ahead), high], axis=1)


@pytest.mark.parametrize("rule", ["speed", "height"])
@given(roll_s=st.floats(0.0, 0.2), backward=st.booleans())
def test_a_sole_stands_from_its_first_end_down_to_its_last_end_up(
    rule: str, roll_s: float, backward: bool
) -> None:
    time_s, first = moved(0.3)
    _, second = moved(0.3 + roll_s)
    heel, toe = (second, first) if backward else (first, second)
    seen = of_sole(time_s, heel, toe, rule)
    #   the end that leaves first also lands first: contact at 0.3 + SWING_S, off at 0.3 + roll_s
    assert np.allclose(seen.initial_s % STRIDE_S, 0.3 + SWING_S, atol=0.12)
    assert np.allclose(seen.final_s % STRIDE_S, 0.3 + roll_s, atol=0.12)
    assert len(seen.initial_s) == len(seen.final_s) == STRIDES


@pytest.mark.parametrize("rule", ["speed", "height"])
def test_a_clip_played_backward_has_the_same_contacts_turned_round(rule: str) -> None:
    time_s, heel = moved(0.3)
    _, toe = moved(0.3 + ROLL_S)
    ahead = of_sole(time_s, heel, toe, rule)
    back = of_sole(time_s, heel[::-1], toe[::-1], rule)
    assert np.allclose(np.sort(time_s[-1] - back.final_s), ahead.initial_s, atol=3 / FINE_HZ)
    assert np.allclose(np.sort(time_s[-1] - back.initial_s), ahead.final_s, atol=3 / FINE_HZ)


def test_a_shiver_of_a_standing_foot_is_no_contact() -> None:
    time_s, heel = moved(0.3)
    _, toe = moved(0.3 + ROLL_S)
    whole = of_sole(time_s, heel, toe)
    shaken = [point.copy() for point in (heel, toe)]
    for point in shaken:
        point[(time_s > 2.2) & (time_s < 2.25), 1] += 0.02
    seen = of_sole(time_s, *shaken)
    assert np.allclose(seen.initial_s, whole.initial_s)
    assert np.allclose(seen.final_s, whole.final_s)
