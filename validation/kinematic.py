"""When a foot stands by motion capture alone, whichever way it walks.

A foot stands while its heel or its toes are slower than SLOW_MPS: no forward is assumed, so the
rule holds backward too, where the toes land and the heel leaves last.
After: Ghoussayni et al. 2004, Gait Posture 20:266 (heel and toe markers slower than a limit);
0.5 m/s as in Bruening and Ridge 2014, Gait Posture 39:472.
Differs: the whole speed rather than the sagittal; the heel is put below and behind the ankle
joint, as these skeletons have none.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.interpolate import make_interp_spline
from scipy.signal import butter, sosfiltfilt

from retrowalk.readers.bvh import read_motion
from retrowalk.readers.skeletons import body_axes, find
from retrowalk.tables import Floats
from retrowalk.words import Placement, Side

SLOW_MPS = 0.5
LOW_M = 0.02  # the other rule: how near the floor
HEEL_BEHIND_M = 0.05  # of the ankle
CUTOFF_HZ = 12.0
FINE_HZ = 500.0  # contacts fall between frames
STANCE_S = 0.1  # shorter standing, or shorter flight, is noise
FEET = {Side.LEFT: Placement.LEFT_FOOT, Side.RIGHT: Placement.RIGHT_FOOT}


@dataclass(frozen=True, slots=True)
class Steps:
    """When one foot landed and left, and the time seen."""

    initial_s: Floats
    final_s: Floats
    lasts_s: float


@cache
def steps(path: Path, side: Side, rule: str = "speed") -> Steps:
    """The contacts of one foot of a clip, by how slow its sole is, or by how low."""
    return of_sole(*_sole(path, side), rule)


def of_sole(time_s: Floats, heel: Floats, toe: Floats, rule: str = "speed") -> Steps:
    """When the first of two points comes to stand and the last of them leaves."""
    stands = _slow(time_s, heel, toe) if rule == "speed" else _low(heel, toe)
    edge = np.diff(_without_blinks(stands).astype(np.int8))
    return Steps(time_s[1:][edge > 0], time_s[1:][edge < 0], float(time_s[-1]))


def _slow(time_s: Floats, heel: Floats, toe: Floats) -> np.ndarray:
    speed = [np.linalg.norm(np.gradient(p, time_s, axis=0), axis=1) for p in (heel, toe)]
    return np.asarray(np.minimum(*speed) < SLOW_MPS)


def _low(heel: Floats, toe: Floats) -> np.ndarray:
    """Each point has a floor of its own: the skeletons' soles are not flat."""
    heights = [p[:, 2] - np.percentile(p[:, 2], 5) for p in (heel, toe)]
    return np.asarray(np.minimum(*heights) < LOW_M)


def _sole(path: Path, side: Side) -> tuple[Floats, Floats, Floats]:
    """Time, heel and toes, finer than the frames."""
    motion, _ = read_motion(path)
    ankle, turned = motion.posed(find(path, motion.joints, f"{side.value} ankle"))
    toe, _ = motion.posed(find(path, motion.joints, f"{side.value} toe"))
    turned = turned @ body_axes(path, motion, FEET[side])
    high = np.percentile(ankle[:, 2], 5) - np.percentile(toe[:, 2], 5)
    heel = ankle + turned @ np.array([-HEEL_BEHIND_M, 0.0, -high])
    both = np.concatenate([heel, toe], axis=1)
    sos = butter(2, min(CUTOFF_HZ, 0.35 * motion.rate_hz), fs=motion.rate_hz, output="sos")
    at_s = np.arange(len(both)) / motion.rate_hz
    fine_s = np.arange(0.0, at_s[-1], 1 / FINE_HZ)
    fine = make_interp_spline(at_s, sosfiltfilt(sos, both, axis=0), k=5)(fine_s)
    return fine_s, fine[:, :3], fine[:, 3:]


def _without_blinks(stands: np.ndarray) -> np.ndarray:
    """Short flights filled, then short stances dropped."""
    least = round(STANCE_S * FINE_HZ)
    out = stands.copy()
    for value in (False, True):
        edges = np.flatnonzero(np.diff(out.astype(np.int8))) + 1
        for a, b in pairwise(edges.tolist()):
            if out[a] == value and b - a < least:
                out[a:b] = not value
    return out
