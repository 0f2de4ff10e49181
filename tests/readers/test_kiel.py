"""The Kiel layout: worn sensors with unknown axes, markers that tell them, and the two judged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.readers import made_markers
from tests.readers.made_markers import MOUNTED, mat
from validation import kiel

from retrowalk.errors import BadRecording
from retrowalk.gait.simulate import Spell
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.tables import Recording
from retrowalk.words import Direction, Mounting, Placement


def given(folder: Path, tree: dict[str, Any], told: Told = Told()) -> Recording:
    path = folder / "imu_backwards.mat"
    path.write_bytes(mat(tree))
    kind, (recording,) = read(path, told=told)
    assert kind == "kiel"
    return recording


def test_worn_sensors_are_placed_by_their_names_and_never_mounted(tmp_path: Path) -> None:
    recording = given(tmp_path, made_markers.kiel_imu(Direction.BACKWARD))
    assert {s.placement for s in recording.sensors} == set(made_markers.WORN.values())
    assert all(sensor.mounting is Mounting.UNKNOWN for sensor in recording.sensors)
    assert any("head, left_shank" in said for said in recording.assumptions)
    (true,) = made_markers.sensors(Direction.BACKWARD, recording.sensors[0].placement)
    np.testing.assert_allclose(
        MOUNTED.inv().apply(recording.sensors[0].gyr_radps), true.gyr_radps, atol=1e-6
    )


def test_one_sensor_alone_loses_its_third_length_and_is_still_read(tmp_path: Path) -> None:
    tree = made_markers.kiel_imu(Direction.FORWARD)
    for name in ("acc", "gyro"):
        tree["data"][name] = tree["data"][name][:, :, :1]
    tree["data"]["imu_location"] = "leftFoot"
    assert [s.placement for s in given(tmp_path, tree).sensors] == [Placement.LEFT_FOOT]


def test_a_told_placement_chooses_the_sensor(tmp_path: Path) -> None:
    told = Told(Placement.LOWER_BACK)
    recording = given(tmp_path, made_markers.kiel_imu(Direction.FORWARD), told)
    assert [s.placement for s in recording.sensors] == [Placement.LOWER_BACK]


def test_markers_of_the_set_give_derived_signals(tmp_path: Path) -> None:
    recording = given(tmp_path, made_markers.kiel_omc(Direction.BACKWARD))
    assert recording.derived
    assert len(recording.sensors) == 2


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("fs", 0.0, "no rate"),
        ("fs", "200", "no rate"),
        ("acc", "text", "acc is a"),
        ("acc", np.zeros((900, 3, 2)), "acc is a"),
        ("gyro", np.zeros((900, 3, 5)), "as many of each"),
        ("imu_location", "left_foot", "for 1 names"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    tmp_path: Path, field: str, value: object, says: str
) -> None:
    tree = made_markers.kiel_imu(Direction.FORWARD)
    tree["data"][field] = value
    with pytest.raises(BadRecording, match=says) as refusal:
        given(tmp_path, tree)
    assert "\n" not in str(refusal.value)


def test_sensors_of_no_known_place_are_named(tmp_path: Path) -> None:
    tree = made_markers.kiel_imu(Direction.FORWARD)
    tree["data"]["imu_location"][0, :] = "hat"
    with pytest.raises(BadRecording, match="among hat, hat"):
        given(tmp_path, tree)


def test_the_markers_tell_the_clock_and_the_mounting(tmp_path: Path) -> None:
    found = list(kiel.trials(made_markers.kiel_folder(tmp_path, people=2)))
    assert [trial.person for trial in found] == ["pp001"] * 2 + ["pp002"] * 2
    assert all(trial.late_s == pytest.approx(0.4, abs=0.011) for trial in found)
    turns = kiel.mountings(found)
    assert len(turns) == 6
    for turn in turns.values():
        off_rad = np.arccos((np.trace(turn @ MOUNTED.as_matrix()) - 1) / 2)
        assert np.rad2deg(off_rad) < 2


def test_the_set_is_judged_where_it_is_and_each_promise_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIEL", str(made_markers.kiel_folder(tmp_path)))
    promises = {promise.id: promise for promise in kiel.promises()}
    assert len(promises) == 8
    assert all(name.startswith("gait.kiel_") for name in promises)
    assert all(promise.ok for promise in promises.values())
    assert promises["gait.kiel_feet_backward_strides"].value > 8


def test_a_walk_judged_against_the_other_ways_markers_falls_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The judge can lose: feet whose sensors say forward under markers that go backward."""
    monkeypatch.setenv("KIEL", str(made_markers.kiel_folder(tmp_path)))
    forward_mps = kiel.forward_mps

    def mirrored(*words: Any) -> tuple[np.ndarray, np.ndarray]:
        time_s, way_mps = forward_mps(*words)
        return time_s, -way_mps

    monkeypatch.setattr(kiel, "forward_mps", mirrored)
    promises = {promise.id: promise for promise in kiel.promises()}
    assert not promises["gait.kiel_feet_right"].ok
    assert promises["gait.kiel_feet_right"].value == 0


@pytest.mark.parametrize("named", ["", "nowhere/at/all"])
def test_without_the_set_nothing_is_measured_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    monkeypatch.setenv("KIEL", named)
    assert list(kiel.promises()) == []
    assert "nothing measured" in capsys.readouterr().err


def test_systems_that_do_not_belong_together_are_left_out_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = made_markers.kiel_folder(tmp_path) / "data" / "pp001"
    shuffled = made_markers.kiel_imu(Direction.FORWARD)
    rng = np.random.default_rng(1)
    shuffled["data"]["gyro"] = rng.permutation(shuffled["data"]["gyro"], axis=0)
    (home / "imu" / "imu_backwards.mat").write_bytes(mat(shuffled))
    assert len(list(kiel.trials(tmp_path))) == 1
    assert "left out pp001 backwards" in capsys.readouterr().err


def test_each_stride_is_judged_at_its_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There and back in one trial, the markers 4.5 s late: unaligned, ways would swap."""
    both = [Spell(Direction.FORWARD, steps=10), Spell(Direction.BACKWARD, steps=10)]
    monkeypatch.setattr(made_markers, "spells", lambda _: both)
    monkeypatch.setenv("KIEL", str(made_markers.kiel_folder(tmp_path, late_s=4.5)))
    promises = {promise.id: promise for promise in kiel.promises()}
    assert promises["gait.kiel_feet_right"].value == 100
    assert promises["gait.kiel_feet_backward_strides"].value >= 8
