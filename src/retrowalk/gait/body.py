"""The simulated body: its segments, and what a sensor fastened to one of them reads."""

from dataclasses import dataclass

import numpy as np

from retrowalk.tables import Floats, Sensor
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import Placement

POSE_HZ = 400.0
BALL_M, HEEL_M, DORSUM_M = 0.11, -0.05, (0.05, 0.05)  # from the ankle along and above the sole
ANKLE_M = 0.08  # above the sole
THIGH_M, SHANK_M = 0.42, 0.42
STRAIGHT_RATIO = 0.985  # of a leg, beyond which the pelvis yields and not the knee
YIELDS_M = 0.012  # so that no knee locks with a knock: people's do not, on cmu
AT_ONCE = 1 << 15  # poses turned into readings at once: enough to be quick, few enough to be small


@dataclass(frozen=True, slots=True)
class Poses:
    """Columns over time: feet (n, 2, 3) ankle x, z and pitch; hip (n, 6) x y z roll pitch yaw."""

    feet: Floats
    hip: Floats
    final: tuple[tuple[float, int], ...] = ()  # (time, foot) when it leaves; 0 left, 1 right
    initial: tuple[tuple[float, int], ...] = ()
    codes: tuple[int, ...] = ()  # the direction of each landing
    spells: tuple[int, ...] = ()  # in which of the spells it is

    def rows(self, first: int, last: int) -> "Poses":
        """The body alone, of these rows."""
        return Poses(self.feet[first:last], self.hip[first:last])


def worn(
    poses: Poses,
    placement: Placement,
    time_s: Floats,
    rng: np.random.Generator,
    faults: tuple[float, float, float],
) -> Sensor:
    """What a sensor on this segment reads at these times."""
    tilt_rad, noise_mps2, noise_radps = faults
    acc, gyr = _readings(poses, placement, _strap(rng, tilt_rad))
    at_s = np.arange(len(acc)) / POSE_HZ
    read = [np.stack([np.interp(time_s, at_s, v[:, k]) for k in range(3)], 1) for v in (acc, gyr)]
    return Sensor(
        time_s=time_s,
        acc_mps2=read[0] + noise_mps2 * rng.standard_normal(read[0].shape),
        gyr_radps=read[1] + noise_radps * rng.standard_normal(read[1].shape),
        placement=placement,
    )


def _readings(poses: Poses, placement: Placement, strap: Floats) -> tuple[Floats, Floats]:
    """(n, 3) each: acceleration and rate in the sensor's axes, a portion at a time."""
    n = len(poses.hip)
    acc, gyr = np.empty((n, 3)), np.empty((n, 3))
    for first in range(0, n, AT_ONCE):
        last = min(first + AT_ONCE, n)
        low, high = max(0, first - 2), min(last + 2, n)  # what two differences look at
        place, turn = segment(poses.rows(low, high), placement)
        moved = np.gradient(np.gradient(place, 1 / POSE_HZ, axis=0), 1 / POSE_HZ, axis=0)
        moved[:, 2] += STANDARD_GRAVITY_MPS2
        part = slice(first - low, last - low)
        acc[first:last] = np.einsum("ij,nkj,nk->ni", strap, turn[part], moved[part])
        gyr[first:last] = _rates(turn)[part] @ strap.T
    return acc, gyr


def segment(poses: Poses, placement: Placement) -> tuple[Floats, Floats]:
    """Where the sensor is (n, 3) and how its segment is turned (n, 3, 3), body axes → world."""
    hip = poses.hip
    right = placement in (
        Placement.RIGHT_FOOT,
        Placement.RIGHT_SHANK,
        Placement.RIGHT_THIGH,
    )
    aside = -0.09 if right else 0.09
    foot = poses.feet[:, int(right)]
    ankle = np.stack([foot[:, 0], np.full(len(foot), aside), foot[:, 1]], axis=1)
    joint = np.stack([hip[:, 0], hip[:, 1] + aside, hip[:, 2]], axis=1)
    shank_rad, thigh_rad = _leg(joint, ankle)
    level = np.zeros(len(hip))
    match placement:
        case Placement.LEFT_FOOT | Placement.RIGHT_FOOT:
            turn, base, arm = _turned(level, foot[:, 2], level), ankle, (*_flat(DORSUM_M),)
        case Placement.LEFT_SHANK | Placement.RIGHT_SHANK:
            turn, base, arm = _turned(level, shank_rad, level), ankle, (0.03, 0.0, 0.5 * SHANK_M)
        case Placement.LEFT_THIGH | Placement.RIGHT_THIGH:
            turn, base, arm = _turned(level, thigh_rad, level), joint, (0.06, 0.0, -0.5 * THIGH_M)
        case Placement.LOWER_BACK:
            turn, base, arm = _turned(hip[:, 3], hip[:, 4], hip[:, 5]), hip[:, :3], (-0.1, 0.0, 0.1)
        case _:  # a hanging arm, swinging against the leg of its side
            shoulder = hip[:, :3] + np.array([0.0, 0.2, 0.5])
            turn, base, arm = _turned(level, -0.7 * thigh_rad, level), shoulder, (0.0, 0.0, -0.6)
    return base + np.einsum("nij,j->ni", turn, np.asarray(arm)), turn


def _flat(offset: tuple[float, float]) -> tuple[float, float, float]:
    return offset[0], 0.0, offset[1] - ANKLE_M


def _leg(hip: Floats, ankle: Floats) -> tuple[Floats, Floats]:
    """Shank and thigh pitch (top tipped forward is +) of a leg whose knee bends forward."""
    ahead, above = hip[:, 0] - ankle[:, 0], hip[:, 2] - ankle[:, 2]
    beyond = np.hypot(ahead, above) - STRAIGHT_RATIO * (THIGH_M + SHANK_M)
    reach = np.hypot(ahead, above) - YIELDS_M * np.logaddexp(0.0, beyond / YIELDS_M)
    reach = np.maximum(reach, 0.3)
    lean = np.arctan2(ahead, above)
    inner = np.arccos(
        np.clip((SHANK_M**2 + reach**2 - THIGH_M**2) / (2 * SHANK_M * reach), -1.0, 1.0)
    )
    outer = np.arccos(
        np.clip((THIGH_M**2 + reach**2 - SHANK_M**2) / (2 * THIGH_M * reach), -1.0, 1.0)
    )
    return lean + inner, lean - outer


def _turned(roll: Floats, pitch: Floats, yaw: Floats) -> Floats:
    """(n, 3, 3) yaw about z, then pitch about y, then roll about x."""
    zero, one = np.zeros(len(roll)), np.ones(len(roll))

    def about(columns: list[Floats]) -> Floats:
        return np.stack(columns, axis=1).reshape(-1, 3, 3)

    cx, sx, cy, sy, cz, sz = (f(a) for a in (roll, pitch, yaw) for f in (np.cos, np.sin))
    x = about([one, zero, zero, zero, cx, -sx, zero, sx, cx])
    y = about([cy, zero, sy, zero, one, zero, -sy, zero, cy])
    z = about([cz, -sz, zero, sz, cz, zero, zero, zero, one])
    turned: Floats = z @ y @ x
    return turned


def _rates(turn: Floats) -> Floats:
    """(n, 3) angular rate in the segment's own axes."""
    change = np.gradient(turn, 1 / POSE_HZ, axis=0)
    spin = turn.transpose(0, 2, 1) @ change
    return np.stack([spin[:, 2, 1], spin[:, 0, 2], spin[:, 1, 0]], axis=1)


def _strap(rng: np.random.Generator, tilt_rad: float) -> Floats:
    """(3, 3) a turn of at most `tilt_rad` about any axis."""
    axis = rng.standard_normal(3)
    axis /= max(float(np.linalg.norm(axis)), 1e-9)
    angle = tilt_rad * rng.uniform()
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    strap: Floats = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return strap
