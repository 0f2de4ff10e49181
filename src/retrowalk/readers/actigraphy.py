"""Axivity CWA, ActiGraph GT3X and GENEActiv BIN, read by actfast (the extra `actigraphy`).

Only Axivity's AX6 has a gyroscope.  The others tell when someone walked and how fast the steps
came, but never in which direction; their angular rate is delivered as zeros, and that is said.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

from retrowalk.readers.boxed import boxed
from retrowalk.readers.columns import ordinary
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.opening import bad
from retrowalk.tables import Floats, Recording
from retrowalk.units import DEGREE, NANOSECOND, STANDARD_GRAVITY_MPS2
from retrowalk.words import Placement

CWA_HEAD = b"MD\xfc\x03"  # the kind of packet and its length of 1020
GENEACTIV_HEAD = "Device Identity"
NEEDS_GYROSCOPE = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT,
                   Placement.LEFT_SHANK, Placement.RIGHT_SHANK)  # fmt: skip
SILENT_S = 1.0  # a longer step between two blocks is a pause in recording


def read_actigraphy(path: Path, what: str, *, told: Told) -> Recording:
    """One sensor in its own axes; the placement is the caller's to say."""
    found = boxed(path, "actigraphy", what)
    acc = ordinary(found["acc_g"].astype(np.float64)) * STANDARD_GRAVITY_MPS2
    placement = told.placement or Placement.UNKNOWN
    said = [f"{what}: acceleration in g"]
    if "gyr_dps" in found:
        gyr = ordinary(found["gyr_dps"].astype(np.float64)) * DEGREE
        said = [f"{what}: acceleration in g, angular rate in deg/s"]
    elif placement in NEEDS_GYROSCOPE:
        where = f"this device has no gyroscope, and it is said to be worn on the {placement.value}"
        raise bad(path, where, "acceleration and angular rate there",
                  "record with a device that has both, such as an AX6")  # fmt: skip
    else:
        gyr = np.zeros_like(acc)
        said.append("this device has no gyroscope, so direction cannot be known")
    if acc.ndim != 2 or acc.shape[1:] != (3,) or acc.shape != gyr.shape or len(acc) < 2:
        raise bad(path, f"this is {what} without samples", "a recording", "download it again")
    time_s, clock = steady(found["time_ns"].astype(np.int64))
    said.append(clock)
    if found["complaints"]:
        said.append("damaged parts of the file were left out")
    said += [] if told.placement else ["where it was worn is not known: say --placement"]
    return delivered(path, [Raw(time_s, acc, gyr, placement)], said, told=told)


def steady(time_ns: np.ndarray) -> tuple[Floats, str]:
    """Even times from the first sample on, between pauses; blocks' own times jitter and overlap.

    A crystal is steady: from a stretch's first to its last sample the samples lie evenly.
    """
    time_s = (time_ns - time_ns[0]) * NANOSECOND
    begins = np.flatnonzero(np.diff(time_s) > SILENT_S) + 1
    edges = [0, *begins.tolist(), len(time_s)]
    even = np.empty_like(time_s)
    for first, end in pairwise(edges):
        even[first:end] = np.linspace(time_s[first], time_s[end - 1], end - first)
    return even, "time from its blocks' stamps, evened out between pauses"
