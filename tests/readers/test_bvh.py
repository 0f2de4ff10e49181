"""A skeleton moves as we say; a sensor on it reads what physics demands."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from tests.readers import made

from retrowalk.errors import BadRecording
from retrowalk.readers.bvh import forward_mps, read_bvh, read_motion
from retrowalk.readers.derive import derived
from retrowalk.readers.skeletons import names_of
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Mounting, Placement

WORN = [p for p in Placement if p not in (Placement.UNKNOWN, Placement.WRIST)]


def put(folder: Path, text: str) -> Path:
    path = folder / "clip.bvh"
    path.write_text(text)
    return path


def standing(seconds: float = 2.0) -> made.Floats:
    values = np.zeros((round(seconds * 100), made.BVH_COLUMNS))
    values[:, 1] = 84
    return values


@pytest.mark.parametrize("placement", WORN, ids=lambda p: p.value)
def test_a_standing_skeleton_reads_g_upward_and_no_turning(
    tmp_path: Path, placement: Placement
) -> None:
    recording = read_bvh(put(tmp_path, made.bvh(standing())), placement=placement)
    (sensor,) = recording.sensors
    assert recording.derived
    assert (sensor.placement, sensor.mounting) == (placement, Mounting.KNOWN)
    np.testing.assert_allclose(sensor.acc_mps2, [[0, 0, STANDARD_GRAVITY_MPS2]] * 200, atol=1e-6)
    np.testing.assert_allclose(sensor.gyr_radps, 0, atol=1e-9)


# The sign table: the root's channel that turns, the body axis it turns about, and its sign.
TURNS = [(3, 0, 1.0), (4, 1, 1.0), (5, 2, 1.0)]  # file z is anterior, x is left, y is up


@pytest.mark.parametrize(("channel", "axis", "sign"), TURNS)
def test_turning_the_body_turns_the_sensor_about_the_same_axis(
    tmp_path: Path, channel: int, axis: int, sign: float
) -> None:
    values = standing()
    values[:, channel] = np.rad2deg(0.5) * np.arange(len(values)) / 100  # half a radian a second
    sensor = read_bvh(put(tmp_path, made.bvh(values)), placement=Placement.LOWER_BACK).sensors[0]
    expected = np.zeros(3)
    expected[axis] = 0.5 * sign
    np.testing.assert_allclose(sensor.gyr_radps[20:-20], [expected] * 160, atol=2e-3)


@pytest.mark.parametrize(("column", "axis"), [(2, 0), (0, 1), (1, 2)])
def test_speeding_up_is_felt_on_its_own_axis(tmp_path: Path, column: int, axis: int) -> None:
    values = standing()
    values[:, column] += 100 * 0.5 * (np.arange(len(values)) / 100) ** 2  # 1 m/s²
    sensor = read_bvh(put(tmp_path, made.bvh(values)), placement=Placement.LOWER_BACK).sensors[0]
    expected = np.array([0, 0, STANDARD_GRAVITY_MPS2])
    expected[axis] += 1.0
    np.testing.assert_allclose(sensor.acc_mps2[30:-30], [expected] * 140, atol=5e-3)


@pytest.mark.parametrize("mps", [1.2, -0.8])
def test_backward_travel_is_below_zero(tmp_path: Path, mps: float) -> None:
    path = put(tmp_path, made.bvh(made.bvh_values(mps=mps)))
    motion, _ = read_motion(path)
    assert np.median(forward_mps(path, motion)) == pytest.approx(mps, abs=0.01)


def test_the_way_it_travels_changes_no_axis(tmp_path: Path) -> None:
    """The same frames played backward: same gravity, opposite turning."""
    values = made.bvh_values()
    forth = read_bvh(put(tmp_path, made.bvh(values)), placement=Placement.LEFT_SHANK).sensors[0]
    back = read_bvh(put(tmp_path, made.bvh(values[::-1])), placement=Placement.LEFT_SHANK).sensors[
        0
    ]
    inner = slice(40, -40)
    np.testing.assert_allclose(forth.acc_mps2[inner], back.acc_mps2[::-1][inner], atol=0.05)
    np.testing.assert_allclose(forth.gyr_radps[inner], -back.gyr_radps[::-1][inner], atol=0.02)


@settings(max_examples=15, deadline=None)
@given(st.tuples(*[st.floats(-0.3, 0.3)] * 3))
def test_a_strap_askew_keeps_sizes_and_gravity(tilt_rad: tuple[float, float, float]) -> None:
    import tempfile  # noqa: PLC0415 -- hypothesis and tmp_path do not mix

    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), made.bvh(made.bvh_values(seconds=1.0)))
        straight = read_bvh(path, placement=Placement.LEFT_FOOT).sensors[0]
        askew = read_bvh(path, placement=Placement.LEFT_FOOT, tilt_rad=tilt_rad).sensors[0]
    for one, other in ((straight.acc_mps2, askew.acc_mps2), (straight.gyr_radps, askew.gyr_radps)):
        np.testing.assert_allclose(
            np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1), atol=1e-9
        )


def test_a_strap_askew_tips_gravity_as_it_is_turned(tmp_path: Path) -> None:
    """Turned about left by 0.3 rad the sensor's z leans forward, so gravity shows on −x."""
    path = put(tmp_path, made.bvh(standing()))
    sensor = read_bvh(path, placement=Placement.LOWER_BACK, tilt_rad=(0, 0.3, 0)).sensors[0]
    expected = STANDARD_GRAVITY_MPS2 * np.array([-np.sin(0.3), 0, np.cos(0.3)])
    np.testing.assert_allclose(sensor.acc_mps2, [expected] * 200, atol=1e-6)


def test_angular_rate_leads_from_pose_to_pose_of_a_tumbling_body() -> None:
    """Rotating about several axes at once: the rate, integrated in the sensor's own axes,
    gives the pose again."""
    time_s = np.arange(240) / 120
    angles = np.stack((0.6 * np.sin(3 * time_s), 0.5 * np.cos(2 * time_s), 0.8 * time_s), axis=1)
    pose = Rotation.from_euler("ZXY", angles)
    _, _, gyr = derived(np.zeros((240, 3)), pose.as_matrix(), 120.0)
    now = pose[20]
    for i in range(20, 219):
        now *= Rotation.from_rotvec((gyr[i] + gyr[i + 1]) / 2 / 120)
    assert (now.inv() * pose[219]).magnitude() < 0.01


def test_noise_is_repeatable_by_its_seed(tmp_path: Path) -> None:
    path = put(tmp_path, made.bvh(made.bvh_values()))
    one, same, other = (
        read_bvh(path, placement=Placement.LEFT_FOOT, acc_noise_mps2=0.1, seed=seed).sensors[0]
        for seed in (1, 1, 2)
    )
    assert (one.acc_mps2 == same.acc_mps2).all()
    assert not (one.acc_mps2 == other.acc_mps2).all()


def test_both_feet_when_none_is_named_and_slow_captures_are_refined(tmp_path: Path) -> None:
    values = made.bvh_values(rate_hz=30)
    recording = read_bvh(put(tmp_path, made.bvh(values, rate_hz=30)))
    assert [s.placement for s in recording.sensors] == [Placement.LEFT_FOOT, Placement.RIGHT_FOOT]
    assert np.median(np.diff(recording.sensors[0].time_s)) == pytest.approx(1 / 120, rel=1e-4)


def test_a_t_pose_at_the_start_is_left_out_and_said(tmp_path: Path) -> None:
    values = made.bvh_values()
    values[0, 3:] = 0
    values[0, 12], values[0, 21] = 80, 80  # knees bent as no later pair of frames bends them
    _, said = read_motion(put(tmp_path, made.bvh(values)))
    assert any("T-pose" in sentence for sentence in said)
    _, said = read_motion(put(tmp_path, made.bvh(made.bvh_values())))
    assert not any("T-pose" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("factor", "unit"), [(0.01, "metres"), (1, "centimetres"), (10, "millimetres")]
)
def test_the_leg_tells_the_unit_of_length(tmp_path: Path, factor: float, unit: str) -> None:
    def scaled(line: str) -> str:
        words = line.split()
        if words[:1] != ["OFFSET"]:
            return line
        return " ".join(["OFFSET", *(str(float(word) * factor) for word in words[1:])])

    skeleton = "\n".join(map(scaled, made.SKELETON.splitlines())) + "\n"
    values = made.bvh_values(mps=1.0)
    values[:, :3] *= factor
    path = put(tmp_path, made.bvh(values, skeleton=skeleton))
    motion, said = read_motion(path)
    assert any(f"in {unit}" in sentence for sentence in said)
    assert np.median(forward_mps(path, motion)) == pytest.approx(1.0, abs=0.01)


def test_the_right_sides_names_mirror_the_lefts() -> None:
    assert names_of("right hip") == (
        "rthigh",
        "upperlegr",
        "rightupleg",
        "rightthigh",
        "righthip",
        "rhip",
    )
    assert names_of("right toe")[-3:] == ("rfootend", "rightfootend", "footrend")
    assert names_of("right elbow")[1] == "lowerarmr"


def _deep(levels: int) -> str:
    head = "HIERARCHY\nROOT hip\n{\nOFFSET 0 0 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
    joint = "JOINT j\n{\nOFFSET 0 1 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
    return head + joint * levels


GOOD = made.bvh(made.bvh_values(seconds=1.0))
BAD = {
    "a hierarchy 100 000 deep": (_deep(100_000), "at most 1000 joints"),
    "a hierarchy without an end": (made.SKELETON, "a MOTION part"),
    "frames cut short": (GOOD[:-3000], "announced frames"),
    "a word among the numbers": (GOOD.replace(" 0 ", " zero ", 400), "numbers"),
    "no frames": (GOOD.replace("Frames: 100", "Frames: 0"), "frames were found"),
    "a billion frames announced": (GOOD.replace("Frames: 100", "Frames: 999999999"), "announced"),
    "no time between frames": (GOOD.replace("0.0100000", "0"), "Frame Time"),
    "a million channels": (GOOD.replace("CHANNELS 6", "CHANNELS 1000000"), "channels"),
    "a skeleton of no known names": (GOOD.replace("lShin", "bone7"), "left knee"),
    "a leg of a giant": (GOOD.replace("0 -40 0", "0 -4000 0"), "leg is"),
    "a person upside down": (GOOD.replace("0 -40 0", "0 40 0"), "above the feet"),
    "a pose of 1e300": (GOOD.replace(" 84", " 1e300"), "numbers"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_bad_motion_capture_is_one_sentence(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(BadRecording, match=expected):
        read_bvh(put(tmp_path, text), placement=Placement.LEFT_FOOT)


def test_no_named_place_cannot_be_derived(tmp_path: Path) -> None:
    with pytest.raises(BadRecording, match="--placement"):
        read_bvh(put(tmp_path, GOOD), placement=Placement.UNKNOWN)
