"""Parquet tables are found by their columns as a CSV's are."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.readers import made, made_devices

from retrowalk.errors import BadRecording
from retrowalk.readers import parquet
from retrowalk.readers.columns import Layout
from retrowalk.readers.detect import read
from retrowalk.tables import Recording

TIME, ACC, GYR = made.foot()
COLUMNS = dict(zip(made.PHONE, np.column_stack((TIME, ACC, GYR)).T, strict=True))


def given(folder: Path, frame: pl.DataFrame) -> Recording:
    path = folder / "walk"
    frame.write_parquet(path)
    kind, (recording,) = read(path)
    assert kind == "parquet"
    return recording


def refused(path: Path) -> str:
    with pytest.raises(BadRecording) as refusal:
        read(path)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def holds(recording: Recording) -> None:
    np.testing.assert_allclose(recording.sensors[0].acc_mps2, ACC, atol=1e-3)
    np.testing.assert_allclose(recording.sensors[0].gyr_radps, GYR, atol=1e-3)
    assert recording.sensors[0].time_s[-1] == pytest.approx(TIME[-1], abs=1e-6)


@pytest.mark.parametrize("kind", [pl.Float64, pl.Float32, pl.String])
def test_a_parquet_table_is_read_as_a_csv(tmp_path: Path, kind: type[pl.DataType]) -> None:
    holds(given(tmp_path, pl.DataFrame(COLUMNS).with_columns(pl.exclude("time_s").cast(kind))))


def test_a_column_of_instants_is_its_time(tmp_path: Path) -> None:
    begun = datetime(2026, 5, 1, 10, tzinfo=UTC)
    instants = [begun + timedelta(milliseconds=10 * i) for i in range(len(TIME))]
    frame = pl.DataFrame({**COLUMNS, "time_s": instants}).rename({"time_s": "timestamp"})
    holds(given(tmp_path, frame))


def test_a_column_of_nanoseconds_is_its_time(tmp_path: Path) -> None:
    counts = 1_777_629_600_000_000_000 + np.arange(len(TIME)) * 10_000_000
    holds(given(tmp_path, pl.DataFrame({**COLUMNS, "time_s": counts}).rename({"time_s": "time"})))


def test_missing_values_are_gaps(tmp_path: Path) -> None:
    rows = np.arange(len(TIME))
    frame = pl.DataFrame(COLUMNS).with_columns(
        pl.when(pl.Series(rows % 100 == 50)).then(None).otherwise(pl.col(made.PHONE[1]))
        .alias(made.PHONE[1])
    )  # fmt: skip
    assert any("bridged by a line" in said for said in given(tmp_path, frame).assumptions)


def test_a_table_of_other_things_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "strides.parquet"
    pl.DataFrame({"start_s": [1.0], "cadence_spm": [100.0]}).write_parquet(path)
    assert "angular rate" in refused(path)


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    pl.DataFrame(COLUMNS).head(0).write_parquet(path)
    assert "no rows" in refused(path)


def test_a_table_that_only_says_it_has_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "empty.parquet"
    pl.DataFrame(COLUMNS).head(0).write_parquet(path)
    monkeypatch.setattr(parquet, "described", lambda *_: (Layout("", tuple(COLUMNS), 0), 600))
    assert "no rows" in refused(path)


def test_a_table_that_unpacks_to_far_more_than_sensors_write_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "FREE_ROWS", 1000)
    path = tmp_path / "bomb.parquet"
    zeros = pl.Series(np.zeros(2_000_000))
    pl.DataFrame(dict.fromkeys(made.PHONE, zeros)).write_parquet(path, compression="zstd")
    assert path.stat().st_size < 1 << 19
    assert "do not pack so small" in refused(path)


def test_a_recording_of_a_sensor_packs_far_less_than_that(tmp_path: Path) -> None:
    path = made_devices.parquet(tmp_path / "walk.parquet", TIME, np.round(ACC, 2), np.round(GYR, 2))
    unpacked = len(TIME) * 7 * 8
    assert unpacked / path.stat().st_size < parquet.DENSEST / 5


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = made_devices.parquet(tmp_path / "walk.parquet", TIME, ACC, GYR)
    path.write_bytes(path.read_bytes()[:-100])
    assert "damaged" in refused(path)
