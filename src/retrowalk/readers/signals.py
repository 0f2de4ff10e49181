"""From raw columns to a Sensor: time made to rise, short gaps bridged, the rest refused.

What was mended is said in the recording's assumptions; what cannot be is one sentence.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrowalk.readers.opening import bad
from retrowalk.tables import Floats, Sensor
from retrowalk.units import DAY
from retrowalk.words import Mounting, Placement

Motions = tuple[Floats, Floats]  # acceleration and angular rate, (n, 3) each

LONGEST_BRIDGE_S = 0.2  # a fifth of a slow stride: a line through it moves no contact far
SHORTEST_S = 0.5
FEWEST_SAMPLES = 10
SLOWEST_HZ = 20.0  # below it swing and stance blur into each other
FASTEST_HZ = 5000.0
LARGEST_ACC_MPS2 = 4000.0  # 400 g: shock sensors end here
LARGEST_GYR_RADPS = 150.0  # 8600 deg/s: no body part turns so fast
LONGEST_RECORDING_S = 31 * DAY
FARTHEST_S = 1e12  # 30 000 years from any epoch
SAID_GAP_S = 1.0  # a break this long is said; the engine never walks across it


def made_sensor(
    path: Path,
    time_s: Floats,
    acc_mps2: Floats,
    gyr_radps: Floats,
    *,
    placement: Placement,
    mounting: Mounting,
) -> tuple[Sensor, tuple[str, ...]]:
    """A Sensor that keeps its promises, and what had to be mended to make it one.

    `time_s` (n,), `acc_mps2` and `gyr_radps` (n, 3), SI, already in their final axes; NaN where
    the file had none.  Refuses (BadRecording) what is too short, too slow, too broken or absurd.
    """
    said: list[str] = []
    _refuse_short(path, time_s)
    _refuse_loud(path, acc_mps2, gyr_radps)
    motion = (acc_mps2, gyr_radps)
    time_s, motion = _rising(path, time_s, motion, said)
    time_s, motion = _whole(path, time_s, motion, said)
    _refuse_wrong_clock(path, time_s)
    for at in np.flatnonzero(np.diff(time_s) > SAID_GAP_S)[:5]:
        gap_s = time_s[at + 1] - time_s[at]
        said.append(f"nothing recorded for {gap_s:.1f} s at {time_s[at]:.1f} s")
    acc, gyr = (np.ascontiguousarray(part) for part in motion)
    return Sensor(np.ascontiguousarray(time_s), acc, gyr, placement, mounting), tuple(said)


def _kept(motion: Motions, rows: slice | NDArray[np.bool_]) -> Motions:
    return motion[0][rows], motion[1][rows]


def _refuse_short(path: Path, time_s: Floats) -> None:
    if len(time_s) < FEWEST_SAMPLES:
        found = f"only {len(time_s)} samples were found"
        raise bad(path, found, f"at least {FEWEST_SAMPLES}", "check that the file is complete")


def _rising(path: Path, time_s: Floats, motion: Motions, said: list[str]) -> tuple[Floats, Motions]:
    """Time known everywhere and strictly rising; exact repeats are dropped and counted."""
    timeless = np.asarray(~(np.abs(time_s) < FARTHEST_S))
    if timeless.all() or timeless.mean() > 0.01:
        found = f"the time is missing in {timeless.sum()} of {len(time_s)} rows"
        raise bad(path, found, "a time in every row", "export the recording again")
    if timeless.any():
        said.append(f"{timeless.sum()} rows without a time left out")
        time_s, motion = time_s[~timeless], _kept(motion, ~timeless)
    step = np.diff(time_s)
    if (step < 0).any():
        at = int(np.argmax(step < 0))
        found = (
            f"time runs backwards at row {at + 2} ({time_s[at]:.3f} s, then {time_s[at + 1]:.3f} s)"
        )
        raise bad(path, found, "times that only rise", "split the file there or export it again")
    repeated = np.asarray(step == 0)
    if repeated.mean() > 0.5:
        found = f"the same time stands in {repeated.sum()} of {len(time_s)} rows"
        raise bad(path, found, "a new time in every row", "export it with finer time stamps")
    if repeated.any():
        said.append(f"{repeated.sum()} rows with a repeated time left out")
        keep = np.concatenate(([True], ~repeated))
        time_s, motion = time_s[keep], _kept(motion, keep)
    return time_s, motion


def _whole(path: Path, time_s: Floats, motion: Motions, said: list[str]) -> tuple[Floats, Motions]:
    """Ends without values trimmed, short gaps bridged by a straight line, long ones refused."""
    missing = ~(_complete(motion[0]) & _complete(motion[1]))
    if not missing.any():
        return time_s, motion
    if missing.all():
        raise bad(path, "no row is complete", "numbers in every column", "export it again")
    kept = np.flatnonzero(~missing)
    first, last = int(kept[0]), int(kept[-1]) + 1
    trimmed = len(time_s) - (last - first)
    if trimmed:
        said.append(f"{trimmed} incomplete rows at the ends left out")
    inner = slice(first, last)
    time_s, motion, missing = time_s[inner], _kept(motion, inner), missing[inner]
    known = np.flatnonzero(~missing)
    gaps_s = np.diff(time_s[known])[np.diff(known) > 1]
    if len(gaps_s) == 0:
        return time_s, motion
    if gaps_s.max() > LONGEST_BRIDGE_S:
        at = int(known[:-1][np.diff(known) > 1][int(np.argmax(gaps_s))])
        found = f"values are missing for {gaps_s.max():.2f} s from {time_s[at]:.2f} s on"
        most = f"gaps of at most {LONGEST_BRIDGE_S} s"
        raise bad(path, found, most, "cut the file there and measure the parts")
    bridged = motion[0].copy(), motion[1].copy()
    for part in bridged:
        for axis in range(3):
            part[missing, axis] = np.interp(time_s[missing], time_s[known], part[known, axis])
    share = missing.mean()
    said.append(
        f"{len(gaps_s)} gaps of up to {gaps_s.max():.2f} s bridged by a line ({share:.1%} of rows)"
    )
    return time_s, bridged


def _refuse_wrong_clock(path: Path, time_s: Floats) -> None:
    _refuse_short(path, time_s)
    length_s = float(time_s[-1] - time_s[0])
    if not SHORTEST_S <= length_s <= LONGEST_RECORDING_S:
        found = f"the recording lasts {length_s:.4g} s"
        expected = f"{SHORTEST_S} s to {LONGEST_RECORDING_S / DAY:.0f} days"
        raise bad(path, found, expected, "check that it is complete and the unit of its time")
    step_s = float(np.median(np.diff(time_s)))
    if not 1 / FASTEST_HZ <= step_s <= 1 / SLOWEST_HZ:
        found = f"one sample comes every {step_s:.3g} s"
        expected = f"{SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f} samples a second"
        raise bad(path, found, expected, "record at 50 or 100 a second, or check the time column")


def _complete(part: Floats) -> NDArray[np.bool_]:
    """Which rows (n,) of (n, 3) are finite, without a second copy of them all."""
    x, y, z = (np.isfinite(part[:, axis]) for axis in range(3))
    return x & y & z


def _refuse_loud(path: Path, acc: Floats, gyr: Floats) -> None:
    loud = (("acceleration", acc, LARGEST_ACC_MPS2, "m/s²"),
            ("angular rate", gyr, LARGEST_GYR_RADPS, "rad/s"))  # fmt: skip
    for what, values, largest, unit in loud:
        ends = [_ends(values[:, axis]) for axis in range(3)]
        reached = max(max(-low, high) for low, high in ends)
        if reached > largest:
            found = f"{what} reaches {reached:.3g} {unit}"
            raise bad(path, found, f"at most {largest:.0f}", "check the unit of its columns")


def _ends(column: Floats) -> tuple[float, float]:
    finite = np.isfinite(column)
    return (float(column.min(initial=0.0, where=finite)),
            float(column.max(initial=0.0, where=finite)))  # fmt: skip
