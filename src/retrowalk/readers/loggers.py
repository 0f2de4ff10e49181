"""Phone loggers that write a table per sensor: Sensor Logger and phyphox, zipped or unpacked.

Each table has a clock of its own readings; the gyroscope is brought onto the accelerometer's.

    Sensor Logger   Accelerometer.csv    without gravity
                    Gravity.csv          to be added to it
                    TotalAcceleration.csv with gravity
                    Gyroscope.csv        each: time [ns], seconds_elapsed, z, y, x
    phyphox         Accelerometer.csv    Time (s), Acceleration x (m/s^2), …
                    Gyroscope.csv        Time (s), Gyroscope x (rad/s), …

Sensor Logger on iOS gives acceleration the other sign (face up on a table reads −g) unless its
frames are standardised; with the angular rate as it is that would be a mirror, so it is turned.
From: Sensor Logger's UNITS.md, COORDINATES.md and CROSSPLATFORM.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.readers.archives import tables_of
from retrowalk.readers.columns import layout, numbers
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.judging import TIME_UNITS, acc_unit, gyr_unit, time_unit
from retrowalk.readers.opening import bad, look, text_head
from retrowalk.readers.phone import AXIS, TIME, split_name
from retrowalk.readers.signals import LONGEST_BRIDGE_S
from retrowalk.tables import Floats, Recording
from retrowalk.units import DAY
from retrowalk.words import Placement

ACC_UNITS = ("m/s^2", "m/s²", "m/s2", "g")
GYR_UNITS = ("rad/s", "°/s", "deg/s")
TOTAL, LINEAR, GRAVITY, RAW, GYR, RAW_GYR = "total", "linear", "gravity", "raw", "gyr", "raw gyr"
SENSOR_LOGGER = {  # its own names; in all other tables the header says what they hold
    "totalacceleration.csv": TOTAL,
    "accelerometer.csv": LINEAR,
    "gravity.csv": GRAVITY,
    "accelerometeruncalibrated.csv": RAW,
    "gyroscope.csv": GYR,
    "gyroscopeuncalibrated.csv": RAW_GYR,
}


@dataclass(frozen=True, slots=True)
class Readings:
    """One table: seconds (n,), x, y, z (n, 3) as written, the unit and the table's own name."""

    time_s: Floats
    values: Floats
    unit: str
    name: str


def read_loggers(path: Path, *, told: Told) -> Recording:
    """One sensor from the tables; placement and mounting as told, else unknown."""
    with tables_of(path) as tables:
        found = _readings(tables)
        flipped = _ios_signs(tables)
    gyr = found.get(GYR) or found.get(RAW_GYR)
    if gyr is None:
        raise _missing(path, tables, "a gyroscope")
    acc, said = _acceleration(path, found, tables)
    time_s, turning = _together(path, acc, gyr)
    motion = acc.values[np.isin(acc.time_s, time_s)]
    acc_factor, acc_said = acc_unit(path, motion, acc.unit)
    gyr_factor, gyr_said = gyr_unit(path, time_s, motion, turning, gyr.unit)
    said += [acc_said, f"angular rate from {gyr.name}, brought onto the same times", gyr_said]
    if flipped:
        acc_factor = -acc_factor
        said.append("an iPhone's signs: acceleration turned so that rest reads +g upward")
    said += [] if told.placement else ["where it was worn is not known: say --placement"]
    if abs(time_s[0]) > DAY:
        time_s = time_s - time_s[0]
        said.append("time counted from the first reading")
    raw = Raw(time_s, motion * acc_factor, turning * gyr_factor,
              told.placement or Placement.UNKNOWN)  # fmt: skip
    return delivered(path, [raw], said, told=told)


def _readings(tables: Mapping[str, Path]) -> dict[str, Readings]:
    """Each kind of reading once; tables of other things (light, places, notes) are left."""
    found: dict[str, Readings] = {}
    for name, table in tables.items():
        kind, readings = _one(name, table)
        if readings is not None:
            found.setdefault(kind, readings)
    return found


def _one(name: str, path: Path) -> tuple[str, Readings | None]:
    try:
        table = layout(path, text_head(path, look(path)))
    except BadRecording:
        return "", None  # an empty or wordy table beside the recording is no fault of it
    plain = [split_name(cell) for cell in table.header]
    axes = {(found[1] or found[2]): i for i, (words, _) in enumerate(plain)
            if (found := AXIS.search(words)) and not TIME.search(words)}  # fmt: skip
    timely = _clock([words for words, _ in plain])
    if set(axes) != set("xyz") or timely is None:
        return "", None
    words, unit = plain[axes["x"]]
    own = "seconds_elapsed" in table.header
    kind = SENSOR_LOGGER.get(name, "") if own else _kind(f"{name} {words}", unit)
    if not kind:
        return "", None
    values = numbers(path, table, [timely, *(axes[axis] for axis in "xyz")])
    clock = values[:, 0]
    known = np.isfinite(clock)
    if known.sum() < 2:
        return "", None
    time_s = clock[known] * _seconds(path, clock[known], *plain[timely])
    time_s, first = np.unique(time_s, return_index=True)  # two threads write: a row may come late
    return kind, Readings(time_s, values[known][first, 1:], unit, name)


def _seconds(path: Path, clock: Floats, name: str, unit: str) -> float:
    """The factor that makes this clock seconds, the same for every table of a recording."""
    time_s, _ = time_unit(path, clock, name, unit)
    last = len(clock) - 1
    span = (time_s[last] - time_s[0]) / (clock[last] - clock[0]) if clock[last] > clock[0] else 1.0
    return min(TIME_UNITS.values(), key=lambda factor: abs(np.log(max(span, 1e-12) / factor)))


def _clock(names: list[str]) -> int | None:
    """The column of seconds since the start, else the first that tells time."""
    timely = [i for i, name in enumerate(names) if TIME.search(name)]
    elapsed = [i for i in timely if "elapsed" in names[i]]
    return next(iter([*elapsed, *timely]), None)


def _kind(words: str, unit: str) -> str:
    """What a table holds, by its name, its header and its unit, in any of phyphox' languages."""
    if unit in GYR_UNITS or "gyr" in words:
        return GYR
    if unit in ACC_UNITS or "acc" in words:
        linear = any(word in words for word in ("linear", "without", "ohne", "lineal"))
        return LINEAR if linear else GRAVITY if words.startswith("gravity") else TOTAL
    return ""


def _ios_signs(tables: Mapping[str, Path]) -> bool:
    """Whether Sensor Logger wrote this on iOS, in iOS' frames."""
    known = tables.get("metadata.csv")
    if known is None:
        return False
    rows = known.read_bytes()[: 1 << 16].decode("utf-8-sig", errors="replace").splitlines()
    if len(rows) < 2:
        return False
    cells = (row.split(",") for row in rows[:2])
    told = {k.strip().strip('"').lower(): v.strip().strip('"').lower()
            for k, v in zip(*cells, strict=False)}  # fmt: skip
    return told.get("platform") == "ios" and told.get("standardisation", "false") != "true"


def _acceleration(
    path: Path, found: dict[str, Readings], tables: Mapping[str, Path]
) -> tuple[Readings, list[str]]:
    """Acceleration with gravity: as it is, else the sum of the two, else the raw sensor's."""
    if TOTAL in found:
        return found[TOTAL], [f"acceleration from {found[TOTAL].name}, with gravity"]
    if LINEAR in found and GRAVITY in found:
        linear, gravity = found[LINEAR], found[GRAVITY]
        time_s, down = _together(path, linear, gravity)
        whole = linear.values[np.isin(linear.time_s, time_s)] + down
        said = "acceleration is the sum of the linear and the gravity table"
        return Readings(time_s, whole, linear.unit, linear.name), [said]
    if RAW in found:
        return found[RAW], ["acceleration from the uncalibrated accelerometer"]
    if LINEAR in found:
        what = "only acceleration without gravity is inside"
        raise bad(path, what, "acceleration with gravity",
                  "record gravity or total acceleration as well")  # fmt: skip
    raise _missing(path, tables, "an accelerometer")


def _missing(path: Path, tables: Mapping[str, Path], what: str) -> BadRecording:
    inside = ", ".join(sorted(tables)[:6])
    inside = "".join(c if c.isprintable() else " " for c in inside)[:120]
    return bad(path, f"no table of {what} is among {inside}",
               "tables of accelerometer and gyroscope with time, x, y and z",
               "record both together")  # fmt: skip


def _together(path: Path, one: Readings, other: Readings) -> tuple[Floats, Floats]:
    """The times of `one` that `other` covers, and `other` there; NaN in its long gaps."""
    time_s, values = other.time_s, other.values
    at_s = one.time_s[(one.time_s >= time_s[0]) & (one.time_s <= time_s[-1])]
    if len(at_s) < 2 or len(time_s) < 2:
        raise bad(path, "accelerometer and gyroscope were not recorded at the same time",
                  "both together", "record them in one go")  # fmt: skip
    after = np.clip(np.searchsorted(time_s, at_s), 1, len(time_s) - 1)
    brought = np.stack([np.interp(at_s, time_s, values[:, axis]) for axis in range(3)], axis=1)
    brought[time_s[after] - time_s[after - 1] > LONGEST_BRIDGE_S] = np.nan
    return at_s, brought
