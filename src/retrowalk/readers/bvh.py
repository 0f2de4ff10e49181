"""BVH motion capture: a skeleton and its frames, and the signals a worn sensor would give.

The grammar is Biovision's: HIERARCHY with ROOT, JOINT, OFFSET, CHANNELS, End Site and braces,
then MOTION with Frames, Frame Time and one line of numbers per frame.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from retrowalk.readers.derive import derived, worn
from retrowalk.readers.motion import Joint, Motion, local
from retrowalk.readers.opening import bad, look, text_head
from retrowalk.readers.signals import FASTEST_HZ, SLOWEST_HZ, made_sensor
from retrowalk.readers.skeletons import body_axes, find, metres, segment, upright
from retrowalk.tables import Floats, Recording, Sensor
from retrowalk.words import Mounting, Placement

LARGEST_BVH_BYTES = 256 << 20  # hours of capture at 120 Hz; numbers take half the text's room
MOST_JOINTS = 1000
DEEPEST = 200
MOST_HEADER_LINES = 20_000
LONGEST_LINE = 200_000
FEWEST_FRAMES = 20
LARGEST_VALUE = 1e7  # metres as micrometres; beyond it nothing is a pose
AXES = {"x": 0, "y": 1, "z": 2}
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)
JUMP = 2.0  # leaving a T-pose turns the body this much faster than nearly all later frames do
T_POSE_FRAMES = 15  # a T-pose is left within these
RINGING_FRAMES = 3
LOOKED_AT = 600  # frames that tell how fast this body moves
BACK_M = (-0.10, 0.0, 0.06)  # a belt sensor lies behind and above the hips' centre
ALONG = {Placement.WRIST: 0.9}  # how far down its segment a sensor sits; half-way elsewhere


def _unheard(_: float) -> None: ...


def read_bvh(
    path: Path,
    *,
    placement: Placement | None = None,
    tilt_rad: tuple[float, float, float] = (0.0, 0.0, 0.0),
    acc_noise_mps2: float = 0.0,
    gyr_noise_radps: float = 0.0,
    seed: int = 0,
    metres_per_unit: float | None = None,
    progress: Callable[[float], None] = _unheard,
) -> Recording:
    """Signals derived at a placement (both feet when none is named), axes known.

    `tilt_rad` straps the sensor on askew, the noises are white and repeatable by `seed`.
    """
    motion, said = read_motion(path, metres_per_unit=metres_per_unit, progress=progress)
    if placement is Placement.UNKNOWN:
        what = "no place is named where the sensor would be worn"
        raise bad(path, what, "one such as left foot or lower back", "name it with --placement")
    sensors: list[Sensor] = []
    for i, worn_at in enumerate(FEET if placement is None else (placement,)):
        time_s, acc, gyr = sensed(path, motion, worn_at)
        acc, gyr = worn(acc, gyr, tilt_rad=tilt_rad, acc_noise_mps2=acc_noise_mps2,
                        gyr_noise_radps=gyr_noise_radps, seed=seed + i)  # fmt: skip
        sensor, mended = made_sensor(path, time_s, acc, gyr, placement=worn_at,
                                     mounting=Mounting.KNOWN)  # fmt: skip
        sensors.append(sensor)
        said = (*said, *mended)
    where = "both feet, as none was named" if placement is None else f"the {placement.value}"
    said = (f"motion capture: the signals are derived for a sensor at {where}", *said)
    return Recording(path.name, tuple(sensors), said, derived=True)


def sensed(path: Path, motion: Motion, placement: Placement) -> tuple[Floats, Floats, Floats]:
    """Time, acceleration and angular rate a sensor there would read, in the body frame."""
    axes = body_axes(path, motion, placement)
    near, far = (find(path, motion.joints, part) for part in segment(placement))
    position, rotation = motion.posed(near)
    rotation = rotation @ axes
    if placement is Placement.LOWER_BACK:
        position = position + rotation @ np.array(BACK_M)
    else:
        position = position + ALONG.get(placement, 0.5) * (motion.posed(far)[0] - position)
    return derived(position, rotation, motion.rate_hz)


def forward_mps(path: Path, motion: Motion) -> Floats:
    """How fast the pelvis travels toward its own front, frame by frame: below 0 is backward."""
    position, rotation = motion.posed(find(path, motion.joints, "pelvis"))
    front = (rotation @ body_axes(path, motion, Placement.LOWER_BACK)[:, 0])[:, :2]
    velocity = np.gradient(position[:, :2], 1 / motion.rate_hz, axis=0)
    length = np.maximum(np.linalg.norm(front, axis=1), 1e-9)
    return np.asarray(np.sum(velocity * front, axis=1) / length)


def read_motion(
    path: Path,
    *,
    metres_per_unit: float | None = None,
    progress: Callable[[float], None] = _unheard,
) -> tuple[Motion, tuple[str, ...]]:
    """The skeleton and its frames, in metres with z up, and what had to be assumed."""
    text_head(path, look(path, largest=LARGEST_BVH_BYTES))
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = iter(lambda: file.readline(LONGEST_LINE), "")
        joints = _hierarchy(path, lines)
        values, frame_s = _motion(path, lines, sum(len(j.channels) for j in joints), progress)
    values, said = _without_t_pose(joints, values)
    if len(values) < FEWEST_FRAMES:
        what = f"{len(values)} frames were found"
        raise bad(path, what, f"at least {FEWEST_FRAMES}", "check that the file is complete")
    turn = upright(path, joints, values)
    factor, unit = (metres_per_unit, "as given") if metres_per_unit else metres(path, joints)
    scale = f"lengths are in {unit}" + (", judged by the leg" if not metres_per_unit else "")
    return Motion(joints, values, 1 / frame_s, turn, factor), (*said, scale)


def _hierarchy(path: Path, lines: Iterator[str]) -> tuple[Joint, ...]:
    """The tree, read with a stack of our own: depth costs no recursion."""
    joints: list[Joint] = []
    stack: list[int] = []
    name, columns = "", 0
    started = False
    for line in islice(lines, MOST_HEADER_LINES):
        tokens = line.split()
        if not tokens:
            continue
        match [tokens[0].upper(), *tokens[1:]]:
            case ["HIERARCHY"]:
                started = True
            case ["ROOT" | "JOINT", *rest] if started:
                name = " ".join(rest) or "joint"
            case ["END", *_]:
                name = f"{joints[stack[-1]].name} end" if stack else "end"
            case ["{"]:
                stack.append(len(joints))
                parent = stack[-2] if len(stack) > 1 else -1
                joints.append(Joint(name[:100], parent, (0.0, 0.0, 0.0), (), columns))
            case ["OFFSET", *rest] if stack and len(rest) == 3:
                old = joints[stack[-1]]
                offset = _numbers(path, rest, 3)
                joints[stack[-1]] = Joint(old.name, old.parent_i, (offset[0], offset[1], offset[2]),
                                          old.channels, old.column_i)  # fmt: skip
            case ["CHANNELS", *rest] if stack and rest:
                old = joints[stack[-1]]
                channels = _channels(path, rest)
                joints[stack[-1]] = Joint(old.name, old.parent_i, old.offset, channels, columns)
                columns += len(channels)
            case ["}"] if stack:
                stack.pop()
            case ["MOTION"] if joints and not stack:
                return tuple(joints)
            case _:
                what = f"the hierarchy holds the line {line.strip()[:40]!r}"
                raise bad(path, what, "a BVH hierarchy", "export the file again")
        if len(joints) > MOST_JOINTS or len(stack) > DEEPEST:
            what = f"the skeleton has {len(joints)} joints, {len(stack)} deep"
            most = f"at most {MOST_JOINTS} joints, {DEEPEST} deep"
            raise bad(path, what, most, "export the person alone, without the scene")
    raise bad(path, "the skeleton has no end", "a MOTION part after it", "copy the file again")


def _channels(path: Path, rest: list[str]) -> tuple[tuple[int, bool], ...]:
    known = {f"{axis}{kind}": (i, kind == "rotation")
             for axis, i in AXES.items() for kind in ("position", "rotation")}  # fmt: skip
    named = [known.get(word.lower()) for word in rest[1:]]
    channels = tuple(channel for channel in named if channel is not None)
    if not rest[0].isdecimal() or len(channels) != len(named) or str(len(named)) != rest[0]:
        what = f"the channels {' '.join(rest)[:60]!r}"
        raise bad(path, what, "a count and that many of Xposition … Zrotation", "export it again")
    if len(channels) > 6:
        raise bad(path, f"a joint has {len(channels)} channels", "at most 6", "export it again")
    return channels


def _numbers(path: Path, words: list[str], count: int) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) != count or not all(abs(n) < LARGEST_VALUE for n in numbers):
        what = f"the line {' '.join(words)[:40]!r} was found"
        raise bad(path, what, f"{count} ordinary numbers", "export the file again")
    return numbers


def _motion(
    path: Path, lines: Iterator[str], columns: int, progress: Callable[[float], None]
) -> tuple[Floats, float]:
    """Every frame (n, columns) and the time of one frame; a file cut short is said so."""
    announced, frame_s = _announced(path, lines)
    room = min(announced, LARGEST_BVH_BYTES // (2 * max(columns, 1)))
    rows: list[Floats] = []
    for line in lines:
        if not line.strip():
            continue
        if len(rows) >= room:
            break
        words = line.split()
        if len(words) != columns and not line.endswith("\n"):
            break  # cut in its last line
        rows.append(np.array(_numbers(path, words, columns)))
        if len(rows) % 500 == 0:
            progress(len(rows) / room)
    if len(rows) < announced:
        what = f"{len(rows)} of the {announced} announced frames are there"
        raise bad(path, what, "all of them", "copy or export the file again")
    return np.array(rows).reshape(len(rows), columns), frame_s


def _announced(path: Path, lines: Iterator[str]) -> tuple[int, float]:
    head = [line.split() for line in islice((line for line in lines if line.strip()), 2)]
    match head:
        case [["Frames:", count], ["Frame", "Time:", seconds]] if count.isdecimal():
            frame_s = _numbers(path, [seconds], 1)[0]
            if 1 / FASTEST_HZ <= frame_s <= 1 / SLOWEST_HZ and len(count) < 10:
                return int(count), frame_s
    what = f"MOTION begins with {' '.join(w for line in head for w in line)[:60]!r}"
    rates = f"{SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f} frames a second"
    raise bad(path, what, f"Frames: and Frame Time: at {rates}", "export the file again")


def _without_t_pose(joints: tuple[Joint, ...], values: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Drops a T-pose at the start and the frames in which an export's filter leaves it.

    In the CMU files five frames turn far faster than later ones, then three more ring.
    """
    early = values[:LOOKED_AT]
    turning = [joint for joint in joints if any(turns for _, turns in joint.channels)]
    if len(early) < FEWEST_FRAMES + T_POSE_FRAMES or not turning:
        return values, ()
    change = np.zeros(len(early) - 1)
    for joint in turning:  # as rotations: Euler angles jump where the body does not
        rotation = local(joint, early)[1]
        trace = np.einsum("nij,nij->n", rotation[1:], rotation[:-1])
        change += np.arccos(np.clip((trace - 1) / 2, -1.0, 1.0))
    leaving = change[:T_POSE_FRAMES] > JUMP * np.quantile(change[T_POSE_FRAMES:], 0.98)
    if leaving.all() or not leaving[0]:
        return values, ()
    dropped = int(np.argmin(leaving)) + RINGING_FRAMES
    return values[dropped:], (f"the first {dropped} frames, a T-pose and its blend, were left out",)
