"""Which joint is the knee: names as the common motion-capture skeletons write them."""

from pathlib import Path

import numpy as np

from retrowalk.readers.motion import Joint, Motion, pose
from retrowalk.readers.opening import bad
from retrowalk.tables import Floats
from retrowalk.units import CENTIMETRE, INCH, MILLIMETRE
from retrowalk.words import Placement

# part → names after plain(): CMU as Daz, Bandai-Namco, CMU as MotionBuilder, Mixamo
PARTS = {
    "pelvis": ("hip", "hips", "pelvis", "root"),
    "spine": ("abdomen", "spine", "lowerback", "spine0", "chest"),
    "left hip": ("lthigh", "upperlegl", "leftupleg", "leftthigh", "lefthip", "lhip"),
    "left knee": ("lshin", "lowerlegl", "leftleg", "leftshin", "leftknee", "lknee"),
    "left ankle": ("lfoot", "footl", "leftfoot", "leftankle", "lankle"),
    "left toe": ("ltoe", "toesl", "lefttoebase", "lefttoe", "lfootend", "leftfootend", "footlend"),
    "left elbow": ("lforearm", "lowerarml", "leftforearm", "leftelbow"),
    "left wrist": ("lhand", "handl", "lefthand", "leftwrist"),
}
_SWAPS = {"l": "r", "left": "right"}
LEG_M = (0.5, 1.2)  # hip to ankle of a grown person or a child of six
UNITS_M = {"metres": 1.0, "centimetres": CENTIMETRE, "millimetres": MILLIMETRE, "inches": INCH}


def plain(name: str) -> str:
    """A joint's name without case, punctuation or a program's prefix."""
    kept = "".join(c for c in name.rsplit(":", 1)[-1].lower() if c.isalnum())
    return kept.removeprefix("mixamorig").removeprefix("joint")


def _mirrored(names: tuple[str, ...]) -> tuple[str, ...]:
    def mirror(name: str) -> str:
        if name.startswith("left"):
            return "right" + name[4:]
        if name.endswith("lend"):  # foot l end
            return name[:-4] + "rend" if name.startswith("foot") else "r" + name[1:]
        return "r" + name[1:] if name.startswith("l") and name[1:2] != "o" else name[:-1] + "r"

    return tuple(mirror(name) for name in names)


def names_of(part: str) -> tuple[str, ...]:
    """The plain names a part goes by, either side."""
    if part.startswith("right "):
        return _mirrored(PARTS["left " + part.removeprefix("right ")])
    return PARTS[part]


def find(path: Path, joints: tuple[Joint, ...], part: str) -> int:
    """The joint that is this part of the body, or one sentence."""
    known = {plain(joint.name): i for i, joint in reversed(tuple(enumerate(joints)))}
    for name in names_of(part):
        if name in known:
            return known[name]
    found = f"the skeleton has no {part} joint among its {len(joints)}"
    raise bad(path, found, f"a name like {', '.join(names_of(part)[:3])}", "rename the joint")


def segment(placement: Placement) -> tuple[str, str]:
    """The parts a worn sensor lies between: the first one's joint carries it."""
    match placement:
        case Placement.LEFT_FOOT | Placement.RIGHT_FOOT:
            ends = "ankle", "toe"
        case Placement.LEFT_SHANK | Placement.RIGHT_SHANK:
            ends = "knee", "ankle"
        case Placement.LEFT_THIGH | Placement.RIGHT_THIGH:
            ends = "hip", "knee"
        case Placement.WRIST:
            return "left elbow", "left wrist"
        case Placement.LOWER_BACK | Placement.UNKNOWN:
            return "pelvis", "spine"
    side = placement.value.split()[0]
    return f"{side} {ends[0]}", f"{side} {ends[1]}"


def upright(path: Path, joints: tuple[Joint, ...], values: Floats) -> Floats:
    """The turn (3, 3) from the file's axes to z up, from the feet being below the pelvis."""
    few = values[:: max(1, len(values) // 200)]
    pelvis, _ = pose(joints, few, find(path, joints, "pelvis"))
    feet = [pose(joints, few, find(path, joints, f"{s} ankle"))[0] for s in ("left", "right")]
    up = np.mean(pelvis - (feet[0] + feet[1]) / 2, axis=0)
    axis = int(np.argmax(np.abs(up)))
    if not np.isfinite(up).all() or up[axis] <= 0.7 * np.linalg.norm(up):
        raise bad(path, "the pelvis is not above the feet", "a person walking upright with y or "
                  "z pointing up", "export the recording with y up")  # fmt: skip
    return np.roll(np.eye(3), 2 - axis, axis=0)  # cyclic, so it never mirrors


def metres(path: Path, joints: tuple[Joint, ...]) -> tuple[float, str]:
    """Metres per unit of the file, and the unit's name, from the length of the leg."""
    knee, ankle = (joints[find(path, joints, f"left {part}")] for part in ("knee", "ankle"))
    leg = float(np.linalg.norm(knee.offset) + np.linalg.norm(ankle.offset))
    for name, factor in UNITS_M.items():
        if LEG_M[0] <= leg * factor <= LEG_M[1]:
            return factor, name
    raise bad(path, f"the leg is {leg:.4g} units long", "a leg in metres, centimetres, millimetres "
              "or inches", "scale the skeleton to centimetres")  # fmt: skip


def body_axes(path: Path, motion: Motion, placement: Placement) -> Floats:
    """The body frame (x anterior, y left, z up, as columns) in the carrying joint's own axes.

    Taken from the skeleton as it stands: its zero pose where that is a standing one, else the
    mean over the recording.  The skeleton's toes and hips say what is front and left; the way
    it travels is never looked at.
    """
    standing = standing_pose(path, motion)
    near, far = (find(path, motion.joints, part) for part in segment(placement))
    origin, rotation = standing.posed(near)
    tip, _ = standing.posed(far)
    along = _mean_in(rotation, tip - origin)
    if placement in (Placement.LEFT_FOOT, Placement.RIGHT_FOOT):
        still = _stillest(origin)
        up = _mean_in(rotation[still], np.broadcast_to([0.0, 0.0, 1.0], origin[still].shape))
        left = np.cross(up, along)
    else:
        up = along if placement in (Placement.LOWER_BACK, Placement.UNKNOWN) else -along
        left_hip, right_hip = (find(path, motion.joints, f"{s} hip") for s in ("left", "right"))
        left = _mean_in(rotation, standing.posed(left_hip)[0] - standing.posed(right_hip)[0])
    x = np.cross(left, up)
    axes = np.stack((x, np.cross(up, x), up), axis=1)
    length = np.linalg.norm(axes, axis=0)
    if not (length > 1e-9).all():
        what = f"the skeleton's {placement.value} has no length"
        raise bad(path, what, "a skeleton with bones", "export the recording with its offsets")
    return np.asarray(axes / length)


def standing_pose(path: Path, motion: Motion) -> Motion:
    """The zero pose when both legs hang straight down in it, else the recording itself."""
    zero = Motion(motion.joints, np.zeros((1, motion.values.shape[1])), motion.rate_hz,
                  motion.turn, motion.metres_per_unit)  # fmt: skip
    for joint in motion.joints:  # joints with position channels stand at their offset
        for i, (axis, turns) in enumerate(joint.channels, start=joint.column_i):
            if not turns and joint.parent_i >= 0:
                zero.values[0, i] = joint.offset[axis]
    for side in ("left", "right"):
        hip, ankle = (zero.posed(find(path, motion.joints, f"{side} {p}"))[0][0]
                      for p in ("hip", "ankle"))  # fmt: skip
        leg = hip - ankle
        if leg[2] < 0.94 * np.linalg.norm(leg):  # over 20° from upright
            return motion
    return zero


def _mean_in(rotation: Floats, vector: Floats) -> Floats:
    """The mean of world vectors (n, 3) in the joint's axes, of length one."""
    mean = np.einsum("nij,ni->nj", rotation, vector).mean(axis=0)
    length = np.linalg.norm(mean)
    return np.asarray(mean / length) if length > 1e-12 else mean


def _stillest(position: Floats) -> Floats:
    """Which tenth of the frames moves least: a foot flat on the ground."""
    if len(position) < 20:
        return np.ones(len(position), dtype=bool)
    speed = np.linalg.norm(np.gradient(position, axis=0), axis=1)
    return np.asarray(speed <= np.quantile(speed, 0.1))
