"""gaitmap's CSV tables: both feet in one file under two header rows, or one foot in a file.

Three shapes occur:  sensor,left_sensor,right_sensor,…  over  axis,acc_x,acc_x,…
                     ,left_sensor,left_sensor,…         over  ,acc_x,acc_y,…   (times or counts)
                     ,index,acc_x,…,gyr_z               in a file named …left or …right

Acceleration is in m/s², angular rate in deg/s.
"""

from pathlib import Path

import numpy as np

from retrowalk.readers.columns import Layout, layout, numbers
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.mountings import (
    GAITMAP_FOOT,
    GAITMAP_LEFT_UNROTATED,
    GAITMAP_RIGHT_UNROTATED,
    Worn,
    leaning,
)
from retrowalk.readers.opening import bad
from retrowalk.tables import Floats, Recording
from retrowalk.units import DEGREE
from retrowalk.words import Placement

AXES = ("acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z")
SIDES = {"left": Placement.LEFT_FOOT, "right": Placement.RIGHT_FOOT}
MODERN_HZ = 204.8  # what the recordings with a named corner were sampled at
OLDER_HZ = 102.4
UNROTATED = 0.8  # gravity's share on the sensor's own x when it was never turned to the foot


def is_gaitmap(name: str, text: str) -> bool:
    """Whether the head of a file is one of the three shapes."""
    first, _, rest = text.partition("\n")
    if "left_sensor" in first or "right_sensor" in first:
        return "acc_x" in rest.partition("\n")[0]
    sided = any(side in name.lower() for side in SIDES)
    return sided and first.strip() == ",".join(("", "index", *AXES))


def read_gaitmap(path: Path, text: str, *, told: Told) -> Recording:
    """Both feet, or the one the file's name says, in gaitmap's documented foot axes."""
    table = layout(path, text)
    above = text.splitlines()[0].split(table.separator)
    columns = _columns(path, table, above)
    wanted = [i for found in columns.values() for i in found]
    values = numbers(path, table, [0, *wanted])
    time_s, clock = _time(values[:, 0], above, told)
    said = ["a gaitmap table: m/s² and deg/s", clock]
    raws = []
    for k, side in enumerate(columns):
        motion = values[:, 1 + 6 * k : 7 + 6 * k]
        acc, gyr = motion[:, :3], motion[:, 3:] * DEGREE
        placement = SIDES[side] if told.placement is None or len(columns) > 1 else told.placement
        worn, how = _worn(time_s, acc, gyr, side) if placement in SIDES.values() else (None, "")
        raws.append(Raw(time_s, acc, gyr, placement, worn))
        said += [how] if how else []
    return delivered(path, raws, said, told=told)


def _columns(path: Path, table: Layout, above: list[str]) -> dict[str, list[int]]:
    """For each side found, where its six columns are."""
    found = {}
    for side in SIDES:
        named = [cell.strip() == f"{side}_sensor" for cell in above]
        if not any(named) and side in path.stem.lower() and "index" in table.header:
            named = [True] * len(table.header)
        places = [[i for i, (mine, name) in enumerate(zip(named, table.header, strict=False))
                   if mine and name == axis] for axis in AXES]  # fmt: skip
        if all(places):
            found[side] = [place[0] for place in places]
    if not found:
        what = "no foot has all six columns"
        raise bad(path, what, ", ".join(AXES) + " for left_sensor or right_sensor", "export again")
    return found


def _time(first: Floats, above: list[str], told: Told) -> tuple[Floats, str]:
    """Times if the first column holds them; else counts at the set's or the caller's rate."""
    step = np.diff(first)
    step = step[np.isfinite(step)]
    if len(step) and np.median(step) < 0.5 and not told.rate_hz:
        return first, "time from its first column, in s"
    usual = MODERN_HZ if above[0].strip() == "sensor" else OLDER_HZ
    rate_hz = told.rate_hz or usual
    why = (
        "as told" if told.rate_hz else "as gaitmap's recordings of this shape have; else say --rate"
    )
    count = np.arange(len(first), dtype=np.float64)
    return count / rate_hz, f"{rate_hz:g} samples a second, {why}"


def _worn(time_s: Floats, acc: Floats, gyr: Floats, side: str) -> tuple[Worn, str]:
    """The foot axes, or the shoe clip's where gravity lies on its own x axis."""
    whole = np.isfinite(acc).all(axis=1) & np.isfinite(gyr).all(axis=1) & np.isfinite(time_s)
    whole &= (np.abs(acc) < 1e4).all(axis=1) & (np.abs(gyr) < 1e4).all(axis=1)
    up = leaning(time_s[whole], acc[whole], gyr[whole]) if whole.sum() > 10 else None
    if up is not None and up[0] > UNROTATED:
        worn = GAITMAP_LEFT_UNROTATED if side == "left" else GAITMAP_RIGHT_UNROTATED
        return worn, "axes as gaitmap's shoe clip has them, turned to the foot's"
    return GAITMAP_FOOT, "axes as gaitmap documents them: x to the toes, y left, z up"
