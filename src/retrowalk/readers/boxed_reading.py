"""Runs in a process of its own: lets a foreign library read one stranger's file.

    python boxed_reading.py KIND FILE OUT.npz [COLUMN …]
    python boxed_reading.py PIECES FILE FOLDER [COLUMN …] > blocks

KIND is c3d, actigraphy, or for a Parquet table: described, numbers or instants of its columns.
PIECES is table_rows (of a Parquet table; ~COLUMN is one of instants), cwa_rows or cwa_times: rows
as they are read, each block 3 numbers (rows, columns, complaints) and its float64 row by row.
Imports nothing of retrowalk, so that it starts fast.  Whatever the library does to a damaged
file (an exception, an endless loop, a gigabyte, a crash), it does it here and not to the caller.
"""

import os
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

MOST_MEMORY = 6 << 30  # address space; actfast reserves 4 GiB of it unused for some GT3X files
C3D_MEMORY, C3D_DENSEST = 1 << 30, 40  # ezc3d believes any count of frames a header names
AT_ONCE = 1 << 15  # rows of a block
SLICE = 1 << 16  # rows of a table at once: a slice has its price too
CWA_HEADER, CWA_RUN = 1024, 512 * 800  # bytes; 800 blocks are 32 000 samples of an AX6
UNREADABLE = 3
TOO_MUCH = 4


def main(kind: str, file: str, out: str, *columns: str) -> int:
    kinds: dict[str, Callable[..., dict[str, Any]]] = {
        "c3d": markers, "actigraphy": motions,
        "described": described, "numbers": numbers, "instants": instants,
    }  # fmt: skip
    pieces: dict[str, Callable[..., Iterator[tuple[Any, int]]]] = {
        "table_rows": table_rows, "cwa_rows": cwa_rows, "cwa_times": cwa_times,
    }  # fmt: skip
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each would reserve memory, and none is needed
    most = C3D_MEMORY + C3D_DENSEST * os.stat(file).st_size if kind == "c3d" else MOST_MEMORY  # noqa: PTH116
    _bound(min(most, MOST_MEMORY))
    import numpy as np  # noqa: PLC0415 -- after the bound, which holds for its memory too

    try:
        if kind in pieces:
            _send(pieces[kind](file, out, *map(int, columns)))
        else:
            np.savez(out, **kinds[kind](file, *map(int, columns)))
    except MemoryError:
        return TOO_MUCH
    except BaseException:  # a Rust panic is no Exception
        return UNREADABLE
    return 0


def _bound(most_memory: int) -> None:
    try:
        import resource  # noqa: PLC0415 -- Windows has none
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, most_memory), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS bounds no address space
            resource.setrlimit(what, (limit, limit))


def _send(blocks: Iterator[tuple[Any, int]]) -> None:
    """Every block down the pipe; one of no rows says that this was all."""
    import numpy as np  # noqa: PLC0415

    told = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever else a library prints
    with os.fdopen(told, "wb") as pipe:
        for values, complaints in blocks:
            for first in range(0, len(values), AT_ONCE):
                part = np.ascontiguousarray(values[first : first + AT_ONCE], dtype="<f8")
                pipe.write(struct.pack("<3q", *part.shape, complaints))
                pipe.write(part.data)
        pipe.write(struct.pack("<3q", 0, 0, 0))


def markers(file: str) -> dict[str, Any]:
    """Marker positions (3, k, n), their labels, the unit and frames a second."""
    import numpy as np  # noqa: PLC0415

    read = import_module("ezc3d").c3d(file)
    point = read["parameters"]["POINT"]
    labels: list[str] = []
    for group in ("LABELS", *(f"LABELS{i}" for i in range(2, 10))):  # 255 fit into one
        labels += list(point[group]["value"]) if group in point else []
    return {
        "position": np.asarray(read["data"]["points"], dtype=np.float32)[:3],
        "labels": np.array([str(label)[:100] for label in labels], dtype=np.str_),
        "rate_hz": np.float64(point["RATE"]["value"][0]),
        "unit": np.array(str(point["UNITS"]["value"][0])[:20] if "UNITS" in point else ""),
    }


def motions(file: str) -> dict[str, Any]:
    """Times in ns, acceleration in g and, where the device has it, angular rate in deg/s."""
    import numpy as np  # noqa: PLC0415

    actfast = import_module("actfast")
    complaints = 0
    try:
        read = actfast.read(file)
    except (ValueError, OSError):
        read = actfast.read(file, lenient=True)
        complaints = max(1, len(read["warnings"]))
    tables = read["timeseries"].values()
    table = next(table for table in tables if "acceleration" in table)
    found = {"time_ns": table["datetime"], "acc_g": table["acceleration"]}
    if "gyroscope" in table:
        found["gyr_dps"] = table["gyroscope"]
    device = np.array(str(read["format"])[:40])
    return {**found, "device": device, "complaints": np.int64(complaints)}


def described(file: str) -> dict[str, Any]:
    """A Parquet table's column names and its number of rows, from its end alone."""
    import numpy as np  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415

    table = pl.scan_parquet(file, glob=False)
    names = [name[:200] for name in table.collect_schema().names()]
    rows = table.select(pl.len()).collect().item()
    return {"names": np.array(names, dtype=np.str_), "rows": np.int64(rows)}


def numbers(file: str, *columns: int) -> dict[str, Any]:
    """These columns as numbers (n, k), NaN where there is none."""
    import polars as pl  # noqa: PLC0415

    table = pl.scan_parquet(file, glob=False)
    made = [_number(name, kind).alias(str(k))
            for k, (name, kind) in enumerate(_chosen(table, columns))]  # fmt: skip
    return {"values": table.select(pl.len().alias("n"), *made).drop("n").collect().to_numpy()}


def instants(file: str, column: int) -> dict[str, Any]:
    """A column of instants, or of such written out, in seconds (n,)."""
    import polars as pl  # noqa: PLC0415

    table = pl.scan_parquet(file, glob=False)
    ((name, kind),) = _chosen(table, (column,))
    return {"values": table.select(_instant(name, kind).alias("at_s")).collect().to_numpy()}


def table_rows(file: str, _: str, *columns: int) -> Iterator[tuple[Any, int]]:
    """Numbers of these columns, and of ~column its instants, in blocks.

    By slices: polars' own batches read far ahead of whoever takes them.
    """
    os.environ["POLARS_MAX_THREADS"] = "1"  # each has buffers of its own
    import polars as pl  # noqa: PLC0415

    table = pl.scan_parquet(file, glob=False, low_memory=True)
    made = [
        (_number if column >= 0 else _instant)(*_chosen(table, (max(column, ~column),))[0])
        for column in columns
    ]
    rows = table.select(one.alias(str(k)) for k, one in enumerate(made))
    for first in range(0, table.select(pl.len()).collect().item(), SLICE):
        yield rows.slice(first, SLICE).collect().to_numpy(), 0


def cwa_times(file: str, folder: str) -> Iterator[tuple[Any, int]]:
    """The times of a CWA's samples as float64 made of the bits of their int64 nanoseconds."""
    for found in _runs(file, folder):
        yield found["time_ns"].astype("<i8").view("<f8")[:, None], found["complaints"]


def cwa_rows(file: str, folder: str) -> Iterator[tuple[Any, int]]:
    """Acceleration and, where the device has it, angular rate of a CWA, in blocks."""
    import numpy as np  # noqa: PLC0415

    for found in _runs(file, folder):
        parts = [found["acc_g"], *([found["gyr_dps"]] if "gyr_dps" in found else [])]
        yield np.hstack([part.astype(np.float64) for part in parts]), found["complaints"]


def _runs(file: str, folder: str) -> Iterator[dict[str, Any]]:
    """A CWA is a header and blocks: the header and some of the blocks are a CWA too."""
    run = f"{folder}/run.cwa"
    with open(file, "rb") as whole:  # noqa: PTH123 -- it starts faster without pathlib
        head = whole.read(CWA_HEADER)
        while blocks := whole.read(CWA_RUN):
            with open(run, "wb") as part:  # noqa: PTH123
                part.write(head + blocks)
            yield motions(run)


def _number(name: str, kind: Any) -> Any:
    import polars as pl  # noqa: PLC0415

    none = pl.when(pl.col(name).is_null()).then(None).otherwise(None)  # as long as the table
    number = pl.col(name) if kind.is_numeric() or kind == pl.String else none
    return number.cast(pl.Float64, strict=False).fill_null(float("nan"))


def _instant(name: str, kind: Any) -> Any:
    import polars as pl  # noqa: PLC0415

    moment = pl.col(name).cast(pl.Datetime("us"), strict=False)
    if not kind.is_temporal():
        text = pl.col(name).cast(pl.String, strict=False)
        moment = text.str.to_datetime(strict=False, time_unit="us")
    return moment.dt.timestamp("us").cast(pl.Float64).fill_null(float("nan")) / 1e6


def _chosen(table: Any, columns: tuple[int, ...]) -> list[tuple[str, Any]]:
    every = list(table.collect_schema().items())
    return [every[i] for i in columns]


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
