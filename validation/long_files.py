"""What a file of a week promises: `retrowalk measure FILE` in seconds, flat memory and evenness.

python -m validation.long_files [write FILE.parquet|.csv|.cwa HOURS]

The days of `validation.week`, written to a temporary folder a few minutes at a time and removed
after.  Seconds are CPU seconds of the command and what it starts.  Memory is the most the command
and its children held together, less what it holds when it does nothing (`retrowalk --version`).
Reading alone is measured beside it: what grows with the days beyond that is what was found.
"""

import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from retrowalk.readers.delivery import Told
from retrowalk.readers.pieces import pieces as in_pieces
from retrowalk.tables import Floats, Sensor
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Mounting, Placement
from validation.promise import Promise, at_most
from validation.week import pieces

COMMAND = "python -m validation.long_files"
NAMES = ("time_s", "acc_x (m/s²)", "acc_y (m/s²)", "acc_z (m/s²)",
         "gyr_x (rad/s)", "gyr_y (rad/s)", "gyr_z (rad/s)")  # fmt: skip
WORN = ("--placement", "lower-back", "--mounting", "known", "--json")
MEASURE, READ = ("retrowalk",), ("validation.long_files", "read")
SAMPLES = 40  # of a CWA's block


def promises() -> Iterable[Promise]:
    bare_mb, idle_mb = _ran(*MEASURE, "--version")[1], _ran(*READ)[1]
    week, day, hour = (_measured("parquet", hours) for hours in (168, 24, 1))
    yield at_most("gait.file_week_cpu", week["cpu_s"], 120, "s", COMMAND)
    yield at_most("gait.file_week_memory", week["peak_mb"] - bare_mb, 150, "MB", COMMAND)
    evenness = week["cpu_s"] / 7 / day["cpu_s"]
    yield at_most("gait.file_week_evenness", evenness, 1.25, "x a day's", COMMAND)
    yield at_most("gait.file_week_reading_cpu", week["read_s"], 60, "s", COMMAND)
    reading_mb = week["read_mb"] - idle_mb
    yield at_most("gait.file_week_reading_memory", reading_mb, 150, "MB", COMMAND)
    growth_mb = week["read_mb"] - day["read_mb"]
    yield at_most("gait.file_week_reading_growth", growth_mb, 15, "MB", COMMAND)
    for ending in ("csv", "cwa"):
        seen = _measured(ending, 24)
        yield at_most(f"gait.file_day_{ending}_cpu", seen["cpu_s"], 60, "s", COMMAND)
        above_mb = seen["peak_mb"] - bare_mb
        yield at_most(f"gait.file_day_{ending}_memory", above_mb, 150, "MB", COMMAND)
    print(f"Parquet of an hour, a day, a week: {hour}, {day}, {week}; the commands doing nothing "
          f"{bare_mb:.0f} and {idle_mb:.0f} MB", file=sys.stderr)  # fmt: skip


def _measured(ending: str, hours: int) -> dict[str, float]:
    """CPU seconds and peak megabytes of measuring, then of reading alone; the file's megabytes."""
    with tempfile.TemporaryDirectory(prefix="retrowalk-") as folder:
        path = Path(folder) / f"days.{ending}"
        _ran("validation.long_files", "write", str(path), str(hours))
        cpu_s, peak_mb = _ran(*MEASURE, "measure", *WORN, str(path))
        read_s, read_mb = _ran(*READ, str(path))
        size_mb = path.stat().st_size / 1e6
    return {"cpu_s": round(cpu_s, 1), "peak_mb": round(peak_mb), "read_s": round(read_s, 1),
            "read_mb": round(read_mb), "size_mb": round(size_mb)}  # fmt: skip


def _ran(*words: str) -> tuple[float, float]:
    """CPU seconds and the most megabytes, children included, of a module in a fresh process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = 0
    with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL) as ran:
        while ran.poll() is None:
            peak = max(peak, sum(map(_resident, [ran.pid, *_children(ran.pid)])))
            time.sleep(0.02)
    if ran.returncode:
        raise RuntimeError(f"{words[0]} ended with {ran.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu_s, peak / 1e6


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0  # it has ended
    return pages * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def write(path: Path, hours: int) -> None:
    """The days as a file of the kind its ending says."""
    match path.suffix:
        case ".parquet":
            _write_parquet(path, hours)
        case ".csv":
            with path.open("wb") as file:
                for k, sensor in enumerate(pieces(hours)):
                    _frame(sensor).write_csv(file, include_header=k == 0, float_precision=4)
        case _:
            _write_cwa(path, hours)


def _write_parquet(path: Path, hours: int) -> None:
    parts = path.parent / "parts"
    parts.mkdir()
    for k, sensor in enumerate(pieces(hours)):
        _frame(sensor).write_parquet(parts / f"{k:06}.parquet")
    pl.scan_parquet(parts / "*.parquet").sink_parquet(path)
    for part in parts.iterdir():
        part.unlink()
    parts.rmdir()


def _frame(sensor: Sensor) -> pl.DataFrame:
    columns = np.column_stack((sensor.time_s, sensor.acc_mps2, sensor.gyr_radps)).T
    return pl.DataFrame(dict(zip(NAMES, np.round(columns, 4), strict=True)))


def _write_cwa(path: Path, hours: int) -> None:
    head = bytearray(1024)
    struct.pack_into("<2sH", head, 0, b"MD", 1020)
    head[4], head[36] = 0x64, 0x4A  # an AX6, 100 a second, ±8 g
    with path.open("wb") as file:
        file.write(head)
        n = 0
        for sensor in pieces(hours):
            file.write(_blocks(sensor, n))
            n += len(sensor)


def _blocks(sensor: Sensor, first: int) -> bytes:
    """Blocks of 512 bytes: stamp, scale, and 40 samples of six int16, which add up to nothing."""
    steps = np.hstack((sensor.gyr_radps / DEGREE * 32768 / 2000,
                       sensor.acc_mps2 / STANDARD_GRAVITY_MPS2 * 2048))  # fmt: skip
    rows: Floats = np.clip(np.round(steps), -32768, 32767).reshape(-1, SAMPLES * 6)
    number = first // SAMPLES + np.arange(len(rows))
    at, part = np.divmod(number * SAMPLES, 100)
    stamp = (26 << 26 | 5 << 22 | (1 + at // 86400) << 17 | at // 3600 % 24 << 12
             | at // 60 % 60 << 6 | at % 60)  # fmt: skip
    fraction = part * 32768 // 100
    words = np.zeros((len(rows), 256), dtype="<u2")
    words[:, 0], words[:, 1] = 0x5841, 508  # "AX"
    words[:, 2], words[:, 3] = 0x8000 | fraction, 1
    for k, wide in ((5, number), (7, stamp)):
        words[:, k], words[:, k + 1] = wide & 0xFFFF, wide >> 16
    words[:, 9] = 3 << 13 | 2 << 10  # 1/2048 g and 2000 deg/s a step
    words[:, 12] = 0x62 << 8 | 0x4A
    words[:, 13] = -(fraction * 200 >> 16) & 0xFFFF
    words[:, 14] = SAMPLES
    words[:, 15:255] = rows.astype("<i2").view("<u2")
    words[:, 255] = -words.sum(axis=1, dtype=np.int64) & 0xFFFF
    return words.tobytes()


def read(path: Path) -> None:
    """Every piece once, and nothing done with it."""
    found = in_pieces(path, told=Told(Placement.LOWER_BACK, Mounting.KNOWN))
    assert found is not None
    print(sum(len(piece.sensors[0]) for piece in found[1]))


def main(words: list[str]) -> None:
    match words:
        case ["write", path, hours]:
            write(Path(path), int(hours))
        case ["read", path]:
            read(Path(path))
        case ["read"]:
            return
        case _:
            for promise in promises():
                print(promise.line(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
