"""Plain CSV as phone loggers write it: finds the columns and the units, and says what it took.

Nothing is guessed silently: a unit comes from the header, else from gravity (acceleration), from
how gravity turns with the angular rate (rad/s or deg/s), from the size of a step (time).  Where
that leaves two answers the file is refused with a sentence.  The mounting is never guessed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.readers.columns import Layout, instants_s, layout, numbers
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.judging import acc_unit, gyr_unit, time_unit
from retrowalk.readers.looking import LOOKED_AT
from retrowalk.readers.opening import bad
from retrowalk.tables import Floats, Recording
from retrowalk.words import Placement

TIME = re.compile(r"time|timestamp|elapsed|epoc|seconds|unix|\bdate\b|^t$")
LINEAR = re.compile(r"linear|user ?acc|without ?g|lin ?acc|^la[xyz]$")
GRAVITY = re.compile(r"grav(?!.*acc)")
GYR = re.compile(r"gyr|rotation ?rate|angular|^w ?[xyz]$|omega")
ACC = re.compile(r"acc|^a ?[xyz]$|^gf ?[xyz]$")
OTHER = re.compile(r"mag|quat|euler|pitch|roll|yaw|orient|accuracy|lat|lon|alt|press|uncal|bias")
AXIS = re.compile(r"(?:^|[^a-z])([xyz])(?:[^a-z]|$)|[a-z]([xyz])$")
LONGEST_NAME = 200  # a cell of a header; thousands of brackets would take UNIT minutes
MOST_TIMES = 3  # loggers write two or three clocks; more would only cost memory
UNIT = re.compile(r"[\[(]([^\])]*)[\])]")


@dataclass(frozen=True, slots=True)
class Found:
    """Three columns x, y, z of one kind, and the unit their header states ("" where none)."""

    columns: tuple[int, int, int]
    unit: str


def read_phone(path: Path, text: str, *, told: Told) -> Recording:
    """One sensor, placement and mounting as told, else unknown."""
    return read_columns(path, layout(path, text), told=told)


def read_columns(
    path: Path,
    table: Layout,
    *,
    told: Told,
    numbers: Callable[[Path, Layout, Sequence[int]], Floats] = numbers,
    instants_s: Callable[[Path, Layout, int], Floats] = instants_s,
) -> Recording:
    """The same from any table: `numbers` and `instants_s` read its columns."""
    acc_found, gravity_found, gyr_found = motion_columns(path, table)
    timely = time_columns(path, table, told)
    wanted = [*acc_found.columns, *gyr_found.columns]
    wanted += gravity_found.columns if gravity_found else ()
    values = numbers(path, table, [*wanted, *timely])  # once through the file
    acc, gyr = values[:, :3], values[:, 3:6]
    times = values[:, len(wanted) :]
    time_s, clock = _time(path, table, timely, times, told=told, instants_s=instants_s)
    if gravity_found:
        acc += values[:, 6:9]
    found = (acc_found, gravity_found, gyr_found)
    acc_factor, gyr_factor, said = units(path, table, found, acc, (time_s, acc, gyr))
    acc *= acc_factor  # in place: these arrays are our own, and may be a week long
    gyr *= gyr_factor
    placement = told.placement or Placement.UNKNOWN
    said = [clock, *said, *where_said(told)]
    return delivered(path, [Raw(time_s, acc, gyr, placement)], said, told=told)


def units(
    path: Path,
    table: Layout,
    found: tuple[Found, Found | None, Found],
    acc: Floats,
    rows: tuple[Floats, Floats, Floats],
) -> tuple[float, float, list[str]]:
    """The factors to m/s² and rad/s and what is said: from `acc`, and from times and both."""
    acc_found, gravity_found, gyr_found = found
    summed = "acceleration is the sum of the linear and the gravity columns"
    acc_factor, acc_said = acc_unit(path, acc, acc_found.unit)
    gyr_factor, gyr_said = gyr_unit(path, *rows, gyr_found.unit)
    said = [summed] if gravity_found else []
    said += [_names(table, acc_found, "acceleration"), acc_said]
    said += [_names(table, gyr_found, "angular rate"), gyr_said]
    return acc_factor, gyr_factor, said


def where_said(told: Told) -> list[str]:
    return [] if told.placement else ["where it was worn is not known: say --placement"]


def _names(table: Layout, found: Found, what: str) -> str:
    return f"{what} from the columns {', '.join(table.header[i][:30] for i in found.columns)}"


def split_name(name: str) -> tuple[str, str]:
    """A header cell as plain lower words, and the unit written in brackets or at its end."""
    name = name[:LONGEST_NAME]
    unit = UNIT.search(name)
    # camelCase and snake_case come apart: motionRotationRateX → motion rotation rate x
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", UNIT.sub(" ", name))
    plain = re.sub(r"[^a-z0-9/²^°]+", " ", plain.lower()).strip()
    if unit:
        return plain, unit.group(1).strip().lower()
    ending = re.search(
        r" (m/s²|m/s\^?2|mps2|g|mg|rad/s|radps|rps|deg/s|dps|°/s|s|ms|us|ns)$", plain
    )
    return (plain[: ending.start()], ending.group(1)) if ending else (plain, "")


def motion_columns(path: Path, table: Layout) -> tuple[Found, Found | None, Found]:
    """Acceleration, gravity (only where acceleration came without it) and angular rate."""
    kinds: dict[str, dict[str, tuple[int, str]]] = {}
    for i, name in enumerate(table.header):
        plain, unit = split_name(name)
        axis = AXIS.search(plain)
        if axis is None or (OTHER.search(plain) and not GYR.search(plain)):
            continue
        for kind, pattern in (("linear", LINEAR), ("gravity", GRAVITY), ("gyr", GYR), ("acc", ACC)):
            if pattern.search(plain):
                kinds.setdefault(kind, {}).setdefault(axis[1] or axis[2], (i, unit))
                break
    whole = {kind: _found(axes) for kind, axes in kinds.items() if len(axes) == 3}
    if "gyr" not in whole:
        raise _refused(
            path, table, "angular rate (gyroscope)", "record acceleration and gyroscope together"
        )
    if "acc" in whole:
        return whole["acc"], None, whole["gyr"]
    if "linear" in whole and "gravity" in whole:
        return whole["linear"], whole["gravity"], whole["gyr"]
    if "linear" in whole:
        what = "only linear acceleration, without gravity, is there"
        raise bad(path, what, "acceleration with gravity", "record the raw accelerometer")
    raise _refused(path, table, "acceleration", "record acceleration and gyroscope together")


def _found(axes: dict[str, tuple[int, str]]) -> Found:
    x, y, z = (axes[axis] for axis in "xyz")
    return Found((x[0], y[0], z[0]), x[1])


def _refused(path: Path, table: Layout, kind: str, then: str) -> Exception:
    names = ", ".join(name[:20] for name in table.header[:8]) + (
        " …" if len(table.header) > 8 else ""
    )
    names = "".join(c if c.isprintable() else " " for c in names)
    found = f"no {kind} for x, y and z among the columns {names}" if table.named else (
        f"the columns have no names, so {kind} cannot be found")  # fmt: skip
    return bad(path, found, "a header such as time_s, acc_x … gyr_z", then)


def time_columns(path: Path, table: Layout, told: Told) -> list[int]:
    """Columns that may hold the time, in the file's order; none where the caller told a rate."""
    if told.rate_hz:
        return []
    timely = [i for i, name in enumerate(table.header) if TIME.search(split_name(name)[0])]
    if not timely:
        names = ", ".join(name[:20] for name in table.header[:8])
        what = f"no time column was found among {names}"
        raise bad(path, what, "one such as time_s", "say how many samples a second with --rate")
    return timely[:MOST_TIMES]


def _time(
    path: Path,
    table: Layout,
    timely: list[int],
    values: Floats,
    *,
    told: Told,
    instants_s: Callable[[Path, Layout, int], Floats],
) -> tuple[Floats, str]:
    """Seconds from the rate told, else the first time column of numbers, else of dates."""
    if told.rate_hz:
        return np.arange(len(values)) / told.rate_hz, f"{told.rate_hz:g} samples a second, as told"
    for k, i in enumerate(timely):
        if tells(values[:, k]):
            return time_unit(path, values[:, k], table.header[i], split_name(table.header[i])[1])
    for i in timely:
        dated = instants_s(path, table, i)
        if tells(dated):
            return dated - first_of(dated), dates_said(table, i)
    raise no_time(path, table, timely)


def tells(values: Floats) -> bool:
    """Whether a column holds what it is asked for, by its first rows."""
    return bool(np.isfinite(values[:LOOKED_AT]).mean() > 0.5)


def first_of(values: Floats) -> float:
    return float(values[np.argmax(np.isfinite(values))])


def dates_said(table: Layout, column: int) -> str:
    return f"time from the dates in {table.header[column][:30]}, from the first"


def no_time(path: Path, table: Layout, timely: list[int]) -> BadRecording:
    names = ", ".join(table.header[i][:20] for i in timely)
    what = f"the time in {names} is neither a number nor a date such as 2026-05-01T10:00:00.000"
    return bad(path, what, "seconds, ms, µs, ns or such a date", "export it in another form")
