"""The engine on recordings of real people; skipped where they are not (see docs/accuracy.md)."""

from pathlib import Path

import numpy as np
import pytest
from tests.gait.walks import BACK, BACKWARD, FEET, FORWARD, SHANKS, count
from validation import recordings as known
from validation.measure import matched

from retrowalk.gait.pipeline import measure
from retrowalk.tables import Gait
from retrowalk.words import Direction, Placement

DATA = known.folder()
pytestmark = pytest.mark.skipif(DATA is None, reason="RETROWALK_DATA names no folder of recordings")


@pytest.fixture(name="data")
def _data() -> Path:
    assert DATA is not None
    return DATA


def share(gait: Gait, way: Direction) -> float:
    assert len(gait.strides)
    return count(gait, way) / len(gait.strides)


@pytest.mark.parametrize("places", [("lf", "rf"), ("lb",)])
@pytest.mark.parametrize("trial", ["1-1", "7-2", "13-3"])
def test_a_person_walking_forward_is_not_called_backward(
    data: Path, trial: str, places: tuple[str, ...]
) -> None:
    gait = measure(known.ipol(data, trial, *places))
    assert share(gait, BACKWARD) <= 0.05
    assert share(gait, FORWARD) >= 0.5  # turning round is unclear, and so is one odd back


@pytest.mark.parametrize("trial", ["1-1", "7-2", "13-3"])
def test_the_same_person_played_backward_is(data: Path, trial: str) -> None:
    turned = known.reversed_in_time(known.ipol(data, trial, "lf", "rf"))
    assert share(measure(turned), BACKWARD) >= 0.9


@pytest.mark.parametrize("worn", [FEET, SHANKS, BACK], ids=str)
def test_backward_dribbling_is_told_at_every_placement_that_can_tell(
    data: Path, worn: tuple[Placement, ...]
) -> None:
    rng = np.random.default_rng(0)
    clip = data / "cmu" / "06_06.bvh"
    gait = measure(known.derived(clip, *worn, rng=rng, tilt_rad=0.3))
    assert share(gait, BACKWARD) >= 0.8


def test_every_stride_the_markers_saw_is_found_by_the_feet(data: Path) -> None:
    gait = measure(known.gaitmap(data))
    for foot, side in (("left", 1), ("right", -1)):
        landed = gait.contacts.time_s[(gait.contacts.kind == 0) & (gait.contacts.side == side)]
        reference = known.gaitmap_events(data)[foot]["ic"]
        errors = matched(landed, reference, 0.1)
        assert len(errors) == len(reference)
        assert abs(np.median(errors)) < 0.02
