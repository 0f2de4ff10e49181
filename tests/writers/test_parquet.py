"""The tables on disk are the measurement's, whatever it holds; a file is whole or not there."""

from pathlib import Path

import polars as pl
import pytest
from tests.writers.test_measurement import GAIT, RECORDING

from retrowalk.errors import Unwritable
from retrowalk.tables import Gait
from retrowalk.writers import measurement, parquet


@pytest.mark.parametrize("gait", [GAIT, Gait()])
def test_the_tables_are_those_of_csv_and_json(gait: Gait) -> None:
    strides, bouts = parquet.strides_frame(gait), parquet.bouts_frame(gait)
    assert tuple(strides.columns) == measurement.STRIDE_COLUMNS
    steady = measurement.STEADINESS_COLUMNS[1:]
    assert tuple(bouts.columns) == (*measurement.BOUT_COLUMNS, *steady)
    assert strides.to_dicts() == list(measurement.stride_rows(gait))
    nothing = dict.fromkeys(steady)
    assert bouts.to_dicts() == [row | nothing for row in measurement.bout_rows(gait)]


def test_a_recording_without_walking_has_the_columns_of_one_with_it() -> None:
    frames = (parquet.strides_frame, parquet.bouts_frame,
              lambda gait: parquet.recording_frame(RECORDING, gait, reader="csv"))  # fmt: skip
    for frame in frames:
        assert frame(Gait()).schema == frame(GAIT).schema


def test_a_recording_is_one_row_of_totals_and_sayings() -> None:
    (row,) = parquet.recording_frame(RECORDING, GAIT, reader="csv").to_dicts()
    counted = measurement.totals(GAIT)
    assert row["backward_strides"] == counted["backward"]["strides"] == 1
    assert row["forward_duration_s"] == counted["forward"]["duration_s"]
    assert row["assumptions"] == ["assumed so"]
    assert row["warnings"] == ["a warning"]
    assert row["sensors"] == row["measured_from"] == ["left foot"]


def test_what_is_written_is_read_back_and_replaces_what_was(tmp_path: Path) -> None:
    path = tmp_path / "strides.parquet"
    parquet.write_parquet(parquet.strides_frame(Gait()), path)
    frame = parquet.with_names(parquet.strides_frame(GAIT), file="walk.csv")
    parquet.write_parquet(frame, path)
    assert pl.read_parquet(path).equals(frame)
    assert [p.name for p in tmp_path.iterdir()] == ["strides.parquet"]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unwritable, match=r"^a\.csv cannot be written \(No such file"):
        parquet.write_whole(b"", tmp_path / "none" / "a.csv")
