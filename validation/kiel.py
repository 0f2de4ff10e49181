"""Direction on worn sensors against optical markers: the Kiel validation dataset.

    make validate KIEL=folder        (or KIEL=folder python -m validation.kiel)

`folder` holds pp001 … with imu/imu_*.mat and optical/omc_*.mat, at any depth; it is not part of
this project.  Without it nothing is measured, and that is said.

The set does not write how its sensors lie on the body.  Here the markers tell it: the turn that
brings what a sensor felt nearest to what it would have felt in the markers' body frame, one for
each person and place over all trials (Wahba's problem).  Whether anyone walks forward or
backward plays no part in it.  The truth of a stride is the way the markers' body travels in it.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.gait.pipeline import measure
from retrowalk.readers.delivery import Told
from retrowalk.readers.kiel import read_kiel, seen_markers
from retrowalk.readers.markers import Markers, forward_mps, sensed
from retrowalk.readers.mobgap import loaded
from retrowalk.tables import DIRECTION_CODE, Floats, Recording, Sensor
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Direction, Mounting, Placement
from validation.promise import Promise, at_least

COMMAND = "make validate KIEL=folder"
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)
BACK = (Placement.LOWER_BACK,)
SETS = {"feet": (FEET, 99.5, 97.0), "back": (BACK, 97.0, 70.0)}  # right and decided, of 100
COMMON_HZ = 100.0
FARTHEST_S = 5.0  # that one system may have been started after the other
AGREES = (
    0.7  # correlation of how fast markers and sensor turn; below it they do not belong together
)
TRAVELS_MPS = 0.1  # slower than this a stride has no direction
TURNS_RADPS = 2.0  # weighs angular rate against gravity: about what a walking foot turns


@dataclass(frozen=True, slots=True)
class Trial:
    """One task of one person: worn sensors and markers, and how much later the markers began."""

    person: str
    worn: Recording
    seen: Markers
    path: Path
    late_s: float


def folder() -> Path | None:
    """Where the set lies, or None."""
    named = os.environ.get("KIEL", "").strip()
    return Path(named).expanduser() if named else None


def promises() -> Iterable[Promise]:
    """Everything below, or nothing where the set is not there."""
    home = folder()
    if home is None or not home.is_dir():
        print("gait.kiel_*: KIEL names no folder of the Kiel dataset, nothing measured",
              file=sys.stderr)  # fmt: skip
        return
    found = list(trials(home))
    if not found:
        print(f"gait.kiel_*: no imu_*.mat beside its omc_*.mat in {home.name}, nothing measured",
              file=sys.stderr)  # fmt: skip
        return
    yield from judged(found)


def judged(found: list[Trial]) -> Iterator[Promise]:
    """Right of decided and decided of all, per set of sensors; backward strides by themselves."""
    mounts = mountings(found)
    for name, (places, right, decided) in SETS.items():
        called, truth = _strides(found, mounts, places)
        said = called != DIRECTION_CODE[Direction.UNCLEAR]
        back = truth == DIRECTION_CODE[Direction.BACKWARD]
        yield _share(f"gait.kiel_{name}_right", (called == truth)[said], right)
        yield _share(f"gait.kiel_{name}_decided", said, decided)
        yield _share(f"gait.kiel_{name}_backward_right", (called == truth)[said & back], right)
        yield at_least(f"gait.kiel_{name}_backward_strides", int(back.sum()), 1, "", COMMAND)


def _share(id: str, hits: np.ndarray, target: float) -> Promise:
    value = 100.0 * float(np.mean(hits)) if len(hits) else float("nan")
    return at_least(id, value, target, "%", COMMAND)


def trials(home: Path) -> Iterator[Trial]:
    """Every task that both systems recorded and that fit each other; the others are named."""
    for imu in sorted(home.rglob("imu_*.mat")):
        task = imu.name.removeprefix("imu_")
        homes = imu.parent, imu.parent.parent / "optical"
        omc = next((p for p in (home / f"omc_{task}" for home in homes) if p.is_file()), None)
        if omc is None:
            continue
        person = imu.parent.parent.name if imu.parent.name == "imu" else imu.parent.name
        try:
            worn = read_kiel(imu, loaded(imu), told=Told())
            seen = seen_markers(omc, loaded(omc))
            late_s, agreement = offset_s(worn, seen, omc)
        except BadRecording as refusal:
            print(f"gait.kiel_*: left out {person} {refusal}", file=sys.stderr)
            continue
        if agreement < AGREES:
            print(f"gait.kiel_*: left out {person} {task}: sensors and markers turn alike only "
                  f"by {agreement:.2f}", file=sys.stderr)  # fmt: skip
            continue
        yield Trial(person, worn, seen, omc, late_s)


def offset_s(worn: Recording, seen: Markers, path: Path) -> tuple[float, float]:
    """How much later the markers' clock began, and how alike both turn then (a correlation).

    Compares how fast a sensor and its segment turn, which no mounting changes.
    """
    longest = round(FARTHEST_S * COMMON_HZ)
    summed, count = np.zeros(2 * longest + 1), 0
    for sensor, (time_s, _, gyr) in _pairs(worn, seen, path):
        at_s, (mine,) = _evenly(sensor.time_s, np.linalg.norm(sensor.gyr_radps, axis=1)[:, None])
        begin, (theirs,) = _evenly(time_s, np.linalg.norm(gyr, axis=1)[:, None])
        shift = round((begin[0] - at_s[0]) * COMMON_HZ)
        for i, late in enumerate(range(-longest, longest + 1)):
            first = shift + late
            a, b = mine[max(first, 0) :], theirs[max(-first, 0) :]
            n = min(len(a), len(b))
            enough = n > 0.5 * min(len(mine), len(theirs))
            summed[i] += _alike(a[:n], b[:n]) if enough else -1.0
        count += 1
    if not count:
        raise BadRecording(f"{path.name}: no sensor and marker lie on the same segment; expected "
                           "feet or pelvis in both; leave the trial out.")  # fmt: skip
    best = int(np.argmax(summed))
    return (best - longest) / COMMON_HZ, float(summed[best] / count)


def _alike(one: Floats, other: Floats) -> float:
    """The correlation of two signals, 0 where one does not change."""
    one, other = one - one.mean(), other - other.mean()
    size = float(np.sqrt((one @ one) * (other @ other)))
    return float(one @ other) / size if size > 1e-9 else 0.0


def _pairs(
    worn: Recording, seen: Markers, path: Path
) -> Iterator[tuple[Sensor, tuple[Floats, Floats, Floats]]]:
    """Each worn sensor with what one would have felt there, time first, by the markers."""
    for sensor in worn.sensors:
        if sensor.placement in (*FEET, *BACK):
            try:
                yield sensor, sensed(path, seen, sensor.placement)
            except BadRecording:
                continue


def _evenly(time_s: Floats, values: Floats) -> tuple[Floats, list[Floats]]:
    at_s = np.arange(time_s[0], time_s[-1], 1 / COMMON_HZ)
    return at_s, [np.interp(at_s, time_s, column) for column in values.T]


def mountings(found: list[Trial]) -> dict[tuple[str, Placement], Floats]:
    """For each person and place the turn (3, 3) from the sensor's axes to the body's."""
    sums: dict[tuple[str, Placement], Floats] = {}
    for trial in found:
        for sensor, (time_s, acc, gyr) in _pairs(trial.worn, trial.seen, trial.path):
            at_s = sensor.time_s - trial.late_s
            inside = (at_s >= time_s[0]) & (at_s <= time_s[-1])
            mine = np.concatenate((sensor.acc_mps2[inside] / STANDARD_GRAVITY_MPS2,
                                   sensor.gyr_radps[inside] / TURNS_RADPS))  # fmt: skip
            theirs = np.concatenate([
                np.stack([np.interp(at_s[inside], time_s, part[:, k]) for k in range(3)], axis=1)
                for part in (acc / STANDARD_GRAVITY_MPS2, gyr / TURNS_RADPS)
            ])  # fmt: skip
            key = trial.person, sensor.placement
            sums[key] = sums.get(key, np.zeros((3, 3))) + theirs.T @ mine
    return {key: _nearest_turn(total) for key, total in sums.items()}


def _nearest_turn(total: Floats) -> Floats:
    """The rotation nearest to a sum of outer products, body by sensor."""
    u, _, v = np.linalg.svd(total)
    u[:, 2] *= np.sign(np.linalg.det(u @ v)) or 1.0
    return np.asarray(u @ v)


def _strides(
    found: list[Trial],
    mounts: Mapping[tuple[str, Placement], Floats],
    places: tuple[Placement, ...],
) -> tuple[np.ndarray, np.ndarray]:
    """What every stride with a true direction was called, and that direction, as codes."""
    called: list[int] = []
    truth: list[int] = []
    for trial in found:
        sensors = tuple(_turned(sensor, mounts[trial.person, sensor.placement])
                        for sensor in trial.worn.sensors
                        if sensor.placement in places
                        and (trial.person, sensor.placement) in mounts)  # fmt: skip
        if not sensors:
            continue
        strides = measure(replace(trial.worn, sensors=sensors)).strides
        time_s, way_mps = forward_mps(trial.path, trial.seen)
        time_s = time_s + trial.late_s
        for i in range(len(strides)):
            inside = (time_s >= strides.start_s[i]) & (time_s <= strides.end_s[i])
            covered = (
                inside.any() and time_s[0] <= strides.start_s[i] <= strides.end_s[i] <= time_s[-1]
            )
            mean_mps = float(way_mps[inside].mean()) if covered else 0.0
            if abs(mean_mps) > TRAVELS_MPS:
                called.append(int(strides.direction[i]))
                way = Direction.FORWARD if mean_mps > 0 else Direction.BACKWARD
                truth.append(DIRECTION_CODE[way])
    return np.array(called, dtype=np.int8), np.array(truth, dtype=np.int8)


def _turned(sensor: Sensor, turn: Floats) -> Sensor:
    return replace(sensor, acc_mps2=sensor.acc_mps2 @ turn.T, gyr_radps=sensor.gyr_radps @ turn.T,
                   mounting=Mounting.KNOWN)  # fmt: skip


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
