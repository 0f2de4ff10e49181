"""Runs in a process of its own: lets a foreign library read one stranger's file.

    python boxed_reading.py KIND FILE OUT.npz [COLUMN …]

KIND is c3d, actigraphy, or for a Parquet table: described, numbers or instants of its columns.
Imports nothing of retrowalk, so that it starts fast.  Whatever the library does to a damaged
file (an exception, an endless loop, a gigabyte, a crash), it does it here and not to the caller.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

MOST_MEMORY = 6 << 30  # address space; actfast reserves 4 GiB of it unused for some GT3X files
UNREADABLE = 3
TOO_MUCH = 4


def main(kind: str, file: str, out: str, *columns: str) -> int:
    kinds: dict[str, Callable[..., dict[str, Any]]] = {
        "c3d": markers, "actigraphy": motions,
        "described": described, "numbers": numbers, "instants": instants,
    }  # fmt: skip
    _bound()
    import numpy as np  # noqa: PLC0415 -- after the bound, which holds for its memory too

    try:
        np.savez(out, **kinds[kind](file, *map(int, columns)))
    except MemoryError:
        return TOO_MUCH
    except BaseException:  # a Rust panic is no Exception
        return UNREADABLE
    return 0


def _bound() -> None:
    try:
        import resource  # noqa: PLC0415 -- Windows has none
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS bounds no address space
            resource.setrlimit(what, (limit, limit))


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
    made = []
    for k, (name, kind) in enumerate(_chosen(table, columns)):
        known = kind.is_numeric() or kind == pl.String
        number = pl.col(name) if known else pl.lit(None)
        made.append(number.cast(pl.Float64, strict=False).fill_null(float("nan")).alias(str(k)))
    return {"values": table.select(pl.len().alias("n"), *made).drop("n").collect().to_numpy()}


def instants(file: str, column: int) -> dict[str, Any]:
    """A column of instants, or of such written out, in seconds (n,)."""
    import polars as pl  # noqa: PLC0415

    table = pl.scan_parquet(file, glob=False)
    ((name, kind),) = _chosen(table, (column,))
    moment = pl.col(name).cast(pl.Datetime("us"), strict=False)
    if not kind.is_temporal():
        text = pl.col(name).cast(pl.String, strict=False)
        moment = text.str.to_datetime(strict=False, time_unit="us")
    seconds = moment.dt.timestamp("us").cast(pl.Float64).fill_null(float("nan")) / 1e6
    return {"values": table.select(seconds.alias("at_s")).collect().to_numpy()}


def _chosen(table: Any, columns: tuple[int, ...]) -> list[tuple[str, Any]]:
    every = list(table.collect_schema().items())
    return [every[i] for i in columns]


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
