"""Every set's file gives the body frame: x anterior, y left, z up, SI, gravity +g on z."""

from pathlib import Path

import numpy as np
import pytest
from tests.readers import made

from retrowalk.readers import mountings
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.readers.mountings import (
    GAITMAP_FOOT,
    GAITMAP_LEFT_UNROTATED,
    GAITMAP_RIGHT_UNROTATED,
    IPOL_BACK,
    IPOL_FOOT,
    MOBGAP_BACK,
    XIO_FOOT,
    Worn,
)
from retrowalk.tables import Sensor
from retrowalk.words import Mounting, Placement

TIME, ACC, GYR = made.foot()


def holds(sensor: Sensor) -> None:
    """The sensor reads what the made foot felt."""
    assert sensor.mounting is Mounting.KNOWN
    np.testing.assert_allclose(sensor.acc_mps2, ACC, atol=1e-4)
    np.testing.assert_allclose(sensor.gyr_radps, GYR, atol=1e-4)


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# The sign table once more, by hand: what anterior, left and up read on the sensor's x, y, z.
SIGNS = [
    (IPOL_FOOT, [[-1, 0, 0], [0, -1, 0], [0, 0, 1]]),
    (IPOL_BACK, [[0, 0, -1], [0, 1, 0], [1, 0, 0]]),
    (MOBGAP_BACK, [[0, 0, 1], [0, -1, 0], [1, 0, 0]]),
    (GAITMAP_FOOT, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (GAITMAP_LEFT_UNROTATED, [[0, 1, 0], [0, 0, 1], [1, 0, 0]]),
    (GAITMAP_RIGHT_UNROTATED, [[0, -1, 0], [0, 0, -1], [1, 0, 0]]),
    (XIO_FOOT, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
]


@pytest.mark.parametrize(("worn", "turn"), SIGNS, ids=lambda value: str(value)[:60])
def test_the_sign_table_stands_as_documented(worn: Worn, turn: list[list[int]]) -> None:
    assert worn.turn.tolist() == turn


@pytest.mark.parametrize(
    "worn", [w for w in vars(mountings).values() if isinstance(w, Worn)], ids=str
)
def test_a_mounting_turns_and_never_mirrors(worn: Worn) -> None:
    assert np.linalg.det(worn.turn) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "worn", "placement"),
    [
        ("1-1_lf.txt", IPOL_FOOT, Placement.LEFT_FOOT),
        ("1-1_rf.txt", IPOL_FOOT, Placement.RIGHT_FOOT),
        ("1-1_lb.txt", IPOL_BACK, Placement.LOWER_BACK),
    ],
)
def test_ipol_is_placed_by_its_name(
    tmp_path: Path, name: str, worn: Worn, placement: Placement
) -> None:
    kind, (recording,) = read(put(tmp_path, name, made.ipol(ACC, GYR, worn=worn)))
    assert kind == "ipol"
    assert recording.sensors[0].placement is placement
    holds(recording.sensors[0])


def test_ipol_time_is_the_packet_counter_because_packets_are_lost(tmp_path: Path) -> None:
    packets = np.arange(len(ACC), dtype=float) + 5 * (np.arange(len(ACC)) > 200)
    path = put(tmp_path, "1-1_lf.txt", made.ipol(ACC, GYR, packets=packets))
    sensor = read(path)[1][0].sensors[0]
    assert np.diff(sensor.time_s).max() == pytest.approx(0.06)


def test_an_ipol_file_of_no_known_placement_has_unknown_axes(tmp_path: Path) -> None:
    sensor = read(put(tmp_path, "walk.txt", made.ipol(ACC, GYR)))[1][0].sensors[0]
    assert (sensor.placement, sensor.mounting) == (Placement.UNKNOWN, Mounting.UNKNOWN)


@pytest.mark.parametrize("packed", [True, False])
def test_every_trial_of_a_mobgap_file_is_a_recording(tmp_path: Path, packed: bool) -> None:
    kind, trials = read(put(tmp_path, "data.mat", made.mobgap(ACC, GYR, packed=packed)))
    assert kind == "mobgap"
    assert [t.source for t in trials] == ["data.mat · Test5 Trial1", "data.mat · Test5 Trial2"]
    for trial in trials:
        assert trial.sensors[0].placement is Placement.LOWER_BACK
        holds(trial.sensors[0])


@pytest.mark.parametrize("corner", [True, False])
@pytest.mark.parametrize("times", [None, TIME], ids=["counts", "times"])
def test_gaitmap_gives_both_feet_in_each_header_shape(
    tmp_path: Path, corner: bool, times: made.Floats | None
) -> None:
    path = put(tmp_path, "feet.csv", made.gaitmap(ACC, GYR, corner=corner, times=times))
    kind, (recording,) = read(path)
    assert kind == "gaitmap"
    assert [s.placement for s in recording.sensors] == [Placement.LEFT_FOOT, Placement.RIGHT_FOOT]
    rate = 100.0 if times is not None else 204.8 if corner else 102.4
    for sensor in recording.sensors:
        holds(sensor)
        assert 1 / np.median(np.diff(sensor.time_s)) == pytest.approx(rate, rel=1e-3)


def test_gaitmaps_unrotated_shoe_clips_are_turned_to_the_foot(tmp_path: Path) -> None:
    worn = GAITMAP_LEFT_UNROTATED, GAITMAP_RIGHT_UNROTATED
    path = put(tmp_path, "feet.csv", made.gaitmap(ACC, GYR, worn=worn))
    for sensor in read(path)[1][0].sensors:
        holds(sensor)


def test_a_gaitmap_file_of_one_foot_is_placed_by_its_name(tmp_path: Path) -> None:
    path = put(tmp_path, "ms_left.csv", made.gaitmap_one(ACC, GYR))
    (sensor,) = read(path)[1][0].sensors
    assert sensor.placement is Placement.LEFT_FOOT
    holds(sensor)


def test_the_callers_rate_wins_over_a_sets_usual_one(tmp_path: Path) -> None:
    path = put(tmp_path, "feet.csv", made.gaitmap(ACC, GYR))
    sensor = read(path, told=Told(rate_hz=100))[1][0].sensors[0]
    assert sensor.time_s[-1] == pytest.approx(TIME[-1])


def test_xio_repeats_are_dropped_and_said(tmp_path: Path) -> None:
    twice = np.repeat(np.arange(len(TIME)), np.where(np.arange(len(TIME)) % 50 == 7, 2, 1))
    path = put(tmp_path, "walk.csv", made.xio(TIME[twice], ACC[twice], GYR[twice]))
    kind, (recording,) = read(path)
    assert kind == "xio"
    holds(recording.sensors[0])
    assert any("12 rows with a repeated time" in said for said in recording.assumptions)


def test_xio_worn_elsewhere_has_unknown_axes(tmp_path: Path) -> None:
    path = put(tmp_path, "walk.csv", made.xio(TIME, ACC, GYR))
    sensor = read(path, told=Told(Placement.LOWER_BACK))[1][0].sensors[0]
    assert sensor.mounting is Mounting.UNKNOWN


@pytest.mark.parametrize("degrees", [10, 30, 55])
def test_a_sloping_dorsum_is_levelled_by_gravity_alone(tmp_path: Path, degrees: float) -> None:
    lean = np.deg2rad(degrees)
    tilt = np.array([[np.cos(lean), 0, -np.sin(lean)], [0, 1, 0], [np.sin(lean), 0, np.cos(lean)]])
    path = put(tmp_path, "1-1_lf.txt", made.ipol(ACC @ tilt.T, GYR @ tilt.T))
    recording = read(path)[1][0]
    holds(recording.sensors[0])
    assert any(f"levelled by {degrees}°" in said for said in recording.assumptions)


def test_walking_the_other_way_changes_no_axis(tmp_path: Path) -> None:
    """Time reversed, a forward foot walks backward: the mounting must come out the same."""
    path = put(tmp_path, "feet.csv", made.gaitmap(ACC[::-1], -GYR[::-1], worn=(GAITMAP_FOOT,) * 2))
    sensor = read(path)[1][0].sensors[0]
    np.testing.assert_allclose(sensor.acc_mps2, ACC[::-1], atol=1e-4)
    np.testing.assert_allclose(sensor.gyr_radps, -GYR[::-1], atol=1e-4)


def test_a_file_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    for name, good in made.written(tmp_path).items():
        kind = read(good)[0]
        if kind != "gaitmap" or name == "feet.csv":  # one foot's file is told by its name
            renamed = good.rename(tmp_path / f"{name}.something")
            assert read(renamed)[0] == kind
