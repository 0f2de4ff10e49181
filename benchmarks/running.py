"""Run one engine on some recordings in a process of its own, and read what it measured."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[np.float64]]

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
ONE_THREAD = dict.fromkeys(THREADS, "1")  # shared machine; no chain here is parallel by design
TIMEOUT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Call:
    """One piece of work: a task of the driver on one recording.  `about` is told to the driver."""

    name: str
    task: str
    arrays: Arrays
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each repetition.  The median is quoted: a best favours who is run more."""

    wall_s: tuple[float, ...]
    cpu_s: tuple[float, ...]

    @property
    def usual_wall_s(self) -> float:
        return median(self.wall_s)

    @property
    def usual_cpu_s(self) -> float:
        return median(self.cpu_s)


@dataclass(frozen=True, slots=True)
class Ran:
    """What an engine answered: its outputs and timings by call name."""

    outputs: Mapping[str, Arrays]
    timings: Mapping[str, Timing]
    first_cpu_s: float  # of the warm-up call, compilation included; NaN without one
    first_wall_s: float
    import_cpu_s: float
    peak_mb: float
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failed:
    """An engine that did not finish, and the end of what it said."""

    why: str


def run(
    python: Path,
    driver: Path,
    calls: tuple[Call, ...],
    *,
    warm: Call | None = None,
    repeats: int = 1,
    budget_s: float = 60.0,
    path: str = "",
) -> Ran | Failed:
    """Do the calls in one fresh process.  `path` becomes its PYTHONPATH (empty for the peers)."""
    with tempfile.TemporaryDirectory(prefix="retrowalk-bench-") as name:
        folder = Path(name)
        job = {
            "calls": [_written(call, folder) for call in calls],
            "warm": _written(warm, folder) if warm else None,
            "repeats": repeats,
            "budget_s": budget_s,
        }
        (folder / "job.json").write_text(json.dumps(job))
        environ = {**os.environ, **ONE_THREAD, "PYTHONPATH": path}
        try:
            done = subprocess.run(
                [str(python), str(driver), name],
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                env=environ,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as failed:
            return Failed(str(failed))
        if done.returncode:
            return Failed("\n".join(done.stderr.strip().splitlines()[-3:]))
        return _read(folder)


def _written(call: Call, folder: Path) -> dict[str, Any]:
    recording = f"{call.name}.in.npz"
    np.savez(folder / recording, allow_pickle=False, **call.arrays)
    about = dict(call.about)
    return {"name": call.name, "task": call.task, "recording": recording, "about": about}


def _read(folder: Path) -> Ran:
    answer = json.loads((folder / "answer.json").read_text())
    outputs = {}
    for call in answer["calls"]:
        with np.load(folder / f"{call['name']}.out.npz") as stored:
            outputs[call["name"]] = {name: stored[name] for name in stored.files}
    first = answer["first"]
    return Ran(
        outputs=outputs,
        timings={
            call["name"]: Timing(tuple(call["wall_s"]), tuple(call["cpu_s"]))
            for call in answer["calls"]
        },
        first_cpu_s=first["cpu_s"][0] if first else nan,
        first_wall_s=first["wall_s"][0] if first else nan,
        import_cpu_s=answer["import_cpu_s"],
        peak_mb=answer["peak_mb"],
        versions=answer["versions"],
    )
