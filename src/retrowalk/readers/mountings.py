"""How the known sets wore their sensors: one sign table, and levelling by gravity.

Each row says which of the sensor's axes points where; a sensor no set documents stays UNKNOWN.
Evidence, looked at on the recordings themselves and only to check the sets' own documentation:
gravity at rest gives up; foot swings, which turn the toes up, give left; and which side a
lower back leans to in single stance gives left there.  Nothing of it is looked at when reading.

    set                 sensor        anterior   left   up
    ipol                foot          −x         −y     +z     on the dorsum, x toward the shin
    ipol                lower back    −z         +y     +x     z away from the back
    mobgap              lower back    +z         −y     +x     z toward the belly
    gaitmap             foot          +x         +y     +z     x toward the toes
    gaitmap, unrotated  left foot     +y         +z     +x     on the shoe's outer side
    gaitmap, unrotated  right foot    −y         −z     +x     on the shoe's outer side
    x-io gait           foot          +x         +y     +z     on the dorsum, x toward the toes
"""

from dataclasses import dataclass

import numpy as np

from retrowalk.readers.counting import complete, known_times
from retrowalk.readers.looking import liveliest
from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2


@dataclass(frozen=True, slots=True)
class Worn:
    """Which signed sensor axis points anterior, left and up."""

    anterior: str
    left: str
    up: str

    @property
    def turn(self) -> Floats:
        """The rotation (3, 3) from the sensor's axes to the body's."""
        rows = np.zeros((3, 3))
        for i, axis in enumerate((self.anterior, self.left, self.up)):
            rows[i, "xyz".index(axis[1])] = 1.0 if axis[0] == "+" else -1.0
        return rows


IPOL_FOOT = Worn("-x", "-y", "+z")
IPOL_BACK = Worn("-z", "+y", "+x")
MOBGAP_BACK = Worn("+z", "-y", "+x")
GAITMAP_FOOT = Worn("+x", "+y", "+z")
GAITMAP_LEFT_UNROTATED = Worn("+y", "+z", "+x")
GAITMAP_RIGHT_UNROTATED = Worn("-y", "-z", "+x")
XIO_FOOT = Worn("+x", "+y", "+z")

STILL_RADPS = 0.25  # a planted foot or a standing back turns slower
STILL_MPS2 = 0.6  # and feels little but gravity
STEADY_S = 0.1  # for this long at a stretch: a swinging foot pauses at its turning points too
LEAST_STILL_S = 0.3  # in all
SHORTEST_STEP_S = 1e-6
STEEPEST_RAD = 1.05  # 60°: the dorsum of a foot in a heeled shoe; more is a sensor worn otherwise
GENTLEST_RAD = 0.02


def leaning(time_s: Floats, acc_mps2: Floats, gyr_radps: Floats) -> Floats | None:
    """The mean direction of up (3,) while the sensor was still, or None if it never was."""
    size = np.sqrt(np.einsum("ij,ij->i", acc_mps2, acc_mps2))
    turning = np.sqrt(np.einsum("ij,ij->i", gyr_radps, gyr_radps))
    still = (np.abs(size - STANDARD_GRAVITY_MPS2) < STILL_MPS2) & (turning < STILL_RADPS)
    step_s = float(np.median(np.diff(time_s)))
    if not step_s > SHORTEST_STEP_S:
        return None  # no clock at all, or one that its reader will refuse
    width = int(np.clip(round(STEADY_S / step_s), 1, max(len(still) // 4, 1)))
    still = (
        np.convolve(still, np.ones(width), mode="same") > width - 0.5
    )  # throughout, not in passing
    if still.sum() * step_s < LEAST_STILL_S:
        return None
    up = acc_mps2[still].mean(axis=0)
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-9))


def levelling(
    time_s: Floats, acc_mps2: Floats, gyr_radps: Floats
) -> tuple[Floats | None, tuple[str, ...]]:
    """The shortest turn (3, 3) after which gravity, while still, points up; and the angle.

    Tilt only: front and back are never exchanged, because the turn stays below 60°.  Of a long
    recording the liveliest quarter of an hour tells it, when the sensor was worn for certain.
    """
    most = liveliest(gyr_radps)
    time_s, acc_mps2, gyr_radps = time_s[most], acc_mps2[most], gyr_radps[most]
    whole = known_times(time_s) & complete(acc_mps2) & complete(gyr_radps)
    up = leaning(time_s[whole], acc_mps2[whole], gyr_radps[whole]) if whole.sum() > 1 else None
    if up is None:
        return None, ("never still for 0.3 s, so the sensor's tilt was left as it is",)
    angle = float(np.arccos(np.clip(up[2], -1.0, 1.0)))
    if not GENTLEST_RAD < angle <= STEEPEST_RAD:
        return None, ()
    said = f"levelled by {np.rad2deg(angle):.0f}° from gravity while the sensor was still"
    return _shortest(up), (said,)


def turned(turn: Floats | None, vectors: Floats) -> Floats:
    """Vectors (n, 3) turned, row by row alike however many there are (a BLAS does not promise)."""
    if turn is None:
        return vectors
    x, y, z = vectors.T
    return np.stack([row[0] * x + row[1] * y + row[2] * z for row in turn], axis=1)


def _shortest(up: Floats) -> Floats:
    """The rotation (3, 3) that brings a unit vector onto z by the shortest way (Rodrigues)."""
    v = np.cross(up, [0.0, 0.0, 1.0])
    cross = np.array([[0.0, -v[2], v[1]], [v[2], 0.0, -v[0]], [-v[1], v[0], 0.0]])
    return np.asarray(np.eye(3) + cross + cross @ cross / (1.0 + up[2]))
