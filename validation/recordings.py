"""Other people's recordings and what is known of them, from the folder RETROWALK_DATA names.

Each set is read by retrowalk's own readers; the references beside them are read here.
"""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat

from retrowalk.readers.bvh import read_bvh
from retrowalk.readers.detect import read
from retrowalk.tables import Floats, Recording
from retrowalk.words import Placement

GAITMAP_HZ = 204.8
SHORTEST_CLIP_FRAMES = 60  # two of Bandai-Namco's clips last a second: no stride fits in


def folder() -> Path | None:
    """Where the recordings lie, or None."""
    named = os.environ.get("RETROWALK_DATA")
    path = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    return path if (path / "README.md").is_file() else None


def first(path: Path) -> Recording:
    """The only recording of a file."""
    return read(path)[1][0]


def together(recordings: list[Recording]) -> Recording:
    """Sensors of several files that share a clock, as one recording."""
    sensors = tuple(sensor for recording in recordings for sensor in recording.sensors)
    return replace(recordings[0], sensors=sensors)


def reversed_in_time(recording: Recording) -> Recording:
    """The same played backward: acceleration keeps its sign, angular rate flips."""
    return replace(
        recording,
        sensors=tuple(
            replace(
                sensor,
                time_s=(sensor.time_s[-1] - sensor.time_s)[::-1],
                acc_mps2=sensor.acc_mps2[::-1].copy(),
                gyr_radps=-sensor.gyr_radps[::-1],
            )
            for sensor in recording.sensors
        ),
    )


def ipol_trials(data: Path) -> list[str]:
    return sorted(path.stem for path in (data / "ipol").glob("*.json"))


@cache
def ipol(data: Path, trial: str, *places: str) -> Recording:
    """One trial's sensors among lf, rf and lb."""
    return together([first(data / "ipol" / f"{trial}_{place}.txt") for place in places])


def ipol_swings(data: Path, trial: str) -> dict[str, Floats]:
    """(n, 2) seconds at which each foot's hand-checked movements begin and end."""
    known = json.loads((data / "ipol" / f"{trial}.json").read_text())
    names = {"lf": "LeftFootEvents", "rf": "RightFootEvents"}
    return {foot: np.array(known[name], dtype=float) / 100.0 for foot, name in names.items()}


def mobgap(data: Path) -> Iterator[tuple[Recording, list[tuple[float, float, Floats]]]]:
    """Each lower-back trial with INDIP's bouts: start, end and initial contacts in seconds."""
    for person in ("HA", "MS"):
        path = data / "mobgap" / person / "001" / "data.mat"
        known = loadmat(path, squeeze_me=True, struct_as_record=False)["data"]
        trials = [trial for _, trial in _trials(known)]
        for recording, trial in zip(read(path)[1], trials, strict=True):
            yield recording, _indip(trial)


def _trials(node: Any) -> Iterator[tuple[str, Any]]:
    for name in getattr(node, "_fieldnames", ()):
        child = getattr(node, name)
        if "SU" in getattr(child, "_fieldnames", ()):
            yield name, child
        else:
            yield from _trials(child)


def _indip(trial: Any) -> list[tuple[float, float, Floats]]:
    standards: Any = getattr(trial, "Standards", None)
    if "INDIP" not in getattr(standards, "_fieldnames", ()):
        return []
    bouts: Any = standards.INDIP.ContinuousWalkingPeriod
    found = []
    for bout in [bouts] if hasattr(bouts, "_fieldnames") else list(bouts):
        landed = np.atleast_1d(np.asarray(bout.InitialContact_Event, dtype=float))
        found.append((float(bout.Start), float(bout.End), np.sort(landed[np.isfinite(landed)])))
    return found


def gaitmap(data: Path) -> Recording:
    return first(data / "gaitmap" / "imu_sample.csv")


def gaitmap_events(data: Path) -> dict[str, dict[str, Floats]]:
    """Per foot: `ic` and `tc` in seconds, from optical markers."""
    with (data / "gaitmap" / "stride_events_sample.csv").open() as file:
        rows = list(csv.DictReader(file))
    found: dict[str, dict[str, Floats]] = {}
    for foot in ("left", "right"):
        own = [row for row in rows if row["foot"] == foot]
        landed = {float(row[name]) for row in own for name in ("ic", "pre_ic")}
        left = {float(row["tc"]) for row in own}
        found[foot] = {
            "ic": np.array(sorted(landed)) / GAITMAP_HZ,
            "tc": np.array(sorted(left)) / GAITMAP_HZ,
        }
    return found


def clips(data: Path, name: str, *, backward: bool) -> list[Path]:
    """Motion capture that goes one way throughout."""
    if name == "cmu":
        known = [p for p in sorted((data / "cmu").glob("*.bvh")) if _is_forward_cmu(p.stem)]
        return [data / "cmu" / "06_06.bvh"] if backward else known
    found = sorted((data / "bandai").glob("*.bvh"))
    return [p for p in found if ("walk-back" in p.stem) == backward and _long_enough(p)]


def _is_forward_cmu(stem: str) -> bool:
    return stem[:2] in ("02", "03", "07", "08") or stem in ("05_01", "06_01")


@cache
def _long_enough(path: Path) -> bool:
    with path.open() as file:
        frames = next(line for line in file if line.startswith("Frames:"))
    return int(frames.split()[1]) >= SHORTEST_CLIP_FRAMES


def derived(
    path: Path, *placements: Placement, rng: np.random.Generator, tilt_rad: float
) -> Recording:
    """Signals of sensors there, each strapped on askew by up to `tilt_rad`, with noise."""
    recordings = []
    for placement in placements:
        axis = rng.standard_normal(3)
        askew = tilt_rad * rng.uniform() * axis / np.linalg.norm(axis)
        recordings.append(
            read_bvh(
                path,
                placement=placement,
                tilt_rad=(float(askew[0]), float(askew[1]), float(askew[2])),
                acc_noise_mps2=0.05,
                gyr_noise_radps=0.01,
                seed=int(rng.integers(1 << 30)),
            )
        )
    return together(recordings)
