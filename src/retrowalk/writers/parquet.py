"""A measurement as Parquet tables; a file is there whole or not at all.  NaN becomes null."""

import os
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import numpy as np
import polars as pl

from retrowalk.errors import Unwritable
from retrowalk.tables import DIRECTION_CODE, SIDE_CODE, Codes, Floats, Gait, Recording, Sensor
from retrowalk.writers.measurement import BOUT_COLUMNS, STEADINESS_COLUMNS, STRIDE_COLUMNS, totals

ENDING = ".parquet"
DIRECTIONS = {code: word.value for word, code in DIRECTION_CODE.items()}
SIDES = {code: word.value for word, code in SIDE_CODE.items()}
TOTALS = {"strides": pl.Int64, "bouts": pl.Int64, "steps": pl.Int64, "duration_s": pl.Float64}


def strides_frame(gait: Gait) -> pl.DataFrame:
    """One row per stride; `bout` counts from 1, and is 0 outside every bout."""
    table = gait.strides
    columns = (table.start_s, table.end_s, _words(table.side, SIDES),
               _words(table.direction, DIRECTIONS), table.backward_probability, table.stance_s,
               table.length_m, table.speed_mps, table.bout_i + 1)  # fmt: skip
    return _frame(dict(zip(STRIDE_COLUMNS, columns, strict=True)))


def bouts_frame(gait: Gait) -> pl.DataFrame:
    """One row per bout, in order of time, with its steadiness (see `Steadiness`)."""
    table, steady = gait.bouts, gait.steadiness
    columns = (table.start_s, table.end_s, table.n_steps, table.n_strides,
               _words(table.direction, DIRECTIONS), table.cadence_spm, table.length_m,
               table.speed_mps)  # fmt: skip
    judged = len(steady) == len(table)
    unknown = np.full(len(table), np.nan)
    more = {name: getattr(steady, name) if judged else unknown for name in STEADINESS_COLUMNS[1:]}
    return _frame(dict(zip(BOUT_COLUMNS, columns, strict=True)) | more)


def recording_frame(recording: Recording, gait: Gait, *, reader: str) -> pl.DataFrame:
    """One row: what was worn, and per direction strides, bouts, steps and seconds."""
    said: dict[str, object] = {
        "reader": reader,
        "derived": recording.derived,
        "duration_s": float(gait.duration_s),
        "sensors": [sensor.placement.value for sensor in recording.sensors],
        "mountings": [sensor.mounting.value for sensor in recording.sensors],
        "measured_from": [placement.value for placement in gait.measured_from],
    }
    kinds: dict[str, object] = {name: pl.List(pl.String) for name, v in said.items()
                                if isinstance(v, list)}  # fmt: skip
    for direction, counted in totals(gait).items():
        said |= {f"{direction}_{name}": counted[name] for name in TOTALS}
        kinds |= {f"{direction}_{name}": kind for name, kind in TOTALS.items()}
    for name, sayings in (("assumptions", recording.assumptions), ("warnings", gait.warnings)):
        said[name], kinds[name] = list(sayings), pl.List(pl.String)
    return pl.DataFrame([said], schema_overrides=kinds)  # type: ignore[arg-type]


READINGS = ("time_s", "acc_x_mps2", "acc_y_mps2", "acc_z_mps2",
            "gyr_x_radps", "gyr_y_radps", "gyr_z_radps")  # fmt: skip


def readings_content(sensor: Sensor) -> bytes:
    """One sensor's readings as a Parquet file, one row per reading; a reader of ours takes it."""
    columns = np.column_stack([sensor.time_s, sensor.acc_mps2, sensor.gyr_radps])
    packed = BytesIO()
    pl.DataFrame(columns, schema=list(READINGS)).write_parquet(packed, compression="zstd")
    return packed.getvalue()


def readings_of(content: bytes) -> tuple[Floats, Floats, Floats]:
    """Times (n,), accelerations and rates (n, 3) of what `readings_content` made."""
    columns = pl.read_parquet(BytesIO(content), columns=list(READINGS)).to_numpy()
    return columns[:, 0].copy(), columns[:, 1:4].copy(), columns[:, 4:7].copy()


def with_names(frame: pl.DataFrame, **names: str) -> pl.DataFrame:
    """The frame with these words in front of every row."""
    first = [pl.lit(word, pl.String).alias(name) for name, word in names.items()]
    return frame.select(*first, pl.all())


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """The frame under this name, whole or not at all.  Raises Unwritable."""
    packed = BytesIO()
    frame.write_parquet(packed, compression="zstd")
    write_whole(packed.getvalue(), path)


def write_whole(content: bytes, path: Path) -> None:
    """Beside it, down to the disk, then renamed: a kill or a power cut leaves no half file."""
    beside = path.with_name(f".{uuid4().hex}.tmp")
    try:
        try:
            with beside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise Unwritable(f"{path.name} cannot be written ({why}); expected a folder with room that "
                         "you may write to; make room or choose another.") from None  # fmt: skip


def _frame(columns: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def _words(codes: Codes, words: dict[int, str]) -> pl.Series:
    """A code column in words."""
    return pl.Series(np.asarray(codes), dtype=pl.Int8).replace_strict(
        list(words), list(words.values()), return_dtype=pl.String
    )
