"""Optical markers become the signals of a worn sensor: the walker's own, for either direction."""

import os
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from tests.readers import made_markers
from tests.readers.made_markers import RATE_HZ

from retrowalk.errors import BadRecording
from retrowalk.gait.pipeline import measure
from retrowalk.readers.c3d import from_markers, is_c3d
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.readers.markernames import found
from retrowalk.readers.markers import Markers, forward_mps, markers
from retrowalk.tables import DIRECTION_CODE, Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Direction, Mounting, Placement

HERE = Path("walk.c3d")
NEAR = Path(__file__).parents[3] / "shared" / "data"
FOLDER = Path(os.environ.get("RETROWALK_DATA", NEAR)) / "c3d"
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)
PLACES = (*FEET, Placement.LEFT_SHANK, Placement.RIGHT_SHANK, Placement.LOWER_BACK)
WAYS = (Direction.FORWARD, Direction.BACKWARD)
needs_ezc3d = pytest.mark.skipif(
    find_spec("ezc3d") is None, reason="ezc3d is not here: pip install 'retrowalk[c3d]'"
)


def seen(way: Direction, *, without: tuple[str, ...] = (), turn: Floats | None = None) -> Markers:
    position, labels = made_markers.markers(way)
    kept = [i for i, label in enumerate(labels) if label not in without]
    position = position[:, kept] if turn is None else position[:, kept] @ turn.T
    return markers(HERE, position, [labels[i] for i in kept], rate_hz=RATE_HZ, unit="m")


@pytest.mark.parametrize(
    ("label", "part"),
    [
        ("LHEE", "left heel"), ("L_FCC", "left heel"), ("l heel", "left heel"),
        ("R.Heel", "right heel"), ("RightToe", "right toe"), ("R_FM1", "right inner toe"),
        ("r met", "right toe"), ("Anna:RTOE", "right toe"), ("r_ank", "right ankle"),
        ("L_FAL", "left ankle"), ("L_TAM", "left inner ankle"), ("r knee 1", "right knee"),
        ("LKNE", "left knee"), ("R_FLE", "right knee"), ("L_IAS", "left asis"),
        ("RASI", "right asis"), ("lPsis", "left psis"), ("R_IPS", "right psis"),
        ("SACR", "sacrum"), ("Heel_L", "left heel"), ("ToeR", "right toe"),
        ("l_sk3", "left shin 3"),
    ],
)  # fmt: skip
def test_labels_of_the_common_marker_sets_are_known(label: str, part: str) -> None:
    assert found([label]) == {part: 0}


@pytest.mark.parametrize(
    "label", ["LELB", "C7", "*12", "", "heel", "HEEL", "L_WRIST", "boite:gauche_ext"]
)
def test_other_labels_mean_nothing(label: str) -> None:
    assert found([label]) == {}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
def test_derived_signals_turn_as_the_segment_does(way: Direction, place: Placement) -> None:
    (sensor,) = from_markers(HERE, seen(way), placement=place).sensors
    (true,) = made_markers.sensors(way, place)
    n = min(len(sensor), len(true))
    error = sensor.gyr_radps[:n] - true.gyr_radps[:n]
    assert np.sqrt(np.mean(error**2)) < 0.2 * np.std(true.gyr_radps)
    assert sensor.mounting is Mounting.KNOWN
    assert np.median(sensor.acc_mps2[:, 2]) == pytest.approx(STANDARD_GRAVITY_MPS2, rel=0.1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", [None, Placement.LEFT_SHANK, Placement.LOWER_BACK])
def test_direction_is_told_from_derived_signals(way: Direction, place: Placement | None) -> None:
    gait = measure(from_markers(HERE, seen(way), placement=place))
    assert len(gait.strides) >= 6
    assert (gait.strides.direction == DIRECTION_CODE[way]).all()


@pytest.mark.parametrize("way", WAYS)
def test_a_foot_of_heel_and_toe_alone_is_enough(way: Direction) -> None:
    gait = measure(from_markers(HERE, seen(way, without=("l_ank", "r_ank")), placement=None))
    assert len(gait.strides) >= 10
    assert (gait.strides.direction == DIRECTION_CODE[way]).all()


@pytest.mark.parametrize("way", WAYS)
def test_markers_travel_the_way_the_walker_does(way: Direction) -> None:
    _, way_mps = forward_mps(HERE, seen(way))
    walking = np.abs(way_mps) > 0.4
    assert walking.mean() > 0.5
    assert (np.sign(way_mps[walking]) == DIRECTION_CODE[way]).all()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_any_axis_may_point_up(axis: int) -> None:
    turn = np.roll(np.eye(3), axis, axis=0)
    straight = from_markers(HERE, seen(Direction.FORWARD), placement=None).sensors[0]
    turned = from_markers(HERE, seen(Direction.FORWARD, turn=turn), placement=None).sensors[0]
    np.testing.assert_allclose(turned.gyr_radps, straight.gyr_radps, atol=1e-6)


def test_names_of_markers_that_are_not_there_are_passed_over() -> None:
    position, labels = made_markers.markers(Direction.FORWARD)
    told = markers(HERE, position, [*labels, "SACR"], rate_hz=RATE_HZ, unit="m")
    assert "sacrum" not in told.at


def test_a_walker_upside_down_is_refused() -> None:
    turn = np.diag([1.0, -1.0, -1.0])
    with pytest.raises(BadRecording, match="not above the heels"):
        seen(Direction.FORWARD, turn=turn)


@pytest.mark.parametrize("unit", ["mm", "cm", "m", "furlong"])
def test_a_wrong_unit_shows_in_the_foots_length(unit: str) -> None:
    position, labels = made_markers.markers(Direction.FORWARD)
    read_as = {"m": 1.0, "cm": 100.0, "mm": 1000.0}.get(unit, 1.0)
    if unit == "furlong":
        with pytest.raises(BadRecording, match="furlong"):
            markers(HERE, position, labels, rate_hz=RATE_HZ, unit=unit)
        return
    good = markers(HERE, position * read_as, labels, rate_hz=RATE_HZ, unit=unit)
    assert from_markers(HERE, good, placement=None).derived
    wrong = markers(HERE, position * read_as * 30, labels, rate_hz=RATE_HZ, unit=unit)
    with pytest.raises(BadRecording, match="m long"):
        from_markers(HERE, wrong, placement=None)


def test_short_gaps_are_bridged_and_the_longest_stretch_is_used() -> None:
    position, labels = made_markers.markers(Direction.FORWARD)
    foot = [labels.index(name) for name in ("l_heel", "l_toe", "l_ank")]
    position[500:515, foot] = np.nan  # bridged
    position[300:340, foot] = np.nan  # too long: the second part is longer
    good = markers(HERE, position, labels, rate_hz=RATE_HZ, unit="m")
    left, right = from_markers(HERE, good, placement=None).sensors
    assert left.time_s[0] == pytest.approx(3.4)
    assert right.time_s[0] == 0
    whole = from_markers(HERE, seen(Direction.FORWARD), placement=None).sensors[0]
    calm = left.time_s > 6.0
    np.testing.assert_allclose(left.gyr_radps[calm], whole.gyr_radps[340:][calm], atol=0.05)


def test_a_foot_that_is_not_seen_is_left_out_and_said() -> None:
    position, labels = made_markers.markers(Direction.FORWARD)
    position[:, labels.index("r_heel")] = np.nan
    position[:, labels.index("r_toe")] = np.nan
    good = markers(HERE, position, labels, rate_hz=RATE_HZ, unit="m")
    recording = from_markers(HERE, good, placement=None)
    assert [sensor.placement for sensor in recording.sensors] == [Placement.LEFT_FOOT]
    assert any("right foot is not seen whole" in said for said in recording.assumptions)


@pytest.mark.parametrize("place", [Placement.WRIST, Placement.LEFT_THIGH, Placement.UNKNOWN])
def test_other_places_are_refused_with_those_that_go(place: Placement) -> None:
    with pytest.raises(BadRecording, match="a foot, a shank or the lower back"):
        from_markers(HERE, seen(Direction.FORWARD), placement=place)


@needs_ezc3d
def test_a_c3d_is_known_by_its_content_and_gives_both_feet(tmp_path: Path) -> None:
    position, labels = made_markers.markers(Direction.BACKWARD)
    path = made_markers.c3d(tmp_path / "walk.c3d", position, labels)
    path = path.rename(tmp_path / "walk.something")
    assert is_c3d(path.read_bytes()[:600])
    kind, (recording,) = read(path)
    assert kind == "c3d"
    assert recording.derived
    assert [sensor.placement for sensor in recording.sensors] == list(FEET)
    same = from_markers(HERE, seen(Direction.BACKWARD), placement=None)
    np.testing.assert_allclose(recording.sensors[0].gyr_radps, same.sensors[0].gyr_radps, atol=1e-2)


@needs_ezc3d
def test_a_c3d_without_a_persons_markers_is_refused_with_the_names_it_has(tmp_path: Path) -> None:
    path = made_markers.c3d(tmp_path / "arm.c3d", np.ones((100, 2, 3)), ["elbow", "wrist\x1b[1m"])
    with pytest.raises(BadRecording, match="no heel is among its 2 markers") as refusal:
        read(path)
    assert str(refusal.value).isprintable()


@needs_ezc3d
@pytest.mark.skipif(not FOLDER.is_dir(), reason="set RETROWALK_DATA to the recordings' folder")
@pytest.mark.parametrize("name", ["BTS", "Qualisys"])
def test_real_walks_go_forward_by_their_markers_and_by_the_derived_signals(name: str) -> None:
    path = FOLDER / f"{name}.c3d"
    strides = 0
    for place in (Placement.LOWER_BACK, None):
        (recording,) = read(path, told=Told(place))[1]
        direction = measure(recording).strides.direction
        assert (direction != DIRECTION_CODE[Direction.BACKWARD]).all()
        strides += len(direction)
        for sensor in recording.sensors:
            assert np.median(sensor.acc_mps2[:, 2]) > 0.9 * STANDARD_GRAVITY_MPS2
    assert strides >= 2
