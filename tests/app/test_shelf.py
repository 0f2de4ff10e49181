"""What was measured stays for a closer look, for a while and not for ever."""

import numpy as np
import pytest

from retrowalk.app import shelf
from retrowalk.app.measuring import Measured, picture_of, span_of, step_from, whole_of
from retrowalk.app.shelf import MOST_KEPT, Shelf
from retrowalk.errors import BadInput, Missing
from retrowalk.pictures.zoom import Span
from retrowalk.tables import Gait, Recording, Sensor


def measured(samples: int = 1000) -> Measured:
    time_s = np.arange(samples) / 100
    sensor = Sensor(time_s, np.ones((samples, 3)), np.zeros((samples, 3)))
    return Measured("walk.csv", "csv", Recording("walk.csv", (sensor,)), Gait())


def test_the_last_few_are_kept_and_the_oldest_goes() -> None:
    kept = Shelf()
    names = [kept.put((measured(),)) for _ in range(MOST_KEPT + 1)]
    assert len({*names}) == MOST_KEPT + 1
    with pytest.raises(Missing, match="no longer kept"):
        kept.take(names[0], 0)
    assert kept.take(names[-1], 0).name == "walk.csv"
    for number in (-1, 1, 10**30):
        with pytest.raises(Missing):
            kept.take(names[-1], number)


def test_one_looked_at_stays_longer_and_a_large_one_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = Shelf()
    names = [kept.put((measured(),)) for _ in range(MOST_KEPT)]
    kept.take(names[0], 0)
    kept.put((measured(),))
    assert kept.take(names[0], 0)
    monkeypatch.setattr(shelf, "MOST_SAMPLES", 5000)
    large = kept.put((measured(6000),))
    assert kept.take(large, 0)
    with pytest.raises(Missing):
        kept.take(names[0], 0)


@pytest.mark.parametrize(
    ("from_s", "to_s"),
    [(5, 5), (6, 5), (float("nan"), 5), (0, float("inf")), (20, 30), (-9, -1), (1e300, None)],
)
def test_a_part_that_is_none_is_one_sentence(from_s: float, to_s: float | None) -> None:
    with pytest.raises(BadInput, match=r"expected two times.*between 0\.0 and 10\.0 s"):
        span_of(measured(), from_s, to_s)


def test_a_part_is_drawn_and_stepped_from() -> None:
    one = measured()
    assert span_of(one, None, None) == whole_of(one)
    part = span_of(one, -3, 4)
    assert (part.from_s, part.to_s) == (0.0, 4.0)
    assert 'data-to-s="4.0000"' in picture_of(one, span=part)
    assert step_from(one, part, by=-0.5) is None
    assert step_from(one, whole_of(one), closer=0.5) is None
    assert step_from(one, part, closer=2.0) == Span(1.0, 3.0)
