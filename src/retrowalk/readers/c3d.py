"""C3D motion capture, read by ezc3d (the extra `c3d`): markers → signals a sensor would give."""

from pathlib import Path

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.readers.boxed import boxed
from retrowalk.readers.markers import CARRIED, FOOT_M, Markers, markers, sensed
from retrowalk.readers.opening import bad, shown
from retrowalk.readers.signals import made_sensor
from retrowalk.tables import Recording, Sensor
from retrowalk.words import Mounting, Placement

WHAT = "C3D motion capture"
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)


def is_c3d(head: bytes) -> bool:
    """Whether a head is a C3D header: the parameters' block, then the letter P's code."""
    return len(head) >= 512 and head[1] == 0x50 and 2 <= head[0] <= 20


def read_c3d(path: Path, *, placement: Placement | None = None) -> Recording:
    """Signals derived at a placement (both feet when none is named), axes known."""
    found = boxed(path, "c3d", WHAT)
    position, labels = found["position"], [str(label) for label in found["labels"]]
    if position.ndim != 3 or not position.size or len(labels) < position.shape[1]:
        raise bad(path, "this C3D file holds no labelled markers", "a person's markers",
                  "export the markers too")  # fmt: skip
    seen = markers(path, position.transpose(2, 1, 0).astype(np.float64), labels,
                   rate_hz=float(found["rate_hz"]), unit=str(found["unit"]))  # fmt: skip
    return from_markers(path, seen, placement=placement)


def from_markers(path: Path, seen: Markers, *, placement: Placement | None) -> Recording:
    """The recording of derived signals; a foot that is not seen whole is left out and said."""
    _refuse_giants(path, seen)
    said = [
        "optical markers: the signals are derived for a sensor at "
        + ("both feet, as none was named" if placement is None else f"the {placement.value}")
    ]
    sensors: list[Sensor] = []
    refusals: list[BadRecording] = []
    for worn_at in FEET if placement is None else (placement,):
        try:
            time_s, acc, gyr = sensed(path, seen, worn_at)
        except BadRecording as refusal:
            refusals.append(refusal)
            continue
        sensor, mended = made_sensor(path, time_s, acc, gyr, placement=worn_at,
                                     mounting=Mounting.KNOWN)  # fmt: skip
        sensors.append(sensor)
        where = f"{CARRIED[worn_at]} from {time_s[0]:.2f} s to {time_s[-1]:.2f} s"
        said += [where, *mended]
    if not sensors:
        raise refusals[0]
    said += [f"the {FEET[i].value} is not seen whole and was left out"
             for i in range(2) if placement is None and FEET[i] not in
             {sensor.placement for sensor in sensors}]  # fmt: skip
    return Recording(shown(path), tuple(sensors), tuple(said), derived=True)


def _refuse_giants(path: Path, seen: Markers) -> None:
    """The foot's length tells whether the unit is what the file says."""
    for side in ("left", "right"):
        length = np.linalg.norm(seen.of(f"{side} toe") - seen.of(f"{side} heel"), axis=1)
        if np.isfinite(length).any():
            middle_m = float(np.nanmedian(length))
            if not FOOT_M[0] <= middle_m <= FOOT_M[1]:
                what = f"the {side} foot is {middle_m:.3g} m long"
                usual = f"{FOOT_M[0]} to {FOOT_M[1]} m"
                raise bad(path, what, usual, "correct the unit of the markers")
