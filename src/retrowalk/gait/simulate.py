"""Synthetic gait in both directions, for every placement, with the truth beside it.

A body of two feet, two legs and a pelvis is posed 400 times a second: each foot rests, rolls
off its ball, swings, lands on its heel and rolls flat; the hips ride over the feet with the
braking of each landing; shank and thigh follow from hip and ankle. Backward walking is the same
body with time turned round (Winter et al. 1989, J Mot Behav 21:291: joint angles agree but for
the ankle): the ball lands first and the heel leaves last. Sensors are fastened to the segments,
tilted, and read with noise.
Differs from people in that no two strides differ unless asked to, and nothing wobbles.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.special import betainc

from retrowalk.tables import (
    DIRECTION_CODE,
    KIND_CODE,
    SIDE_CODE,
    Contacts,
    Floats,
    Recording,
    Sensor,
    Strides,
)
from retrowalk.units import STANDARD_GRAVITY_MPS2
from retrowalk.words import ContactKind, Direction, Mounting, Placement, Side

POSE_HZ = 400.0
SOFT_S = 0.012  # flesh and sole: nothing stops in less
BALL_M, HEEL_M, DORSUM_M = 0.11, -0.05, (0.05, 0.05)  # from the ankle along and above the sole
ANKLE_M = 0.08  # above the sole
THIGH_M, SHANK_M = 0.42, 0.42
TOE_OFF_RAD, HEEL_ON_RAD = 1.0, -0.35  # foot pitch, toes down is +
SWING_RATIO, PUSH_RATIO, LAND_RATIO = 0.38, 0.20, 0.10  # of a stride
LIFT_M = 0.06
STANDS_S = 2.0  # before, between and after the walks


@dataclass(frozen=True, slots=True)
class Spell:
    """A walk in one direction, from standing to standing."""

    direction: Direction = Direction.FORWARD
    steps: int = 12
    speed_mps: float = 1.0
    stride_s: float = 1.1
    asymmetry_ratio: float = 0.0  # left steps last this much longer, right ones shorter


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the sensors read, and what truly happened."""

    recording: Recording
    contacts: Contacts
    strides: Strides


@dataclass(frozen=True, slots=True)
class _Poses:
    """Columns over time: feet (n, 2, 3) ankle x, z and pitch; hip (n, 6) x y z roll pitch yaw."""

    feet: Floats
    hip: Floats
    final: tuple[tuple[float, int], ...]  # (time, foot) at which a foot leaves; 0 left, 1 right
    initial: tuple[tuple[float, int], ...]
    codes: tuple[int, ...] = ()  # the direction of each landing


def simulate(
    spells: Sequence[Spell],
    placements: Sequence[Placement],
    rng: np.random.Generator,
    *,
    rate_hz: float = 100.0,
    tilt_rad: float = 0.0,
    noise_mps2: float = 0.05,
    noise_radps: float = 0.01,
    mounting: Mounting = Mounting.KNOWN,
) -> Simulated:
    """Walk these spells one after the other wearing these sensors.

    `tilt_rad` is the most a strap may have slipped about any axis; left foot first.
    """
    poses = _all_poses(spells)
    n = int(len(poses.hip) / POSE_HZ * rate_hz)
    time_s = np.arange(n) / rate_hz
    sensors = tuple(
        replace(
            _worn(poses, placement, time_s, rng, (tilt_rad, noise_mps2, noise_radps)),
            mounting=mounting,
        )
        for placement in placements
    )
    recording = Recording(source="simulated", sensors=sensors, derived=True)
    return Simulated(recording, _true_contacts(poses), _true_strides(poses))


def _all_poses(spells: Sequence[Spell]) -> _Poses:
    """The spells with standing before, between and after, each beginning where the last ended."""
    still = round(STANDS_S * POSE_HZ)
    feet: list[Floats] = []
    hips: list[Floats] = []
    final: list[tuple[float, int]] = []
    initial: list[tuple[float, int]] = []
    codes: list[int] = []
    at_m, rows = 0.0, still
    for spell in spells:
        poses = _forward(spell)
        last_s = (len(poses.hip) - 1) / POSE_HZ
        if spell.direction is Direction.BACKWARD:
            left = tuple(sorted((last_s - t, foot) for t, foot in poses.initial))
            landed = tuple(sorted((last_s - t, foot) for t, foot in poses.final))
            poses = _Poses(poses.feet[::-1], poses.hip[::-1], left, landed)
        shift_m = at_m - poses.hip[0, 0]
        foot, hip = poses.feet.copy(), poses.hip.copy()
        foot[..., 0] += shift_m
        hip[:, 0] += shift_m
        if not feet:
            feet.append(np.repeat(foot[:1], still, axis=0))
            hips.append(np.repeat(hip[:1], still, axis=0))
        feet += [foot, np.repeat(foot[-1:], still, axis=0)]
        hips += [hip, np.repeat(hip[-1:], still, axis=0)]
        final += [(t + rows / POSE_HZ, f) for t, f in poses.final]
        initial += [(t + rows / POSE_HZ, f) for t, f in poses.initial]
        codes += [DIRECTION_CODE[spell.direction]] * len(poses.initial)
        at_m, rows = float(hip[-1, 0]), rows + len(hip) + still
    return _Poses(
        np.concatenate(feet), np.concatenate(hips), tuple(final), tuple(initial), tuple(codes)
    )


def _forward(spell: Spell) -> _Poses:
    """One walk straight ahead; the first and the last step are half as long."""
    step_s = 0.5 * spell.stride_s
    lasts = step_s * (1 + spell.asymmetry_ratio * np.where(np.arange(spell.steps) % 2, -1, 1))
    landing = 0.6 * spell.stride_s + np.cumsum(lasts)
    leaving = landing - SWING_RATIO * spell.stride_s
    n = int((landing[-1] + 0.5 * spell.stride_s) * POSE_HZ) + 1
    time_s = np.arange(n) / POSE_HZ
    reach = spell.speed_mps * step_s
    places = np.append(reach * (np.arange(spell.steps - 1) + 1), reach * (spell.steps - 1))
    feet = np.zeros((n, 2, 3))
    feet[:, :, 1] = ANKLE_M
    stood = [0.0, 0.0]
    for i in range(spell.steps):
        foot = i % 2
        _swing(feet[:, foot], time_s, (leaving[i], landing[i]), (stood[foot], places[i]), spell)
        stood[foot] = float(places[i])
    hip = _hip(time_s, landing, feet)
    feet = gaussian_filter1d(feet, SOFT_S * POSE_HZ, axis=0, mode="nearest")
    events = [int(i % 2) for i in range(spell.steps)]
    return _Poses(
        feet,
        hip,
        tuple(zip(leaving.tolist(), events, strict=True)),
        tuple(zip(landing.tolist(), events, strict=True)),
    )


def _swing(
    foot: Floats,
    time_s: Floats,
    when: tuple[float, float],
    where: tuple[float, float],
    spell: Spell,
) -> None:
    """Pose one foot (n, 3) from its push-off to its being flat again, and stand from then on."""
    (leaves, lands), (from_m, to_m) = when, where
    push_s, land_s = PUSH_RATIO * spell.stride_s, LAND_RATIO * spell.stride_s
    small = min(1.0, abs(to_m - from_m) / 0.6)  # short steps roll less
    off, on = small * TOE_OFF_RAD, small * HEEL_ON_RAD

    pitch = off * _rise((time_s - leaves + push_s) / push_s) ** 1.5
    rolling = (time_s >= leaves - push_s) & (time_s < leaves)
    foot[rolling] = _about(from_m, BALL_M, pitch[rolling])

    going = (time_s >= leaves) & (time_s < lands)
    share = (time_s[going] - leaves) / (lands - leaves)
    start, end = _about(from_m, BALL_M, np.array([off]))[0], _about(to_m, HEEL_M, np.array([on]))[0]
    foot[going] = start + (end - start) * _carried(share)[:, None]
    foot[going, 1] += LIFT_M * small * np.sin(np.pi * share) ** 2

    pitch = on * (1 - _rise((time_s - lands) / land_s))
    landing = time_s >= lands
    foot[landing] = _about(to_m, HEEL_M, pitch[landing])


def _about(place_m: float, pivot_m: float, pitch: Floats) -> Floats:
    """(n, 3) ankle x, z and pitch of a foot turned about a point of its sole that stays put."""
    ahead, above = -pivot_m, ANKLE_M
    x = place_m + pivot_m + ahead * np.cos(pitch) + above * np.sin(pitch)
    z = -ahead * np.sin(pitch) + above * np.cos(pitch)
    return np.stack([x, z, pitch], axis=1)


def _rise(share: Floats) -> Floats:
    return np.clip(share, 0.0, 1.0)


def _carried(share: Floats) -> Floats:
    """How far a swinging foot has come: it gathers speed slowly and loses it late."""
    done: Floats = betainc(2.2, 1.6, np.clip(share, 0.0, 1.0))
    return done


def _hip(time_s: Floats, landing: Floats, feet: Floats) -> Floats:
    """(n, 6): the pelvis between the feet, braked by each landing, swaying over each stance."""
    n = len(time_s)
    marks = np.concatenate([[landing[0] - (landing[1] - landing[0])], landing])
    phase = np.interp(time_s, marks, np.arange(len(marks)))
    speed_rad = 2 * np.pi * np.gradient(phase, 1 / POSE_HZ)
    walking = gaussian_filter1d((speed_rad > 0).astype(float), 0.25 * POSE_HZ, mode="nearest")
    wave = 2 * np.pi * phase
    squared = (2 * np.pi / float(np.median(np.diff(landing)))) ** 2
    swell = walking * (1.2 / squared)  # 1.2 m/s² of braking in the first harmonic
    out = np.zeros((n, 6))
    calm = 0.6 * float(np.median(np.diff(landing))) * POSE_HZ  # nothing of the steps left
    out[:, 0] = gaussian_filter1d(feet[:, :, 0].mean(axis=1), calm, mode="nearest")
    out[:, 0] += swell * sum(np.sin(k * wave) / k**3 for k in (1, 2, 3))
    out[:, 1] = -0.02 * walking * np.sin(wave / 2)
    height = 0.94 * (THIGH_M + SHANK_M) + ANKLE_M
    out[:, 2] = height - walking * 2.0 / squared * np.cos(wave - 0.9)
    out[:, 3] = 0.05 * walking * np.sin(wave / 2 + 0.6)
    out[:, 4] = 0.02 * walking * np.sin(wave + 1.0)
    out[:, 5] = 0.08 * walking * np.cos(wave / 2)
    return np.asarray(gaussian_filter1d(out, SOFT_S * POSE_HZ, axis=0, mode="nearest"))


def _worn(
    poses: _Poses,
    placement: Placement,
    time_s: Floats,
    rng: np.random.Generator,
    faults: tuple[float, float, float],
) -> Sensor:
    """What a sensor on this segment reads at these times."""
    place, turn = _segment(poses, placement)
    tilt_rad, noise_mps2, noise_radps = faults
    acc = np.gradient(np.gradient(place, 1 / POSE_HZ, axis=0), 1 / POSE_HZ, axis=0)
    acc[:, 2] += STANDARD_GRAVITY_MPS2
    gyr = _rates(turn)
    strap = _strap(rng, tilt_rad)
    acc = np.einsum("ij,nkj,nk->ni", strap, turn, acc)
    gyr = gyr @ strap.T
    at_s = np.arange(len(place)) / POSE_HZ
    read = [np.stack([np.interp(time_s, at_s, v[:, k]) for k in range(3)], 1) for v in (acc, gyr)]
    return Sensor(
        time_s=time_s,
        acc_mps2=read[0] + noise_mps2 * rng.standard_normal(read[0].shape),
        gyr_radps=read[1] + noise_radps * rng.standard_normal(read[1].shape),
        placement=placement,
    )


def _segment(poses: _Poses, placement: Placement) -> tuple[Floats, Floats]:
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
    reach = np.clip(np.hypot(ahead, above), 0.3, 0.999 * (THIGH_M + SHANK_M))
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


def _true_contacts(poses: _Poses) -> Contacts:
    rows = [(t, foot, ContactKind.INITIAL) for t, foot in poses.initial]
    rows += [(t, foot, ContactKind.FINAL) for t, foot in poses.final]
    rows.sort(key=lambda row: row[0])
    return Contacts(
        time_s=np.array([t for t, _, _ in rows]),
        kind=np.array([KIND_CODE[kind] for _, _, kind in rows], dtype=np.int8),
        side=np.array([_side(foot) for _, foot, _ in rows], dtype=np.int8),
    )


def _side(foot: int) -> int:
    return SIDE_CODE[Side.RIGHT if foot else Side.LEFT]


def _true_strides(poses: _Poses) -> Strides:
    """Landing to landing of the same foot within a spell, with the ankle's travel as length."""
    rows = []
    pairs = list(zip(poses.initial, poses.codes, strict=True))
    for foot in (0, 1):
        own = [(t, code) for (t, f), code in pairs if f == foot]
        leaves = [t for t, f in poses.final if f == foot]
        for (a, before), (b, after) in pairwise(own):
            left = [t for t in leaves if a < t < b]
            if before == after and b - a < STANDS_S and left:
                rows.append((a, b, _side(foot), after, left[0] - a, _moved(poses, foot, a, b)))
    rows.sort()
    table = np.array(rows, dtype=float).reshape(-1, 6)
    start, end, length = table[:, 0], table[:, 1], table[:, 5]
    code = table[:, 3].astype(np.int8)
    return Strides(
        start_s=start,
        end_s=end,
        side=table[:, 2].astype(np.int8),
        direction=code,
        backward_probability=(code < 0).astype(float),
        stance_s=table[:, 4],
        length_m=length,
        speed_mps=length / (end - start),
        bout_i=np.zeros(len(table), dtype=np.int64),
    )


def _moved(poses: _Poses, foot: int, start_s: float, end_s: float) -> float:
    """How far the ankle went between the middles of the two stances around a swing."""
    stance = 0.25 * (end_s - start_s)
    at = [min(round((t + stance) * POSE_HZ), len(poses.feet) - 1) for t in (start_s, end_s)]
    return float(abs(poses.feet[at[1], foot, 0] - poses.feet[at[0], foot, 0]))
