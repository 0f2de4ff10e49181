"""Phone tables: columns and units found, said, or refused; the mounting never guessed."""

from pathlib import Path

import numpy as np
import pytest
from tests.readers import made

from retrowalk.errors import BadRecording
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.tables import Recording
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Mounting, Placement

TIME, ACC, GYR = made.foot()
PLAIN = ("time", "acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z")
HEADERS = [
    made.PHONE,
    ("Time (s)", "Acceleration x (m/s^2)", "Acceleration y (m/s^2)", "Acceleration z (m/s^2)",
     "Gyroscope x (rad/s)", "Gyroscope y (rad/s)", "Gyroscope z (rad/s)"),
    ("seconds_elapsed", "accelerometerX", "accelerometerY", "accelerometerZ", "gyroRotationX",
     "gyroRotationY", "gyroRotationZ"),
    ("timestamp", "ax", "ay", "az", "wx", "wy", "wz"),
    ("Time [s]", "ACC X [m/s²]", "ACC Y [m/s²]", "ACC Z [m/s²]", "GYR X [rad/s]", "GYR Y [rad/s]",
     "GYR Z [rad/s]"),
]  # fmt: skip


def given(folder: Path, text: str, told: Told = Told()) -> Recording:
    path = folder / "phone.csv"
    path.write_text(text)
    kind, (recording,) = read(path, told=told)
    assert kind == "csv"
    return recording


def refused(folder: Path, text: str, told: Told = Told()) -> str:
    with pytest.raises(BadRecording) as refusal:
        given(folder, text, told)
    return str(refusal.value)


def holds(recording: Recording) -> None:
    np.testing.assert_allclose(recording.sensors[0].acc_mps2, ACC, atol=1e-3)
    np.testing.assert_allclose(recording.sensors[0].gyr_radps, GYR, atol=1e-3)


@pytest.mark.parametrize("names", HEADERS, ids=lambda names: names[1])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_loggers_headers_are_understood(
    tmp_path: Path, names: tuple[str, ...], separator: str
) -> None:
    holds(given(tmp_path, made.phone(TIME, ACC, GYR, names=names, separator=separator)))


@pytest.mark.parametrize(
    ("factor", "unit"), [(1.0, "m/s²"), (1 / STANDARD_GRAVITY_MPS2, "g"),
                         (1000 / STANDARD_GRAVITY_MPS2, "milli-g")],
)  # fmt: skip
def test_gravity_tells_the_unit_of_acceleration(tmp_path: Path, factor: float, unit: str) -> None:
    recording = given(tmp_path, made.phone(TIME, ACC * factor, GYR, names=PLAIN))
    holds(recording)
    assert any(f"acceleration taken as {unit}" in said for said in recording.assumptions)


@pytest.mark.parametrize(("factor", "unit"), [(1.0, "rad/s"), (1 / DEGREE, "deg/s")])
def test_gravitys_turning_tells_the_unit_of_angular_rate(
    tmp_path: Path, factor: float, unit: str
) -> None:
    time_s, acc, gyr = made.foot(rate_hz=500)
    slow = made.phone(time_s * 5, acc, gyr * factor / 5, names=PLAIN)  # too slow to tell by size
    recording = given(tmp_path, slow)
    assert any(f"angular rate taken as {unit}" in said for said in recording.assumptions)


def test_a_still_recording_without_units_is_refused(tmp_path: Path) -> None:
    still = np.zeros_like(GYR) + 0.01
    said = refused(tmp_path, made.phone(TIME, ACC[:1].repeat(len(TIME), 0), still, names=PLAIN))
    assert "fits both" in said
    assert "gyr_x (deg/s)" in said


@pytest.mark.parametrize(("factor", "unit"), [(1.0, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns")])
def test_the_step_tells_the_unit_of_time(tmp_path: Path, factor: float, unit: str) -> None:
    recording = given(tmp_path, made.phone(TIME * factor, ACC, GYR, names=PLAIN))
    assert recording.sensors[0].time_s[-1] == pytest.approx(TIME[-1], abs=1e-4)
    assert any(f"in {unit}, as it rises" in said for said in recording.assumptions)


def test_epochs_count_from_the_first_row(tmp_path: Path) -> None:
    rows = made.phone(TIME, ACC, GYR, names=PLAIN).splitlines()
    dated = [rows[0], *(f"{1_600_000_000_000 + 10 * i},{row.split(',', 1)[1]}"
                        for i, row in enumerate(rows[1:]))]  # fmt: skip
    recording = given(tmp_path, "\n".join(dated))
    assert recording.sensors[0].time_s[0] == 0
    assert recording.sensors[0].time_s[-1] == pytest.approx(TIME[-1])


def test_written_dates_are_understood(tmp_path: Path) -> None:
    rows = made.phone(TIME, ACC, GYR, names=PLAIN).splitlines()
    dated = [rows[0], *(f"2026-05-01T10:{i // 6000:02}:{i / 100 % 60:06.3f}Z,{row.split(',', 1)[1]}"
                        for i, row in enumerate(rows[1:]))]  # fmt: skip
    recording = given(tmp_path, "\n".join(dated))
    assert recording.sensors[0].time_s[-1] == pytest.approx(TIME[-1])
    assert any("dates in time, from the first" in said for said in recording.assumptions)


def test_decimal_commas_and_a_preamble_are_understood(tmp_path: Path) -> None:
    text = made.phone(TIME, ACC, GYR, separator=";").replace(".", ",")
    holds(given(tmp_path, f"Logger 3.1\nDevice: a phone\n\n{text}"))


def test_linear_acceleration_alone_is_refused_and_with_gravity_summed(tmp_path: Path) -> None:
    linear = [f"linear_acceleration_{axis} (m/s^2)" for axis in "xyz"]
    gravity = [f"gravity_{axis} (m/s^2)" for axis in "xyz"]
    gyro = [f"gyr_{axis} (rad/s)" for axis in "xyz"]
    said = refused(tmp_path, made.phone(TIME, ACC * 0.1, GYR, names=("time_s", *linear, *gyro)))
    assert "without gravity" in said
    whole = np.concatenate((ACC * 0.1, ACC * 0.9), axis=1)
    holds(given(tmp_path, made.phone(TIME, whole, GYR, names=("time_s", *linear, *gravity, *gyro))))


def test_columns_named_acceleration_that_hold_no_gravity_are_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, made.phone(TIME, ACC * 0.02, GYR, names=made.PHONE))
    assert "gravity is missing" in said


def test_a_header_that_contradicts_gravity_is_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, made.phone(TIME, ACC * 100, GYR))
    assert "though its header says m/s²" in said


def test_degrees_under_a_header_of_radians_are_refused(tmp_path: Path) -> None:
    assert "though its header says rad/s" in refused(tmp_path, made.phone(TIME, ACC, GYR / DEGREE))


def test_a_table_without_times_wants_a_rate(tmp_path: Path) -> None:
    text = made.phone(np.arange(len(TIME)), ACC, GYR, names=("sample", *made.PHONE[1:]))
    assert "--rate" in refused(tmp_path, text)
    recording = given(tmp_path, text, Told(rate_hz=100))
    assert recording.sensors[0].time_s[-1] == pytest.approx(TIME[-1])


def test_a_table_without_gyroscope_says_what_to_record(tmp_path: Path) -> None:
    names = ("time_s", *made.PHONE[1:4], "mag_x", "mag_y", "mag_z")
    assert "acceleration and gyroscope together" in refused(
        tmp_path, made.phone(TIME, ACC, GYR, names=names)
    )


def test_mounting_is_unknown_unless_the_caller_promises_it(tmp_path: Path) -> None:
    text = made.phone(TIME, ACC, GYR)
    (sensor,) = given(tmp_path, text).sensors
    assert (sensor.placement, sensor.mounting) == (Placement.UNKNOWN, Mounting.UNKNOWN)
    told = Told(Placement.LEFT_SHANK, Mounting.KNOWN)
    (sensor,) = given(tmp_path, text, told).sensors
    assert (sensor.placement, sensor.mounting) == (Placement.LEFT_SHANK, Mounting.KNOWN)
