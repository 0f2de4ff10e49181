"""Parquet tables with the columns a CSV would have."""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from retrowalk.readers.columns import MOST_COLUMNS, Layout, ordinary
from retrowalk.readers.delivery import Told
from retrowalk.readers.opening import bad
from retrowalk.readers.phone import read_columns
from retrowalk.tables import Floats, Recording

T = TypeVar("T")

MOST_ROWS = 80_000_000  # a week at 100 a second, with room
DENSEST = 200  # bytes a byte of file may unpack to; readings of a real sensor stay below 30
FREE_ROWS = 1_000_000  # which are never worth refusing


def read_parquet(path: Path, *, told: Told) -> Recording:
    """One sensor, its columns found by their names as in a CSV."""
    names, kinds, rows = _asked(path, lambda: _described(path))
    if len(names) > MOST_COLUMNS or rows > MOST_ROWS:
        found = f"the table has {rows} rows of {len(names)} columns"
        most = f"at most {MOST_ROWS} rows of {MOST_COLUMNS} columns"
        raise bad(path, found, most, "split it and measure the parts")
    if rows > FREE_ROWS and rows * len(names) * 8 > DENSEST * path.stat().st_size:
        found = f"{rows} rows stand in a file of {path.stat().st_size} bytes"
        raise bad(path, found, "a sensor's readings, which do not pack so small", "save it again")
    if rows == 0:
        raise bad(path, "the table has no rows", "a recording", "export it again")

    def numbers(_: Path, __: Layout, wanted: Sequence[int]) -> Floats:
        made = [_number(names[i], kinds[i]).alias(str(k)) for k, i in enumerate(wanted)]
        frame = _asked(path, lambda: pl.scan_parquet(path, glob=False).select(made).collect())
        values = np.empty((len(frame), len(wanted)))
        for k, column in enumerate(frame):
            values[:, k] = ordinary(column.to_numpy())
        return values

    def instants_s(_: Path, __: Layout, column: int) -> Floats:
        found = _asked(path, lambda: pl.scan_parquet(path, glob=False)
                       .select(_instant(names[column], kinds[column])).collect())  # fmt: skip
        return np.asarray(found.to_numpy()[:, 0])

    table = Layout("", tuple(names), 0)
    return read_columns(path, table, told=told, numbers=numbers, instants_s=instants_s)


def _described(path: Path) -> tuple[list[str], list[pl.DataType], int]:
    table = pl.scan_parquet(path, glob=False)
    schema = table.collect_schema()
    return schema.names(), schema.dtypes(), int(table.select(pl.len()).collect().item())


def _number(name: str, kind: pl.DataType) -> pl.Expr:
    if kind.is_numeric() or isinstance(kind, pl.String):
        return pl.col(name).cast(pl.Float64, strict=False).fill_null(float("nan"))
    return pl.lit(float("nan"))


def _instant(name: str, kind: pl.DataType) -> pl.Expr:
    if kind.is_temporal():
        micro = pl.col(name).cast(pl.Datetime("us"), strict=False).dt.timestamp("us")
        return micro.cast(pl.Float64).fill_null(float("nan")) / 1e6
    text = pl.col(name).cast(pl.String, strict=False)
    moment = text.str.to_datetime(strict=False, time_unit="us")
    return moment.dt.timestamp("us").cast(pl.Float64).fill_null(float("nan")) / 1e6


def _asked(path: Path, question: Callable[[], T]) -> T:
    """What polars answers, or its refusal as one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a stranger's file is no reason to warn our caller
            return question()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as fault:  # polars' panic is no Exception
        raise bad(path, f"the Parquet table cannot be read ({type(fault).__name__})",
                  "a whole file", "save it again") from None  # fmt: skip
