"""A moving skeleton: where each joint is and how it is turned, frame by frame."""

from dataclasses import dataclass

import numpy as np

from retrowalk.tables import Floats


@dataclass(frozen=True, slots=True)
class Joint:
    """One node of the tree.  `channels` pairs an axis (0 to 2) with whether it turns."""

    name: str
    parent_i: int  # −1 for the root
    offset: tuple[float, float, float]  # from the parent, in the file's unit
    channels: tuple[tuple[int, bool], ...]
    column_i: int  # of its first channel


@dataclass(frozen=True, slots=True)
class Motion:
    """A skeleton through time.  `values` (n, channels) in the file's unit and degrees.

    World axes are right-handed with z up, in metres; `turn` (3, 3) brings the file's axes there.
    """

    joints: tuple[Joint, ...]
    values: Floats
    rate_hz: float
    turn: Floats
    metres_per_unit: float

    @property
    def time_s(self) -> Floats:
        return np.arange(len(self.values)) / self.rate_hz

    def index(self, name: str) -> int:
        return next(i for i, joint in enumerate(self.joints) if joint.name == name)

    def posed(self, joint_i: int) -> tuple[Floats, Floats]:
        """Positions (n, 3) in metres and rotations (n, 3, 3), joint axes to world, z up."""
        position, rotation = pose(self.joints, self.values, joint_i)
        return position @ self.turn.T * self.metres_per_unit, self.turn @ rotation


def pose(joints: tuple[Joint, ...], values: Floats, joint_i: int) -> tuple[Floats, Floats]:
    """Forward kinematics along one chain, in the file's own axes and unit."""
    chain = []
    while joint_i >= 0:
        chain.append(joints[joint_i])
        joint_i = joints[joint_i].parent_i
    position = np.zeros((len(values), 3))
    rotation = np.broadcast_to(np.eye(3), (len(values), 3, 3))
    for joint in reversed(chain):
        shift, turned = local(joint, values)
        position = position + np.einsum("nij,nj->ni", rotation, shift)
        rotation = rotation @ turned
    return position, rotation


def local(joint: Joint, values: Floats) -> tuple[Floats, Floats]:
    """The joint in its parent's axes: channels apply in the order they are written.

    A joint with position channels stands where they say, its offset included (BVH custom).
    """
    shift = np.tile(np.asarray(joint.offset), (len(values), 1))
    rotation = np.broadcast_to(np.eye(3), (len(values), 3, 3))
    for i, (axis, turns) in enumerate(joint.channels, start=joint.column_i):
        if turns:
            rotation = rotation @ _about(axis, np.deg2rad(values[:, i]))
        else:
            shift[:, axis] = values[:, i]
    return shift, rotation


def _about(axis: int, angle_rad: Floats) -> Floats:
    turned = np.zeros((len(angle_rad), 3, 3))
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    j, k = (axis + 1) % 3, (axis + 2) % 3
    turned[:, axis, axis] = 1.0
    turned[:, j, j], turned[:, k, k] = cos, cos
    turned[:, j, k], turned[:, k, j] = -sin, sin
    return turned
