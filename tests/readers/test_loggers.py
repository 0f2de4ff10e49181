"""Phone loggers' zips and folders: tables joined on one clock, gravity put back, signs kept."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from tests.readers import made, made_devices

from retrowalk.errors import BadRecording
from retrowalk.readers import archives
from retrowalk.readers.delivery import Told
from retrowalk.readers.detect import read
from retrowalk.tables import Recording
from retrowalk.words import Mounting, Placement

Put = Callable[[Path, Mapping[str, str]], Path]

TIME, ACC, GYR = made.foot()
SENSOR_LOGGER = made_devices.sensor_logger(TIME, ACC, GYR)


def unpacked(folder: Path, tables: Mapping[str, str]) -> Path:
    home = folder / "2026-05-01"
    for name, text in tables.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    return home


def packed(folder: Path, tables: Mapping[str, str | bytes]) -> Path:
    path = folder / "walk.zip"
    path.write_bytes(made_devices.zipped(tables))
    return path


def given(path: Path, told: Told = Told()) -> Recording:
    kind, (recording,) = read(path, told=told)
    assert kind == "loggers"
    return recording


def refused(path: Path) -> str:
    with pytest.raises(BadRecording) as refusal:
        read(path)
    said = str(refusal.value)
    assert "\n" not in said
    assert said.isprintable()
    return said


def holds(recording: Recording, acc: np.ndarray = ACC) -> None:
    (sensor,) = recording.sensors
    inner = np.round(sensor.time_s / 0.01).astype(int)
    assert len(inner) >= len(TIME) - 4
    np.testing.assert_allclose(sensor.acc_mps2, acc[inner], atol=1e-5)
    np.testing.assert_allclose(sensor.gyr_radps, GYR[inner], atol=0.05)  # brought from 4 ms later


@pytest.mark.parametrize("put", [packed, unpacked])
@pytest.mark.parametrize("total", [True, False], ids=["total", "linear and gravity"])
def test_sensor_logger_is_read_packed_and_unpacked(tmp_path: Path, put: Put, total: bool) -> None:
    tables = made_devices.sensor_logger(TIME, ACC, GYR, total=total)
    recording = given(put(tmp_path, tables))
    holds(recording)
    said = "with gravity" if total else "the sum of the linear and the gravity table"
    assert any(said in sentence for sentence in recording.assumptions)


@pytest.mark.parametrize("total", [True, False])
def test_an_iphones_signs_are_turned_unless_they_were_standardised(
    tmp_path: Path, total: bool
) -> None:
    for standardised in (False, True):
        tables = made_devices.sensor_logger(TIME, ACC, GYR, total=total, ios=True,
                                            standardised=standardised)  # fmt: skip
        recording = given(packed(tmp_path, tables))
        holds(recording)
        turned = any("iPhone" in said for said in recording.assumptions)
        assert turned is not standardised


def test_acceleration_without_gravity_alone_is_refused(tmp_path: Path) -> None:
    tables = made_devices.sensor_logger(TIME, ACC, GYR, total=False)
    del tables["Gravity.csv"]
    assert "without gravity" in refused(packed(tmp_path, tables))


@pytest.mark.parametrize("lost", ["Gyroscope.csv", "TotalAcceleration.csv"])
def test_a_missing_table_is_named(tmp_path: Path, lost: str) -> None:
    wanted = ("Gyroscope.csv", "TotalAcceleration.csv", "Light.csv")
    tables = {name: SENSOR_LOGGER[name] for name in wanted if name != lost}
    said = refused(packed(tmp_path, tables))
    assert "gyroscope" in said if lost == "Gyroscope.csv" else "accelerometer" in said


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), ("\t", "."), (";", "."),
                                                    ("\t", ","), (";", ",")])  # fmt: skip
def test_phyphox_is_read_in_each_of_its_five_forms(
    tmp_path: Path, separator: str, decimal: str
) -> None:
    tables = made_devices.phyphox(TIME, ACC, GYR, separator=separator, decimal=decimal)
    holds(given(packed(tmp_path, tables)))


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), ("\t", ","), (";", ",")])
def test_phyphox_as_one_table_is_read_as_a_phones(
    tmp_path: Path, separator: str, decimal: str
) -> None:
    names = ("Time (s)", *(f"Acceleration {axis} (m/s^2)" for axis in "xyz"),
             *(f"Gyroscope {axis} (rad/s)" for axis in "xyz"))  # fmt: skip
    text = made.phone(TIME, ACC, GYR, names=[f'"{name}"' for name in names], separator="|")
    path = tmp_path / "walk.csv"
    path.write_text(text.replace(".", decimal).replace("|", separator).replace('"""', '"'))
    kind, (recording,) = read(path)
    assert kind == "csv"
    np.testing.assert_allclose(recording.sensors[0].acc_mps2, ACC, atol=1e-4)


def test_the_gyroscopes_silence_is_not_bridged_by_a_line(tmp_path: Path) -> None:
    tables = dict(SENSOR_LOGGER)
    lines = tables["Gyroscope.csv"].splitlines()
    tables["Gyroscope.csv"] = "\n".join(lines[:200] + lines[260:])
    assert "values are missing" in refused(packed(tmp_path, tables))


def test_tables_of_other_times_are_refused(tmp_path: Path) -> None:
    later = made_devices.sensor_logger(TIME + 100, ACC, GYR)
    tables = {**SENSOR_LOGGER, "Gyroscope.csv": later["Gyroscope.csv"]}
    assert "same time" in refused(packed(tmp_path, tables))


def test_placement_and_mounting_are_the_callers_to_say(tmp_path: Path) -> None:
    path = packed(tmp_path, SENSOR_LOGGER)
    (sensor,) = given(path).sensors
    assert (sensor.placement, sensor.mounting) == (Placement.UNKNOWN, Mounting.UNKNOWN)
    (sensor,) = given(path, Told(Placement.LOWER_BACK, Mounting.KNOWN)).sensors
    assert (sensor.placement, sensor.mounting) == (Placement.LOWER_BACK, Mounting.KNOWN)


def test_a_zip_that_unpacks_to_gigabytes_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST_BYTES", 1 << 20)
    bomb = packed(tmp_path, {**SENSOR_LOGGER, "Bomb.csv": bytes(1 << 24)})
    assert bomb.stat().st_size < 1 << 20
    assert "at most" in refused(bomb)


def test_a_zip_that_lies_about_a_size_gives_no_more_than_it_announced(tmp_path: Path) -> None:
    content = bytearray(made_devices.zipped({**SENSOR_LOGGER, "Zeros.csv": bytes(1 << 22)}))
    directory = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, directory + 24, 100)  # the last entry's unpacked size
    path = tmp_path / "lies.zip"
    path.write_bytes(content)
    assert "cannot be unpacked" in refused(path)


def test_a_zip_of_too_many_tables_is_refused(tmp_path: Path) -> None:
    assert "61 tables" in refused(packed(tmp_path, {f"{i}.csv": "1,2\n" for i in range(61)}))


@pytest.mark.parametrize("way", ["../../../", "/etc/", "a/../../", "..\\..\\", "C:\\"])
def test_names_that_climb_out_of_the_folder_are_refused(tmp_path: Path, way: str) -> None:
    climbing = {f"{way}{name}": text for name, text in SENSOR_LOGGER.items()}
    assert "leave its folder" in refused(packed(tmp_path, climbing))
    assert [path.name for path in tmp_path.iterdir()] == ["walk.zip"]


def test_a_small_zip_that_unpacks_to_much_is_refused_unread(tmp_path: Path) -> None:
    text = SENSOR_LOGGER["Gyroscope.csv"]
    more = text + text.splitlines()[-1].join("\n\n") * 600_000
    bomb = packed(tmp_path, {**SENSOR_LOGGER, "Gyroscope.csv": more})
    assert bomb.stat().st_size < 1 << 20
    tracemalloc.start()
    assert "does not pack so small" in refused(bomb)
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()


def test_a_gt3x_of_zeros_without_end_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "walk.gt3x"
    path.write_bytes(made_devices.zipped({"info.txt": "a", "log.bin": bytes(64 << 20)}))
    assert "does not pack so small" in refused(path)


def test_a_zip_of_thousands_of_entries_is_refused(tmp_path: Path) -> None:
    crowd = {f"pictures/{i}.png": "" for i in range(2500)}
    assert "among 25" in refused(packed(tmp_path, {**SENSOR_LOGGER, **crowd}))


@pytest.mark.parametrize("entries", [45_000, 66_000])  # the latter as ZIP64
def test_a_list_of_entries_too_long_to_read_is_refused_unread(tmp_path: Path, entries: int) -> None:
    crowd = packed(tmp_path, {f"{i:060}.csv": "" for i in range(entries)})
    assert "list of entries" in refused(crowd)


def test_a_locked_zip_is_a_sentence(tmp_path: Path) -> None:
    content = bytearray(made_devices.zipped(SENSOR_LOGGER))
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 8] |= 1  # each entry says it is encrypted
    path = tmp_path / "locked.zip"
    path.write_bytes(content)
    assert "password" in refused(path)


def test_a_zip_of_other_things_is_still_told_to_be_unpacked(tmp_path: Path) -> None:
    assert "unpack it first" in refused(packed(tmp_path, {"picture.png": b"\x89PNG"}))


def test_a_folder_of_other_things_is_still_a_folder(tmp_path: Path) -> None:
    (tmp_path / "Accelerometer.csv").write_text(SENSOR_LOGGER["Accelerometer.csv"])
    assert "this is a folder" in refused(tmp_path)


def test_a_zip_of_a_mac_is_read_past_its_shadows(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in SENSOR_LOGGER.items():
            archive.writestr(f"__MACOSX/._{name}", b"\x00\x05\x16\x07")
            archive.writestr(name, text)
    path = tmp_path / "mac.zip"
    path.write_bytes(file.getvalue())
    holds(given(path))
