"""Optical markers through time → what a sensor worn there would have read.

A foot, a shank or the pelvis is taken as rigid: its markers as they lie in one frame are fitted
onto every other (Kabsch).  Front, left and up come from where the markers are on the body; the
way the person travels is never looked at.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrowalk.errors import BadRecording
from retrowalk.readers.derive import derived
from retrowalk.readers.markernames import SIDES, found
from retrowalk.readers.opening import bad
from retrowalk.readers.signals import FASTEST_HZ, LONGEST_BRIDGE_S, SLOWEST_HZ
from retrowalk.tables import Floats
from retrowalk.units import CENTIMETRE, MILLIMETRE
from retrowalk.words import Placement

UNITS_M = {"m": 1.0, "metres": 1.0, "meters": 1.0, "cm": CENTIMETRE, "mm": MILLIMETRE}
FOOT_M = (0.08, 0.40)  # heel to metatarsals: from a child of three to the largest shoe
FEWEST_FRAMES = 40  # less than a step even at 100 a second
THINNEST_M = 0.004  # markers nearer to one line than this do not tell how they turn about it
STILLEST = 0.1  # of the frames: a foot flat on the ground
CLUSTERS = {
    "foot": ("heel", "toe", "inner toe", "outer toe", "ankle", "inner ankle"),
    "shank": ("knee", "inner knee", "ankle", "inner ankle", "shin 1", "shin 2", "shin 3", "shin 4"),
    "pelvis": ("left asis", "right asis", "left psis", "right psis", "sacrum"),
}
CARRIED = {
    Placement.LEFT_FOOT: "left foot", Placement.RIGHT_FOOT: "right foot",
    Placement.LEFT_SHANK: "left shank", Placement.RIGHT_SHANK: "right shank",
    Placement.LOWER_BACK: "pelvis",
}  # fmt: skip
Seen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Markers:
    """Marker positions (n, k, 3) in metres with z up, NaN where unseen, and who is who."""

    position_m: Floats
    at: dict[str, int]
    rate_hz: float

    def of(self, part: str) -> Floats:
        """One marker (n, 3); the middle of the toes where only their two sides are marked."""
        if part in self.at:
            return self.position_m[:, self.at[part]]
        side, _, rest = part.partition(" ")
        pairs = {"toe": ("inner toe", "outer toe")}.get(rest, ())
        if pairs and all(f"{side} {pair}" in self.at for pair in pairs):
            return (self.of(f"{side} {pairs[0]}") + self.of(f"{side} {pairs[1]}")) / 2
        return np.full((len(self.position_m), 3), np.nan)


@dataclass(frozen=True, slots=True)
class Body:
    """A rigid part of the body in the frames that show it: axes x anterior, y left, z up."""

    first_i: int
    position_m: Floats
    rotation: Floats


def markers(
    path: Path, position: Floats, labels: list[str], *, rate_hz: float, unit: str
) -> Markers:
    """Markers in metres with z up; one sentence where they are not a person's legs."""
    at = found(labels[: position.shape[1]])  # some files name more than they hold
    factor = UNITS_M.get(unit.strip().lower() or "mm")
    if factor is None or not 1 / FASTEST_HZ <= 1 / max(rate_hz, 1e-9) <= 1 / SLOWEST_HZ:
        what = f"markers come {rate_hz:.4g} times a second in {unit[:20]!r}"
        rates = f"{SLOWEST_HZ:.0f} to {FASTEST_HZ:.0f} a second in mm, cm or m"
        raise bad(path, what, rates, "export them so")
    if not any(f"{side} heel" in at for side in SIDES):
        names = "".join(c if c.isprintable() else " " for c in ", ".join(labels[:8]))[:120]
        raise bad(path, f"no heel is among its {len(labels)} markers ({names} …)",
                  "names such as LHEE and LTOE, or L_FCC and L_FM1",
                  "name the markers so and export it again")  # fmt: skip
    metres = np.where(np.abs(position) < 1e7, position, np.nan) * factor
    return Markers(metres @ _upright(path, metres, at).T, at, rate_hz)


def _upright(path: Path, position_m: Floats, at: dict[str, int]) -> Floats:
    """The turn (3, 3) to z up: knees or pelvis are above the heels."""
    heels = [at[part] for part in ("left heel", "right heel") if part in at]
    high = [at[part] for part in ("left asis", "right asis", "sacrum", "left knee", "right knee")
            if part in at]  # fmt: skip
    if not high:
        return np.eye(3)
    above = position_m[:, high, None] - position_m[:, None, heels]  # frame by frame: people move
    up = np.array([_middle(above[..., axis]) for axis in range(3)])
    axis = int(np.argmax(np.abs(up)))
    if not np.isfinite(up).all() or up[axis] <= 0.7 * np.linalg.norm(up):
        raise bad(path, "knees and pelvis are not above the heels", "a person walking upright "
                  "with y or z pointing up", "export the recording with z up")  # fmt: skip
    return np.roll(np.eye(3), 2 - axis, axis=0)  # cyclic, so it never mirrors


def _middle(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else float("nan")


def sensed(path: Path, seen: Markers, placement: Placement) -> tuple[Floats, Floats, Floats]:
    """Time, acceleration and angular rate a sensor there would read, in the body frame."""
    part = CARRIED.get(placement)
    if part is None:
        raise bad(path, f"markers do not carry a sensor at the {placement.value} here",
                  "a foot, a shank or the lower back", "name one with --placement")  # fmt: skip
    body = tracked(path, seen, part)
    time_s, acc, gyr = derived(body.position_m, body.rotation, seen.rate_hz)
    return time_s + body.first_i / seen.rate_hz, acc, gyr


def tracked(path: Path, seen: Markers, part: str) -> Body:
    """Where a foot, a shank or the pelvis is and how it is turned, in its longest stretch."""
    side, _, kind = part.rpartition(" ")
    names = [n if kind == "pelvis" else f"{side} {n}" for n in CLUSTERS[kind]]
    cluster = [name for name in names if name in seen.at]
    rotation, centre = _fitted(seen, cluster)
    if kind == "foot" and rotation is None:
        rotation, centre = _two_points(seen.of(f"{side} heel"), seen.of(f"{side} toe"))
    if rotation is None:
        raise bad(path, f"the {part} has {len(cluster)} markers that were seen together",
                  "three that are not on one line", "mark more of it")  # fmt: skip
    rotation = rotation @ _axes(path, seen, rotation, part)
    if kind == "pelvis":
        centre = centre + rotation @ _mean_in(rotation, _back(seen) - centre, unit=False)
    return _longest(path, part, Body(0, centre, rotation), seen.rate_hz)


def _fitted(seen: Markers, cluster: list[str]) -> tuple[Floats | None, Floats]:
    """The cluster's turn from its own reference frame in each frame, NaN where fewer than three."""
    points = seen.position_m[:, [seen.at[name] for name in cluster]]
    shown: Seen = np.asarray(np.isfinite(points).all(axis=2))
    centre = np.full((len(points), 3), np.nan)
    if len(cluster) < 3 or not (shown.sum(axis=1) >= 3).any():
        return None, centre
    full = np.flatnonzero(shown.sum(axis=1) == shown.sum(axis=1).max())
    reference_i = int(full[len(full) // 2])
    names = np.flatnonzero(shown[reference_i])
    shape = points[reference_i, names]
    shape = shape - shape.mean(axis=0)
    if np.linalg.svd(shape, compute_uv=False)[1] < THINNEST_M:
        return None, centre
    rotation = np.full((len(points), 3, 3), np.nan)
    points, shown = points[:, names], shown[:, names]
    for pattern in np.unique(shown, axis=0):
        rows = np.flatnonzero((shown == pattern).all(axis=1))
        part = shape[pattern] - (shape[pattern].mean(axis=0) if pattern.any() else 0.0)
        if pattern.sum() < 3 or np.linalg.svd(part, compute_uv=False)[1] < THINNEST_M:
            continue
        here = points[rows][:, pattern]
        middle = here.mean(axis=1)
        rotation[rows] = _kabsch(part, here - middle[:, None])
        centre[rows] = middle - rotation[rows] @ shape[pattern].mean(axis=0)
    return rotation, centre


def _kabsch(shape: Floats, points: Floats) -> Floats:
    """The rotations (n, 3, 3) that bring a shape (k, 3) nearest to its points (n, k, 3)."""
    u, _, v = np.linalg.svd(np.einsum("nki,kj->nij", points, shape))
    flip = np.linalg.det(u @ v)
    u[:, :, 2] *= np.where(flip < 0, -1.0, 1.0)[:, None]
    return np.asarray(u @ v)


def _two_points(heel: Floats, toe: Floats) -> tuple[Floats | None, Floats]:
    """A foot of which only heel and toe are marked: it does not roll about its length."""
    ahead = toe - heel
    left = np.cross([0.0, 0.0, 1.0], ahead)
    axes = np.stack((ahead, left, np.cross(ahead, left)), axis=2)
    length = np.linalg.norm(axes, axis=1, keepdims=True)
    rotation = axes / np.where(length > THINNEST_M, length, np.nan)
    whole = np.isfinite(rotation).all()
    return (rotation if whole or np.isfinite(rotation).any() else None), (heel + toe) / 2


def _axes(path: Path, seen: Markers, rotation: Floats, part: str) -> Floats:
    """The body frame (columns) in the fitted frame: gravity or the bone up, markers for front."""
    side, _, kind = part.rpartition(" ")
    if kind == "pelvis":
        up = _mean_in(rotation, np.broadcast_to([0.0, 0.0, 1.0], (len(rotation), 3)))
        across = _mean_in(rotation, seen.of("left asis") - seen.of("right asis"))
        ahead = np.cross(across, up)
    else:
        ahead = _mean_in(rotation, seen.of(f"{side} toe") - seen.of(f"{side} heel"))
        up = _mean_in(rotation, seen.of(f"{side} knee") - seen.of(f"{side} ankle"))
    if kind == "foot":
        flat = _stillest(seen.of(f"{side} heel") + seen.of(f"{side} toe"))
        world = np.broadcast_to([0.0, 0.0, 1.0], (len(rotation), 3))
        up = _mean_in(rotation[flat], world[flat])
    left = np.cross(up, ahead)
    axes = np.stack((np.cross(left, up), left, up), axis=1)
    length = np.linalg.norm(axes, axis=0)
    if not (length > 0.1).all():  # NaN compares false: a marker that is never there
        raise bad(path, f"the {part} has too few markers to tell its front",
                  "heel, toe, ankle and knee, or the pelvis' front and back",
                  "mark more of it")  # fmt: skip
    return np.asarray(axes / length)


def _back(seen: Markers) -> Floats:
    """Where a belt sensor lies (n, 3): at the sacrum, which is between the hind spines."""
    hind = (seen.of("left psis") + seen.of("right psis")) / 2
    return np.where(np.isfinite(hind), hind, seen.of("sacrum"))


def _mean_in(rotation: Floats, vector: Floats, *, unit: bool = True) -> Floats:
    """The mean of world vectors (n, 3) in the turning frame, of length one; NaN frames left out."""
    inside = np.einsum("nij,ni->nj", rotation, vector)
    inside = inside[np.isfinite(inside).all(axis=1)]
    if not len(inside):
        return np.full(3, np.nan)
    mean = inside.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12) if unit else mean)


def _stillest(position: Floats) -> Seen:
    """Which tenth of the seen frames moves least."""
    speed = np.linalg.norm(np.gradient(position, axis=0), axis=1)
    known: Seen = np.asarray(np.isfinite(speed))
    if not known.any():
        return known
    return np.asarray(known & (speed <= np.quantile(speed[known], STILLEST)))


def _longest(path: Path, part: str, body: Body, rate_hz: float) -> Body:
    """Its longest stretch without long gaps; short ones are bridged."""
    from scipy.spatial.transform import Rotation, Slerp  # noqa: PLC0415 -- slow to load

    centre, rotation = body.position_m, body.rotation
    kept = np.flatnonzero(np.isfinite(rotation).all(axis=(1, 2)) & np.isfinite(centre).all(axis=1))
    breaks = np.flatnonzero(np.diff(kept) > max(1.0, LONGEST_BRIDGE_S * rate_hz)) + 1
    stretch = max(np.split(kept, breaks), key=len)
    if len(stretch) < FEWEST_FRAMES:
        what = f"the {part} is seen whole for {len(stretch)} frames at most"
        most = f"at least {FEWEST_FRAMES} in a row"
        raise bad(path, what, most, "fill the gaps and export it again")
    frames = np.arange(stretch[0], stretch[-1] + 1)
    turn = Slerp(stretch, Rotation.from_matrix(rotation[stretch]))(frames).as_matrix()
    place = [np.interp(frames, stretch, centre[stretch, axis]) for axis in range(3)]
    return Body(int(stretch[0]), np.stack(place, axis=1), np.asarray(turn))


def forward_mps(path: Path, seen: Markers) -> tuple[Floats, Floats]:
    """Time (m,) and how fast the pelvis, else a foot, travels toward its own front."""
    for part in ("pelvis", "left foot", "right foot"):
        try:
            body = tracked(path, seen, part)
        except BadRecording:
            continue
        velocity = np.gradient(body.position_m[:, :2], 1 / seen.rate_hz, axis=0)
        front = body.rotation[:, :2, 0]
        length = np.maximum(np.linalg.norm(front, axis=1), 1e-9)
        time_s = (body.first_i + np.arange(len(velocity))) / seen.rate_hz
        return time_s, np.asarray(np.sum(velocity * front, axis=1) / length)
    raise bad(path, "neither pelvis nor feet are seen long enough", "markers on them",
              "fill the gaps and export it again")  # fmt: skip
