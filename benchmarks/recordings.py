"""The recordings every engine is given: real ones, short as they are or tiled to an hour.

Nothing is invented: an hour is made of one real stretch laid end to end, the seam smoothed over
a tenth of a second.  Tiling makes recordings easy (perfectly periodic), so hours say nothing
about accuracy; the short originals do.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.io import loadmat

from benchmarks.running import Arrays

Floats = NDArray[np.float64]
HOUR_S = 3600.0
FEET_HZ = 204.8
SEAM_S = 0.1
PEOPLE = ("HA/001", "MS/001")
FEET = ("left", "right")


@dataclass(frozen=True, slots=True)
class Bout:
    """A walking bout of the reference system: when, how fast, and its initial contacts."""

    start_s: float
    end_s: float
    speed_mps: float
    contact_s: Floats


@dataclass(frozen=True, slots=True)
class Trial:
    """One lower-back trial with its INDIP reference.  acc in g, gyr in deg/s, x up, z forward."""

    name: str
    arrays: Arrays
    about: dict[str, Any]
    bouts: tuple[Bout, ...]


@dataclass(frozen=True, slots=True)
class Foot:
    """The mocap truth of one foot: row by row a stride, pre_ic to ic, and how long it was."""

    pre_ic_s: Floats
    ic_s: Floats
    length_m: Floats


@dataclass(frozen=True, slots=True)
class Walk:
    """The two-feet walk with its mocap truth.  acc in m/s², gyr in deg/s, x to the toes, z up."""

    arrays: Arrays
    feet: dict[str, Foot]


def lower_back_trials(folder: Path) -> tuple[Trial, ...]:
    """Every trial of the mobgap folder that INDIP has walking bouts for."""
    trials = []
    for person in PEOPLE:
        about = _person(folder / "mobgap" / person, person)
        held = loadmat(folder / "mobgap" / person / "data.mat", simplify_cells=True)["data"]
        for measure in held.values():
            for test, repetitions in measure.items():
                for trial, content in repetitions.items():
                    trials.append(_trial(f"{person} {test} {trial}", content, about))
    return tuple(trials)


def _person(folder: Path, person: str) -> dict[str, Any]:
    known = loadmat(folder / "infoForAlgo.mat", simplify_cells=True)["infoForAlgo"]
    (sizes,) = known.values()
    return {
        "height_m": sizes["Height"] / 100,
        "sensor_height_m": sizes["SensorHeight"] / 100,
        "cohort": Path(person).parts[0],
        "condition": "laboratory",
        "rate_hz": 100.0,
    }


def _trial(name: str, content: dict[str, Any], about: dict[str, Any]) -> Trial:
    sensor = content["SU"]["LowerBack"]
    bouts = content["Standards"]["INDIP"]["ContinuousWalkingPeriod"]
    listed = [bouts] if isinstance(bouts, dict) else list(bouts)
    return Trial(
        name=name,
        arrays={"acc_g": np.asarray(sensor["Acc"]), "gyr_dps": np.asarray(sensor["Gyr"])},
        about={**about, "rate_hz": float(sensor["Fs"]["Acc"])},
        bouts=tuple(_bout(each) for each in listed),
    )


def _bout(reference: dict[str, Any]) -> Bout:
    contacts = np.atleast_1d(np.asarray(reference["InitialContact_Event"], dtype=np.float64))
    return Bout(
        float(reference["Start"]),
        float(reference["End"]),
        float(reference["WalkingSpeed"]),
        np.unique(contacts[np.isfinite(contacts)]),
    )


def two_feet(folder: Path) -> Walk:
    """gaitmap's sample: one person, 38.7 s, 57 strides of two feet seen by mocap."""
    return Walk(_feet_signals(folder / "gaitmap"), _feet_truth(folder / "gaitmap"))


def _feet_signals(folder: Path) -> Arrays:
    with (folder / "imu_sample.csv").open() as lines:
        sensors, axes = (next(lines).strip().split(",")[1:] for _ in range(2))
    table = pl.read_csv(folder / "imu_sample.csv", skip_rows=2, has_header=False).to_numpy()
    column = {(s, a): i + 1 for i, (s, a) in enumerate(zip(sensors, axes, strict=True))}

    def three(foot: str, kind: str) -> Floats:
        return np.ascontiguousarray(
            table[:, [column[f"{foot}_sensor", f"{kind}_{axis}"] for axis in "xyz"]]
        )

    return {
        f"{foot}_{kind}_{unit}": three(foot, kind)
        for foot in FEET
        for kind, unit in (("acc", "mps2"), ("gyr", "dps"))
    }


def _feet_truth(folder: Path) -> dict[str, Foot]:
    events = pl.read_csv(folder / "stride_events_sample.csv")
    path = pl.read_csv(folder / "position_sample.csv")
    sensor = path.columns[0]
    ends = path.group_by(sensor, "s_id").agg(
        (pl.col(f"pos_{axis}").last() - pl.col(f"pos_{axis}").first()) for axis in "xy"
    )
    lengths = ends.select(
        sensor, "s_id", length=(pl.col("pos_x") ** 2 + pl.col("pos_y") ** 2).sqrt()
    )
    truth = {}
    for foot in FEET:
        own = lengths.filter(pl.col(sensor) == f"{foot}_sensor").drop(sensor)
        rows = events.filter(pl.col("foot") == foot).join(own, on="s_id").sort("pre_ic")
        truth[foot] = Foot(
            rows["pre_ic"].to_numpy() / FEET_HZ,
            rows["ic"].to_numpy() / FEET_HZ,
            rows["length"].to_numpy(),
        )
    return truth


def continuous_hour(trials: tuple[Trial, ...]) -> Trial:
    """One hour of steady walking: six steps of the healthy adult's straight walk, repeated.

    Six steps from the second contact of the bout: the same foot begins every copy.
    """
    walk = next(t for t in trials if t.name == "HA/001 Test5 Trial2")
    contacts, rate_hz = walk.bouts[0].contact_s, walk.about["rate_hz"]
    return _hour(walk, round(contacts[1] * rate_hz), round(contacts[7] * rate_hz))


def mixed_hour(trials: tuple[Trial, ...]) -> Trial:
    """One hour of walking and rest: the healthy adult's simulated daily activities, repeated."""
    day = next(t for t in trials if t.name == "HA/001 Test11 Trial1")
    return _hour(day, 0, len(day.arrays["acc_g"]))


def feet_hour(walk: Walk) -> Arrays:
    """One hour of two feet: the whole sample, standing at both ends, repeated."""
    n = round(HOUR_S * FEET_HZ)
    return {
        name: tile(signal, n, seam=round(SEAM_S * FEET_HZ)) for name, signal in walk.arrays.items()
    }


def _hour(trial: Trial, first: int, last: int) -> Trial:
    """Rows first to last, repeated; the seam's rows after `last` are used where there are any."""
    rate_hz = trial.about["rate_hz"]
    n, seam = round(HOUR_S * rate_hz), round(SEAM_S * rate_hz)
    tiled = {
        name: tile(signal[first : last + seam], n, seam=seam)
        for name, signal in trial.arrays.items()
    }
    return Trial(trial.name, tiled, trial.about, ())


def tile(signal: Floats, n: int, *, seam: int) -> Floats:
    """`n` rows of (m, k) `signal` laid end to end, its last `seam` rows fading into its first."""
    fade = np.linspace(0.0, 1.0, seam, endpoint=False)[:, None]
    period = signal[: len(signal) - seam].copy()
    period[:seam] = fade * signal[:seam] + (1 - fade) * signal[len(signal) - seam :]
    copies = -(-n // len(period))
    return np.tile(period, (copies, 1))[:n]


def beginning(arrays: Arrays, rows: int) -> Arrays:
    """The first rows of every signal: what an engine warms up on."""
    return {name: signal[:rows] for name, signal in arrays.items()}


def backwards(walk: Walk) -> Walk:
    """The walk played from its end: rates change sign, accelerations do not.

    A stand-in for walking backwards (good for counts and signs, not for impacts): the final
    contacts of the original become initial ones.
    """
    turned = {
        name: np.ascontiguousarray(-signal[::-1] if "gyr" in name else signal[::-1])
        for name, signal in walk.arrays.items()
    }
    return Walk(turned, walk.feet)
