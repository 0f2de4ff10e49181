"""A file in, its walking out; and what web and command line are given of it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.readers import made

from retrowalk.app import measuring
from retrowalk.errors import BadRecording
from retrowalk.words import Mounting, Placement


def test_every_layout_is_measured_and_shown(tmp_path: Path) -> None:
    for number, path in enumerate(made.written(tmp_path).values()):
        for one in measuring.measure_file(path):
            assert one.name.startswith(path.name)
            json.dumps(measuring.measured_as_json(one), allow_nan=False)
            ElementTree.fromstring(measuring.picture_of(one, prefix=f"r{number}"))
            assert len(measuring.bouts_of(one)) == len(one.gait.bouts)
            assert set(measuring.totals_of(one)) == {"forward", "backward", "unclear"}
            assert measuring.strides_as_csv(one).startswith("start_s,")


def test_a_file_of_several_trials_gives_one_each(tmp_path: Path) -> None:
    path = made.written(tmp_path)["data.mat"]
    assert [one.name for one in measuring.measure_file(path)] == [
        "data.mat · Test5 Trial1", "data.mat · Test5 Trial2",
    ]  # fmt: skip


def test_what_the_caller_says_reaches_the_reader(tmp_path: Path) -> None:
    path = made.written(tmp_path)["phone.csv"]
    (one,) = measuring.measure_file(path, placement=Placement.LEFT_SHANK, mounting=Mounting.KNOWN)
    assert one.recording.sensors[0].placement is Placement.LEFT_SHANK
    assert one.recording.sensors[0].mounting is Mounting.KNOWN


def test_not_knowing_the_placement_leaves_it_to_the_file(tmp_path: Path) -> None:
    path = made.written(tmp_path)["walk_lf.txt"]
    (one,) = measuring.measure_file(path, placement=Placement.UNKNOWN)
    assert one.recording.sensors[0].placement is Placement.LEFT_FOOT


def test_progress_rises_from_nothing_to_all(tmp_path: Path) -> None:
    for name in ("clip.bvh", "data.mat", "phone.csv"):
        heard: list[float] = []
        measuring.measure_file(made.written(tmp_path)[name], progress=heard.append)
        assert heard == sorted(heard)
        assert heard[-1] == 1.0
        assert all(0 <= share <= 1 for share in heard)


def test_a_bad_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    with pytest.raises(BadRecording, match=r"^empty\.csv: the file is empty; expected"):
        measuring.measure_file(tmp_path / "empty.csv")


def test_direction_is_unclear_where_axes_are_unknown(tmp_path: Path) -> None:
    (one,) = measuring.measure_file(made.written(tmp_path)["phone.csv"])
    assert {row["direction"] for row in measuring.bouts_of(one)} <= {"unclear"}
