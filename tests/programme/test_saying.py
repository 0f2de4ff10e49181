"""Numbers inside a reason read as somebody would say them."""

import pytest

from retrowalk.programme import saying
from retrowalk.units import KMH, MPH
from retrowalk.words import Units


@pytest.mark.parametrize(
    ("duration_s", "said"),
    [(0, "0 minutes"), (30, "½ minute"), (60, "1 minute"), (90, "1½ minutes"), (600, "10 minutes")],
)
def test_minutes(duration_s: float, said: str) -> None:
    assert saying.minutes(duration_s) == said


def test_speeds() -> None:
    assert saying.speed(1.3 * KMH, Units.KMH) == "1.3 km/h"
    assert saying.speed(0.8 * MPH, Units.MPH) == "0.80 mph"
