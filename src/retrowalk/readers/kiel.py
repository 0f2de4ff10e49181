"""The Kiel validation dataset: `imu_*.mat` from worn sensors, `omc_*.mat` from optical markers.

    data . acc [g] N×3×M · gyro [deg/s] N×3×M · fs · imu_location {M}
    data . pos [mm] N×4×M, the fourth an uncertainty · fs · marker_location {M}

How the set's sensors lie on the body is not written in its files, so they stay unknown to the
reader; `validation/kiel.py` finds it from the markers.  Markers give derived signals.

From: neurogeriatricskiel/Validation-dataset, README.
"""

from pathlib import Path
from typing import Any

import numpy as np

from retrowalk.readers.c3d import from_markers
from retrowalk.readers.columns import ordinary
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.markernames import plain
from retrowalk.readers.markers import Markers, markers
from retrowalk.readers.mobgap import fields_of
from retrowalk.readers.opening import bad
from retrowalk.readers.signals import FASTEST_HZ, SLOWEST_HZ
from retrowalk.tables import Floats, Recording
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Placement

PLACES = {  # a sensor's name, plain → where it is worn; the first of two at one place counts
    "leftfoot": Placement.LEFT_FOOT,
    "rightfoot": Placement.RIGHT_FOOT,
    "leftshank": Placement.LEFT_SHANK,
    "rightshank": Placement.RIGHT_SHANK,
    "leftankle": Placement.LEFT_SHANK,  # just above it
    "rightankle": Placement.RIGHT_SHANK,
    "leftthigh": Placement.LEFT_THIGH,
    "rightthigh": Placement.RIGHT_THIGH,
    "pelvis": Placement.LOWER_BACK,
    "lowerback": Placement.LOWER_BACK,
    "leftforearm": Placement.WRIST,
    "leftwrist": Placement.WRIST,
    "rightforearm": Placement.WRIST,
    "rightwrist": Placement.WRIST,
}
WORN = {"acc", "gyro", "imu_location"}
SEEN = {"pos", "marker_location"}


def is_kiel(root: Any) -> bool:
    """Whether the variables of a .mat file are one of the set's two layouts."""
    fields = set(fields_of(fields_of(root).get("data")))
    return fields >= WORN or fields >= SEEN


def read_kiel(path: Path, root: Any, *, told: Told) -> Recording:
    """The worn sensors whose place is known here, or the signals derived from the markers."""
    fields = fields_of(fields_of(root)["data"])
    if set(fields) >= WORN:
        return _worn(path, fields, told)
    return from_markers(path, seen_markers(path, root), placement=told.placement)


def seen_markers(path: Path, root: Any) -> Markers:
    """The optical markers of an `omc_*.mat`."""
    fields = fields_of(fields_of(root).get("data"))
    names = _names(fields.get("marker_location"))
    position = _cube(path, fields, "pos", 4, len(names))
    return markers(path, position[:, :3].transpose(0, 2, 1), names,
                   rate_hz=_rate(path, fields), unit="mm")  # fmt: skip


def _worn(path: Path, fields: dict[str, Any], told: Told) -> Recording:
    names = _names(fields["imu_location"])
    acc = _cube(path, fields, "acc", 3, len(names)) * STANDARD_GRAVITY_MPS2
    gyr = _cube(path, fields, "gyro", 3, len(names)) * DEGREE
    if len(acc) != len(gyr):
        what = f"it holds {len(acc)} accelerations and {len(gyr)} angular rates"
        raise bad(path, what, "as many of each", "copy the file again")
    time_s = np.arange(len(acc)) / _rate(path, fields)
    raws: dict[Placement, Raw] = {}
    left_out: list[str] = []
    for i, name in enumerate(names):
        place = PLACES.get(plain(name))
        silent = not (np.isfinite(acc[:, :, i]).any() and np.isfinite(gyr[:, :, i]).any())
        wanted = told.placement in (None, place)
        if place is None or place in raws or silent or not wanted:
            left_out += [name] * wanted
            continue
        raws[place] = Raw(time_s, acc[:, :, i], gyr[:, :, i], place)
    if not raws:
        inside = "".join(c if c.isprintable() else " " for c in ", ".join(names[:8]))[:120]
        raise bad(path, f"no sensor of a place known here is among {inside}",
                  "left_foot, right_foot, pelvis or another", "name the sensors so")  # fmt: skip
    said = ["a file of the Kiel validation dataset: g and deg/s"]
    if left_out:
        named = "".join(c if c.isprintable() else " " for c in ", ".join(left_out))[:200]
        said.append(f"left out, unused or silent: {named}")
    return delivered(path, tuple(raws.values()), said, told=told)


def _names(value: Any) -> list[str]:
    found = np.atleast_1d(np.asarray(value, dtype=object)).ravel()[:1000]
    return [str(name)[:60] if isinstance(name, str) else "" for name in found]


def _cube(path: Path, fields: dict[str, Any], name: str, axes: int, count: int) -> Floats:
    """Numbers (n, axes, count); MATLAB drops the last length where there is one sensor."""
    array = np.asarray(fields.get(name))
    if array.ndim == 2 and count == 1:
        array = array[:, :, None]
    whole = array.dtype.kind in "fiu" and array.ndim == 3 and array.shape[1:] == (axes, count)
    if not whole or not 0 < count <= 1000 or len(array) < 2:
        what = f"{name} is a {array.dtype.kind}{list(array.shape)} array for {count} names"
        raise bad(path, what, f"numbers, {axes} for each name and instant", "copy the file again")
    return ordinary(array.astype(np.float64))


def _rate(path: Path, fields: dict[str, Any]) -> float:
    value = fields.get("fs")
    number = isinstance(value, int | float | np.integer | np.floating)
    rate_hz = float(value) if number and value is not None else float("nan")
    if not SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
        rates = f"{SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f} samples a second"
        raise bad(path, "its fs is no rate a sensor has", rates, "copy the file again")
    return rate_hz
