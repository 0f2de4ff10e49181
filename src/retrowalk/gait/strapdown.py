"""Where a limb went between two instants at which one of its points stood still."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.clock import Stretch
from retrowalk.tables import Floats
from retrowalk.units import STANDARD_GRAVITY_MPS2

SPAN = 12  # turns multiplied one after the other
REST_S = 0.03  # gravity is read over this much on each side of an instant of rest


@dataclass(frozen=True, slots=True)
class Paths:
    """`k` movements side by side, padded to the longest; rows past `last` repeat it.

    `velocity_mps` and `rate_radps` (k, n, 3) are in the sensor's axes, of the moving sensor;
    `travel_m` (k, 3) is in axes level at the start: x along the anterior axis, z up;
    `turn_rad` (k,) is how far the anterior axis turned about the vertical; `upright` (k,) is how
    much of gravity lay on the sensor's z axis at the ends, 1 at most.
    """

    first: NDArray[np.intp]
    last: NDArray[np.intp]
    velocity_mps: Floats
    rate_radps: Floats
    travel_m: Floats
    turn_rad: Floats
    drift_mps: Floats
    upright: Floats


def strapdown(
    stretch: Stretch,
    first: NDArray[np.intp],
    last: NDArray[np.intp],
    *,
    still_point_m: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Paths:
    """Integrate each movement from rest at sample `first` to rest at `last`.

    `still_point_m` is the point, seen from the sensor, that stands still at both ends: the
    sensor itself on a foot, the ankle below a sensor on the shank.
    Attitude starts level with gravity and is pulled to gravity at the end; what velocity is
    left over at the end is taken out evenly.
    From: Peruzzi et al. 2011, J Biomech 44:1991 (de-drifting between flat-foot instants).
    Differs: no direction of walking is assumed, and all movements are integrated at once.
    """
    length = last - first
    n = int(length.max(initial=0)) + 1
    at = np.minimum(first[:, None] + np.arange(n), last[:, None])
    inside = np.arange(n) <= length[:, None]
    acc = stretch.acc_mps2[at]
    gyr = stretch.gyr_radps[at]
    step_s = 1.0 / stretch.rate_hz

    begun, ended = _gravity(stretch, first), _gravity(stretch, last)
    attitude = _attitudes(_level(begun), gyr, inside, step_s)
    attitude = _untilt(attitude, ended, length)
    pull = _rotate(attitude, acc)
    pull[..., 2] -= STANDARD_GRAVITY_MPS2
    # velocity of a point that stands still at both ends: sensor's minus the swing about it
    lever = np.asarray(still_point_m)
    ends = np.stack([np.zeros(len(first), dtype=np.intp), length])
    rows = np.arange(len(first))
    start, stop = (_rotate(attitude[rows, e], cross(lever, gyr[rows, e])) for e in ends)
    velocity, drift = _integrate(pull, inside, length, step_s, (start, stop))
    travel = np.sum(0.5 * (velocity[:, 1:] + velocity[:, :-1]) * inside[:, 1:, None], axis=1)
    ahead = _rotate(attitude[rows, length], np.array([1.0, 0.0, 0.0]))
    return Paths(
        first=first,
        last=last,
        velocity_mps=_rotate(attitude * np.array([1.0, -1, -1, -1]), velocity),
        rate_radps=gyr,
        travel_m=travel * step_s,
        turn_rad=np.arctan2(ahead[:, 1], ahead[:, 0]),
        drift_mps=np.linalg.norm(drift, axis=1),
        upright=0.5 * (begun[:, 2] + ended[:, 2]),
    )


def _gravity(stretch: Stretch, sample: NDArray[np.intp]) -> Floats:
    """(k, 3) unit vectors up, from the accelerometer around each sample."""
    reach = np.arange(-stretch.samples(REST_S), stretch.samples(REST_S) + 1)
    at = np.clip(sample[:, None] + reach, 0, len(stretch) - 1)
    up: Floats = stretch.acc_mps2[at].mean(axis=1)
    up /= np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
    return up


def _level(up: Floats) -> Floats:
    """(k, 4) attitudes that put `up` on z and the anterior axis over x."""
    ahead = np.array([1.0, 0.0, 0.0]) - up * up[:, :1]
    steep = np.linalg.norm(ahead, axis=1) < 1e-6
    ahead[steep] = [0.0, 0.0, 1.0]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    return _quaternion(np.stack([ahead, cross(up, ahead), up], axis=1))


def _quaternion(matrix: Floats) -> Floats:
    """(k, 4) w, x, y, z of (k, 3, 3) rotations, by the largest of the four components."""
    xx, yy, zz = matrix[:, 0, 0], matrix[:, 1, 1], matrix[:, 2, 2]
    four = np.stack([1 + xx + yy + zz, 1 + xx - yy - zz, 1 - xx + yy - zz, 1 - xx - yy + zz], 1)
    size = np.sqrt(np.maximum(four, 0.0)) / 2
    k = np.argmax(size, axis=1)
    sums = {
        (0, 1): matrix[:, 2, 1] - matrix[:, 1, 2],
        (0, 2): matrix[:, 0, 2] - matrix[:, 2, 0],
        (0, 3): matrix[:, 1, 0] - matrix[:, 0, 1],
        (1, 2): matrix[:, 1, 0] + matrix[:, 0, 1],
        (1, 3): matrix[:, 0, 2] + matrix[:, 2, 0],
        (2, 3): matrix[:, 2, 1] + matrix[:, 1, 2],
    }
    rows = np.arange(len(matrix))
    biggest = size[rows, k]
    out = np.zeros((len(matrix), 4))
    for other in range(4):
        for chosen in range(4):
            at = k == chosen
            pair = (min(chosen, other), max(chosen, other))
            value = biggest if chosen == other else sums[pair] / (4 * biggest)
            out[at, other] = value[at]
    return out


def _attitudes(start: Floats, gyr: Floats, inside: NDArray[np.bool_], step_s: float) -> Floats:
    """(k, n, 4) attitudes, turning by the mean rate of each pair of samples."""
    k, n = gyr.shape[:2]
    angle = 0.5 * (gyr[:, 1:] + gyr[:, :-1]) * step_s * inside[:, 1:, None]
    size = np.linalg.norm(angle, axis=2, keepdims=True)
    turn = np.concatenate([np.cos(size / 2), angle * 0.5 * np.sinc(size / (2 * np.pi))], axis=2)
    #   all spans of SPAN turns at once, then one span after the other: far fewer, larger products
    spans = -(-(n - 1) // SPAN)
    turns = np.zeros((k, spans * SPAN, 4))
    turns[..., 0] = 1.0
    turns[:, : n - 1] = turn
    within = turns.reshape(k, spans, SPAN, 4)
    for i in range(1, SPAN):
        within[:, :, i] = _times(within[:, :, i - 1], within[:, :, i])
    begun = np.empty((k, spans, 1, 4))
    begun[:, :1, 0] = start[:, None]
    for i in range(1, spans):
        begun[:, i, 0] = _times(begun[:, i - 1, 0], within[:, i - 1, -1])
    out = np.empty((k, n, 4))
    out[:, 0] = start
    out[:, 1:] = _times(begun, within).reshape(k, spans * SPAN, 4)[:, : n - 1]
    return out


def _times(p: Floats, q: Floats) -> Floats:
    pw, px, py, pz = p[..., 0], p[..., 1], p[..., 2], p[..., 3]
    qw, qx, qy, qz = q[..., 0], q[..., 1], q[..., 2], q[..., 3]
    out = np.empty(np.broadcast_shapes(p.shape, q.shape))
    out[..., 0] = pw * qw - px * qx - py * qy - pz * qz
    out[..., 1] = pw * qx + px * qw + py * qz - pz * qy
    out[..., 2] = pw * qy - px * qz + py * qw + pz * qx
    out[..., 3] = pw * qz + px * qy - py * qx + pz * qw
    return out


def cross(a: Floats, b: Floats) -> Floats:
    """numpy's, without looking for axes a thousand times an hour."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    out = np.empty(np.broadcast_shapes(a.shape, b.shape))
    out[..., 0] = ay * bz - az * by
    out[..., 1] = az * bx - ax * bz
    out[..., 2] = ax * by - ay * bx
    return out


def _rotate(q: Floats, vector: Floats) -> Floats:
    """Sensor axes → level axes (or back, with the conjugate)."""
    axis = q[..., 1:]
    twice = 2.0 * cross(axis, vector)
    return vector + q[..., :1] * twice + cross(axis, twice)


def _untilt(attitude: Floats, up: Floats, length: NDArray[np.intp]) -> Floats:
    """Turn each path evenly so that gravity is upright again at its end."""
    rows = np.arange(len(length))
    seen = _rotate(attitude[rows, length], up)
    axis = cross(seen, np.array([0.0, 0.0, 1.0]))
    sine = np.linalg.norm(axis, axis=1, keepdims=True)
    angle = np.arctan2(sine, seen[:, 2:]) * axis / np.maximum(sine, 1e-12)
    share = np.minimum(np.arange(attitude.shape[1]) / np.maximum(length[:, None], 1), 1.0)
    part = angle[:, None, :] * share[..., None]
    size = np.linalg.norm(part, axis=2, keepdims=True)
    fix = np.concatenate([np.cos(size / 2), part * 0.5 * np.sinc(size / (2 * np.pi))], axis=2)
    return _times(fix, attitude)


def _integrate(
    pull: Floats,
    inside: NDArray[np.bool_],
    length: NDArray[np.intp],
    step_s: float,
    ends: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Velocity from the first of `ends` (k, 3) to the second, and the drift taken out evenly."""
    start, stop = ends
    rows = np.arange(len(length))
    gain = 0.5 * (pull[:, 1:] + pull[:, :-1]) * inside[:, 1:, None] * step_s
    velocity = np.concatenate([start[:, None], gain], axis=1).cumsum(axis=1)
    drift = velocity[rows, length] - stop
    share = np.minimum(np.arange(pull.shape[1]) / np.maximum(length[:, None], 1), 1.0)
    return velocity - share[..., None] * drift[:, None], drift
