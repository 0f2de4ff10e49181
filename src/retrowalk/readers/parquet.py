"""Parquet tables with the columns a CSV would have, read by polars in a box."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.readers.boxed import boxed, streamed
from retrowalk.readers.columns import MOST_COLUMNS, Layout, ordinary
from retrowalk.readers.delivery import Told
from retrowalk.readers.opening import LARGEST_IN_PIECES, bad
from retrowalk.readers.phone import read_columns
from retrowalk.tables import Floats, Recording

WHAT = "a Parquet table"
MOST_ROWS = 80_000_000  # a week at 100 a second, with room
DENSEST = 200  # bytes a byte of file may unpack to; readings of a real sensor stay below 30
FREE_ROWS = 1_000_000  # which are never worth refusing


def read_parquet(path: Path, *, told: Told) -> Recording:
    """One sensor, its columns found by their names as in a CSV."""
    return read_columns(path, described(path, MOST_ROWS)[0], told=told, numbers=numbers,
                        instants_s=instants_s)  # fmt: skip


def described(path: Path, most_rows: int) -> tuple[Layout, int]:
    """Its columns and how many rows it has; refuses what no sensor wrote."""
    found = boxed(path, "described", WHAT, largest=LARGEST_IN_PIECES)
    names, rows = [str(name) for name in found["names"]], int(found["rows"])
    if len(names) > MOST_COLUMNS or rows > most_rows:
        what = f"the table has {rows} rows of {len(names)} columns"
        most = f"at most {most_rows} rows of {MOST_COLUMNS} columns"
        raise bad(path, what, most, "split it and measure the parts")
    if rows > FREE_ROWS and rows * len(names) * 8 > DENSEST * path.stat().st_size:
        what = f"{rows} rows stand in a file of {path.stat().st_size} bytes"
        raise bad(path, what, "a sensor's readings, which do not pack so small", "save it again")
    if rows <= 0:
        raise _empty(path)
    return Layout("", tuple(names), 0), rows


def _empty(path: Path) -> BadRecording:
    return bad(path, "the table has no rows", "a recording", "export it again")


def numbers(path: Path, _: Layout, wanted: Sequence[int]) -> Floats:
    """The wanted columns (n, k) as numbers, NaN where a cell holds none."""
    values = boxed(path, "numbers", WHAT, *wanted)["values"].astype(np.float64)
    if not len(values):  # whatever the file says of itself
        raise _empty(path)
    return ordinary(values)


def instants_s(path: Path, _: Layout, column: int) -> Floats:
    """A column of instants as seconds (n,), NaN where it is none."""
    return ordinary(boxed(path, "instants", WHAT, column)["values"][:, 0].astype(np.float64))


def blocks(
    path: Path, rows: int, wanted: Sequence[int], dated: Sequence[int],
    heard: Callable[[float], None],
) -> Iterator[Floats]:  # fmt: skip
    """The wanted columns as numbers, then those of instants: (n, k), some rows at a time."""
    seen = 0
    for values, _ in streamed(path, "table_rows", WHAT, *wanted, *(~column for column in dated)):
        yield ordinary(values)
        seen += len(values)
        heard(min(1.0, seen / rows))
