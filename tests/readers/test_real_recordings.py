"""The recordings nobody here made: read, and their feet go where the set says they went."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from retrowalk.errors import BadRecording
from retrowalk.readers.bvh import forward_mps, read_motion
from retrowalk.readers.detect import read
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Mounting

NEAR = Path(__file__).parents[3] / "shared" / "data"
FOLDER = Path(os.environ.get("RETROWALK_DATA", NEAR))
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the recordings are not here: set RETROWALK_DATA to their folder"
)

KINDS = {
    "ipol/*_??.txt": "ipol",
    "mobgap/*/*/data.mat": "mobgap",
    "gaitmap/imu_*.csv": "gaitmap",
    "xio/*.csv": "xio",
    "cmu/*.bvh": "bvh",
    "bandai/*.bvh": "bvh",
}


@pytest.mark.parametrize(("pattern", "kind"), KINDS.items())
def test_every_recording_is_read_with_known_axes_and_gravity_upward(
    pattern: str, kind: str
) -> None:
    paths = sorted(FOLDER.glob(pattern))
    assert paths
    for path in paths:
        found, recordings = read(path)
        assert found == kind, path.name
        for sensor in (s for recording in recordings for s in recording.sensors):
            assert sensor.mounting is Mounting.KNOWN
            up = np.median(sensor.acc_mps2, axis=0)
            assert up[2] > 0.7 * STANDARD_GRAVITY_MPS2, path.name


def test_motion_capture_travels_the_way_its_name_says() -> None:
    for path in [*FOLDER.glob("cmu/*.bvh"), *FOLDER.glob("bandai/*.bvh")]:
        if path.name == "06_09.bvh":  # sideways
            continue
        motion, _ = read_motion(path)
        backward = "walk-back" in path.name or path.name == "06_06.bvh"
        travel = np.median(forward_mps(path, motion))
        assert travel < -0.4 if backward else travel > 0.3, path.name


def test_a_foot_swinging_forward_turns_its_toes_up() -> None:
    """In the middle of the hand-checked swings the turning about left is below zero."""
    for path in FOLDER.glob("ipol/*_[lr]f.txt"):
        side = "Left" if path.stem.endswith("lf") else "Right"
        swings = json.loads(path.with_name(f"{path.stem[:-3]}.json").read_text())
        (sensor,) = read(path)[1][0].sensors
        turning = [
            sensor.gyr_radps[_within(sensor.time_s, (begin + end) / 200, 0.05), 1].mean()
            for begin, end in swings[f"{side}FootEvents"]
            if _within(sensor.time_s, (begin + end) / 200, 0.05).any()
        ]
        assert np.median(turning) < -0.5, path.name


def _within(time_s: np.ndarray, at_s: float, by_s: float) -> np.ndarray:
    return np.abs(time_s - at_s) < by_s


def test_what_is_no_recording_of_ours_is_refused_in_a_sentence() -> None:
    for pattern in ("fit/*", "gpx/*", "c3d/Vicon.c3d", "ftms/*", "osm/*", "*/LICENSE*",
                    "ipol/*.json", "gaitmap/[!i]*.csv", "mobgap/*/*/info*.mat"):  # fmt: skip
        for path in FOLDER.glob(pattern):
            with pytest.raises(BadRecording) as refusal:
                read(path)
            assert str(refusal.value).startswith(path.name)
