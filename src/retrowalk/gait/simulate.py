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

from retrowalk.gait.body import (
    ANKLE_M,
    BALL_M,
    HEEL_M,
    POSE_HZ,
    SHANK_M,
    THIGH_M,
    Poses,
    worn,
)
from retrowalk.tables import (
    DIRECTION_CODE,
    KIND_CODE,
    SIDE_CODE,
    Contacts,
    Floats,
    Recording,
    Strides,
)
from retrowalk.words import ContactKind, Direction, Mounting, Placement, Side

SOFT_S = 0.012  # flesh and sole: nothing stops in less
TOE_OFF_RAD, HEEL_ON_RAD = 1.0, -0.35  # foot pitch, toes down is +
SWING_RATIO, PUSH_RATIO, LAND_RATIO = 0.38, 0.20, 0.10  # of a stride
LIFT_M = 0.06
STANDS_S = 2.0  # before, between and after the walks
STANDING_M = 0.94 * (THIGH_M + SHANK_M) + ANKLE_M  # of the hips above the ground
SITS_S, BOW_RAD = 1.5, 0.5  # to sit down or get up, and how far the trunk bends forward for it


@dataclass(frozen=True, slots=True)
class Spell:
    """A walk in one direction, from standing to standing."""

    direction: Direction = Direction.FORWARD
    steps: int = 12
    speed_mps: float = 1.0
    stride_s: float = 1.1
    asymmetry_ratio: float = 0.0  # left steps last this much longer, right ones shorter


@dataclass(frozen=True, slots=True)
class Seat:
    """Sitting down on a chair, and getting up again at the end."""

    lasts_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the sensors read, and what truly happened."""

    recording: Recording
    contacts: Contacts
    strides: Strides


def simulate(
    spells: Sequence[Spell | Seat],
    placements: Sequence[Placement],
    rng: np.random.Generator,
    *,
    rate_hz: float = 100.0,
    tilt_rad: float = 0.0,
    noise_mps2: float = 0.05,
    noise_radps: float = 0.01,
    mounting: Mounting = Mounting.KNOWN,
) -> Simulated:
    """Walk (or sit) these spells one after the other wearing these sensors.

    `tilt_rad` is the most a strap may have slipped about any axis; left foot first.
    """
    poses = _all_poses(spells)
    n = int(len(poses.hip) / POSE_HZ * rate_hz)
    time_s = np.arange(n) / rate_hz
    sensors = tuple(
        replace(
            worn(poses, placement, time_s, rng, (tilt_rad, noise_mps2, noise_radps)),
            mounting=mounting,
        )
        for placement in placements
    )
    recording = Recording(source="simulated", sensors=sensors, derived=True)
    return Simulated(recording, _true_contacts(poses), _true_strides(poses))


def _all_poses(spells: Sequence[Spell | Seat]) -> Poses:
    """The spells with standing before, between and after, each beginning where the last ended."""
    still = round(STANDS_S * POSE_HZ)
    feet: list[Floats] = []
    hips: list[Floats] = []
    final: list[tuple[float, int]] = []
    initial: list[tuple[float, int]] = []
    codes: list[int] = []
    within: list[int] = []
    at_m, rows = 0.0, still
    for number, spell in enumerate(spells):
        poses = _seated(spell) if isinstance(spell, Seat) else _walked(spell)
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
        codes += poses.codes
        within += [number] * len(poses.initial)
        at_m, rows = float(hip[-1, 0]), rows + len(hip) + still
    return Poses(
        np.concatenate(feet),
        np.concatenate(hips),
        tuple(final),
        tuple(initial),
        tuple(codes),
        tuple(within),
    )


def _walked(spell: Spell) -> Poses:
    """One walk in its direction, in time from its beginning."""
    poses = _forward(spell)
    codes = (DIRECTION_CODE[spell.direction],) * len(poses.initial)
    if spell.direction is not Direction.BACKWARD:
        return replace(poses, codes=codes)
    last_s = (len(poses.hip) - 1) / POSE_HZ
    left = tuple(sorted((last_s - t, foot) for t, foot in poses.initial))
    landed = tuple(sorted((last_s - t, foot) for t, foot in poses.final))
    return Poses(poses.feet[::-1], poses.hip[::-1], left, landed, codes)


def _seated(seat: Seat) -> Poses:
    """The feet stay where they are; the hips go back and down until the thighs lie level."""
    lasts_s = max(seat.lasts_s, 2 * SITS_S)
    time_s = np.arange(int(lasts_s * POSE_HZ) + 1) / POSE_HZ
    share = _rise(np.minimum(time_s, lasts_s - time_s) / SITS_S)
    down = 0.5 - 0.5 * np.cos(np.pi * share)
    feet = np.zeros((len(time_s), 2, 3))
    feet[:, :, 1] = ANKLE_M
    hip = np.zeros((len(time_s), 6))
    hip[:, 0] = -THIGH_M * down
    hip[:, 2] = STANDING_M + (SHANK_M + ANKLE_M - STANDING_M) * down
    hip[:, 4] = BOW_RAD * np.sin(np.pi * share)
    return Poses(feet, hip)


def _forward(spell: Spell) -> Poses:
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
        again = leaving[i + 2] - PUSH_RATIO * spell.stride_s if i + 2 < spell.steps else np.inf
        when, where = (leaving[i], landing[i], again), (stood[foot], places[i])
        _swing(feet[:, foot], time_s, when, where, spell)
        stood[foot] = float(places[i])
    hip = _hip(time_s, landing, feet)
    feet = gaussian_filter1d(feet, SOFT_S * POSE_HZ, axis=0, mode="nearest")
    events = [int(i % 2) for i in range(spell.steps)]
    return Poses(
        feet,
        hip,
        tuple(zip(leaving.tolist(), events, strict=True)),
        tuple(zip(landing.tolist(), events, strict=True)),
    )


def _swing(
    foot: Floats,
    time_s: Floats,
    when: tuple[float, float, float],
    where: tuple[float, float],
    spell: Spell,
) -> None:
    """Pose one foot (n, 3) from its push-off to its being flat again, and stand until then."""
    (leaves, lands, until_s), (from_m, to_m) = when, where
    push_s, land_s = PUSH_RATIO * spell.stride_s, LAND_RATIO * spell.stride_s
    small = min(1.0, abs(to_m - from_m) / 0.6)  # short steps roll less
    off, on = small * TOE_OFF_RAD, small * HEEL_ON_RAD

    rolling = _between(time_s, leaves - push_s, leaves)
    pitch = off * _rise((time_s[rolling] - leaves + push_s) / push_s) ** 1.5
    foot[rolling] = _about(from_m, BALL_M, pitch)

    going = _between(time_s, leaves, lands)
    share = (time_s[going] - leaves) / (lands - leaves)
    start, end = _about(from_m, BALL_M, np.array([off]))[0], _about(to_m, HEEL_M, np.array([on]))[0]
    foot[going] = start + (end - start) * _carried(share)[:, None]
    foot[going, 1] += LIFT_M * small * np.sin(np.pi * share) ** 2

    landing = _between(time_s, lands, min(lands + land_s, until_s))
    pitch = on * (1 - _rise((time_s[landing] - lands) / land_s))
    foot[landing] = _about(to_m, HEEL_M, pitch)
    foot[landing.stop : _between(time_s, lands, until_s).stop] = _about(to_m, HEEL_M, np.zeros(1))


def _between(time_s: Floats, start_s: float, stop_s: float) -> slice:
    """The rows from one time up to another."""
    return slice(*np.searchsorted(time_s, (start_s, stop_s)).tolist())


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
    out[:, 2] = STANDING_M - walking * 2.0 / squared * np.cos(wave - 0.9)
    out[:, 3] = 0.05 * walking * np.sin(wave / 2 + 0.6)
    out[:, 4] = 0.02 * walking * np.sin(wave + 1.0)
    out[:, 5] = 0.08 * walking * np.cos(wave / 2)
    return np.asarray(gaussian_filter1d(out, SOFT_S * POSE_HZ, axis=0, mode="nearest"))


def _true_contacts(poses: Poses) -> Contacts:
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


def _true_strides(poses: Poses) -> Strides:
    """Landing to landing of the same foot within a spell, with the ankle's travel as length."""
    rows = []
    landings = list(zip(poses.initial, poses.codes, poses.spells, strict=True))
    for foot in (0, 1):
        own = [(t, code, spell) for (t, f), code, spell in landings if f == foot]
        leaves = np.array([t for t, f in poses.final if f == foot])
        for (a, way, before), (b, _, after) in pairwise(own):
            left = leaves[np.searchsorted(leaves, a, "right") :][:1].tolist()
            if before == after and left and left[0] < b:
                rows.append((a, b, _side(foot), way, left[0] - a, _moved(poses, foot, a, b)))
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


def _moved(poses: Poses, foot: int, start_s: float, end_s: float) -> float:
    """How far the ankle went between the middles of the two stances around a swing."""
    stance = 0.25 * (end_s - start_s)
    at = [min(round((t + stance) * POSE_HZ), len(poses.feet) - 1) for t in (start_s, end_s)]
    return float(abs(poses.feet[at[1], foot, 0] - poses.feet[at[0], foot, 0]))
