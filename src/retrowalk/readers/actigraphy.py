"""Axivity CWA, ActiGraph GT3X and GENEActiv BIN, read by actfast (the extra `actigraphy`).

Only Axivity's AX6 has a gyroscope.  The others tell when someone walked and how fast the steps
came, but never in which direction; their angular rate is delivered as zeros, and that is said.
"""

from bisect import bisect_left, bisect_right
from pathlib import Path

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.readers.boxed import boxed
from retrowalk.readers.columns import ordinary
from retrowalk.readers.delivery import Raw, Told, delivered
from retrowalk.readers.opening import bad
from retrowalk.readers.phone import where_said
from retrowalk.tables import Floats, Recording
from retrowalk.units import DEGREE, NANOSECOND, STANDARD_GRAVITY_MPS2
from retrowalk.words import Placement

CWA_HEAD = b"MD\xfc\x03"  # the kind of packet and its length of 1020
GENEACTIV_HEAD = "Device Identity"
NEEDS_GYROSCOPE = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT,
                   Placement.LEFT_SHANK, Placement.RIGHT_SHANK)  # fmt: skip
EVENED = "time from its blocks' stamps, evened out between pauses"
SILENT_S = 1.0  # a longer step between two blocks is a pause in recording


def read_actigraphy(path: Path, what: str, *, told: Told) -> Recording:
    """One sensor in its own axes; the placement is the caller's to say."""
    found = boxed(path, "actigraphy", what)
    acc = ordinary(found["acc_g"].astype(np.float64)) * STANDARD_GRAVITY_MPS2
    placement, said = worn_and_said(path, what, told, turns="gyr_dps" in found)
    gyr = (ordinary(found["gyr_dps"].astype(np.float64)) * DEGREE if "gyr_dps" in found
           else np.zeros_like(acc))  # fmt: skip
    if acc.ndim != 2 or acc.shape[1:] != (3,) or acc.shape != gyr.shape or len(acc) < 2:
        raise without_samples(path, what)
    time_s, clock = steady(found["time_ns"].astype(np.int64))
    said += [clock, *damage_said(found["complaints"]), *where_said(told)]
    return delivered(path, [Raw(time_s, acc, gyr, placement)], said, told=told)


def worn_and_said(path: Path, what: str, told: Told, *, turns: bool) -> tuple[Placement, list[str]]:
    """Where it was worn, and which units are taken; refuses a foot without a gyroscope."""
    placement = told.placement or Placement.UNKNOWN
    if turns:
        return placement, [f"{what}: acceleration in g, angular rate in deg/s"]
    if placement in NEEDS_GYROSCOPE:
        where = f"this device has no gyroscope, and it is said to be worn on the {placement.value}"
        raise bad(path, where, "acceleration and angular rate there",
                  "record with a device that has both, such as an AX6")  # fmt: skip
    said = "this device has no gyroscope, so direction cannot be known"
    return placement, [f"{what}: acceleration in g", said]


def without_samples(path: Path, what: str) -> BadRecording:
    return bad(path, f"this is {what} without samples", "a recording", "download it again")


def damage_said(complaints: int) -> list[str]:
    return ["damaged parts of the file were left out"] if complaints else []


def steady(time_ns: np.ndarray) -> tuple[Floats, str]:
    """Even times from the first sample on, between pauses; blocks' own times jitter and overlap.

    A crystal is steady: from a stretch's first to its last sample the samples lie evenly.
    """
    evened = Evened()
    evened.hear(time_ns)
    return evened.times(0, len(time_ns)), EVENED


class Evened:
    """The same from stamps in pieces: where stretches begin and end is all that is kept."""

    def __init__(self) -> None:
        self.n = 0
        self._zero_ns = 0
        self._last_s = np.nan
        self._begins: list[tuple[int, float]] = []  # of each stretch: its first row and time
        self._ends: list[float] = []  # the last time of each but the last stretch

    def hear(self, time_ns: np.ndarray) -> None:
        if not len(time_ns):
            return
        if not self.n:
            self._zero_ns = time_ns[0]
            self._begins.append((0, 0.0))
        time_s = (time_ns - self._zero_ns) * NANOSECOND
        for at in np.flatnonzero(np.diff(time_s, prepend=self._last_s) > SILENT_S).tolist():
            self._ends.append(float(time_s[at - 1] if at else self._last_s))
            self._begins.append((self.n + at, float(time_s[at])))
        self.n, self._last_s = self.n + len(time_ns), float(time_s[-1])

    def times(self, first: int, end: int) -> Floats:
        """Seconds of these rows, once all are heard."""
        rows = [row for row, _ in self._begins]
        even = np.empty(end - first)
        for k in range(max(0, bisect_right(rows, first) - 1), bisect_left(rows, end)):
            begin, start_s = self._begins[k]
            after = rows[k + 1] if k + 1 < len(rows) else self.n
            last_s = self._ends[k] if k < len(self._ends) else self._last_s
            step_s = (last_s - start_s) / max(1, after - begin - 1)
            a, b = max(begin, first), min(after, end)
            even[a - first : b - first] = np.arange(a - begin, b - begin) * step_s + start_s
            if b == after:
                even[b - 1 - first] = last_s
        return even
