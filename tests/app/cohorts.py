"""Recordings simulated and written, and a cohort killed while it measures them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl

from retrowalk.gait.simulate import Spell, simulate
from retrowalk.words import Direction, Placement

ROOT = Path(__file__).parents[2]
WORN = ("--placement", "lower-back", "--mounting", "known")
TABLES = ("strides", "bouts", "recordings")
BOTH = (Direction.FORWARD, Direction.BACKWARD)


def write_walk(path: Path, seed: int, *, steps: int = 12, turns: int = 1) -> Path:
    """A lower back that walks ahead and back again, as a phone would log it."""
    spells = [Spell(direction, steps, 1.0) for direction in BOTH] * turns
    walk = simulate(spells, [Placement.LOWER_BACK], np.random.default_rng(seed))
    (sensor,) = walk.recording.sensors
    columns = {"time_s": sensor.time_s}
    for kind, unit, values in (("acc", "m/s^2", sensor.acc_mps2), ("gyr", "rad/s",
                                                                   sensor.gyr_radps)):  # fmt: skip
        columns |= {f"{kind}_{axis} ({unit})": values[:, i] for i, axis in enumerate("xyz")}
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(columns).write_csv(path, float_precision=5)
    return path


def write_walks(folder: Path, count: int) -> list[Path]:
    return [write_walk(folder / f"walk{seed:03}.csv", seed) for seed in range(count)]


def told(results: Path) -> dict[str, pl.DataFrame]:
    """All tables of a results folder, in one order whoever measured them."""
    return {table: pl.concat(pl.read_parquet(path) for path in sorted((results / table).iterdir()))
            .sort("file", maintain_order=True) for table in TABLES}  # fmt: skip


def done(results: Path) -> dict[str, int]:
    """The recordings that are whole, and when each was written."""
    rows = results / "recordings"
    paths = [path for path in rows.iterdir() if path.suffix == ".parquet"] if rows.exists() else []
    return {path.stem: path.stat().st_mtime_ns for path in paths}


def command(inputs: Iterable[Path], results: Path, *words: str) -> list[str]:
    """The program as a person calls it."""
    named = [str(path) for path in inputs]
    return [sys.executable, "-m", "retrowalk", "measure", *named, "--out", str(results), *WORN,
            *words]  # fmt: skip


def killed(words: Sequence[str], results: Path, *, after: int, within_s: float = 300) -> int:
    """Call it, kill -9 all its processes once `after` recordings are whole; how many then are."""
    program = subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    with program:
        until_s = time.monotonic() + within_s
        try:
            while len(done(results)) < after and program.poll() is None:
                if time.monotonic() > until_s:
                    raise TimeoutError(f"not {after} recordings within {within_s} s")
                time.sleep(0.005)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
    while _alive(program.pid):
        if time.monotonic() > until_s:
            raise TimeoutError("a process outlived kill -9")
        time.sleep(0.01)
    return len(done(results))


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
