"""Mobilise-D's `data.mat`: nested structs, one lower-back sensor per trial.

data . TimeMeasure1 . Test5 . Trial1 . SU . LowerBack . { Acc [g], Gyr [deg/s], Timestamp, Fs }
"""

import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np

from retrowalk.readers.columns import ordinary
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.matguard import unpacked
from retrowalk.readers.mountings import MOBGAP_BACK
from retrowalk.readers.opening import bad
from retrowalk.tables import Floats, Recording
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Placement

MOST_TRIALS = 500
STEPS_DOWN = 6  # from data to a trial, with room for another layer


def read_mobgap(path: Path, root: Any, *, told: Told) -> tuple[Recording, ...]:
    """One recording per trial that has a lower-back sensor, in the file's order."""
    trials = list(_trials(root, (), STEPS_DOWN))[:MOST_TRIALS]
    if not trials:
        what = "no SU.LowerBack with Acc and Gyr was found"
        raise bad(path, what, "Mobilise-D's nested structs", "export as Mobilise-D does, or as CSV")
    return tuple(_recording(path, names, sensor, told) for names, sensor in trials)


def loaded(path: Path) -> Any:
    """A .mat file's variables as scipy gives them, after every size in it was checked."""
    from scipy.io import loadmat  # noqa: PLC0415 -- slow to load

    plain = unpacked(path)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a stranger's file is no reason to warn our caller
            return loadmat(cast(Any, io.BytesIO(plain)), struct_as_record=False, squeeze_me=True)
    except MemoryError:
        raise
    except Exception as fault:  # whatever scipy meets in a damaged file, the answer is one
        what = f"the .mat file cannot be read ({type(fault).__name__})"
        raise bad(path, what, "a file saved with -v7 or -v6", "save it again") from None


def fields_of(node: Any) -> dict[str, Any]:
    """A struct's fields by name; none of what is no struct."""
    if isinstance(node, dict):
        return {name: value for name, value in node.items() if not name.startswith("__")}
    names = getattr(node, "_fieldnames", ())
    return {name: getattr(node, name) for name in names if hasattr(node, name)}


def _trials(node: Any, names: tuple[str, ...], steps: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    fields = fields_of(node)
    sensor = fields_of(fields.get("SU")).get("LowerBack")
    if {"Acc", "Gyr"} <= set(fields_of(sensor)):
        yield names, sensor
    elif steps:
        for name, child in fields.items():
            if fields_of(child):
                yield from _trials(child, (*names, name), steps - 1)


def _recording(path: Path, names: tuple[str, ...], sensor: Any, told: Told) -> Recording:
    fields = fields_of(sensor)
    part = " ".join(names[-2:])
    acc, gyr = (_motion(path, part, fields[name]) for name in ("Acc", "Gyr"))
    if len(acc) != len(gyr):
        what = f"{part} holds {len(acc)} accelerations and {len(gyr)} angular rates"
        raise bad(path, what, "as many of each", "export the trial again")
    time_s, clock = _time(fields, len(acc), told)
    said = ["a Mobilise-D trial: g and deg/s", clock]
    placement = told.placement or Placement.LOWER_BACK
    worn = MOBGAP_BACK if placement is Placement.LOWER_BACK else None
    said += ["axes as Mobilise-D wears them on the lower back"] if worn else []
    raw = Raw(time_s, acc * STANDARD_GRAVITY_MPS2, gyr * DEGREE, placement, worn)
    return delivered(path, [raw], said, told=told, part=part)


def _motion(path: Path, part: str, values: Any) -> Floats:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu" or array.ndim != 2 or array.shape[1] != 3:
        what = f"{part} holds a {array.dtype.kind}{list(array.shape)} array"
        raise bad(path, what, "numbers, three columns (x, y, z)", "export the trial again")
    return ordinary(array.astype(np.float64))


def _time(fields: dict[str, Any], count: int, told: Told) -> tuple[Floats, str]:
    """Time stamps where there are as many as samples, else the rate the trial states."""
    stamps = np.asarray(fields.get("Timestamp", ()))
    usable = stamps.dtype.kind == "f" and stamps.shape == (count,) and count > 0
    if usable and told.rate_hz is None and np.isfinite(stamps[0]):
        return stamps - stamps[0], "time from its time stamps, counted from the first"
    stated: Any = fields_of(fields.get("Fs")).get("Acc")
    rate_hz = told.rate_hz or (float(stated) if _positive(stated) else 100.0)
    return np.arange(count) / rate_hz, f"time from the stated rate of {rate_hz:g} a second"


def _positive(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and bool(0 < value < 1e6)
