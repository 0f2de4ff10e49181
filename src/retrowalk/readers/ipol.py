"""The ipol gait set: Xsens MTw at 100 Hz, one sensor per tab-separated file.

The packet counter is the clock: packets are lost (up to one in five), rows are not time.
"""

from pathlib import Path

from retrowalk.readers.columns import layout, numbers
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.mountings import IPOL_BACK, IPOL_FOOT, Worn
from retrowalk.readers.opening import bad
from retrowalk.tables import Recording
from retrowalk.words import Placement

RATE_HZ = 100.0
NAMED = {"_lb": Placement.LOWER_BACK, "_lf": Placement.LEFT_FOOT, "_rf": Placement.RIGHT_FOOT}
WANTED = ("PacketCounter", "Acc_X", "Acc_Y", "Acc_Z", "Gyr_X", "Gyr_Y", "Gyr_Z")


def read_ipol(path: Path, text: str, *, told: Told) -> Recording:
    """One sensor, placed by the file's name (`_lb`, `_lf`, `_rf`) unless the caller says where."""
    table = layout(path, text)
    missing = [name for name in WANTED if name not in table.header]
    if missing:
        what = f"the columns {', '.join(missing)} are missing"
        raise bad(path, what, ", ".join(WANTED), "copy the file again")
    values = numbers(path, table, [table.header.index(name) for name in WANTED])
    placement = told.placement or NAMED.get(path.stem[-3:].lower(), Placement.UNKNOWN)
    worn = _worn(placement)
    said = ["an ipol recording: time from its packet counter, 100 a second"]
    if worn is not None:
        said.append(f"axes as the ipol set wears them at the {placement.value}")
    raw = Raw(values[:, 0] / RATE_HZ, values[:, 1:4], values[:, 4:7], placement, worn)
    return delivered(path, [raw], said, told=told)


def _worn(placement: Placement) -> Worn | None:
    match placement:
        case Placement.LEFT_FOOT | Placement.RIGHT_FOOT:
            return IPOL_FOOT
        case Placement.LOWER_BACK:
            return IPOL_BACK
        case _:
            return None
