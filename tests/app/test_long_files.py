"""A file measured in pieces gives what it gives whole, and keeps little of it."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from retrowalk.app import long_files, measuring
from retrowalk.errors import BadRecording
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.readers import mending
from retrowalk.words import Direction, Mounting, Placement

NAMES = ("time_s", "acc_x (m/s²)", "acc_y (m/s²)", "acc_z (m/s²)",
         "gyr_x (rad/s)", "gyr_y (rad/s)", "gyr_z (rad/s)")  # fmt: skip


@pytest.fixture
def walked(tmp_path: Path) -> Path:
    """Six minutes there and back, as Parquet."""
    rng = np.random.default_rng(3)
    spells = [Spell(Direction.FORWARD, 200, 1.0, 1.1), Spell(Direction.BACKWARD, 90, 0.6, 1.2)] * 2
    (sensor,) = simulate(spells, [Placement.LOWER_BACK], rng, rate_hz=100).recording.sensors
    rows = np.column_stack((sensor.time_s, sensor.acc_mps2, sensor.gyr_radps))
    path = tmp_path / "walk.parquet"
    pl.DataFrame(dict(zip(NAMES, rows.T, strict=True))).write_parquet(path)
    return path


def measured(path: Path) -> measuring.Measured:
    (one,) = measuring.measure_file(path, placement=Placement.LOWER_BACK, mounting=Mounting.KNOWN)
    return one


def test_a_long_file_measures_as_the_same_read_whole(
    walked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = measured(walked)
    monkeypatch.setattr(long_files, "LONG_BYTES", 1)
    monkeypatch.setattr(mending, "PIECE_ROWS", 4096)
    monkeypatch.setattr(long_files, "MOST_KEPT", 10_000)
    long = measured(walked)
    kept = len(long.recording.sensors[0])
    assert 5_000 <= kept <= 10_000 < len(whole.recording.sensors[0])
    one, other = (measuring.measured_as_json(each) for each in (whole, long))
    assert one["totals"]["backward"]["strides"] > 100
    assert other["assumptions"][:-1] == one["assumptions"]
    assert "every 4th sample" in other["assumptions"][-1]
    del one["assumptions"], other["assumptions"]
    assert json.dumps(other) == json.dumps(one)


def test_its_picture_shows_every_so_many_th_sample(
    walked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = measured(walked)
    monkeypatch.setattr(long_files, "LONG_BYTES", 1)
    monkeypatch.setattr(mending, "PIECE_ROWS", 4096)
    monkeypatch.setattr(long_files, "MOST_KEPT", 10_000)
    long = measured(walked)
    (sensor,), (every,) = long.recording.sensors, whole.recording.sensors
    np.testing.assert_array_equal(sensor.time_s, every.time_s[::4])
    np.testing.assert_array_equal(sensor.gyr_radps, every.gyr_radps[::4])
    assert "<svg" in measuring.picture_of(long)


def test_a_long_file_of_another_kind_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_files, "LONG_BYTES", 1)
    monkeypatch.setattr(mending, "PIECE_ROWS", 4096)
    path = tmp_path / "walk.bvh"
    path.write_text("HIERARCHY\nROOT Hips\n")
    with pytest.raises(BadRecording):
        measuring.measure_file(path)


def test_progress_of_a_long_file_rises_to_its_end(
    walked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_files, "LONG_BYTES", 1)
    monkeypatch.setattr(mending, "PIECE_ROWS", 4096)
    heard: list[float] = []
    measuring.measure_file(walked, progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
