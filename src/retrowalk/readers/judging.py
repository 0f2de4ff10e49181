"""Which unit a column is in: what its header says, checked against what physics allows."""

from pathlib import Path

import numpy as np

from retrowalk.readers.looking import LOOKED_AT, liveliest, spread
from retrowalk.readers.opening import bad
from retrowalk.readers.signals import FASTEST_HZ, SLOWEST_HZ
from retrowalk.tables import Floats
from retrowalk.units import (
    DAY,
    DEGREE,
    MICROSECOND,
    MILLISECOND,
    NANOSECOND,
    STANDARD_GRAVITY_MPS2,
)

ACC_UNITS = {"g": STANDARD_GRAVITY_MPS2, "m/s²": 1.0, "milli-g": STANDARD_GRAVITY_MPS2 / 1000}
ACC_NAMES = {"g": "g", "gs": "g", "m/s²": "m/s²", "m/s^2": "m/s²", "m/s2": "m/s²", "mps2": "m/s²",
             "m/s/s": "m/s²", "m s-2": "m/s²", "mg": "milli-g", "milli-g": "milli-g"}  # fmt: skip
GYR_UNITS = {"rad/s": 1.0, "deg/s": DEGREE}
GYR_NAMES = {"rad/s": "rad/s", "radps": "rad/s", "rps": "rad/s", "rad s-1": "rad/s",
             "deg/s": "deg/s", "dps": "deg/s", "°/s": "deg/s", "º/s": "deg/s"}  # fmt: skip
TIME_UNITS = {"s": 1.0, "ms": MILLISECOND, "µs": MICROSECOND, "ns": NANOSECOND}
TIME_NAMES = {"s": "s", "sec": "s", "seconds": "s", "ms": "ms", "us": "µs", "µs": "µs", "ns": "ns"}
MEDIAN_G = (0.75, 1.4)  # of a walk's acceleration: half of it is near rest, wherever worn
FREE_G = 0.4  # below it gravity is missing
BEYOND_RADPS = 45.0  # more than any ±2000 deg/s sensor reads, so such numbers are degrees
LEAST_TURN = 0.05  # rad/s or deg/s: below it nothing turned
SMOOTH_S = 0.3
AGREES = 0.2  # of gravity's turning with the angular rate, as a correlation


def acc_unit(path: Path, acc: Floats, stated: str) -> tuple[float, str]:
    """The factor to m/s² and the sentence, from the header and from gravity (always checked)."""
    size = float(_median_size(acc))
    fitting = [name for name, factor in ACC_UNITS.items()
               if MEDIAN_G[0] <= size * factor / STANDARD_GRAVITY_MPS2 <= MEDIAN_G[1]]  # fmt: skip
    named = ACC_NAMES.get(stated)
    if named in fitting:
        return ACC_UNITS[named], f"acceleration in {named}, as the header says and gravity confirms"
    if fitting and named is None:
        return ACC_UNITS[
            fitting[0]
        ], f"acceleration taken as {fitting[0]}: at rest it reads {size:.3g}"
    unit = named or "m/s²"
    if size * ACC_UNITS[unit] / STANDARD_GRAVITY_MPS2 < FREE_G and not fitting:
        what = f"acceleration is mostly {size:.2g}, so gravity is missing"
        raise bad(path, what, "acceleration with gravity", "record the raw accelerometer")
    said = f" though its header says {named}" if named else ""
    what = f"acceleration is mostly {size:.3g}{said}"
    raise bad(path, what, "about 1 (g), 9.8 (m/s²) or 1000 (milli-g)", "correct its unit")


def _median_size(vectors: Floats) -> float:
    few = vectors[:: spread(len(vectors))]
    whole = few[np.isfinite(few).all(axis=1)]
    if not len(whole):
        return 0.0
    whole = np.clip(whole, -1e9, 1e9)  # squares of absurd numbers would overflow
    return float(np.median(np.sqrt(np.einsum("ij,ij->i", whole, whole))))


def gyr_unit(
    path: Path, time_s: Floats, acc: Floats, gyr: Floats, stated: str
) -> tuple[float, str]:
    """The factor to rad/s and the sentence: header first, then size, then gravity's turning."""
    named = GYR_NAMES.get(stated)
    most = liveliest(gyr)
    time_s, acc, gyr = time_s[most], acc[most], gyr[most]
    whole = np.isfinite(gyr).all(axis=1) & np.isfinite(acc).all(axis=1) & np.isfinite(time_s)
    fast = float(np.quantile(np.abs(gyr[whole]), 0.999)) if whole.any() else 0.0
    if named == "rad/s" and fast > BEYOND_RADPS:
        what = f"angular rate reaches {fast:.3g} though its header says rad/s"
        raise bad(path, what, f"at most {BEYOND_RADPS:.0f} rad/s", "correct the header to deg/s")
    if named is not None:
        return GYR_UNITS[named], f"angular rate in {named}, as the header says"
    if fast > BEYOND_RADPS:
        return DEGREE, f"angular rate taken as deg/s: it reaches {fast:.3g}"
    slope, agreement = _gravity_turning(time_s[whole], acc[whole], gyr[whole])
    if fast > LEAST_TURN and agreement > AGREES:
        if slope > 0.25:
            return 1.0, "angular rate taken as rad/s: gravity turns at that rate"
        if slope < 0.07:
            return DEGREE, "angular rate taken as deg/s: gravity turns at that rate"
    what = f"angular rate has no unit in its header and reaches {fast:.3g}, which fits both"
    raise bad(path, what, "rad/s or deg/s", "write the unit into the header, as in gyr_x (deg/s)")


def _gravity_turning(time_s: Floats, acc: Floats, gyr: Floats) -> tuple[float, float]:
    """How fast gravity turned in the sensor, per unit of angular rate; and how well they agree.

    A fixed direction u seen from a turning sensor obeys du/dt = −ω × u, whatever the mounting.
    """
    step = np.diff(time_s)
    if len(step) < 20 or not (np.abs(step) < 1e6).all() or not (np.median(step) > 1e-6):
        return 0.0, 0.0
    width = int(np.clip(SMOOTH_S / np.median(step), 1, len(acc) // 4))
    acc, gyr = np.clip(acc, -1e6, 1e6), np.clip(gyr, -1e6, 1e6)
    smooth = [_running_mean(column, width) for column in (*acc.T, *gyr.T)]
    up = np.stack(smooth[:3], axis=1)
    up /= np.maximum(np.sqrt(np.einsum("ij,ij->i", up, up)), 1e-9)[:, None]
    seen = (up[width:] - up[:-width]).ravel()
    rate = np.stack(smooth[3:], axis=1)
    turn = -np.cross(rate, up) * float(np.median(step))
    summed = np.cumsum(turn, axis=0)
    felt = (summed[width:] - summed[:-width]).ravel()
    power = float(felt @ felt)
    size = float(np.sqrt(power * (seen @ seen)))
    return (float(felt @ seen) / power, float(felt @ seen) / size) if size > 1e-12 else (0.0, 0.0)


def _running_mean(column: Floats, width: int) -> Floats:
    return np.convolve(column, np.full(width, 1 / width), mode="valid")


def time_unit(path: Path, values: Floats, name: str, stated: str) -> tuple[Floats, str]:
    """Seconds, and the sentence; a day or more after zero it is counted from the first row."""
    zero, factor, said = clock(path, values, name, stated)
    return (values - zero) * factor, said


def clock(path: Path, values: Floats, name: str, stated: str) -> tuple[float, float, str]:
    """What to take away and then to multiply by to have seconds, from the first rows alone."""
    known = values[:LOOKED_AT][np.isfinite(values[:LOOKED_AT])]
    rising = np.diff(known)
    rising = rising[(rising > 0) & (rising < 1e18)]
    step = float(np.median(rising)) if len(rising) else 0.0
    fitting = [unit for unit, factor in TIME_UNITS.items()
               if 1 / FASTEST_HZ <= step * factor <= 1 / SLOWEST_HZ]  # fmt: skip
    named = TIME_NAMES.get(stated) or next(
        (u for u in ("s", "ms", "ns") if name.endswith(f"_{u}")), None
    )
    unit = named if named in fitting else (fitting[0] if fitting and named is None else None)
    if unit is None:
        said = f" though its header says {named}" if named else ""
        what = f"the time column {name[:30]} rises by {step:.3g} a row{said}"
        rates = f"{SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f} rows a second, in s, ms, µs or ns"
        raise bad(path, what, rates, "correct the column, or say --rate")
    from_first = bool(abs(known[0] * TIME_UNITS[unit]) > DAY)
    how = "as its header says" if named else f"as it rises by {step:.4g} a row"
    said = f"time from {name[:30]} in {unit}, {how}" + (", from the first row" * from_first)
    return float(known[0]) if from_first else 0.0, TIME_UNITS[unit], said
