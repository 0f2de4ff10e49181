"""What the heart did: means while walking, the highest, and how long above the ceiling."""

import pytest

from retrowalk.live.dose import LONGEST_GAP_S, TrackPoint
from retrowalk.live.heart_walked import HeartWalked, heart_walked
from retrowalk.words import Direction


def point(at_s, bpm, phase="walking"):
    return TrackPoint(at_s, 0.3, 0.3, Direction.BACKWARD, phase, heart_bpm=bpm)


def test_the_mean_is_of_walking_the_highest_and_the_time_above_of_all():
    track = [point(0, 80, "waiting"), point(2, 100), point(4, 120), point(6, 130, "stopping"),
             point(8, 90, "stopping")]  # fmt: skip
    assert heart_walked(track, 110) == HeartWalked(110, 130, 8, 4, 110)


def test_without_a_ceiling_nothing_is_above_it():
    assert heart_walked([point(0, 200), point(2, 200)], None) == HeartWalked(200, 200, 2, 0, None)


@pytest.mark.parametrize(
    "track",
    [
        [],
        [point(0, 90)],
        [point(0, None), point(2, None)],
        [point(0, 90, "waiting"), point(2, 90, "waiting")],  # nobody walked
        [point(0, 90), point(LONGEST_GAP_S + 1, 90)],  # unheard for too long to count
    ],
)
def test_where_no_heart_was_known_while_walking_nothing_is_claimed(track):
    assert heart_walked(track, 120) is None
