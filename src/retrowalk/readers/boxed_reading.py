"""Runs in a process of its own: lets a foreign library read one stranger's file.

    python boxed_reading.py c3d|actigraphy FILE OUT.npz

Imports nothing of retrowalk, so that it starts fast.  Whatever the library does to a damaged
file (an exception, an endless loop, a gigabyte, a crash), it does it here and not to the caller.
"""

import sys
from importlib import import_module
from typing import Any

MOST_MEMORY = 6 << 30  # address space; actfast reserves 4 GiB of it unused for some GT3X files
UNREADABLE = 3
TOO_MUCH = 4


def main(kind: str, file: str, out: str) -> int:
    _bound()
    import numpy as np  # noqa: PLC0415 -- after the bound, which holds for its memory too

    try:
        np.savez(out, **{"c3d": markers, "actigraphy": motions}[kind](file))
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
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
