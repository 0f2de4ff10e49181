"""x-io's NGIMU gait recordings: uneven time in s, angular rate in deg/s, acceleration in g."""

from pathlib import Path

from retrowalk.readers.columns import layout, numbers
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.mountings import XIO_FOOT
from retrowalk.readers.opening import bad
from retrowalk.tables import Recording
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2
from retrowalk.words import Placement

GYR = tuple(f"Gyroscope {axis} (deg/s)" for axis in "XYZ")
ACC = tuple(f"Accelerometer {axis} (g)" for axis in "XYZ")
WANTED = ("Time (s)", *ACC, *GYR)
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)


def read_xio(path: Path, text: str, *, told: Told) -> Recording:
    """One sensor: on the right foot, as x-io's own gait recordings, unless the caller says where.

    The side is not written anywhere; it follows from the dorsum, which falls away outward.
    """
    table = layout(path, text)
    missing = [name for name in WANTED if name not in table.header]
    if missing:
        what = f"the columns {', '.join(missing)} are missing"
        raise bad(path, what, ", ".join(WANTED), "export the recording again")
    values = numbers(path, table, [table.header.index(name) for name in WANTED])
    placement = told.placement or Placement.RIGHT_FOOT
    said = ["an x-io table: s, g and deg/s as its header says"]
    if told.placement is None:
        said.append("taken to be worn on the right foot, as x-io's gait recordings are")
    if placement in FEET:
        said.append("axes as x-io wears them on the foot: x to the toes, y left, z up")
    raw = Raw(
        values[:, 0],
        values[:, 1:4] * STANDARD_GRAVITY_MPS2,
        values[:, 4:7] * DEGREE,
        placement,
        XIO_FOOT if placement in FEET else None,
    )
    return delivered(path, [raw], said, told=told)
